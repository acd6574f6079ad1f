"""A version as a file for other systems: Akoma Ntoso 3.0, the tree as JSON, plain text.

A published version never changes, nor do its files. Where the way they are written changes, ``EDITION`` goes up.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from consultations.queries.interchange import Text, outline_of
from consultations.queries.tree import Node, roots
from core import clock
from legal.akn import Draft, to_akn
from legal.anchors import place_nodes
from legal.nodes import Kind
from legal.printed import printed_mark, printed_words

EDITION = 1

_SET_APART = frozenset(
    {Kind.PART, Kind.CHAPTER, Kind.SECTION, Kind.SUBSECTION, Kind.ARTICLE, Kind.ANNEXED, Kind.APPENDIX}
)
"""Before these plain text has a blank line."""


@dataclass(frozen=True, slots=True)
class Form:
    """A kind of file: what it is sent as, and how it is written."""

    media_type: str
    write: Callable[[Text, Sequence[Node]], bytes]


def write_akn(text: Text, nodes: Sequence[Node]) -> bytes:
    """Akoma Ntoso. The eId of a provision says where it stands, its wId (dk-<lineage>) is the same in all versions."""
    outline = outline_of(nodes, text.title)
    lineages = {
        place.anchor: f"dk-{node.lineage_id}" for place, node in zip(place_nodes(outline.nodes), nodes, strict=True)
    }
    made = clock.local(text.published_at or text.created_at).date()
    begun = clock.local(text.begun_at or text.created_at).date()
    name = f"du-thao-{text.consultation_id}-{text.document_id}"
    return to_akn(outline, made=made, draft=Draft(name, begun, text.number, lineages))


def write_json(text: Text, nodes: Sequence[Node]) -> bytes:
    """The tree. Addresses are paths on this site; that of a provision always shows it as it is in this version."""
    told = {
        "consultation": text.consultation_id,
        "document": text.document_id,
        "title": text.title,
        "version": text.number,
        "published_at": text.published_at.isoformat() if text.published_at else None,
        "source_sha256": text.sha256,
        "address": f"/du-thao/{text.consultation_id}/?van-ban={text.document_id}&ban={text.number}",
        "nodes": [_told(text, node) for node in roots(nodes)],
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def _told(text: Text, node: Node) -> dict[str, Any]:
    return {
        "kind": node.kind.value,
        "number": node.number,
        "heading": node.heading,
        "text": node.text,
        "citation": node.citation,
        "quoted": node.quoted,
        "anchor": node.anchor,
        "lineage": node.lineage_id,
        "address": f"/du-thao/{text.consultation_id}/dieu-khoan/{node.lineage_id}/ban-{text.number}/",
        "children": [_told(text, child) for child in node.children],
    }


def write_text(_text: Text, nodes: Sequence[Node]) -> bytes:
    """Plain text in UTF-8, as the law is printed."""
    lines: list[str] = []
    for node in nodes:
        words = printed_words(node.kind, printed_mark(node.kind, node.number), node.heading, node.text)
        lines.append(f"\n{words}" if node.kind in _SET_APART and lines else words)
    return ("\n".join(lines) + "\n").encode()


FORMS: Mapping[str, Form] = {
    "xml": Form("application/xml", write_akn),
    "json": Form("application/json", write_json),
    "txt": Form("text/plain", write_text),
}
"""By the ending of the file's name."""
