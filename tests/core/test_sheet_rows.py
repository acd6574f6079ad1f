"""Rows written as XML: what goes in comes out, whatever the text, and the frame around them stays."""

import io
from typing import Any

import openpyxl
import xlsxwriter

from core import sheet_rows

ROWS: list[list[Any]] = [
    ["=1+1", 1.5, None],
    ['<&>"]]>', -3, "  giữ khoảng trắng "],
    [None, 0, "hai\ndòng"],
    ["\x00\x0bhỏng\ud800", 123456789012345.0, ""],
]


def test_what_goes_in_comes_out() -> None:
    frame, out = io.BytesIO(), io.BytesIO()
    with xlsxwriter.Workbook(frame) as book:
        book.add_worksheet("Phiếu").write_row(0, 0, ["a", "b", "c"])
        book.add_worksheet("Bảng mã").write_row(0, 0, ["x"])
    writer = sheet_rows.RowWriter(3)
    rows = (writer.row(number, cells) for number, cells in enumerate(ROWS, start=2))
    sheet_rows.pack(frame, "xl/worksheets/sheet1.xml", rows, columns=3, count=len(ROWS) + 1, out=out)
    for lazily in (False, True):
        read = openpyxl.load_workbook(out, read_only=lazily)
        assert read.sheetnames == ["Phiếu", "Bảng mã"]
        heads, *found = [list(row) for row in read["Phiếu"].iter_rows(values_only=True)]
        assert heads == ["a", "b", "c"]
        assert [row[:2] for row in found] == [["=1+1", 1.5], ['<&>"]]>', -3], [None, 0], ["hỏng", 123456789012345]]
        assert found[1][2] == "  giữ khoảng trắng "
    assert openpyxl.load_workbook(out)["Phiếu"]["A2"].data_type != "f"


def test_a_text_too_long_for_a_cell_is_cut() -> None:
    row = sheet_rows.RowWriter(1).row(1, ["a" * 40_000])
    assert row.count("a") - row.count("space") == sheet_rows.LONGEST_TEXT
