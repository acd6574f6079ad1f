"""Plain text: UTF-8, UTF-16 or an old Vietnamese Windows code page, one line of the file for one Line."""

from __future__ import annotations

import codecs
import re

from core.text import nfc
from legal.errors import UnreadableFile
from legal.source import MAX_LINES, Line, Source, too_long

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u00ad\x00-\x08\x0e-\x1f\x7f]")
_SPACES = re.compile("[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_BLANK_TOO = 4 * MAX_LINES
"""Lines of a file, blank ones too."""


def decode(data: bytes) -> str:
    """The text of the bytes. Raises UnreadableFile when they are no text."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _decode(data, encoding)
    if data[:2000].count(0) > len(data[:2000]) // 4:
        encoding = "utf-16-be" if data[0] == 0 else "utf-16-le"
        return _decode(data, encoding)
    if 0 in data[:100_000]:
        raise _not_text()
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _decode(data, "cp1258")


def _decode(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _not_text() from error
    sample = text[:20_000]
    odd = sum(1 for c in sample if (ord(c) < 32 and c not in "\n\r\t\f\v") or c == "\ufffd")
    if odd > len(sample) // 50:
        raise _not_text()
    return text


def _not_text() -> UnreadableFile:
    return UnreadableFile(
        "Không đọc được tệp: đây không phải văn bản. Hãy gửi tệp .docx hoặc .txt (mã UTF-8).", "binary"
    )


def tidy(text: str) -> str:
    """One line as it is kept: NFC, without invisible characters, single spaces, no space at the ends."""
    return nfc(_SPACES.sub(" ", _INVISIBLE.sub("", text))).strip()


def split_lines(text: str) -> list[str]:
    """The lines of a text; a form feed begins a new line of its own."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    lines = text.replace("\v", "\n").replace("\x85", "\n").split("\n")
    if len(lines) > _BLANK_TOO:
        raise too_long()
    return lines


def read_plain(text: str) -> Source:
    """One Line for one line of the file; a rule of spaces (above foot-notes) stays as a marked blank line."""
    lines: list[Line] = []
    for number, raw in enumerate(split_lines(text), 1):
        at_page = "\f" in raw
        line = Line(number, tidy(raw.replace("\f", " ")), page_start=at_page)
        lines.append(line)
        if not line.text and len(raw) >= NOTE_RULE:
            line.note_rule = True
    return Source(lines)


NOTE_RULE = 30
"""So many spaces on an otherwise empty line are what is left of the rule above foot-notes in text made from PDF."""
