"""A writer of an index, and when the segments that writers leave become one."""

# Whoosh's types are partial:
# mypy: disable-error-code="no-untyped-call"

from collections import defaultdict
from collections.abc import Iterable
from itertools import accumulate
from typing import Any

from whoosh import reading
from whoosh.filedb.filestore import FileStorage

from search.engines.whoosh.postings import Codec, Pool

__all__ = ["merge_segments", "new_writer"]

_MERGED_TOGETHER = 8  # segments of about one size
_LARGEST_MERGE = 6_000  # documents: merged in some four seconds, for which other changes wait


def new_writer(whole: Any, seconds: float) -> Any:
    """Whoosh's writer of an index, waiting so long for another to end."""
    writer = whole.writer(timeout=seconds, codec=Codec())
    writer.pool = Pool()
    return writer


def merge_segments(writer: Any, segments: list[Any]) -> list[Any]:
    """A policy of merging, as Whoosh wants one: hand over to the writer what becomes one, give back the others.

    Whoosh's own merges everything now and then, and holds back who writes for minutes.
    """
    merged = _to_merge(segments)
    for segment in merged:
        if segment.doc_count():
            _take_over(writer, segment)
    return [segment for segment in segments if segment not in merged]


def _take_over(writer: Any, segment: Any) -> None:
    whole = FileStorage(writer.storage.folder)  # which reads a segment into memory: all of it is wanted here
    reader = reading.SegmentReader(whole, writer.schema, segment)
    first, count = writer.docnum, segment.doc_count_all()
    moved = writer.write_per_doc(set(writer.schema.names()), reader)
    writer.pool.take(reader, range(first, first + count) if moved is None else list(map(moved.get, range(count))))
    writer._added = True


def _to_merge(segments: list[Any]) -> list[Any]:
    """What is mostly deleted; else so many segments of about one size, the smallest first."""
    wasteful = _smallest(segment for segment in segments if segment.deleted_count() * 2 > segment.doc_count_all())
    if wasteful:
        return wasteful
    sizes: dict[int, list[Any]] = defaultdict(list)
    for segment in segments:
        sizes[segment.doc_count().bit_length() // 3].append(segment)  # up to eight times the smallest
    for _size, alike in sorted(sizes.items()):
        chosen = _smallest(alike) if len(alike) >= _MERGED_TOGETHER else []
        if len(chosen) > 1:
            return chosen
    return []


def _smallest(segments: Iterable[Any]) -> list[Any]:
    """As many as may be merged at once."""
    ascending = sorted(segments, key=lambda segment: segment.doc_count())
    totals = accumulate(segment.doc_count() for segment in ascending)
    return [segment for segment, total in zip(ascending, totals, strict=True) if total <= _LARGEST_MERGE]
