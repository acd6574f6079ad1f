"""Tree and what was set aside make up the source: nothing is lost, nothing is moved."""

from __future__ import annotations

import html
import re

import pytest

from legal.nodes import Kind, Outline
from legal.parser import parse
from legal.readers import read
from legal.source import Source
from tests.legal.documents import FILES, outline, path

SPACE = re.compile(r"\s+")


def squeeze(text: str) -> str:
    """The text without its spaces."""
    return SPACE.sub("", text)


def tree_text(document: Outline) -> str:
    """Marks, headings and texts of all nodes in order, without spaces."""
    return squeeze("".join(node.label + node.heading + node.text for node in document.walk()))


def missing(source: Source, document: Outline) -> str:
    """ "" when every line of the source stands in the tree, in order, or is set aside; else where that fails first."""
    aside: dict[int, list[str]] = {}
    for item in document.set_aside:
        if item not in source.set_aside:  # what the reader took out is in no line
            aside.setdefault(item.line, []).append(item.text)
    tree, at = tree_text(document), 0
    for line in source.lines:
        left = _find_rest(squeeze(line.text), [squeeze(piece) for piece in aside.get(line.number, [])], tree, at)
        if left is None:
            return f"line {line.number}: {line.text[:80]!r}, tree goes on with {tree[at : at + 80]!r}"
        at += len(left)
    return tree[at:]


def _find_rest(text: str, pieces: list[str], tree: str, at: int) -> str | None:
    """What is left of a line without the pieces set aside from it, if the tree goes on with it."""
    if tree.startswith(text, at) and not pieces:
        return text
    for index, piece in enumerate(pieces):
        start = text.find(piece)
        while start >= 0:
            rest = pieces[:index] + pieces[index + 1 :]
            found = _find_rest(text[:start] + text[start + len(piece) :], rest, tree, at)
            if found is not None:
                return found
            start = text.find(piece, start + 1)
        break
    return None


class TestSampleDocuments:
    @pytest.mark.parametrize("name", FILES)
    def test_tree_and_set_aside_are_the_source(self, name: str) -> None:
        source = read(path(name))
        assert missing(source, parse(source)) == ""

    def test_all_visible_words_of_a_web_page_are_kept(self) -> None:
        page = path("07").read_text(encoding="utf-8")
        shown = re.sub(r"<[^>]*>", " ", re.sub(r"<(head|script|style)\b.*?</\1>", " ", page, flags=re.DOTALL))
        document = outline("07")
        kept = tree_text(document) + squeeze("".join(item.text for item in document.set_aside))
        assert sorted(squeeze(html.unescape(shown))) == sorted(kept)

    @pytest.mark.parametrize("name", ["01", "02", "03", "04", "05", "06", "A", "B"])
    def test_no_character_of_a_text_file_is_lost(self, name: str) -> None:
        raw = squeeze(path(name).read_text(encoding="utf-8"))
        document = outline(name)
        kept = tree_text(document) + squeeze("".join(item.text for item in document.set_aside))
        assert sorted(raw) == sorted(kept)

    @pytest.mark.parametrize("name", ["08", "08a", "08b"])
    def test_no_character_of_a_markdown_file_is_lost(self, name: str) -> None:
        raw = squeeze(path(name).read_text(encoding="utf-8"))
        document = outline(name)
        kept = tree_text(document) + squeeze("".join(item.text for item in document.set_aside))
        assert sorted(raw) == sorted(kept)


class TestSetAside:
    def reasons(self, name: str) -> dict[str, int]:
        found: dict[str, int] = {}
        for item in outline(name).set_aside:
            found[item.reason] = found.get(item.reason, 0) + 1
        return found

    def test_holds_headers_page_numbers_and_stamps(self) -> None:
        assert self.reasons("02") == {"đầu trang, chân trang": 25, "số trang": 25, "dấu chữ ký số": 4}

    @pytest.mark.parametrize(("name", "notes"), [("A", 54), ("B", 107)])
    def test_holds_every_foot_note_and_its_mark(self, name: str, notes: int) -> None:
        document = outline(name)
        assert self.reasons(name)["số chú thích"] == notes
        marks = [int(item.text) for item in document.set_aside if item.reason == "số chú thích"]
        assert marks == list(range(1, notes + 1))
        assert not [node for node in document.walk() if "được sửa đổi, bổ sung theo quy định tại khoản" in node.text]

    def test_holds_the_menus_of_a_web_page_and_not_the_law(self) -> None:
        menu = [item.text for item in outline("07").set_aside if item.reason == "phần của trang web"]
        assert "1. Tra cứu văn bản theo cơ quan ban hành" in menu
        assert "Điều 9 Luật mẫu có gì mới?" in menu
        assert len(menu) < 20
        signature = outline("07").nodes[-1]
        assert signature.kind is Kind.SIGNATURE
        assert signature.text.endswith("Nguyễn Thị Kim Ngân")

    def test_holds_notes_that_somebody_put_into_a_decree(self) -> None:
        notes = [item.text for item in outline("08").set_aside if item.reason == "ghi chú chèn thêm"]
        assert len(notes) == 32
        assert all(note.startswith(">") or note == "`[CAN XEM]`" for note in notes)
