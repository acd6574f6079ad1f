"""Text, markdown and web pages: encodings, marks, menus; and the JSON and text of an outline."""

from __future__ import annotations

import codecs
import json
import unicodedata
from pathlib import Path

import pytest

from legal.nodes import Kind
from legal.outline import outline_bytes, outline_file, render_outline
from legal.readers import read
from tests.legal.documents import FILES, outline, path

TEXT = "Điều 1. Phạm vi điều chỉnh\r\n1. Luật này quy định.\r\nđ) Thủy sản.\n"


class TestPlainText:
    @pytest.mark.parametrize(
        "data",
        [
            TEXT.encode(),
            codecs.BOM_UTF8 + TEXT.encode(),
            TEXT.encode("utf-16"),
            codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
            TEXT.encode("utf-16-le"),
            unicodedata.normalize("NFD", TEXT).encode(),
            TEXT.replace(" ", "\u00a0\u200b ").encode(),
            TEXT.replace("\n", "\u2028").encode(),
        ],
    )
    def test_is_read_in_any_usual_encoding(self, data: bytes) -> None:
        lines = [line.text for line in read(data, "a.txt").lines if line.text]
        assert lines == ["Điều 1. Phạm vi điều chỉnh", "1. Luật này quy định.", "đ) Thủy sản."]

    def test_of_an_old_windows_code_page_is_read(self) -> None:
        assert read("Thông tin cá nhân".encode("cp1258", "ignore"), "a.txt").lines[0].text.startswith("Thông tin")

    def test_with_page_breaks_and_numbers_is_mended(self) -> None:
        page = "{}\nDự thảo lần 3\n\n{}\n"
        text = "\f".join(page.format(n, f"Điều {n}. Tên\nNội dung của điều thứ {n}.") for n in range(1, 5))
        document = outline_bytes(text.encode(), "a.txt")
        assert document.counts()["article"] == 4
        assert [item.reason for item in document.set_aside] == ["số trang", "đầu trang, chân trang"] * 4

    def test_repeated_lines_without_page_numbers_stay(self) -> None:
        text = "\n".join(f"Điều {n}. Tên\n1. Như nhau;\nChính phủ quy định chi tiết điều này." for n in range(1, 6))
        assert outline_bytes(text.encode(), "a.txt").set_aside == []


class TestMarkdown:
    def test_keeps_the_words_and_sets_the_marks_aside(self) -> None:
        source = read("## **Chương I** — CHUNG\n\n> ghi chú\n\n---\n- a) *nhỏ* `[LUU Y]`\n".encode(), "a.md")
        assert [line.text for line in source.lines if line.text] == ["Chương I — CHUNG", "a) nhỏ"]
        assert [(item.text, item.reason) for item in source.set_aside] == [
            ("##", "ký hiệu định dạng"),
            ("**", "ký hiệu định dạng"),
            ("**", "ký hiệu định dạng"),
            ("> ghi chú", "ghi chú chèn thêm"),
            ("---", "ký hiệu định dạng"),
            ("-", "ký hiệu định dạng"),
            ("`[LUU Y]`", "ghi chú chèn thêm"),
            ("*", "ký hiệu định dạng"),
            ("*", "ký hiệu định dạng"),
        ]

    def test_reads_tables(self) -> None:
        document = outline_bytes("### Điều 1. Bảng\n\n| A | B |\n|---|---|\n| 1 | 2 |\n".encode(), "a.md")
        assert [(n.kind, n.text) for n in document.nodes[0].children] == [(Kind.TABLE, "A\tB\n1\t2")]


class TestWebPages:
    def test_are_told_by_their_content(self) -> None:
        page = "<!doctype html><html><body><p>Điều 1. Một<p>Điều 2. Hai<p>Điều 3. Ba</body></html>"
        assert outline_bytes(page.encode(), "van-ban.txt").counts()["article"] == 3

    def test_keep_the_heading_that_stands_beside_the_articles(self) -> None:
        page = (
            "<html><body><nav><a href=#>Trang chủ</a></nav><div><div class=head><p>LUẬT<p>MẪU<p>Căn cứ Hiến pháp;</div>"
            "<div class=body><p>Điều 1. Một<p>x<p>Điều 2. Hai<p>Điều 3. Ba</div></div>"
            "<footer>Liên hệ</footer></body></html>"
        )
        document = outline_bytes(page.encode(), "a.html")
        assert document.title == "LUẬT MẪU"
        assert [item.text for item in document.set_aside] == ["Trang chủ", "Liên hệ"]

    def test_with_tables_of_figures_keep_them_together(self) -> None:
        page = (
            "<html><body><p>Điều 1. Một<p>1. Như sau:<table><tr><td>STT<td>Việc<tr><td>1<td>Soạn</table><p>2. Hết"
            "<p>Điều 2. Hai<p>Điều 3. Ba</body></html>"
        )
        document = outline_bytes(page.encode(), "a.html")
        tables = [node.text for node in document.walk() if node.kind is Kind.TABLE]
        assert tables == ["STT\tViệc\n1\tSoạn"]


class TestOutput:
    @pytest.mark.parametrize("name", FILES)
    def test_as_json_has_the_agreed_shape(self, name: str) -> None:
        data = json.loads(json.dumps(outline(name).to_json()))
        assert list(data) == ["title", "counts", "warnings", "set_aside", "nodes"]
        assert list(data["counts"]) == [
            "part", "chapter", "section", "subsection", "article", "clause", "point", "heading", "annexed", "appendix"
        ]  # fmt: skip
        assert all(list(item) == ["line", "text", "reason"] for item in data["set_aside"])
        stack = list(data["nodes"])
        while stack:
            node = stack.pop()
            assert list(node) == ["kind", "number", "heading", "text", "citation", "quoted", "children"]
            assert node["citation"]
            stack.extend(node["children"])

    def test_as_text_shows_tree_counts_and_warnings(self, tmp_path: Path) -> None:
        file = tmp_path / "a.txt"
        file.write_text("LUẬT\nMẪU\nĐiều 1. Một\n1. Một.\n3. Ba.\n“thừa", encoding="utf-8")
        text = render_outline(outline_file(file))
        assert "  1. Một." in text
        assert "Số lượng: Điều 1, Khoản 2" in text
        assert "Sau khoản 1 là khoản 3: có thể thiếu khoản ở giữa. (khoản 3 Điều 1)" in text

    def test_of_quoted_text_is_marked(self) -> None:
        assert "» “Điều 48a. Chậm đóng bảo hiểm y tế" in render_outline(outline("02"))

    def test_names_the_file_formats_by_their_bytes(self) -> None:
        assert outline_bytes(path("08").read_bytes(), "khong-duoi").counts()["article"] <= 38
