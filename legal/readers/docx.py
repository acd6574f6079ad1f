"""Word files: paragraphs with the numbers Word would show, tables, line breaks, accepted changes, foot-notes.

Only the parts that hold text are read; macros and embedded objects are never opened.
"""

from __future__ import annotations

from legal.errors import UnreadableFile
from legal.nodes import OutlineWarning, SetAside
from legal.readers.archive import Archive, Element
from legal.readers.docx_numbering import Numbering
from legal.readers.docx_text import W, paragraph_parts, val
from legal.readers.plain import tidy
from legal.readers.tables import cells_to_text, is_layout_text
from legal.source import MAX_LINES, Line, Source, too_long

FOOTNOTE = "chú thích cuối trang"
HEADER = "đầu trang, chân trang"
DELETED = "đoạn đã xóa (theo dõi thay đổi)"
MAX_PARAGRAPHS = 3 * MAX_LINES
"""Paragraphs that a body may have, those in the cells of tables too."""
_MAX_DEPTH = 30


def read_docx(data: bytes) -> Source:
    """The text of a Word file as a reader of the printed page sees it, tracked changes accepted."""
    archive = Archive(data)
    main = _main_part(archive)
    root = archive.xml(main)
    body = root.find(f"{W}body")
    if body is None:
        raise UnreadableFile("Tệp Word không có nội dung. Hãy kiểm tra lại tệp rồi gửi lại.", "empty")
    if sum(1 for _ in body.iter(f"{W}p")) > MAX_PARAGRAPHS:
        raise too_long()
    reader = _Reader(archive, main)
    reader.block(body, 0)
    reader.finish(root)
    return reader.source


def _main_part(archive: Archive) -> str:
    if archive.has("word/document.xml"):
        return "word/document.xml"
    for name in archive.names():
        if name.startswith("word/document") and name.endswith(".xml"):
            return name
    if any(name.startswith(("xl/", "ppt/")) for name in archive.names()):
        raise UnreadableFile("Đây là tệp bảng tính hoặc trình chiếu. Hãy gửi dự thảo dạng .docx.", "kind")
    raise UnreadableFile("Tệp nén này không phải tệp Word. Hãy gửi dự thảo dạng .docx.", "kind")


class _Reader:
    """Goes through the body once, in order."""

    def __init__(self, archive: Archive, main: str) -> None:
        self.source = Source([])
        self._full = 0
        self._folder = main.rsplit("/", 1)[0]
        self._archive = archive
        numbering = self._part("numbering.xml")
        styles = self._part("styles.xml")
        self._numbering = Numbering(numbering, styles)

    def _part(self, name: str) -> Element | None:
        path = f"{self._folder}/{name}"
        return self._archive.xml(path) if self._archive.has(path) else None

    def block(self, parent: Element, depth: int) -> None:
        """Paragraphs and tables under an element, content controls and custom XML opened."""
        if depth > _MAX_DEPTH:
            raise UnreadableFile("Tệp Word có cấu trúc lồng nhau quá sâu, không đọc được.", "damaged")
        for element in parent:
            tag = element.tag
            if tag == f"{W}p":
                self._paragraph(element)
            elif tag == f"{W}tbl":
                self._table(element, depth)
            elif tag in (f"{W}sdt", f"{W}sdtContent", f"{W}customXml", f"{W}ins", f"{W}moveTo", f"{W}smartTag"):
                self.block(element, depth + 1)

    def _add(self, text: str, *, soft: bool = False, table: bool = False, heading: int = 0) -> None:
        self._full += bool(text)
        if self._full > MAX_LINES or len(self.source.lines) > 4 * MAX_LINES:
            raise too_long()
        number = len(self.source.lines) + 1
        self.source.lines.append(Line(number, text, whole=True, soft=soft, table=table, heading=heading))

    def _paragraph(self, paragraph: Element) -> None:
        label, heading = self._numbering.mark(paragraph)
        parts = [tidy(part) for part in paragraph_parts(paragraph)]
        if label:
            parts[0] = f"{label} {parts[0]}".strip()
        shown = [part for part in parts if part] or [""]
        for index, part in enumerate(shown):
            self._add(part, soft=index > 0, heading=heading)

    def _table(self, table: Element, depth: int) -> None:
        rows = table.findall(f"{W}tr")
        text = " ".join(node.text or "" for node in table.iter(f"{W}t"))
        if is_layout_text(text) or table.find(f".//{W}tbl") is not None or len(rows) < 2:
            for row in rows:
                for cell in row.iter(f"{W}tc"):
                    if next((up for up in cell.iterancestors(f"{W}tbl")), None) is table:
                        self.block(cell, depth + 1)
            return
        for row in rows:
            row_text = cells_to_text([self._cell(cell) for cell in row.iter(f"{W}tc")])
            if row_text:
                self._add(row_text, table=True)

    def _cell(self, cell: Element) -> str:
        words: list[str] = []
        for paragraph in cell.iter(f"{W}p"):
            label, _heading = self._numbering.mark(paragraph)
            words.extend([label, *paragraph_parts(paragraph)])
        return tidy(" ".join(words))

    def finish(self, root: Element) -> None:
        """What stands outside the body (foot-notes, headers, text boxes) and the warning about tracked changes."""
        self._warn_changes(root)
        for name, reason in (("footnotes.xml", FOOTNOTE), ("endnotes.xml", FOOTNOTE)):
            part = self._part(name)
            if part is not None:
                self._notes(part, reason)
        for name in self._archive.names():
            tail = name.removeprefix(f"{self._folder}/")
            if tail.startswith(("header", "footer")) and tail.endswith(".xml"):
                self._loose(self._archive.xml(name), HEADER)

    def _warn_changes(self, root: Element) -> None:
        changed = next(root.iter(f"{W}ins", f"{W}del", f"{W}moveFrom", f"{W}moveTo"), None)
        if changed is None:
            return
        for gone in root.iter(f"{W}delText"):
            text = tidy(gone.text or "")
            if text:
                self.source.set_aside.append(SetAside(0, text, DELETED))
        self.source.warnings.append(
            OutlineWarning(
                "tracked_changes",
                "",
                "Tệp còn theo dõi thay đổi (Track Changes): hệ thống lấy nội dung sau khi chấp nhận mọi thay đổi.",
            )
        )

    def _notes(self, part: Element, reason: str) -> None:
        for note in part:
            if val(note, "type") in ("separator", "continuationSeparator"):
                continue
            self._loose(note, reason)

    def _loose(self, element: Element, reason: str) -> None:
        for paragraph in element.iter(f"{W}p"):
            text = tidy(" ".join(paragraph_parts(paragraph)))
            if text:
                self.source.set_aside.append(SetAside(0, text, reason))
