"""Texts of one question, like with like: the same measure as for comments (core.similarity). Nothing is dropped."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from core.similarity import syllables, text_fingerprint


@dataclass(frozen=True)
class Alike:
    """Texts that say nearly the same; ``texts``: each wording once, with how often, the most frequent first."""

    texts: tuple[tuple[str, int], ...]

    @property
    def count(self) -> int:
        return sum(n for _text, n in self.texts)


def group_texts(texts: Sequence[str]) -> list[Alike]:
    """Every text in one group, the largest group first."""
    from core.similarity import families  # noqa: PLC0415  # numpy: not when the site starts

    wordings: dict[str, list[str]] = defaultdict(list)
    for text in texts:
        wordings[text_fingerprint(text)].append(text)
    if not wordings:
        return []
    firsts = [same[0] for same in wordings.values()]
    counts = [len(same) for same in wordings.values()]
    leaders = families.group([syllables(text) for text in firsts], counts)
    groups: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for leader, text, n in zip(leaders, firsts, counts, strict=True):
        groups[leader].append((text, n))
    found = [Alike(tuple(sorted(group, key=lambda wording: -wording[1]))) for group in groups.values()]
    return sorted(found, key=lambda alike: -alike.count)
