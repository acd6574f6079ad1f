"""One search as SQL."""

# ruff: noqa: S608 - names of tables and columns are ours; what was typed is only ever a bound value

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from search.analysis import Term
from search.documents import Facet, FacetValue
from search.engines.base import SearchQuery, Sort
from search.engines.forms import AUTHOR, exact_form, may_carry_marks, query_form
from search.engines.postgres.rows import quoted
from search.engines.ranking import EXACT_BONUS, RERANKED, neighbours
from search.query import Clause, Group, ParsedQuery

__all__ = ["Asking"]

_WEIGHTS = "'{0.33,0.33,0.33,1}'"  # of words outside headings, and in them


class Asking:
    """One search as SQL. What was typed is only ever a bound value, in quotes of a tsquery."""

    def __init__(self, table: str, query: SearchQuery) -> None:
        self.table = table
        self.query = query
        self.values: dict[str, Any] = {"offset": query.offset, "limit": query.limit, "reranked": RERANKED}
        self.where = " AND ".join(self._conditions()) or "true"

    def _bind(self, value: Any) -> str:
        name = f"v{len(self.values)}"
        self.values[name] = value
        return f":{name}"

    def _words(self, tsquery: str) -> str:
        return f"CAST({self._bind(tsquery)} AS tsquery)"

    def _conditions(self) -> Iterator[str]:
        yield from self._about_words()
        query = self.query
        for facet, values in query.only.items():
            yield f"{facet} = ANY({self._bind(_clean(facet, values))})"
        for facet, values in query.never.items():
            yield f"({facet} IS NULL OR {facet} <> ALL({self._bind(_clean(facet, values))}))"
        if query.places:
            yield f"places @> CAST({self._bind([place.replace(chr(0), '') for place in query.places])} AS text[])"
        if query.date_from is not None:
            yield f"created >= {self._bind(query.date_from.timestamp())}"
        if query.date_to is not None:
            yield f"created < {self._bind(query.date_to.timestamp())}"
        if query.without:
            types, ids = zip(*query.without, strict=True)
            pairs = f"unnest(CAST({self._bind(list(types))} AS text[]), CAST({self._bind(list(ids))} AS bigint[]))"
            yield f"NOT EXISTS (SELECT 1 FROM {pairs} AS w(t, i) WHERE w.t = type AND w.i = id)"

    def _about_words(self) -> Iterator[str]:
        words = self.query.words
        if asked := _tsquery(words, self.query.author):
            yield f"words @@ {self._words(asked)}"
        if words.at_least is not None:
            held = " + ".join(f"(words @@ {self._words(_either(group))})::int" for group in words.required)
            yield f"{held} >= {self._bind(words.at_least)}"

    def counting(self) -> str:
        """Total and facets in one pass; `grouping` has a bit for each facet that a row does not count."""
        names = ", ".join(self.query.facets)
        if not names:
            return f"SELECT count(*) AS n FROM {self.table} WHERE {self.where}"
        sets = ", ".join(f"({facet})" for facet in self.query.facets)
        return (
            f"SELECT {names}, GROUPING({names}) AS grouping, count(*) AS n FROM {self.table} "
            f"WHERE {self.where} GROUP BY GROUPING SETS ((), {sets})"
        )

    def dated(self) -> str:
        way = "ASC" if self.query.sort is Sort.OLDEST else "DESC"
        return (
            f"SELECT type, id, 0.0 AS score FROM {self.table} WHERE {self.where} "
            f'ORDER BY created {way}, type COLLATE "C" {way}, id {way} LIMIT :limit OFFSET :offset'
        )

    def ranked(self, idf: Mapping[Term, float]) -> str:
        """By the weight of the words; the best of them once more, lifted by neighbours."""
        words = self.query.words
        score = " + ".join(self._score_of(group, idf) for group in words.required + words.soft)
        order = 'score DESC, created DESC, type COLLATE "C" DESC, id DESC'
        found = f"SELECT type, id, created, {score} AS score FROM {self.table} WHERE {self.where} ORDER BY {order}"
        pairs = neighbours(words)
        if not pairs:
            return f"SELECT type, id, score FROM ({found} LIMIT :limit OFFSET :offset) AS page"
        lift = f"score * CASE WHEN place <= :reranked THEN 1 + {self._nearness(pairs)} ELSE 1 END AS score"
        return (
            f"WITH found AS ({found} LIMIT greatest(:limit + :offset, :reranked)), "
            f"best AS (SELECT type, id, score, row_number() OVER (ORDER BY {order}) AS place FROM found), "
            f"lifted AS (SELECT type, id, created, place, {lift} FROM best JOIN {self.table} USING (type, id)) "
            f"SELECT type, id, score FROM lifted ORDER BY place > :reranked, {order} LIMIT :limit OFFSET :offset"
        )

    def _score_of(self, group: Group, idf: Mapping[Term, float]) -> str:
        """The best of the readings that a document holds."""
        if len(group) == len(group[0].terms) == 1:
            return self._word(group[0].terms[0], idf)
        readings = []
        for clause in group:
            words = " + ".join(self._word(term, idf) for term in clause.terms)
            readings.append(f"CASE WHEN words @@ {self._words(_clause(clause))} THEN {words} ELSE 0 END")
        return f"greatest({', '.join(readings)})"

    def _word(self, term: Term, idf: Mapping[Term, float]) -> str:
        """How often it stands there, in long texts less, in headings more; and whether it stands as typed."""
        asked = self._words(quoted(query_form(term)))
        score = f"{self._bind(idf[term] * 4.5)} * ts_rank({_WEIGHTS}, words, {asked}) * shortness"
        if term.marked or not may_carry_marks(term):
            return score
        exact = self._words(quoted(exact_form(term)))
        return f"{score} + {self._bind(idf[term] * 2 * EXACT_BONUS)} * (words @@ {exact})::int"

    def _nearness(self, pairs: Sequence[Sequence[Term]]) -> str:
        """Which share of the neighbours in the query are neighbours in a text."""
        near = " + ".join(f"(words @@ {self._words(_in_a_row(pair))})::int" for pair in pairs)
        return f"({near}) / {len(pairs)}.0"


def _clean(facet: Facet, values: Sequence[FacetValue]) -> list[FacetValue]:
    """Values the database can hold; others match nothing."""
    if facet.is_number:
        return [value for value in values if isinstance(value, int) and abs(value) < 1 << 62]
    return [value for value in values if isinstance(value, str) and "\0" not in value]


def _tsquery(words: ParsedQuery, author: Sequence[Term]) -> str:
    parts = [_either(group) for group in words.required]
    if words.at_least is not None:  # the index finds those that hold any; the count of them is a condition of its own
        parts = ["(" + " | ".join(parts) + ")"]
    parts += [f"!{_clause(clause)}" for clause in words.excluded]
    parts += [quoted(AUTHOR + query_form(term)) for term in author]
    return " & ".join(parts)


def _either(group: Group) -> str:
    return "(" + " | ".join(map(_clause, group)) + ")"


def _clause(clause: Clause) -> str:
    return _in_a_row(clause.terms)


def _in_a_row(terms: Sequence[Term]) -> str:
    return "(" + " <-> ".join(quoted(query_form(term)) for term in terms) + ")"
