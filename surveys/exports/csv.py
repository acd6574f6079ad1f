"""Sheets as .csv: UTF-8 with its mark, so that Excel reads Vietnamese; what looks like a formula is made harmless."""

import csv
import io
from typing import IO

from core.spreadsheet import harmless
from surveys.exports.columns import Cell, Table
from surveys.exports.content import HEAD, Content
from surveys.exports.sheets import sheets_of


def write(content: Content, out: IO[bytes]) -> None:
    """Write the file; holds a thousand sheets in memory at most."""
    table = Table(content.questions)
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([*HEAD, *(column.name for column in table.columns)])
    for sheet in sheets_of(content.survey_id):
        writer.writerow([str(sheet.id), sheet.version, sheet.channel, *map(_cell, table.cells(sheet.rows))])
    text.detach()


def _cell(cell: Cell) -> str:
    if isinstance(cell, str):
        return harmless(cell)
    return "" if cell is None else str(cell) if isinstance(cell, int) else f"{cell:.15g}"
