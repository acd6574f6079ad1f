"""Search, and let nothing through that is not public at this moment."""

import logging
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from search import queries
from search.documents import Facet, FacetValue, Key, SearchDocument
from search.engines.base import IndexDamaged, SearchHit, SearchQuery, SearchResult
from search.engines.memory import search_documents
from search.engines.snippets import Fragment, highlight, snippet
from search.query import ParsedQuery
from search.registry import ResultCard, citations, sources
from search.services.building import report_damage
from search.services.opening import IndexMissing, index_number, open_index

__all__ = ["Findings", "Found", "Notice", "ProvisionCount", "exists", "find", "keys"]

log = logging.getLogger(__name__)

_ROWS_READ = 2_000  # of work that waits; behind that, the index is no longer believed
_READ_SECONDS = 1.5  # how long the database is read for a search without an index
_READ_AT_ONCE = 1_000


class Notice(StrEnum):
    """What a searcher should know of an answer: it was read from the database, all of it or as much as time allowed."""

    DATABASE = "database"
    PARTIAL = "partial"


@dataclass(frozen=True, slots=True)
class ProvisionCount:
    """How much was found on a provision, under the name it has in the public version."""

    lineage_id: int
    citation: str
    count: int


@dataclass(frozen=True, slots=True)
class Found:
    """A hit with what the database says of it now. ``title``: the place of its card, with a capital; ``snippet``: about
    240 characters of the body around the hits."""

    hit: SearchHit
    card: ResultCard
    title: tuple[Fragment, ...]
    snippet: tuple[Fragment, ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """One page of what was found. ``total``, ``facets``, ``by_lineage`` (by count, then citation) are of the whole."""

    total: int
    found: Sequence[Found]
    facets: Mapping[Facet, Mapping[FacetValue, int]]
    by_lineage: Sequence[ProvisionCount]
    took_ms: float
    notice: Notice | None = None


def find(query: SearchQuery) -> Findings:
    """Search. What has changed since it was indexed is left out of hits, totals and facets until the index follows."""
    started = time.perf_counter()
    result, notice = _ask(query)
    found = _found(result.hits, query.words)
    total = result.total - (len(result.hits) - len(found))
    took_ms = (time.perf_counter() - started) * 1000
    return Findings(total, found, result.facets, _by_lineage(result), took_ms, notice)


def exists(words: ParsedQuery, only: Mapping[Facet, tuple[FacetValue, ...]] | None = None) -> bool:
    """Whether anything public holds these words."""
    return _ask(SearchQuery(words=words, only=only or {}, facets=(), limit=0))[0].total > 0


def keys(query: SearchQuery) -> tuple[list[Key], int]:
    """The keys of what is found, in order, up to the query's limit; and how many are found in all.

    Whoever reads their texts reads them from the database, where each is public or is not.
    """
    result, _notice = _ask(replace(query, facets=()))
    return [hit.key for hit in result.hits], result.total


def _ask(query: SearchQuery) -> tuple[SearchResult, Notice | None]:
    waiting = queries.list_waiting(_ROWS_READ)
    if waiting is None:
        log.warning("more than %s rows wait to be indexed: searching the database instead", _ROWS_READ)
        return _read_database(query)
    for _try in range(2):  # the index may be exchanged for another between two lines
        try:
            number = index_number()
        except IndexMissing:
            break
        try:
            return open_index(number).search(replace(query, without=query.without | waiting)), None
        except IndexDamaged as damage:
            report_damage(number, damage)
    return _read_database(query)


# --- without an index ------------------------------------------------------------------------------------------------


def _read_database(query: SearchQuery) -> tuple[SearchResult, Notice | None]:
    """The same search over what the database gives within a second or two."""
    until = time.monotonic() + _READ_SECONDS
    documents: list[SearchDocument] = []
    notice = Notice.DATABASE
    for document in _public_documents(query):
        documents.append(document)
        if len(documents) % _READ_AT_ONCE == 0 and time.monotonic() > until:
            notice = Notice.PARTIAL
            break
    return search_documents(documents, query), notice


def _public_documents(query: SearchQuery) -> Iterator[SearchDocument]:
    types = query.only.get(Facet.TYPE)
    for type_, source in sources().items():
        if types is None or type_ in types:
            for ids in source.batches(0):
                yield from (document for document in source.documents(ids) if _may_fit(document, query))


def _may_fit(document: SearchDocument, query: SearchQuery) -> bool:
    facets = document.facets
    return document.key not in query.without and all(facets[facet] in only for facet, only in query.only.items())


# --- what the database says of hits -----------------------------------------------------------------------------------


def _found(hits: Iterable[SearchHit], words: ParsedQuery) -> list[Found]:
    hits = list(hits)
    documents, cards = _from_database(hits)
    wanted = words.wanted
    return [
        Found(hit, card, highlight(card.place[:1].upper() + card.place[1:], wanted), snippet(document.body, wanted))
        for hit in hits
        if (card := cards.get(hit.key)) and (document := documents.get(hit.key))
    ]


def _from_database(hits: Iterable[SearchHit]) -> tuple[dict[Key, SearchDocument], dict[Key, ResultCard]]:
    ids: dict[str, list[int]] = {}
    for hit in hits:
        ids.setdefault(hit.type, []).append(hit.id)
    documents: dict[Key, SearchDocument] = {}
    cards: dict[Key, ResultCard] = {}
    for type_, wanted in ids.items():
        if source := sources().get(type_):
            documents |= {document.key: document for document in source.documents(wanted)}
            cards |= {(type_, id_): card for id_, card in source.cards(wanted).items()}
    return documents, cards


def _by_lineage(result: SearchResult) -> list[ProvisionCount]:
    counts = {lineage: count for lineage, count in result.facets.get(Facet.LINEAGE, {}).items() if lineage}
    names = citations([int(lineage) for lineage in counts])
    rows = [
        ProvisionCount(int(lineage), names[int(lineage)], count)
        for lineage, count in counts.items()
        if int(lineage) in names
    ]
    return sorted(rows, key=lambda row: (-row.count, row.citation, row.lineage_id))
