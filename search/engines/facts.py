"""What an engine that keeps files knows of a document without reading it: one column for each thing. Pure."""

import json
from array import array
from collections.abc import Iterable, Sequence

from search.documents import Facet, FacetValue, Key, SearchDocument

__all__ = ["Columns", "pack"]


def pack(document: SearchDocument, length: int) -> bytes:
    """The facts of a document of so many terms, for a column of the index."""
    facets = document.facets
    row = [
        document.id,
        document.fingerprint,
        document.created_at.timestamp(),
        length,
        document.places,
        *(facets[facet] for facet in Facet),
    ]
    return json.dumps(row).encode()


class Columns:
    """The facts of many documents, by number. A column of few different values holds each value once."""

    def __init__(self, rows: Iterable[bytes]) -> None:
        self.ids, self.fingerprints = array("q"), array("Q")
        self.created, self.lengths = array("d"), array("I")
        self.places: list[tuple[str, ...]] = []
        self.facets: dict[Facet, list[FacetValue | None]] = {facet: [] for facet in Facet}
        appends = [column.append for column in self.facets.values()]
        known: dict[object, FacetValue | None] = {}
        for row in rows:
            id_, fingerprint, created, length, places, *facets = json.loads(row)
            self.ids.append(id_)
            self.fingerprints.append(fingerprint)
            self.created.append(created)
            self.lengths.append(length)
            self.places.append(tuple(places))
            for append, value in zip(appends, facets, strict=True):
                append(known.setdefault(value, value))
        self.types: Sequence[FacetValue | None] = self.facets[Facet.TYPE]
        self._numbers: dict[Key, int] | None = None

    def __len__(self) -> int:
        return len(self.ids)

    def key(self, number: int) -> Key:
        return (str(self.types[number]), self.ids[number])

    def numbers(self, keys: Iterable[Key]) -> set[int]:
        """The documents of these keys, deleted ones included. Of one key twice, the last: the first was replaced."""
        if self._numbers is None:
            self._numbers = {self.key(number): number for number in range(len(self))}
        found = map(self._numbers.get, keys)
        return {number for number in found if number is not None}
