"""Reads of the figures that agencies report. The entry that nothing corrects counts; the others are its history."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from accounts.models import Agency, Person
from consultations.models import Document
from core.db import db
from core.errors import NotFound
from core.files import StoredFile
from core.pagination import Page, paginate
from opinions.models import ReportedTally

PAGE_SIZE = 50
READ_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Reported:
    """Reported figures added up over entries that count: how many entries and agencies they are of."""

    entries: int = 0
    agencies: int = 0
    meetings: int = 0
    agree: int = 0
    disagree: int = 0
    other: int = 0

    @property
    def total(self) -> int:
        return self.agree + self.disagree + self.other


def total(consultation_id: int) -> Reported:
    """Of a whole consultation."""
    return Reported(*map(int, db.session.execute(total_statement(consultation_id)).one()))


def total_statement(consultation_id: int) -> "sa.Select[*tuple[Any, ...]]":
    """One row with the fields of Reported."""
    return sa.select(*_figures()).where(ReportedTally.consultation_id == consultation_id, _counts())


def by_place(consultation_id: int) -> dict[tuple[int, int], Reported]:
    """By (document, place), in one statement."""
    rows = db.session.execute(
        sa.select(ReportedTally.document_id, ReportedTally.place, *_figures())
        .where(ReportedTally.consultation_id == consultation_id, _counts())
        .group_by(ReportedTally.document_id, ReportedTally.place)
    )
    return {(row[0], row[1]): Reported(*map(int, row[2:])) for row in rows}


def is_reported(consultation_id: "sa.SQLColumnExpression[int]") -> "sa.ColumnElement[bool]":
    """A column that says whether agencies reported figures to a consultation: its pages ask for them only then."""
    return sa.exists().where(ReportedTally.consultation_id == consultation_id)


def on_place(document_id: int, place: int) -> Reported | None:
    """For the public page of a provision; None where nothing is reported."""
    found = sa.select(*_figures()).where(
        ReportedTally.document_id == document_id, ReportedTally.place == place, _counts()
    )
    reported = Reported(*map(int, db.session.execute(found).one()))
    return reported if reported.entries else None


def list_current(consultation_id: int, cursor: str | None) -> Page[Any]:
    """The entries that count, newest first: rows of ``_columns``."""
    statement = _rows(consultation_id).where(_counts())
    return paginate(statement, [(ReportedTally.id, "id", True)], cursor=cursor, size=PAGE_SIZE)


def all_rows(consultation_id: int) -> Iterator[Any]:
    """Every entry with its history, oldest first: rows of ``_columns``, read a thousand at a time."""
    statement = _rows(consultation_id).order_by(ReportedTally.id)
    return iter(db.session.execute(statement.execution_options(yield_per=READ_AT_ONCE)))


def get_report(consultation_id: int, report_id: int) -> ReportedTally:
    """With its paper. Raises NotFound for one of another consultation."""
    report = db.session.scalar(
        sa.select(ReportedTally)
        .options(joinedload(ReportedTally.file))
        .where(ReportedTally.id == report_id, ReportedTally.consultation_id == consultation_id)
    )
    if report is None:
        raise NotFound
    return report


def list_history(report: ReportedTally) -> Sequence[Any]:
    """The entry, what it corrected and what corrected it, oldest first: rows of ``_columns``."""
    back = sa.select(ReportedTally.id, ReportedTally.corrects_id).where(ReportedTally.id == report.id)
    before = back.cte("before", recursive=True)
    before = before.union(
        sa.select(ReportedTally.id, ReportedTally.corrects_id).where(ReportedTally.id == before.c.corrects_id)
    )
    after = sa.select(ReportedTally.id).where(ReportedTally.id == report.id).cte("after", recursive=True)
    after = after.union(sa.select(ReportedTally.id).where(ReportedTally.corrects_id == after.c.id))
    chain = sa.union(sa.select(before.c.id), sa.select(after.c.id))
    statement = _rows(report.consultation_id).where(ReportedTally.id.in_(chain)).order_by(ReportedTally.id)
    return db.session.execute(statement).all()


def is_corrected(report_id: int) -> bool:
    return bool(db.session.scalar(sa.select(sa.exists().where(ReportedTally.corrects_id == report_id))))


def _figures() -> "list[sa.ColumnElement[Any]]":
    sums = (ReportedTally.meetings, ReportedTally.agree, ReportedTally.disagree, ReportedTally.other)
    return [
        sa.func.count(ReportedTally.id).label("entries"),
        sa.func.count(sa.distinct(ReportedTally.agency)).label("agencies"),
        *(sa.func.coalesce(sa.func.sum(column), 0).label(column.key) for column in sums),
    ]


def _counts() -> "sa.ColumnElement[bool]":
    later = aliased(ReportedTally)
    return ~sa.exists().where(later.corrects_id == ReportedTally.id)


def _rows(consultation_id: int) -> "sa.Select[*tuple[Any, ...]]":
    """Columns: those of the entry, document (title), place_name (of its province or commune), entered_by, sha256 (of
    the paper), counts."""
    table = ReportedTally.__table__.c
    return (
        sa.select(
            *table,
            Document.title.label("document"),
            Agency.name.label("place_name"),
            Person.full_name.label("entered_by"),
            StoredFile.sha256,
            _counts().label("counts"),
        )
        .select_from(ReportedTally)
        .join(Document, Document.id == ReportedTally.document_id)
        .join(StoredFile, StoredFile.id == ReportedTally.file_id)
        .outerjoin(Agency, sa.and_(Agency.code == ReportedTally.place_code, Agency.valid_to.is_(None)))
        .outerjoin(Person, Person.id == ReportedTally.entered_by_id)
        .where(ReportedTally.consultation_id == consultation_id)
    )
