"""Citations: as texts print them, and as people type them."""

from __future__ import annotations

import unicodedata

import pytest

from legal.citations import Citation, find_provision, parse_citation
from legal.nodes import Kind
from tests.legal.documents import article, outline


class TestLabels:
    @pytest.mark.parametrize(
        ("name", "number", "path", "label"),
        [
            ("B", "12", ("1", "đ"), "điểm đ khoản 1 Điều 12"),
            ("B", "48a", ("2",), "khoản 2 Điều 48a"),
            ("01", "689", (), "Điều 689"),
        ],
    )
    def test_go_from_the_small_to_the_large(self, name: str, number: str, path: tuple[str, ...], label: str) -> None:
        node = article(name, number)
        for step in path:
            node = next(child for child in node.children if child.number == step)
        assert node.citation == label

    def test_of_the_annexed_regulation_name_it(self) -> None:
        assert article("04", "3", annexed=True).citation == "Điều 3 của Quy chế"
        assert article("04", "3").citation == "Điều 3"

    def test_of_divisions_name_what_they_stand_in(self) -> None:
        found = [n.citation for n in outline("01").walk() if n.kind is Kind.SUBSECTION][:2]
        assert found == ["Tiểu mục 1 Mục 1 Chương XIII", "Tiểu mục 2 Mục 1 Chương XIII"]
        assert next(n.citation for n in outline("01").nodes if n.kind is Kind.PART) == "Phần thứ nhất"

    def test_of_headings_without_articles(self) -> None:
        node = next(n for n in outline("06").walk() if n.kind is Kind.POINT and n.number == "đ")
        assert node.citation == "điểm đ khoản 3 mục II"

    @pytest.mark.parametrize("name", ["01", "03", "04", "05", "06", "07", "08", "A", "B"])
    def test_are_unique_among_the_documents_own_provisions(self, name: str) -> None:
        own = [
            n.citation
            for n in outline(name).walk()
            if not n.quoted and n.kind in (Kind.ARTICLE, Kind.CLAUSE, Kind.POINT)
        ]
        assert len(set(own)) == len(own)


class TestTyped:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("điểm a khoản 2 Điều 5", Citation("5", "2", "a")),
            ("Điểm đ, Khoản 2, Điều 7a", Citation("7a", "2", "đ")),
            ("Điều 5 khoản 2 điểm a", Citation("5", "2", "a")),
            ("khoản 2 điều 5", Citation("5", "2")),
            ("Đ.5 k.2", Citation("5", "2")),
            ("đ5 k2", Citation("5", "2")),
            ("Điều 12", Citation("12")),
            ("dieu 12", Citation("12")),
            ("khoan 3a dieu 12", Citation("12", "3a")),
            ("diem b khoan 1 dieu 4", Citation("4", "1", "b")),
            ("12", Citation("12")),
            ("5.2.a", Citation("5", "2", "a")),
            ("5/2", Citation("5", "2")),
            ("khoản 2", Citation(None, "2")),
            ("Điều 3 của Quy chế", Citation("3", annexed="Quy chế")),
            ("  ĐIỀU   9 ", Citation("9")),
            ("Tôi góp ý điểm c khoản 1 Điều 10 dự thảo Luật", Citation("10", "1", "c")),
        ],
    )
    def test_are_read(self, text: str, expected: Citation) -> None:
        assert parse_citation(text) == expected
        assert parse_citation(unicodedata.normalize("NFD", text)) == expected

    @pytest.mark.parametrize(
        "text", ["", "chung", "Toàn bộ dự thảo", "điều lệ công ty", "Điểm mới của luật", "năm 20245678"]
    )
    def test_that_name_nothing_are_none(self, text: str) -> None:
        assert parse_citation(text) is None

    @pytest.mark.parametrize("name", ["03", "04", "06", "B"])
    def test_find_every_provision_by_its_own_label(self, name: str) -> None:
        nodes = outline(name).nodes
        wanted = [n for n in outline(name).walk() if n.kind in (Kind.ARTICLE, Kind.CLAUSE, Kind.POINT) and not n.quoted]
        own = [n for n in wanted if "Phụ lục" not in n.citation and "mục" not in n.citation]
        for node in own:
            citation = parse_citation(node.citation)
            assert citation is not None
            assert find_provision(nodes, citation) is node

    def test_print_as_labels(self) -> None:
        assert str(Citation("5", "2", "đ")) == "điểm đ khoản 2 Điều 5"
        assert str(Citation("3", annexed="Quy chế")) == "Điều 3 của Quy chế"

    def test_find_nothing_where_there_is_nothing(self) -> None:
        assert find_provision(outline("B").nodes, Citation("99")) is None
        assert find_provision(outline("B").nodes, Citation("12", "9")) is None
