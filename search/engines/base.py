"""The protocol of search engines, and what goes in and out. tests/search/contract is its meaning."""

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from core.errors import DanBanError
from search.analysis import Term
from search.documents import Facet, FacetValue, Key, SearchDocument
from search.query import ParsedQuery

__all__ = [
    "REBUILD_COMMAND",
    "Engine",
    "Facet",
    "FacetValue",
    "IndexBusy",
    "IndexDamaged",
    "Key",
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
    """What to find. Filters hold together; an empty tuple in `only` lets nothing through.

    `words` is what was typed, parsed (search.query): blank finds all that the filters let through. Times are aware:
    date_from ≤ created_at < date_to. `places` are steps of a citation ("dieu:7"), all of which must hold; `author`
    are words of the public name, all of which must. `without` is left out of hits, totals and facets alike.
    """

    words: ParsedQuery = field(default_factory=lambda: ParsedQuery(blank=True))
    only: Mapping[Facet, tuple[FacetValue, ...]] = field(default_factory=dict)
    never: Mapping[Facet, tuple[FacetValue, ...]] = field(default_factory=dict)
    places: tuple[str, ...] = ()
    author: tuple[Term, ...] = ()
    date_from: datetime | None = None
    date_to: datetime | None = None
    without: frozenset[Key] = frozenset()
    facets: tuple[Facet, ...] = (Facet.LINEAGE,)
    offset: int = 0
    limit: int = 20  # 0: only totals and facets
    sort: Sort = Sort.RELEVANCE


@dataclass(frozen=True, slots=True)
class SearchHit:
    """Which document, and how well it fits. Its text is the database's to give."""

    type: str
    id: int
    score: float

    @property
    def key(self) -> Key:
        return (self.type, self.id)


@dataclass(frozen=True, slots=True)
class SearchResult:
    """`total` and `facets` count everything found, not the page. Facets: those asked for, value → count (never 0)."""

    total: int
    hits: tuple[SearchHit, ...]
    facets: Mapping[Facet, Mapping[FacetValue, int]]
    took_ms: float


class Engine(Protocol):
    """One index. Several processes may read while one writes; readers see a change by their next call.

    All methods raise IndexDamaged when the index cannot be read; add, delete, clear and writing raise IndexBusy when
    another writer does not finish within some seconds. A killed writer leaves the index as it was before its call.
    """

    def add(self, documents: Iterable[SearchDocument]) -> int:
        """Add or replace by (type, id), all or none; how many. Of one key twice, the last counts. Idempotent."""
        ...

    def delete(self, type_: str, ids: Iterable[int]) -> None:
        """Remove; unknown ids are no error."""
        ...

    def clear(self) -> None:
        """Make it empty and sound, whatever state it was in, or make it at all."""
        ...

    def finish(self) -> None:
        """After a build, before it serves: what makes searches fast from the first."""
        ...

    def writing(self) -> AbstractContextManager[None]:
        """Nobody else writes meanwhile: what is read from the database inside is newer than all that is in the index.

        The same thread may add and delete inside.
        """
        ...

    def search(self, query: SearchQuery) -> SearchResult:
        """Equal ranks: newest first, then type and id."""
        ...

    def count(self) -> int:
        """How many documents it holds."""
        ...

    def fingerprints(self) -> dict[Key, int]:
        """Every document it holds with its fingerprint, to compare with the database. Slow: for commands."""
        ...

    def size(self) -> int:
        """Bytes on disk."""
        ...

    def check(self) -> None:
        """Read all of it, and raise IndexDamaged if any of it cannot be read. Slow: for commands, not for pages."""
        ...

    def close(self) -> None:
        """Give files back; the next call opens them again."""
        ...
