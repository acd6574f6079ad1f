"""The table as .xlsx: one row a comment, the four official columns first; a second sheet states the totals.

Written row by row, in flat memory. Every cell is text: a formula or an address stays what somebody typed.
"""

from typing import IO, Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from opinions.exports import words
from opinions.exports.words import Heading

COLUMNS = (
    ("NHÓM VẤN ĐỀ HOẶC ĐIỀU, KHOẢN", 34),
    ("CHỦ THỂ GÓP Ý", 26),
    ("NỘI DUNG GÓP Ý", 70),
    ("NỘI DUNG TIẾP THU, GIẢI TRÌNH", 60),
    ("Lập trường", 14),
    ("Nhóm", 26),
    ("Trạng thái", 20),
    ("Kênh", 16),
    ("Ngày gửi", 12),
    ("Mã ý kiến", 12),
)
CELL_LETTERS = 32_767  # Excel's bound
SHEET_ROWS = 1_048_576
TITLE = "BẢN TỔNG HỢP Ý KIẾN, TIẾP THU, GIẢI TRÌNH Ý KIẾN GÓP Ý, PHẢN BIỆN XÃ HỘI"


def write(heading: Heading, out: IO[bytes]) -> None:
    """Write the file."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        body = book.add_format({"text_wrap": True, "valign": "top", "font_name": "Times New Roman", "font_size": 12})
        head = book.add_format(
            {"bold": True, "text_wrap": True, "valign": "vcenter", "align": "center", "border": 1,
             "font_name": "Times New Roman", "font_size": 12}
        )  # fmt: skip
        sheet = _new_sheet(book, "Bảng tổng hợp", head)
        line = 0
        for row in heading.rows():
            line += 1
            if line == SHEET_ROWS:
                sheet, line = _new_sheet(book, f"Tiếp {len(book.worksheets()) + 1}", head), 1
            for column, cell in enumerate(cells(row)):
                if cell:
                    sheet.write_string(line, column, cell[:CELL_LETTERS], body)
        _write_totals(book, heading, head, body)


def cells(row: Any) -> tuple[str, ...]:
    """What stands in the columns for an opinion."""
    return (
        words.place(row),
        words.contributor(row),
        words.content(row),
        words.response(row),
        words.STANCES[row.stance],
        words.group(row),
        words.STATUSES[row.status],
        words.CHANNELS[row.channel],
        words.day(row.created_at),
        str(row.id),
    )


def _new_sheet(book: xlsxwriter.Workbook, name: str, head: Format) -> Worksheet:
    sheet: Worksheet = book.add_worksheet(name)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.repeat_rows(0)
    sheet.freeze_panes(1, 0)
    for column, (title, width) in enumerate(COLUMNS):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, title, head)
    return sheet


def _write_totals(book: xlsxwriter.Workbook, heading: Heading, head: Format, body: Format) -> None:
    sheet = book.add_worksheet("Tổng số")
    sheet.set_column(0, 0, 60)
    sheet.set_column(1, 1, 16)
    sheet.write_string(0, 0, TITLE, head)
    lines: list[tuple[str, int | None]] = [
        (f"Dự thảo: {heading.title}", None),
        (f"Cơ quan lấy ý kiến: {heading.agency}", None),
        (f"Từ {words.day(heading.opens_at)} đến {words.day(heading.closes_at)}", None),
        ("Số ý kiến nhận được", heading.totals.received),
        ("Số ý kiến trong bảng", heading.totals.in_table),
        *((f"Trạng thái: {words.STATUSES[status]}", n) for status, n in sorted(heading.totals.by_status.items())),
        *((f"Chủ thể góp ý: {words.KINDS[kind]}", n) for kind, n in sorted(heading.totals.contributors.items())),
        *((line, None) for line in words.statement(heading)),
    ]
    for number, (text, figure) in enumerate(lines, 1):
        sheet.write_string(number, 0, text, body)
        if figure is not None:
            sheet.write_number(number, 1, figure, body)
