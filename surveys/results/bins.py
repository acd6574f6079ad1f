"""Classes of a histogram: numbers in steps of 1, 2 or 5 times a power of ten, days by month or by year."""

import math
from collections import Counter
from collections.abc import Mapping

MOST = 12
"""Classes at most."""


def number_bins(values: Mapping[float, int], *, whole: bool) -> list[tuple[str, int]]:
    """(name, count) of each class from the least value to the greatest, empty ones included: "10–19", or "3"."""
    if not values:
        return []
    step, first, last = _steps(min(values), max(values), whole=whole)
    found = Counter[int]()
    for value, n in values.items():
        found[math.floor(value / step + 1e-9)] += n
    return [(_name(place, step, whole=whole), found[place]) for place in range(first, last + 1)]


def number_bin(value: float, least: float, most: float, *, whole: bool) -> str:
    """The class of one value, among those from ``least`` to ``most``."""
    step, _first, _last = _steps(least, most, whole=whole)
    return _name(math.floor(value / step + 1e-9), step, whole=whole)


def _steps(least: float, most: float, *, whole: bool) -> tuple[float, int, int]:
    """The width of a class, and the numbers of the first and the last: class k is [k * width, (k + 1) * width)."""
    span = most - least or 1.0
    power = math.floor(math.log10(max(span / MOST, 1.0) if whole else span / MOST))
    widths = (factor * 10.0**exponent for exponent in range(power, power + 3) for factor in (1, 2, 5))
    for width in widths:
        first, last = math.floor(least / width + 1e-9), math.floor(most / width + 1e-9)
        if last - first < MOST:
            return width, first, last
    raise AssertionError((least, most))


def _name(place: int, width: float, *, whole: bool) -> str:
    low, high = place * width, (place + 1) * width
    if whole:
        return _words(low) if width == 1 else f"{_words(low)}–{_words(high - 1)}"
    return f"{_words(low)}–<{_words(high)}"


def _words(number: float) -> str:
    return f"{number:.10g}".replace(".", ",")


def time_bins(days: Mapping[str, int]) -> list[tuple[str, int]]:
    """(name, count) of each month ("03/2026"), of each year where there are more than twelve; empty ones left out."""
    months, years = Counter[str](), Counter[str]()
    for day, n in days.items():
        months[day[:7]] += n
        years[day[:4]] += n
    if len(months) <= MOST:
        return [(f"{month[5:]}/{month[:4]}", months[month]) for month in sorted(months)]
    return [(year, years[year]) for year in sorted(years)]
