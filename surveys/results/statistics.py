"""Pearson's test of independence, and the tail of its distribution, without a library of statistics."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

LEAST_EXPECTED = 5.0
"""Cochran's rule: below it in any cell the distribution is only roughly that of chi-square."""
_STEPS = 10_000


@dataclass(frozen=True)
class ChiSquare:
    """``p``: how often chance alone gives a statistic at least as large. ``cautious``: an expected count is below 5.

    ``small``: how many of the ``cells`` have so small an expected count. ``cramers_v``: strength from 0 to 1.
    """

    statistic: float
    freedom: int
    p: float
    small: int
    cells: int
    cramers_v: float

    @property
    def cautious(self) -> bool:
        return self.small > 0


def chi_square(table: Sequence[Sequence[int]]) -> ChiSquare | None:
    """The test on a table of counts; empty rows and columns are left out. None where fewer than two remain."""
    rows = [row for row in table if sum(row)]
    columns = [column for column in zip(*rows, strict=True) if sum(column)]
    if len(rows) < 2 or len(columns) < 2:
        return None
    across, down = [sum(column) for column in columns], [sum(row) for row in zip(*columns, strict=True)]
    total = sum(down)
    statistic, small = 0.0, 0
    for column, sum_of_column in zip(columns, across, strict=True):
        for n, sum_of_row in zip(column, down, strict=True):
            expected = sum_of_row * sum_of_column / total
            statistic += (n - expected) ** 2 / expected
            small += expected < LEAST_EXPECTED
    freedom = (len(down) - 1) * (len(across) - 1)
    strength = math.sqrt(statistic / (total * (min(len(down), len(across)) - 1)))
    return ChiSquare(statistic, freedom, upper_tail(statistic, freedom), small, len(down) * len(across), strength)


def upper_tail(statistic: float, freedom: int) -> float:
    """P(X >= statistic) of chi-square: the regularised upper incomplete gamma function Q(freedom / 2, statistic / 2).

    By series below the mean and by Lentz's continued fraction above: Numerical Recipes, 3rd edition, section 6.2.
    """
    a, x = freedom / 2, statistic / 2
    if x <= 0:
        return 1.0
    scale = math.exp(a * math.log(x) - x - math.lgamma(a))
    return max(0.0, 1.0 - scale * _series(a, x)) if x < a + 1 else min(1.0, scale * _fraction(a, x))


def _series(a: float, x: float) -> float:
    term = total = 1 / a
    for step in range(1, _STEPS):
        term *= x / (a + step)
        total += term
        if term < total * 1e-15:
            break
    return total


def _fraction(a: float, x: float) -> float:
    tiny = 1e-300
    b = x + 1 - a
    c, d = 1 / tiny, 1 / (b or tiny)
    total = d
    for step in range(1, _STEPS):
        factor = -step * (step - a)
        b += 2
        d = 1 / ((factor * d + b) or tiny)
        c = (b + factor / c) or tiny
        total *= d * c
        if abs(d * c - 1) < 1e-15:
            break
    return total
