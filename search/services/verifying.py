"""Compare the index with the database."""

import time
from collections.abc import Callable, Iterable
from typing import NamedTuple

from core.db import transaction
from search import queries
from search.documents import Key
from search.engines.base import Engine
from search.registry import sources
from search.services.opening import engine

__all__ = ["Difference", "verify"]

_TRIES = 3


class Difference(NamedTuple):
    """What is public and not in the index, in the index and not public, and in it with another content."""

    missing: tuple[Key, ...]
    extra: tuple[Key, ...]
    stale: tuple[Key, ...]
    checked: int  # documents of the database

    @property
    def is_none(self) -> bool:
        return not (self.missing or self.extra or self.stale)

    @property
    def keys(self) -> set[Key]:
        return {*self.missing, *self.extra, *self.stale}


def verify(pause: Callable[[float], None] = time.sleep) -> Difference:
    """Read all of the index and compare it with the database. Raises IndexDamaged, IndexMissing.

    The site may serve meanwhile: what seems to differ is looked at again, and what only waits for the worker does not
    count.
    """
    index = engine()
    index.check()
    difference = _compare(index.fingerprints(), _public())
    for _try in range(_TRIES):
        if difference.is_none:
            break
        pause(1.0)
        difference = _again(index, difference)
    return difference


def _public(keys: Iterable[Key] | None = None) -> dict[Key, int]:
    """Fingerprints of what is public now: of all, or of these."""
    found: dict[Key, int] = {}
    wanted: dict[str, list[int]] = {}
    for type_, id_ in keys or ():
        wanted.setdefault(type_, []).append(id_)
    for type_, source in sources().items():
        batches = source.batches(0) if keys is None else [wanted.get(type_, [])]
        for ids in batches:
            with transaction():
                found.update((document.key, document.fingerprint) for document in source.documents(ids))
    return found


def _compare(indexed: dict[Key, int], public: dict[Key, int]) -> Difference:
    return Difference(
        missing=tuple(sorted(public.keys() - indexed.keys())),
        extra=tuple(sorted(indexed.keys() - public.keys())),
        stale=tuple(sorted(key for key, value in public.items() if indexed.get(key, value) != value)),
        checked=len(public),
    )


def _again(index: Engine, before: Difference) -> Difference:
    with transaction():
        waiting = queries.list_waiting(1_000_000) or frozenset()
    keys = before.keys - waiting
    held = index.fingerprints()
    now = _compare({key: held[key] for key in keys if key in held}, _public(keys))
    return now._replace(checked=before.checked)
