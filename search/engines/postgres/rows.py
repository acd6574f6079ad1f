"""What of a document is put into the table."""

from collections import defaultdict
from typing import Any

from search.documents import SearchDocument
from search.engines.forms import occurrences

__all__ = ["quoted", "table_row"]

_AVERAGE_LENGTH = 60.0  # of an opinion, in words; only the relation of documents to it counts
_WORDS_KEPT = 30_000  # of a document: a tsvector holds a megabyte


def table_row(document: SearchDocument) -> dict[str, Any]:
    words, length = _vector(document)
    return {
        **{str(facet): value for facet, value in document.facets.items()},
        "id": document.id,
        "fingerprint": document.fingerprint,
        "created": document.created_at.timestamp(),
        "shortness": 2.2 / (1 + 1.2 * (0.25 + 0.75 * length / _AVERAGE_LENGTH)),
        "places": list(document.places),
        "words": words,
    }


def _vector(document: SearchDocument) -> tuple[str, int]:
    """The document as the text of a tsvector, and how many words it has. Weight A: headings."""
    places: dict[str, list[str]] = defaultdict(list)
    length = 0
    for length, (forms, place, weight) in enumerate(occurrences(document), 1):
        for form in forms:
            places[form].append(f"{min(place + 1, 16_383)}{'A' if weight > 1 else ''}")
        if length == _WORDS_KEPT:
            break
    return " ".join(f"{quoted(form)}:{','.join(where[:256])}" for form, where in places.items()), length


def quoted(form: str) -> str:
    return "'" + form.replace("\\", "\\\\").replace("'", "''") + "'"
