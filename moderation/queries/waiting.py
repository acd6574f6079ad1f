"""Reads of what waits, and for how long: against what the agency promises, and for the letters to moderators."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from accounts import queries as accounts
from accounts.models import Agency
from accounts.policies import Permission
from core.db import db
from moderation.analysis import Signal
from moderation.models import Appeal, Promise, ReviewCase, Watch

USUAL_HOURS = 24
"""What holds where nobody has promised anything else."""

COUNTED = 2000
URGENT_RANK = -4
"""A report by somebody who was always right weighs as much; see ``speaking_up.REPORT_WEIGHT``."""


@dataclass(frozen=True)
class Waiting:
    """What awaits a moderator, each counted up to ``COUNTED``. ``oldest``: since when the first of them waits."""

    total: int
    late: int
    reported: int
    appeals: int
    oldest: datetime | None


def promised_hours(agency_id: int) -> int:
    """Within how many hours an agency promises a decision: its own promise, or the nearest one above it."""
    own, theirs = aliased(Agency), aliased(Agency)
    hours = db.session.scalar(
        sa.select(Promise.hours)
        .join(theirs, theirs.id == Promise.agency_id)
        .join(own, own.path.startswith(theirs.path))
        .where(own.id == agency_id)
        .order_by(sa.func.length(theirs.path).desc())
        .limit(1)
    )
    return hours or USUAL_HOURS


def count_late(person_id: int, now: datetime) -> int:
    """How many cases await this moderator longer than promised, counted up to ``COUNTED``."""
    late = sa.select(ReviewCase.id).where(*_awaiting(person_id), ReviewCase.due_at <= now).limit(COUNTED).subquery()
    return db.session.scalar(sa.select(sa.func.count()).select_from(late)) or 0


def waiting_for(person_id: int, now: datetime) -> Waiting:
    """What awaits a moderator, in one statement."""
    here = (
        sa.select(ReviewCase.waiting_since, ReviewCase.due_at, ReviewCase.rank, ReviewCase.signals, Appeal.case_id)
        .outerjoin(Appeal, sa.and_(Appeal.case_id == ReviewCase.id, Appeal.granted.is_(None)))
        .where(*_awaiting(person_id))
        .order_by(ReviewCase.id)
        .limit(COUNTED)
    )
    rows = db.session.execute(here).all()
    return Waiting(
        total=len(rows),
        late=sum(row.due_at <= now for row in rows),
        reported=sum(Signal.REPORTED in row.signals for row in rows),
        appeals=sum(row.case_id is not None for row in rows),
        oldest=min((row.waiting_since for row in rows), default=None),
    )


def count_newly_urgent(person_id: int, after: datetime, now: datetime) -> int:
    """Cases that have become late since a moment, or urgent by readers' reports, counted up to ``COUNTED``."""
    late = sa.and_(ReviewCase.due_at > after, ReviewCase.due_at <= now)
    urgent = sa.and_(ReviewCase.rank <= URGENT_RANK, ReviewCase.changed_at > after)
    found = sa.select(ReviewCase.id).where(*_awaiting(person_id), sa.or_(late, urgent)).limit(COUNTED).subquery()
    return db.session.scalar(sa.select(sa.func.count()).select_from(found)) or 0


def find_watch(person_id: int) -> Watch | None:
    """What letters a moderator asked for."""
    return db.session.get(Watch, person_id)


def _awaiting(person_id: int) -> "tuple[sa.ColumnElement[bool], ...]":
    agencies = accounts.agencies_within(person_id, Permission.MODERATE)
    return ReviewCase.awaiting.is_(True), ReviewCase.agency_id.in_(agencies)
