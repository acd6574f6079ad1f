"""The engine for many machines: a table of its own in the same PostgreSQL database, one for each index.

The words are analysed here and handed over as the text of a tsvector, from which the database generates the column that
its GIN index covers: both forms of a word stand at one place, so that a phrase may mix words with and without marks.
A table is made, filled, read and dropped as the folders of the other engines are; it is no part of the schema, nor of
a backup. PostgreSQL keeps 16,383 places of a text and 256 of a word in it: phrases further on are not found.
"""

# ruff: noqa: S608 - names of tables and columns are ours; what was typed is only ever a bound value

import time
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import log
from threading import RLock
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from core.db import db, transaction
from core.i18n import gettext as _
from search.analysis import ANALYSIS_VERSION, Term
from search.documents import Facet, FacetValue, Key, SearchDocument
from search.engines.base import IndexBusy, SearchHit, SearchQuery, SearchResult, Sort
from search.engines.folder import LOCK_SECONDS, damaged
from search.engines.forms import AUTHOR, exact_form, may_carry_marks, occurrences, query_form
from search.engines.ranking import EXACT_BONUS, RERANKED, neighbours
from search.query import Clause, Group, ParsedQuery

__all__ = ["PostgresEngine", "list_tables"]

_FORMAT = 1  # of the table; another number asks for a rebuild
_MARK = f"f{_FORMAT}a{ANALYSIS_VERSION}"
_NO_TABLE = frozenset({"42P01", "42703", "42704"})  # undefined table, column, object
_BROKEN = frozenset({"XX000", "XX001", "XX002"})  # internal error, corrupted data, corrupted index
_WORDS_KEPT = 30_000  # of a document: a tsvector holds a megabyte
_STATISTICS_SECONDS = 300.0  # how long the frequency of a word is believed
_AVERAGE_LENGTH = 60.0  # of an opinion, in words; only the relation of documents to it counts
_TEXT_FACETS = [facet for facet in Facet if not facet.is_number]

_TABLE = """
CREATE TABLE {table} (
  type text NOT NULL, id bigint NOT NULL, fingerprint bigint NOT NULL, created double precision NOT NULL,
  length integer NOT NULL, places text[] NOT NULL, {facets},
  forms text NOT NULL, words tsvector GENERATED ALWAYS AS (forms::tsvector) STORED,
  PRIMARY KEY (type, id)
);
CREATE INDEX {table}_words ON {table} USING gin (words) WITH (gin_pending_list_limit = 512);
CREATE INDEX {table}_lineage ON {table} (lineage);
CREATE INDEX {table}_consultation ON {table} (consultation, created);
COMMENT ON TABLE {table} IS '{mark}';
"""


def _vector(document: SearchDocument) -> tuple[str, int]:
    """The document as the text of a tsvector, and how many words it has. Weight A: headings."""
    places: dict[str, list[str]] = defaultdict(list)
    length = 0
    for length, (forms, place, weight) in enumerate(occurrences(document), 1):
        for form in forms:
            places[form].append(f"{min(place + 1, 16_383)}{'A' if weight > 1 else ''}")
        if length == _WORDS_KEPT:
            break
    return " ".join(f"{_quoted(form)}:{','.join(where[:256])}" for form, where in places.items()), length


def _quoted(form: str) -> str:
    return "'" + form.replace("\\", "\\\\").replace("'", "''") + "'"


class PostgresEngine:
    """See `search.engines.base.Engine`. `table` is made by `clear`."""

    def __init__(self, table: str) -> None:
        self.table = table
        self._guard = RLock()
        self._depth = 0
        self._frequencies: dict[str, tuple[float, int]] = {}

    # reading

    def search(self, query: SearchQuery) -> SearchResult:
        started = time.perf_counter()
        if query.words.finds_nothing:
            return SearchResult(0, (), {facet: {} for facet in query.facets}, 0.0)
        asking = _Asking(self.table, query)
        with self._reading():
            total, facets = self._counts(asking)
            hits = self._page(asking) if query.limit and total > query.offset else ()
        return SearchResult(total, tuple(hits), facets, (time.perf_counter() - started) * 1000)

    def _counts(self, asking: "_Asking") -> tuple[int, dict[Facet, dict[FacetValue, int]]]:
        facets = asking.query.facets
        found: dict[Facet, dict[FacetValue, int]] = {facet: {} for facet in facets}
        total = 0
        for row in db.session.execute(sa.text(asking.counting()), asking.values):
            if not facets or row.grouping == (1 << len(facets)) - 1:
                total = row.n
                continue
            for at, facet in enumerate(facets):
                if not row.grouping >> (len(facets) - 1 - at) & 1 and row[at] is not None:
                    found[facet][row[at]] = row.n
        return total, found

    def _page(self, asking: "_Asking") -> list[SearchHit]:
        query = asking.query
        if query.sort is Sort.RELEVANCE and query.words.required:
            groups = query.words.required + query.words.soft
            terms = {term for group in groups for clause in group for term in clause.terms}
            statement = asking.ranked({term: self._idf(term) for term in terms})
        else:
            statement = asking.dated()
        return [SearchHit(row.type, row.id, row.score) for row in db.session.execute(sa.text(statement), asking.values)]

    def _idf(self, term: Term) -> float:
        count, holding = self._frequency(""), self._frequency(query_form(term))
        return log(1 + (max(count - holding, 0) + 0.5) / (holding + 0.5))

    def _frequency(self, form: str) -> int:
        """In how many documents a word stands, or how many there are; as it was some minutes ago at worst."""
        now = time.monotonic()
        if form not in self._frequencies or self._frequencies[form][0] < now - _STATISTICS_SECONDS:
            if len(self._frequencies) > 10_000:
                self._frequencies.clear()
            where = "words @@ CAST(:form AS tsquery)" if form else "true"
            found = db.session.scalar(
                sa.text(f"SELECT count(*) FROM {self.table} WHERE {where}"),
                {"form": _quoted(form)} if form else {},
            )
            self._frequencies[form] = (now, found or 0)
        return self._frequencies[form][1]

    def count(self) -> int:
        with self._reading():
            return int(db.session.scalar(sa.text(f"SELECT count(*) FROM {self.table}")) or 0)

    def fingerprints(self) -> dict[Key, int]:
        with self._reading():
            rows = db.session.execute(sa.text(f"SELECT type, id, fingerprint FROM {self.table}"))
            return {(row.type, row.id): row.fingerprint for row in rows}

    def size(self) -> int:
        with self._reading():
            return int(db.session.scalar(sa.text("SELECT pg_total_relation_size(:name)"), {"name": self.table}) or 0)

    def check(self) -> None:
        with self._reading():
            mark = db.session.scalar(sa.text("SELECT obj_description(to_regclass(:name))"), {"name": self.table})
            if mark != _MARK:
                raise damaged(f"{self.table}: {mark}")
            db.session.execute(sa.text(f"SELECT sum(length(words)) FROM {self.table}"))

    def close(self) -> None:
        """Nothing is held."""

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """A savepoint: a missing table must not spoil the transaction of the page."""
        try:
            with db.session.begin_nested():
                yield
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) in _NO_TABLE | _BROKEN:
                raise damaged(str(error.orig)) from error
            raise

    # writing

    def add(self, documents: Iterable[SearchDocument]) -> int:
        newest = {document.key: document for document in documents}
        rows = [_row(document) for document in newest.values()]
        if not rows:
            return 0
        names = ", ".join(rows[0])
        values = ", ".join(f":{name}" for name in rows[0])
        changes = ", ".join(f"{name} = excluded.{name}" for name in rows[0] if name not in ("type", "id"))
        statement = (
            f"INSERT INTO {self.table} ({names}) VALUES ({values}) ON CONFLICT (type, id) DO UPDATE SET {changes}"
        )
        with self.writing(), transaction(), self._reading():
            db.session.execute(sa.text(statement), rows)
        return len(rows)

    def delete(self, type_: str, ids: Iterable[int]) -> None:
        statement = f"DELETE FROM {self.table} WHERE type = :type AND id = ANY(:ids)"
        with self.writing(), transaction(), self._reading():
            db.session.execute(sa.text(statement), {"type": type_, "ids": list(ids)})

    def clear(self) -> None:
        columns = ", ".join(f"{facet} {'bigint' if facet.is_number else 'text'}" for facet in Facet if facet != "type")
        statement = _TABLE.format(table=self.table, facets=columns, mark=_MARK)
        with self.writing(), transaction():
            db.session.execute(sa.text(f"DROP TABLE IF EXISTS {self.table}"))
            for each in filter(str.strip, statement.split(";\n")):
                db.session.execute(sa.text(each))

    def drop(self) -> None:
        """Remove the table."""
        with self.writing(), transaction():
            db.session.execute(sa.text(f"DROP TABLE IF EXISTS {self.table}"))

    @contextmanager
    def writing(self) -> Iterator[None]:
        """An advisory lock on a connection of its own: the server takes it back when the process dies."""
        if not self._guard.acquire(timeout=LOCK_SECONDS):
            raise _busy()
        try:
            self._depth += 1
            if self._depth > 1:
                yield
                return
            with _advisory_lock(self.table):
                yield
        finally:
            self._depth -= 1
            self._guard.release()


def list_tables(prefix: str) -> list[str]:
    """The tables of indexes that there are."""
    found = sa.text(
        "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND starts_with(tablename, :p)"
    )
    return list(db.session.scalars(found, {"p": prefix}))


def _busy() -> IndexBusy:
    return IndexBusy(_("Một tiến trình khác đang ghi chỉ mục tìm kiếm. Hãy thử lại."))


@contextmanager
def _advisory_lock(name: str) -> Iterator[None]:
    number = zlib.crc32(name.encode())
    url = db.session.get_bind().engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    until = time.monotonic() + LOCK_SECONDS
    with psycopg.connect(url, autocommit=True) as connection:
        while not _one(connection.execute("SELECT pg_try_advisory_lock(%s)", [number]).fetchone()):
            if time.monotonic() > until:
                raise _busy()
            time.sleep(0.05)
        yield


def _one(row: Any) -> bool:
    return bool(row and row[0])


def _row(document: SearchDocument) -> dict[str, Any]:
    forms, length = _vector(document)
    return {
        **{str(facet): value for facet, value in document.facets.items()},
        "id": document.id,
        "fingerprint": document.fingerprint,
        "created": document.created_at.timestamp(),
        "length": length,
        "places": list(document.places),
        "forms": forms,
    }


# --- asking ----------------------------------------------------------------------------------------------------------


class _Asking:
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
        order = 'created DESC, type COLLATE "C" DESC, id DESC'
        return (
            f"WITH best AS (SELECT type, id, created, words, score, row_number() OVER (ORDER BY score DESC, {order}) "
            f"AS place FROM (SELECT type, id, created, words, {score} AS score FROM {self.table} WHERE {self.where}) "
            f"AS found ORDER BY score DESC, {order} LIMIT greatest(:limit + :offset, :reranked)), "
            f"lifted AS (SELECT type, id, created, place, score * CASE WHEN place <= :reranked "
            f"THEN 1 + {self._nearness()} ELSE 1 END AS score FROM best) "
            f"SELECT type, id, score FROM lifted ORDER BY place > :reranked, score DESC, {order} "
            "LIMIT :limit OFFSET :offset"
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
        shorter = f"2.2 / (1 + 1.2 * (0.25 + 0.75 * length / {_AVERAGE_LENGTH}))"
        asked = self._words(_quoted(query_form(term)))
        score = f"{self._bind(idf[term])} * 4.5 * ts_rank('{{0.33,0.33,0.33,1}}', words, {asked}) * {shorter}"
        if term.marked or not may_carry_marks(term):
            return score
        exact = self._words(_quoted(exact_form(term)))
        return f"{score} + {self._bind(idf[term] * 2 * EXACT_BONUS)} * (words @@ {exact})::int"

    def _nearness(self) -> str:
        pairs = neighbours(self.query.words)
        if not pairs:
            return "0"
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
    parts += [_quoted(AUTHOR + query_form(term)) for term in author]
    return " & ".join(parts)


def _either(group: Group) -> str:
    return "(" + " | ".join(map(_clause, group)) + ")"


def _clause(clause: Clause) -> str:
    return _in_a_row(clause.terms)


def _in_a_row(terms: Sequence[Term]) -> str:
    return "(" + " <-> ".join(_quoted(query_form(term)) for term in terms) + ")"
