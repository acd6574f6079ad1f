"""Reads of the queue and its log."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from accounts import queries as accounts
from accounts.models import Person
from accounts.policies import Permission
from core.db import db
from core.errors import NotFound
from core.pagination import Page, paginate
from moderation.models import ReviewAction, ReviewCase, ReviewLog, ReviewStatus

BY_STAFF = (ReviewAction.DECIDE, ReviewAction.UNDO)


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
    return Change(row.full_name if row.action in BY_STAFF else None, row.to_status)


QUEUE_PAGE = 20
COUNT_LIMIT = 2000


@dataclass(frozen=True)
class QueueFilter:
    """What part of the queue a moderator looks at; ``done``: what has been decided instead, newest first."""

    subject_type: str | None = None
    context_id: int | None = None
    place_id: int | None = None
    done: bool = False


def list_queue(person_id: int, wanted: QueueFilter, cursor: str | None) -> Page[Any]:
    """One page of cases in the agencies of a moderator, as rows; awaiting ones oldest first."""
    statement = sa.select(
        ReviewCase.id,
        ReviewCase.subject_type,
        ReviewCase.subject_id,
        ReviewCase.context_id,
        ReviewCase.status,
        ReviewCase.version,
        ReviewCase.awaiting,
        ReviewCase.opened_at,
        ReviewCase.changed_at,
    ).where(*_conditions(person_id, wanted))
    return paginate(statement, [(ReviewCase.id, "id", wanted.done)], cursor=cursor, size=QUEUE_PAGE)


def find_case(person_id: int, case_id: int) -> ReviewCase | None:
    """A case in the agencies of a moderator; None for any other."""
    return db.session.scalar(
        sa.select(ReviewCase).where(ReviewCase.id == case_id, ReviewCase.agency_id.in_(_agencies(person_id)))
    )


def count_by_type(person_id: int, context_id: int | None) -> dict[str, int]:
    """How many cases of each type await a decision, counted up to ``COUNT_LIMIT`` in all: it never costs more."""
    awaiting = (
        sa.select(ReviewCase.subject_type)
        .where(*_conditions(person_id, QueueFilter(context_id=context_id)))
        .limit(COUNT_LIMIT)
        .subquery()
    )
    rows = db.session.execute(
        sa.select(awaiting.c.subject_type, sa.func.count().label("n")).group_by(awaiting.c.subject_type)
    )
    return {row.subject_type: row.n for row in rows}


def list_contexts(person_id: int) -> list[int]:
    """The consultations with the oldest cases awaiting a decision, at most twenty."""
    awaiting = (
        sa.select(ReviewCase.context_id).where(*_conditions(person_id, QueueFilter())).limit(COUNT_LIMIT).subquery()
    )
    return list(
        db.session.scalars(sa.select(awaiting.c.context_id).distinct().order_by(awaiting.c.context_id).limit(20))
    )


def list_history(case_id: int) -> Sequence[Any]:
    """What happened to a case, oldest first: rows (at, action, to_status, rule, note, name), at most fifty."""
    return db.session.execute(
        sa.select(
            ReviewLog.at,
            ReviewLog.action,
            ReviewLog.to_status,
            ReviewLog.rule,
            ReviewLog.note,
            Person.full_name.label("name"),
        )
        .outerjoin(Person, Person.id == ReviewLog.actor_id)
        .where(ReviewLog.case_id == case_id)
        .order_by(ReviewLog.id)
        .limit(50)
    ).all()


def list_log(person_id: int, cursor: str | None) -> Page[Any]:
    """The log of a moderator's agencies, newest first: rows as in ``list_history``, with the case's type and id."""
    statement = (
        sa.select(
            ReviewLog.id,
            ReviewLog.at,
            ReviewLog.action,
            ReviewLog.from_status,
            ReviewLog.to_status,
            ReviewLog.rule,
            ReviewLog.note,
            Person.full_name.label("name"),
            ReviewCase.id.label("case_id"),
            ReviewCase.subject_type,
        )
        .join(ReviewCase, ReviewCase.id == ReviewLog.case_id)
        .outerjoin(Person, Person.id == ReviewLog.actor_id)
        .where(ReviewCase.agency_id.in_(_agencies(person_id)), ReviewLog.action.in_(BY_STAFF))
    )
    return paginate(statement, [(ReviewLog.id, "id", True)], cursor=cursor, size=50)


def _agencies(person_id: int) -> "sa.Select[int]":
    return accounts.agencies_within(person_id, Permission.MODERATE)


def _conditions(person_id: int, wanted: QueueFilter) -> "list[sa.ColumnElement[bool]]":
    conditions: list[sa.ColumnElement[bool]] = [ReviewCase.agency_id.in_(_agencies(person_id))]
    if wanted.done:
        conditions += [ReviewCase.awaiting.is_(False), ReviewCase.status != ReviewStatus.UNCONFIRMED]
    else:
        conditions.append(ReviewCase.awaiting.is_(True))
    if wanted.subject_type:
        conditions.append(ReviewCase.subject_type == wanted.subject_type)
    if wanted.context_id is not None:
        conditions.append(ReviewCase.context_id == wanted.context_id)
    if wanted.place_id is not None:
        conditions.append(ReviewCase.place_id == wanted.place_id)
    return conditions
