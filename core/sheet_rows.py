"""Worksheets of any length, written row by row as XML while the file is packed: flat memory, several times XlsxWriter.

XlsxWriter makes the workbook around the rows: their heading, its formats, the other worksheets.
"""

import re
import zipfile
from collections.abc import Iterable, Sequence
from typing import IO
from xml.sax.saxutils import escape

from xlsxwriter.utility import xl_col_to_name

NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
LONGEST_TEXT = 32_767
"""Letters that Excel takes in a cell; the rest is cut off."""
KNOWN = 10_000
"""Texts whose XML is kept: codes come again and again, sentences do not."""
SHORT = 40
ROWS_END = b"</sheetData>"
DIMENSION = re.compile(rb'<dimension ref="[^"]*"/>')
PART = 500

Cell = str | float | None


class RowWriter:
    """The XML of rows. A text is never a formula or a link; a number keeps fifteen digits, as Excel does."""

    def __init__(self, columns: int) -> None:
        self._places = [f'<c r="{xl_col_to_name(column)}' for column in range(columns)]
        self._known: dict[str, str] = {}

    def row(self, number: int, cells: Sequence[Cell]) -> str:
        """One row; ``number`` counts from 1. Empty cells are left out."""
        parts = [f'<row r="{number}">']
        for place, cell in zip(self._places, cells, strict=True):
            if cell is None:
                continue
            if isinstance(cell, str):
                parts.append(f'{place}{number}" t="inlineStr"><is>{self._text(cell)}</is></c>')
            else:
                parts.append(f'{place}{number}"><v>{cell:.15g}</v></c>')
        parts.append("</row>")
        return "".join(parts)

    def _text(self, text: str) -> str:
        known = self._known.get(text)
        if known is None:
            clean = escape(NOT_XML.sub("", text[:LONGEST_TEXT]))
            known = f'<t xml:space="preserve">{clean}</t>'
            if len(text) <= SHORT and len(self._known) < KNOWN:
                self._known[text] = known
        return known


def pack(book: IO[bytes], sheet: str, rows: Iterable[str], *, columns: int, count: int, out: IO[bytes]) -> None:
    """Copy a workbook with more rows at the end of one worksheet.

    ``sheet``: "xl/worksheets/sheet1.xml"; ``count``: of its rows then, the heading's included.
    """
    with zipfile.ZipFile(book) as made, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as packed:
        for item in made.infolist():
            if item.filename != sheet:
                packed.writestr(item, made.read(item))
                continue
            size = f'<dimension ref="A1:{xl_col_to_name(columns - 1)}{count}"/>'.encode()
            before, _end, after = DIMENSION.sub(size, made.read(item)).partition(ROWS_END)
            with packed.open(sheet, "w", force_zip64=True) as file:
                file.write(before)
                _write_all(file, rows)
                file.write(ROWS_END + after)


def _write_all(file: IO[bytes], rows: Iterable[str]) -> None:
    """Some hundreds of rows at once: a call each would cost more than the rows."""
    part: list[str] = []
    for row in rows:
        part.append(row)
        if len(part) >= PART:
            file.write("".join(part).encode())
            part.clear()
    file.write("".join(part).encode())
