"""Which provisions of two versions belong together: by words, name, number and place, one partner each."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import pairwise

from core.text import canonical
from legal.nodes import Kind, Node

_WORD = re.compile(r"\w+")
_COMMON_SHARE = 0.2
_CANDIDATES = 12


@dataclass(slots=True, eq=False)
class Unit:
    """A provision with what it is compared by: the words of all its text, of its name, and where it stands."""

    node: Node
    parent: Unit | None
    place: float = 0.0
    words: Counter[str] = field(default_factory=Counter)
    name: Counter[str] = field(default_factory=Counter)
    size: int = 0

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
    """The words of a text in the form in which spellings are equal, with how often each occurs."""
    return Counter(_WORD.findall(canonical(text)))


def dice(a: Counter[str], b: Counter[str], size_a: int, size_b: int) -> float:
    """Twice the words in common over all words."""
    if not size_a and not size_b:
        return 1.0
    if len(a) > len(b):
        a, b = b, a
    return 2 * sum(min(count, b[word]) for word, count in a.items() if word in b) / (size_a + size_b)


def held(part: Unit, whole: Unit) -> float:
    """The share of a unit's words that another holds."""
    return sum(min(count, whole.words[word]) for word, count in part.words.items()) / part.size if part.size else 0.0


def held_phrases(part: Unit, whole: Unit) -> float:
    """The same for pairs of neighbouring words: texts cut from one mould share words, not phrases in this measure."""
    mine, theirs = _phrases(part), _phrases(whole)
    return sum(min(count, theirs[pair]) for pair, count in mine.items()) / (mine.total() or 1)


def _phrases(unit: Unit) -> Counter[tuple[str, str]]:
    return Counter(pairwise(_WORD.findall(canonical(full_text(unit.node)))))


def score(a: Unit, b: Unit) -> Score:
    """Words count most, then the name, the number, the place."""
    words = dice(a.words, b.words, a.size, b.size)
    number = 1.0 if a.node.number == b.node.number else 0.0
    place = 1 - abs(a.place - b.place)
    if a.name or b.name:
        name = dice(a.name, b.name, a.name.total(), b.name.total())
        return Score(0.5 * words + 0.25 * name + 0.15 * number + 0.1 * place, words)
    return Score(0.7 * words + 0.2 * number + 0.1 * place, words)


def pair_up(old: list[Unit], new: list[Unit], *, least: float, least_words: float) -> list[tuple[Unit, Unit]]:
    """The best pairs, one partner each; a pair below ``least`` in all or ``least_words`` in words is not made."""
    found: list[tuple[float, int, int]] = []
    index = _index(new)
    for at, unit in enumerate(old):
        for other in _candidates(unit, new, index):
            value = score(unit, new[other])
            if value.total >= least and value.words >= least_words:
                found.append((value.total, at, other))
    found.sort(key=lambda item: (-item[0], abs(item[1] - item[2]), item[1]))
    taken_old: set[int] = set()
    taken_new: set[int] = set()
    pairs = []
    for _, a, b in found:
        if a not in taken_old and b not in taken_new:
            taken_old.add(a)
            taken_new.add(b)
            pairs.append((old[a], new[b]))
    return pairs


def _index(units: list[Unit]) -> dict[str, list[int]]:
    """Word → the units that hold it."""
    index: dict[str, list[int]] = defaultdict(list)
    for at, unit in enumerate(units):
        for word in unit.words:
            index[word].append(at)
    return index


def _candidates(unit: Unit, others: list[Unit], index: dict[str, list[int]]) -> list[int]:
    """All of them where they are few; else those of the same number and those that share the most uncommon words."""
    if len(others) <= 4 * _CANDIDATES:
        return list(range(len(others)))
    limit = max(4, len(others) * _COMMON_SHARE)
    hits: dict[int, float] = defaultdict(float)
    for word in unit.words:
        places = index.get(word, [])
        if 0 < len(places) <= limit:
            for at in places:
                hits[at] += 1 / len(places)
    chosen = set(sorted(hits, key=lambda at: -hits[at])[:_CANDIDATES])
    chosen.update(at for at, other in enumerate(others) if other.node.number == unit.node.number)
    return sorted(chosen)
