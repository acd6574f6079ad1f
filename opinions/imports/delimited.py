"""Reading .csv: encoding and delimiter are found out, a damaged row is reported and the next one read."""

import csv
import io
import re
from collections import Counter, deque
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TextIO

from core.errors import RuleBroken
from core.i18n import gettext as _
from opinions.imports import columns, encodings
from opinions.imports.source import MAX_COLUMNS, Facts, Row, too_long

DELIMITERS = (",", ";", "\t", "|")
LOOKED_AT = 30
"""Rows by which the delimiter is chosen."""
LONGEST_RECORD = 1_000_000
"""Letters after which a quote is taken as one that nobody closed."""
MOST_DAMAGED = 1000
UNREADABLE = re.compile("[\udc80-\udcff\ufffe]")
"""Bytes that are no letters in the encoding of the file."""

csv.field_size_limit(LONGEST_RECORD * 2)


class DelimitedFile:
    """A .csv file, however it was written."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @cached_property
    def facts(self) -> Facts:
        encoding = encodings.detect(self._path)
        return Facts("csv", encoding, _delimiter(self._open(encoding)), expected=_count_lines(self._path))

    def rows(self) -> Iterator[Row]:
        """Every record; a record is a row, whatever line breaks its cells hold, as in a spreadsheet."""
        with self._open(self.facts.encoding) as stream:
            yield from _records(stream, self.facts.delimiter)

    def _open(self, encoding: str) -> TextIO:
        errors = "replace" if encoding.startswith("utf-16") else "surrogateescape"
        return self._path.open(encoding=encoding, errors=errors, newline="")


class _Endless(Exception):  # never leaves this file
    """A record that goes on and on."""


class _Lines:
    """Lines of a file for one record; those of a record that made no sense are read again, without its first."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._back: deque[str] = deque()
        self._taken: list[str] = []
        self._size = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._back.popleft() if self._back else self._stream.readline(LONGEST_RECORD + 1)
        if not line:
            raise StopIteration
        self._taken.append(line)
        self._size += len(line)
        if self._size > LONGEST_RECORD:
            raise _Endless
        return line

    def begin(self) -> None:
        self._taken.clear()
        self._size = 0

    def give_back(self) -> None:
        """All lines of this record but the first, of which the rest is passed over if it was too long to read."""
        first, *rest = self._taken
        self._back.extendleft(reversed(rest))
        while not first.endswith(("\n", "\r")) and not rest:
            first = self._stream.readline(LONGEST_RECORD)
            if not first:
                return


def _records(stream: TextIO, delimiter: str) -> Iterator[Row]:
    lines = _Lines(stream)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    number = damaged = 0
    while True:
        number += 1
        lines.begin()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (_Endless, csv.Error):
            damaged += 1
            if damaged > MOST_DAMAGED:
                raise RuleBroken(
                    _("Tệp có quá nhiều dòng hỏng. Hãy mở bằng Excel, lưu lại thành .xlsx rồi gửi."), "file"
                ) from None
            lines.give_back()
            yield Row(number, (), fault="quotes")
            continue
        yield _row(number, cells)


def _row(number: int, cells: list[str]) -> Row:
    if too_long(cells):
        return Row(number, (), fault="long")
    if UNREADABLE.search("\t".join(cells)):
        return Row(number, (), fault="encoding")
    return Row(number, cells[:MAX_COLUMNS])


def _delimiter(stream: TextIO) -> str:
    """The one by which headings are recognised, or by which the first rows have the same number of cells."""
    with stream:
        head = stream.read(200_000)
    if head[:4].lower() == "sep=" and head[4:5] in DELIMITERS:
        return head[4]
    return max(DELIMITERS, key=lambda one: _fits(head, one))


def _fits(head: str, delimiter: str) -> tuple[int, int, int]:
    try:
        rows = [
            row.cells for _number, row in zip(range(LOOKED_AT), _records(io.StringIO(head), delimiter), strict=False)
        ]
    except RuleBroken:
        return (0, 0, 0)
    widths = Counter(len(cells) for cells in rows if len(cells) > 1)
    width, count = widths.most_common(1)[0] if widths else (0, 0)
    return (max((columns.count_recognised(cells) for cells in rows), default=0), count, width)


def _count_lines(path: Path) -> int:
    """About how many rows there are."""
    feeds = 0
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            feeds += chunk.count(b"\n")
    return max(feeds, 1)
