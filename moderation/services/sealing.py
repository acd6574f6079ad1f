"""The chain that shows whether the log was changed.

Entries are sealed in batches: the digest of a seal is the SHA-256 of the digest before it and of the identifiers and
states of its entries (never a text, a note or a name, so that erasing what a person wrote breaks nothing). A changed,
added or missing entry changes its digest and every later one. Whoever keeps one digest elsewhere (it stands on the log
page) can tell that nothing before it was rewritten.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from typing import Any

import sqlalchemy as sa

from core import clock
from core.db import db, rows_changed
from moderation.models import ReviewLog, ReviewSeal

AT_ONCE = 5000
FIRST = "0" * 64


@dataclass(frozen=True, slots=True)
class Fault:
    """A seal that no longer fits: its number, how many entries it was made over, how many there are."""

    seal_id: int
    sealed: int
    found: int


def seal() -> int:
    """Seal whatever is not sealed yet; returns how many entries. Of two workers, the second fails and retries."""
    last = db.session.scalar(sa.select(ReviewSeal).order_by(ReviewSeal.id.desc()).limit(1))
    number = last.id + 1 if last else 1
    link = ReviewSeal(id=number, sealed_at=clock.now(), entries=0, digest="")
    db.session.add(link)
    db.session.flush()
    # Marked first and read afterwards: what others commit meanwhile waits for the next seal.
    marked = rows_changed(
        sa.update(ReviewLog)
        .where(ReviewLog.seal_id.is_(None))
        .values(seal_id=number)
        .execution_options(synchronize_session=False)
    )
    if not marked:
        db.session.delete(link)
        db.session.flush()
        return 0
    link.entries, link.digest = _digest(number, last.digest if last else FIRST)
    db.session.flush()
    return link.entries


def verify() -> list[Fault]:
    """Every seal that does not fit the entries it was made over, or does not follow the one before."""
    faults = []
    expected, before = 1, FIRST
    for link in db.session.scalars(sa.select(ReviewSeal).order_by(ReviewSeal.id)).all():
        count, digest = _digest(link.id, before)
        if link.id != expected or (count, digest) != (link.entries, link.digest):
            faults.append(Fault(link.id, link.entries, count))
        expected, before = link.id + 1, link.digest
    return faults


def unsealed() -> int:
    """Entries that wait for the next seal."""
    return db.session.scalar(sa.select(sa.func.count()).where(ReviewLog.seal_id.is_(None))) or 0


def _digest(seal_id: int, before: str) -> tuple[int, str]:
    digest, count = hashlib.sha256(before.encode()), 0
    for row in _entries(seal_id):
        parts = (
            row.id,
            row.case_id,
            row.at.astimezone(UTC).isoformat(timespec="microseconds"),
            row.actor_id,
            row.action,
            row.from_status,
            row.to_status,
            row.rule,
        )
        digest.update(("|".join("" if part is None else str(part) for part in parts) + "\n").encode())
        count += 1
    return count, digest.hexdigest()


def _entries(seal_id: int) -> Iterator[Any]:
    statement = (
        sa.select(
            ReviewLog.id,
            ReviewLog.case_id,
            ReviewLog.at,
            ReviewLog.actor_id,
            ReviewLog.action,
            ReviewLog.from_status,
            ReviewLog.to_status,
            ReviewLog.rule,
        )
        .where(ReviewLog.seal_id == seal_id)
        .order_by(ReviewLog.id)
    )
    return iter(db.session.execute(statement.execution_options(yield_per=AT_ONCE)))
