"""Bars: their parts fill what they have, and what holds anything can be seen."""

import pytest

from app.filters import lengths


@pytest.mark.parametrize(
    "counts", [(1, 0, 0, 0), (1, 1, 1, 1), (1_000_000, 1, 0, 1), (7, 0, 0, 3)], ids=["one", "four", "tiny", "two"]
)
def test_fill_the_bar_with_gaps_between(counts: tuple[int, ...]) -> None:
    parts = lengths([(str(number), count) for number, count in enumerate(counts)], gap=1.6)
    assert [name for name, _x, _width in parts] == [str(number) for number, count in enumerate(counts) if count]
    assert min(float(width) for _name, _x, width in parts) > 1
    ends = [float(x) + float(width) for _name, x, width in parts]
    assert ends[-1] == pytest.approx(100, abs=0.05)
    assert [float(x) for _name, x, _width in parts[1:]] == pytest.approx([end + 1.6 for end in ends[:-1]], abs=0.05)


def test_a_bar_of_nothing_has_no_parts() -> None:
    assert lengths([("a", 0), ("b", 0)], gap=1.6) == []
