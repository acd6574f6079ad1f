"""Reading .xlsx row by row, with what openpyxl's streaming mode and calamine leave out.

Neither tells which rows are hidden, which cells are merged, or what a formula says that was never calculated, and both
hold every shared string in memory. Here the parts of the zip file are streamed through lxml, the shared strings lie on
disk, and limits are held while reading, whatever the file claims.
Format: ECMA-376, part 1, §18.
"""

import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import IO, Any

from lxml import etree

from core.errors import RuleBroken
from core.i18n import gettext as _
from core.text import nfc
from opinions.imports.source import MAX_COLUMNS, Facts, Row, too_long
from opinions.imports.strings import Strings

MAX_UNPACKED = 4 * 2**30
"""Bytes that all parts together may claim: a million rows take about one."""
MAX_RATIO = 300
"""How many times larger than packed one large part may be."""
MAX_PARTS = 5_000
MAX_SMALL_PART = 20 * 2**20
MAX_MERGES = 200_000
DAMAGED = (zipfile.BadZipFile, etree.XMLSyntaxError, EOFError, OSError, NotImplementedError, RuntimeError)
OPTIONS: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}
DATE_FORMATS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_DATE_LETTERS = re.compile(r"[dy]|m(?=.*[dy])|(?<=[dy/-])m", re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*?\bref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_LETTERS = re.compile("[A-Z]+")


@dataclass(frozen=True)
class Sheet:
    """A sheet of the workbook: its name, the part it stands in, whether it is hidden."""

    name: str
    part: str
    hidden: bool


@dataclass
class Merges:
    """Merged cells by their first row: (first column, last column, last row)."""

    starting: dict[int, list[tuple[int, int, int]]] = field(default_factory=lambda: defaultdict(list))


class Workbook:
    """An .xlsx file of which one sheet is read: the one named, else the first that is not hidden."""

    def __init__(self, path: Path, sheet: str = "") -> None:
        self._path = path
        self._wanted = sheet
        with self._opened() as archive:
            _check(archive)

    @cached_property
    def facts(self) -> Facts:
        with self._opened() as archive:
            sheets = _sheets(archive)
            chosen = self._choose(sheets)
            expected = _expected(archive, chosen.part)
        others = [one.name for one in sheets if one is not chosen]
        names = [one.name for one in sheets]
        return Facts("xlsx", sheet=chosen.name, unread=others, expected=expected, sheets=names)

    def rows(self) -> Iterator[Row]:
        """Every row that the sheet holds; rows that are left out of the file are blank ones."""
        with self._opened() as archive:
            chosen = self._choose(_sheets(archive))
            strings, dates = _shared_strings(archive), _date_styles(archive)
            try:
                merges = _merges(archive, chosen.part)
                yield from _filled_down(_rows(archive, chosen.part, strings, dates), merges)
            finally:
                strings.close()

    def _choose(self, sheets: list[Sheet]) -> Sheet:
        for one in sheets:
            if one.name == self._wanted:
                return one
        return next((one for one in sheets if not one.hidden), sheets[0])

    @contextmanager
    def _opened(self) -> Iterator[zipfile.ZipFile]:
        try:
            with zipfile.ZipFile(self._path) as archive:
                yield archive
        except DAMAGED as error:
            raise _damaged() from error
        except Exception as error:  # zlib.error and friends of other compressions
            if type(error).__module__ in ("zlib", "_lzma", "lzma"):
                raise _damaged() from error
            raise


def _check(archive: zipfile.ZipFile) -> None:
    infos = archive.infolist()
    swollen = any(
        info.file_size > 5_000_000 and info.file_size > MAX_RATIO * max(info.compress_size, 1) for info in infos
    )
    if swollen or sum(info.file_size for info in infos) > MAX_UNPACKED or len(infos) > MAX_PARTS:
        raise RuleBroken(_("Tệp nén bất thường: khi mở ra quá lớn nên hệ thống không nhận."), "file")
    if any(info.flag_bits & 0x1 for info in infos):
        raise RuleBroken(_("Tệp có đặt mật khẩu nên không đọc được. Hãy bỏ mật khẩu rồi gửi lại."), "file")


def _sheets(archive: zipfile.ZipFile) -> list[Sheet]:
    targets = {one.get("Id"): str(one.get("Target", "")) for one in _small(archive, "xl/_rels/workbook.xml.rels")}
    found = []
    for one in _small(archive, "xl/workbook.xml").iter("{*}sheet"):
        reference = next((value for name, value in one.attrib.items() if str(name).endswith("}id")), "")
        target = targets.get(reference, "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if "worksheets/" in part and part in archive.namelist():
            found.append(Sheet(str(one.get("name", "")), part, one.get("state", "visible") != "visible"))
    if not found:
        raise _damaged()
    return found


def _small(archive: zipfile.ZipFile, name: str) -> Any:
    """The root of a part that is read whole."""
    if name not in archive.namelist():
        raise _damaged()
    with archive.open(name) as stream:
        data = stream.read(MAX_SMALL_PART + 1)
    if len(data) > MAX_SMALL_PART or b"<!DOCTYPE" in data[:4096]:
        raise _damaged()
    return etree.fromstring(data, etree.XMLParser(**OPTIONS))


def _expected(archive: zipfile.ZipFile, part: str) -> int | None:
    """What the sheet says of its own size."""
    with archive.open(part) as stream:
        found = re.search(rb'<(?:\w+:)?dimension\b[^>]*?ref="[A-Z]+\d+:[A-Z]+(\d{1,7})"', stream.read(4096))
    return int(found[1]) if found else None


def _shared_strings(archive: zipfile.ZipFile) -> Strings:
    strings = Strings()
    if "xl/sharedStrings.xml" in archive.namelist():
        with archive.open("xl/sharedStrings.xml") as stream:
            try:
                for item in _elements(stream, "si"):
                    strings.add(_text_of(item))
            except BaseException:
                strings.close()
                raise
    return strings


def _elements(stream: IO[bytes], name: str) -> Iterator[Any]:
    """Elements of one name, each gone from memory once the next is asked for."""
    for _event, element in etree.iterparse(stream, events=("end",), tag=f"{{*}}{name}", **OPTIONS):
        yield element
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


def _text_of(item: Any) -> str:
    """The text of a string, without how it is pronounced (rPh)."""
    return "".join(part.text or "" for part in item.iter("{*}t") if not str(part.getparent().tag).endswith("}rPh"))


def _date_styles(archive: zipfile.ZipFile) -> frozenset[int]:
    """Numbers of the cell styles that show a day."""
    if "xl/styles.xml" not in archive.namelist():
        return frozenset()
    root = _small(archive, "xl/styles.xml")
    own = {
        int(one.get("numFmtId", 0)): str(one.get("formatCode", ""))
        for one in root.iter("{*}numFmt")
        if str(one.get("numFmtId", "")).isdigit()
    }
    days = {number for number, code in own.items() if _DATE_LETTERS.search(_QUOTED.sub("", code))}
    cells = next(iter(root.iter("{*}cellXfs")), ())
    return frozenset(
        place
        for place, one in enumerate(cells)
        if str(one.get("numFmtId", "")).isdigit() and int(one.get("numFmtId")) in (DATE_FORMATS | days)
    )


def _merges(archive: zipfile.ZipFile, part: str) -> Merges:
    """Merged cells stand behind all rows, so they are looked for before."""
    merges, count, tail = Merges(), 0, b""
    with archive.open(part) as stream:
        while chunk := stream.read(1 << 20):
            window = tail + chunk
            end = 0
            for found in _MERGE.finditer(window):
                end = found.end()
                count += 1
                if count > MAX_MERGES:
                    return merges
                first, last = _column(found[1].decode()), _column(found[3].decode())
                merges.starting[int(found[2])].append((first, last, int(found[4])))
            tail = window[max(end, len(window) - 200) :]
    return merges


def _rows(archive: zipfile.ZipFile, part: str, strings: Strings, dates: frozenset[int]) -> Iterator[Row]:
    number = 0
    with archive.open(part) as stream:
        for element in _elements(stream, "row"):
            said = str(element.get("r", ""))
            number = max(int(said) if said.isdigit() else 0, number + 1)
            cells = _cells(element, strings, dates)
            hidden = element.get("hidden") in ("1", "true")
            if too_long(cells):
                yield Row(number, (), fault="long", hidden=hidden)
            else:
                yield Row(number, cells, hidden=hidden)


def _cells(row: Any, strings: Strings, dates: frozenset[int]) -> list[str]:
    cells: list[str] = []
    for one in row:
        where = _LETTERS.match(str(one.get("r", "")))
        column = _column(where[0]) if where else len(cells)
        if column >= MAX_COLUMNS or column < len(cells):
            continue
        cells.extend([""] * (column - len(cells)))
        cells.append(_value(one, strings, dates))
    return cells


def _value(cell: Any, strings: Strings, dates: frozenset[int]) -> str:
    """What a cell shows; a formula that was never calculated shows itself."""
    kind = cell.get("t", "n")
    parts = {etree.QName(part).localname: part for part in cell}
    value = _text_of(parts["is"]) if "is" in parts else (parts["v"].text or "") if "v" in parts else ""
    if kind == "s":
        return _shared(strings, value)
    if kind == "n" and value:
        style = str(cell.get("s", ""))
        return _number(value, is_day=style.isdigit() and int(style) in dates)
    if not value and "f" in parts:
        return f"={parts['f'].text or ''}"
    return nfc(value)


def _shared(strings: Strings, number: str) -> str:
    try:
        return nfc(strings[int(number)])
    except (ValueError, IndexError):
        return ""


def _number(value: str, *, is_day: bool) -> str:
    try:
        number = float(value)
    except ValueError:
        return value
    if is_day and 1 <= number < 2_958_466:
        return f"{date(1899, 12, 30) + timedelta(days=int(number)):%d/%m/%Y}"
    return str(int(number)) if number == int(number) and abs(number) < 1e15 else repr(number)


def _filled_down(rows: Iterator[Row], merges: Merges) -> Iterator[Row]:
    """Rows with the text of merged cells repeated down, and the spans of cells that are merged across."""
    open_: list[tuple[int, int, str]] = []  # column, last row, text
    for row in rows:
        starting = merges.starting.pop(row.number, ())
        open_ = [one for one in open_ if one[1] >= row.number]
        if not starting and not open_:
            yield row
            continue
        cells = list(row.cells)
        for column, _last, text in open_:
            cells.extend([""] * (column + 1 - len(cells)))
            cells[column] = cells[column] or text
        for first, _last_column, last_row in starting:
            if last_row > row.number and first < len(cells):
                open_.append((first, last_row, cells[first]))
        spans = [(first, last) for first, last, _row in starting if last > first]
        yield Row(row.number, cells, row.fault, row.hidden, spans)


def _column(letters: str) -> int:
    """0 for A."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _damaged() -> RuleBroken:
    return RuleBroken(_("Tệp bị hỏng, không mở được. Hãy mở bằng Excel, lưu lại thành .xlsx rồi gửi lại."), "file")
