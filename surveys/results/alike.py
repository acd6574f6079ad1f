"""Texts of one question, like with like: the same measure as for comments (core.similarity). Nothing is dropped."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Alike:
    """Texts that say nearly the same; ``texts``: each wording once, with how often, the most frequent first."""

    texts: tuple[tuple[str, int], ...]

    @property
    def count(self) -> int:
        return sum(n for _text, n in self.texts)


def group_texts(texts: Sequence[str]) -> list[Alike]:
    """Every text in one group, the largest group first."""
    import numpy  # noqa: PLC0415  # pages start without it

    from core.similarity import families, sketches, text_fingerprint  # noqa: PLC0415

    wordings: dict[str, list[str]] = defaultdict(list)
    for text in texts:
        wordings[text_fingerprint(text)].append(text)
    if not wordings:
        return []
    firsts = [same[0] for same in wordings.values()]
    counts = [len(same) for same in wordings.values()]
    leaders = families.join(
        sketches.sketch([sketches.syllables(text) for text in firsts]),
        copies=numpy.array(counts),
        known=numpy.full(len(firsts), -1),
    )
    groups: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for leader, text, n in zip(leaders.tolist(), firsts, counts, strict=True):
        groups[leader].append((text, n))
    found = [Alike(tuple(sorted(group, key=lambda wording: -wording[1]))) for group in groups.values()]
    return sorted(found, key=lambda alike: -alike.count)
