"""Who is at what, so that two moderators don't work on the same case. A claim ends by itself, and binds nobody."""

from datetime import timedelta

import sqlalchemy as sa

from accounts.models import Person
from core import clock
from core.db import db
from moderation.models import ReviewCase

CLAIMED_FOR = timedelta(minutes=10)


def claim(case_id: int, *, by: Person) -> None:
    """Say that one is at a case that awaits a decision, unless somebody else is."""
    now = clock.now()
    free = sa.or_(ReviewCase.claimed_by_id.is_(None), ReviewCase.claimed_by_id == by.id, ReviewCase.claimed_until < now)
    db.session.execute(
        sa.update(ReviewCase)
        .where(ReviewCase.id == case_id, ReviewCase.awaiting.is_(True), free)
        .values(claimed_by_id=by.id, claimed_until=now + CLAIMED_FOR)
    )


def release(case_id: int, *, by: Person) -> None:
    """Leave a case to others."""
    db.session.execute(
        sa.update(ReviewCase)
        .where(ReviewCase.id == case_id, ReviewCase.claimed_by_id == by.id)
        .values(claimed_by_id=None, claimed_until=None)
    )
