"""The desk: the dossier with its named places, and the certificate of posting."""

import tempfile

from flask import Blueprint, render_template, send_file
from werkzeug.wrappers import Response as HttpResponse

from accounts.policies import Permission
from accounts.session import signed_in_person
from consultations.forms.desk import slot_words
from consultations.models import PaperSlot
from core import files
from core.access import requires
from core.links import address_of, path_to
from opinions.exports import certificate
from opinions.exports.making import heading_of
from opinions.queries import desk, exports
from opinions.queries import dossiers as queries
from opinions.queries.posting import list_postings

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
        files=exports.list_exports(consultation.id, dossiers=True),
    )


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
