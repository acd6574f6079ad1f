"""The outbox: slow work is a row written in the transaction that asks for it, and done after it by a worker.

A worker claims rows with a lease, does the work outside any write transaction, and deletes them. If it dies in between,
the lease runs out and the rows are done again: every handler must be safe to repeat.
"""

import logging
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import clock
from core.db import Base, UtcDateTime, beside, db, transaction

log = logging.getLogger(__name__)

Payload: TypeAlias = dict[str, Any]
Handler: TypeAlias = Callable[[Sequence[Payload]], None]

LEASE = timedelta(seconds=120)
FIRST_RETRY = timedelta(seconds=10)
LONGEST_RETRY = timedelta(hours=6)


class OutboxRow(Base):
    """Work to do. ``due_at``: when it may next be tried (now, after a failure, or when a dead worker's lease ends)."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(sa.String(60))
    payload: Mapped[Payload] = mapped_column(sa.JSON)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(sa.String(200))

    __table_args__ = (sa.Index("ix_outbox_topic_due_at", "topic", "due_at"),)


_at_work: ContextVar[Sequence[int]] = ContextVar("at_work", default=())
"""The rows whose handler runs here."""


@dataclass(frozen=True)
class _Topic:
    handler: Handler
    batch: int
    quick: bool


_topics: dict[str, _Topic] = {}
_wakers: list[Callable[[], None]] = []
_watchers: list[Callable[[], None]] = []


def handles(topic: str, *, batch: int = 1, quick: bool = False) -> Callable[[Handler], Handler]:
    """Register the handler of a topic: it gets up to ``batch`` payloads, oldest first, and may see one twice.

    ``quick``: done within a second or two of the commit, whatever long work the worker is at.
    """

    def register(handler: Handler) -> Handler:
        _topics[topic] = _Topic(handler, batch, quick)
        return handler

    return register


def watches(watcher: Callable[[], None]) -> None:
    """Let the worker call ``watcher`` when it starts and once a minute: it enqueues what ought to be done."""
    _watchers.append(watcher)


def watch() -> None:
    """Call the watchers; one that fails does not keep the others from it."""
    for watcher in _watchers:
        try:
            watcher()
        except Exception:
            db.session.rollback()
            log.exception("outbox: a watcher failed")


def on_commit(waker: Callable[[], None]) -> None:
    """Call ``waker`` after every commit that left work in the outbox."""
    if waker not in _wakers:
        _wakers.append(waker)


def enqueue(topic: str, payload: Payload, *, delay: timedelta = timedelta(0)) -> None:
    """Leave work for the worker, in the present transaction; to be done at once, or not before ``delay`` has passed."""
    db.session.add(OutboxRow(topic=topic, payload=payload, due_at=clock.now() + delay, attempts=0))
    db.session.info["outbox"] = True


@event.listens_for(Session, "after_commit")
def _wake(session: Session) -> None:
    if session.info.pop("outbox", False):
        for waker in _wakers:
            waker()


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop("outbox", None)


def drain() -> int:
    """Do all work that is due; returns how many rows were done."""
    done = 0
    while True:
        round_done = sum(_drain_topic(name, topic) for name, topic in _topics.items())
        done += round_done
        if not round_done:
            return done


def drain_quick() -> int:
    """Do the quick work that is due; returns how many rows were done. Asks before it takes the right to write."""
    quick = [name for name, topic in _topics.items() if topic.quick]
    due = sa.select(OutboxRow.topic).where(OutboxRow.topic.in_(quick), OutboxRow.due_at <= clock.now()).distinct()
    found = db.session.scalars(due).all()
    db.session.rollback()
    return sum(_drain_topic(name, _topics[name]) for name in found)


def still_at_work() -> None:
    """From within a handler that takes long: begin the lease of its rows anew, beside whatever the session reads."""
    if ids := _at_work.get():
        with beside() as session:
            session.execute(sa.update(OutboxRow).where(OutboxRow.id.in_(ids)).values(due_at=clock.now() + LEASE))


def pending() -> int:
    """How many rows wait, due or not."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(OutboxRow)) or 0


def overdue(patience: timedelta) -> tuple[int, datetime | None]:
    """How many rows have been due for longer than that, and since when the first of them: none while a worker lives."""
    late = OutboxRow.due_at < clock.now() - patience
    count, since = db.session.execute(sa.select(sa.func.count(), sa.func.min(OutboxRow.due_at)).where(late)).one()
    return count, since


@dataclass(frozen=True, slots=True)
class Failing:
    """Rows of a topic that were tried often, and the kind of the last error."""

    topic: str
    count: int
    error: str


def failing(tries: int) -> list[Failing]:
    """What has failed more often than that, by topic."""
    rows = db.session.execute(
        sa.select(OutboxRow.topic, sa.func.count().label("n"), sa.func.max(OutboxRow.last_error).label("error"))
        .where(OutboxRow.attempts > tries, OutboxRow.last_error.is_not(None))
        .group_by(OutboxRow.topic)
        .order_by(OutboxRow.topic)
    )
    return [Failing(row.topic, row.n, row.error) for row in rows]


def _drain_topic(name: str, topic: _Topic) -> int:
    claimed = _claim(name, topic.batch)
    if not claimed:
        return 0
    ids, payloads = zip(*claimed, strict=True)
    held = _at_work.set(ids)
    try:
        topic.handler(payloads)
    except Exception as error:  # whatever it was, the row stays and is tried again later
        db.session.rollback()
        log.exception("outbox: %s failed for rows %s", name, ids)
        _postpone(ids, error)
        return 0
    finally:
        _at_work.reset(held)
    with transaction():
        db.session.execute(sa.delete(OutboxRow).where(OutboxRow.id.in_(ids)))
    return len(ids)


def _claim(name: str, batch: int) -> list[tuple[int, Payload]]:
    with transaction():
        rows = db.session.execute(
            sa.select(OutboxRow.id, OutboxRow.payload)
            .where(OutboxRow.topic == name, OutboxRow.due_at <= clock.now())
            .order_by(OutboxRow.id)
            .limit(batch)
            .with_for_update(skip_locked=True)
        ).all()
        db.session.execute(
            sa.update(OutboxRow)
            .where(OutboxRow.id.in_([row.id for row in rows]))
            .values(due_at=clock.now() + LEASE, attempts=OutboxRow.attempts + 1)
        )
    return [(row.id, row.payload) for row in rows]


def _postpone(ids: Sequence[int], error: Exception) -> None:
    with transaction():
        rows = db.session.scalars(sa.select(OutboxRow).where(OutboxRow.id.in_(ids))).all()
        for row in rows:
            row.due_at = clock.now() + min(FIRST_RETRY * 2 ** min(row.attempts - 1, 20), LONGEST_RETRY)
            row.last_error = type(error).__name__
