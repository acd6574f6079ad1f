"""The table of an index: who may write to it, and how damage is noticed."""

# ruff: noqa: S608 - names of tables and columns are ours; what was typed is only ever a bound value

import time
import zlib
from collections.abc import Iterable, Iterator
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
from search.engines.forms import query_form
from search.engines.postgres.asking import Asking
from search.engines.postgres.rows import quoted, table_row

__all__ = ["PostgresEngine", "list_tables"]

_FORMAT = 2  # of the table; another number asks for a rebuild
_MARK = f"f{_FORMAT}a{ANALYSIS_VERSION}"
_NO_TABLE = frozenset({"42P01", "42703", "42704"})  # undefined table, column, object
_BROKEN = frozenset({"XX000", "XX001", "XX002"})  # internal error, corrupted data, corrupted index
_STATISTICS_SECONDS = 300.0  # how long the frequency of a word is believed
_MEMORY = "64MB"  # of a search: with 4, PostgreSQL notes pages in place of rows, and compares all rows of them again

# Words stay in their row, as they are, while it fits a page: they are read of everything found.
_TABLE = """
CREATE TABLE {table} (
  type text NOT NULL, id bigint NOT NULL, fingerprint bigint NOT NULL, created double precision NOT NULL,
  shortness double precision NOT NULL, places text[] NOT NULL, {facets}, words tsvector NOT NULL,
  PRIMARY KEY (type, id)
) WITH (toast_tuple_target = 8160);
CREATE INDEX {table}_words ON {table} USING gin (words) WITH (gin_pending_list_limit = 512);
CREATE INDEX {table}_lineage ON {table} (lineage);
CREATE INDEX {table}_consultation ON {table} (consultation, created);
COMMENT ON TABLE {table} IS '{mark}';
"""


class PostgresEngine:
    """See `search.engines.base.Engine`. `table` is made by `clear`."""

    def __init__(self, table: str) -> None:
        self.table = table
        self._guard = RLock()
        self._depth = 0
        self._frequencies: dict[str, tuple[float, int]] = {}
        self._is_known = False

    # reading

    def search(self, query: SearchQuery) -> SearchResult:
        started = time.perf_counter()
        if query.words.finds_nothing:
            return SearchResult(0, (), {facet: {} for facet in query.facets}, 0.0)
        asking = Asking(self.table, query)
        with self._reading():
            db.session.execute(sa.text(f"SET LOCAL work_mem = '{_MEMORY}'"))
            total, facets = self._counts(asking)
            hits = self._page(asking) if query.limit and total > query.offset else ()
        return SearchResult(total, tuple(hits), facets, (time.perf_counter() - started) * 1000)

    def _counts(self, asking: Asking) -> tuple[int, dict[Facet, dict[FacetValue, int]]]:
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

    def _page(self, asking: Asking) -> list[SearchHit]:
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
                {"form": quoted(form)} if form else {},
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
            self._recognise()
            db.session.execute(sa.text(f"SELECT sum(length(words)) FROM {self.table}"))

    def close(self) -> None:
        """Nothing is held."""

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """A savepoint: a missing table must not spoil the transaction of the page."""
        try:
            with db.session.begin_nested():
                if not self._is_known:
                    self._recognise()
                yield
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) in _NO_TABLE | _BROKEN:
                raise damaged(str(error.orig)) from error
            raise

    def _recognise(self) -> None:
        """Raise IndexDamaged unless the table is of this form and analysis; a table never changes them."""
        mark = db.session.scalar(sa.text("SELECT obj_description(to_regclass(:name))"), {"name": self.table})
        if mark != _MARK:
            raise damaged(f"{self.table}: {mark}")
        self._is_known = True

    # writing

    def add(self, documents: Iterable[SearchDocument]) -> int:
        newest = {document.key: document for document in documents}
        rows = [table_row(document) for document in newest.values()]
        if not rows:
            return 0
        names = ", ".join(rows[0])
        values = ", ".join("CAST(:words AS tsvector)" if name == "words" else f":{name}" for name in rows[0])
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

    def finish(self) -> None:
        """What is new in the word index is sorted in, and the planner learns how common words are."""
        with self.writing(), transaction(), self._reading():
            db.session.execute(sa.text("SELECT gin_clean_pending_list(:index)"), {"index": f"{self.table}_words"})
            db.session.execute(sa.text(f"ANALYZE {self.table}"))

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
