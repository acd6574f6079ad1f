"""One search: what Tantivy is asked, and what it answers."""

from collections.abc import Iterator, Sequence
from math import log
from typing import Any

from tantivy import FieldType, Occur, Order, Query

from search.analysis import Term
from search.documents import Facet, FacetValue
from search.engines.base import SearchHit, SearchQuery, Sort
from search.engines.forms import AUTHOR, exact_form, may_carry_marks, query_form
from search.engines.ranking import EXACT_BONUS, RERANKED, neighbours
from search.engines.tantivy.rows import key_text, read_key, schema
from search.query import Clause, Group, ParsedQuery

__all__ = ["Asking"]

_MOST_VALUES = 65_000  # of a facet
_MOST_TIES = 20_000  # documents of one score that are put in order

_Hits = Sequence[tuple[float, Any]]


class Asking:
    """One search: what Tantivy is asked, and what it answers."""

    def __init__(self, searcher: Any, query: SearchQuery) -> None:
        self._searcher = searcher
        self._query = query
        self._schema = schema()
        self._matching = self._match(query.words)

    def counts(self) -> tuple[int, dict[Facet, dict[FacetValue, int]]]:
        wanted: dict[str, Any] = {
            facet: {"terms": {"field": facet, "size": _MOST_VALUES}} for facet in self._query.facets
        }
        answer = self._searcher.aggregate(self._matching, wanted | {"total": {"value_count": {"field": "id"}}})
        facets: dict[Facet, dict[FacetValue, int]] = {
            facet: {
                int(each["key"]) if facet.is_number else str(each["key"]): each["doc_count"]
                for each in answer[facet]["buckets"]
            }
            for facet in self._query.facets
        }
        return int(answer["total"]["value"]), facets

    def page(self) -> list[SearchHit]:
        end = self._query.offset + self._query.limit
        by_relevance = self._query.sort is Sort.RELEVANCE and bool(self._query.words.required)
        if by_relevance and neighbours(self._query.words):
            hits = self._with_lift(end)
        else:
            hits = self._ordered(self._with_ties(self._best if by_relevance else self._dated, end), by_relevance)
        return [
            SearchHit(*read_key(self._searcher, address), score if by_relevance else 0.0)
            for score, address in hits[self._query.offset : end]
        ]

    def _with_lift(self, end: int) -> _Hits:
        """The best first: those whose words stand side by side as in the query, before others nearly as good."""
        hits = self._with_ties(self._best, end) if end > RERANKED else self._best(RERANKED)
        best = hits[:RERANKED]
        near = self._near(best)
        lifted = [(score * (1 + near.get((address.segment_ord, address.doc), 0.0)), address) for score, address in best]
        return [*self._ordered(lifted, by_relevance=True), *self._ordered(hits[RERANKED:], by_relevance=True)]

    def _near(self, hits: _Hits) -> dict[tuple[int, int], float]:
        """Which share of the neighbours in the query are neighbours in a text; asked for these few texts alone."""
        if not hits:
            return {}
        pairs = neighbours(self._query.words)
        keys = self._keys([address for _score, address in hits])
        asked = Query.const_score_query(Query.term_set_query(self._schema, "key", keys), 0.0)
        for pair in pairs:
            lift = Query.const_score_query(self._row(pair), 1 / len(pairs))
            asked = Query.boolean_query([(Occur.Must, asked), (Occur.Should, lift)])
        found = self._searcher.search(asked, max(len(hits), 1), count=False).hits
        return {(address.segment_ord, address.doc): score for score, address in found}

    def _keys(self, addresses: Sequence[Any]) -> list[str]:
        """From columns: the store of documents is read once for each type alone."""
        ids = self._searcher.fast_field_values("id", addresses)
        orders = self._searcher.fast_field_values("type_order", addresses)
        firsts = dict(zip(reversed(orders), reversed(addresses), strict=True))
        names = {order: read_key(self._searcher, address)[0] for order, address in firsts.items()}
        return [key_text(names[order], int(id_)) for order, id_ in zip(orders, ids, strict=True)]

    def _with_ties(self, ask: Any, end: int) -> _Hits:
        """The first hits, and all those that are as good as the last of them."""
        room = end + 50
        while True:
            hits: _Hits = ask(room)
            if len(hits) < room or hits[-1][0] != hits[end - 1][0] or room >= _MOST_TIES:
                return hits
            room *= 4

    def _best(self, limit: int) -> _Hits:
        found: _Hits = self._searcher.search(self._ranking(), limit, count=False).hits
        return found

    def _dated(self, limit: int) -> _Hits:
        order = Order.Asc if self._query.sort is Sort.OLDEST else Order.Desc
        found: _Hits = self._searcher.search(
            self._matching, limit, count=False, order_by_field="created", order=order
        ).hits
        return found

    def _ordered(self, hits: _Hits, by_relevance: bool) -> _Hits:
        """Equal ones newest first, then by type and id."""
        if not hits:
            return hits
        addresses = [address for _score, address in hits]
        columns = [self._searcher.fast_field_values(name, addresses) for name in ("created", "type_order", "id")]
        rows = sorted(
            (
                (score if by_relevance else 0.0, *values, at)
                for at, ((score, _), *values) in enumerate(zip(hits, *columns, strict=True))
            ),
            reverse=by_relevance or self._query.sort is not Sort.OLDEST,
        )
        return [hits[at] for *_values, at in rows]

    # what must hold

    def _match(self, words: ParsedQuery) -> Any:
        groups = [self._either(group) for group in words.required]
        if words.at_least is None:
            parts = [(Occur.Must, group) for group in groups]
        else:
            some = Query.boolean_query([(Occur.Should, group) for group in groups], words.at_least)
            parts = [(Occur.Must, some)]
        parts += [(Occur.MustNot, self._clause(clause)) for clause in words.excluded]
        parts += [(Occur.Must, Query.const_score_query(each, 0.0)) for each in self._filters()]
        query = self._query
        parts += [(Occur.MustNot, self._any_of(facet, values)) for facet, values in query.never.items() if values]
        if query.without:
            keys = [key_text(*key) for key in query.without]
            parts.append((Occur.MustNot, Query.term_set_query(self._schema, "key", keys)))
        if not any(occur == Occur.Must for occur, _part in parts):
            parts.append((Occur.Must, Query.all_query()))
        return Query.boolean_query(parts)

    def _either(self, group: Group) -> Any:
        """The best of the readings that a document holds."""
        clauses = [self._clause(clause) for clause in group]
        return clauses[0] if len(clauses) == 1 else Query.disjunction_max_query(clauses)

    def _clause(self, clause: Clause) -> Any:
        if len(clause.terms) == 1:
            return self._word(query_form(clause.terms[0]))
        return self._row(clause.terms)

    def _word(self, form: str) -> Any:
        return Query.term_query(self._schema, "words", form, "freq")

    def _row(self, terms: Sequence[Term]) -> Any:
        """Words side by side: every word has two places, the second for its exact form."""
        places = [(2 * at + (1 if term.marked else 0), query_form(term)) for at, term in enumerate(terms)]
        return Query.phrase_query(self._schema, "words", list(places))

    def _filters(self) -> Iterator[Any]:
        query = self._query
        for facet, values in query.only.items():
            yield self._any_of(facet, values)
        for place in query.places:
            yield Query.term_query(self._schema, "place", place)
        for term in query.author:
            yield Query.term_query(self._schema, "author", AUTHOR + query_form(term), "basic")
        if query.date_from is not None or query.date_to is not None:
            first = query.date_from.timestamp() if query.date_from else None
            end = query.date_to.timestamp() if query.date_to else None
            yield Query.range_query(
                self._schema, "created", FieldType.Float, first, end, include_lower=True, include_upper=False
            )

    def _any_of(self, facet: Facet, values: Sequence[FacetValue]) -> Any:
        kind = int if facet.is_number else str
        known = [value for value in values if isinstance(value, kind) and (kind is str or 0 <= int(value) < 1 << 63)]
        return Query.term_set_query(self._schema, facet, known) if known else Query.empty_query()

    # in which order

    def _ranking(self) -> Any:
        """What must hold, with one thing after another that lifts.

        Each is a query around the one before: only so does Tantivy look for it where the others were found. Side by
        side it would read all of their postings first, ten times slower.
        """
        ranking = self._matching
        for lift in self._lifts():
            ranking = Query.boolean_query([(Occur.Must, ranking), (Occur.Should, lift)])
        return ranking

    def _lifts(self) -> Iterator[Any]:
        words = self._query.words
        for term in dict.fromkeys(term for clause in words.wanted for term in clause.terms):
            if not term.marked and may_carry_marks(term):
                bonus = EXACT_BONUS * self._idf(term)
                yield Query.const_score_query(self._word(exact_form(term)), bonus)
        for group in words.soft:
            yield self._either(group)

    def _idf(self, term: Term) -> float:
        holding = self._searcher.doc_freq("words", query_form(term))
        return log(1 + (max(self._searcher.num_docs - holding, 0) + 0.5) / (holding + 0.5))
