"""The provisions of a version with what they are compared by, read from the leaves up: no text is looked at twice."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from core.text import canonical
from legal.matching import Unit, count_plain, own_words
from legal.nodes import Node


@dataclass(slots=True, frozen=True)
class _Piece:
    """A heading, a text or a mark: its plain form, its words, those it opens with."""

    plain: str
    words: Counter[str]
    own: Counter[str]
    opening: Counter[str]


@dataclass(slots=True)
class _Read:
    """A provision with everything below it."""

    texts: list[str] = field(default_factory=list)
    plains: list[str] = field(default_factory=list)
    words: Counter[str] = field(default_factory=Counter)

    def add(self, text: str, piece: _Piece) -> None:
        if text:
            self.texts.append(text)
            self.plains.append(piece.plain)
            self.words.update(piece.words)

    def take_in(self, below: _Read) -> None:
        self.texts += below.texts
        self.plains += below.plains
        self.words.update(below.words)


class UnitReader:
    """Reads several versions: what they have in common is counted once."""

    def __init__(self) -> None:
        self._pieces: dict[str, _Piece] = {}

    def read(self, nodes: list[Node]) -> list[Unit]:
        """The document's own provisions in order; quoted text counts with the provision that quotes it."""
        units: list[Unit] = []
        for node in nodes:
            self._read(node, None, units, quoted=node.quoted)
        for at, unit in enumerate(units):
            unit.place = at / len(units)
        return units

    def _read(self, node: Node, parent: Unit | None, out: list[Unit], *, quoted: bool) -> _Read:
        heading, text = self._piece(node.heading), self._piece(node.text)
        unit = Unit(node, parent, name=heading.words, own=text.own, opening=text.opening)
        if not quoted:
            out.append(unit)
        found = _Read()
        found.add(node.heading, heading)
        found.add(node.text, text)
        for child in node.children:
            below = self._read(child, unit, out, quoted=quoted or child.quoted)
            found.add(child.label, self._piece(child.label))
            found.take_in(below)
        unit.text, unit.plain = "\n".join(found.texts), "\n".join(found.plains)
        unit.words, unit.size = found.words, found.words.total()
        return found

    def _piece(self, text: str) -> _Piece:
        piece = self._pieces.get(text)
        if piece is None:
            plain = canonical(text)
            piece = self._pieces[text] = _Piece(plain, count_plain(plain), *own_words(plain))
        return piece
