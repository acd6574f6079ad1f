"""The official table as .docx, in the form that the law's practice uses (core.word holds its typography).

Four columns; a group of opinions is a row (opinions.exports.entries), the first cell is merged over the rows of a
provision, or of a problem. The frame around the table is the agency's own (opinions.exports.table_template), if it
has one.
"""

from collections.abc import Iterator
from typing import IO

from docx.document import Document as Paper
from docx.shared import Length, Mm

from core import word
from core.text import fold
from opinions.exports import table_template, words
from opinions.exports.entries import Entry, Limits, entries
from opinions.exports.words import Heading
from opinions.queries.table_templates import find_template

HEADINGS = (
    "NHÓM VẤN ĐỀ HOẶC ĐIỀU, KHOẢN",
    "CHỦ THỂ GÓP Ý",
    "NỘI DUNG GÓP Ý",
    "NỘI DUNG TIẾP THU, GIẢI TRÌNH",
)
SHARES = (45, 42, 85, 75)
"""How wide the columns are; in millimetres where the page is as wide as that of the default."""
ANNEX = (
    f"Mỗi nhóm ý kiến là một dòng; dòng có trên {Limits.names} chủ thể hoặc trên {Limits.texts} lời ghi số còn lại; "
    f"mỗi điều khoản ghi riêng tối đa {Limits.loose} ý kiến chưa gom nhóm. Từng ý kiến ở phụ lục: bảng tính Excel của "
    "bảng này, cột “Nhóm” ghi số của nhóm."
)
WHOLE_LETTERS = 900
"""An opinion shorter than this (some twenty lines) stands whole on one page; a longer one may go over."""
OTHER = "Vấn đề khác"
EXAMPLE = (
    ("Điều 1. Phạm vi điều chỉnh", "Chủ thể A", "Nội dung góp ý.", "Tiếp thu."),
    ("Điều 2. Đối tượng áp dụng", "Chủ thể B", "Nội dung góp ý.", "Không tiếp thu, vì …"),
)


def write(heading: Heading, out: IO[bytes]) -> None:
    """Write the table by provisions; holds a thousand opinions in memory at most."""
    _write(heading, out, by_problem=False)


def write_by_problem(heading: Heading, out: IO[bytes]) -> None:
    """Write the table by problems: groups of one name stand together, wherever in the draft they are."""
    _write(heading, out, by_problem=True)


def write_example(paper: Paper, heading: Heading, out: IO[bytes]) -> None:
    """A frame with a table of two made-up rows, to look at."""
    widths = _frame(paper, heading)
    made = [[word.cell(text, width) for text, width in zip(row, widths, strict=True)] for row in EXAMPLE]
    word.save(paper, (word.row(cells, whole=True) for cells in made), out)


def _write(heading: Heading, out: IO[bytes], *, by_problem: bool) -> None:
    own = find_template(heading.consultation_id)
    paper = table_template.open_template(own.path.read_bytes()) if own else table_template.default_paper()
    widths = _frame(paper, heading)
    word.save(paper, _rows(heading, widths, by_problem=by_problem), out)


def _frame(paper: Paper, heading: Heading) -> list[Length]:
    """Fill the frame and put the head of the table where it belongs; the widths of its columns."""
    notes = [*words.statement(heading), ANNEX]
    values = table_template.values_of(heading) | {fold("đã hỏi"): _asked(heading)}
    place = table_template.fill(paper, values, notes)
    section = paper.sections[0]
    room = (section.page_width or Mm(297)) - (section.left_margin or Mm(30)) - (section.right_margin or Mm(20))
    widths = [Length(room * share // sum(SHARES)) for share in SHARES]
    table = word.long_table(paper, HEADINGS, widths)
    place._p.addprevious(table._tbl)
    table_template.drop(place)
    return widths


def _asked(heading: Heading) -> str:
    """How many bodies were asked in writing, and how many of them are silent; nothing where none was."""
    asked, number = heading.asked, words.number
    if not asked.asked:
        return ""
    return (
        f"Đã gửi xin ý kiến {number(asked.asked)} cơ quan, tổ chức, cá nhân bằng văn bản, {number(asked.answered)} nơi "
        f"trả lời ({number(asked.no_opinion)} không có ý kiến khác), {number(asked.silent)} nơi chưa trả lời. "
    )


def _rows(heading: Heading, widths: list[Length], *, by_problem: bool) -> Iterator[str]:
    """The rows as XML. A place or a problem that goes on from the row above continues its cell."""
    before = None
    for entry in entries(heading.rows(by_problem=by_problem)):
        where, said = words.place(entry.first), entry.content()
        here = (entry.first.group_title or OTHER,) if by_problem else entry.place
        yield word.row(
            (
                word.cell(here[0] if by_problem else where, widths[0], merge=_merge(here == before)),
                word.cell(entry.contributors(), widths[1]),
                word.cell(f"{where}:\n{said}" if by_problem else said, widths[2]),
                word.cell(entry.response(), widths[3]),
            ),
            whole=len(said) < WHOLE_LETTERS,
        )
        before = here


def _merge(goes_on: bool) -> str:
    return "continue" if goes_on else "restart"


__all__ = ["ANNEX", "HEADINGS", "Entry", "write", "write_by_problem", "write_example"]
