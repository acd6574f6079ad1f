"""The redline: exact, readable, quick."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legal.diff import measure, redline
from tests.legal.documents import article, path
from tests.support.limits import within

WORDS = st.lists(
    st.sampled_from(["quyền", "của", "người", "dân,", "tổ", "chức;", ".", "(a)", "5%", "“luật”", "đ"]), max_size=40
)


def shown(old: str, new: str) -> str:
    marks = {"same": "{}", "ins": "[+{}+]", "del": "[-{}-]"}
    return "".join(marks[segment.op].format(segment.text) for segment in redline(old, new))


class TestRedline:
    @pytest.mark.parametrize(
        ("old", "new", "expected"),
        [
            ("bảo hiểm y tế.", "bảo hiểm xã hội.", "bảo hiểm [-y tế-][+xã hội+]."),
            ("trong 30 ngày", "trong 15 ngày", "trong [-30 -][+15 +]ngày"),
            ("Cơ quan quyết định.", "Cơ quan, tổ chức quyết định.", "Cơ quan[+, tổ chức +]quyết định."),
            ("a b c", "a b c", "a b c"),
            ("", "mới", "[+mới+]"),
            ("cũ", "", "[-cũ-]"),
            ("", "", ""),
            ("tỷ lệ 0,03%/ngày", "tỷ lệ 0,05%/ngày", "tỷ lệ [-0,03-][+0,05+]%/ngày"),
        ],
    )
    def test_marks_what_a_reader_would_mark(self, old: str, new: str, expected: str) -> None:
        assert shown(old, new) == expected

    def test_does_not_mark_a_change_of_spaces(self) -> None:
        assert [segment.op for segment in redline("một  hai\nba", "một hai ba ")] == ["same"]

    def test_does_not_leave_islands_between_large_changes(self) -> None:
        old = "mười hai con giáp chạy quanh và tám cái cây cao ngất trời"
        new = "năm nay mưa nhiều hơn mọi năm và nước dâng lên rất nhanh"
        assert [segment.op for segment in redline(old, new)] == ["del", "ins"]

    @given(WORDS, WORDS)
    @settings(max_examples=150, deadline=None)
    def test_gives_both_texts_back(self, old_words: list[str], new_words: list[str]) -> None:
        old, new = " ".join(old_words), " ".join(new_words)
        segments = redline(old, new)
        assert "".join(s.text for s in segments if s.op != "del") == new
        assert "".join("".join(s.text for s in segments if s.op != "ins").split()) == "".join(old.split())
        assert all(a.op != b.op for a, b in pairwise(segments))
        assert all(s.text for s in segments)

    def test_of_two_versions_of_an_article_marks_what_was_struck_out(self) -> None:
        old, new = (article(v, "8").children[1].text for v in "AB")
        gone = "".join(segment.text for segment in redline(old, new) if segment.op == "del")
        assert gone == "Trung và quản lý, sử dụng nguồn kinh phí theo quy định tại khoản 3 Điều 35 của Luật này"

    @pytest.mark.scaled
    @pytest.mark.parametrize("case", ["versions", "shuffled", "few words", "one word", "nothing in common"])
    def test_of_a_hundred_kilobytes_is_quick(self, case: str) -> None:
        rng = random.Random(7)
        text = path("A").read_text(encoding="utf-8")
        shuffled = text.split()
        rng.shuffle(shuffled)
        few = ["của", "và", "các", "có", "được", "quy", "định", "luật", "này"]
        pairs = {
            "versions": (text, path("B").read_text(encoding="utf-8")),
            "shuffled": (text, " ".join(shuffled)),
            "few words": (" ".join(rng.choices(few, k=25_000)), " ".join(rng.choices(few, k=25_000))),
            "one word": ("a " * 50_000, "a " * 49_000 + "b"),
            "nothing in common": ("a b " * 25_000, "c d " * 25_000),
        }
        with within(5):
            pieces = redline(*pairs[case])
        assert pieces


class TestMeasure:
    def test_counts_words_not_signs(self) -> None:
        change = measure("Một, hai ba.", "Một hai; bốn năm")
        assert (change.added, change.removed) == (2, 1)

    def test_of_equal_and_of_empty_texts_is_one(self) -> None:
        assert measure("a b", "a  b!").similarity == 1
        assert measure("", "").similarity == 1
        assert measure("a", "").similarity == 0
