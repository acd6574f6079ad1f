"""Sheets as .xlsx, row by row in flat memory; a second worksheet is the codebook. Text is never a formula or a link."""

import io
from collections.abc import Iterator
from typing import IO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from core import sheet_rows
from core.errors import RuleBroken
from core.i18n import gettext as _
from surveys.exports.columns import Column, Table, said
from surveys.exports.content import HEAD, Content, statement
from surveys.exports.sheets import sheets_of

SHEETS = "xl/worksheets/sheet1.xml"
MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
"""Excel's bounds."""


def write(content: Content, out: IO[bytes]) -> None:
    """Write the file. Raises RuleBroken for more sheets or columns than a worksheet takes."""
    table = Table(content.questions)
    if content.sheets >= MOST_ROWS or len(HEAD) + len(table.columns) > MOST_COLUMNS:
        raise RuleBroken(_("Số liệu lớn quá mức một trang tính nhận được. Hãy dùng tệp .csv."))
    frame = io.BytesIO()
    with xlsxwriter.Workbook(frame) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet(_("Phiếu"))
        sheet.freeze_panes(1, 1)
        for place, name in enumerate([*HEAD, *(column.name for column in table.columns)]):
            sheet.write_string(0, place, name, bold)
        codebook = book.add_worksheet(_("Bảng mã"))
        codebook.set_column(0, 0, 34, wrapped)
        codebook.set_column(1, 3, 60, wrapped)
        _write_codebook(codebook, content, table.columns, bold)
    columns = len(HEAD) + len(table.columns)
    rows = _rows(content.survey_id, table, columns)
    sheet_rows.pack(frame, SHEETS, rows, columns=columns, count=content.sheets + 1, out=out)


def _rows(survey_id: int, table: Table, columns: int) -> Iterator[str]:
    """A row a sheet, below the heading."""
    writer = sheet_rows.RowWriter(columns)
    for number, one in enumerate(sheets_of(survey_id), start=2):
        yield writer.row(number, [str(one.id), one.version, one.channel, *table.cells(one.rows)])


def _write_codebook(sheet: Worksheet, content: Content, columns: list[Column], bold: Format) -> None:
    heads = (_("Cột"), _("Câu hỏi"), _("Nội dung ô"), _("Mã và nhãn"))
    for place, head in enumerate(heads):
        sheet.write_string(0, place, head, bold)
    for line, column in enumerate(columns, start=1):
        for place, words in enumerate(said(column).values()):
            sheet.write_string(line, place, words[: sheet_rows.LONGEST_TEXT])
    for line, words in enumerate(statement(content), start=len(columns) + 2):
        sheet.write_string(line, 0, words)
