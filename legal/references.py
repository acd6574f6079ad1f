"""References in the words of a provision, resolved to provisions of the same document.

"điểm a khoản 2 Điều 7 của Luật này", "các điều 5, 6 và 7", "khoản 1 và khoản 2 Điều này" become links; what another
text is cited for ("Điều 5 của Luật Đất đai") does not, nor what cannot be told for sure: a link to the wrong place is
worse than none. Bare "Điều 5" means the text it stands in: inside a regulation *ban hành kèm theo*, the regulation. In
provisions that amend another text only references that say "này" are this document's, and in what they quote only
those that stay inside the quotation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from legal.anchors import place_nodes
from legal.identity import TYPES
from legal.nodes import Kind, Outline
from legal.phrases import Owner, Phrase, Step, find_phrases


@dataclass(slots=True, frozen=True)
class Reference:
    """A stretch of a text (offsets) and the anchor of the provision that it names."""

    start: int
    end: int
    target: str


@dataclass(slots=True, frozen=True)
class Entry:
    """What the index knows of a provision; a row of a stored version has it all. Order is that of the document."""

    anchor: str
    kind: Kind
    number: str
    parent: str | None = None
    quoted: bool = False
    heading: str = ""
    text: str = ""


_AMENDING = re.compile(
    r"(?:(?:Sửa đổi|Bổ sung|Thay thế|Thay|Bãi bỏ|Bỏ|Hủy bỏ|Huỷ bỏ)\b"
    r"|.{0,120}\bđược (?:sửa đổi|bổ sung|thay thế|bãi bỏ)[^.]{0,80} như sau)",
)
_FIRST_WORDS = 400
_FAR_UP = 40


class ReferenceIndex:
    """The provisions of one document by number and place. Built once, asked for every provision."""

    def __init__(self, entries: Iterable[Entry], *, title: str = "") -> None:
        self._entries = {entry.anchor: entry for entry in entries}
        self._title = title.lower().removeprefix("dự thảo ")
        self._children: dict[tuple[str | None, Kind, str], str | None] = {}
        self._in_scope: dict[tuple[str | None, Kind, str], str | None] = {}
        self._annexed: dict[str, str | None] = {}
        self._hosts: set[str] = set()
        for entry in self._entries.values():
            self._enter(entry)

    @classmethod
    def of(cls, outline: Outline) -> ReferenceIndex:
        """The index of a parsed document, with the anchors of ``place_nodes``."""
        places = place_nodes(outline.nodes)
        anchors = {id(place.node): place.anchor for place in places}
        return cls(
            (
                Entry(
                    place.anchor,
                    place.node.kind,
                    place.node.number,
                    anchors[id(place.parent)] if place.parent is not None else None,
                    place.node.quoted,
                    place.node.heading,
                    place.node.text,
                )
                for place in places
            ),
            title=outline.title,
        )

    def _enter(self, entry: Entry) -> None:
        number = entry.number.lower()
        parent = self._entries.get(entry.parent or "")
        if parent is not None and entry.quoted and not parent.quoted:
            self._hosts.add(parent.anchor)
        elif number:
            self._put(self._children, (entry.parent, entry.kind, number), entry.anchor)
        if entry.kind is Kind.ANNEXED:
            kind = " ".join(entry.heading.lower().split()[:2])
            self._annexed[kind] = None if kind in self._annexed else entry.anchor
        elif not entry.quoted and number:
            self._put(self._in_scope, (self._scope(entry), entry.kind, number), entry.anchor)

    @staticmethod
    def _put(
        where: dict[tuple[str | None, Kind, str], str | None], key: tuple[str | None, Kind, str], anchor: str
    ) -> None:
        """A number that stands there twice names neither."""
        where[key] = None if key in where else anchor

    # --- where a provision stands ------------------------------------------------------------------------------------

    def _upwards(self, anchor: str) -> list[Entry]:
        """The provision and those that hold it, innermost first."""
        chain: list[Entry] = []
        entry = self._entries.get(anchor)
        while entry is not None and len(chain) < _FAR_UP:
            chain.append(entry)
            entry = self._entries.get(entry.parent or "")
        return chain

    def _scope(self, entry: Entry) -> str | None:
        """The annexed text or appendix that a provision stands in, None for the document itself."""
        chain = self._upwards(entry.anchor)
        return next((up.anchor for up in chain[1:] if up.kind in (Kind.ANNEXED, Kind.APPENDIX)), None)

    def _amends(self, chain: Sequence[Entry]) -> bool:
        return any(
            up.anchor in self._hosts or _AMENDING.match(up.heading) or _AMENDING.match(up.text[:_FIRST_WORDS])
            for up in chain
        )

    # --- resolving ----------------------------------------------------------------------------------------------------

    def find(self, text: str, here: str) -> list[Reference]:
        """The references in a text of the provision ``here`` (an anchor), in order, not overlapping."""
        chain = self._upwards(here)
        if not chain:
            return []
        found = []
        for phrase in find_phrases(text):
            target = self._resolve(phrase, chain)
            if target is not None:
                found.append(Reference(phrase.start, phrase.end, target))
        return found

    def _resolve(self, phrase: Phrase, chain: Sequence[Entry]) -> str | None:
        first, *rest = phrase.steps
        if first.this:
            at = self._this(first.kind, chain)
        elif chain[0].quoted or (phrase.owner is Owner.NONE and self._needs_owner(chain)):
            return None
        else:
            at = self._from_owner(first, phrase, chain)
        for step in rest:
            if at is None:
                return None
            at = self._children.get((at, step.kind, step.number))
        return at

    def _this(self, kind: Kind, chain: Sequence[Entry]) -> str | None:
        """ "Điều này", "khoản này": the nearest of that kind, on the same side of a quotation mark."""
        return next((up.anchor for up in chain if up.kind is kind and up.quoted is chain[0].quoted), None)

    def _needs_owner(self, chain: Sequence[Entry]) -> bool:
        """Where a bare "Điều 5" may well be another text's: openings, signatures, appendices, amending provisions."""
        if any(up.kind in (Kind.PREAMBLE, Kind.SIGNATURE, Kind.APPENDIX) for up in chain):
            return True
        return self._amends(chain)

    def _from_owner(self, first: Step, phrase: Phrase, chain: Sequence[Entry]) -> str | None:
        scope = next((up.anchor for up in chain if up.kind in (Kind.ANNEXED, Kind.APPENDIX)), None)
        if phrase.owner is Owner.OTHER:
            return None
        if phrase.owner is Owner.THIS:
            if phrase.owner_name in self._annexed:
                scope = self._annexed[phrase.owner_name]
                if scope is None:
                    return None
            elif self._is_own_type(phrase.owner_name):
                scope = None
            else:
                return None
        elif scope is not None and self._entries[scope].kind is Kind.APPENDIX:
            return None
        return self._in_scope.get((scope, first.kind, first.number))

    def _is_own_type(self, name: str) -> bool:
        """Whether "Luật này" can be this document: it is headed so, or shows no type at all."""
        return self._title.startswith(name) or not self._title.startswith(TYPES) or name == "văn bản"
