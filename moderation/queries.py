"""Reads of the queue and its log."""

from dataclasses import dataclass

import sqlalchemy as sa

from accounts.models import Person
from core.db import db
from core.errors import NotFound
from moderation.models import ReviewAction, ReviewCase, ReviewLog, ReviewStatus


@dataclass(frozen=True)
class Change:
    """The last change of a case: who made it (None: its author) and what it became."""

    name: str | None
    status: ReviewStatus


def get_case_of(subject_type: str, subject_id: int) -> ReviewCase:
    case = db.session.scalar(
        sa.select(ReviewCase).where(ReviewCase.subject_type == subject_type, ReviewCase.subject_id == subject_id)
    )
    if case is None:
        raise NotFound
    return case


def last_decision(case_id: int) -> ReviewLog | None:
    """The latest entry, if it is a decision."""
    last = db.session.scalar(
        sa.select(ReviewLog).where(ReviewLog.case_id == case_id).order_by(ReviewLog.id.desc()).limit(1)
    )
    return last if last is not None and last.action == ReviewAction.DECIDE else None


def last_change(case_id: int) -> Change | None:
    row = db.session.execute(
        sa.select(Person.full_name, ReviewLog.to_status, ReviewLog.action)
        .outerjoin(Person, Person.id == ReviewLog.actor_id)
        .where(ReviewLog.case_id == case_id)
        .order_by(ReviewLog.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    by_staff = row.action in (ReviewAction.DECIDE, ReviewAction.UNDO)
    return Change(row.full_name if by_staff else None, row.to_status)
