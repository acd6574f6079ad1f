"""What an engine knows of a document without reading it, and how that is written down. Pure."""

import struct
from typing import NamedTuple

from search.documents import SearchDocument

__all__ = ["Facts", "pack", "unpack"]

_NUMBERS = struct.Struct("<qqqqdI")  # id, consultation, version and lineage (-1: none), created, length


class Facts(NamedTuple):
    """What is known of a document without reading it."""

    type: str
    id: int
    consultation_id: int
    version_id: int | None
    lineage_id: int | None
    stance: str | None
    created: float  # seconds since 1970, UTC
    length: int  # terms
    citation: str


def pack(document: SearchDocument, length: int) -> bytes:
    """The facts of a document of so many terms, for a column of the index."""
    numbers = _NUMBERS.pack(
        document.id,
        document.consultation_id,
        -1 if document.version_id is None else document.version_id,
        -1 if document.lineage_id is None else document.lineage_id,
        document.created_at.timestamp(),
        length,
    )
    names = (document.type, document.stance or "", document.citation.replace("\0", ""))
    return numbers + "\0".join(names).encode()


def unpack(value: bytes) -> Facts:
    """The facts from what `pack` wrote."""
    id_, consultation, version, lineage, created, length = _NUMBERS.unpack_from(value)
    type_, stance, citation = value[_NUMBERS.size :].decode().split("\0")
    return Facts(
        type_,
        id_,
        consultation,
        None if version < 0 else version,
        None if lineage < 0 else lineage,
        stance or None,
        created,
        length,
        citation,
    )
