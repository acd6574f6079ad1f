"""Some documents searched as any engine would, without an index: for when there is none."""

from array import array
from collections import defaultdict
from collections.abc import Sequence

from search.documents import SearchDocument
from search.engines.base import SearchHit, SearchQuery, SearchResult
from search.engines.facts import Columns, pack
from search.engines.forms import occurrences
from search.engines.ranking import Postings, rank

__all__ = ["search_documents"]


def search_documents(documents: Sequence[SearchDocument], query: SearchQuery) -> SearchResult:
    """What the query finds among these; some 10,000 short documents a second."""
    if query.words.finds_nothing:
        return SearchResult(0, (), {facet: {} for facet in query.facets}, 0.0)
    found = rank([_Segment(documents)], query)
    hits = tuple(SearchHit(*documents[number].key, score) for score, _segment, number in found.page)
    return SearchResult(found.total, hits, found.facets, 0.0)


class _Segment:
    """See `search.engines.ranking.Segment`."""

    def __init__(self, documents: Sequence[SearchDocument]) -> None:
        self._held: dict[str, list[tuple[int, int, int]]] = defaultdict(list)  # document, weight, place
        rows = []
        for number, document in enumerate(documents):
            words = list(occurrences(document))
            for forms, place, weight in words:
                for form in forms:
                    self._held[form].append((number, weight, place))
            rows.append(pack(document, len(words)))
        self.columns = Columns(rows)
        self.total_length = sum(self.columns.lengths)
        self.live: frozenset[int] | None = None

    def postings(self, form: str) -> Postings | None:
        if form not in self._held:
            return None
        docs, weights, starts, places = array("I"), array("f"), array("I"), array("I")
        for number, weight, place in self._held[form]:
            if not docs or docs[-1] != number:
                docs.append(number)
                weights.append(0.0)
                starts.append(len(places))
            weights[-1] += weight
            places.append(place)
        starts.append(len(places))
        return Postings(docs, weights, starts, places)
