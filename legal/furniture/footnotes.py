"""Foot-notes at the bottom of printed pages, and their numbers glued to the words of the law ("y tế16", "2.14 Ủy ban").

Text made from PDF keeps pages (marked ``page_start``) but mixes the notes with the text above them. Notes are numbered
1, 2, 3 … through the document, stand at the bottom, often under a rule or a gap, and may run on to the next page.
"""

from __future__ import annotations

import re

from legal.furniture.quotes import balance
from legal.nodes import SetAside
from legal.source import Line

NOTE = "chú thích cuối trang"
MARK = "số chú thích"

_NOTE = re.compile(r"(\d{1,3})\s+(?=[A-ZĐÀ-Ỹ“\"])")
_BODY_MARK = re.compile(r"(?:Điều|Chương|Mục|Phần)\s+(?:\d|[IVX]|thứ)")
_ENDS = re.compile(r"[.;:!?…”\"]\s*$")
_LATE = 5
"""How many of the last lines of a page may carry the mark of a note printed on the next."""


def set_footnotes_aside(lines: list[Line], aside: list[SetAside]) -> list[Line]:
    """The lines without foot-notes and their marks. Files without pages or with one note stay as they are."""
    pages = _pages(lines)
    if len(pages) < 2:
        return lines
    finder = _Finder()
    split = [finder.split(page) for page in pages]
    if finder.count < 2:
        return lines
    kept: list[Line] = []
    marks = _Marks(aside)
    for page, at in zip(pages, split, strict=True):
        body, notes = _cut(page, at)
        marks.strip(body, _note_numbers(notes, marks.expected))
        kept.extend(body)
        aside.extend(SetAside(line.number, line.text, NOTE) for line in notes if line.text)
    return kept


def _pages(lines: list[Line]) -> list[list[Line]]:
    pages: list[list[Line]] = [[]]
    for line in lines:
        if line.page_start and any(one.text for one in pages[-1]):
            pages.append([])
        pages[-1].append(line)
    return pages


def _cut(page: list[Line], span: tuple[int, int]) -> tuple[list[Line], list[Line]]:
    start, end = span
    return page[:start] + page[end:], page[start:end]


class _Finder:
    """Where the notes of each page begin; remembers the last number and whether the last note is unfinished."""

    def __init__(self) -> None:
        self.count = 0
        self._open = 0
        self._unfinished = False
        self._last_body = ""

    def split(self, page: list[Line]) -> tuple[int, int]:
        """The slice of the page's lines that are notes; (n, n) when there are none."""
        start = self._ruled(page)
        if start is None:
            start = self._first_note(page)
            if self._running():
                start = min(start, self._continuation(page, start))
        body = [line.text for line in page[:start] if line.text]
        if not body and not self._last_body:
            start = len(page)
        self._note(page[start:], body)
        return start, len(page)

    def _running(self) -> bool:
        return self._unfinished or self._open > 0

    def _ruled(self, page: list[Line]) -> int | None:
        """The line under a rule, when a note begins there or one of the pages before can go on."""
        for index, line in enumerate(page[:-1]):
            if line.note_rule:
                found = _NOTE.match(page[index + 1].text)
                if self.count or (found and found[1] == "1"):
                    return index
        return None

    def _first_note(self, page: list[Line]) -> int:
        """Where notes begin: the next number under a gap, or text under a gap that leads to the next number."""
        wanted = self.count + 1
        for index, line in enumerate(page):
            found = _NOTE.match(line.text)
            if not found or int(found[1]) != wanted:
                continue
            top = index
            while top and page[top - 1].text:
                top -= 1
            if top == index or (self.count and (top or self._running())):
                return top if index or self.count else len(page)
        return len(page)

    def _continuation(self, page: list[Line], first: int) -> int:
        """Where an unfinished note of the page before goes on: at the top, or after a gap."""
        if not self._body_goes_on(page):
            return 0
        for index in range(1, first):
            if page[index].text and not page[index - 1].text and not _BODY_MARK.match(page[index].text):
                return index
        return first

    def _body_goes_on(self, page: list[Line]) -> bool:
        """Whether the top of the page is the law, not a note that runs on."""
        top = next((line.text for line in page if line.text), "")
        if _BODY_MARK.match(top):
            return True
        return bool(self._last_body) and not _ENDS.search(self._last_body) and not self._last_body.isupper()

    def _note(self, notes: list[Line], body: list[str]) -> None:
        if body:
            self._last_body = body[-1]
        for line in notes:
            found = _NOTE.match(line.text)
            if found and int(found[1]) == self.count + 1:
                self.count += 1
                self._open = 0
            if line.text:
                self._open = max(0, self._open + balance(line.text))
                self._unfinished = line.text.endswith(":") or not _ENDS.search(line.text)
        if not any(line.text for line in notes):
            self._unfinished, self._open = False, 0


def _note_numbers(notes: list[Line], expected: int) -> list[int]:
    """The numbers of the notes that begin among these lines, in order."""
    numbers: list[int] = []
    for line in notes:
        found = _NOTE.match(line.text)
        if found and int(found[1]) == expected + len(numbers):
            numbers.append(int(found[1]))
    return numbers


class _Marks:
    """Removes note numbers glued to the text: each note's number stands on its page, in the order of the notes."""

    def __init__(self, aside: list[SetAside]) -> None:
        self._aside = aside
        self.expected = 1
        self._before: list[Line] = []

    def strip(self, body: list[Line], numbers: list[int]) -> None:
        """Set the marks of these notes aside. A note may be printed a page late; a mark not found is left alone."""
        self.expected += len(numbers)
        index = at = 0
        for number in numbers:
            pattern = re.compile(rf"(?<=[^\W\d_]){number}(?!\d)|(?<=[.,;:)”\"]){number}(?![\d./%]|,\d)")
            place = self._search(pattern, body, index, at)
            if place is not None:
                index, at = place
            else:
                self._search(pattern, self._before[-_LATE:], 0, 0)
        self._before = body

    def _search(self, pattern: re.Pattern[str], lines: list[Line], index: int, at: int) -> tuple[int, int] | None:
        """Remove the first mark from a place on; where it stood, or None."""
        for place in range(index, len(lines)):
            line = lines[place]
            found = pattern.search(line.text, at if place == index else 0)
            if found:
                self._aside.append(SetAside(line.number, found[0], MARK))
                line.text = (line.text[: found.start()] + line.text[found.end() :]).rstrip()
                return place, found.start()
        return None
