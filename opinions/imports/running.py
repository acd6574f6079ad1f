"""Reading a batch to its end: chunk by chunk, each one transaction, so that it can stop and go on anywhere."""

import contextlib
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from consultations.models import Batch, BatchState
from consultations.services import batches
from consultations.services.batches import Chunk, Imported, Note, Senders, Target
from core import files
from core.db import db, transaction
from core.errors import Conflict, RuleBroken
from core.files import StoredFile
from core.i18n import gettext as _
from opinions.imports import ahead, columns
from opinions.imports.columns import Layout
from opinions.imports.delimited import DelimitedFile
from opinions.imports.places import PlaceFinder
from opinions.imports.source import Row, Source
from opinions.imports.understanding import Ground, Reader
from opinions.imports.workbook import Workbook
from opinions.queries import imports as queries
from opinions.queries.units import load_units
from opinions.services import importing

ROWS_AT_ONCE = 5_000
LOOKED_AT = 1_000
"""Rows by which an import without a dry run tells a file that is about another draft."""

KINDS = (files.XLSX, files.CSV)

Report = Callable[[int, int | None], None]


@dataclass(frozen=True)
class Preview:
    """The first rows of a file as they would be read, beside their cells."""

    rows: list[Row] = field(default_factory=list)
    read: list[tuple[Imported | None, list[Note]]] = field(default_factory=list)


def open_source(path: Path, name: str, sheet: str = "") -> Source:
    """The file by the ending of its name. Raises RuleBroken (field ``file``) for one that cannot be read at all."""
    if name.lower().endswith(".xlsx"):
        return Workbook(path, sheet)
    return DelimitedFile(path)


def guess_layout(source: Source, consultation_id: int, header_row: int | None = None) -> Layout:
    """The columns as they are recognised; headings that were mapped in this consultation before, as they were then.

    Raises RuleBroken (field ``file``) for a file without a row below its headings.
    """
    remembered: dict[str, str] = {}
    for kept in queries.list_layouts(consultation_id):
        for key, name in _mapped(Layout.from_json(kept)).items():
            remembered.setdefault(key, name)
    layout = columns.find_layout(source, remembered, header_row)
    if not any(True for _row in islice(_data(source, layout), 1)):
        raise RuleBroken(_("Tệp này không có dòng nào để nhập."), "file")
    return layout


def preview(batch: Batch, limit: int = 20) -> Preview:
    """The first rows that hold something, and what would become of them."""
    layout, stored = Layout.from_json(batch.layout), db.session.get_one(StoredFile, batch.file_id)
    source = open_source(stored.path, stored.name, layout.sheet)
    rows = list(islice(_data(source, layout), limit))
    reader = Reader(layout, _ground(batch))
    return Preview(rows, [(one, list(notes)) for one, notes in map(reader.read, rows)])


def look_at(batch: Batch) -> tuple[int, int]:
    """(taken, unplaced) among the first rows: whether the file is about this draft."""
    read = [one for one, _notes in preview(batch, LOOKED_AT).read if one is not None]
    return len(read), sum(one.unplaced for one in read)


def run(batch_id: int, *, seconds: float | None = None, report: Report | None = None) -> bool:
    """Read on from where the batch stands, for so many seconds or to its end; returns whether nothing is left to do.

    Stops without a word when somebody paused the batch, took it back, or reads it elsewhere. A file that cannot be
    read on fails the batch, with the reason.
    """
    batch = db.session.get_one(Batch, batch_id)
    state = batch.state
    if state not in (BatchState.CHECKING, BatchState.RUNNING):
        return True
    try:
        done = _run(batch, time.monotonic() + seconds if seconds is not None else None, report)
    except Conflict:
        return True
    except RuleBroken as refusal:
        db.session.rollback()
        with transaction():
            importing.fail(batch_id, refusal.message)
        return True
    return done


def _run(batch: Batch, until: float | None, report: Report | None) -> bool:
    target, position, expected = Target(batch.id, batch.consultation_id), batch.position, batch.rows_expected
    dry = batch.state == BatchState.CHECKING
    layout, stored = Layout.from_json(batch.layout), db.session.get_one(StoredFile, batch.file_id)
    source, reader = open_source(stored.path, stored.name, layout.sheet), Reader(layout, _ground(batch))
    senders = Senders(target.id)
    db.session.rollback()
    chunks = _chunks(_data(source, layout, after=position), reader, position)
    if (expected or 0) - position >= ahead.WORTH_IT:
        chunks = ahead.read_ahead(chunks)
    with contextlib.closing(chunks):
        done = _write(
            target, chunks, senders, dry=dry, until=until, report=lambda row: report and report(row, expected)
        )
    if done:
        with transaction():
            _end(target.id, dry)
    return done


def _write(
    target: Target,
    chunks: Iterator[Chunk],
    senders: Senders,
    *,
    dry: bool,
    until: float | None,
    report: Callable[[int], object],
) -> bool:
    """Write chunk after chunk; returns False when the time was up before the end."""
    for chunk in chunks:
        with transaction():
            if dry:
                batches.count_chunk(target, chunk)
            else:
                batches.write_chunk(target, chunk, senders)
        report(chunk.upto)
        if until is not None and time.monotonic() > until:
            return False
    return True


def _end(batch_id: int, dry: bool) -> None:
    batch = db.session.get_one(Batch, batch_id, with_for_update={"of": Batch}, populate_existing=True)
    if dry and batch.state == BatchState.CHECKING:
        batch.state, batch.rows_expected = BatchState.CHECKED, batch.position
        db.session.flush()
    elif not dry and batch.state == BatchState.RUNNING:
        batches.finish(batch)


def _chunks(rows: Iterator[Row], reader: Reader, after: int) -> Generator[Chunk, None, None]:
    while some := list(islice(rows, ROWS_AT_ONCE)):
        opinions: list[Imported] = []
        notes: list[Note] = []
        for row in some:
            opinion, said = reader.read(row)
            notes.extend(said)
            if opinion is not None:
                opinions.append(opinion)
        yield Chunk(after, some[-1].number, opinions, notes)
        after = some[-1].number


def _data(source: Source, layout: Layout, after: int = 0) -> Iterator[Row]:
    """Rows below the headings and behind a position that hold something."""
    first = max(layout.header_row, after)
    return (row for row in source.rows() if row.number > first and not row.is_blank)


def _ground(batch: Batch) -> Ground:
    finder = PlaceFinder(queries.list_provisions(batch.consultation_id), queries.first_document(batch.consultation_id))
    return Ground(finder, load_units(), batch.channel, batch.created_at)


def _mapped(layout: Layout) -> Mapping[str, str]:
    """The field ("" for none) of each heading."""
    return {
        columns.heading_key(heading): str(layout.field_of(column) or "")
        for column, heading in enumerate(layout.headings)
        if columns.heading_key(heading)
    }
