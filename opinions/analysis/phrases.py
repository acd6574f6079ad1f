"""Words that tell a cluster of opinions from the others on its place, as people wrote them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import log

from core.similarity import syllables
from core.text import has_marks, words

SHORTEST, LONGEST = 2, 6
"""Syllables in a phrase."""
READ = 40
"""So many texts of a cluster are read."""
SHARE = 0.25
"""A phrase stands in at least this share of the texts, and in two."""

Run = tuple[str, ...]


class Background:
    """In how many of the texts of a place each run of syllables stands; made once for all clusters of the place."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = len(texts)
        self.counts = _counted([syllables(text) for text in texts])


def key_phrases(texts: Sequence[str], background: Background, limit: int = 4) -> list[str]:
    """At most ``limit`` runs of two to six syllables, the most telling first, none within another.

    A run tells more, the more of ``texts`` and the fewer of the others have it (the weighting of c-TF-IDF: Grootendorst
    2022). Marks are as most of those wrote it who wrote marks at all.
    """
    texts = texts[:READ]
    read = [syllables(text) for text in texts]
    least = max(2 if len(texts) > 1 else 1, SHARE * len(texts))
    scores = {
        run: count / len(texts) * log(1 + (background.texts + 1) / (background.counts[run] + 1)) * (1 + 0.25 * len(run))
        for run, count in _counted(read).items()
        if count >= least and not all(syllable.isdigit() for syllable in run)
    }
    chosen: list[Run] = []
    for run in sorted(scores, key=lambda run: (-round(scores[run], 6), -len(run), run)):
        if not any(_overlap(run, other) for other in chosen):
            chosen.append(run)
        if len(chosen) == limit:
            break
    return [_as_written(run, texts, read) for run in chosen]


def _counted(read: Sequence[Sequence[str]]) -> Counter[Run]:
    """In how many texts (their syllables) each run stands."""
    counts: Counter[Run] = Counter()
    for found in read:
        counts.update(set(_runs(found)))
    return counts


def _runs(found: Sequence[str]) -> Iterator[Run]:
    for length in range(SHORTEST, LONGEST + 1):
        yield from zip(*(found[at:] for at in range(length)), strict=False)


def _overlap(run: Run, other: Run) -> bool:
    """Do they share two syllables in a row, or is one so short that a syllable is half of it?"""
    if min(len(run), len(other)) == SHORTEST and not set(run).isdisjoint(other):
        return True
    return not set(pairwise(run)).isdisjoint(pairwise(other))


def _as_written(run: Run, texts: Sequence[str], read: Sequence[Sequence[str]]) -> str:
    """How the run is written most often, with marks if anybody wrote them."""
    sought, forms = f" {' '.join(run)} ", Counter[str]()
    for text, found in zip(texts, read, strict=True):
        before, here, _ = f" {' '.join(found)} ".partition(sought)
        written = words(text)
        if here and len(written) == len(found):  # not so where a sign stands for words, as % does
            at = before.count(" ")
            forms[" ".join(written[at : at + len(run)]).lower()] += 1
    if not forms:
        return " ".join(run)
    return min(forms, key=lambda form: (not has_marks(form), -forms[form], form))
