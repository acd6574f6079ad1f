"""The desk: figures that agencies report from meetings and paper, each with its paper and its history."""

import tempfile

from flask import Blueprint, current_app, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as HttpResponse

from accounts.policies import Permission
from accounts.session import signed_in_person
from consultations.models import Consultation
from core import files
from core.access import requires
from core.db import transactional
from core.errors import Conflict
from core.files import StoredFile
from core.i18n import gettext as _
from opinions.exports.reported import write_reports
from opinions.forms.reported import CorrectionForm, ReportForm, source_words
from opinions.imports.spots import find_spot
from opinions.models import ReportedTally, ReportSource
from opinions.queries import desk, places
from opinions.queries import reported as queries
from opinions.queries.units import list_provinces
from opinions.services.reporting import Report, correct_report, enter_report

blueprint = Blueprint("reported", __name__, url_prefix="/tiep-thu")

MEGABYTE = 2**20
IN_MEMORY = 2**20
PAPERS = (*files.LETTERS, files.XLSX)
Page = HttpResponse | str | tuple[str, int]


@blueprint.get("/<int:consultation_id>/so-lieu/")
@requires(Permission.ANSWER)
def index(consultation_id: int) -> Page:
    return _index_page(desk.get_consultation(signed_in_person().id, consultation_id), ReportForm(formdata=None))


@blueprint.post("/<int:consultation_id>/so-lieu/")
@requires(Permission.ANSWER)
@transactional
def enter(consultation_id: int) -> Page:
    """A new entry with its paper."""
    person, form = signed_in_person(), ReportForm()
    consultation = desk.get_consultation(person.id, consultation_id)
    form.offer(list_provinces())
    if form.validate_on_submit():
        with form.refusals():
            report = _report(consultation, form)
            made = enter_report(consultation, report, _paper(form), by=person)
        if not form.refused:
            flash(_("Đã ghi số liệu tổng hợp."), "done")
            return redirect(url_for(".report", consultation_id=consultation_id, report_id=made.id))
    return _index_page(consultation, form), 422


@blueprint.get("/<int:consultation_id>/so-lieu/<int:report_id>/")
@requires(Permission.ANSWER)
def report(consultation_id: int, report_id: int) -> Page:
    """One entry, its history, and the form that corrects it."""
    consultation = desk.get_consultation(signed_in_person().id, consultation_id)
    found = queries.get_report(consultation.id, report_id)
    return _report_page(consultation, found, _filled(found))


@blueprint.post("/<int:consultation_id>/so-lieu/<int:report_id>/")
@requires(Permission.ANSWER)
@transactional
def correct(consultation_id: int, report_id: int) -> Page:
    """A new entry instead of a wrong one, which stays in the history."""
    person, form = signed_in_person(), CorrectionForm()
    consultation = desk.get_consultation(person.id, consultation_id)
    wrong = queries.get_report(consultation.id, report_id)
    form.offer(list_provinces())
    if not form.validate_on_submit():
        return _report_page(consultation, wrong, form), 422
    try:
        with form.refusals():
            paper = _paper(form) if form.file.data else None
            values = _report(consultation, form)
            made = correct_report(consultation, wrong, values, paper, by=person, reason=form.reason.data or "")
    except Conflict as conflict:
        flash(conflict.message, "error")
        return _report_page(consultation, wrong, form), 409
    if form.refused:
        return _report_page(consultation, wrong, form), 422
    flash(_("Đã đính chính. Số cũ vẫn ở trong lịch sử."), "done")
    return redirect(url_for(".report", consultation_id=consultation_id, report_id=made.id))


@blueprint.get("/<int:consultation_id>/so-lieu/<int:report_id>/van-ban")
@requires(Permission.ANSWER)
def paper(consultation_id: int, report_id: int) -> HttpResponse:
    """The paper of an entry; never public."""
    consultation = desk.get_consultation(signed_in_person().id, consultation_id)
    kept = queries.get_report(consultation.id, report_id).file
    return send_file(kept.path, mimetype=kept.media_type, as_attachment=True, download_name=kept.name)


@blueprint.get("/<int:consultation_id>/so-lieu.csv")
@requires(Permission.ANSWER)
def export(consultation_id: int) -> HttpResponse:
    """Every entry, those that were corrected included and marked."""
    consultation = desk.get_consultation(signed_in_person().id, consultation_id)
    out = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  # send_file reads it and closes it
    rows = queries.all_rows(consultation.id)
    write_reports(rows, places.citations(queries.by_place(consultation.id)), out)
    out.seek(0)
    name = f"so-lieu-tong-hop-{consultation.id}.csv"
    return send_file(out, mimetype="text/csv; charset=utf-8", as_attachment=True, download_name=name)


def _report(consultation: Consultation, form: ReportForm) -> Report:
    spot = find_spot(consultation.id, form.place.data or "")
    assert form.held_on.data is not None  # noqa: S101  # a field that is required
    return Report(
        document_id=spot.document_id,
        place=spot.place,
        agency=form.agency.data or "",
        place_code=form.province.data or None,
        source=ReportSource(form.source.data),
        held_on=form.held_on.data,
        meetings=form.meetings.data,
        agree=form.agree.data or 0,
        disagree=form.disagree.data or 0,
        other=form.other.data or 0,
    )


def _paper(form: ReportForm) -> StoredFile:
    upload, limit = form.file.data, current_app.config["MAX_ATTACHMENT_MB"] * MEGABYTE
    return files.save_upload(upload.stream, upload.filename or "", kinds=PAPERS, limit=limit)


def _filled(found: ReportedTally) -> CorrectionForm:
    """The correction begins with what stands."""
    cited = places.citations([(found.document_id, found.place)]).get((found.document_id, found.place), "")
    return CorrectionForm(
        formdata=None,
        agency=found.agency,
        province=found.place_code or "",
        place=cited or _("Chung"),
        source=found.source.value,
        held_on=found.held_on,
        meetings=found.meetings,
        agree=found.agree,
        disagree=found.disagree,
        other=found.other,
    )


def _index_page(consultation: Consultation, form: ReportForm) -> str:
    form.offer(list_provinces())
    page = queries.list_current(consultation.id, request.args.get("trang"))
    sums = queries.by_place(consultation.id)
    return render_template(
        "opinions/reported.html",
        consultation=consultation,
        form=form,
        page=page,
        sums=sums,
        total=queries.total(consultation.id),
        citations=places.citations(sums),
        sources=source_words(),
        limit=current_app.config["MAX_ATTACHMENT_MB"],
    )


def _report_page(consultation: Consultation, found: ReportedTally, form: CorrectionForm) -> str:
    form.offer(list_provinces())
    history = queries.list_history(found)
    return render_template(
        "opinions/reported_entry.html",
        consultation=consultation,
        found=found,
        history=history,
        corrected=history[-1].id != found.id,
        latest=history[-1].id,
        citations=places.citations((row.document_id, row.place) for row in history),
        sources=source_words(),
        form=form,
        limit=current_app.config["MAX_ATTACHMENT_MB"],
    )
