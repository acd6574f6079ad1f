"""Bring single documents of the index to what the database says of them."""

from collections.abc import Collection, Sequence

from core import outbox
from core.db import transaction
from search import queries
from search.engines.base import Engine, IndexDamaged
from search.registry import sources
from search.services import building, words
from search.services.opening import BULK, TOPIC, engine_name, exists, open_index

__all__ = ["index", "request_indexing"]

BATCH = 500
_QUICK = 100  # rows of a request that still go before whole batches


def request_indexing(type_: str, ids: Sequence[int]) -> None:
    """Leave it to the worker to look at these rows again: public ones are indexed, the others taken out.

    From the commit on they are neither found nor counted, until the index has followed.
    """
    topic = TOPIC if len(ids) <= _QUICK else BULK
    for start in range(0, len(ids), BATCH):
        outbox.enqueue(topic, {"type": type_, "ids": list(ids[start : start + BATCH])})


def index(type_: str, ids: Collection[int]) -> None:
    """Bring the index that serves, and the one being built, to what the database says of these rows now."""
    with transaction():
        state = queries.find_index(engine_name())
        numbers = [number for number in (state.current, state.building) if number is not None] if state else []
    for number in numbers:
        try:
            if not exists(number):
                raise IndexDamaged(str(number))
            _bring(open_index(number), type_, ids, is_serving=number == numbers[-1])
        except IndexDamaged as damage:
            building.report_damage(number, damage)
    if not numbers:
        building.heal()


def _bring(engine: Engine, type_: str, ids: Collection[int], *, is_serving: bool) -> None:
    with engine.writing():
        with transaction():
            source = sources().get(type_)
            documents = source.documents(list(ids)) if source else []
        if documents:
            engine.add(documents)
        gone = set(ids) - {document.id for document in documents}
        if gone:
            engine.delete(type_, gone)
    if is_serving:
        words.remember(documents)
