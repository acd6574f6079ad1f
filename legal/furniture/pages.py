"""Running headers, page numbers, signature stamps and rules."""

from __future__ import annotations

import re
from collections import Counter

from legal.nodes import SetAside
from legal.source import Line

HEADER = "đầu trang, chân trang"
PAGE_NUMBER = "số trang"
STAMP = "dấu chữ ký số"
RULE = "đường kẻ trang trí"

_RULE = re.compile(r"[\s_\-–—=*~]{3,}")
_BARE_NUMBER = re.compile(r"\d{1,4}")
_PAGE_NUMBER = re.compile(
    r"[-–—]\s?\d{1,4}\s?[-–—]|(?:Trang|Page)\s+\d{1,4}(?:\s?(?:/|of|trên)\s?\d{1,4})?", re.IGNORECASE
)
_OCR = re.compile(
    r"(?:\[|=+\s?|-+\s?|<!--\s?)(?:Trang|Page|PAGE|TRANG)\s+\d{1,4}(?:\s?(?:\]|=+|-+|-->))", re.IGNORECASE
)
_GAZETTE = re.compile(r"CÔNG BÁO\s?/\s?Số\s.{1,60}")
_STAMP_START = re.compile(r"(?:Người ký|Ký bởi|Signature Not Verified|Digitally signed by)\b.{0,200}")
_STAMP_MORE = re.compile(
    r"(?:Người ký|Ký bởi|Ký ngày|Email|Cơ quan|Tổ chức|Thời gian ký|Ngày ký|Date|Reason|Location|Digitally signed by)"
    r"\s?:.{0,200}"
)
_DIGITS = re.compile(r"\d+")
_REPEATS = 3
_NEAR = 4


def set_pages_aside(lines: list[Line], aside: list[SetAside]) -> list[Line]:
    """Lines without page furniture; the first line after some is marked ``page_start``, blank lines beside it go."""
    reasons = _Reasons(lines).find()
    kept: list[Line] = []
    broken = False
    for index, line in enumerate(lines):
        reason = reasons.get(index)
        if reason:
            aside.append(SetAside(line.number, line.text, reason))
            if reason in (HEADER, PAGE_NUMBER, STAMP):
                broken = True
                while kept and not kept[-1].text and not kept[-1].note_rule:
                    kept.pop()
            else:
                kept.append(Line(line.number, "", page_start=line.page_start))
            continue
        if broken and not line.text and not line.note_rule:
            continue
        if broken and (line.text or line.note_rule):
            line.page_start, broken = True, False
        kept.append(line)
    return kept


class _Reasons:
    """Index of a line → why it is set aside."""

    def __init__(self, lines: list[Line]) -> None:
        self._lines = lines
        self._reasons: dict[int, str] = {}

    def find(self) -> dict[int, str]:
        self._stamps()
        self._alone()
        self._headers()
        return self._reasons

    def _stamps(self) -> None:
        index = 0
        while index < len(self._lines):
            if not _STAMP_START.fullmatch(self._lines[index].text):
                index += 1
                continue
            end = index + 1
            while end < len(self._lines) and _STAMP_MORE.fullmatch(self._lines[end].text):
                end += 1
            if end - index > 1:
                self._reasons.update((at, STAMP) for at in range(index, end))
            index = end

    def _alone(self) -> None:
        for index, line in enumerate(self._lines):
            text = line.text
            if len(text) > 200 or index in self._reasons:
                continue
            if _RULE.fullmatch(text):
                self._reasons[index] = RULE
            elif not line.table and (_PAGE_NUMBER.fullmatch(text) or _OCR.fullmatch(text)):
                self._reasons[index] = PAGE_NUMBER

    def _headers(self) -> None:
        """A line repeated through the file with a page number beside it, and the official gazette's own header."""
        shapes = Counter(_shape(line.text) for line in self._lines if 0 < len(line.text) <= 120 and not line.whole)
        for index, line in enumerate(self._lines):
            text = line.text
            if not text or line.whole or index in self._reasons or _BARE_NUMBER.fullmatch(text):
                continue
            gazette = _GAZETTE.fullmatch(text) is not None
            if not gazette and (len(text) > 120 or shapes[_shape(text)] < _REPEATS):
                continue
            number = self._page_number(index, after_first=gazette)
            if number is not None or gazette:
                self._reasons[index] = HEADER
            if number is not None:
                self._reasons[number] = PAGE_NUMBER

    def _page_number(self, index: int, *, after_first: bool) -> int | None:
        """The bare number on the nearest non-blank line before or after a header, at a page's edge."""
        for step in (-1, 1):
            at = self._nearest(index, step)
            if at is None or at in self._reasons or not _BARE_NUMBER.fullmatch(self._lines[at].text):
                continue
            if after_first or self._at_edge(at, step):
                return at
        return None

    def _at_edge(self, at: int, step: int) -> bool:
        """Whether a page ends beyond this line: a blank line, a form feed or the end of the file."""
        beyond = at + step
        if not 0 <= beyond < len(self._lines) or not self._lines[beyond].text:
            return True
        return self._lines[at if step < 0 else beyond].page_start

    def _nearest(self, index: int, step: int) -> int | None:
        for distance in range(1, _NEAR):
            at = index + step * distance
            if not 0 <= at < len(self._lines):
                return None
            if self._lines[at].text:
                return at
        return None


def _shape(text: str) -> str:
    return _DIGITS.sub("#", text)
