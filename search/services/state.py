"""How the index stands, for those who keep the site."""

from typing import NamedTuple

from search import queries
from search.engines.base import IndexDamaged
from search.services.opening import engine, engine_name

__all__ = ["IndexState", "index_state"]

_ENOUGH_FOR_WHOOSH = 100_000  # documents; it serves more, but reads all their columns into each process


class IndexState(NamedTuple):
    """``held``: documents of the index that serves; None where none does. ``built``: of the one under way."""

    engine: str
    held: int | None
    built: int | None

    @property
    def is_outgrown(self) -> bool:
        return self.engine == "whoosh" and (self.held or 0) > _ENOUGH_FOR_WHOOSH


def index_state() -> IndexState:
    row = queries.find_index(engine_name())
    built = row.done if row is not None and row.building is not None else None
    try:
        return IndexState(engine_name(), engine().count(), built)
    except IndexDamaged:
        return IndexState(engine_name(), None, built)
