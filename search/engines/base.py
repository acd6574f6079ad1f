"""The protocol of search engines, and what goes in and out. tests/search/test_engine_contract.py is its meaning."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from core.errors import DanBanError
from search.documents import SearchDocument

__all__ = [
    "REBUILD_COMMAND",
    "Engine",
    "Fragment",
    "IndexBusy",
    "IndexDamaged",
    "ProvisionCount",
    "SearchHit",
    "SearchQuery",
    "SearchResult",
    "Sort",
]

REBUILD_COMMAND = "danban search rebuild"


class IndexDamaged(DanBanError):
    """The index cannot be read, or is of an older analysis. Nothing but speed is lost: it is made from the database."""


class IndexBusy(DanBanError):
    """Another process has been writing for too long; the same call may be tried again."""


class Sort(StrEnum):
    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuery:
    """What to find. None means no restriction; an empty tuple lets nothing through.

    `text` as typed (see search.query); blank text finds all that the filters let through. Times are aware:
    date_from ≤ created_at < date_to.
    """

    text: str = ""
    types: tuple[str, ...] | None = None
    consultation_ids: tuple[int, ...] | None = None
    lineage_id: int | None = None
    stance: str | None = None
    date_from: datetime | None = None
    date_to: datetime | None = None
    offset: int = 0
    limit: int = 20
    sort: Sort = Sort.RELEVANCE


class Fragment(NamedTuple):
    """A piece of a text as it was written; `is_hit`: this is what was searched for."""

    text: str
    is_hit: bool


@dataclass(frozen=True, slots=True)
class ProvisionCount:
    lineage_id: int
    citation: str  # as in the document indexed last
    count: int


@dataclass(frozen=True, slots=True)
class SearchHit:
    type: str
    id: int
    citation: str
    score: float
    title: tuple[Fragment, ...]
    snippet: tuple[Fragment, ...]  # from the body, about 240 characters around the hits


@dataclass(frozen=True, slots=True)
class SearchResult:
    """`total` and `by_lineage` count everything found, not the page; by_lineage by count, then citation.

    Documents about a whole draft (lineage None) are in total only.
    """

    total: int
    hits: tuple[SearchHit, ...]
    by_lineage: tuple[ProvisionCount, ...]
    took_ms: float


class Engine(Protocol):
    """One index. Several processes may read while one writes; readers see a change by their next call.

    All methods raise IndexDamaged when the index cannot be read; add, delete and clear raise IndexBusy when another
    writer does not finish within some seconds. A killed writer leaves the index as it was before its call.
    """

    def add(self, documents: Iterable[SearchDocument]) -> int:
        """Add or replace by (type, id), all or none; how many. Of one key twice, the last counts. Idempotent."""
        ...

    def delete(self, type_: str, ids: Iterable[int]) -> None:
        """Remove; unknown ids are no error."""
        ...

    def clear(self) -> None:
        """Make it empty and sound, whatever state it was in."""
        ...

    def search(self, query: SearchQuery) -> SearchResult: ...

    def count(self) -> int:
        """How many documents it holds."""
        ...

    def keys(self) -> set[tuple[str, int]]:
        """(type, id) of every document, to compare with the database."""
        ...

    def check(self) -> None:
        """Read all of it, and raise IndexDamaged if any of it cannot be read. Slow: for commands, not for pages."""
        ...

    def close(self) -> None:
        """Give files back; the next call opens them again."""
        ...
