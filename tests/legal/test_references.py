"""References in running text: what they name, where they begin and end, and what is no reference of ours."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legal.anchors import place_nodes
from legal.nodes import Kind
from legal.outline import outline_bytes
from legal.references import Entry, ReferenceIndex
from tests.legal.documents import FILES, outline

TABLE = [
    line.split("\t")
    for name in ("references.tsv", "references_fresh.tsv")
    for line in Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]
DECREE = """CHÍNH PHỦ
NGHỊ ĐỊNH
Ban hành Quy chế làm việc
Điều 1. Ban hành
1. Một.
2. Hai.
Điều 2. Thi hành
Thi hành.
Điều 3. Hiệu lực
Như trên.
TM. CHÍNH PHỦ
THỦ TƯỚNG
QUY CHẾ
Làm việc
(Ban hành kèm theo Nghị định số 1/2026/NĐ-CP)
Chương I
QUY ĐỊNH CHUNG
Điều 1. Phạm vi
1. Một.
2. Hai:
a) nhỏ;
b) nhỏ;
đ) nhỏ.
Điều 2. Nguyên tắc
Như trên.
Điều 3. Khác
a) chỉ có điểm;
b) nữa.
"""


@cache
def index(name: str) -> ReferenceIndex:
    return ReferenceIndex.of(outline(name))


@cache
def texts(name: str) -> dict[str, str]:
    return {place.anchor: place.node.text for place in place_nodes(outline(name).nodes)}


@cache
def decree() -> ReferenceIndex:
    return ReferenceIndex.of(outline_bytes(DECREE.encode(), "a.txt"))


def links(text: str, here: str) -> list[str]:
    """Each reference as "words → anchor"."""
    return [f"{text[r.start : r.end]} → {r.target}" for r in decree().find(text, here)]


class TestRealLaws:
    def test_are_a_sample_large_enough(self) -> None:
        assert sum(len(row[3].split()) for row in TABLE if row[3] != "-") >= 250
        assert sum(row[3] == "-" for row in TABLE) >= 40

    @pytest.mark.parametrize("name", sorted({row[0] for row in TABLE}))
    def test_name_what_was_read_by_eye(self, name: str) -> None:
        wrong = []
        for _, anchor, words, wanted in (row for row in TABLE if row[0] == name):
            text = texts(name)[anchor]
            at = text.index(words)
            found = index(name).find(text, anchor)
            inside = [r.target for r in found if at <= r.start and r.end <= at + len(words)]
            if (" ".join(inside) or "-") != wanted:
                wrong.append((anchor, words, inside))
        assert wrong == []

    @pytest.mark.parametrize("name", FILES)
    def test_do_not_overlap_and_stand_inside_the_text(self, name: str) -> None:
        anchors = set(texts(name))
        for anchor, text in texts(name).items():
            at = 0
            for found in index(name).find(text, anchor):
                assert at <= found.start < found.end <= len(text)
                assert found.target in anchors
                at = found.end


HERE = "quy-che-dieu-1-khoan-2-diem-b"


class TestForms:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("theo khoản này và Điều này", ["khoản này → quy-che-dieu-1-khoan-2", "Điều này → quy-che-dieu-1"]),
            ("điểm này", [f"điểm này → {HERE}"]),
            ("Chương này", ["Chương này → quy-che-chuong-i"]),
            (
                "các điều 1, 2 và 3",
                ["các điều 1 → quy-che-dieu-1", "2 → quy-che-dieu-2", "3 → quy-che-dieu-3"],
            ),
            (
                "các điểm a, b và đ khoản 2 Điều 1",
                [
                    "các điểm a → quy-che-dieu-1-khoan-2-diem-a",
                    "b → quy-che-dieu-1-khoan-2-diem-b",
                    "đ khoản 2 Điều 1 → quy-che-dieu-1-khoan-2-diem-dd",
                ],
            ),
            (
                "khoản 1 và khoản 2 Điều này",
                ["khoản 1 → quy-che-dieu-1-khoan-1", "khoản 2 Điều này → quy-che-dieu-1-khoan-2"],
            ),
            (
                "khoản 1, điểm a khoản 2 Điều 1 và Điều 2",
                [
                    "khoản 1 → quy-che-dieu-1-khoan-1",
                    "điểm a khoản 2 Điều 1 → quy-che-dieu-1-khoan-2-diem-a",
                    "Điều 2 → quy-che-dieu-2",
                ],
            ),
            ("điểm b Điều 3 Quy chế này", ["điểm b Điều 3 → quy-che-dieu-3-diem-b"]),
            ("Điểm a, Khoản 2, Điều 1", ["Điểm a, Khoản 2, Điều 1 → quy-che-dieu-1-khoan-2-diem-a"]),
            ("Điều 3 của Quy chế này", ["Điều 3 → quy-che-dieu-3"]),
            ("Điều 3 của Nghị định này", ["Điều 3 → dieu-3"]),
            ("khoản 2 Điều 1 Nghị định này", ["khoản 2 Điều 1 → dieu-1-khoan-2"]),
            ("từ Điều 1 đến Điều 3", ["Điều 1 → quy-che-dieu-1", "Điều 3 → quy-che-dieu-3"]),
            ("Chương I của Quy chế này", ["Chương I → quy-che-chuong-i"]),
            ("quy định tại Điều 2, 30 ngày sau", ["Điều 2 → quy-che-dieu-2"]),
            ("Ðiều 2 (chữ Ð khác)", ["Ðiều 2 → quy-che-dieu-2"]),
        ],
    )
    def test_are_found(self, text: str, expected: list[str]) -> None:
        assert links(text, HERE) == expected

    @pytest.mark.parametrize(
        "text",
        [
            "Điều 2 của Luật Đất đai",
            "Điều 1 và Điều 2 Luật Đất đai",
            "khoản 1 Điều 1, điểm b khoản 2 Điều 1 và Điều 3 của Bộ luật Dân sự",
            "Điều 2 Nghị định số 30/2020/NĐ-CP",
            "Điều 2, Luật Đất đai",
            "Điều 2 của Luật đó",
            "Điều 2 Hiến pháp",
            "Điều 2 của Công ước Viên",
            "Điều 2 của Thông tư này",
            "Điều 99",
            "khoản 9 Điều 1",
            "khoản 1",
            "điểm a",
            "điều này",
            "các khoản này",
            "thời điểm này",
            "địa điểm a",
            "tài khoản 1 Điều",
            "Điều lệ 2",
            "Điều 2,5",
            "điều 2% ",
            "Mục đích 1",
            "Chương trình 1",
        ],
    )
    def test_that_are_none_of_ours_are_left_alone(self, text: str) -> None:
        assert links(text, HERE) == []

    def test_mean_the_text_they_stand_in(self) -> None:
        assert links("Điều 2 và Điều 3 của Quy chế này", "dieu-3") == [
            "Điều 2 → quy-che-dieu-2",
            "Điều 3 → quy-che-dieu-3",
        ]
        assert links("Điều 2", "dieu-3") == ["Điều 2 → dieu-2"]
        assert links("Điều 2 Quy chế ban hành kèm theo Nghị định này", "dieu-3") == ["Điều 2 → quy-che-dieu-2"]

    def test_from_nowhere_are_none(self) -> None:
        assert links("Điều 2", "khong-co") == []


class TestIndex:
    def test_is_made_of_stored_rows(self) -> None:
        rows = [
            Entry("dieu-1", Kind.ARTICLE, "1"),
            Entry("dieu-1-khoan-1", Kind.CLAUSE, "1", "dieu-1"),
            Entry("dieu-1-khoan-1-ban-2", Kind.CLAUSE, "1", "dieu-1"),
            Entry("dieu-2", Kind.ARTICLE, "2"),
        ]
        found = ReferenceIndex(rows, title="LUẬT MẪU").find("Điều 2 của Luật này, khoản 1 Điều 1", "dieu-1")
        assert [r.target for r in found] == ["dieu-2"]  # two Khoản of one number: neither is named

    def test_survives_rows_that_hold_each_other(self) -> None:
        rows = [Entry("a", Kind.ARTICLE, "1", "b"), Entry("b", Kind.CLAUSE, "1", "a")]
        assert isinstance(ReferenceIndex(rows).find("khoản 1 Điều 1", "a"), list)


PIECES = ["điểm a", "khoản 1", ",", " và ", " ", "Điều 1", "Điều này", "2", "của Luật này", "Chương I", "\n", "các",
          "khoản này", "đến", "Quy chế này", "x"]  # fmt: skip


class TestAnyText:
    @given(st.lists(st.sampled_from(PIECES), max_size=30))
    @settings(max_examples=200, deadline=None)
    def test_gives_spans_in_order(self, words: list[str]) -> None:
        text = " ".join(words)
        found = decree().find(text, HERE)
        at = 0
        for one in found:
            assert at <= one.start < one.end <= len(text)
            at = one.end
