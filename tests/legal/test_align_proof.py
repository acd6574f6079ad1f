"""How often the alignment is right: against a sample read by eye, and against edits whose truth is known."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from benchmarks._edits import pieces_of, settle, write
from benchmarks.align import judge
from legal.align import align
from legal.outline import outline_bytes
from tests.legal.documents import outline
from tests.support.limits import within


def sample(name: str) -> list[list[list[str]]]:
    """Rows read by eye, each with the answers that are right: old, new, change. A fourth column says why."""
    lines = Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()
    return [[answer.split("\t")[:3] for answer in line.split("|")] for line in lines if not line.startswith("#")]


@cache
def answers() -> set[tuple[str, ...]]:
    """What the alignment says of the two versions of the health insurance law."""
    pairs = align(outline("A"), outline("B"))
    return {(p.old.citation if p.old else "-", p.new.citation if p.new else "-", p.change.value) for p in pairs}


@pytest.mark.parametrize("name", ["alignment.tsv", "alignment_fresh.tsv"])
class TestTwoVersionsOfALaw:
    def test_are_sampled_widely_enough(self, name: str) -> None:
        rows = sample(name)
        assert len(rows) >= 60
        assert sum(row[0][2] != "same" for row in rows) >= 45

    def test_are_aligned_as_read_by_eye_in_98_of_100(self, name: str) -> None:
        wrong = [row for row in sample(name) if not any(tuple(answer) in answers() for answer in row)]
        assert len(wrong) / len(sample(name)) <= 0.02, wrong


class TestKnownEdits:
    @pytest.mark.parametrize("name", ["07", "B", "04", "01"])
    def test_are_told_in_97_of_100(self, name: str) -> None:
        total, right, wrong = judge(outline(name), outline("03"), seed=11)
        assert total.total() > 150
        assert len(total) >= 7  # every kind of change is among them
        assert right.total() / total.total() >= 0.97, wrong

    @pytest.mark.soak
    @pytest.mark.parametrize("name", ["07", "B", "04", "01"])
    def test_are_told_in_97_of_100_whatever_the_seed(self, name: str) -> None:
        rows = [judge(outline(name), outline("03"), seed) for seed in range(40)]
        assert sum(one[1].total() for one in rows) / sum(one[0].total() for one in rows) >= 0.97


@pytest.mark.scaled
def test_a_law_of_260_articles_is_read_and_aligned_in_time() -> None:
    articles = pieces_of(outline("01"), 260)
    settle(articles)
    text = write(articles).encode()
    with within(1):
        first = outline_bytes(text, "a.txt")
    second = outline_bytes(text.replace("quyền".encode(), "lợi ích".encode()), "b.txt")
    with within(3):
        pairs = align(first, second)
    assert first.counts()["article"] == 260
    assert {pair.change for pair in pairs} == {"same", "edited"}
