"""Administration: the agency's own frame of the official table, with a look at it before it is used."""

import io
import tempfile
from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as HttpResponse

from accounts.policies import Permission
from accounts.session import signed_in_person
from consultations.models import ContributorKind
from core import clock
from core.access import requires
from core.db import transactional
from core.errors import NotFound
from core.files import DOCX, save_upload
from core.i18n import gettext as _
from moderation.models import ReviewStatus
from opinions.exports import docx, table_template
from opinions.exports.words import Heading
from opinions.forms.answers import TableTemplateForm
from opinions.queries import table_templates as queries
from opinions.queries.table import Totals
from opinions.services import table_templates

blueprint = Blueprint("table_templates", __name__, url_prefix="/quan-tri/mau-ban-tong-hop")
MEGABYTE = 2**20
LARGEST = 5


@blueprint.get("/")
@requires(Permission.ADMINISTER)
def index() -> str:
    return _page(TableTemplateForm())


@blueprint.get("/mac-dinh.docx")
@requires(Permission.ADMINISTER)
def default() -> HttpResponse:
    """The default frame, to be changed in Word."""
    return _sent(table_template.default_file(), "mau-ban-tong-hop-mac-dinh.docx")


@blueprint.get("/<int:agency_id>/mau.docx")
@requires(Permission.ADMINISTER)
def own(agency_id: int) -> HttpResponse:
    """The frame that the agency uses."""
    agency = queries.get_agency(signed_in_person().id, agency_id)
    file = queries.get_file(agency.id)
    if file is None:
        raise NotFound
    return _sent(file.path.read_bytes(), file.name)


@blueprint.post("/<int:agency_id>/")
@requires(Permission.ADMINISTER)
@transactional
def keep(agency_id: int) -> HttpResponse | tuple[str, int]:
    """Use the uploaded frame; the other button only shows what a table would look like in it."""
    person, form = signed_in_person(), TableTemplateForm()
    agency = queries.get_agency(person.id, agency_id)
    example: bytes | None = None
    if form.validate_on_submit():
        with form.refusals():
            data = form.file.data.stream.read(LARGEST * MEGABYTE + 1)
            stored = save_upload(io.BytesIO(data), form.file.data.filename, kinds=(DOCX,), limit=LARGEST * MEGABYTE)
            example = _example(data, agency.name)
            if "xem" not in request.form:
                table_templates.use_template(agency, stored, by=person)
    if form.refused or example is None:
        return _page(form, agency_id), 422
    if "xem" in request.form:
        return _sent(example, "xem-thu.docx")
    flash(_("Từ nay Bản tổng hợp của %(agency)s dùng mẫu này.", agency=agency.name), "done")
    return redirect(url_for(".index"))


@blueprint.post("/<int:agency_id>/mac-dinh")
@requires(Permission.ADMINISTER)
@transactional
def back_to_default(agency_id: int) -> HttpResponse:
    agency = queries.get_agency(signed_in_person().id, agency_id)
    table_templates.use_default(agency)
    flash(_("Bản tổng hợp của %(agency)s dùng lại mẫu chung.", agency=agency.name), "done")
    return redirect(url_for(".index"))


def _example(data: bytes, agency: str) -> bytes:
    """A table in this frame, with made-up figures."""
    now = clock.now()
    totals = Totals(
        by_status={ReviewStatus.PUBLISHED: 120, ReviewStatus.REFUSED: 3},
        contributors={ContributorKind.INDIVIDUAL: 80, ContributorKind.ORGANISATION: 6, ContributorKind.AGENCY: 4},
        submissions=90,
    )
    heading = Heading(
        0, table_template.EXAMPLE_TITLE, agency, now - timedelta(days=60), now, made_at=now, totals=totals
    )
    out = tempfile.SpooledTemporaryFile(MEGABYTE)  # noqa: SIM115  # read and let go below
    docx.write_example(table_template.open_template(data), heading, out)
    out.seek(0)
    return out.read()


def _page(form: TableTemplateForm, refused: int | None = None) -> str:
    return render_template(
        "opinions/table_templates.html",
        agencies=queries.list_agencies(signed_in_person().id),
        names={table_template.mark_of(name): becomes for name, becomes in table_template.NAMES.items()},
        place_of_table=table_template.mark_of(table_template.TABLE),
        place_of_notes=table_template.mark_of(table_template.NOTES),
        form=form,
        refused=refused,
        limit=LARGEST,
    )


def _sent(data: bytes, name: str) -> HttpResponse:
    return send_file(io.BytesIO(data), mimetype=DOCX.media_type, as_attachment=True, download_name=name)
