"""The engine for one big machine: Tantivy files in a folder. The only file that knows Tantivy.

Tantivy's own analysis cuts Vietnamese wrongly and keeps one token at a place, so the words are handed over analysed:
each takes two places, its folded form and then its exact form, and a phrase asks for the right one of each two. Scores
are BM25, with the same two additions as `ranking`: words that stand without marks as typed, and neighbours.
"""

import json
import secrets
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import cache, lru_cache
from math import log
from pathlib import Path
from threading import RLock
from typing import Any, NamedTuple

import tantivy
from tantivy import FieldType, Occur, Order, Query

from search.analysis import ANALYSIS_VERSION, Term
from search.documents import Facet, FacetValue, Key, SearchDocument
from search.engines.base import SearchHit, SearchQuery, SearchResult, Sort
from search.engines.folder import LOCK_SECONDS, Checksums, FolderLock, damaged, reporting_damage
from search.engines.forms import AUTHOR, exact_form, index_forms, may_carry_marks, parts, query_form
from search.engines.ranking import EXACT_BONUS, RERANKED, neighbours
from search.query import Clause, Group, ParsedQuery

__all__ = ["TantivyEngine"]

_FORMAT = 1  # of what this file writes; another number asks for a rebuild
_NAME = f"f{_FORMAT}a{ANALYSIS_VERSION}"
_MARK = "format.json"
_HEAP = 64_000_000  # bytes of a writer
_FILLER = "·"  # at a place where no word is; no query asks for it
_GAP = f"{_FILLER} {_FILLER}"  # between two parts
_MOST_VALUES = 65_000  # of a facet
_MOST_TIES = 20_000  # documents of one score that are put in order
_NAMES_LENGTH = 7  # letters of a type that order equal documents

_Hits = Sequence[tuple[float, Any]]


@cache
def _schema() -> Any:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("words", tokenizer_name="whitespace", index_option="position")
    builder.add_text_field("author", tokenizer_name="whitespace", index_option="basic")
    builder.add_text_field("key", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("place", tokenizer_name="raw", index_option="basic")
    for facet in Facet:
        builder.add_text_field(facet, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_float_field("created", fast=True)
    builder.add_unsigned_field("id", fast=True)
    builder.add_unsigned_field("type_order", fast=True)
    builder.add_unsigned_field("fingerprint", fast=True)
    return builder.build()


def _row(document: SearchDocument) -> Any:
    row = tantivy.Document()
    words, author = _texts(document)
    row.add_text("words", words)
    row.add_text("author", author)
    row.add_text("key", _key(document.type, document.id))
    for place in document.places:
        row.add_text("place", place)
    for facet, value in document.facets.items():
        if value is not None:
            row.add_text(facet, str(value))
    row.add_float("created", document.created_at.timestamp())
    row.add_unsigned("id", document.id)
    row.add_unsigned("type_order", int.from_bytes(document.type.encode()[:_NAMES_LENGTH].ljust(_NAMES_LENGTH, b"\0")))
    row.add_unsigned("fingerprint", document.fingerprint)
    return row


def _texts(document: SearchDocument) -> tuple[str, str]:
    """The words of the document and those of its author. Headings stand there as often as they weigh."""
    texts: list[str] = []
    author = ""
    for words, weight, mark in parts(document):
        text = " ".join(map(_two_places, words))
        texts += [text, _GAP] * (weight if words else 0)
        if mark:
            author = " ".join(mark + form for word in words for form in index_forms(word))
    return " ".join(texts), author


@lru_cache(maxsize=1 << 16)
def _two_places(word: Term) -> str:
    folded, *exact = index_forms(word)
    return f"{folded} {exact[0] if exact else _FILLER}"


def _key(type_: str, id_: int) -> str:
    return f"{type_}:{id_}"


class _Reader(NamedTuple):
    """What is open: `state` tells it from what may be there a moment later."""

    state: object
    index: Any
    searcher: Any


class TantivyEngine:
    """See `search.engines.base.Engine`. One folder, made by `clear`."""

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self._guard = RLock()
        self._lock = FolderLock(self.folder)
        self._sums = Checksums(self.folder, lambda path: len(path.name.partition(".")[0]) == 32)  # named by uuid
        self._open: _Reader | None = None

    # reading

    def search(self, query: SearchQuery) -> SearchResult:
        started = time.perf_counter()
        if query.words.finds_nothing:
            return SearchResult(0, (), {facet: {} for facet in query.facets}, 0.0)
        with reporting_damage():
            searcher = self._reader().searcher
            asking = _Asking(searcher, query)
            total, facets = asking.counts()
            hits = asking.page() if query.limit and total > query.offset else ()
        return SearchResult(total, tuple(hits), facets, (time.perf_counter() - started) * 1000)

    def count(self) -> int:
        with reporting_damage():
            return int(self._reader().searcher.num_docs)

    def fingerprints(self) -> dict[Key, int]:
        with reporting_damage():
            searcher = self._reader().searcher
            found = searcher.search(Query.all_query(), max(searcher.num_docs, 1), count=False).hits
            addresses = [address for _score, address in found]
            values = searcher.fast_field_values("fingerprint", addresses)
            return {_read_key(searcher, address): int(value) for address, value in zip(addresses, values, strict=True)}

    def size(self) -> int:
        return sum(path.stat().st_size for path in self.folder.iterdir() if path.is_file())

    def check(self) -> None:
        with reporting_damage():
            self._reader()
            self._sums.check()

    def close(self) -> None:
        with self._guard:
            self._open = None

    def _reader(self) -> _Reader:
        """What is there now, opened once for every state of it."""
        with self._guard:
            state = self._state()
            if self._open is None or self._open.state != state:
                self._sums.check_sizes()
                index = tantivy.Index.open(str(self.folder))
                index.config_reader("manual")
                index.reload()
                self._open = _Reader(state, index, index.searcher())
            return self._open

    def _state(self) -> object:
        """Differs after every change. An index taken away must not look like an empty one: that is damage."""
        if json.loads((self.folder / _MARK).read_text())["name"] != _NAME:
            raise damaged(_MARK)
        found = (self.folder / "meta.json").stat()
        return (found.st_ino, found.st_mtime_ns, found.st_size)

    def _create(self) -> None:
        (self.folder / _MARK).write_text(json.dumps({"name": _NAME, "made": secrets.token_hex(8)}))
        tantivy.Index(_schema(), path=str(self.folder), reuse=False)

    def _files(self) -> list[Path]:
        """Everything in the folder that tells of an index."""
        return [path for path in self.folder.iterdir() if path.is_file() and not path.name.endswith((".lock", ".tmp"))]

    # writing

    def add(self, documents: Iterable[SearchDocument]) -> int:
        newest = {document.key: document for document in documents}
        with self._writing() as writer:
            for key in newest:
                writer.delete_documents_by_term("key", _key(*key))
            for document in newest.values():
                writer.add_document(_row(document))
        return len(newest)

    def delete(self, type_: str, ids: Iterable[int]) -> None:
        with self._writing() as writer:
            for id_ in ids:
                writer.delete_documents_by_term("key", _key(type_, id_))

    def clear(self) -> None:
        with reporting_damage(), self._locked(), self._guard:
            self._open = None
            for path in self._files():
                path.unlink(missing_ok=True)
            self._create()

    @contextmanager
    def writing(self) -> Iterator[None]:
        with self._locked():
            yield

    def _locked(self) -> AbstractContextManager[None]:
        return self._lock.held(LOCK_SECONDS)

    @contextmanager
    def _writing(self) -> Iterator[Any]:
        """A writer for one call: its lock is given back, and its threads end, before the next."""
        with self._locked(), reporting_damage():
            self._state()
            self._sums.check_sizes()
            writer = tantivy.Index.open(str(self.folder)).writer(_HEAP, 1)
            try:
                yield writer
                writer.commit()
            except BaseException:
                writer.rollback()
                raise
            finally:
                writer.wait_merging_threads()
            self._sums.write()


def _read_key(searcher: Any, address: Any) -> Key:
    type_, _colon, id_ = searcher.doc(address).get_first("key").rpartition(":")
    return type_, int(id_)


# --- asking ----------------------------------------------------------------------------------------------------------


class _Asking:
    """One search: what Tantivy is asked, and what it answers."""

    def __init__(self, searcher: Any, query: SearchQuery) -> None:
        self._searcher = searcher
        self._query = query
        self._schema = _schema()
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
            SearchHit(*_read_key(self._searcher, address), score if by_relevance else 0.0)
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
        names = {order: _read_key(self._searcher, address)[0] for order, address in firsts.items()}
        return [_key(names[order], int(id_)) for order, id_ in zip(orders, ids, strict=True)]

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
            keys = [_key(*key) for key in query.without]
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
        return (
            Query.term_set_query(self._schema, facet, [str(value) for value in values])
            if values
            else Query.empty_query()
        )

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
