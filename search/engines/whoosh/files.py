"""The folder of an index: its segments, what is open of them, who may write.

A list of sizes and checksums stands beside the segments: Whoosh has none, and a wrong byte in a text would pass.
"""

# Whoosh's types are partial:
# mypy: disable-error-code="no-untyped-call"

import re
import secrets
import threading
import time
from array import array
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import accumulate, islice
from pathlib import Path
from typing import Any

from whoosh import index, reading
from whoosh.filedb.filestore import FileStorage

from search.analysis import ANALYSIS_VERSION
from search.documents import SearchDocument
from search.engines.base import (
    Key,
    SearchHit,
    SearchQuery,
    SearchResult,
)
from search.engines.facts import Columns
from search.engines.folder import LOCK_SECONDS, Checksums, FolderLock, damaged, reporting_damage
from search.engines.ranking import Postings, rank
from search.engines.whoosh.postings import blocks
from search.engines.whoosh.rows import key_text, row, schema
from search.engines.whoosh.writing import merge_segments, new_writer

__all__ = ["WhooshEngine"]

_FORMAT = 3  # of what the files of this folder write, and where their classes are; another number asks for a rebuild
_NAME = f"f{_FORMAT}a{ANALYSIS_VERSION}"
_KEPT_POSTINGS = 40  # kept in memory for each document of a segment, about 17 bytes each
_LEFTOVER = re.compile(r"(\.lock|LOCK|\.tmp|\.toc\..*)$")


# --- what is read ----------------------------------------------------------------------------------------------------


class _Segment:
    """One Whoosh segment, open. Columns and postings never change; `live` is set anew at each refresh."""

    def __init__(self, storage: FileStorage, schema: Any, segment: Any) -> None:
        self.reader: Any = reading.SegmentReader(storage, schema, segment)
        column = self.reader.column_reader("facts")
        self.columns = Columns(column[number] for number in range(segment.doc_count_all()))
        self.total_length = sum(self.columns.lengths)
        self.live: frozenset[int] | None = None
        self._kept: OrderedDict[str, Postings | None] = OrderedDict()
        self._kept_size, self._room = 0, _KEPT_POSTINGS * len(self.columns)

    def refresh(self, segment: Any) -> None:
        deleted = segment.deleted_docs() if segment.has_deletions() else ()
        self.live = frozenset(range(len(self.columns))).difference(deleted) if deleted else None

    def postings(self, form: str) -> Postings | None:
        if form in self._kept:
            self._kept.move_to_end(form)
            return self._kept[form]
        found = self._kept[form] = self._read_postings(form)
        self._kept_size += len(found.docs) + 1 if found else 1
        while self._kept_size > self._room and len(self._kept) > 1:
            _form, oldest = self._kept.popitem(last=False)
            self._kept_size -= len(oldest.docs) + 1 if oldest else 1
        return found

    def _read_postings(self, form: str) -> Postings | None:
        if ("words", form.encode()) not in self.reader:
            return None
        docs, weights, starts, places = array("I"), array("f"), array("I", [0]), array("I")
        for ids, weighing, values in blocks(self.reader.postings("words", form)):
            docs.extend(ids)
            weights.extend(weighing)
            ends = accumulate((len(value) // places.itemsize for value in values), initial=starts[-1])
            starts.extend(islice(ends, 1, None))
            places.frombytes(b"".join(values))
        return Postings(docs, weights, starts, places)


# --- the engine ------------------------------------------------------------------------------------------------------


class WhooshEngine:
    """See `search.engines.base.Engine`. One folder, made by `clear`. Threads take turns; forks may share it."""

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self._guard = threading.RLock()
        self._lock = FolderLock(self.folder)
        self._sums = Checksums(self.folder, lambda path: path.suffix == ".seg")
        self._generation = -1
        self._segments: dict[str, _Segment] = {}

    # reading

    def search(self, query: SearchQuery) -> SearchResult:
        started = time.perf_counter()
        if query.words.finds_nothing:
            return SearchResult(0, (), {facet: {} for facet in query.facets}, 0.0)
        with self._reading() as segments:
            found = rank(segments, query)
            hits = tuple(SearchHit(*segments[number].columns.key(doc), score) for score, number, doc in found.page)
        return SearchResult(found.total, hits, found.facets, (time.perf_counter() - started) * 1000)

    def count(self) -> int:
        with self._reading() as segments:
            return sum(len(segment.columns if segment.live is None else segment.live) for segment in segments)

    def fingerprints(self) -> dict[Key, int]:
        with self._reading() as segments:
            return {
                segment.columns.key(number): segment.columns.fingerprints[number]
                for segment in segments
                for number in range(len(segment.columns))
                if segment.live is None or number in segment.live
            }

    def size(self) -> int:
        return sum(path.stat().st_size for path in self.folder.iterdir() if path.is_file())

    def check(self) -> None:
        with self._reading() as segments:
            self._sums.check()
            for segment in segments:
                for form in segment.reader.lexicon("words"):
                    segment.postings(form.decode())

    def close(self) -> None:
        with self._guard:
            for segment in self._segments.values():
                segment.reader.close()
            self._segments, self._generation = {}, -1

    @contextmanager
    def _reading(self) -> Iterator[list[_Segment]]:
        """The segments as they stand now. One search at a time in a process: Whoosh's files keep a place."""
        with self._guard, reporting_damage():
            self._refresh()
            yield list(self._segments.values())

    def _refresh(self) -> None:
        storage = self._storage()
        for _attempt in range(20):
            try:
                generation = index.TOC._latest_generation(storage, _NAME)
                if generation != self._generation or generation < 0:
                    self._open(storage, index.TOC.read(storage, _NAME, schema=schema()))
                return
            except FileNotFoundError:  # a writer put a new table of contents in place just now
                time.sleep(0.02)
        raise damaged(str(self.folder))

    def _open(self, storage: FileStorage, toc: Any) -> None:
        self._sums.check_sizes()
        kept: dict[str, _Segment] = {}
        for segment in toc.segments:
            name = segment.segment_id()
            kept[name] = self._segments.get(name) or _Segment(storage, toc.schema, segment)
            kept[name].refresh(segment)
        for name in self._segments.keys() - kept.keys():
            self._segments[name].reader.close()
        self._segments, self._generation = kept, toc.generation

    def _storage(self, *, in_memory: bool = True) -> FileStorage:
        """The folder, as `clear` made it. An index taken away must not look like an empty one: that is damage.

        ``in_memory``: whole segments are read when they are opened, so that forks share no place in a file.
        """
        storage = FileStorage(str(self.folder), supports_mmap=in_memory)
        if not self.folder.is_dir() or index.TOC._latest_generation(storage, _NAME) < 0:
            raise damaged(str(self.folder))
        return storage

    def _files(self) -> list[Path]:
        """Everything in the folder that tells of an index, locks and what a killed writer left aside."""
        return [path for path in self.folder.iterdir() if path.is_file() and not _LEFTOVER.search(path.name)]

    # writing

    def add(self, documents: Iterable[SearchDocument]) -> int:
        newest = {(document.type, document.id): document for document in documents}
        with self._writing() as writer:
            self._remove(writer, [key_text(*each) for each in newest])
            for document in newest.values():
                writer.add_document(**row(document))
        return len(newest)

    def delete(self, type_: str, ids: Iterable[int]) -> None:
        with self._writing() as writer:
            self._remove(writer, [key_text(type_, id_) for id_ in ids])

    def finish(self) -> None:
        """Nothing is left to do: every call leaves its index ready."""

    def clear(self) -> None:
        with reporting_damage(), self._locked():
            storage = FileStorage(str(self.folder))
            last = index.TOC._latest_generation(storage, _NAME)
            # Never a number that a reader has seen: it would take the old index for this one.
            generation = max(last, 0) + 1 + secrets.randbelow(1 << 20)
            for path in self._files():
                if path.suffix != ".toc":
                    path.unlink(missing_ok=True)
            index.TOC(schema(), [], generation).write(storage, _NAME)
            for path in self._files():
                if path.name != index.TOC._filename(_NAME, generation):
                    path.unlink(missing_ok=True)

    @staticmethod
    def _remove(writer: Any, keys: Iterable[str]) -> None:
        reader = writer.reader()
        try:
            if reader.doc_count():
                for each in keys:
                    if ("key", each.encode()) in reader:
                        for number in list(reader.postings("key", each).all_ids()):
                            writer.delete_document(number)
        finally:
            reader.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        with self._locked():
            yield

    @contextmanager
    def _writing(self) -> Iterator[Any]:
        with reporting_damage():
            storage = self._storage(in_memory=False)  # one look for a key in each segment is no reason to read it
            with self._locked():
                writer = new_writer(index.FileIndex(storage, schema=schema(), indexname=_NAME), LOCK_SECONDS)
                try:
                    yield writer
                except BaseException:
                    writer.cancel()
                    raise
                writer.commit(mergetype=merge_segments)
                self._sums.write()

    def _locked(self) -> AbstractContextManager[None]:
        return self._lock.held(LOCK_SECONDS)
