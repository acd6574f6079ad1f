"""Word-level comparison of two texts, as a reader would mark it by hand.

Words of Vietnamese are written as syllables, so the units are syllables and punctuation marks; spaces never count. A
text is first tied together at the syllables and pairs of syllables that occur once in each version, then compared
finely between those points, so that time stays close to linear however long the texts are.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from core.text import nfc

Op = Literal["same", "ins", "del"]
_TOKEN = re.compile(r"\w+(?:[.,/-]\w+)*|[^\w\s]")
_FINE = 250_000
"""Up to this product of lengths two stretches are compared exactly."""
_COARSE = 40_000_000
"""Up to this product common words are left out of account; beyond it the stretch counts as rewritten."""
_DEPTH = 30
"""How often a stretch may be cut at its anchors again."""


@dataclass(slots=True, frozen=True)
class Segment:
    """A stretch of text that stayed, came in or went out."""

    op: Op
    text: str


@dataclass(slots=True, frozen=True)
class Change:
    """How many words came in and went out, and how alike the texts are (1.0: the same words)."""

    added: int
    removed: int
    similarity: float


@dataclass(slots=True, frozen=True)
class _Block:
    """A run of equal tokens: where it begins in each text, and how long it is."""

    old: int
    new: int
    size: int


def redline(old: str, new: str) -> list[Segment]:
    """What turns ``old`` into ``new``: same + ins is the new text exactly, same + del the old but for spaces.

    Neighbouring segments differ in kind; where words are replaced, the deletion comes first.
    """
    a, b = _split(nfc(old)), _split(nfc(new))
    blocks = _without_islands(_match([t.strip() for t in a], [t.strip() for t in b]), a, b)
    segments: list[Segment] = []
    at_old = at_new = 0
    for block in [*blocks, _Block(len(a), len(b), 0)]:
        _add(segments, "del", "".join(a[at_old : block.old]))
        _add(segments, "ins", "".join(b[at_new : block.new]))
        _add(segments, "same", "".join(b[block.new : block.new + block.size]))
        at_old, at_new = block.old + block.size, block.new + block.size
    return segments


def measure(old: str, new: str) -> Change:
    """Words added and removed, and the share of words both texts have in common and in order."""
    a, b = _words(old), _words(new)
    same = sum(block.size for block in _match(a, b))
    total = len(a) + len(b)
    return Change(len(b) - same, len(a) - same, 2 * same / total if total else 1.0)


def _words(text: str) -> list[str]:
    return [word for word in _TOKEN.findall(nfc(text)) if word[0].isalnum()]


def _split(text: str) -> list[str]:
    """Tokens with the space after each; space at the very start goes with the first."""
    tokens: list[str] = []
    at = 0
    for found in _TOKEN.finditer(text):
        if tokens:
            tokens[-1] += text[at : found.start()]
            tokens.append(found[0])
        else:
            tokens.append(text[: found.end()])
        at = found.end()
    if tokens:
        tokens[-1] += text[at:]
    return tokens or ([text] if text else [])


def _add(segments: list[Segment], op: Op, text: str) -> None:
    if not text:
        return
    if segments and segments[-1].op == op:
        segments[-1] = Segment(op, segments[-1].text + text)
    else:
        segments.append(Segment(op, text))


# --- matching ---------------------------------------------------------------------------------------------------------


def _match(a: Sequence[str], b: Sequence[str]) -> list[_Block]:
    """Runs of equal tokens in order, not touching each other."""
    pairs: list[_Block] = []
    work = [(0, len(a), 0, len(b), 0)]
    while work:
        a0, a1, b0, b1, depth = work.pop()
        head = _common(a, b, a0, a1, b0, b1, 1)
        pairs.append(_Block(a0, b0, head))
        a0, b0 = a0 + head, b0 + head
        tail = _common(a, b, a0, a1, b0, b1, -1)
        a1, b1 = a1 - tail, b1 - tail
        pairs.append(_Block(a1, b1, tail))
        if a0 == a1 or b0 == b1:
            continue
        if (a1 - a0) * (b1 - b0) <= _FINE:
            pairs.extend(_compare(a, b, a0, a1, b0, b1))
            continue
        anchors = _anchors(a, b, a0, a1, b0, b1) if depth < _DEPTH else []
        if not anchors:
            if (a1 - a0) * (b1 - b0) <= _COARSE:
                pairs.extend(_compare(a, b, a0, a1, b0, b1))
            continue
        for x, y in anchors:
            work.append((a0, x, b0, y, depth + 1))
            pairs.append(_Block(x, y, 1))
            a0, b0 = x + 1, y + 1
        work.append((a0, a1, b0, b1, depth + 1))
    return _joined(pairs)


def _common(a: Sequence[str], b: Sequence[str], a0: int, a1: int, b0: int, b1: int, step: int) -> int:
    """How many tokens are equal from the start (step 1) or the end (step -1)."""
    limit = min(a1 - a0, b1 - b0)
    x, y = (a0, b0) if step == 1 else (a1 - 1, b1 - 1)
    count = 0
    while count < limit and a[x + step * count] == b[y + step * count]:
        count += 1
    return count


def _compare(a: Sequence[str], b: Sequence[str], a0: int, a1: int, b0: int, b1: int) -> list[_Block]:
    exact = (a1 - a0) * (b1 - b0) <= _FINE
    matcher = SequenceMatcher(None, a[a0:a1], b[b0:b1], autojunk=not exact)
    return [_Block(a0 + m.a, b0 + m.b, m.size) for m in matcher.get_matching_blocks() if m.size]


def _anchors(a: Sequence[str], b: Sequence[str], a0: int, a1: int, b0: int, b1: int) -> list[tuple[int, int]]:
    """Places that surely belong together: runs of one to three tokens that occur once in each stretch, in order."""
    for length in (1, 2, 3, 5):
        found = _unique_pairs(_grams(a, a0, a1, length), _grams(b, b0, b1, length))
        if found:
            return _increasing(found)
    return []


def _grams(tokens: Sequence[str], start: int, end: int, length: int) -> dict[tuple[str, ...], int]:
    """Runs of tokens that occur exactly once in the stretch → where they begin."""
    grams = [tuple(tokens[at : at + length]) for at in range(start, end - length + 1)]
    counts = Counter(grams)
    return {gram: start + at for at, gram in enumerate(grams) if counts[gram] == 1}


def _unique_pairs(a: dict[tuple[str, ...], int], b: dict[tuple[str, ...], int]) -> list[tuple[int, int]]:
    return [(at, b[gram]) for gram, at in a.items() if gram in b]


def _increasing(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest chain of pairs that goes forward in both texts."""
    tails: list[int] = []
    ends: list[int] = []
    back: list[int] = []
    for index, (_, y) in enumerate(pairs):
        at = bisect_left(tails, y)
        back.append(ends[at - 1] if at else -1)
        if at == len(tails):
            tails.append(y)
            ends.append(index)
        else:
            tails[at], ends[at] = y, index
    chain: list[tuple[int, int]] = []
    index = ends[-1] if ends else -1
    while index >= 0:
        chain.append(pairs[index])
        index = back[index]
    return chain[::-1]


def _joined(blocks: list[_Block]) -> list[_Block]:
    """In order, neighbours that touch made one."""
    out: list[_Block] = []
    for block in sorted((one for one in blocks if one.size), key=lambda one: (one.old, one.new)):
        if out and out[-1].old + out[-1].size == block.old and out[-1].new + out[-1].size == block.new:
            out[-1] = _Block(out[-1].old, out[-1].new, out[-1].size + block.size)
        else:
            out.append(block)
    return out


# --- reading well -----------------------------------------------------------------------------------------------------


def _without_islands(blocks: list[_Block], a: list[str], b: list[str]) -> list[_Block]:
    """Drop runs so short between two large changes that marking them apart would only confuse."""
    kept: list[_Block] = []
    for index, block in enumerate(blocks):
        before = kept[-1] if kept else _Block(0, 0, 0)
        after = blocks[index + 1] if index + 1 < len(blocks) else _Block(len(a), len(b), 0)
        at_edge = block.old + block.size == len(a) and block.new + block.size == len(b)
        if (block.old, block.new) == (0, 0) or at_edge or not _is_island(block, before, after, a):
            kept.append(block)
    return kept


def _is_island(block: _Block, before: _Block, after: _Block, a: list[str]) -> bool:
    words = sum(1 for token in a[block.old : block.old + block.size] if token[:1].isalnum())
    if words > 2:
        return False
    left = (block.old - before.old - before.size, block.new - before.new - before.size)
    right = (after.old - block.old - block.size, after.new - block.new - block.size)
    replaced = min(left) > 0 and min(right) > 0
    if words == 0:
        return replaced
    return replaced and sum(left) >= 3 * words and sum(right) >= 3 * words
