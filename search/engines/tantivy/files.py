"""The folder of an index: what is open, who may write, and how damage is noticed."""

import json
import secrets
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from threading import RLock
from typing import Any, NamedTuple

import tantivy
from tantivy import Query

from search.analysis import ANALYSIS_VERSION
from search.documents import Key, SearchDocument
from search.engines.base import SearchQuery, SearchResult
from search.engines.folder import LOCK_SECONDS, Checksums, FolderLock, damaged, reporting_damage
from search.engines.tantivy.asking import Asking
from search.engines.tantivy.rows import key_text, read_key, row, schema

__all__ = ["TantivyEngine"]

_FORMAT = 2  # of what is written; another number asks for a rebuild
_NAME = f"f{_FORMAT}a{ANALYSIS_VERSION}"
_MARK = "format.json"
_HEAP = 64_000_000  # bytes of a writer


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
            asking = Asking(searcher, query)
            with ThreadPoolExecutor(1) as beside:  # Tantivy lets others run meanwhile: both take the time of one
                counting = beside.submit(asking.counts)
                nothing_left = query.offset > 0 and counting.result()[0] <= query.offset
                hits = asking.page() if query.limit and not nothing_left else ()
            total, facets = counting.result()
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
            return {read_key(searcher, address): int(value) for address, value in zip(addresses, values, strict=True)}

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
        tantivy.Index(schema(), path=str(self.folder), reuse=False)

    def _files(self) -> list[Path]:
        """Everything in the folder that tells of an index."""
        return [path for path in self.folder.iterdir() if path.is_file() and not path.name.endswith((".lock", ".tmp"))]

    # writing

    def add(self, documents: Iterable[SearchDocument]) -> int:
        newest = {document.key: document for document in documents}
        with self._writing() as writer:
            for key in newest:
                writer.delete_documents_by_term("key", key_text(*key))
            for document in newest.values():
                writer.add_document(row(document))
        return len(newest)

    def delete(self, type_: str, ids: Iterable[int]) -> None:
        with self._writing() as writer:
            for id_ in ids:
                writer.delete_documents_by_term("key", key_text(type_, id_))

    def finish(self) -> None:
        """Nothing is left to do: every call leaves its index ready."""

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
