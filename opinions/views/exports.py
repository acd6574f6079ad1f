"""The desk: everything that can be downloaded; what takes long is left to the worker and found here again."""

from flask import Blueprint, flash, redirect, render_template, send_file, url_for
from werkzeug.wrappers import Response as HttpResponse

from accounts.policies import Permission
from accounts.session import signed_in_person
from core.access import requires
from core.db import db, transactional
from core.errors import Conflict, NotFound
from core.i18n import gettext as _
from opinions.exports.making import FORMATS, export, file_name
from opinions.forms.asked import StepForm
from opinions.models import ExportKind
from opinions.queries import desk
from opinions.queries import exports as queries
from opinions.services import exports as services

blueprint = Blueprint("exports", __name__, url_prefix="/tiep-thu")


@blueprint.get("/<int:consultation_id>/tai-ve/")
@requires(Permission.ANSWER)
def index(consultation_id: int) -> str:
    consultation = desk.get_consultation(signed_in_person().id, consultation_id)
    opinions = queries.opinions_in_files(consultation.id)
    return render_template(
        "opinions/exports.html",
        consultation=consultation,
        opinions=opinions,
        directly=opinions <= queries.DIRECTLY,
        files=queries.list_exports(consultation.id, dossiers=False),
        words=kind_words(),
    )


@blueprint.get("/<int:consultation_id>/tai-ve/<kind>")
@requires(Permission.ANSWER)
def download(consultation_id: int, kind: str) -> HttpResponse:
    """The file, made now; one that takes long is not, and can be asked for on the page of the downloads."""
    consultation, wanted = desk.get_consultation(signed_in_person().id, consultation_id), _kind(kind)
    if queries.opinions_in_files(consultation.id) > queries.DIRECTLY:
        flash(_("Tệp này lớn, cần vài phút: bấm “Lập tệp”, xong sẽ có thông báo."), "info")
        return redirect(url_for(".index", consultation_id=consultation.id))
    name, media_type = file_name(consultation, wanted), FORMATS[wanted].kind.media_type
    return send_file(export(consultation, wanted), mimetype=media_type, as_attachment=True, download_name=name)


@blueprint.post("/<int:consultation_id>/tai-ve/<kind>")
@requires(Permission.ANSWER)
@transactional
def make(consultation_id: int, kind: str) -> HttpResponse:
    """Ask for the file; the worker makes it, however large it is."""
    person = signed_in_person()
    consultation, wanted = desk.get_consultation(person.id, consultation_id), _kind(kind)
    if StepForm().validate_on_submit():
        try:
            services.request_export(consultation, wanted, by=person)
            flash(_("Đang lập tệp. Bạn rời trang được; xong sẽ có thông báo."), "done")
        except Conflict as conflict:
            db.session.rollback()
            flash(conflict.message, "info")
    place = "dossiers.index" if wanted is ExportKind.DOSSIER else ".index"
    return redirect(url_for(place, consultation_id=consultation_id))


@blueprint.get("/<int:consultation_id>/tep/<int:export_id>")
@requires(Permission.ANSWER)
def made(consultation_id: int, export_id: int) -> HttpResponse:
    """A file that the worker made."""
    consultation = desk.get_consultation(signed_in_person().id, consultation_id)
    stored = queries.get_file(consultation.id, export_id)
    return send_file(stored.path, mimetype=stored.media_type, as_attachment=True, download_name=stored.name)


def kind_words() -> dict[ExportKind, tuple[str, str]]:
    """What each file is called, and what it holds, in the order in which they are offered."""
    return {
        ExportKind.TABLE: (
            _("Bản tổng hợp (Word)"),
            _("Theo điều, khoản, đúng mẫu của Nghị định; mỗi nhóm ý kiến một dòng."),
        ),
        ExportKind.TABLE_BY_PROBLEM: (
            _("Bản tổng hợp theo vấn đề (Word)"),
            _("Các nhóm cùng tên đứng cùng nhau, bất kể ở điều nào."),
        ),
        ExportKind.ANNEX: (_("Phụ lục: mọi ý kiến (Excel)"), _("Mỗi ý kiến một dòng; tờ cuối ghi tổng số.")),
        ExportKind.REPORT: (_("Báo cáo tóm tắt (Word)"), _("Lời văn, số liệu và biểu đồ.")),
        ExportKind.CSV: (_("Mọi ý kiến (.csv)"), _("Cho phần mềm thống kê; mở được bằng Excel.")),
        ExportKind.JSON_LINES: (_("Mọi ý kiến (JSON Lines)"), _("Mỗi ý kiến một dòng, cho chương trình đọc.")),
    }


def _kind(value: str) -> ExportKind:
    if value not in set(ExportKind):
        raise NotFound
    return ExportKind(value)
