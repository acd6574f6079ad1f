"""Two versions of a draft, clause by clause: what stayed, changed, moved, came and went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from legal.diff import measure
from legal.matching import (
    Unit,
    alike,
    common,
    contained,
    evidence,
    fills,
    held,
    held_beyond_mould,
    held_phrases,
    pair_at_home,
    pair_equal,
    pair_levels,
    pair_strong,
    pair_up,
    weigh,
)
from legal.nodes import Kind, Node, Outline
from legal.units import UnitReader


class Change(StrEnum):
    """What became of a provision.

    A change of punctuation, capitals or the place of a tone mark alone counts as SAME: a comma more is no reason to
    call back those who commented. ``legal.diff.redline`` shows it all the same.
    """

    SAME = "same"
    EDITED = "edited"
    MOVED = "moved"
    RENUMBERED = "renumbered"
    SPLIT = "split"
    MERGED = "merged"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(slots=True, frozen=True)
class Pair:
    """A provision of the old version and its successor; one of them is None where it was added or removed."""

    old: Node | None
    new: Node | None
    change: Change
    similarity: float

    def to_json(self) -> dict[str, Any]:
        """The shape of ``danban legal diff --json``."""
        return {
            "old": self.old.citation if self.old else None,
            "new": self.new.citation if self.new else None,
            "change": self.change.value,
            "similarity": round(self.similarity, 3),
        }


@dataclass(slots=True, frozen=True)
class Known:
    """What a person has decided already: it stays, and everything else is found around it.

    ``pairs``: an old provision and the new one that continues it. ``parts``: a part and the whole that it was split
    from (then the part is new) or merged into (then it is old). ``alone``: provisions of either version that have no
    partner.
    """

    pairs: Sequence[tuple[Node, Node]] = ()
    parts: Sequence[tuple[Node, Node, Change]] = ()
    alone: Sequence[Node] = ()


_LEVELS = (
    frozenset({Kind.PART, Kind.CHAPTER, Kind.SECTION, Kind.SUBSECTION, Kind.ANNEXED, Kind.APPENDIX}),
    frozenset({Kind.ARTICLE, Kind.HEADING}),
    frozenset({Kind.CLAUSE}),
    frozenset({Kind.POINT}),
    frozenset({Kind.PARAGRAPH, Kind.TABLE, Kind.PREAMBLE, Kind.SIGNATURE}),
)
_SMALL = frozenset({Kind.CLAUSE, Kind.POINT, Kind.PARAGRAPH, Kind.TABLE})
_SAME = 0.9995
_NEARLY = 0.9
_SHORTEST_PART = 8
_SHORT_ITEM = 14
_HALF = 0.5
_TELLING_PART = 30
"""So many words a part must have to be known again under another parent than its whole's."""
_WORDS_HELD = 0.75
_PHRASES_HELD = 0.7
_PHRASES_HELD_AT_HOME = 0.6
_PHRASES_HELD_AWAY = 0.85
_PHRASES_LEFT = 0.3
"""The same where a neighbour holds the rest of the whole."""


Pairs = dict[Unit, Unit]


def align(old: Outline, new: Outline, known: Known | None = None) -> list[Pair]:
    """Every provision of both versions (parts of a split or merged one beside the whole), in the new version's order.

    Removed provisions stand after the one that preceded them in the old version. Similarity is that of all the text of
    the provision, what stands below it included.
    """
    reader = UnitReader()
    return _Aligner(reader.read(old.nodes), reader.read(new.nodes), known or Known()).run()


class _Aligner:
    def __init__(self, old: list[Unit], new: list[Unit], known: Known) -> None:
        self._old, self._new = old, new
        self._partner: Pairs = {}
        self._back: Pairs = {}
        self._part_of: dict[Unit, tuple[Unit, Change]] = {}
        units = {id(unit.node): unit for unit in [*old, *new]}
        for a, b in known.pairs:
            self._partner[units[id(a)]], self._back[units[id(b)]] = units[id(b)], units[id(a)]
        for part, whole, change in known.parts:
            self._part_of[units[id(part)]] = (units[id(whole)], change)
        self._pieces: dict[Unit, list[Unit]] = {}
        self._wholes: set[tuple[Unit, Change]] = set()
        self._settled = {*self._part_of, *(units[id(node)] for node in known.alone)}
        self._decided = {*self._settled, *self._partner, *self._back}

    def run(self) -> list[Pair]:
        for kinds in _LEVELS:
            old = [unit for unit in self._old if unit.kind in kinds]
            new = [unit for unit in self._new if unit.kind in kinds]
            self._match_level(kinds, old, new)
            if kinds in _LEVELS[1:4]:
                self._find_parts(old, new)
        return self._pairs()

    def _match_level(self, kinds: frozenset[Kind], old: list[Unit], new: list[Unit]) -> None:
        """One level: articles and divisions anywhere; what is smaller mostly where its parent went."""
        weigh(old, new)
        self._take_equal(old, new)
        if old and old[0].kind not in _SMALL:
            self._take(pair_up(self._free_old(old), self._free_new(new), least=0.45, least_words=0.2))
            self._take_same_numbers(self._free_old(old), self._free_new(new), least=0.3)
            return
        homes = self._homes(new)
        self._take(pair_strong(self._free_old(old), self._free_new(new), lambda unit: self._near(unit, homes)))
        if kinds in _LEVELS[2:4]:
            self._take_levels(old, new, _LEVELS[_LEVELS.index(kinds) - 1])
        groups: dict[Unit | None, list[Unit]] = {}
        for unit in old:
            groups.setdefault(unit.parent, []).append(unit)
        couples = [(units, homes.get(self._home(units[0]), [])) for units in groups.values()]
        for units in groups.values():
            self._take(pair_at_home(self._free_old(units), self._free_new(self._near(units[0], homes))))
        self._take(pair_up(self._free_old(old), self._free_new(new), least=0.6, least_words=0.7))
        for mine, theirs in couples:
            self._take_same_numbers(self._free_old(mine), self._free_new(theirs), least=0.6)
            self._take_in_step(mine, theirs)

    def _take_equal(self, old: list[Unit], new: list[Unit]) -> None:
        """What stands as it stood; of small provisions, under the same parent."""
        anywhere = not old or old[0].kind not in _SMALL
        mine = {unit: None if anywhere else self._home(unit) for unit in old}
        theirs = {unit: None if anywhere else (unit.parent or "") for unit in new}
        homes: dict[Unit, object] = {**mine, **theirs}
        self._take(pair_equal(self._free_old(old), self._free_new(new), homes.__getitem__))

    @staticmethod
    def _homes(new: list[Unit]) -> dict[Unit | str, list[Unit]]:
        """New units by their parent ("" for the top level)."""
        homes: dict[Unit | str, list[Unit]] = {}
        for unit in new:
            homes.setdefault(unit.parent or "", []).append(unit)
        return homes

    def _home(self, unit: Unit) -> Unit | str:
        """Where an old unit's parent went; a word that is no home when it went nowhere."""
        return self._partner.get(unit.parent, "gone") if unit.parent is not None else ""

    def _near(self, unit: Unit, homes: dict[Unit | str, list[Unit]]) -> list[Unit]:
        """The new units where an old unit's parent went, and where the pieces of its parent went."""
        pieces = self._pieces.get(unit.parent, []) if unit.parent is not None else []
        return [one for home in (self._home(unit), *pieces) for one in homes.get(home, [])]

    def _take(self, pairs: list[tuple[Unit, Unit]]) -> None:
        for a, b in pairs:
            if a.kind is b.kind:
                self._partner[a], self._back[b] = b, a

    def _take_same_numbers(self, old: list[Unit], new: list[Unit], *, least: float) -> None:
        """What is left under one parent and bears one number was rewritten."""
        by_number = {unit.node.number: unit for unit in new if unit.node.number}
        for unit in old:
            other = by_number.get(unit.node.number)
            if other is not None and self._is_free(other) and evidence(unit, other) >= least:
                self._take([(unit, other)])

    def _take_in_step(self, old: list[Unit], new: list[Unit]) -> None:
        """An item between neighbours that both stayed was rewritten, if it is short or half of its words are there."""
        by_number = {unit.node.number: at for at, unit in enumerate(new) if unit.node.number}
        for at, unit in enumerate(old):
            there = by_number.get(unit.node.number)
            if there is None or not self._is_free(unit) or not self._is_free(new[there]):
                continue
            neighbours = zip(_beside_at(old, at), _beside_at(new, there), strict=True)
            stayed = all(b is None if a is None else self._partner.get(a) is b is not None for a, b in neighbours)
            short = max(unit.size, new[there].size) <= _SHORT_ITEM
            if stayed and (short or alike(unit, new[there]) >= _HALF):
                self._take([(unit, new[there])])

    def _is_free(self, unit: Unit) -> bool:
        """Without a partner yet, in either version, and not said to have none."""
        return unit not in self._partner and unit not in self._back and unit not in self._settled

    def _free_old(self, units: list[Unit]) -> list[Unit]:
        return [unit for unit in units if unit not in self._partner and unit not in self._settled]

    def _free_new(self, units: list[Unit]) -> list[Unit]:
        return [unit for unit in units if unit not in self._back and unit not in self._settled]

    def _find_parts(self, old: list[Unit], new: list[Unit]) -> None:
        """New provisions made of a piece of an old one (split), old ones that went into a new one (merged)."""
        self._find(new, old, self._back, self._partner, Change.SPLIT)
        self._find(old, new, self._partner, self._back, Change.MERGED)
        self._choose_heirs()
        self._pieces = {}
        for part, (whole, change) in self._part_of.items():
            before, after = (whole, part) if change is Change.SPLIT else (part, whole)
            self._pieces.setdefault(before, []).append(after)

    def _choose_heirs(self) -> None:
        """What was cut up goes on in its largest piece, what was merged goes back to its largest source."""
        for part, (whole, change) in list(self._part_of.items()):
            heir = (self._partner if change is Change.SPLIT else self._back).get(whole)
            if heir is None or heir.parent is not part.parent or {part, whole} & self._decided:
                continue
            if common(whole, part) <= common(whole, heir):
                continue
            del self._part_of[part]
            self._part_of[heir] = (whole, change)
            self._pair(*((whole, part) if change is Change.SPLIT else (part, whole)))
            (self._back if change is Change.SPLIT else self._partner).pop(heir)

    def _take_levels(self, old: list[Unit], new: list[Unit], above: frozenset[Kind]) -> None:
        """What stands nearly word for word a level higher or lower than it did: a point that became a clause."""
        old_above = [unit for unit in self._old if unit.kind in above]
        new_above = [unit for unit in self._new if unit.kind in above]
        raised = pair_levels(self._free_old(old), self._free_new(new_above))
        lowered = pair_levels(self._free_old(old_above), self._free_new(new))
        for a, b in [*raised, *lowered]:
            self._part_of.pop(a, None)
            self._part_of.pop(b, None)
            self._pair(a, b)

    def _pair(self, a: Unit, b: Unit) -> None:
        self._partner[a], self._back[b] = b, a

    def _find(self, parts: list[Unit], wholes: list[Unit], of_part: Pairs, of_whole: Pairs, change: Change) -> None:
        """Parts without a partner that came from a whole (or went into one) which has another partner already."""
        matched = [unit for unit in wholes if unit in of_whole]
        for at, unit in enumerate(parts):
            if unit in of_part or unit in self._settled or unit.size < _SHORTEST_PART:
                continue
            whole = self._beside(parts, at, wholes, of_part) or self._holder(unit, matched, of_part, of_whole)
            if whole is not None:
                self._part_of[unit] = (whole, change)

    def _beside(self, parts: list[Unit], at: int, wholes: list[Unit], of_part: Pairs) -> Unit | None:
        """The whole that a neighbour comes from, if the part is what the neighbour lacks of it."""
        part = parts[at]
        for neighbour in parts[max(0, at - 1) : at + 2]:
            whole = of_part.get(neighbour)
            if whole is None or neighbour.parent is not part.parent or not fills(part, whole, neighbour):
                continue
            if held_beyond_mould(part, whole, _kin(whole, wholes)) >= _PHRASES_LEFT:
                return whole
        return None

    def _holder(self, part: Unit, wholes: list[Unit], of_part: Pairs, of_whole: Pairs) -> Unit | None:
        """The unit that holds most of a part's words, if its own partner does not, and it is larger."""
        parent = of_part.get(part.parent) if part.parent is not None else None
        fitting = [one for one in wholes if one.size > part.size and one.kind is part.kind]
        home = [one for one in fitting if one.parent is parent and contained(part, one) >= _WORDS_HELD]
        best = max(home, key=lambda one: held_phrases(part, one), default=None)
        least = _PHRASES_HELD_AT_HOME
        if best is None and part.size >= _TELLING_PART:
            best = max(fitting, key=lambda one: held(part, one), default=None)
            least = _PHRASES_HELD_AWAY
        if best is None or held_beyond_mould(part, best, _kin(best, wholes)) < least:
            return None
        if best not in home and held_phrases(part, of_whole[best]) >= _PHRASES_HELD:
            return None
        return best

    # --- the answer -------------------------------------------------------------------------------------------------

    def _pairs(self) -> list[Pair]:
        self._wholes = set(self._part_of.values())
        gone: dict[Unit | None, list[Pair]] = {}
        before: Unit | None = None
        for unit in self._old:
            if unit in self._partner:
                before = self._partner[unit]
            else:
                gone.setdefault(before, []).append(self._lost(unit))
        pairs = list(gone.get(None, []))
        for unit in self._new:
            pairs.append(self._kept(unit))
            pairs.extend(gone.get(unit, []))
        return pairs

    def _lost(self, unit: Unit) -> Pair:
        if unit in self._part_of:
            target, change = self._part_of[unit]
            return Pair(unit.node, target.node, change, held(unit, target))
        return Pair(unit.node, None, Change.REMOVED, 0.0)

    def _kept(self, unit: Unit) -> Pair:
        source = self._back.get(unit)
        if source is not None:
            similarity = _similarity(source, unit)
            return Pair(source.node, unit.node, self._change(source, unit, similarity), similarity)
        if unit in self._part_of:
            whole, change = self._part_of[unit]
            return Pair(whole.node, unit.node, change, held(unit, whole))
        return Pair(None, unit.node, Change.ADDED, 0.0)

    def _change(self, old: Unit, new: Unit, similarity: float) -> Change:
        if self._has_parts(old, Change.SPLIT):
            return Change.SPLIT
        if self._has_parts(new, Change.MERGED):
            return Change.MERGED
        home = old.parent
        if old.kind is not new.kind:
            return Change.MOVED
        if home is not new.parent and not (home and self._partner.get(home) is new.parent):
            return Change.MOVED
        if similarity < _NEARLY or (similarity < _SAME and old.node.number == new.node.number):
            return Change.EDITED
        return Change.SAME if old.node.number == new.node.number else Change.RENUMBERED

    def _has_parts(self, unit: Unit, change: Change) -> bool:
        return (unit, change) in self._wholes


def _similarity(a: Unit, b: Unit) -> float:
    """By words and their order; capitals, punctuation and the place of tone marks make no difference."""
    return 1.0 if a.plain == b.plain else measure(a.plain, b.plain).similarity


def _beside_at(units: list[Unit], at: int) -> tuple[Unit | None, Unit | None]:
    """The units before and after one."""
    return units[at - 1] if at else None, units[at + 1] if at + 1 < len(units) else None


def _kin(unit: Unit, units: list[Unit]) -> list[Unit]:
    """Those of the units that stand under the same parent."""
    return [one for one in units if one.parent is unit.parent and one.kind is unit.kind]
