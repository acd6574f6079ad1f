"""Make an index anew beside the one that serves, batch by batch, and put it in its place.

Where the build stands is a row of the database, written after each batch: whoever takes it up goes on there, after a
kill too. Batches are read and written under the lock of the new index, so that several processes may build at once
(the worker, a command) and none puts something old over something new.
"""

import logging
import time
from collections.abc import Callable
from itertools import islice
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from core import clock, outbox
from core.db import db, rows_changed, transaction
from core.outbox import OutboxRow
from search import queries
from search.analysis import ANALYSIS_VERSION
from search.documents import SearchDocument
from search.engines.base import IndexDamaged
from search.models import SearchIndex
from search.registry import sources
from search.services import words
from search.services.opening import REBUILD, drop, drop_others, engine_name, exists, open_index

__all__ = ["Progress", "heal", "rebuild", "report_damage", "request_rebuild", "step"]

log = logging.getLogger(__name__)

_BATCHES = 4  # of a source, some hundreds each, that are written at once


class Progress(NamedTuple):
    """How far a build is: documents written, the type it is at, and the last id."""

    done: int
    type: str | None
    id: int
    finished: bool


def request_rebuild() -> None:
    """Leave it to the worker to make the index anew, once the transaction is committed; asking twice is asking once."""
    waits = sa.select(OutboxRow.id).where(OutboxRow.topic == REBUILD).limit(1)
    if db.session.scalar(waits) is None:
        outbox.enqueue(REBUILD, {})


def report_damage(number: int, damage: Exception) -> None:
    """An index cannot be read: it serves no longer, and another is asked for. In a transaction of its own, because
    pages that only read come upon it."""
    log.error("search index %s of %s is damaged: %s", number, engine_name(), damage)
    try:
        with Session(db.engine, join_transaction_mode="create_savepoint") as session:
            _give_up(session, number)
            session.info["outbox"] = True
            session.commit()
    except SQLAlchemyError:  # a database too busy: the next page, or the worker, comes upon it again
        log.exception("the damage of search index %s could not be noted", number)


def _give_up(session: Session, number: int) -> None:
    mine = sa.update(SearchIndex).where(SearchIndex.engine == engine_name())
    served = rows_changed(mine.where(SearchIndex.current == number).values(current=None), session)
    built = rows_changed(mine.where(SearchIndex.building == number).values(building=None), session)
    if not (served or built):
        return  # another has taken its place meanwhile
    if session.scalar(sa.select(OutboxRow.id).where(OutboxRow.topic == REBUILD).limit(1)) is None:
        session.add(OutboxRow(topic=REBUILD, payload={}, due_at=clock.now(), attempts=0))


def heal() -> None:
    """See that there is an index, or that one is on its way: after an installation, a kill, a change of engine."""
    with transaction():
        state = queries.find_index(engine_name())
        serves = state is not None and state.current is not None and exists(state.current)
        if not serves or (state is not None and state.building is not None):
            request_rebuild()


def rebuild(tell: Callable[[Progress], None] = lambda _progress: None, *, fresh: bool = False) -> int:
    """Make the index anew, going on with a build that was left half-way unless ``fresh``; how many it holds."""
    if fresh:
        _abandon()
    _start_or_go_on()
    progress = step()
    while not progress.finished:
        tell(progress)
        progress = step()
    return progress.done


def work(seconds: float) -> bool:
    """Build for so long; whether it is done."""
    until = time.monotonic() + seconds
    _start_or_go_on()
    while not step().finished:
        if time.monotonic() > until:
            return False
    return True


def _start_or_go_on() -> None:
    with transaction():
        state = queries.find_index(engine_name())
        if state is None:
            state = SearchIndex(engine=engine_name(), latest=0, at_id=0, done=0)
            db.session.add(state)
        if state.building is not None and state.analysis == ANALYSIS_VERSION and exists(state.building):
            return
        state.latest += 1
        state.building, state.analysis = state.latest, ANALYSIS_VERSION
        state.at_type, state.at_id, state.done = None, 0, 0
        state.started_at = clock.now()
        number = state.building
    open_index(number).clear()
    words.start_again()


def _abandon() -> None:
    with transaction():
        state = queries.find_index(engine_name())
        left, number = (state, state.building) if state else (None, None)
        if left is not None:
            left.building = None
    if number is not None:
        drop(number)


class _Batch(NamedTuple):
    type: str
    last_id: int
    documents: list[SearchDocument]


def step() -> Progress:
    """Write the next batch of the build, or put it in its place. Nothing to build counts as finished."""
    with transaction():
        state = queries.find_index(engine_name())
        number = state.building if state else None
    if number is None:
        return _served()
    try:
        return _step(number)
    except IndexDamaged as damage:
        report_damage(number, damage)
        _start_or_go_on()
        return Progress(0, None, 0, finished=False)


def _step(number: int) -> Progress:
    engine = open_index(number)
    with engine.writing():
        with transaction():
            state = queries.find_index(engine_name())
            if state is None or state.building != number:  # another process has put it in its place meanwhile
                return Progress(0, None, 0, finished=False)
            batch = _next_batch(state.at_type, state.at_id)
        if batch is None:
            engine.finish()
            return _put_in_place(number, engine.count())
        engine.add(batch.documents)
        with transaction():
            state = queries.get_index(engine_name())
            state.at_type, state.at_id = batch.type, batch.last_id
            state.done += len(batch.documents)
            progress = Progress(state.done, state.at_type, state.at_id, finished=False)
    words.remember(batch.documents)
    return progress


def _next_batch(at_type: str | None, at_id: int) -> _Batch | None:
    types = sorted(sources())
    for type_ in types:
        if at_type is not None and type_ < at_type:
            continue
        source = sources()[type_]
        batches = list(islice(source.batches(at_id if type_ == at_type else 0), _BATCHES))
        ids = [id_ for batch in batches for id_ in batch]
        if ids:
            return _Batch(type_, ids[-1], source.documents(ids))
    return None


def _put_in_place(number: int, count: int) -> Progress:
    with transaction():
        state = queries.get_index(engine_name())
        state.current, state.building = number, None
        state.finished_at = clock.now()
    words.forget_unseen()
    drop_others(number)
    return Progress(count, None, 0, finished=True)


def _served() -> Progress:
    with transaction():
        state = queries.find_index(engine_name())
        number = state.current if state else None
    count = open_index(number).count() if number is not None else 0
    return Progress(count, None, 0, finished=True)
