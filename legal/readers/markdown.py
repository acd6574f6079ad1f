"""Markdown: the marks (#, **, >, ---) are told from the text and set aside; block quotes are somebody's notes."""

from __future__ import annotations

import re
from collections.abc import Callable

from legal.nodes import SetAside
from legal.readers.plain import split_lines, tidy
from legal.source import Line, Source

MARKUP = "ký hiệu định dạng"
NOTE = "ghi chú chèn thêm"

_HEAD = re.compile(r"(#{1,6})\s+")
_RULE = re.compile(r"(?:-{3,}|\*{3,}|_{3,}|={3,})")
_TAG = re.compile(r"`?\[[A-Z][A-Z _-]{2,40}\]`?")
_BULLET = re.compile(r"[-*+]\s+(?=(?:\*\*)?(?:[a-zđ]\d?\)|\d{1,3}\.\s|Điều\s+\d))")
_TABLE_RULE = re.compile(r"\|?[\s:|-]+\|[\s:|-]*")
_EMPHASIS = re.compile(r"\*\*|__|(?<![\w*])\*(?=\S)|(?<=\S)\*(?![\w*])|`")


def read_markdown(text: str) -> Source:
    """The lines without their markdown; every removed mark is set aside, so that nothing of the file is lost."""
    source = Source([])
    for number, raw in enumerate(split_lines(text), 1):
        _read_line(number, tidy(raw), source)
    return source


def _read_line(number: int, text: str, source: Source) -> None:
    def put(words: str, reason: str) -> None:
        source.set_aside.append(SetAside(number, words, reason))

    if text.startswith(">"):
        put(text, NOTE)
        text = ""
    elif _RULE.fullmatch(text) or (text.startswith("|") and _TABLE_RULE.fullmatch(text)):
        put(text, MARKUP)
        text = ""
    if text.startswith("|"):
        put("|" * text.count("|"), MARKUP)
        cells = [cell.strip() for cell in text.strip("|").split("|")]
        source.lines.append(Line(number, "\t".join(cells), whole=True, table=True))
        return
    level = 0
    found = _HEAD.match(text)
    if found:
        level = len(found[1])
        put(found[1], MARKUP)
        text = text[found.end() :]
    text = _strip_marks(text, put)
    source.lines.append(Line(number, text, whole=True, heading=level))


def _strip_marks(text: str, put: Callable[[str, str], None]) -> str:
    found = _BULLET.match(text)
    if found:
        put(found[0].strip(), MARKUP)
        text = text[found.end() :]
    for tag in _TAG.findall(text):
        put(tag, NOTE)
    text = _TAG.sub(" ", text)
    for mark in _EMPHASIS.findall(text):
        put(mark, MARKUP)
    return tidy(_EMPHASIS.sub("", text))
