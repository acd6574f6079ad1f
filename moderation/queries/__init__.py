"""Reads of the queue and its log."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from accounts import queries as accounts
from accounts.models import Person
from accounts.policies import Permission
from core import clock
from core.db import db
from core.errors import NotFound
from core.pagination import Page, paginate
from moderation.models import Appeal, Report, ReviewAction, ReviewCase, ReviewLog, ReviewStatus

MEASURES = (ReviewAction.WARN, ReviewAction.SUSPEND, ReviewAction.LIFT)
STEERING = (
    ReviewAction.PIN,
    ReviewAction.UNPIN,
    ReviewAction.LOCK,
    ReviewAction.UNLOCK,
    ReviewAction.ARCHIVE,
    ReviewAction.RESTORE,
    ReviewAction.SLOW,
    ReviewAction.REST,
    ReviewAction.RESUME,
    ReviewAction.MOVE,
    ReviewAction.ANSWER,
    ReviewAction.SPLIT,
    ReviewAction.MERGE,
    ReviewAction.RENAME,
)
ABOUT_PEOPLE = ("measure", "name")
BY_STAFF = (ReviewAction.DECIDE, ReviewAction.DECIDE_EDIT, ReviewAction.UNDO, *MEASURES, *STEERING)


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
    """The latest entry, if it is a decision or a measure that began. How a topic was steered is passed over."""
    last = db.session.scalar(
        sa.select(ReviewLog)
        .where(ReviewLog.case_id == case_id, ReviewLog.action.not_in(STEERING))
        .order_by(ReviewLog.id.desc())
        .limit(1)
    )
    decisions = (ReviewAction.DECIDE, ReviewAction.WARN, ReviewAction.SUSPEND)
    return last if last is not None and last.action in decisions else None


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


def find_open_appeal(case_id: int) -> Appeal | None:
    """The author's appeal, if it awaits an answer."""
    return db.session.scalar(sa.select(Appeal).where(Appeal.case_id == case_id, Appeal.granted.is_(None)))


def find_appeal(case_id: int) -> Appeal | None:
    """The one appeal that there may be, answered or not."""
    return db.session.get(Appeal, case_id)


def list_reports(case_id: int) -> Sequence[Report]:
    """Readers' reports that wait for a decision, oldest first, at most twenty."""
    return db.session.scalars(
        sa.select(Report).where(Report.case_id == case_id, Report.upheld.is_(None)).order_by(Report.id).limit(20)
    ).all()


def name_of(person_id: int | None) -> str:
    """The name of a colleague."""
    return db.session.scalar(sa.select(Person.full_name).where(Person.id == person_id)) or ""


@dataclass(frozen=True)
class Statistics:
    """Moderation of one consultation in figures. ``median_seconds``: from receipt to the first decision."""

    received: int
    by_status: dict[ReviewStatus, int]
    by_rule: dict[str, int]
    awaiting: int
    decided: int
    median_seconds: int | None
    appeals: int
    appeals_granted: int
    appeals_waiting: int
    reports: int
    reports_upheld: int


def statistics(context_id: int) -> Statistics:
    """What the public may know of how a consultation is moderated: figures and nothing else. Six statements."""
    here = ReviewCase.context_id == context_id
    rows = db.session.execute(
        sa.select(ReviewCase.status, ReviewCase.awaiting, ReviewCase.rule, sa.func.count().label("n"))
        .where(here)
        .group_by(ReviewCase.status, ReviewCase.awaiting, ReviewCase.rule)
    ).all()
    by_status: dict[ReviewStatus, int] = {}
    by_rule: dict[str, int] = {}
    for row in rows:
        by_status[row.status] = by_status.get(row.status, 0) + row.n
        if row.status == ReviewStatus.REFUSED and row.rule:
            by_rule[row.rule] = by_rule.get(row.rule, 0) + row.n
    decided, median = _median_wait(here)
    appeals = _outcomes(Appeal.granted, Appeal.case_id, here)
    reports = _outcomes(Report.upheld, Report.case_id, here)
    return Statistics(
        received=sum(by_status.values()),
        by_status=by_status,
        by_rule=by_rule,
        awaiting=sum(row.n for row in rows if row.awaiting),
        decided=decided,
        median_seconds=median,
        appeals=sum(appeals.values()),
        appeals_granted=appeals.get(True, 0),
        appeals_waiting=appeals.get(None, 0),
        reports=sum(reports.values()),
        reports_upheld=reports.get(True, 0),
    )


def _median_wait(here: "sa.ColumnElement[bool]") -> tuple[int, int | None]:
    """How many cases were decided, and the median of their waits: a walk along an index, no list in memory."""
    seconds = ReviewCase.first_decision_seconds
    decided = db.session.scalar(sa.select(sa.func.count(seconds)).where(here)) or 0
    if not decided:
        return 0, None
    ordered = sa.select(seconds).where(here, seconds.is_not(None)).order_by(seconds)
    return decided, db.session.scalar(ordered.offset((decided - 1) // 2).limit(1))


def _outcomes(outcome: Any, case_id: Any, here: "sa.ColumnElement[bool]") -> dict[bool | None, int]:
    rows = db.session.execute(
        sa.select(outcome.label("outcome"), sa.func.count().label("n"))
        .join(ReviewCase, ReviewCase.id == case_id)
        .where(here)
        .group_by(outcome)
    )
    return {row.outcome: row.n for row in rows}


def trust_in_reporter(person_id: int) -> float:
    """How often this person's reports were upheld, from 0 to 1; 0.5 for a first one (rule of succession)."""
    row = db.session.execute(
        sa.select(
            sa.func.count(),
            sa.func.coalesce(sa.func.sum(sa.case((Report.upheld.is_(True), 1), else_=0)), 0),
        ).where(Report.reporter_id == person_id, Report.upheld.is_not(None))
    ).one()
    return float((row[1] + 1) / (row[0] + 2))


def is_known(person_id: int, at_least: int) -> bool:
    """Has the person so many published contributions, and no more than a quarter of all refused?"""
    refused = ReviewCase.status.in_((ReviewStatus.REFUSED, ReviewStatus.SPAM))
    row = db.session.execute(
        sa.select(
            sa.func.coalesce(sa.func.sum(sa.case((ReviewCase.status == ReviewStatus.PUBLISHED, 1), else_=0)), 0),
            sa.func.coalesce(sa.func.sum(sa.case((refused, 1), else_=0)), 0),
        ).where(ReviewCase.author_id == person_id, ReviewCase.subject_type.not_in(ABOUT_PEOPLE))
    ).one()
    return bool(row[0] >= at_least and row[1] * 4 <= row[0] + row[1])


LARGEST_ID = 2**31 - 1
QUEUE_PAGE = 20
COUNT_LIMIT = 2000


@dataclass(frozen=True)
class QueueFilter:
    """What part of the queue a moderator looks at; ``done``: what has been decided instead, newest first.

    ``urgent``: in the order of rank, the oldest first among equals. ``late``: what waits longer than promised alone.
    """

    subject_type: str | None = None
    context_id: int | None = None
    place_id: int | None = None
    done: bool = False
    urgent: bool = False
    late: bool = False


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
        ReviewCase.waiting_since,
        ReviewCase.due_at,
        ReviewCase.changed_at,
        ReviewCase.rank,
        ReviewCase.signals,
        ReviewCase.claimed_by_id,
        ReviewCase.claimed_until,
    ).where(*_conditions(person_id, wanted))
    keys: list[tuple[Any, str, bool]] = [(ReviewCase.id, "id", wanted.done)]
    if wanted.urgent and not wanted.done:
        keys.insert(0, (ReviewCase.rank, "rank", False))
    return paginate(statement, keys, cursor=cursor, size=QUEUE_PAGE)


def find_case(person_id: int, case_id: int) -> ReviewCase | None:
    """A case in the agencies of a moderator; None for any other, and for a number that no row can have."""
    if not 0 < case_id <= LARGEST_ID:
        return None
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
    if wanted.late:
        conditions.append(ReviewCase.due_at <= clock.now())
    if wanted.subject_type:
        conditions.append(ReviewCase.subject_type == wanted.subject_type)
    if wanted.context_id is not None:
        conditions.append(ReviewCase.context_id == wanted.context_id)
    if wanted.place_id is not None:
        conditions.append(ReviewCase.place_id == wanted.place_id)
    return conditions
