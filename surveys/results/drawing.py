"""Where the parts of a picture lie, in units of its viewBox; the templates only write them down."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from core import tilemap
from surveys.results.figures import Group, Line

WIDE = 200.0
"""Of a diverging bar: its middle is at half of it."""
GAP = 0.8
COLUMNS_WIDE, COLUMNS_HIGH = 400.0, 88.0
LETTER = 6.5
"""About how wide a letter of the axis is."""
SHADES = 5


@dataclass(frozen=True)
class Part:
    """A rectangle. ``tone``: -2 (far below the middle) to 2."""

    x: float
    width: float
    tone: int
    line: Line


@dataclass(frozen=True)
class Column:
    """One class of a histogram; ``name`` is empty where the axis has no room for it."""

    x: float
    y: float
    width: float
    height: float
    name: str
    line: Line


def tone(place: int, of: int) -> int:
    """How far a point of a scale lies from its middle: -2 to 2, 0 for the middle itself."""
    away = place - (of - 1) / 2
    return int(math.copysign(2 if abs(away) > (of - 1) / 4 else 1, away)) if away else 0


def diverging(group: Group) -> list[Part]:
    """The points of a scale beside each other, the middle of the scale on the middle of the picture."""
    counts = [line.n or 0 for line in group.lines]
    total = sum(counts)
    if not total or group.has_hidden:
        return []
    tones = [tone(place, len(counts)) for place in range(len(counts))]
    left = sum(n for n, t in zip(counts, tones, strict=True) if t < 0)
    left_of_middle = left + sum(n for n, t in zip(counts, tones, strict=True) if t == 0) / 2
    scale = WIDE / 2 / total
    x, parts = WIDE / 2 - left_of_middle * scale, []
    for line, n, t in zip(group.lines, counts, tones, strict=True):
        if n:
            parts.append(Part(x, max(n * scale - GAP, 0.3), t, line))
        x += n * scale
    return parts


def columns(lines: Sequence[Line]) -> list[Column]:
    """The classes of a histogram as columns; hidden ones have no height."""
    if not lines:
        return []
    top = max([line.n or 0 for line in lines] + [1])
    step = COLUMNS_WIDE / len(lines)
    every = max(1, math.ceil(max(len(line.label) for line in lines) * LETTER / step))
    made = []
    for place, line in enumerate(lines):
        high = (line.n or 0) / top * COLUMNS_HIGH
        name = line.label if place % every == 0 else ""
        made.append(Column(place * step + step * 0.08, 106 - high, step * 0.84, high, name, line))
    return made


def shade(n: int | None, most: int) -> int:
    """How dark a cell of a heat matrix is, 0 to 5: 0 for nothing (and for what is hidden), 5 for the most."""
    return math.ceil(SHADES * n / most) if n and most else 0


def tiles(group: Group) -> tilemap.TileMap:
    """The provinces of a question on a place."""
    return tilemap.draw({line.code: line.n for line in group.lines})
