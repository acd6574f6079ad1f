"""The default engine: Whoosh files in a folder. The only file that knows Whoosh (docs/adr/0002-whoosh-package.md).

Whoosh keeps the postings, positions and stored texts, and their life on disk: immutable segments, a table of contents
replaced by renaming, a lock that the system frees when its holder dies. Finding and ranking is `ranking`'s.

One field `words` holds both forms of every word at one place, so that a phrase may mix words typed with and without
marks. A list of sizes and checksums stands beside the segments: Whoosh has none, and a wrong byte in a text would pass.
"""

# Whoosh's types are partial:
# mypy: disable-error-code="no-untyped-call"

import errno
import json
import re
import secrets
import threading
import time
import zlib
from array import array
from collections import OrderedDict, defaultdict
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from whoosh import columns, fields, formats, index, reading
from whoosh.codec.whoosh3 import W3Codec, W3Segment
from whoosh.filedb.filestore import FileStorage
from whoosh.index import LockError
from whoosh.util.filelock import FileLock, try_for

from core.errors import DanBanError
from core.i18n import gettext as _
from search.analysis import ANALYSIS_VERSION, terms
from search.documents import SearchDocument
from search.engines.base import (
    REBUILD_COMMAND,
    IndexBusy,
    IndexDamaged,
    ProvisionCount,
    SearchHit,
    SearchQuery,
    SearchResult,
)
from search.engines.facts import Facts, pack, unpack
from search.engines.ranking import Postings, index_forms, rank
from search.engines.snippets import highlight, snippet
from search.query import Clause, parse

__all__ = ["WhooshEngine"]

_FORMAT = 1  # of what this file writes; another number asks for a rebuild
_NAME = f"f{_FORMAT}a{ANALYSIS_VERSION}"
_SIZES = "sizes.json"
_HEADING_WEIGHT = 3.0  # of a word in the title or the citation, against one in the body
_GAP = 100  # between title, citation, contributor and body: no phrase crosses it
_LOCK_SECONDS = 20.0
_KEPT_POSTINGS = 2_000_000  # kept in memory per segment, about 17 bytes each
_LEFTOVER = re.compile(r"(\.lock|LOCK|\.tmp|\.toc\..*)$")
_DISK_TROUBLE = {errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS, errno.EMFILE, errno.ENFILE}


# --- what is written -------------------------------------------------------------------------------------------------


class _Places(formats.Positions):
    """Positions as plain numbers: a third of the cost of Whoosh's own coding."""

    def encode(self, poslist: Sequence[int]) -> bytes:
        return array("I", poslist).tobytes()

    def decode_positions(self, valuestring: bytes) -> list[int]:
        return list(array("I", valuestring))

    def decode_frequency(self, valuestring: bytes) -> int:
        return len(valuestring) // 4

    def combine(self, vs: Iterable[bytes]) -> bytes:
        return self.encode(sorted({place for value in vs for place in self.decode_positions(value)}))


class _Words(fields.TEXT):
    """A field given the parts of a document, (text, weight) each, that analyses them itself."""

    def __init__(self) -> None:
        super().__init__(phrase=True, stored=False)
        self.format = _Places()
        self.scorable = False  # lengths are in the facts

    def index(self, value: Any, **_kwargs: Any) -> Generator[tuple[bytes, int, float, bytes], Any, None]:
        places: dict[str, list[int]] = defaultdict(list)
        weights: dict[str, float] = defaultdict(float)
        place = 0
        for text, weight in value:
            for place, term in enumerate(terms(text), place):  # noqa: B020 - goes on where the part before ended
                for form in index_forms(term):
                    places[form].append(place)
                    weights[form] += weight
            place += _GAP
        for form, where in places.items():
            yield form.encode(), len(where), weights[form], array("I", where).tobytes()


class _NamedSegment(W3Segment):
    """A segment with a name nobody else has: Whoosh takes names from `random`, which forks share."""

    @classmethod
    def _random_id(cls, size: int = 16) -> str:
        return secrets.token_hex(size // 2)


class _Codec(W3Codec):
    def new_segment(self, storage: FileStorage, indexname: str) -> _NamedSegment:  # noqa: ARG002 - Whoosh's signature
        return _NamedSegment(self, indexname)


def _schema() -> Any:
    return fields.Schema(
        key=fields.ID(unique=True),
        words=_Words(),
        facts=fields.COLUMN(columns.VarBytesColumn()),
        texts=fields.STORED(),
    )


def _key(type_: str, id_: int) -> str:
    return f"{type_}:{id_}"


def _row(document: SearchDocument) -> dict[str, Any]:
    parts = [
        (document.title, _HEADING_WEIGHT),
        (document.citation, _HEADING_WEIGHT),
        (document.contributor or "", 1.0),
        (document.body, 1.0),
    ]
    length = sum(len(terms(text)) for text, _weight in parts)
    return {
        "key": _key(document.type, document.id),
        "words": parts,
        "facts": pack(document, length),
        "texts": (document.title, document.body),
    }


# --- what is read ----------------------------------------------------------------------------------------------------


class _Segment:
    """One Whoosh segment, open. Facts and postings never change; `live` is set anew at each refresh."""

    def __init__(self, storage: FileStorage, schema: Any, segment: Any) -> None:
        self.reader: Any = reading.SegmentReader(storage, schema, segment)
        column = self.reader.column_reader("facts")
        self.facts: Sequence[Facts] = [unpack(column[number]) for number in range(segment.doc_count_all())]
        self.lengths: Sequence[int] = array("I", [facts.length for facts in self.facts])
        self.total_length = sum(self.lengths)
        self.live: frozenset[int] | None = None
        self._kept: OrderedDict[str, Postings | None] = OrderedDict()
        self._kept_size = 0

    def refresh(self, segment: Any) -> None:
        deleted = segment.deleted_docs() if segment.has_deletions() else ()
        self.live = frozenset(range(len(self.facts))).difference(deleted) if deleted else None

    def postings(self, form: str) -> Postings | None:
        if form in self._kept:
            self._kept.move_to_end(form)
            return self._kept[form]
        found = self._kept[form] = self._read_postings(form)
        self._kept_size += len(found.docs) + 1 if found else 1
        while self._kept_size > _KEPT_POSTINGS and len(self._kept) > 1:
            _form, oldest = self._kept.popitem(last=False)
            self._kept_size -= len(oldest.docs) + 1 if oldest else 1
        return found

    def _read_postings(self, form: str) -> Postings | None:
        if ("words", form.encode()) not in self.reader:
            return None
        docs, weights, starts, places = array("I"), array("f"), array("I", [0]), array("I")
        matcher = self.reader.postings("words", form)
        while matcher.is_active():
            docs.append(matcher.id())
            weights.append(matcher.weight())
            places.frombytes(matcher.value())
            starts.append(len(places))
            matcher.next()
        return Postings(docs, weights, starts, places)

    def texts(self, number: int) -> tuple[str, str]:
        title, body = self.reader.stored_fields(number)["texts"]
        return title, body


# --- damage ----------------------------------------------------------------------------------------------------------


def _damaged(why: str) -> IndexDamaged:
    return IndexDamaged(
        _(
            "Chỉ mục tìm kiếm không đọc được (%(why)s). Dựng lại bằng lệnh: %(command)s",
            why=why,
            command=REBUILD_COMMAND,
        )
    )


@contextmanager
def _reporting_damage() -> Iterator[None]:
    """Whatever Whoosh stumbles over in its own files is damage; a full or forbidden disk stays what it is."""
    try:
        yield
    except DanBanError:
        raise
    except LockError as error:
        raise IndexBusy(_("Một tiến trình khác đang ghi chỉ mục tìm kiếm. Hãy thử lại.")) from error
    except OSError as error:
        if error.errno in _DISK_TROUBLE:
            raise
        raise _damaged(str(error)) from error
    except Exception as error:
        raise _damaged(f"{type(error).__name__}: {error}") from error


def _crc(path: Path) -> int:
    value = 0
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            value = zlib.crc32(piece, value)
    return value


# --- the engine ------------------------------------------------------------------------------------------------------


class WhooshEngine:
    """See `search.engines.base.Engine`. One folder, made at first use. Threads take turns; forks may share it."""

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self._guard = threading.RLock()
        self._generation = -1
        self._segments: dict[str, _Segment] = {}

    # reading

    def search(self, query: SearchQuery) -> SearchResult:
        started = time.perf_counter()
        parsed = parse(query.text, terms)
        if parsed.finds_nothing:
            return SearchResult(0, (), (), 0.0)
        with self._reading() as segments:
            found = rank(segments, parsed, query)
            hits = [self._hit(segments[number], doc, score, parsed.wanted) for score, number, doc in found.page]
        lineages = [ProvisionCount(lineage, named, count) for lineage, (count, named) in found.by_lineage.items()]
        lineages.sort(key=lambda each: (-each.count, each.citation, each.lineage_id))
        return SearchResult(found.total, tuple(hits), tuple(lineages), (time.perf_counter() - started) * 1000)

    @staticmethod
    def _hit(segment: _Segment, doc: int, score: float, wanted: tuple[Clause, ...]) -> SearchHit:
        facts = segment.facts[doc]
        title, body = segment.texts(doc)
        return SearchHit(facts.type, facts.id, facts.citation, score, highlight(title, wanted), snippet(body, wanted))

    def count(self) -> int:
        with self._reading() as segments:
            return sum(len(segment.facts if segment.live is None else segment.live) for segment in segments)

    def keys(self) -> set[tuple[str, int]]:
        with self._reading() as segments:
            return {
                (facts.type, facts.id)
                for segment in segments
                for number, facts in enumerate(segment.facts)
                if segment.live is None or number in segment.live
            }

    def check(self) -> None:
        with self._reading() as segments:
            for name, (_size, crc) in self._sizes().items():
                path = self.folder / name
                if path.exists() and _crc(path) != crc:
                    raise _damaged(name)
            for segment in segments:
                for number, _stored in segment.reader.iter_docs():
                    segment.texts(number)
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
        with self._guard, _reporting_damage():
            self._refresh()
            yield list(self._segments.values())

    def _refresh(self) -> None:
        storage = self._storage()
        for _attempt in range(20):
            try:
                generation = index.TOC._latest_generation(storage, _NAME)
                if generation != self._generation or generation < 0:
                    self._open(storage, index.TOC.read(storage, _NAME, schema=_schema()))
                return
            except FileNotFoundError:  # a writer put a new table of contents in place just now
                time.sleep(0.02)
        raise _damaged(str(self.folder))

    def _open(self, storage: FileStorage, toc: Any) -> None:
        sizes = self._sizes()
        kept: dict[str, _Segment] = {}
        for segment in toc.segments:
            name = segment.segment_id()
            for path in self.folder.glob(f"{name}.*"):
                if path.name in sizes and path.stat().st_size != sizes[path.name][0]:
                    raise _damaged(path.name)
            kept[name] = self._segments.get(name) or _Segment(storage, toc.schema, segment)
            kept[name].refresh(segment)
        for name in self._segments.keys() - kept.keys():
            self._segments[name].reader.close()
        self._segments, self._generation = kept, toc.generation

    def _storage(self) -> FileStorage:
        """The folder, with an empty index if it is new. Anything in it but an index of ours is damage."""
        storage = FileStorage(str(self.folder))
        if not self.folder.is_dir() or index.TOC._latest_generation(storage, _NAME) < 0:
            with self._locked():
                if index.TOC._latest_generation(storage, _NAME) < 0:
                    if self._files():
                        raise _damaged(str(self.folder))
                    index.TOC(_schema(), [], 1).write(storage, _NAME)
        return storage

    def _files(self) -> list[Path]:
        """Everything in the folder that tells of an index, locks and what a killed writer left aside."""
        return [path for path in self.folder.iterdir() if path.is_file() and not _LEFTOVER.search(path.name)]

    # writing

    def add(self, documents: Iterable[SearchDocument]) -> int:
        newest = {(document.type, document.id): document for document in documents}
        with self._writing() as writer:
            self._remove(writer, [_key(*key) for key in newest])
            for document in newest.values():
                writer.add_document(**_row(document))
        return len(newest)

    def delete(self, type_: str, ids: Iterable[int]) -> None:
        with self._writing() as writer:
            self._remove(writer, [_key(type_, id_) for id_ in ids])

    def clear(self) -> None:
        with _reporting_damage(), self._locked():
            storage = FileStorage(str(self.folder))
            last = index.TOC._latest_generation(storage, _NAME)
            # Never a number that a reader has seen: it would take the old index for this one.
            generation = max(last + 1, int(time.time()))
            for path in self._files():
                if path.suffix != ".toc":
                    path.unlink(missing_ok=True)
            index.TOC(_schema(), [], generation).write(storage, _NAME)
            for path in self._files():
                if path.name != index.TOC._filename(_NAME, generation):
                    path.unlink(missing_ok=True)

    @staticmethod
    def _remove(writer: Any, keys: Iterable[str]) -> None:
        reader = writer.reader()
        try:
            if reader.doc_count():
                for key in keys:
                    if ("key", key.encode()) in reader:
                        for number in list(reader.postings("key", key).all_ids()):
                            writer.delete_document(number)
        finally:
            reader.close()

    @contextmanager
    def _writing(self) -> Iterator[Any]:
        with _reporting_damage():
            storage = self._storage()
            with self._locked():
                whole = index.FileIndex(storage, schema=_schema(), indexname=_NAME)
                writer = whole.writer(timeout=_LOCK_SECONDS, codec=_Codec())
                try:
                    yield writer
                except BaseException:
                    writer.cancel()
                    raise
                writer.commit()
                self._write_sizes()

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """The right to write; the system takes it back from a process that dies."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(str(self.folder / "danban.lock"))
        if not try_for(lock.acquire, timeout=_LOCK_SECONDS, delay=0.02):
            raise LockError
        try:
            yield
        finally:
            lock.release()

    def _sizes(self) -> dict[str, list[int]]:
        try:
            sizes: dict[str, list[int]] = json.loads((self.folder / _SIZES).read_text())
        except FileNotFoundError:  # nothing was written yet, or its writer was killed just before
            return {}
        return sizes

    def _write_sizes(self) -> None:
        """Sizes and checksums of segment files: new ones are read once, for a segment never changes."""
        old = self._sizes()
        paths = [path for path in self.folder.iterdir() if path.suffix == ".seg"]
        sizes = {path.name: old.get(path.name) or [path.stat().st_size, _crc(path)] for path in paths}
        fresh = self.folder / f"{_SIZES}.tmp"
        fresh.write_text(json.dumps(sizes))
        fresh.replace(self.folder / _SIZES)
