"""A document as Whoosh keeps it: a key, its words analysed, and what is known of it without reading it.

One field holds both forms of every word at one place, so that a phrase may mix words typed with and without marks.
"""

# Whoosh's types are partial:
# mypy: disable-error-code="no-untyped-call"

from array import array
from collections import defaultdict
from collections.abc import Generator, Iterable, Sequence
from typing import Any

from whoosh import columns, fields, formats

from search.documents import SearchDocument
from search.engines.facts import pack
from search.engines.forms import occurrences

__all__ = ["key_text", "row", "schema"]


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
    """A field given the words of a document as they stand in it, analysed already."""

    def __init__(self) -> None:
        super().__init__(phrase=True, stored=False)
        self.format = _Places()
        self.scorable = False  # lengths are in the facts

    def index(self, value: Any, **_kwargs: Any) -> Generator[tuple[bytes, int, float, bytes], Any, None]:
        places: dict[str, list[int]] = defaultdict(list)
        weights: dict[str, float] = defaultdict(float)
        for forms, place, weight in value:
            for form in forms:
                places[form].append(place)
                weights[form] += weight
        for form, where in places.items():
            yield form.encode(), len(where), weights[form], array("I", where).tobytes()


def schema() -> Any:
    return fields.Schema(
        key=fields.ID(unique=True),
        words=_Words(),
        facts=fields.COLUMN(columns.VarBytesColumn()),
    )


def key_text(type_: str, id_: int) -> str:
    return f"{type_}:{id_}"


def row(document: SearchDocument) -> dict[str, Any]:
    words = list(occurrences(document))
    return {"key": key_text(*document.key), "words": words, "facts": pack(document, len(words))}
