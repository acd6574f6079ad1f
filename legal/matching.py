"""Which provisions of two versions belong together: by words, name, number and place, one partner each."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from heapq import nlargest
from itertools import pairwise
from math import log, sqrt

from core.text import canonical
from legal.nodes import Kind, Node

_WORD = re.compile(r"\w+")
_PLACE = re.compile(r"\b(?:điểm|khoản|điều) (?:\d+[a-zđ]?|[a-zđ])\b")
_COMMON_SHARE = 0.2
_LEAST_WEIGHT = 0.15
_TELLING = 15
"""So many words a text must have to be known again away from its place."""
_STRONG = 0.8
_MARGIN = 0.1
_EVIDENCE = 0.7
_OPENING = 12
_FILLED, _FILLS = 0.45, 0.35
_CANDIDATES = 12
_MOULD = 4
"""A phrase in so many provisions under one parent is part of the mould that they are cut from."""


@dataclass(slots=True, eq=False)
class Unit:
    """A provision with what it is compared by: the words of all its text, of its name, and where it stands.

    ``text`` is ``full_text`` of its node, ``plain`` the form of that in which spellings are equal.
    """

    node: Node
    parent: Unit | None
    place: float = 0.0
    words: Counter[str] = field(default_factory=Counter)
    name: Counter[str] = field(default_factory=Counter)
    size: int = 0
    weights: dict[str, float] = field(default_factory=dict)
    mass: float = 0.0
    own: Counter[str] = field(default_factory=Counter)
    opening: Counter[str] = field(default_factory=Counter)
    text: str = ""
    plain: str = ""
    phrases: Counter[tuple[str, str]] | None = None

    @property
    def kind(self) -> Kind:
        """The kind of the provision."""
        return self.node.kind


@dataclass(slots=True, frozen=True)
class Score:
    """How strongly two units belong together, and how alike their words are (both 0–1)."""

    total: float
    words: float


def full_text(node: Node) -> str:
    """A provision's name and text with everything below it, quoted text included."""
    return "\n".join(
        part for one in node.walk() for part in (one.label if one is not node else "", one.heading, one.text) if part
    )


def count_words(text: str) -> Counter[str]:
    """The words of a text in the form in which spellings are equal, with how often each occurs.

    A reference counts as a word of its own ("khoản 3"): in lists cut from one mould only these differ.
    """
    return count_plain(canonical(text))


def count_plain(plain: str) -> Counter[str]:
    """The same of a text that is in that form already."""
    words = Counter(_WORD.findall(plain))
    words.update(_PLACE.findall(plain))
    return words


def own_words(plain: str) -> tuple[Counter[str], Counter[str]]:
    """The words of a provision's own text, and those of them it opens with: these say what it is about."""
    words = _WORD.findall(plain)
    return Counter(words), Counter(words[:_OPENING])


def weigh(old: Sequence[Unit], new: Sequence[Unit]) -> None:
    """Give every word its weight among units of one level: what stands in nearly all of them tells little."""
    units = [*old, *new]
    spread = Counter(word for unit in units for word in unit.words)
    for unit in units:
        unit.weights = {
            word: count * sqrt(_LEAST_WEIGHT + log(len(units) / spread[word])) for word, count in unit.words.items()
        }
        unit.mass = sum(unit.weights.values())


def dice(a: Counter[str], b: Counter[str]) -> float:
    """Twice the words in common over all words."""
    total = a.total() + b.total()
    if not total:
        return 1.0
    if len(a) > len(b):
        a, b = b, a
    return 2 * sum(min(count, b[word]) for word, count in a.items() if word in b) / total


def alike(a: Unit, b: Unit) -> float:
    """How alike two weighed units are by their words, 0–1: twice what they have in common over all they have."""
    total = a.mass + b.mass
    return 2 * common(a, b) / total if total else 1.0


def contained(a: Unit, b: Unit) -> float:
    """How much of the shorter of two weighed units the other holds, 0–1."""
    return common(a, b) / min(a.mass, b.mass) if a.mass and b.mass else 0.0


def common(a: Unit, b: Unit) -> float:
    """The weight of the words that two weighed units have in common."""
    few, many = (a.weights, b.weights) if len(a.weights) <= len(b.weights) else (b.weights, a.weights)
    return sum(min(weight, many[word]) for word, weight in few.items() if word in many)


def held(part: Unit, whole: Unit) -> float:
    """The share of a unit's words that another holds."""
    return sum(min(count, whole.words[word]) for word, count in part.words.items()) / part.size if part.size else 0.0


def held_phrases(part: Unit, whole: Unit) -> float:
    """The same for pairs of neighbouring words: texts cut from one mould share words, not phrases in this measure."""
    mine, theirs = _phrases(part), _phrases(whole)
    return sum(min(count, theirs[pair]) for pair, count in mine.items()) / (mine.total() or 1)


def held_beyond_mould(part: Unit, whole: Unit, beside: Sequence[Unit]) -> float:
    """``held_phrases``; where most of a part is a mould that its kin are cut from too, only the rest counts."""
    mine = _phrases(part)
    own = {pair: count for pair, count in mine.items() if sum(pair in _phrases(one) for one in beside) < _MOULD}
    if 2 * sum(own.values()) >= mine.total():
        return held_phrases(part, whole)
    theirs = _phrases(whole)
    return sum(min(count, theirs[pair]) for pair, count in own.items()) / (sum(own.values()) or 1)


def fills(part: Unit, whole: Unit, rest: Unit) -> bool:
    """Whether a part is what a whole has beyond ``rest``: so where a provision was cut in two, words changed too."""
    beyond = {word: weight - rest.weights.get(word, 0.0) for word, weight in whole.weights.items()}
    missing = sum(weight for weight in beyond.values() if weight > 0)
    common = sum(min(weight, beyond[word]) for word, weight in part.weights.items() if beyond.get(word, 0.0) > 0)
    return part.mass > 0 and missing > 0 and common / part.mass >= _FILLED and common / missing >= _FILLS


def _phrases(unit: Unit) -> Counter[tuple[str, str]]:
    if unit.phrases is None:
        unit.phrases = Counter(pairwise(_WORD.findall(unit.plain)))
    return unit.phrases


def score(a: Unit, b: Unit) -> Score:
    """Words count most, then the name or the opening words, the number, the place.

    Where points came or went under a clause, its own words tell more than those of all that stands under it.
    """
    words = alike(a, b)
    if a.own and b.own and (a.node.children or b.node.children):
        words = max(words, (words + dice(a.own, b.own)) / 2)
    number = 1.0 if a.node.number == b.node.number else 0.0
    place = 1 - abs(a.place - b.place)
    if a.name or b.name:
        return Score(0.5 * words + 0.25 * dice(a.name, b.name) + 0.15 * number + 0.1 * place, words)
    opening = dice(a.opening, b.opening) if a.opening and b.opening else words
    return Score(0.6 * words + 0.2 * opening + 0.12 * number + 0.08 * place, words)


def pair_up(old: list[Unit], new: list[Unit], *, least: float, least_words: float) -> list[tuple[Unit, Unit]]:
    """The best pairs, one partner each; a pair below ``least`` in all or ``least_words`` in words is not made."""
    found: list[_Rated] = []
    index = _index(new)
    for unit in old:
        for other in _candidates(unit, new, index, same_number=True):
            value = score(unit, other)
            if value.total >= least and value.words >= least_words:
                found.append((value.total, unit, other))
    return _best(found)


def pair_equal(old: list[Unit], new: list[Unit], home: Callable[[Unit], object]) -> list[tuple[Unit, Unit]]:
    """Pairs of the same words to the letter, number and home (told by ``home``), where only one of each is there.

    Nothing could be more alike: every other way finds the same pairs, later.
    """
    there: dict[object, list[Unit]] = defaultdict(list)
    here: dict[object, list[Unit]] = defaultdict(list)
    for units, by_key in ((new, there), (old, here)):
        for unit in units:
            by_key[unit.kind, unit.node.number, unit.node.heading, unit.text, home(unit)].append(unit)
    couples = ((mine, there.get(key, [])) for key, mine in here.items())
    return [(mine[0], theirs[0]) for mine, theirs in couples if len(mine) == len(theirs) == 1]


def pair_strong(old: list[Unit], new: list[Unit], at_home: Callable[[Unit], Sequence[Unit]]) -> list[tuple[Unit, Unit]]:
    """Pairs so alike that no number or place speaks against them.

    ``at_home`` gives the units that stand where a unit's parent went, those with a partner included. Away from there a
    text must be long enough to be known again, and clearly more alike than anything at home.
    """
    found: list[_Rated] = []
    index = _index(new)
    free = set(map(id, new))
    for unit in old:
        home = at_home(unit)
        near = [(alike(unit, other), other) for other in home]
        found.extend(
            (value + (0.04 if other.node.number == unit.node.number else 0.0) + 0.1, unit, other)
            for value, other in near
            if value >= _STRONG and id(other) in free
        )
        if unit.size < _TELLING:
            continue
        least = max([_STRONG, *(value + _MARGIN for value, _ in near)])
        known = set(map(id, home))
        away = (o for o in _candidates(unit, new, index, same_number=False) if id(o) not in known)
        rated = ((alike(unit, other), unit, other) for other in away if other.size >= _TELLING)
        found.extend(one for one in rated if one[0] >= least)
    return _best(found)


def pair_levels(old: list[Unit], new: list[Unit]) -> list[tuple[Unit, Unit]]:
    """Pairs nearly word for word, one of which stands a level above the other."""
    found: list[_Rated] = []
    telling = [unit for unit in new if unit.size >= _TELLING]
    index = _index(telling)
    for unit in old:
        if unit.size < _TELLING:
            continue
        for other in _candidates(unit, telling, index, same_number=False):
            value = dice(unit.words, other.words)
            if value >= _STRONG:
                found.append((value, unit, other))
    return _best(found)


def pair_at_home(old: list[Unit], new: list[Unit]) -> list[tuple[Unit, Unit]]:
    """The best pairs among what stands under two parents that belong together; pairs without evidence are not made."""
    found: list[_Rated] = []
    for unit in old:
        for other in new:
            value = evidence(unit, other)
            if value >= _EVIDENCE:
                number = 0.06 if unit.node.number == other.node.number else 0.0
                found.append((value + number - 0.08 * abs(unit.place - other.place), unit, other))
    return _best(found)


def evidence(a: Unit, b: Unit) -> float:
    """How much speaks for one having become the other where both stand under the same parent, 0–1.3.

    A provision that grew or was cut down is still held by the other; and what it opens with says what it is about.
    """
    return 0.4 * alike(a, b) + 0.5 * contained(a, b) + 0.4 * _open_alike(a, b)


def _open_alike(a: Unit, b: Unit) -> float:
    few, many = (a.opening, b.opening) if a.opening.total() <= b.opening.total() else (b.opening, a.opening)
    return sum(min(count, many[word]) for word, count in few.items()) / (few.total() or 1)


_Rated = tuple[float, Unit, Unit]


def _best(found: list[_Rated]) -> list[tuple[Unit, Unit]]:
    """The highest first, each unit once; of equals the ones nearest in place."""
    found.sort(key=lambda item: (-item[0], abs(item[1].place - item[2].place), item[1].place))
    taken: set[int] = set()
    pairs = []
    for _, a, b in found:
        if id(a) not in taken and id(b) not in taken:
            taken.update((id(a), id(b)))
            pairs.append((a, b))
    return pairs


def _index(units: list[Unit]) -> dict[str, list[int]]:
    """Word → the units that hold it."""
    index: dict[str, list[int]] = defaultdict(list)
    for at, unit in enumerate(units):
        for word in unit.words:
            index[word].append(at)
    return index


def _candidates(unit: Unit, others: list[Unit], index: dict[str, list[int]], *, same_number: bool) -> list[Unit]:
    """All of them where they are few; else those that share the most uncommon words, and those of the same number."""
    if len(others) <= 4 * _CANDIDATES:
        return others
    limit = max(4, len(others) * _COMMON_SHARE)
    hits: dict[int, float] = defaultdict(float)
    for word in unit.words:
        places = index.get(word, [])
        if 0 < len(places) <= limit:
            for at in places:
                hits[at] += 1 / len(places)
    chosen = set(nlargest(_CANDIDATES, hits, key=lambda at: hits[at]))
    if same_number:
        chosen.update(at for at, other in enumerate(others) if other.node.number == unit.node.number)
    return [others[at] for at in sorted(chosen)]
