"""Roman, arabic, spelled and suffixed numbers, and the letters of Điểm."""

from __future__ import annotations

from itertools import pairwise

import pytest

from legal.anchors import ascii_slug, place_nodes
from legal.nodes import Kind, Node
from legal.numbering import LETTERS, follows, order, point_order, roman, spelled
from legal.outline import outline_bytes
from legal.readers.docx_numbering import to_roman
from tests.legal.documents import FILES, outline


class TestNumbers:
    def test_roman_numerals_are_read_back(self) -> None:
        assert [roman(to_roman(n).upper()) for n in range(1, 400)] == list(range(1, 400))
        assert [roman(text) for text in ("", "IIX", "VX", "i", "A")] == [None] * 5

    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("thứ nhất", 1),
            ("thứ tư", 4),
            ("thứ mười", 10),
            ("thứ mười lăm", 15),
            ("THỨ HAI", 2),
            ("thứ hai mươi mốt", 20),
        ],
    )
    def test_spelled_numbers_are_read(self, text: str, value: int) -> None:
        assert spelled(text) == value

    @pytest.mark.parametrize(
        "numbers",
        [
            ["1", "2", "2a", "2b", "3", "3a", "4"],
            ["7", "7a", "7b", "7b1", "7c", "8"],
            ["I", "II", "III", "IV", "IVa", "V"],
            ["thứ nhất", "thứ hai", "thứ ba"],
        ],
    )
    def test_that_follow_each_other_do(self, numbers: list[str]) -> None:
        found = [order(number) for number in numbers]
        assert all(after is not None and follows(before, after) for before, after in pairwise(found))
        assert found == sorted(found, key=lambda value: value or (0, 0, 0))

    @pytest.mark.parametrize(("before", "after"), [("1", "3"), ("2", "2"), ("3", "2"), ("5", "7a"), ("7b", "7a")])
    def test_that_do_not_follow_do_not(self, before: str, after: str) -> None:
        here = order(after)
        assert here is not None
        assert not follows(order(before), here)

    def test_letters_follow_in_vietnamese_order(self) -> None:
        found = [point_order(letter) for letter in LETTERS]
        assert all(b is not None and follows(a, b, letters=True) for a, b in pairwise([None, *found]))
        assert LETTERS == "abcdđeghiklmnopqrstuvxy"

    @pytest.mark.parametrize(
        ("before", "after", "fine"), [("b", "b1", True), ("b1", "c", True), ("d", "e", False), ("e", "f", True)]
    )
    def test_letters_out_of_order_are_seen(self, before: str, after: str, fine: bool) -> None:
        here = point_order(after)
        assert here is not None
        assert follows(point_order(before), here, letters=True) is fine


class TestAnchors:
    def test_are_ascii_and_readable(self) -> None:
        anchors = {place.node.citation: place.anchor for place in place_nodes(outline("B").nodes)}
        assert anchors["điểm đ khoản 4 Điều 12"] == "dieu-12-khoan-4-diem-dd"
        assert anchors["điểm d khoản 4 Điều 12"] == "dieu-12-khoan-4-diem-d"
        assert anchors["Chương II"] == "chuong-ii"
        annexed = {place.node.citation: place.anchor for place in place_nodes(outline("04").nodes)}
        assert annexed["khoản 2 Điều 3 của Quy chế"] == "quy-che-dieu-3-khoan-2"

    @pytest.mark.parametrize("name", FILES)
    def test_are_unique_in_every_document(self, name: str) -> None:
        anchors = [place.anchor for place in place_nodes(outline(name).nodes)]
        assert len(set(anchors)) == len(anchors)
        assert all(anchor.isascii() and anchor.replace("-", "").isalnum() for anchor in anchors)

    def test_are_unique_when_numbers_are_repeated(self) -> None:
        document = outline_bytes("Điều 1. A\n1. x.\n1. y.\nĐiều 1. B\n1. z.".encode(), "a.txt")
        assert [place.anchor for place in place_nodes(document.nodes)] == [
            "dieu-1", "dieu-1-khoan-1", "dieu-1-khoan-1-ban-2", "dieu-1-ban-2", "dieu-1-ban-2-khoan-1"
        ]  # fmt: skip

    def test_know_depth_and_parent(self) -> None:
        child = Node(Kind.CLAUSE, "1")
        top = Node(Kind.ARTICLE, "1", children=[child])
        places = place_nodes([top])
        assert [(place.depth, place.parent) for place in places] == [(0, None), (1, top)]

    def test_tell_d_from_d_with_stroke(self) -> None:
        assert [ascii_slug(text) for text in ("d", "đ", "Đ1", "Điều lệ", "thứ nhất")] == [
            "d",
            "dd",
            "dd1",
            "dieu-le",
            "thu-nhat",
        ]
