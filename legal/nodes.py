"""The tree of a legal document: kinds, nodes, warnings, what was set aside, and the JSON of the outline."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What a node is; the Vietnamese word stands beside each."""

    PART = "part"  # Phần
    CHAPTER = "chapter"  # Chương
    SECTION = "section"  # Mục
    SUBSECTION = "subsection"  # Tiểu mục
    ARTICLE = "article"  # Điều
    CLAUSE = "clause"  # Khoản
    POINT = "point"  # Điểm
    HEADING = "heading"  # I., II. where there are no Điều; a blank form (Mẫu) inside an appendix
    PARAGRAPH = "paragraph"  # Đoạn
    PREAMBLE = "preamble"  # Phần mở đầu
    ANNEXED = "annexed"  # Quy chế, Quy định … ban hành kèm theo
    APPENDIX = "appendix"  # Phụ lục
    TABLE = "table"  # Bảng
    SIGNATURE = "signature"  # Phần ký


COUNTED = (
    Kind.PART,
    Kind.CHAPTER,
    Kind.SECTION,
    Kind.SUBSECTION,
    Kind.ARTICLE,
    Kind.CLAUSE,
    Kind.POINT,
    Kind.HEADING,
    Kind.ANNEXED,
    Kind.APPENDIX,
)


@dataclass(slots=True)
class Node:
    """One provision. Built by the parser, then treated as read-only.

    ``number`` is as printed ("12a", "đ", "IV", "thứ nhất"); ``label`` is the whole printed mark ("Điều 12a.", "đ)"), so
    that label + heading + text of all nodes in order is the text of the document. ``text`` is the node's own, without
    its children; paragraphs are separated by a newline. ``quoted`` marks text that an amending document quotes.
    """

    kind: Kind
    number: str = ""
    heading: str = ""
    text: str = ""
    citation: str = ""
    quoted: bool = False
    children: list[Node] = field(default_factory=list)
    line: int = 0
    label: str = ""

    def walk(self) -> Iterator[Node]:
        """This node and everything below it, in document order."""
        yield self
        for child in self.children:
            yield from child.walk()

    def to_json(self) -> dict[str, Any]:
        """The node in the shape fixed by the design (kind, number, heading, text, citation, quoted, children)."""
        return {
            "kind": self.kind.value,
            "number": self.number,
            "heading": self.heading,
            "text": self.text,
            "citation": self.citation,
            "quoted": self.quoted,
            "children": [child.to_json() for child in self.children],
        }


@dataclass(slots=True, frozen=True)
class OutlineWarning:
    """Something a drafter should look at. ``line`` counts in the source file, 0 when it concerns the whole file."""

    code: str
    citation: str
    message: str
    line: int = 0


@dataclass(slots=True, frozen=True)
class SetAside:
    """Text that belongs to the page and not to the law, kept with the reason (Vietnamese)."""

    line: int
    text: str
    reason: str


@dataclass(slots=True)
class Place:
    """A node where it stands: depth from 0, its parent, and an address unique within the document."""

    node: Node
    depth: int
    parent: Node | None
    anchor: str


@dataclass(slots=True)
class Outline:
    """A parsed document."""

    title: str
    nodes: list[Node]
    warnings: list[OutlineWarning] = field(default_factory=list)
    set_aside: list[SetAside] = field(default_factory=list)

    def walk(self) -> Iterator[Node]:
        """Every node in document order."""
        for node in self.nodes:
            yield from node.walk()

    def counts(self) -> dict[str, int]:
        """Nodes per kind of the document itself: annexed texts included, quoted text and insides of appendices not."""
        counts = {kind.value: 0 for kind in COUNTED}
        stack = list(self.nodes)
        while stack:
            node = stack.pop()
            if node.quoted:
                continue
            if node.kind in COUNTED:
                counts[node.kind.value] += 1
            if node.kind is not Kind.APPENDIX:
                stack.extend(node.children)
        return counts

    def to_json(self) -> dict[str, Any]:
        """The shape of ``danban legal outline --json``."""
        return {
            "title": self.title,
            "counts": self.counts(),
            "warnings": [
                {"code": w.code, "citation": w.citation, "message": w.message, "line": w.line} for w in self.warnings
            ],
            "set_aside": [{"line": s.line, "text": s.text, "reason": s.reason} for s in self.set_aside],
            "nodes": [node.to_json() for node in self.nodes],
        }
