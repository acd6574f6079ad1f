"""The desk: the dossier with its named places, the certificate of posting, and everything as one .zip."""

import tempfile

from flask import Blueprint, flash, redirect, render_template, send_file, url_for
from werkzeug.wrappers import Response as HttpResponse

from accounts.policies import Permission
from accounts.session import signed_in_person
from consultations.forms.desk import slot_words
from consultations.models import PaperSlot
from core import files
from core.access import requires
from core.db import db, transactional
from core.errors import Conflict
from core.i18n import gettext as _
from core.links import address_of, path_to
from opinions.exports import certificate
from opinions.exports.making import heading_of
from opinions.forms.asked import StepForm
from opinions.queries import desk
from opinions.queries import dossiers as queries
from opinions.queries.posting import list_postings
from opinions.services import dossiers as services

blueprint = Blueprint("dossiers", __name__, url_prefix="/tiep-thu")

IN_MEMORY = 2**20


@blueprint.get("/<int:consultation_id>/ho-so/")
@requires(Permission.ANSWER)
def index(consultation_id: int) -> str:
    consultation = desk.get_consultation(signed_in_person().id, consultation_id)
    papers = queries.list_papers(consultation.id)
    held = {slot: [paper for paper in papers if paper.slot == slot] for slot in PaperSlot}
    return render_template(
        "opinions/dossier.html",
        consultation=consultation,
        slots=[(slot, words, held[slot]) for slot, words in slot_words().items()],
        postings=list_postings(consultation.id),
        dossiers=queries.list_dossiers(consultation.id),
    )


@blueprint.post("/<int:consultation_id>/ho-so/")
@requires(Permission.ANSWER)
@transactional
def make(consultation_id: int) -> HttpResponse:
    """Ask for the .zip; the worker makes it, however large it is."""
    person = signed_in_person()
    consultation = desk.get_consultation(person.id, consultation_id)
    if StepForm().validate_on_submit():
        try:
            services.request_dossier(consultation, by=person)
            flash(_("Đang đóng gói hồ sơ. Bạn rời trang được; xong sẽ có thông báo."), "done")
        except Conflict as conflict:
            db.session.rollback()
            flash(conflict.message, "info")
    return redirect(url_for(".index", consultation_id=consultation_id))


@blueprint.get("/<int:consultation_id>/ho-so/<int:dossier_id>.zip")
@requires(Permission.ANSWER)
def dossier_file(consultation_id: int, dossier_id: int) -> HttpResponse:
    consultation = desk.get_consultation(signed_in_person().id, consultation_id)
    stored = queries.get_file(consultation.id, dossier_id)
    return send_file(stored.path, mimetype="application/zip", as_attachment=True, download_name=stored.name)


@blueprint.get("/<int:consultation_id>/xac-nhan-dang-tai.docx")
@requires(Permission.ANSWER)
def posting_certificate(consultation_id: int) -> HttpResponse:
    """The certificate of posting, as of now."""
    consultation = desk.get_consultation(signed_in_person().id, consultation_id)
    out = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  # send_file reads it and closes it
    page = address_of(path_to("consultations.reading", consultation_id=consultation.id))
    certificate.write(heading_of(consultation), out, address=page)
    out.seek(0)
    name = f"xac-nhan-dang-tai-{consultation.id}.docx"
    return send_file(out, mimetype=files.DOCX.media_type, as_attachment=True, download_name=name)
