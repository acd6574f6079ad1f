"""Which documents a query finds, and in which order: pure Python over lists of postings.

Whoosh's own matchers step through postings one call at a time, and its counts by group are slower still. Here a
term's postings are read once, kept as arrays, and worked on in bulk: first which documents match, then the filters,
then the scores of what is left. So totals and counts are always exact. Ranking is BM25 with two additions: a bare word
that stands without marks in the text beats all folded hits, and words that stand side by side in the text as in the
query lift a document.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from heapq import nlargest, nsmallest
from itertools import chain, pairwise
from math import log
from typing import NamedTuple, Protocol

from search.analysis import Term
from search.documents import Facet, FacetValue
from search.engines.base import SearchQuery, Sort
from search.engines.facts import Columns
from search.engines.forms import AUTHOR, exact_form, may_carry_marks, query_form
from search.query import Clause, Group, ParsedQuery

__all__ = ["EXACT_BONUS", "RERANKED", "Found", "Postings", "Segment", "neighbours", "rank"]

_K1, _B = 1.2, 0.75
EXACT_BONUS = 3.0  # of the idf; more than K1 + 1, the most that repeating a word can bring
_NEAR_BONUS = 1.0  # of the score, when all neighbours in the query are neighbours in the text
RERANKED = 200


class Postings(NamedTuple):
    """The documents of a segment that hold a term (ascending), how much it weighs in each, and where it stands.

    In the n-th document the term stands at places[starts[n] : starts[n + 1]].
    """

    docs: Sequence[int]
    weights: Sequence[float]
    starts: Sequence[int]
    places: Sequence[int]

    def places_in(self, doc: int) -> Sequence[int]:
        """Where it stands in a document; nowhere if the document does not hold it."""
        at = bisect_left(self.docs, doc)
        if at == len(self.docs) or self.docs[at] != doc:
            return ()
        return self.places[self.starts[at] : self.starts[at + 1]]


class Segment(Protocol):
    """A part of an index. Document numbers are its own, from 0; `live` is None where nothing was deleted."""

    columns: Columns
    total_length: int
    live: frozenset[int] | None

    def postings(self, form: str) -> Postings | None: ...


@dataclass(frozen=True, slots=True)
class Found:
    """The ranked page, as (score, segment number, document number), and the counts of everything found."""

    total: int
    page: list[tuple[float, int, int]]
    facets: dict[Facet, dict[FacetValue, int]]


def rank(segments: Sequence[Segment], query: SearchQuery) -> Found:
    """Everything the query finds, counted; the page of it, ranked. Equal ranks: newest first, then type and id."""
    parsed = query.words
    found = [_filtered(segment, query, _matching(segment, parsed)) for segment in segments]
    facets = {facet: _count(segments, found, facet) for facet in query.facets}
    total = sum(map(len, found))
    if not query.limit:
        return Found(total, [], facets)
    if query.sort is Sort.RELEVANCE and parsed.required:
        scores = _Scorer(segments, parsed).scores(found)
        return Found(total, _best(segments, parsed, query, scores), facets)
    return Found(total, _by_age(segments, query, found), facets)


# --- what matches ----------------------------------------------------------------------------------------------------


def _matching(segment: Segment, parsed: ParsedQuery) -> set[int]:
    docs = _holding_all(segment, parsed) if parsed.at_least is None else _holding_some(segment, parsed, parsed.at_least)
    for clause in parsed.excluded:
        docs -= _clause(segment, clause, docs)
    return docs if segment.live is None else docs & segment.live


def _holding_all(segment: Segment, parsed: ParsedQuery) -> set[int]:
    """Single words first: they are cheap, and leave less for the phrases to be looked for in."""
    docs: set[int] | None = None
    for group in sorted(parsed.required, key=_is_slow):
        either: set[int] = set()
        for clause in group:
            either |= _clause(segment, clause, docs)
        docs = either if docs is None else docs & either
        if not docs:
            return docs
    return set(range(len(segment.columns))) if docs is None else docs


def _holding_some(segment: Segment, parsed: ParsedQuery, least: int) -> set[int]:
    counts: Counter[int] = Counter()
    for group in parsed.required:
        counts.update(set().union(*(_clause(segment, clause, None) for clause in group)))
    return {doc for doc, count in counts.items() if count >= least}


def _is_slow(group: tuple[Clause, ...]) -> int:
    return max(len(clause.terms) for clause in group)


def _clause(segment: Segment, clause: Clause, within: AbstractSet[int] | None) -> set[int]:
    found = [postings for term in clause.terms if (postings := segment.postings(query_form(term)))]
    if len(found) < len(clause.terms):
        return set()
    lists = sorted((postings.docs for postings in found), key=len)
    docs = set(lists[0]) if within is None else set(within).intersection(lists[0])
    for each in lists[1:]:
        docs.intersection_update(each)
    if len(found) == 1:
        return docs
    return {doc for doc in docs if _in_a_row([postings.places_in(doc) for postings in found])}


def _in_a_row(places: Sequence[Sequence[int]]) -> bool:
    starts = set(places[0])
    for distance, place in enumerate(places[1:], 1):
        starts.intersection_update([position - distance for position in place])
        if not starts:
            return False
    return bool(starts)


def _filtered(segment: Segment, query: SearchQuery, docs: set[int]) -> list[int]:
    """Those that pass the filters, in ascending order."""
    columns = segment.columns
    if query.without:
        docs = docs - columns.numbers(query.without)
    for term in query.author:
        postings = segment.postings(AUTHOR + query_form(term))
        docs = docs.intersection(postings.docs) if postings else set()
    left: Iterable[int] = docs
    for facet, values in query.only.items():
        left = _keep(left, columns.facets[facet], frozenset(values))
    for facet, values in query.never.items():
        left = _drop(left, columns.facets[facet], frozenset(values))
    for place in query.places:
        left = [doc for doc in left if place in columns.places[doc]]
    if query.date_from is not None:
        first = query.date_from.timestamp()
        left = [doc for doc in left if columns.created[doc] >= first]
    if query.date_to is not None:
        end = query.date_to.timestamp()
        left = [doc for doc in left if columns.created[doc] < end]
    return sorted(left)


def _keep(docs: Iterable[int], column: Sequence[FacetValue | None], values: frozenset[FacetValue]) -> list[int]:
    return [doc for doc in docs if column[doc] in values]


def _drop(docs: Iterable[int], column: Sequence[FacetValue | None], values: frozenset[FacetValue]) -> list[int]:
    return [doc for doc in docs if column[doc] not in values]


# --- in which order --------------------------------------------------------------------------------------------------


class _Scorer:
    """BM25 over all segments; a document gets the scores of all words asked for that it holds."""

    def __init__(self, segments: Sequence[Segment], parsed: ParsedQuery) -> None:
        self.segments = segments
        self.groups = parsed.required + parsed.soft
        self.count = sum(len(segment.columns) for segment in segments)
        self.average = max(sum(segment.total_length for segment in segments) / max(self.count, 1), 1.0)
        self._idfs: dict[str, float] = {}

    def scores(self, found: Sequence[list[int]]) -> list[dict[int, float]]:
        scores = [dict.fromkeys(docs, 0.0) for docs in found]
        for segment, mine in zip(self.segments, scores, strict=True):
            for group in self.groups:
                if len(group) == len(group[0].terms) == 1:
                    self._add_word(segment, group[0].terms[0], mine)
                else:
                    self._add_group(segment, group, mine)
        return scores

    def _add_group(self, segment: Segment, group: Group, scores: dict[int, float]) -> None:
        """The best of the readings that a document holds."""
        best: dict[int, float] = {}
        for clause in group:
            docs = _clause(segment, clause, scores.keys())
            part = dict.fromkeys(docs, 0.0)
            for term in clause.terms:
                self._add_word(segment, term, part)
            best.update({doc: max(score, best.get(doc, 0.0)) for doc, score in part.items()})
        for doc, score in best.items():
            scores[doc] += score

    def _idf(self, form: str) -> float:
        if form not in self._idfs:
            self._idfs[form] = self._read_idf(form)
        return self._idfs[form]

    def _read_idf(self, form: str) -> float:
        found = (segment.postings(form) for segment in self.segments)
        holding = sum(len(postings.docs) for postings in found if postings)
        return log(1 + (self.count - holding + 0.5) / (holding + 0.5))

    def _add_word(self, segment: Segment, term: Term, scores: dict[int, float]) -> None:
        idf = self._idf(query_form(term))
        base, slope, lengths = _K1 * (1 - _B), _K1 * _B / self.average, segment.columns.lengths
        top = idf * (_K1 + 1)
        for doc, weight in _weights(segment.postings(query_form(term)), scores):
            scores[doc] += top * weight / (weight + base + slope * lengths[doc])
        if not term.marked and may_carry_marks(term):
            bonus = EXACT_BONUS * idf
            for doc, _weight in _weights(segment.postings(exact_form(term)), scores):
                scores[doc] += bonus


def _weights(postings: Postings | None, wanted: Mapping[int, float]) -> Iterable[tuple[int, float]]:
    """The postings of the wanted documents: picked out when these are few, walked through when they are many."""
    if postings is None:
        return ()
    docs, weights, *_places = postings
    if len(wanted) == len(docs) or len(wanted) * 8 > len(docs):
        return [(doc, weight) for doc, weight in zip(docs, weights, strict=True) if doc in wanted]
    places = ((doc, bisect_left(docs, doc)) for doc in wanted)
    return [(doc, weights[place]) for doc, place in places if place < len(docs) and docs[place] == doc]


def _best(
    segments: Sequence[Segment], parsed: ParsedQuery, query: SearchQuery, scores: list[dict[int, float]]
) -> list[tuple[float, int, int]]:
    def order(item: tuple[float, int, int]) -> tuple[float, float, str, int]:
        columns, doc = segments[item[1]].columns, item[2]
        return (item[0], columns.created[doc], *columns.key(doc))

    end = query.offset + query.limit
    highest = nlargest(max(end, RERANKED), chain.from_iterable(part.values() for part in scores))
    least = highest[-1] if highest else 0.0
    best = [(score, at, doc) for at, part in enumerate(scores) for doc, score in part.items() if score >= least]
    best.sort(key=order, reverse=True)
    near = _lift_neighbours(segments, parsed, best[:RERANKED])
    near.sort(key=order, reverse=True)
    return (near + best[RERANKED:])[query.offset : end]


def neighbours(parsed: ParsedQuery) -> list[tuple[Term, Term]]:
    """The words that stand side by side in the query: where they do in a text too, it is lifted."""
    pairs = pairwise(parsed.required)
    return [
        (left[0].terms[0], right[0].terms[0]) for left, right in pairs if len(left[0].terms) == len(right[0].terms) == 1
    ]


def _lift_neighbours(
    segments: Sequence[Segment], parsed: ParsedQuery, best: list[tuple[float, int, int]]
) -> list[tuple[float, int, int]]:
    """The best again, with more for those where the words of the query stand side by side."""
    pairs = neighbours(parsed)
    if not pairs:
        return best
    lifted: list[tuple[float, int, int]] = []
    for score, number, doc in best:
        near = sum(_are_neighbours(segments[number], pair, doc) for pair in pairs)
        lifted.append((score * (1 + _NEAR_BONUS * near / len(pairs)), number, doc))
    return lifted


def _are_neighbours(segment: Segment, pair: tuple[Term, Term], doc: int) -> bool:
    found = [segment.postings(query_form(term)) for term in pair]
    places = [postings.places_in(doc) for postings in found if postings]
    return len(places) == len(pair) and _in_a_row(places)


def _by_age(
    segments: Sequence[Segment], query: SearchQuery, found: Sequence[list[int]]
) -> list[tuple[float, int, int]]:
    oldest_first = query.sort is Sort.OLDEST
    dated = (
        (segments[number].columns.created[doc], *segments[number].columns.key(doc), number, doc)
        for number, docs in enumerate(found)
        for doc in docs
    )
    choose = nsmallest if oldest_first else nlargest
    page = choose(query.offset + query.limit, dated)[query.offset :]
    return [(0.0, number, doc) for *_age, number, doc in page]


# --- counts ----------------------------------------------------------------------------------------------------------


def _count(segments: Sequence[Segment], found: Sequence[list[int]], facet: Facet) -> dict[FacetValue, int]:
    """How many of those found have each value. A column and a list of numbers: some 20 million documents a second."""
    counts: Counter[FacetValue | None] = Counter()
    for segment, docs in zip(segments, found, strict=True):
        counts.update(map(segment.columns.facets[facet].__getitem__, docs))
    return {value: count for value, count in counts.items() if value is not None}
