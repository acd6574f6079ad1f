"""The responses of a consultation as .xlsx to work in: a row a group, which finds its way back.

Each row carries a key (consultation and group) and a stamp: the version of the response and a digest of its words as
they were written into the file. With it the sheet that comes back tells what was changed in Excel, and whether
somebody changed the same response meanwhile. Only the three last columns can be typed into.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from opinions.exports import words
from opinions.models import Decision
from opinions.queries.answers import AnswerRow
from opinions.services.answering import MAX_LETTERS, OPEN_STATES
from opinions.services.sheet_format import DECISION, DECISIONS, KEY, REASON, SHEET, STAMP, TYPED, WORDING, stamp

COLUMNS = (
    (KEY, 12),
    (STAMP, 13),
    ("Điều khoản", 22),
    ("Nhóm ý kiến", 28),
    ("Số ý kiến", 9),
    ("Ý kiến tiêu biểu", 50),
    ("Câu chữ dự thảo", 44),
    ("Tình trạng", 13),
    (DECISION, 20),
    (REASON, 56),
    (WORDING, 50),
)
SHOWN_LETTERS = 4_000
"""Of an opinion or a provision that only stands there to be read."""
ALLOWED = {
    "format_cells": True,
    "format_columns": True,
    "format_rows": True,
    "autofilter": True,
    "sort": True,
}


@dataclass(frozen=True)
class About:
    """What the file says of itself. ``ungrouped``: opinions that no row answers."""

    consultation_id: int
    title: str
    made_at: datetime
    ungrouped: int


def write(about: About, rows: Sequence[AnswerRow], out: IO[bytes]) -> None:
    """Write the file."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        face = {"text_wrap": True, "valign": "top", "font_name": "Times New Roman", "font_size": 12, "border": 1}
        fixed = book.add_format({**face, "bg_color": "#EEF1F6", "locked": True})
        typed = book.add_format({**face, "locked": False})
        head = book.add_format({**face, "bold": True, "valign": "vcenter", "align": "center", "locked": True})
        sheet = _new_sheet(book, head)
        for line, row in enumerate(rows, 1):
            _write_row(sheet, line, about.consultation_id, row, fixed, typed)
        last = max(len(rows), 1)
        sheet.autofilter(0, 0, last, len(COLUMNS) - 1)
        choices = [DECISIONS[decision] for decision in Decision]
        column = len(COLUMNS) - len(TYPED)
        sheet.data_validation(1, column, last, column, {"validate": "list", "source": choices})
        _explain(book, about, rows, head, typed)


def _new_sheet(book: xlsxwriter.Workbook, head: Format) -> Worksheet:
    sheet: Worksheet = book.add_worksheet(SHEET)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.repeat_rows(0)
    sheet.freeze_panes(1, 4)
    sheet.protect("", ALLOWED)
    for column, (title, width) in enumerate(COLUMNS):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, title, head)
    return sheet


def _write_row(sheet: Worksheet, line: int, consultation_id: int, row: AnswerRow, fixed: Format, typed: Format) -> None:
    is_open = row.state is None or row.state in OPEN_STATES
    cells = (
        f"{consultation_id}-{row.group_id}",
        stamp(row),
        row.name or words.GENERAL,
        row.title,
        str(row.members),
        row.opinion[:SHOWN_LETTERS],
        row.clause.text[:SHOWN_LETTERS],
        words.STATES[row.state],
        DECISIONS[row.decision] if row.decision else "",
        row.reason,
        row.resulting_text,
    )
    first_typed = len(COLUMNS) - len(TYPED)
    for column, cell in enumerate(cells):
        style = typed if is_open and column >= first_typed else fixed
        if cell:
            sheet.write_string(line, column, cell, style)
        else:
            sheet.write_blank(line, column, None, style)


def _explain(book: xlsxwriter.Workbook, about: About, rows: Sequence[AnswerRow], head: Format, body: Format) -> None:
    sheet = book.add_worksheet("Hướng dẫn")
    sheet.set_column(0, 0, 110)
    sheet.write_string(0, 0, about.title, head)
    lines = (
        f"Lập lúc {words.moment(about.made_at)}: {words.number(len(rows))} nhóm ý kiến.",
        f"{words.number(about.ungrouped)} ý kiến chưa vào nhóm nào nên không có dòng ở đây.",
        "Chỉ ghi vào ba cột cuối: Kết quả, Nội dung giải trình, Câu chữ sau khi tiếp thu.",
        "Được sắp xếp, lọc, xóa bớt dòng, thêm cột bên phải. Giữ nguyên hàng tiêu đề, cột Mã dòng và cột Dấu.",
        f"Mỗi ô tối đa {words.number(MAX_LETTERS)} ký tự.",
        "Trả lời đang chờ duyệt, đã duyệt hoặc đã công bố thì không sửa được ở đây.",
        "Xong thì tải lên trang Bảng trả lời (Excel) của dự thảo; bạn xem lại từng thay đổi rồi mới ghi.",
    )
    for number, text in enumerate(lines, 1):
        sheet.write_string(number, 0, text, body)
