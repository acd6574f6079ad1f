"""The tree of a published version, as pages show it: read in one statement, linked in Python."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any, NamedTuple

import sqlalchemy as sa

from consultations.models import Provision
from core.db import db
from core.text import unify_tones
from legal.nodes import Kind
from legal.references import Reference

NATIONAL_TITLE = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
LONGEST_HEAD_LINE = 60
"""Letters: longer lines of a preamble without "Căn cứ" are no part of its printed head."""


class Piece(NamedTuple):
    """A stretch of a line; ``target`` is the anchor of the provision that it names, "" for plain words."""

    words: str
    target: str = ""


@dataclass(slots=True)
class Node:
    """A provision of a published version, in the shape that macros/law.html and macros/outline.html take.

    ``references``: the places of its text that name other provisions, in order; empty until somebody looks for them.
    """

    index: int
    lineage_id: int
    depth: int
    kind: Kind
    number: str
    heading: str
    text: str
    citation: str
    anchor: str
    quoted: bool
    children: "list[Node]" = field(default_factory=list)
    references: Sequence[Reference] = ()

    @property
    def lines(self) -> list[list[Piece]]:
        """The text line by line, each in pieces that are plain words or name a provision."""
        return in_pieces(self.text, self.references)

    @property
    def rows(self) -> list[list[str]]:
        """The cells of a table: a row a line, a tab between cells. Empty when nothing tells the columns apart."""
        if self.kind != Kind.TABLE or "\t" not in self.text:
            return []
        return [line.split("\t") for line in self.text.split("\n")]

    @property
    def printed_head(self) -> list[str]:
        """The lines of a preamble that are printed as a head (national title, name of the body, of the document)."""
        lines = self.text.split("\n")
        return lines[: _length_of_head(lines)]

    @property
    def grounds(self) -> list[str]:
        """The rest of a preamble: the grounds (Căn cứ …), and who issues the document."""
        lines = self.text.split("\n")
        return lines[_length_of_head(lines) :]

    @property
    def title_parts(self) -> tuple[str, str]:
        """The heading of an annexed text: the words in capitals that it begins with (QUY CHẾ), and the rest."""
        words = self.heading.split()
        capitals = list(takewhile(str.isupper, words))
        return " ".join(capitals), " ".join(words[len(capitals) :])


def in_pieces(text: str, references: Sequence[Reference]) -> list[list[Piece]]:
    """A text cut at its line breaks and at its references; a reference that runs over a line break stays plain."""
    lines, start = [], 0
    for line in text.split("\n"):
        end = start + len(line)
        inside = [one for one in references if start <= one.start and one.end <= end]
        pieces, at = [], start
        for one in inside:
            pieces += [Piece(text[at : one.start]), Piece(text[one.start : one.end], one.target)]
            at = one.end
        lines.append([piece for piece in (*pieces, Piece(text[at:end])) if piece.words])
        start = end + 1
    return lines


def _length_of_head(lines: Sequence[str]) -> int:
    """How many lines come before the grounds; where a list or a long sentence comes first, how many before that."""
    grounds = next((at for at, line in enumerate(lines) if line.startswith("Căn cứ")), len(lines))  # no gettext: law
    listed = any(line[:1].isdigit() or line.endswith((":", ";")) for line in lines[:grounds])
    if grounds < len(lines) and not listed:
        return grounds
    return next((at for at, line in enumerate(lines) if len(line) > LONGEST_HEAD_LINE), len(lines))


COLUMNS = (
    Provision.lineage_id,
    Provision.depth,
    Provision.kind,
    Provision.number,
    Provision.heading,
    Provision.text,
    Provision.citation,
    Provision.anchor,
    Provision.quoted,
)


def has_printed_head(nodes: Sequence[Node]) -> bool:
    """Does the text bring the national title of its own paper along?"""
    return any(NATIONAL_TITLE in unify_tones(node.text.upper()) for node in nodes[:2] if node.kind == Kind.PREAMBLE)


def load_tree(version_id: int) -> list[Node]:
    """Every provision of a version in document order, each with its children. Roots are the nodes of depth 0."""
    rows = db.session.execute(
        sa.select(*COLUMNS).where(Provision.version_id == version_id).order_by(Provision.position)
    )
    return linked(rows)


def linked(rows: Iterable[Any]) -> list[Node]:
    """Nodes of rows in document order, children put below their parents."""
    return put_together(Node(index, *row) for index, row in enumerate(rows))


def put_together(nodes: Iterable[Node]) -> list[Node]:
    """Nodes without children, in document order, put below their parents by their depth."""
    placed: list[Node] = []
    open_nodes: list[Node] = []
    for node in nodes:
        while open_nodes and open_nodes[-1].depth >= node.depth:
            open_nodes.pop()
        if open_nodes:
            open_nodes[-1].children.append(node)
        open_nodes.append(node)
        placed.append(node)
    return placed


def roots(nodes: Sequence[Node]) -> list[Node]:
    """The nodes that no other holds: those as high up as the first."""
    return [node for node in nodes if node.depth <= nodes[0].depth] if nodes else []
