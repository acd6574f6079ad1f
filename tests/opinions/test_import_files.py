"""Spreadsheets as people really save them, and as somebody hostile might."""

import io
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from core.errors import RuleBroken
from opinions.imports import columns, encodings, running
from opinions.imports.columns import Field, find_layout
from opinions.imports.strings import Strings
from tests.opinions.sheets import HEADINGS, as_csv, as_xlsx, rows_of

LINE = "Điều 5,Nguyễn Thị Hằng,Đề nghị bổ sung quy định của luật về người được hưởng,Đồng ý\n"
TEXT = ",".join(HEADINGS) + "\n" + LINE * 3
TCVN3 = (
    "§iÒu kho¶n,Chñ thÓ gãp ý,Néi dung gãp ý,LËp tr­êng\n"
    "§iÒu 5,NguyÔn ThÞ H»ng,§Ò nghÞ bæ sung quy ®Þnh cña luËt vÒ ng­êi ®­îc h­ëng,§ång ý\n"
).encode("cp1252")
"""As Excel saves a sheet that was typed in .VnTime."""


def keep(folder: Path, data: bytes, name: str = "y-kien.csv") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def workbook(make: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        make(book)
    return made.getvalue()


class TestEncoding:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
    def test_is_found_out(self, tmp_path: Path, encoding: str) -> None:
        assert rows_of(keep(tmp_path, TEXT.encode(encoding)))[1].cells[1] == "Nguyễn Thị Hằng"

    def test_windows_1258_puts_marks_behind_letters(self, tmp_path: Path) -> None:
        words = "Đê\u0300 nghi\u0323 bô\u0309 sung quy đi\u0323nh cu\u0309a luâ\u0323t va\u0300 ngươ\u0300i đươ\u0323c"
        data = f"{words} hươ\u0309ng\n".encode("cp1258") * 3
        assert encodings.detect(keep(tmp_path, data)) == "cp1258"

    def test_old_fonts_are_read_as_what_they_show(self, tmp_path: Path) -> None:
        rows = rows_of(keep(tmp_path, TCVN3))
        assert rows[0].cells == list(HEADINGS)
        assert rows[1].cells[1:3] == ["Nguyễn Thị Hằng", "Đề nghị bổ sung quy định của luật về người được hưởng"]

    def test_what_cannot_be_told_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(RuleBroken, match="bảng mã"):
            rows_of(keep(tmp_path, bytes(range(128, 256)) * 20))

    def test_a_damaged_row_among_good_ones_is_reported_alone(self, tmp_path: Path) -> None:
        rows = rows_of(keep(tmp_path, (LINE * 30).encode() + b"\xc4\xff,An,x,y\n" + LINE.encode()))
        assert [row.fault for row in rows] == [""] * 30 + ["encoding", ""]


class TestDelimited:
    @pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
    def test_finds_the_delimiter(self, tmp_path: Path, delimiter: str) -> None:
        rows = rows_of(keep(tmp_path, as_csv([("Điều 5", "An; Bình", "một, hai", "")], delimiter=delimiter)))
        assert rows[1].cells == ["Điều 5", "An; Bình", "một, hai", ""]

    def test_a_quote_that_nobody_closed_costs_one_row(self, tmp_path: Path) -> None:
        good = as_csv([(f"Điều {n}", "An", f"Lời {n}", "") for n in range(1, 200)])
        lines = good.decode().splitlines(keepends=True)
        lines.insert(50, 'Điều 9,An,"Lời không đóng,\r\n')
        rows = rows_of(keep(tmp_path, "".join(lines).encode()))
        assert [row.number for row in rows if row.fault] == [51]
        assert [row.cells for row in rows if not row.fault] == [row.cells for row in rows_of(keep(tmp_path, good))]

    def test_a_line_without_end_is_one_row_too_many(self, tmp_path: Path) -> None:
        rows = rows_of(keep(tmp_path, TEXT.encode() + b"x" * 3_000_000 + b"\n" + LINE.encode()))
        assert [row.fault for row in rows] == ["", "", "", "", "quotes", ""]

    def test_breaks_inside_a_cell_are_one_row(self, tmp_path: Path) -> None:
        rows = rows_of(keep(tmp_path, as_csv([("Điều 5", "An", "một\nhai\n\nba", "")])))
        assert [row.number for row in rows] == [1, 2]

    @given(
        st.lists(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0\ufffe")), min_size=2), min_size=1)
    )
    def test_any_cells_come_back_as_they_were(
        self, tmp_path_factory: pytest.TempPathFactory, cells: list[list[str]]
    ) -> None:
        path = keep(tmp_path_factory.mktemp("rows"), as_csv(cells, HEADINGS))
        read = [list(row.cells) for row in rows_of(path) if not row.fault][1:]
        assert read == cells


class TestWorkbook:
    def test_merged_hidden_calculated_and_dated_cells(self, tmp_path: Path) -> None:
        def make(book: xlsxwriter.Workbook) -> None:
            book.add_worksheet("Ẩn").hide()
            sheet = book.add_worksheet("Góp ý")
            sheet.activate()
            sheet.set_first_sheet()
            sheet.merge_range("B1:C1", "Chủ thể góp ý")
            sheet.write_row(0, 0, ["Điều khoản"])
            sheet.write_row(0, 3, ["Nội dung góp ý", "Ngày nhận", "Số người"])
            sheet.write_row(1, 1, ["Họ tên", "Tỉnh"])
            sheet.merge_range("A3:A5", "Điều 5")
            sheet.write_row(2, 1, ["An", "Huế", "Một"])
            sheet.write_datetime(2, 4, date(2026, 3, 5), book.add_format({"num_format": "dd/mm/yyyy"}))
            sheet.write_number(2, 5, 500)
            sheet.write_row(3, 1, ["Bình", "Huế", "Hai"])
            sheet.set_row(3, None, None, {"hidden": True})
            sheet.write_row(4, 1, ["Chi", "Huế"])
            sheet.write_formula(4, 3, "=CONCAT(B5)", None, "")

        path = keep(tmp_path, workbook(make), "y-kien.xlsx")
        source = running.open_source(path, path.name)
        assert (source.facts.sheet, list(source.facts.unread)) == ("Góp ý", ["Ẩn"])
        layout = find_layout(source)
        assert layout.header_row == 2
        assert layout.columns == {
            Field.PLACE: 0, Field.NAME: 1, Field.PROVINCE: 2, Field.BODY: 3, Field.RECEIVED: 4, Field.PEOPLE: 5,
        }  # fmt: skip
        rows = list(source.rows())[2:]
        assert [row.cells[0] for row in rows] == ["Điều 5"] * 3
        assert list(rows[0].cells[3:]) == ["Một", "05/03/2026", "500"]
        assert [row.hidden for row in rows] == [False, True, False]
        assert rows[2].cells[3] == "=CONCAT(B5)"

    def test_numbers_of_rows_are_those_of_the_sheet(self, tmp_path: Path) -> None:
        def make(book: xlsxwriter.Workbook) -> None:
            sheet = book.add_worksheet()
            sheet.write(0, 0, "Nội dung góp ý")
            sheet.write(1_048_575, 0, "Dòng cuối cùng")

        rows = rows_of(keep(tmp_path, workbook(make), "dai.xlsx"))
        assert [(row.number, row.cells[0]) for row in rows] == [(1, "Nội dung góp ý"), (1_048_576, "Dòng cuối cùng")]

    def test_a_bomb_is_refused_unopened(self, tmp_path: Path) -> None:
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/worksheets/sheet1.xml", b" " * 60_000_000)
        with pytest.raises(RuleBroken, match="quá lớn"):
            rows_of(keep(tmp_path, made.getvalue(), "bom.xlsx"))

    @pytest.mark.parametrize("damage", ["cut", "entity", "no sheet", "not a zip", "strings"])
    def test_damage_is_said_in_a_sentence(self, tmp_path: Path, damage: str) -> None:
        good = as_xlsx([("Điều 5", "An", "Một", "")])
        data = good[: len(good) // 2] if damage == "cut" else b"PK\x03\x04 none" if damage == "not a zip" else good
        if damage in ("entity", "no sheet", "strings"):
            data = _changed(good, damage)
        with pytest.raises(RuleBroken, match="bị hỏng"):
            rows_of(keep(tmp_path, data, "hong.xlsx"))

    def test_long_strings_lie_on_disk(self) -> None:
        strings = Strings()
        texts = ["", "một", "hai\n", "😀" * 1000, ""]
        for text in texts:
            strings.add(text)
        assert [strings[number] for number in range(len(texts))] == texts
        with pytest.raises(IndexError):
            strings[5]
        strings.close()


def _changed(good: bytes, damage: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if damage == "entity" and name == "xl/workbook.xml":
                data = data.replace(b"<workbook", b'<!DOCTYPE x [<!ENTITY a "b">]><workbook', 1)
            if damage == "strings" and name == "xl/sharedStrings.xml":
                data = data[:-20]
            if not (damage == "no sheet" and "worksheets/" in name):
                new.writestr(name, data)
    return made.getvalue()


class TestHeadings:
    @pytest.mark.parametrize(
        ("heading", "field"),
        [
            ("NHÓM VẤN ĐỀ HOẶC ĐIỀU, KHOẢN", Field.PLACE),
            ("Điều/khoản", Field.PLACE),
            ("CHỦ THỂ\nGÓP Ý", Field.NAME),
            ("Họ và tên người góp ý", Field.NAME),
            ("noi dung gop y", Field.BODY),
            ("Ý kiến tham gia", Field.BODY),
            ("NỘI DUNG TIẾP THU, GIẢI TRÌNH", None),
            ("STT", None),
            ("Ghi chú", None),
            ("Lập trường", Field.STANCE),
            ("Số chữ ký", Field.PEOPLE),
            ("Xã/phường", Field.COMMUNE),
        ],
    )
    def test_are_recognised(self, heading: str, field: Field | None) -> None:
        assert columns.recognise(heading) == field
