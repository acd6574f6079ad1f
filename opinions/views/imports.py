"""The desk: spreadsheets of opinions, what hangs on no provision yet, and opinions entered by hand."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, current_app, flash, redirect, render_template, send_file, url_for
from werkzeug.wrappers import Response as HttpResponse
from wtforms import SelectField

from accounts.policies import Permission
from accounts.queries import holds_in
from accounts.session import signed_in_person
from consultations.models import Batch, BatchState, Channel, Consultation
from core import clock
from core.access import requires
from core.db import db, transactional
from core.errors import DanBanError, RuleBroken
from core.files import save_upload
from core.i18n import gettext as _
from core.text import truncate_words
from moderation.services import status_name
from opinions.forms.imports import ColumnsForm, StartForm, UploadForm, channels
from opinions.imports import columns, notes, running
from opinions.imports.columns import Layout
from opinions.queries import desk
from opinions.queries import imports as queries
from opinions.services import importing

blueprint = Blueprint("imports", __name__, url_prefix="/tiep-thu")
MEGABYTE = 2**20
EXAMPLE_LETTERS = 60
STEPS = {
    "chay-thu": importing.start_check,
    "tam-dung": importing.pause,
    "tiep-tuc": importing.resume,
}


@blueprint.get("/<int:consultation_id>/nhap/")
@requires(Permission.ANSWER)
def index(consultation_id: int) -> str:
    return _index_page(desk.get_consultation(signed_in_person().id, consultation_id))


@blueprint.post("/<int:consultation_id>/nhap/")
@requires(Permission.ANSWER)
@transactional
def upload(consultation_id: int) -> HttpResponse | tuple[str, int]:
    """Keep the file and go on to its columns; nothing is read into the ledger yet."""
    person = signed_in_person()
    consultation = desk.get_consultation(person.id, consultation_id)
    form = UploadForm()
    form.offer()
    batch: Batch | None = None
    if form.validate_on_submit():
        limit = current_app.config["MAX_IMPORT_MB"] * MEGABYTE
        with form.refusals():
            stored = save_upload(form.file.data.stream, form.file.data.filename, kinds=running.KINDS, limit=limit)
            source = running.open_source(stored.path, stored.name)
            batch = importing.open_batch(
                consultation,
                stored,
                channel=Channel(form.channel.data),
                layout=running.guess_layout(source, consultation.id).to_json(),
                expected=source.facts.expected,
                by=person,
                force=bool(form.force.data),
            )
    if batch is None or form.refused:
        return _index_page(consultation, form), 422
    return redirect(url_for(".batch", batch_id=batch.id))


@blueprint.get("/lo/<int:batch_id>/")
@requires(Permission.ANSWER)
def batch(batch_id: int) -> str:
    return _batch_page(queries.get_batch(signed_in_person().id, batch_id))


@blueprint.post("/lo/<int:batch_id>/cot")
@requires(Permission.ANSWER)
@transactional
def choose_columns(batch_id: int) -> HttpResponse | tuple[str, int]:
    """Keep what the columns hold; another sheet is looked at anew."""
    found = queries.get_batch(signed_in_person().id, batch_id)
    layout = Layout.from_json(found.layout)
    form = _columns_form(layout, [""] * len(layout.headings), _sheets(found, layout), str(found.channel))
    if form.validate_on_submit():
        with form.refusals():
            sheet = form.sheet.data or layout.sheet
            if (sheet, form.header.data) != (layout.sheet, layout.header_row):
                source = running.open_source(found.file.path, found.file.name, sheet)
                row = form.header.data if sheet == layout.sheet else None
                chosen = running.guess_layout(source, found.consultation_id, row)
            else:
                chosen = columns.with_columns(layout, [one.data for one in form.selects()])
                if not chosen.can_be_read:
                    raise RuleBroken(_("Hãy cho biết cột nào là nội dung góp ý."))
            importing.choose_columns(found, chosen.to_json(), Channel(form.channel.data))
    if form.refused:
        return _batch_page(found, form), 422
    return redirect(url_for(".batch", batch_id=batch_id))


@blueprint.post("/lo/<int:batch_id>/nhap")
@requires(Permission.ANSWER)
@transactional
def start(batch_id: int) -> HttpResponse | tuple[str, int]:
    """Begin the import, in the worker."""
    found, form = queries.get_batch(signed_in_person().id, batch_id), StartForm()
    if form.validate_on_submit():
        with form.refusals():
            importing.start_import(found, force=bool(form.force.data))
    if form.refused:
        return _batch_page(found, start_form=form), 422
    return redirect(url_for(".batch", batch_id=batch_id))


@blueprint.post("/lo/<int:batch_id>/<any('chay-thu', 'tam-dung', 'tiep-tuc', 'huy'):step>")
@requires(Permission.ANSWER)
@transactional
def move(batch_id: int, step: str) -> HttpResponse:
    """A dry run, a pause, going on, giving up."""
    person = signed_in_person()
    found = queries.get_batch(person.id, batch_id)
    try:
        if step == "huy":
            importing.cancel(found, by=person)
            flash(_("Đã hủy lô. Ý kiến đã nhập rời khỏi sổ, được giữ lại và ghi là đã rút."), "done")
        else:
            STEPS[step](found)
    except DanBanError as refusal:
        db.session.rollback()
        flash(refusal.message, "error")
    return redirect(url_for(".batch", batch_id=batch_id))


@blueprint.get("/lo/<int:batch_id>/bao-cao.csv")
@requires(Permission.ANSWER)
def report(batch_id: int) -> Response:
    """What there is to say of the rows, as .csv."""
    found = queries.get_batch(signed_in_person().id, batch_id)
    answer = Response("".join(notes.report(found.id)), mimetype="text/csv")
    answer.headers.set("Content-Disposition", "attachment", filename=f"bao-cao-lo-{found.id}.csv")
    return answer


@blueprint.get("/lo/<int:batch_id>/tep")
@requires(Permission.ANSWER)
def original(batch_id: int) -> HttpResponse:
    """The file as it was handed in; never public."""
    found = queries.get_batch(signed_in_person().id, batch_id)
    return send_file(found.file.path, mimetype=found.file.media_type, as_attachment=True, download_name=found.file.name)


def _index_page(consultation: Consultation, form: UploadForm | None = None) -> str:
    if form is None:
        form = UploadForm()
        form.offer()
    return render_template(
        "opinions/imports.html",
        consultation=consultation,
        form=form,
        batches=queries.list_batches(consultation.id),
        unplaced=queries.count_unplaced(consultation.id),
        limit=current_app.config["MAX_IMPORT_MB"],
        states=_states(),
    )


def _batch_page(found: Batch, form: ColumnsForm | None = None, start_form: StartForm | None = None) -> str:
    person = signed_in_person()
    consultation = desk.get_consultation(person.id, found.consultation_id)
    layout = Layout.from_json(found.layout)
    open_ = found.state in importing.BEFORE_IMPORT and not queries.has_opinions(found.id)
    shown = running.preview(found) if open_ else None
    if shown is not None and form is None:
        examples = [_example(shown, column) for column in range(len(layout.headings))]
        form = _columns_form(layout, examples, _sheets(found, layout), str(found.channel))
    return render_template(
        "opinions/import_batch.html",
        consultation=consultation,
        batch=found,
        layout=layout,
        form=form,
        start_form=start_form or StartForm(),
        shown=shown,
        citations=_citations(found.consultation_id) if shown else {},
        sentence=notes.sentence,
        notes=queries.count_notes(found.id),
        percent=_percent(found),
        stuck=clock.now() - found.moved_at > importing.STILL,
        doubt=importing.doubt(found.rows_taken, found.rows_unplaced)
        if open_ and importing.is_doubtful(found.rows_taken, found.rows_unplaced)
        else "",
        may_moderate=holds_in(person.id, Permission.MODERATE, consultation.agency_id),
        status=status_name(found.status),
        states=_states(),
    )


def _example(shown: running.Preview, column: int) -> str:
    said = (row.cells[column] for row in shown.rows if column < len(row.cells) and row.cells[column].strip())
    return truncate_words(next(said, ""), EXAMPLE_LETTERS)


def _sheets(found: Batch, layout: Layout) -> Sequence[str]:
    return running.open_source(found.file.path, found.file.name, layout.sheet).facts.sheets


def _citations(consultation_id: int) -> dict[int, str]:
    return {row.id: row.citation for row in queries.list_provisions(consultation_id)}


def _percent(found: Batch) -> int:
    if not found.rows_expected:
        return 0
    return min(99, found.position * 100 // found.rows_expected)


def _states() -> dict[Any, str]:
    return {
        BatchState.NEW: _("chờ xem lại cột"),
        BatchState.CHECKING: _("đang chạy thử"),
        BatchState.CHECKED: _("đã chạy thử"),
        BatchState.RUNNING: _("đang nhập"),
        BatchState.PAUSED: _("tạm dừng"),
        BatchState.DONE: _("đã nhập xong"),
        BatchState.FAILED: _("không đọc tiếp được"),
        BatchState.CANCELLED: _("đã hủy"),
    }


def _columns_form(layout: Layout, examples: Sequence[str], sheets: Sequence[str], channel: str) -> ColumnsForm:
    """The form for a layout; ``examples``: what the first rows hold in each column."""
    choices = [("", _("Không dùng")), *((str(one), name) for one, name in columns.labels().items())]
    names = {
        f"cot_{column:03}": SelectField(
            heading or _("Cột %(n)s", n=column + 1),
            default=str(layout.field_of(column) or ""),
            description=_("Ví dụ: %(words)s", words=examples[column]) if examples[column] else "",
        )
        for column, heading in enumerate(layout.headings)
    }
    form: ColumnsForm = type("ColumnsOfFile", (ColumnsForm,), names)(
        channel=channel, sheet=layout.sheet, header=layout.header_row
    )
    for select in form.selects():
        select.choices = choices
    form.channel.choices = channels()
    form.sheet.choices = [(name, name) for name in sheets] or [("", "")]
    return form
