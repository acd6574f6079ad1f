"""A document as Tantivy keeps it: columns, a key, and its words analysed."""

from functools import cache, lru_cache
from typing import Any

import tantivy

from search.analysis import Term
from search.documents import Facet, Key, SearchDocument
from search.engines.forms import index_forms, parts

__all__ = ["key_text", "read_key", "row", "schema"]

_FILLER = "·"  # at a place where no word is; no query asks for it
_GAP = f"{_FILLER} {_FILLER}"  # between two parts
_NAMES_LENGTH = 7  # letters of a type that order equal documents


@cache
def schema() -> Any:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("words", tokenizer_name="whitespace", index_option="position")
    builder.add_text_field("author", tokenizer_name="whitespace", index_option="basic")
    builder.add_text_field("key", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("place", tokenizer_name="raw", index_option="basic")
    for facet in Facet:
        if facet.is_number:  # counted three times as fast as text
            builder.add_unsigned_field(facet, fast=True, indexed=True)
        else:
            builder.add_text_field(facet, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_float_field("created", fast=True)
    builder.add_unsigned_field("id", fast=True)
    builder.add_unsigned_field("type_order", fast=True)
    builder.add_unsigned_field("fingerprint", fast=True)
    return builder.build()


def row(document: SearchDocument) -> Any:
    made = tantivy.Document()
    words, author = _texts(document)
    made.add_text("words", words)
    made.add_text("author", author)
    made.add_text("key", key_text(document.type, document.id))
    for place in document.places:
        made.add_text("place", place)
    for facet, value in document.facets.items():
        if isinstance(value, int):
            made.add_unsigned(facet, value)
        elif value is not None:
            made.add_text(facet, value)
    made.add_float("created", document.created_at.timestamp())
    made.add_unsigned("id", document.id)
    made.add_unsigned("type_order", int.from_bytes(document.type.encode()[:_NAMES_LENGTH].ljust(_NAMES_LENGTH, b"\0")))
    made.add_unsigned("fingerprint", document.fingerprint)
    return made


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


def key_text(type_: str, id_: int) -> str:
    return f"{type_}:{id_}"


def read_key(searcher: Any, address: Any) -> Key:
    type_, _colon, id_ = searcher.doc(address).get_first("key").rpartition(":")
    return type_, int(id_)
