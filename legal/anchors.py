"""An address for every node: ASCII, readable, unique within the document ("dieu-22-khoan-4-diem-dd")."""

from __future__ import annotations

import re
import unicodedata

from legal.nodes import Kind, Node, Place

_WORD = {
    Kind.PART: "phan",
    Kind.CHAPTER: "chuong",
    Kind.SECTION: "muc",
    Kind.SUBSECTION: "tieu-muc",
    Kind.ARTICLE: "dieu",
    Kind.CLAUSE: "khoan",
    Kind.POINT: "diem",
    Kind.HEADING: "muc",
    Kind.PARAGRAPH: "doan",
    Kind.PREAMBLE: "mo-dau",
    Kind.APPENDIX: "phu-luc",
    Kind.TABLE: "bang",
    Kind.SIGNATURE: "phan-ky",
}
_RESTARTS = {Kind.ARTICLE, Kind.PART}
"""Kinds whose number is unique in the whole text, so that the chapter above is no part of the address."""


def ascii_slug(text: str) -> str:
    """Lower-case ASCII with hyphens; "đ" alone becomes "dd", so that điểm d and điểm đ differ."""
    lowered = text.strip().lower()
    if lowered[:1] == "đ" and not lowered[1:2].isalpha():
        lowered = "dd" + lowered[1:]
    plain = unicodedata.normalize("NFD", lowered.replace("đ", "d"))
    kept = "".join(c for c in plain if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", "-", kept).strip("-")


def place_nodes(nodes: list[Node]) -> list[Place]:
    """Every node in document order, with depth, parent and anchor."""
    places: list[Place] = []
    taken: set[str] = set()
    _place(nodes, None, "", "", 0, places, taken)
    return places


def _place(
    nodes: list[Node], parent: Node | None, scope: str, above: str, depth: int, out: list[Place], taken: set[str]
) -> None:
    seen: dict[Kind, int] = {}
    for node in nodes:
        seen[node.kind] = seen.get(node.kind, 0) + 1
        quoted_here = node.quoted and not (parent is not None and parent.quoted)
        anchor = _unique(_anchor(node, seen[node.kind], scope, above, quoted_here), taken)
        out.append(Place(node, depth, parent, anchor))
        if node.kind in (Kind.ANNEXED, Kind.APPENDIX):
            _place(node.children, node, anchor, anchor, depth + 1, out, taken)
        else:
            _place(node.children, node, scope, anchor, depth + 1, out, taken)


def _anchor(node: Node, nth: int, scope: str, above: str, quoted_here: bool) -> str:
    if node.kind is Kind.ANNEXED:
        return "-".join(ascii_slug(node.heading).split("-")[:2]) or "kem-theo"
    number = ascii_slug(node.number) or (str(nth) if node.kind in (Kind.PARAGRAPH, Kind.TABLE) else "")
    own = f"{_WORD[node.kind]}-{number}" if number else _WORD[node.kind]
    if quoted_here:
        own = f"trich-{own}"
    base = scope if node.kind in _RESTARTS and not node.quoted else above
    return f"{base}-{own}" if base else own


def _unique(anchor: str, taken: set[str]) -> str:
    candidate, n = anchor, 2
    while candidate in taken:
        candidate, n = f"{anchor}-ban-{n}", n + 1
    taken.add(candidate)
    return candidate
