"""The counts that were made by grep and then read by eye, document by document."""

from __future__ import annotations

import pytest

from legal.nodes import Kind
from tests.legal.documents import article, numbers, outline, own

KINDS = (
    Kind.PART,
    Kind.CHAPTER,
    Kind.SECTION,
    Kind.SUBSECTION,
    Kind.ARTICLE,
    Kind.ANNEXED,
    Kind.APPENDIX,
    Kind.HEADING,
)

COUNTS = {
    "01": (6, 27, 39, 23, 689, 0, 0, 0),
    "02": (0, 0, 0, 0, 3, 0, 0, 0),
    "03": (0, 7, 2, 0, 45, 0, 2, 0),
    "04": (0, 8, 3, 0, 3 + 46, 1, 0, 0),
    "05": (0, 0, 0, 0, 7, 0, 2, 0),
    "06": (0, 0, 0, 0, 0, 0, 1, 3),
    "07": (0, 7, 0, 0, 43, 0, 0, 0),
    "08": (0, 7, 5, 0, 38, 0, 0, 0),
    "08a": (0, 0, 0, 0, 0, 0, 1, 0),
    "08b": (0, 0, 0, 0, 0, 0, 1, 0),
    "A": (0, 10, 0, 0, 55, 0, 0, 0),
    "B": (0, 10, 0, 0, 57, 0, 0, 0),
}

# Read by eye again: Điều 8 of 03 has a third Khoản (line 284), and Điều 12 of A a Điểm whose mark is glued to that of
# a foot-note (line 408, "c)17"); a search for marks alone finds one fewer.
ARTICLES = [
    ("01", "3", False, 5, 0),
    ("01", "8", False, 9, 0),
    ("01", "117", False, 2, 3),
    ("02", "1", False, 35, 13),
    ("02", "2", False, 0, 0),
    ("02", "3", False, 5, 6),
    ("03", "5", False, 3, 0),
    ("03", "8", False, 3, 5),
    ("03", "44", False, 2, 4),
    ("04", "3", False, 0, 0),
    ("04", "3", True, 6, 2),
    ("04", "16", True, 7, 6),
    ("04", "4", True, 9, 0),
    ("05", "1", False, 4, 0),
    ("05", "5", False, 2, 0),
    ("05", "6", False, 2, 7),
    ("05", "7", False, 5, 0),
    ("07", "2", False, 14, 4),
    ("07", "8", False, 6, 6),
    ("07", "17", False, 6, 16),
    ("08", "3", False, 17, 0),
    ("08", "5", False, 2, 0),
    ("08", "8", False, 4, 13),
    ("A", "9", False, 2, 0),
    ("A", "12", False, 6, 22),
    ("A", "22", False, 7, 8),
    ("B", "9", False, 2, 0),
    ("B", "12", False, 7, 48),
    ("B", "22", False, 6, 14),
]

POINTS = [
    ("01", "117", False, {"1": "a b c"}),
    ("02", "1", False, {"3": "a b", "5": "a b", "13": "a b", "14": "a b c", "20": "a b", "35": "a b"}),
    ("02", "3", False, {"3": "a b", "5": "a b c d"}),
    ("03", "8", False, {"1": "a b c", "2": "a b"}),
    ("03", "44", False, {"2": "a b c d"}),
    ("A", "12", False, {"1": "a b", "2": "a b c d", "3": "a b c d đ e g h i k l m n", "4": "a b c"}),
    ("04", "16", True, {"1": "a b", "2": "a b", "7": "a b"}),
    ("05", "6", False, {"1": "a b", "2": "a b c d đ"}),
    ("07", "2", False, {"5": "a b c d"}),
    ("07", "8", False, {"1": "a b c d đ e"}),
    ("08", "8", False, {"2": "a b c d đ e g h i", "3": "a b c d"}),
    (
        "B",
        "12",
        False,
        {
            "1": "a b c d đ e g h i",
            "2": "a b c d",
            "3": "a b c d đ e g h i k l m n o p q r s t u",
            "4": "a b c d đ e g h i",
            "5": "a b c d",
            "6": "",
            "7": "a b",
        },
    ),
]


class TestCounts:
    @pytest.mark.parametrize("name", COUNTS)
    def test_are_those_counted_by_eye(self, name: str) -> None:
        counts = outline(name).counts()
        assert tuple(counts[kind.value] for kind in KINDS) == COUNTS[name]

    @pytest.mark.parametrize(("name", "number", "annexed", "clauses", "points"), ARTICLES)
    def test_of_khoan_and_diem_in_an_article(
        self, name: str, number: str, annexed: bool, clauses: int, points: int
    ) -> None:
        node = article(name, number, annexed=annexed)
        assert (len(own(node, Kind.CLAUSE)), len(own(node, Kind.POINT))) == (clauses, points)

    @pytest.mark.parametrize(("name", "number", "annexed", "letters"), POINTS)
    def test_of_diem_stand_in_the_right_khoan(
        self, name: str, number: str, annexed: bool, letters: dict[str, str]
    ) -> None:
        node = article(name, number, annexed=annexed)
        held = {clause.number: numbers(own(clause, Kind.POINT)) for clause in own(node, Kind.CLAUSE)}
        assert {number: held[number] for number in letters} == letters
        assert not [number for number, found in held.items() if found and number not in letters]


class TestNumbers:
    def test_of_the_civil_code_run_from_1_to_689(self) -> None:
        found = [node.number for node in outline("01").walk() if node.kind is Kind.ARTICLE]
        assert found == [str(n) for n in range(1, 690)]

    def test_of_version_a_hold_the_inserted_articles(self) -> None:
        found = [node.number for node in outline("A").walk() if node.kind is Kind.ARTICLE and not node.quoted]
        assert found == [*map(str, range(1, 8)), "7a", "7b", "7c", *map(str, range(8, 53))]

    def test_of_version_b_are_those_of_a_with_48a_and_48b(self) -> None:
        a, b = ([n.number for n in outline(v).walk() if n.kind is Kind.ARTICLE] for v in "AB")
        assert [number for number in b if number not in ("48a", "48b")] == a
        assert b[b.index("48") : b.index("49")] == ["48", "48a", "48b"]

    def test_of_the_regulation_begin_again_at_1(self) -> None:
        regulation = next(node for node in outline("04").nodes if node.kind is Kind.ANNEXED)
        assert [n.number for n in regulation.walk() if n.kind is Kind.ARTICLE] == [str(n) for n in range(1, 47)]

    def test_of_headings_and_what_stands_under_them_in_a_text_without_articles(self) -> None:
        headings = [node for node in outline("06").nodes if node.kind is Kind.HEADING]
        assert numbers(headings) == "I II III"
        assert [numbers(own(node, Kind.CLAUSE)) for node in headings] == ["1 2 3 4 5", "1 2 3", "1 2 3"]
        third = own(headings[1], Kind.CLAUSE)[2]
        assert numbers(own(third, Kind.POINT)) == "a b c d đ e g h i k l m n o"


class TestQuotedText:
    def test_holds_the_nineteen_articles_of_the_amending_law(self) -> None:
        quoted = [node.number for node in outline("02").walk() if node.kind is Kind.ARTICLE and node.quoted]
        assert len(quoted) == 19
        assert {"48a", "48b"} <= set(quoted)

    def test_holds_the_article_quoted_in_article_43(self) -> None:
        quoted = [node.number for node in article("03", "43").walk() if node.kind is Kind.ARTICLE and node.quoted]
        assert quoted == ["39"]


class TestWarnings:
    @pytest.mark.parametrize("name", COUNTS)
    def test_are_none_where_the_numbering_is_whole(self, name: str) -> None:
        assert outline(name).warnings == []


class TestTitles:
    @pytest.mark.parametrize(
        ("name", "title"),
        [
            ("01", "BỘ LUẬT DÂN SỰ"),
            ("02", "LUẬT SỬA ĐỔI, BỔ SUNG MỘT SỐ ĐIỀU CỦA LUẬT BẢO HIỂM Y TẾ"),
            ("04", "NGHỊ ĐỊNH Ban hành Quy chế làm việc của Chính phủ"),
            ("06", "NGHỊ QUYẾT Phiên họp Chính phủ thường kỳ tháng 4 năm 2026"),
            ("07", "LUẬT AN NINH MẠNG"),
            ("08", "Nghị định 30/2020/NĐ-CP — Về công tác văn thư"),
            ("A", "LUẬT BẢO HIỂM Y TẾ"),
        ],
    )
    def test_are_as_printed(self, name: str, title: str) -> None:
        assert outline(name).title == title
