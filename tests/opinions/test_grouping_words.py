"""Clusters and key phrases: pure, and the same in every run."""

from itertools import chain

import pytest

from opinions.analysis.clusters import Anchor, Limits, Unit, propose, typical
from opinions.analysis.phrases import Background, key_phrases
from tests.support.limits import SOAK, within

WAIT = [
    "Đề nghị rút ngắn thời hạn cấp thẻ xuống năm ngày.",
    "Thời hạn cấp thẻ quá dài, cần rút ngắn.",
    "de nghi rut ngan thoi han cap the",
    "Mong rút ngắn thời hạn cấp thẻ cho người già.",
]
PAY = [
    "Chi phí vận chuyển người bệnh do ai trả?",
    "Cần ghi rõ chi phí vận chuyển người bệnh.",
    "Quỹ nên trả chi phí vận chuyển người bệnh lên tuyến trên.",
]
LONELY = ["Phông chữ của dự thảo khó đọc."]


def units(*texts: str, weight: int = 1, camp: str = "change") -> list[Unit]:
    return [Unit(text, weight, camp) for text in texts]


def found(given: list[Unit], anchors: tuple[Anchor, ...] = (), limits: Limits | None = None) -> list[set[int]]:
    return [set(cluster.units) for cluster in propose(given, anchors, limits)]


class TestPropose:
    def test_puts_together_what_says_the_same_and_leaves_out_what_is_like_nothing(self) -> None:
        assert found(units(*WAIT, *LONELY, *PAY)) == [{0, 1, 2, 3}, {5, 6, 7}]

    def test_keeps_camps_apart(self) -> None:
        assert found([*units(*WAIT[:2], camp="for"), *units(*WAIT[2:], camp="against")]) == [{0, 1}, {2, 3}]

    def test_makes_a_text_of_many_copies_a_cluster_of_its_own(self) -> None:
        assert found([*units(*LONELY, weight=5), *units(*PAY)]) == [{0}, {1, 2, 3}]

    def test_never_puts_together_what_is_kept_apart(self) -> None:
        kept = [Unit(text, 1, "change", apart=frozenset({3} if at in (0, 3) else ())) for at, text in enumerate(WAIT)]
        for cluster in found(kept):
            assert not {0, 3} <= cluster

    def test_proposes_into_a_group_that_says_the_same_unless_it_is_barred(self) -> None:
        anchor = Anchor(9, WAIT[:2], frozenset({"change"}))
        given = [Unit(WAIT[2], 1, "change"), Unit(WAIT[3], 1, "change", barred=frozenset({9})), *units(*LONELY)]
        (cluster,) = propose(given, (anchor,))
        assert (cluster.anchor, cluster.units) == (9, [0])
        assert found(units(WAIT[2], camp="for"), (anchor,)) == []

    def test_gives_the_same_to_the_core_and_to_those_beyond_it(self) -> None:
        given = units(*WAIT, *PAY, *WAIT, *PAY)
        few = found(given, limits=Limits(core=7, alike=0.12, near=0.2))
        assert few == [{0, 1, 2, 3, 7, 8, 9, 10}, {4, 5, 6, 11, 12, 13}]

    @pytest.mark.parametrize("texts", [[], ["👍"], ["👍", ""], ["a", "a"]])
    def test_takes_texts_without_words(self, texts: list[str]) -> None:
        assert all(cluster <= set(range(len(texts))) for cluster in found(units(*texts)))

    @pytest.mark.scaled
    def test_stays_bounded_when_a_place_has_very_many(self) -> None:
        many = 40_000 if SOAK else 1_500
        given = units(*(f"{WAIT[n % 4]} Việc thứ {n} của xã {n % 97}." for n in range(many)))
        with within(60):
            clusters = found(given, limits=Limits(core=500, alike=0.12, near=0.2))
        assert len(list(chain(*clusters))) == len(set(chain(*clusters)))


class TestTypical:
    def test_is_the_text_nearest_to_all_and_the_order_is_whole(self) -> None:
        order = typical([*LONELY, *WAIT], [1] * 5)
        assert order[-1] == 0
        assert sorted(order) == list(range(5))
        assert typical(["a"], [1]) == [0]


class TestKeyPhrases:
    def test_tell_a_cluster_from_its_place_with_marks_as_written(self) -> None:
        background = Background([*WAIT, *PAY, *LONELY])
        assert "thời hạn cấp thẻ" in " | ".join(key_phrases(WAIT, background))
        assert "chi phí vận chuyển người bệnh" in key_phrases(PAY, background)

    def test_do_not_repeat_each_other_and_are_bounded(self) -> None:
        phrases = key_phrases(PAY * 30, Background(PAY), limit=3)
        assert len(phrases) <= 3
        assert not any(one in other for one in phrases for other in phrases if one != other)

    def test_of_texts_without_words_are_none(self) -> None:
        assert key_phrases(["", "👍"], Background([])) == []
