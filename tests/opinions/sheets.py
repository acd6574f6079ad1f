"""Spreadsheets for tests, and batches brought in from them."""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import xlsxwriter

from accounts.models import Person
from consultations.models import Batch, Channel, Comment, Consultation
from consultations.services import tallies
from core import files
from core.db import db
from opinions.imports import running
from opinions.services import importing

HEADINGS = ("Điều khoản", "Chủ thể góp ý", "Nội dung góp ý", "Lập trường")


def as_csv(rows: Iterable[Sequence[object]], headings: Sequence[str] = HEADINGS, delimiter: str = ",") -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(headings)
    writer.writerows(rows)
    return text.getvalue().encode()


def as_xlsx(rows: Iterable[Sequence[Any]], headings: Sequence[str] = HEADINGS) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([headings, *rows]):
            sheet.write_row(number, 0, row)
    return made.getvalue()


def open_batch(
    consultation: Consultation,
    data: bytes,
    name: str = "y-kien.csv",
    *,
    channel: Channel = Channel.LETTER,
    by: Person | None = None,
    force: bool = False,
) -> Batch:
    """A batch of this file, with its columns recognised and nothing read yet."""
    stored = files.save_upload(io.BytesIO(data), name, kinds=running.KINDS, limit=2**30)
    source = running.open_source(stored.path, name)
    layout = running.guess_layout(source, consultation.id).to_json()
    return importing.open_batch(
        consultation, stored, channel=channel, layout=layout, expected=source.facts.expected, by=by, force=force
    )


def bring(consultation: Consultation, data: bytes, name: str = "y-kien.csv", **more: Any) -> Batch:
    """Import a file to its end."""
    batch = open_batch(consultation, data, name, **more)
    importing.start_import(batch, force=True, in_worker=False)
    db.session.commit()
    return read_on(batch)


def read_on(batch: Batch) -> Batch:
    """Let it be read to its end, or to where it fails."""
    batch_id = batch.id
    running.run(batch_id)
    return db.session.get_one(Batch, batch_id, populate_existing=True)


def opinions_of(batch: Batch) -> list[Comment]:
    """In the order of the file."""
    return list(
        db.session.scalars(
            sa.select(Comment)
            .where(Comment.batch_id == batch.id)
            .order_by(Comment.batch_row)
            .execution_options(populate_existing=True)
        )
    )


def rows_of(path: Path, name: str = "") -> list[Any]:
    """What is read of a file."""
    return list(running.open_source(path, name or path.name).rows())


def adds_up() -> bool:
    """Do the tallies say what the comments say?"""
    return tallies.differences() == {}
