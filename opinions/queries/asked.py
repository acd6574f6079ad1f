"""Reads of the bodies asked in writing: the list, those that have not answered first, and its totals."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from consultations.models import Consultation, Submission
from core import clock
from core.db import db
from core.errors import NotFound
from core.pagination import Page, paginate
from opinions.models import AskedBody, BodyAnswer

PAGE_SIZE = 100


@dataclass(frozen=True, slots=True)
class AskedTotals:
    """How many bodies were asked and what came back: opinion + no_opinion + silent = asked; late ones are silent."""

    asked: int = 0
    opinion: int = 0
    no_opinion: int = 0
    late: int = 0

    @property
    def answered(self) -> int:
        return self.opinion + self.no_opinion

    @property
    def silent(self) -> int:
        return self.asked - self.answered


def totals(consultation_id: int) -> AskedTotals:
    return AskedTotals(*db.session.execute(totals_statement(consultation_id)).one())


def totals_statement(consultation_id: int) -> "sa.Select[*tuple[Any, ...]]":
    """One row with the fields of AskedTotals."""
    late = sa.and_(AskedBody.answer.is_(None), AskedBody.due_on < clock.today())
    return sa.select(
        sa.func.count().label("asked"),
        sa.func.count(sa.case((AskedBody.answer == BodyAnswer.OPINION, 1))).label("opinion"),
        sa.func.count(sa.case((AskedBody.answer == BodyAnswer.NO_OPINION, 1))).label("no_opinion"),
        sa.func.count(sa.case((late, 1))).label("late"),
    ).where(AskedBody.consultation_id == consultation_id)


def list_bodies(consultation_id: int, *, only: str, cursor: str | None) -> Page[Any]:
    """In the order in which they were put on the list. ``only``: "silent", "answered" or "" for all.

    Rows: AskedBody, receipt_code.
    """
    statement = (
        sa.select(AskedBody, AskedBody.id.label("body_id"), Submission.receipt_code)
        .outerjoin(Submission, Submission.id == AskedBody.submission_id)
        .where(AskedBody.consultation_id == consultation_id)
    )
    if only == "silent":
        statement = statement.where(AskedBody.answer.is_(None))
    elif only == "answered":
        statement = statement.where(AskedBody.answer.is_not(None))
    return paginate(statement, [(AskedBody.id, "body_id", False)], cursor=cursor, size=PAGE_SIZE)


def list_silent(consultation_id: int) -> Sequence[AskedBody]:
    """Those that have not answered."""
    return db.session.scalars(
        sa.select(AskedBody)
        .where(AskedBody.consultation_id == consultation_id, AskedBody.answer.is_(None))
        .order_by(AskedBody.id)
    ).all()


def get_body(consultation_id: int, body_id: int) -> AskedBody:
    """Raises NotFound for one of another consultation."""
    body = db.session.scalar(
        sa.select(AskedBody).where(AskedBody.id == body_id, AskedBody.consultation_id == consultation_id)
    )
    if body is None:
        raise NotFound
    return body


def get_asking(consultation_id: int) -> Consultation:
    """The consultation that a body is asked about, with its agency."""
    found = db.session.scalar(
        sa.select(Consultation)
        .options(sa.orm.joinedload(Consultation.agency))
        .where(Consultation.id == consultation_id)
    )
    if found is None:
        raise NotFound
    return found


def all_bodies(consultation_id: int) -> Sequence[AskedBody]:
    """The whole list, as it was made."""
    return db.session.scalars(
        sa.select(AskedBody).where(AskedBody.consultation_id == consultation_id).order_by(AskedBody.id)
    ).all()
