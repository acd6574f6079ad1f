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
from dataclasses import dataclass
from heapq import nlargest, nsmallest
from itertools import chain, pairwise
from math import log
from typing import NamedTuple, Protocol

from search.analysis import Term
from search.engines.base import SearchQuery, Sort
from search.engines.facts import Facts
from search.query import Clause, ParsedQuery

__all__ = ["Found", "Postings", "Segment", "exact_form", "index_forms", "rank"]

_K1, _B = 1.2, 0.75
_EXACT_BONUS = 3.0  # of the idf; more than K1 + 1, the most that repeating a word can bring
_NEAR_BONUS = 1.0  # of the score, when all neighbours in the query are neighbours in the text
_RERANKED = 200

_VOWELS = frozenset("aeiouyd")  # only these carry marks in Vietnamese


class Postings(NamedTuple):
    """The documents of a segment that hold a term (ascending), how much it weighs in each, and where it stands.

    In the n-th document the term stands at places[starts[n] : starts[n + 1]].
    """

    docs: Sequence[int]
    weights: Sequence[float]
    starts: Sequence[int]
    places: Sequence[int]

    def places_in(self, doc: int) -> Sequence[int]:
        """Where it stands in a document that holds it."""
        at = bisect_left(self.docs, doc)
        return self.places[self.starts[at] : self.starts[at + 1]]


class Segment(Protocol):
    """A part of an index. Document numbers are its own, from 0; `live` is None where nothing was deleted."""

    facts: Sequence[Facts]
    lengths: Sequence[int]
    total_length: int
    live: frozenset[int] | None

    def postings(self, form: str) -> Postings | None: ...


@dataclass(frozen=True, slots=True)
class Found:
    """The ranked page, as (score, segment number, document number), and the counts of everything found."""

    total: int
    page: list[tuple[float, int, int]]
    by_lineage: dict[int, tuple[int, str]]  # count, citation of the one indexed last


def exact_form(term: Term) -> str:
    """How the exact form is written in the index: no folded form can look like it."""
    return term.exact if term.exact != term.folded else "=" + term.folded


def index_forms(term: Term) -> tuple[str, ...]:
    """What is indexed for a word, at one place: its folded form, and its exact form where marks were possible."""
    if term.exact == term.folded and _VOWELS.isdisjoint(term.folded):
        return (term.folded,)
    return (term.folded, exact_form(term))


def _query_form(term: Term) -> str:
    return term.exact if term.marked else term.folded


def rank(segments: Sequence[Segment], parsed: ParsedQuery, query: SearchQuery) -> Found:
    """Everything the query finds, counted; the page of it, ranked. Equal ranks: newest first, then type and id."""
    found = [_filtered(segment, query, _matching(segment, parsed)) for segment in segments]
    lineages = _count_lineages(segments, found)
    total = sum(map(len, found))
    if query.sort is Sort.RELEVANCE and parsed.required:
        scores = _Scorer(segments, parsed).scores(found)
        return Found(total, _best(segments, parsed, query, scores), lineages)
    return Found(total, _by_age(segments, query, found), lineages)


# --- what matches ----------------------------------------------------------------------------------------------------


def _matching(segment: Segment, parsed: ParsedQuery) -> set[int]:
    """Single words first: they are cheap, and leave less for the phrases to be looked for in."""
    docs: set[int] | None = None
    for group in sorted(parsed.required, key=_is_slow):
        either: set[int] = set()
        for clause in group:
            either |= _clause(segment, clause, docs)
        docs = either if docs is None else docs & either
        if not docs:
            return docs
    if docs is None:
        docs = set(range(len(segment.facts)))
    for clause in parsed.excluded:
        docs -= _clause(segment, clause, docs)
    return docs if segment.live is None else docs & segment.live


def _is_slow(group: tuple[Clause, ...]) -> int:
    return max(len(clause.terms) for clause in group)


def _clause(segment: Segment, clause: Clause, within: set[int] | None) -> set[int]:
    found = [postings for term in clause.terms if (postings := segment.postings(_query_form(term)))]
    if len(found) < len(clause.terms):
        return set()
    lists = sorted((postings.docs for postings in found), key=len)
    docs = set(lists[0]) if within is None else within.intersection(lists[0])
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


def _filtered(segment: Segment, query: SearchQuery, docs: Iterable[int]) -> list[int]:
    """Those that pass the filters, in ascending order."""
    facts = segment.facts
    if query.lineage_id is not None:
        docs = [doc for doc in docs if facts[doc].lineage_id == query.lineage_id]
    if query.types is not None:
        types = frozenset(query.types)
        docs = [doc for doc in docs if facts[doc].type in types]
    if query.consultation_ids is not None:
        consultations = frozenset(query.consultation_ids)
        docs = [doc for doc in docs if facts[doc].consultation_id in consultations]
    if query.stance is not None:
        docs = [doc for doc in docs if facts[doc].stance == query.stance]
    if query.date_from is not None:
        first = query.date_from.timestamp()
        docs = [doc for doc in docs if facts[doc].created >= first]
    if query.date_to is not None:
        end = query.date_to.timestamp()
        docs = [doc for doc in docs if facts[doc].created < end]
    return sorted(docs)


# --- in which order --------------------------------------------------------------------------------------------------


class _Scorer:
    """BM25 over all segments; a document gets the scores of all words asked for that it holds."""

    def __init__(self, segments: Sequence[Segment], parsed: ParsedQuery) -> None:
        self.segments = segments
        self.terms = tuple(dict.fromkeys(term for clause in parsed.wanted for term in clause.terms))
        self.count = sum(len(segment.facts) for segment in segments)
        self.average = max(sum(segment.total_length for segment in segments) / max(self.count, 1), 1.0)

    def scores(self, found: Sequence[list[int]]) -> list[dict[int, float]]:
        scores = [dict.fromkeys(docs, 0.0) for docs in found]
        for term in self.terms:
            idf = self._idf(_query_form(term))
            for segment, mine in zip(self.segments, scores, strict=True):
                self._add_word(segment, term, idf, mine)
        return scores

    def _idf(self, form: str) -> float:
        found = (segment.postings(form) for segment in self.segments)
        holding = sum(len(postings.docs) for postings in found if postings)
        return log(1 + (self.count - holding + 0.5) / (holding + 0.5))

    def _add_word(self, segment: Segment, term: Term, idf: float, scores: dict[int, float]) -> None:
        base, slope, lengths = _K1 * (1 - _B), _K1 * _B / self.average, segment.lengths
        top = idf * (_K1 + 1)
        for doc, weight in _weights(segment.postings(_query_form(term)), scores):
            scores[doc] += top * weight / (weight + base + slope * lengths[doc])
        if not (term.marked or _VOWELS.isdisjoint(term.folded)):
            bonus = _EXACT_BONUS * idf
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
        facts = segments[item[1]].facts[item[2]]
        return (item[0], facts.created, facts.type, facts.id)

    end = query.offset + query.limit
    highest = nlargest(max(end, _RERANKED), chain.from_iterable(part.values() for part in scores))
    least = highest[-1] if highest else 0.0
    best = [(score, at, doc) for at, part in enumerate(scores) for doc, score in part.items() if score >= least]
    best.sort(key=order, reverse=True)
    near = _lift_neighbours(segments, parsed, best[:_RERANKED])
    near.sort(key=order, reverse=True)
    return (near + best[_RERANKED:])[query.offset : end]


def _lift_neighbours(
    segments: Sequence[Segment], parsed: ParsedQuery, best: list[tuple[float, int, int]]
) -> list[tuple[float, int, int]]:
    """The best again, with more for those where the words of the query stand side by side."""
    row = [group[0].terms[0] for group in parsed.required if len(group) == 1 and len(group[0].terms) == 1]
    if len(row) < 2:
        return best
    lifted: list[tuple[float, int, int]] = []
    for score, number, doc in best:
        found = [segments[number].postings(_query_form(term)) for term in row]
        places = [postings.places_in(doc) for postings in found if postings]
        near = sum(_in_a_row(pair) for pair in pairwise(places))
        lifted.append((score * (1 + _NEAR_BONUS * near / (len(row) - 1)), number, doc))
    return lifted


def _by_age(
    segments: Sequence[Segment], query: SearchQuery, found: Sequence[list[int]]
) -> list[tuple[float, int, int]]:
    oldest_first = query.sort is Sort.OLDEST
    dated = (
        (facts.created, facts.type, facts.id, number, doc)
        for number, docs in enumerate(found)
        for doc in docs
        for facts in (segments[number].facts[doc],)
    )
    choose = nsmallest if oldest_first else nlargest
    page = choose(query.offset + query.limit, dated)[query.offset :]
    return [(0.0, number, doc) for *_age, number, doc in page]


# --- counts ----------------------------------------------------------------------------------------------------------


def _count_lineages(segments: Sequence[Segment], found: Sequence[list[int]]) -> dict[int, tuple[int, str]]:
    counts: Counter[int] = Counter()
    last: dict[int, str] = {}
    for segment, docs in zip(segments, found, strict=True):
        facts = [segment.facts[doc] for doc in docs]
        counts.update([each.lineage_id for each in facts if each.lineage_id is not None])
        last.update({each.lineage_id: each.citation for each in facts if each.lineage_id is not None})
    return {lineage: (count, last[lineage]) for lineage, count in counts.items()}
