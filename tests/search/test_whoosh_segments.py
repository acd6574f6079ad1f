"""How the segments of a Whoosh index become one: seldom, a few at a time, and with nothing lost or found twice."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from search.analysis import terms
from search.engines.base import SearchQuery
from search.engines.whoosh import WhooshEngine, writing
from search.query import parse
from tests.search.test_safety import document

WORDS = ["đất", "đai", "hộ", "gia", "đình", "quyền", "sử", "dụng", "bồi", "thường"]
MOST = 40  # documents merged at once, in place of 6,000


@pytest.fixture(autouse=True)
def _small_merges(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "_LARGEST_MERGE", MOST)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[WhooshEngine]:
    made = WhooshEngine(tmp_path / "index")
    made.clear()
    yield made
    made.close()


def sizes(engine: WhooshEngine) -> list[tuple[int, int]]:
    """Documents of each segment, and how many of them are deleted."""
    with engine._reading() as segments:
        return [
            (len(each.columns), 0 if each.live is None else len(each.columns) - len(each.live)) for each in segments
        ]


def answers(engine: WhooshEngine) -> dict[str, list[tuple[str, int]]]:
    """The documents that each word and each pair of words finds."""
    asked = [*WORDS, *(f'"{left} {right}"' for left in WORDS for right in WORDS)]
    found = {text: engine.search(SearchQuery(words=parse(text, terms), facets=(), limit=1000)) for text in asked}
    return {text: sorted(hit.key for hit in result.hits) for text, result in found.items()}


def test_small_segments_become_larger_ones_up_to_a_size(engine: WhooshEngine) -> None:
    for id_ in range(400):
        engine.add([document(id_, "đất đai")])
    assert engine.count() == 400
    assert len(sizes(engine)) <= 7 + 7 + 400 // (MOST // 2)
    assert max(held for held, _deleted in sizes(engine)) <= MOST + 1


def test_what_is_mostly_deleted_is_written_anew(engine: WhooshEngine) -> None:
    engine.add([document(id_, "đất đai") for id_ in range(30)])
    engine.add([document(id_, "đất đai") for id_ in range(100, 200)])
    engine.delete("comment", range(15))
    assert (30, 15) in sizes(engine), "half of it serves"
    engine.delete("comment", range(15, 20))
    assert sorted(sizes(engine)) == [(10, 0), (100, 0)]


def test_a_segment_with_nothing_left_goes(engine: WhooshEngine) -> None:
    engine.add([document(1, "đất")])
    engine.delete("comment", [1])
    assert sizes(engine) == []


@pytest.mark.parametrize("seed", range(5))
def test_writes_at_random_find_what_one_write_of_the_outcome_finds(
    engine: WhooshEngine, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    held: dict[int, str] = {}
    for _write in range(60):
        ids = chance.sample(range(120), chance.choice((1, 1, 2, 12)))
        if chance.random() < 0.3:
            engine.delete("comment", ids)
            held = {id_: body for id_, body in held.items() if id_ not in ids}
        else:
            new = {id_: " ".join(chance.choices(WORDS, k=chance.randint(1, 9))) for id_ in ids}
            engine.add(document(id_, body) for id_, body in new.items())
            held |= new
    whole = WhooshEngine(tmp_path / "whole")
    whole.clear()
    whole.add(document(id_, body) for id_, body in held.items())
    assert answers(engine) == answers(whole)
    assert any(answers(engine).values())
    engine.check()
    whole.close()
