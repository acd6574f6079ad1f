"""Which documents hold a form: read, added and written by the block. Whoosh does it one by one, in twice the time."""

# Whoosh's types are partial:
# mypy: disable-error-code="no-untyped-call"

import secrets
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from heapq import merge
from itertools import chain, groupby
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias

from whoosh.codec.whoosh3 import W3Codec, W3FieldWriter, W3Segment
from whoosh.filedb.filestore import FileStorage

__all__ = ["Block", "Codec", "Pool", "blocks"]

_BLOCK = 2048  # postings; large blocks, packed a little, are a fifth faster both ways


class Block(NamedTuple):
    """Numbers (ascending), weights and coded places of the documents that hold a form."""

    numbers: Sequence[int]
    weights: Sequence[float]
    places: Sequence[bytes]


_Posted: TypeAlias = tuple[str, bytes, int, Block]  # field, form, a number that orders blocks of one form, block


def blocks(matcher: Any) -> Iterator[Block]:
    """Those of Whoosh's matcher of one form, as they lie in the file, of deleted documents too."""
    matcher = getattr(matcher, "child", matcher)  # without the filter of what is deleted
    while matcher.is_active():
        matcher._read_ids()
        matcher._read_weights()
        matcher._read_values()
        yield Block(matcher._ids, matcher._weights, matcher._values)
        matcher._next_block()


class Pool:
    """The postings of a writer, in the place of Whoosh's pool: by form, so that forms alone are sorted."""

    def __init__(self) -> None:
        self._blocks: dict[tuple[str, bytes], tuple[list[int], list[float], list[bytes]]] = defaultdict(
            lambda: ([], [], [])
        )
        self._readers: list[Any] = []
        self._taken: list[Iterator[_Posted]] = []

    def add(self, posting: tuple[str, bytes, int, float, bytes | None]) -> None:
        field, form, number, weight, places = posting
        numbers, weights, all_places = self._blocks[field, form]
        numbers.append(number)
        weights.append(weight)
        all_places.append(places or b"")

    def take(self, reader: Any, numbers: Sequence[int | None]) -> None:
        """The postings of a segment too, of its documents that have a number now."""
        self._readers.append(reader)
        self._taken.append(_renumbered(reader, numbers))

    def iter_postings(self) -> Iterator[_Posted]:
        added = ((field, form, -1, Block(*self._blocks[field, form])) for field, form in sorted(self._blocks))
        return merge(added, *self._taken)

    def cleanup(self) -> None:
        self._blocks.clear()
        for reader in self._readers:
            reader.close()


def _renumbered(reader: Any, numbers: Sequence[int | None]) -> Iterator[_Posted]:
    for field, form in reader.all_terms():
        for block in blocks(reader.postings(field, form)):
            held = [
                (number, weight, places)
                for old, weight, places in zip(*block, strict=True)
                if (number := numbers[old]) is not None
            ]
            if held:
                yield field, form, held[0][0], Block(*zip(*held, strict=True))


def _joined(parts: Iterable[Block]) -> Block:
    return Block(*(list(chain.from_iterable(columns)) for columns in zip(*parts, strict=True)))


class _FieldWriter(W3FieldWriter):
    def add_postings(self, schema: Any, _lengths: Any, items: Iterable[_Posted]) -> None:
        for field, in_field in groupby(items, itemgetter(0)):
            self.start_field(field, schema[field])
            for form, of_form in groupby(in_field, itemgetter(1)):
                self.start_term(form)
                self._write(_joined(item[3] for item in of_form))
                self.finish_term()
            self.finish_field()

    def _write(self, postings: Block) -> None:
        """All postings of the form, the last block left to `finish_term`."""
        writer: Any = self._postwriter
        for start in range(0, len(postings.numbers), _BLOCK):
            if start:
                writer._write_block()
            numbers, weights, places = (part[start : start + _BLOCK] for part in postings)
            writer._ids, writer._weights, writer._values = array("I", numbers), array("f", weights), places
            writer._maxweight = max(weights)


class _NamedSegment(W3Segment):
    """A segment with a name nobody else has: Whoosh takes names from `random`, which forks share."""

    @classmethod
    def _random_id(cls, size: int = 16) -> str:
        return secrets.token_hex(size // 2)


class Codec(W3Codec):
    def __init__(self) -> None:
        super().__init__(blocklimit=_BLOCK, compression=1)

    def new_segment(self, _storage: FileStorage, indexname: str) -> _NamedSegment:
        return _NamedSegment(self, indexname)

    def field_writer(self, storage: FileStorage, segment: Any) -> _FieldWriter:
        return _FieldWriter(self, storage, segment)
