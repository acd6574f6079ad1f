"""Cutting a file into the document itself, regulations annexed to it (ban hành kèm theo) and appendices (Phụ lục)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from legal.furniture.quotes import balance
from legal.markers import QUOTES, Mark, find_mark, is_upper
from legal.nodes import Kind
from legal.parser.layout import finished
from legal.parser.signature import is_signature
from legal.source import Line

ANNEXED_TYPES = (
    "QUY CHẾ",
    "QUY ĐỊNH",
    "ĐIỀU LỆ",
    "NỘI QUY",
    "QUY TẮC",
    "QUY TRÌNH",
    "QUY CHUẨN",
    "CHƯƠNG TRÌNH",
    "KẾ HOẠCH",
    "ĐỀ ÁN",
    "CHIẾN LƯỢC",
    "HƯỚNG DẪN",
    "TIÊU CHUẨN",
)
ATTACHED = re.compile(
    r"\(?\s*(?:được\s+)?(?:ban hành\s+)?kèm theo\s+(?:\w+\s+){0,3}số|\(?\s*(?:ban hành )?kèm theo", re.IGNORECASE
)
_LOOK_AHEAD = 8
_LONGEST_NAME = 300
_LOOK_BACK = 14


@dataclass(slots=True)
class Section:
    """A stretch of lines of one kind: None for the document itself, annexed or appendix with its first mark."""

    kind: Kind | None
    lines: list[Line] = field(default_factory=list)
    before: list[Line] = field(default_factory=list)
    mark: Mark | None = None

    def words(self) -> int:
        """How many lines hold text."""
        return sum(1 for line in self.lines if line.text)


def divide(lines: list[Line]) -> list[Section]:
    """The sections of a file in order; the first is the document itself (maybe without lines)."""
    return _Divider(lines).run()


_MAY_DIVIDE = (*QUOTES, "Đ", "Ð", "P")
"""What a line with an Điều or a Phụ lục begins with: the marks of all others are of no matter here."""


class _Divider:
    def __init__(self, lines: list[Line]) -> None:
        self._lines = lines
        self._sections = [Section(None)]
        self._signed = False
        self._depth = 0
        self._begun = False
        self._previous: Line | None = None

    def run(self) -> list[Section]:
        for index, line in enumerate(self._lines):
            if line.text:
                self._look(index, line)
                self._previous = line
            self._sections[-1].lines.append(line)
        return self._sections

    def _look(self, index: int, line: Line) -> None:
        mark = find_mark(line.text) if line.text.startswith(_MAY_DIVIDE) else None
        if mark is not None and mark.kind is Kind.ARTICLE and mark.firm:
            self._begun = True
        if self._is_appendix(index, line, mark):
            self._sections.append(Section(Kind.APPENDIX, mark=mark))
            self._depth = 0
        elif self._is_annexed(index, line):
            section = Section(Kind.ANNEXED)
            section.before = self._take_heading()
            self._sections.append(section)
            self._depth, self._begun, self._signed = 0, False, False
        elif is_signature(line.text):
            self._signed, self._depth = True, 0
        else:
            self._depth = max(0, self._depth + balance(line.text))

    def _is_appendix(self, index: int, line: Line, mark: Mark | None) -> bool:
        if mark is None or mark.kind is not Kind.APPENDIX or mark.quote or line.table:
            return False
        if self._depth > 0 and not self._signed:
            return False
        before = self._previous
        alone = before is None or line.whole or line.page_start or not self._lines[index - 1].text
        if not alone and before is not None and not finished(before.text) and not is_upper(before.text):
            return False
        following = [one.text for one in self._lines[index + 1 : index + 1 + _LOOK_AHEAD] if one.text]
        if following and following[0][0].islower():
            return False
        if not mark.number and not (following and (is_upper(following[0]) or _attached(following))):
            return False
        current = self._sections[-1]
        repeated = current.mark is not None and current.mark.number == mark.number and current.words() < _LOOK_AHEAD
        return not repeated

    def _is_annexed(self, index: int, line: Line) -> bool:
        text = line.text
        if not (self._begun or self._signed) or len(text) > _LONGEST_NAME or not text.startswith(ANNEXED_TYPES):
            return False
        if self._depth > 0 and not self._signed:
            return False
        return _attached(
            [one.text for one in self._lines[index + 1 : index + 1 + _LOOK_AHEAD * 2] if one.text][:_LOOK_AHEAD]
        )

    def _take_heading(self) -> list[Line]:
        """The second national heading above an annexed text, taken from the end of the section before."""
        lines = self._sections[-1].lines
        window = range(len(lines) - 1, max(-1, len(lines) - 1 - _LOOK_BACK), -1)
        start = next((at for at in window if lines[at].page_start and lines[at].text), None)
        if start is None:
            motto = next((at for at in window if "CỘNG HÒA XÃ HỘI" in lines[at].text.replace("HOÀ", "HÒA")), None)
            start = motto
        if start is None or any(find_mark(line.text) for line in lines[start:]):
            return []
        taken = lines[start:]
        del lines[start:]
        return taken


def _attached(texts: list[str]) -> bool:
    return any(ATTACHED.match(text) for text in texts)
