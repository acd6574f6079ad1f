"""One provision under many proposed wordings: how many want each word out, and how many want words in between."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from legal.diff import redline

_WORD = re.compile(r"\S+\s*")


@dataclass(frozen=True)
class Part:
    """A stretch of the provision that equally many want out; ``into``: how many want words added behind it."""

    text: str
    out: int
    into: int


def weigh(text: str, proposals: Sequence[tuple[str, int]]) -> list[Part]:
    """The provision in stretches, counted over (wording, how many want it). The stretches together are the text.

    Words that replace others count as out where they stood and as in behind them.
    """
    words = _WORD.findall(text.lstrip())
    starts = list(accumulate((len(word.rstrip()) for word in words), initial=0))  # in letters, spaces aside
    out, into = [0] * len(words), [0] * (len(words) + 1)
    for wording, number in proposals:
        at = 0
        for segment in redline(text, wording):
            length = len("".join(segment.text.split()))
            if segment.op == "ins":
                into[min(bisect_left(starts, at), len(words))] += number
                continue
            if segment.op == "del" and length:
                for place in range(bisect_right(starts, at) - 1, min(bisect_left(starts, at + length), len(words))):
                    out[place] += number
            at += length
    return _joined(words, out, into)


def _joined(words: Sequence[str], out: Sequence[int], into: Sequence[int]) -> list[Part]:
    """Neighbouring words that are counted alike make one stretch; an empty one carries what is wanted in front."""
    parts = [Part("", 0, into[0])] if into[0] else []
    held: list[str] = []
    for place, word in enumerate(words):
        held.append(word)
        is_last = place + 1 == len(words)
        if is_last or into[place + 1] or out[place + 1] != out[place]:
            parts.append(Part("".join(held), out[place], into[place + 1]))
            held = []
    return parts
