"""Opinions on one place that say the same thing, as clusters of texts.

Texts are vectors of TF-IDF over runs of two syllables without marks; average-linkage agglomerative clustering
(UPGMA: Sokal and Michener 1958) of their cosine distances makes the clusters. That needs the square of the number of
texts, so only the ``core`` heaviest take part; every further text joins the nearest cluster that is near enough, so
that time and memory stay bounded however many opinions a place has.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack
from sklearn.cluster import AgglomerativeClustering

from core.similarity import syllables
from core.similarity.sketches import Ragged, shingles

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
ASSIGNED_AT_ONCE = 1_000
LEAST = 2
END = np.uint32(0xFFFFFFFF)
"""After every run."""


@dataclass(frozen=True)
class Unit:
    """A text with as many opinions as said it. ``camp``: only units of one camp are put together.

    ``apart``: two units that share one of these numbers are never put together. ``barred``: the numbers of the anchors
    that it never goes to.
    """

    text: str
    weight: int
    camp: str
    apart: frozenset[int] = frozenset()
    barred: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Anchor:
    """A group that exists: texts that are in it, the camps it takes, and its own number."""

    number: int
    texts: Sequence[str]
    camps: frozenset[str]


@dataclass
class Cluster:
    """Units by index, the most typical first. ``anchor``: the number of the group they are like, or None."""

    units: list[int] = field(default_factory=list)
    anchor: int | None = None


@dataclass(frozen=True)
class Limits:
    """``core``: how many texts are compared all with all. ``alike``: the average cosine similarity within a cluster.

    ``near``: the similarity to a cluster's centre from which a further text joins it, or an anchor.
    """

    core: int = 2_000
    alike: float = 0.12
    near: float = 0.2


def propose(units: Sequence[Unit], anchors: Sequence[Anchor] = (), limits: Limits | None = None) -> list[Cluster]:
    """Clusters of units by index, the largest first; a unit of one opinion that is like no other is in none.

    A unit of several opinions is a cluster by itself if nothing else is like it: it too is to be decided once.
    """
    limits = limits or Limits()
    if not units:
        return []
    heaviest = sorted(range(len(units)), key=lambda index: (-units[index].weight, index))
    seen = [units[index].text for index in heaviest[: limits.core]]
    vectors = _Vectors([*seen, *chain.from_iterable(anchor.texts for anchor in anchors)])
    found, left = _to_anchors(units, heaviest, anchors, vectors, limits)
    for camp in sorted({unit.camp for unit in units}):
        mine = [index for index in left if units[index].camp == camp]
        found += _clusters(units, mine, vectors, limits)
    kept = [
        cluster
        for cluster in found
        if sum(units[index].weight for index in cluster.units) > 1 or cluster.anchor is not None
    ]
    return sorted(kept, key=lambda cluster: (-sum(units[i].weight for i in cluster.units), cluster.units))


class _Vectors:
    """TF-IDF over the runs of two syllables that stand in two of the first texts, weighed as they stand there."""

    def __init__(self, texts: Sequence[str]) -> None:
        runs, seen = np.unique(_runs(texts).values, return_counts=True)
        kept = seen >= min(LEAST, len(texts))
        self._runs = np.append(runs[kept], END)
        self._weights = (np.log((1 + len(texts)) / (1 + np.append(seen[kept], 1))) + 1).astype(np.float32)

    def of(self, texts: Sequence[str]) -> Any:
        """A sparse matrix with a row of length 1 for each text (of length 0, if it has none of the runs)."""
        read = _runs(texts)
        owners, values = read.of(np.arange(len(texts)))
        columns = np.searchsorted(self._runs, values)
        known = self._runs[columns] == values
        owners, columns = owners[known], columns[known]
        weights = self._weights[columns]
        lengths = np.sqrt(np.bincount(owners, weights * weights, len(texts)))
        starts = np.concatenate([[0], np.cumsum(np.bincount(owners, minlength=len(texts)))])
        rows = ((weights / lengths[owners]).astype(np.float32), columns, starts)
        return csr_matrix(rows, (len(texts), len(self._runs)))


def _runs(texts: Sequence[str]) -> Ragged:
    return shingles([syllables(text) for text in texts])


def _to_anchors(
    units: Sequence[Unit], order: Sequence[int], anchors: Sequence[Anchor], vectors: _Vectors, limits: Limits
) -> tuple[list[Cluster], list[int]]:
    """Units that are like a group that exists, and all others."""
    if not anchors:
        return [], list(order)
    centres = np.stack([_centre(vectors.of(anchor.texts)) for anchor in anchors])
    clusters = [Cluster(anchor=anchor.number) for anchor in anchors]
    left: list[int] = []
    for indices in _portions(order):
        nearness = vectors.of([units[index].text for index in indices]) @ centres.T
        for index, row in zip(indices, nearness, strict=True):
            unit = units[index]
            open_to = [
                number
                for number in np.argsort(-row, kind="stable")
                if row[number] >= limits.near
                and unit.camp in anchors[number].camps
                and anchors[number].number not in unit.barred
            ]
            (clusters[open_to[0]].units if open_to else left).append(index)
    return [cluster for cluster in clusters if cluster.units], left


def _clusters(units: Sequence[Unit], order: Sequence[int], vectors: _Vectors, limits: Limits) -> list[Cluster]:
    core, further = list(order[: limits.core]), list(order[limits.core :])
    if not core:
        return []
    rows = vectors.of([units[index].text for index in core])
    members: dict[int, list[int]] = defaultdict(list)
    for index, label in zip(core, _labels(rows, limits), strict=True):
        members[label].append(index)
    clusters = [Cluster(indices) for indices in members.values()]
    clusters += _join_nearest(units, further, clusters, dict(zip(core, rows, strict=True)), vectors, limits)
    return [part for cluster in clusters for part in _kept_apart(units, cluster)]


def _join_nearest(
    units: Sequence[Unit],
    further: Sequence[int],
    clusters: Sequence[Cluster],
    rows: dict[int, Any],
    vectors: _Vectors,
    limits: Limits,
) -> list[Cluster]:
    """Put further units into clusters that are near; those of several opinions that stay are clusters themselves."""
    several = [cluster for cluster in clusters if len(cluster.units) > 1]
    if not several:
        return [Cluster([index]) for index in further if units[index].weight > 1]
    centres = np.stack([_centre(vstack([rows[index] for index in cluster.units])) for cluster in several])
    alone = []
    for indices in _portions(further):
        nearness = vectors.of([units[index].text for index in indices]) @ centres.T
        for index, best, near in zip(indices, nearness.argmax(axis=1), nearness.max(axis=1), strict=True):
            if near >= limits.near:
                several[best].units.append(index)
            elif units[index].weight > 1:
                alone.append(Cluster([index]))
    return alone


def _labels(rows: Any, limits: Limits) -> list[int]:
    if rows.shape[0] < 2:
        return [0] * rows.shape[0]
    distances = np.clip(1.0 - (rows @ rows.T).toarray(), 0.0, 1.0)
    method = AgglomerativeClustering(
        n_clusters=None, metric="precomputed", linkage="average", distance_threshold=1.0 - limits.alike
    )
    labels: list[int] = method.fit_predict(distances).tolist()
    return labels


def _centre(rows: Any) -> Floats:
    """The mean of vectors, of length 1."""
    mean = np.asarray(rows.mean(axis=0), dtype=np.float32).ravel()
    length = float(np.linalg.norm(mean))
    return mean / length if length else mean


def _kept_apart(units: Sequence[Unit], cluster: Cluster) -> Iterator[Cluster]:
    """The cluster without those that a person has kept apart from one of it; each of them alone."""
    taken: set[int] = set()
    together: list[int] = []
    for index in cluster.units:
        if taken.isdisjoint(units[index].apart):
            together.append(index)
            taken |= units[index].apart
        else:
            yield Cluster([index])
    yield Cluster(together)


def typical(texts: Sequence[str], weights: Sequence[int]) -> list[int]:
    """The texts by index from the most typical: nearest to the weighted centre of all, then the heaviest, the first."""
    if len(texts) < 2:
        return list(range(len(texts)))
    rows = _Vectors(texts).of(texts)
    weighted = rows.copy()
    weighted.data *= np.repeat(np.log1p(np.asarray(weights, dtype=np.float32)), np.diff(rows.indptr))
    nearness = np.round(np.asarray(rows @ _centre(weighted)).ravel(), 5)
    return sorted(range(len(texts)), key=lambda index: (-nearness[index], -weights[index], index))


def _portions(indices: Iterable[int]) -> Iterator[list[int]]:
    portion: list[int] = []
    for index in indices:
        portion.append(index)
        if len(portion) == ASSIGNED_AT_ONCE:
            yield portion
            portion = []
    if portion:
        yield portion
