"""Families of near-duplicates: texts that find each other by their sketches and prove alike when compared exactly.

Candidates come from the bands of ``sketches``; each pair is verified by the exact Jaccard similarity or containment of
its shingles before it is joined (union-find), and must not differ in a stake. So that a chain of small changes doesn't
tie unlike texts together, every text must also be like the one that stands for its family. Every run gives the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.similarity.sketches import BANDS, Hashes, Ints, Ragged, Sketches, sketch

__all__ = ["Limits", "compare", "contradict", "group", "join"]

Floats = NDArray[np.float64]
Keys = NDArray[np.uint64]
PAIRS_AT_ONCE = 50_000
NONE = -1


@dataclass(frozen=True)
class Limits:
    """When two texts are nearly the same.

    ``jaccard`` of their shingles is enough; so is ``containment`` of the shorter in the longer (a letter with a line
    of one's own) if the shorter has at least ``shorter`` of the longer's shingles. Every text must share ``leader``
    (Jaccard) or ``contained`` (containment) with the one that stands for its family.
    """

    jaccard: float = 0.6
    containment: float = 0.85
    shorter: float = 0.5
    leader: float = 0.4
    contained: float = 0.7


@dataclass(frozen=True)
class Likeness:
    """Of pairs of texts: Jaccard similarity, containment of the shorter, its length as a share of the longer's."""

    jaccard: Floats
    containment: Floats
    lengths: Floats


def compare(sketches: Sketches, left: Ints, right: Ints) -> Likeness:
    """How alike the texts of each pair are, from their shingles."""
    parts = [
        _common(sketches.shingles, left[at : at + PAIRS_AT_ONCE], right[at : at + PAIRS_AT_ONCE])
        for at in range(0, len(left), PAIRS_AT_ONCE)
    ]
    common = np.concatenate(parts) if parts else np.zeros(0)
    sizes = sketches.shingles.sizes()
    a, b = sizes[left], sizes[right]
    shorter = np.minimum(a, b)
    return Likeness(common / (a + b - common), common / shorter, shorter / np.maximum(a, b))


def contradict(sketches: Sketches, left: Ints, right: Ints) -> NDArray[np.bool_]:
    """Which pairs differ in a stake: where one says "không" or a number, the other says nothing or another number."""
    return _denies(sketches, left, right) | _denies(sketches, right, left)


def join(sketches: Sketches, *, copies: Ints, known: Ints, limits: Limits | None = None) -> Ints:
    """The family of each text, as the index of the text that stands for it; a text alone stands for itself.

    ``copies``: how often each text came; the most frequent one stands for a family. ``known``: families found before
    (-1: none): they stay together, grow, and are never joined.
    """
    limits = limits or Limits()
    parents = _Forest(known)
    for band in range(BANDS):
        left, right = parents.strangers(*_candidates(sketches.bands[:, band]))
        like = compare(sketches, left, right)
        alike = (like.jaccard >= limits.jaccard) | (
            (like.containment >= limits.containment) & (like.lengths >= limits.shorter)
        )
        left, right = left[alike], right[alike]
        agree = ~contradict(sketches, left, right)
        parents.unite(left[agree], right[agree])
    return _settle(sketches, parents.roots(), copies, known, limits)


def group(texts: Sequence[Sequence[str]], copies: Sequence[int] | None = None) -> list[int]:
    """``join`` for a few hundred texts, given as syllables, of which nothing is known."""
    known = np.full(len(texts), NONE, dtype=np.int64)
    each = np.array(copies if copies is not None else [1] * len(texts), dtype=np.int64)
    return [int(root) for root in join(sketch(texts), copies=each, known=known)]


def _common(shingles: Ragged, left: Ints, right: Ints) -> Ints:
    """How many shingles the texts of each pair share: those that stand twice under the number of the pair."""
    keys = np.concatenate([_keyed(shingles, left), _keyed(shingles, right)])
    keys.sort(kind="stable")  # two sorted runs: merged, not sorted
    twice = keys[1:][keys[1:] == keys[:-1]]
    return np.bincount((twice >> np.uint64(32)).astype(np.int64), minlength=len(left))


def _keyed(ragged: Ragged, texts: Ints) -> Keys:
    """The hashes of the texts, each under the number of its text in the list."""
    owners, values = ragged.of(texts)
    return (owners.astype(np.uint64) << np.uint64(32)) | values


def _denies(sketches: Sketches, left: Ints, right: Ints) -> NDArray[np.bool_]:
    """Whether a stake of the left text stands in the right one with something else, or nothing, in its place."""
    denied = np.zeros(len(left), dtype=bool)
    lacking = ~_within(_keyed(sketches.stakes, left), _keyed(sketches.stakes, right))
    owners, around = sketches.contexts.of(left)
    owners, around = owners[lacking], around[lacking]
    pairs, at = np.unique(owners, return_inverse=True)
    keys = (at.astype(np.uint64) << np.uint64(32)) | around
    other = _within(keys, _keyed(sketches.contexts, right[pairs]))
    nothing = _within(keys, _keyed(sketches.shingles, right[pairs])) & ~_within(
        keys, _keyed(sketches.shingles, left[pairs])
    )
    denied[owners[other | nothing]] = True
    return denied


def _within(keys: Keys, others: Keys) -> NDArray[np.bool_]:
    """Which of the keys are among the others."""
    others = np.sort(others, kind="stable")
    if not len(others):
        return np.zeros(len(keys), dtype=bool)
    places = np.minimum(np.searchsorted(others, keys), len(others) - 1)
    found: NDArray[np.bool_] = others[places] == keys
    return found


def _candidates(band: Hashes) -> tuple[Ints, Ints]:
    """Of texts that are equal in a band: each with the first of them, and with the one before it."""
    order = np.argsort(band, kind="stable")
    again = np.zeros(len(order), dtype=bool)
    again[1:] = band[order][1:] == band[order][:-1]
    first = np.maximum.accumulate(np.where(again, 0, np.arange(len(order))))
    later = np.flatnonzero(again)
    to_first = order[first[later]]
    to_previous = order[later - 1]
    further = to_first != to_previous
    return (
        np.concatenate([to_first, to_previous[further]]),
        np.concatenate([order[later], order[later][further]]),
    )


class _Forest:
    """Union-find. The root of a tree is its first text; a tree holds at most one family that was known before."""

    def __init__(self, known: Ints) -> None:
        self.parents: Ints = np.arange(len(known), dtype=np.int64)
        self.families = known.copy()
        held = np.flatnonzero(known != NONE)
        if len(held):
            _, firsts, which = np.unique(known[held], return_index=True, return_inverse=True)
            self.parents[held] = held[firsts][which]

    def roots(self) -> Ints:
        """The root of each text; the way there is shortened to one step."""
        while True:
            above = self.parents[self.parents]
            if np.array_equal(above, self.parents):
                return above
            self.parents = above

    def strangers(self, left: Ints, right: Ints) -> tuple[Ints, Ints]:
        """The pairs that are not in one tree yet, and may be."""
        roots = self.roots()
        a, b = roots[left], roots[right]
        families = self.families[a], self.families[b]
        apart = (a != b) & ((families[0] == NONE) | (families[1] == NONE) | (families[0] == families[1]))
        return left[apart], right[apart]

    def unite(self, left: Ints, right: Ints) -> None:
        for a, b in zip(left.tolist(), right.tolist(), strict=True):
            root, other = sorted((self._root(a), self._root(b)))
            mine, theirs = int(self.families[root]), int(self.families[other])
            if root == other or (mine != NONE and theirs not in (NONE, mine)):
                continue
            self.parents[other] = root
            self.families[root] = max(mine, theirs)

    def _root(self, text: int) -> int:
        while (parent := int(self.parents[text])) != text:
            text = parent
        return text


def _settle(sketches: Sketches, roots: Ints, copies: Ints, known: Ints, limits: Limits) -> Ints:
    """Each text to the one that stands for its family, if it is like it; those that aren't try among themselves."""
    settled = np.arange(len(roots), dtype=np.int64)
    left = np.flatnonzero(np.bincount(roots, minlength=len(roots))[roots] > 1) if len(roots) else roots
    for _ in range(3):
        if not len(left):
            break
        leaders = _leaders(roots[left], left, copies, known)
        like = compare(sketches, leaders, left)
        fits = (
            (leaders == left)
            | (known[left] != NONE)
            | (
                ((like.jaccard >= limits.leader) | (like.containment >= limits.contained))
                & ~contradict(sketches, leaders, left)
            )
        )
        settled[left[fits]] = leaders[fits]
        left = left[~fits]
    return settled


def _leaders(roots: Ints, texts: Ints, copies: Ints, known: Ints) -> Ints:
    """For each text the one that stands for its tree: of a known family, then the most frequent, then the first."""
    order = np.lexsort((texts, -copies[texts], known[texts] == NONE, roots))
    new = np.ones(len(order), dtype=bool)
    new[1:] = roots[order][1:] != roots[order][:-1]
    firsts = texts[order][np.flatnonzero(new)]
    leaders = np.empty_like(texts)
    leaders[order] = firsts[np.cumsum(new) - 1]
    return leaders
