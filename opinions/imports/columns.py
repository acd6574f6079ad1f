"""Which column of a spreadsheet holds what: by the words of its headings, by what was chosen before, or by hand."""

import enum
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import Any

from core.i18n import gettext as _
from core.text import fold, words
from opinions.imports.source import Row, Source

LOOKED_AT = 20
"""Rows among which the headings are looked for."""
LONGEST_HEADING = 120


class Field(enum.StrEnum):
    """What a column may hold."""

    PLACE = "place"
    NAME = "name"
    ORGANISATION = "organisation"
    KIND = "kind"
    BODY = "body"
    PROPOSED = "proposed"
    STANCE = "stance"
    PROVINCE = "province"
    COMMUNE = "commune"
    PEOPLE = "people"
    RECEIVED = "received"
    CHANNEL = "channel"


EXACT: Mapping[Field, str] = {
    Field.PLACE: "điều khoản|điều|điều, khoản|điều/khoản|điều khoản điểm|khoản|vị trí|nhóm vấn đề hoặc điều khoản|"
    "nhóm vấn đề|nhóm vấn đề, điều khoản|điều khoản góp ý|điều khoản dự thảo|nội dung dự thảo|quy định của dự thảo|mục",
    Field.NAME: "chủ thể góp ý|chủ thể|họ và tên|họ tên|tên|người góp ý|tên người góp ý|cá nhân góp ý|đơn vị góp ý|"
    "cơ quan góp ý|cơ quan, tổ chức, cá nhân|cơ quan, tổ chức, cá nhân góp ý|tên cá nhân|người gửi|nguồn góp ý",
    Field.ORGANISATION: "tổ chức|cơ quan|cơ quan, tổ chức|đơn vị|tên tổ chức|tên cơ quan|tên đơn vị|doanh nghiệp|"
    "nơi công tác|đơn vị công tác|tên cơ quan, tổ chức|cơ quan, đơn vị",
    Field.KIND: "loại chủ thể|đối tượng|loại|đối tượng góp ý|loại đối tượng|phân loại chủ thể",
    Field.BODY: "nội dung góp ý|nội dung|ý kiến|ý kiến góp ý|góp ý|nội dung ý kiến|nội dung ý kiến góp ý|kiến nghị|"
    "nội dung kiến nghị|ý kiến tham gia|nội dung tham gia|nội dung tham gia ý kiến|đề xuất|lý do",
    Field.PROPOSED: "câu chữ đề nghị|đề nghị sửa thành|đề xuất sửa đổi|phương án đề xuất|nội dung đề nghị sửa|"
    "đề nghị viết lại|nội dung sửa đổi đề xuất|câu chữ đề xuất|sửa thành",
    Field.STANCE: "lập trường|quan điểm|thái độ|ý kiến chung|đồng ý/không đồng ý|tán thành/không tán thành|"
    "đồng ý hay không|kết quả|biểu thị|mức độ đồng ý|loại ý kiến",
    Field.PROVINCE: "tỉnh|tỉnh, thành phố|tỉnh/thành phố|tỉnh thành|địa phương|thành phố|tỉnh/tp|địa bàn",
    Field.COMMUNE: "xã|xã, phường|xã/phường|phường|xã phường đặc khu|phường, xã|xã/phường/thị trấn|xã, phường, đặc khu",
    Field.PEOPLE: "số người|số lượng|số chữ ký|số người ký|số lượng người|số lượt|số người đại diện|số người góp ý|"
    "đại diện cho",
    Field.RECEIVED: "ngày nhận|ngày|ngày gửi|ngày tiếp nhận|thời gian|ngày tháng|ngày góp ý|thời điểm|thời gian gửi",
    Field.CHANNEL: "kênh|hình thức|hình thức góp ý|kênh góp ý|phương thức|kênh tiếp nhận|hình thức gửi|nguồn",
}
LIKE: Sequence[tuple[Field, str]] = (
    (Field.PROPOSED, r"\b(sua thanh|viet lai|cau chu|phuong an de xuat)\b"),
    (Field.PLACE, r"\bdieu khoan\b|\bkhoan dieu\b|^vi tri\b"),
    (Field.NAME, r"\bchu the\b|\bho (va )?ten\b|\bnguoi gop y\b|\bca nhan\b"),
    (Field.BODY, r"\b(noi dung|y kien) .*(gop y|tham gia|kien nghi)|\bgop y\b"),
    (Field.STANCE, r"\b(lap truong|quan diem|tan thanh|dong y)\b"),
    (Field.PEOPLE, r"^so (nguoi|luong|chu ky|luot)\b"),
    (Field.PROVINCE, r"^tinh\b"),
    (Field.COMMUNE, r"^(xa|phuong)\b"),
    (Field.RECEIVED, r"^(ngay|thoi (gian|diem))\b"),
    (Field.ORGANISATION, r"\b(to chuc|co quan|don vi)\b"),
)
NEVER = re.compile(r"\b(tiep thu|giai trinh|tra loi|ghi chu|stt|so thu tu)\b")
"""Headings of what the agency writes itself."""


def heading_key(heading: str) -> str:
    """A heading as it is compared: without marks, case, punctuation, line breaks."""
    return " ".join(words(fold(heading)))


_BY_KEY = {heading_key(words_): field_ for field_, all_ in EXACT.items() for words_ in all_.split("|")}
_LIKE = [(field_, re.compile(pattern)) for field_, pattern in LIKE]


def recognise(heading: str) -> Field | None:
    """What a heading says its column holds."""
    if not heading or len(heading) > LONGEST_HEADING:
        return None
    key = heading_key(heading)
    if not key or NEVER.search(key):
        return None
    return _BY_KEY.get(key) or next((field_ for field_, pattern in _LIKE if pattern.search(key)), None)


def count_recognised(cells: Sequence[str]) -> int:
    """How many different fields the cells of a row name."""
    return len({found for cell in cells if (found := recognise(cell))})


@dataclass(frozen=True)
class Layout:
    """Where the headings stand and which column (0 for the first) holds what. ``header_row`` 0: there are none."""

    header_row: int
    headings: Sequence[str]
    columns: Mapping[Field, int] = field(default_factory=dict)
    sheet: str = ""

    @property
    def can_be_read(self) -> bool:
        """Is there a column with what was said?"""
        return Field.BODY in self.columns or Field.PROPOSED in self.columns

    def field_of(self, column: int) -> Field | None:
        return next((one for one, where in self.columns.items() if where == column), None)

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"columns": {str(name): column for name, column in self.columns.items()}}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Layout":
        columns = {Field(name): int(column) for name, column in kept.get("columns", {}).items()}
        return cls(kept.get("header_row", 0), kept.get("headings", ()), columns, kept.get("sheet", ""))


def find_layout(source: Source, remembered: Mapping[str, str] | None = None, header_row: int | None = None) -> Layout:
    """Find the headings among the first rows; a heading that was mapped by hand before is taken as it was then.

    ``remembered``: the field ("" for none) by heading key. ``header_row``: where a person says that they stand, 0 for
    nowhere.
    """
    known, sheet = remembered or {}, source.facts.sheet
    rows = [row for row in islice(source.rows(), LOOKED_AT) if not row.is_blank]
    if header_row is None:
        found = max(rows, key=lambda row: (_familiar(row, known), -row.number), default=None)
        if found is not None and _familiar(found, known) == 0:
            found = rows[0] if _looks_like_headings(rows[0]) else None
    else:
        found = next((row for row in rows if row.number == header_row), None)
    if found is None:
        width = max((len(row.cells) for row in rows), default=0)
        return Layout(0, [_letter(number) for number in range(width)], sheet=sheet)
    after = next((row for row in rows if row.number == found.number + 1), None)
    headings, last = _with_second_line(found, after)
    return Layout(last, headings, _columns(headings, known), sheet)


def _familiar(row: Row, remembered: Mapping[str, str]) -> int:
    """How many cells of a row are headings that say something to us."""
    mapped = sum(bool(remembered.get(heading_key(cell))) for cell in row.cells if len(cell) <= LONGEST_HEADING)
    return max(count_recognised(row.cells), mapped)


def _looks_like_headings(row: Row) -> bool:
    """Several short cells, none of them a number: names of columns that we do not know."""
    told = [cell.strip() for cell in row.cells if cell.strip()]
    return len(told) > 1 and all(len(cell) <= 40 and not any(map(str.isdigit, cell)) for cell in told)


def with_columns(layout: Layout, chosen: Iterable[str]) -> Layout:
    """The layout with what a person chose for each column, in order; one that is chosen twice stays with the first."""
    columns: dict[Field, int] = {}
    for column, name in enumerate(chosen):
        if name in set(Field):
            columns.setdefault(Field(name), column)
    return Layout(layout.header_row, layout.headings, columns, layout.sheet)


def _with_second_line(row: Row, after: Row | None) -> tuple[list[str], int]:
    """The headings, and the row in which they end: a heading merged across has its own below it."""
    headings = [" ".join(cell.split()) for cell in row.cells]
    below = [] if after is None else [" ".join(cell.split()) for cell in after.cells]
    covered = {column for first, last in row.spans for column in range(first, last + 1)}
    if not any(column < len(below) and recognise(below[column]) for column in covered):
        return headings, row.number
    headings.extend([""] * (len(below) - len(headings)))
    for column in covered:
        if column < len(below) and below[column]:
            headings[column] = below[column]
    return headings, row.number + 1


def _columns(headings: Sequence[str], remembered: Mapping[str, str]) -> dict[Field, int]:
    """Exact headings first, so that "Nội dung góp ý" wins over "Góp ý khác" wherever they stand."""
    columns: dict[Field, int] = {}
    keys = [heading_key(heading) for heading in headings]
    for column, key in enumerate(keys):
        if remembered.get(key):
            columns.setdefault(Field(remembered[key]), column)
    for exact in (True, False):
        for column, key in enumerate(keys):
            found = _BY_KEY.get(key) if exact else recognise(headings[column])
            if found and key not in remembered and column not in columns.values():
                columns.setdefault(found, column)
    if Field.NAME not in columns and Field.ORGANISATION in columns:
        columns[Field.NAME] = columns.pop(Field.ORGANISATION)
    return columns


def _letter(column: int) -> str:
    """A column as spreadsheets name it: A … Z, AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def labels() -> dict[Field, str]:
    """The fields on a screen, in the order in which they are offered."""
    return {
        Field.PLACE: _("Điều khoản"),
        Field.NAME: _("Chủ thể góp ý"),
        Field.BODY: _("Nội dung góp ý"),
        Field.PROPOSED: _("Câu chữ đề nghị"),
        Field.STANCE: _("Lập trường"),
        Field.ORGANISATION: _("Cơ quan, tổ chức"),
        Field.KIND: _("Loại chủ thể"),
        Field.PROVINCE: _("Tỉnh, thành phố"),
        Field.COMMUNE: _("Xã, phường"),
        Field.PEOPLE: _("Số người"),
        Field.RECEIVED: _("Ngày nhận"),
        Field.CHANNEL: _("Kênh"),
    }
