"""The desk: download the answers as a table, work in Excel, bring it back, look at every change, then write."""

import hashlib
import tempfile

from flask import Blueprint, current_app, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as HttpResponse

from accounts.policies import Permission
from accounts.session import signed_in_person
from consultations.models import Consultation
from core import clock
from core.access import requires
from core.db import transactional
from core.errors import Conflict
from core.files import XLSX, save_upload
from core.i18n import gettext as _
from core.text import slug
from legal.diff import redline
from opinions.exports import answer_sheet as writing
from opinions.forms.answers import ApplyForm, SheetForm
from opinions.imports import answer_sheet as reading
from opinions.models import AnswerSheet
from opinions.queries import answers as queries
from opinions.queries import desk
from opinions.services import answer_sheets
from opinions.services.answering import Draft

blueprint = Blueprint("answer_sheets", __name__, url_prefix="/tiep-thu")
SHOWN = 200
"""Changes and problems that the page shows one by one; it counts the rest."""
IN_FILE, AS_IS = "tep", "giu"


@blueprint.get("/<int:consultation_id>/bang-tra-loi/")
@requires(Permission.ANSWER)
def index(consultation_id: int) -> str:
    return _index_page(desk.get_consultation(signed_in_person().id, consultation_id), SheetForm())


@blueprint.get("/<int:consultation_id>/bang-tra-loi.xlsx")
@requires(Permission.ANSWER)
def download(consultation_id: int) -> HttpResponse:
    consultation = desk.get_consultation(signed_in_person().id, consultation_id)
    rows = queries.list_answer_rows(consultation.id)
    about = writing.About(consultation.id, consultation.title, clock.now(), queries.count_ungrouped(consultation.id))
    out = tempfile.SpooledTemporaryFile(2**20)  # noqa: SIM115  # closed when it has been sent
    writing.write(about, rows, out)
    out.seek(0)
    name = f"bang-tra-loi-{slug(consultation.title)[:60]}-{clock.local(clock.now()):%Y%m%d-%H%M}.xlsx"
    return send_file(out, mimetype=XLSX.media_type, as_attachment=True, download_name=name)


@blueprint.post("/<int:consultation_id>/bang-tra-loi/")
@requires(Permission.ANSWER)
@transactional
def upload(consultation_id: int) -> HttpResponse | tuple[str, int]:
    """Keep the file and go on to what it would change; nothing is written into responses yet."""
    person, form = signed_in_person(), SheetForm()
    consultation = desk.get_consultation(person.id, consultation_id)
    sheet: AnswerSheet | None = None
    if form.validate_on_submit():
        limit = current_app.config["MAX_IMPORT_MB"] * 2**20
        with form.refusals():
            stored = save_upload(form.file.data.stream, form.file.data.filename, kinds=(XLSX,), limit=limit)
            reading.plan(stored.path, consultation.id)
            sheet = answer_sheets.keep_sheet(consultation, stored, by=person)
    if sheet is None or form.refused:
        return _index_page(consultation, form), 422
    return redirect(url_for(".preview", sheet_id=sheet.id))


@blueprint.get("/bang-tra-loi/<int:sheet_id>/")
@requires(Permission.ANSWER)
def preview(sheet_id: int) -> str:
    return _preview_page(queries.get_sheet(signed_in_person().id, sheet_id), ApplyForm())


@blueprint.post("/bang-tra-loi/<int:sheet_id>/")
@requires(Permission.ANSWER)
@transactional
def apply(sheet_id: int) -> HttpResponse | tuple[str, int]:
    """Write the changes and those conflicts that were decided for the file, in one transaction."""
    person, form = signed_in_person(), ApplyForm()
    sheet = queries.get_sheet(person.id, sheet_id)
    if not form.validate_on_submit():
        return _preview_page(sheet, form), 422
    plan = reading.plan(sheet.file.path, sheet.consultation_id)
    try:
        drafts = _chosen(plan)
    except Conflict as conflict:
        form.form_errors.append(conflict.message)
        return _preview_page(sheet, form, plan), 409
    if any(_choice(wish) is None for wish in plan.conflicts):
        form.form_errors.append(_("Hãy chọn cho từng dòng mà người khác cũng đã sửa."))
        return _preview_page(sheet, form, plan), 422
    with form.refusals():
        answer_sheets.apply_sheet(sheet, drafts, by=person, submit=bool(form.submit.data))
    if form.refused:
        return _preview_page(sheet, form, plan), 422
    flash(_("Đã ghi %(n)s trả lời từ bảng.", n=len(drafts)), "done")
    return redirect(url_for(".index", consultation_id=sheet.consultation_id))


@blueprint.get("/bang-tra-loi/<int:sheet_id>/tep")
@requires(Permission.ANSWER)
def original(sheet_id: int) -> HttpResponse:
    """The file as it was handed in."""
    file = queries.get_sheet(signed_in_person().id, sheet_id).file
    return send_file(file.path, mimetype=file.media_type, as_attachment=True, download_name=file.name)


def _chosen(plan: reading.Plan) -> list[Draft]:
    """What is to be written. Raises Conflict where a response is not what the person was shown."""
    if request.form.get("shown") != _seen(plan):
        raise Conflict(_("Có trả lời vừa được người khác sửa trong lúc bạn xem. Chưa ghi gì; hãy xem lại bên dưới."))
    taken = [wish for wish in plan.conflicts if _choice(wish) == IN_FILE]
    return [wish.draft for wish in (*plan.changes, *taken)]


def _seen(plan: reading.Plan) -> str:
    """A digest of what the person is shown: which responses, in which version."""
    shown = (f"{wish.row.group_id}:{wish.row.version}" for wish in (*plan.changes, *plan.conflicts))
    return hashlib.sha256(" ".join(shown).encode()).hexdigest()


def _choice(wish: reading.Wish) -> str | None:
    said = request.form.get(f"chon-{wish.row.group_id}")
    return said if said in (IN_FILE, AS_IS) else None


def _index_page(consultation: Consultation, form: SheetForm) -> str:
    return render_template(
        "opinions/answer_sheets.html",
        consultation=consultation,
        form=form,
        handed_in=queries.list_sheets(consultation.id),
        ungrouped=queries.count_ungrouped(consultation.id),
        limit=current_app.config["MAX_IMPORT_MB"],
    )


def _preview_page(sheet: AnswerSheet, form: ApplyForm, plan: reading.Plan | None = None) -> str:
    person = signed_in_person()
    plan = plan or reading.plan(sheet.file.path, sheet.consultation_id)
    return render_template(
        "opinions/answer_sheet.html",
        consultation=desk.get_consultation(person.id, sheet.consultation_id),
        sheet=sheet,
        form=form,
        plan=plan,
        shown=SHOWN,
        seen=_seen(plan),
        choice_of=_choice,
        redline=redline,
    )
