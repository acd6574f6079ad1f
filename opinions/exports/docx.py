"""The official table as .docx, in the form that the law's practice uses and the typography of Nghị định 30/2020/NĐ-CP.

A4 landscape, Times New Roman, national heading, four columns, the heading row repeated on every page; the first cell
merged over the rows of a provision, the last over the rows of a group. Table rows are copies of one prepared row: that
is some twenty times faster than building cells one by one.
"""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from docx import Document
from docx.document import Document as Paper
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from consultations.models import ContributorKind
from core import clock
from opinions.exports import words
from opinions.exports.words import Heading
from opinions.queries.table import table_rows

HEADINGS = (
    "NHÓM VẤN ĐỀ HOẶC ĐIỀU, KHOẢN",
    "CHỦ THỂ GÓP Ý",
    "NỘI DUNG GÓP Ý",
    "NỘI DUNG TIẾP THU, GIẢI TRÌNH",
)
WIDTHS = (Mm(45), Mm(42), Mm(85), Mm(75))
PAGE_WIDTH, PAGE_HEIGHT = Mm(297), Mm(210)
HEAD_WIDTHS, HALVES = (Mm(107), Mm(140)), (Mm(123), Mm(124))
UNDER_AGENCY, UNDER_MOTTO = Mm(28), Mm(66)
"""Lengths of the lines below the agency (a third to a half of its name) and below the motto (as long as it is)."""
WHOLE_LETTERS = 900
"""An opinion shorter than this (some twenty lines) stands whole on one page; a longer one may go over."""
FACE = "Times New Roman"
AFTER_BORDERS = ("w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")
"""What stands behind w:pBdr in the order that the format asks for, of what we write."""


def write(heading: Heading, out: IO[bytes]) -> None:
    """Write the file."""
    paper = Document()
    _set_up_page(paper)
    _national_heading(paper, heading)
    _title(paper, heading)
    _opening(paper, heading)
    _table(paper, heading)
    _closing(paper, heading)
    paper.save(out)


def _set_up_page(paper: Paper) -> None:
    section = paper.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = PAGE_WIDTH, PAGE_HEIGHT
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(20)
    normal = paper.styles["Normal"]
    normal.font.name, normal.font.size = FACE, Pt(13)
    fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(script), FACE)
    normal.paragraph_format.space_after = Pt(4)
    _page_numbers(section.header.paragraphs[0])
    section.different_first_page_header_footer = True


def _page_numbers(paragraph: Paragraph) -> None:
    """Page numbers at the head, centred, from the second page on (Nghị định 30/2020, Phụ lục I)."""
    paragraph.alignment = ALIGN.CENTER
    run = paragraph.add_run()
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)


def _national_heading(paper: Paper, heading: Heading) -> None:
    table = paper.add_table(rows=1, cols=2)
    left, right = _columns(table, HEAD_WIDTHS)
    _line(left.paragraphs[0], heading.agency.upper(), size=13, bold=True)
    _rule(left.add_paragraph(), UNDER_AGENCY, HEAD_WIDTHS[0])
    _line(right.paragraphs[0], "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", size=13, bold=True)
    _line(right.add_paragraph(), "Độc lập - Tự do - Hạnh phúc", size=14, bold=True)
    _rule(right.add_paragraph(), UNDER_MOTTO, HEAD_WIDTHS[1])
    _line(right.add_paragraph(), f"……, {_long_day(heading.made_at)}", size=13, italic=True, before=4)


def _long_day(at: datetime) -> str:
    """The day in words: "ngày 07 tháng 02", but "ngày 12 tháng 3" (Nghị định 30/2020, Phụ lục I)."""
    made = clock.local(at)
    month = f"{made.month:02}" if made.month < 3 else str(made.month)
    return f"ngày {made:%d} tháng {month} năm {made:%Y}"


def _columns(table: Table, widths: Sequence[Length]) -> tuple[_Cell, ...]:
    """Give a table its widths, in the grid too (LibreOffice reads that alone), centred; the cells of its first row."""
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    return table.rows[0].cells


def _rule(paragraph: Paragraph, length: Length, width: Length) -> None:
    """A thin line of this length in the middle of a cell."""
    padding = Mm(4)  # of the cell, left and right together
    indent = Length((width - padding - length) // 2)
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = indent
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.paragraph_format.line_spacing = Pt(3)
    borders, line = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "0"), ("color", "000000")):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    properties: Any = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(borders, *AFTER_BORDERS)


def _title(paper: Paper, heading: Heading) -> None:
    _line(paper.add_paragraph(), "BẢN TỔNG HỢP Ý KIẾN, TIẾP THU, GIẢI TRÌNH", size=14, bold=True, before=12)
    _line(paper.add_paragraph(), "Ý KIẾN GÓP Ý, PHẢN BIỆN XÃ HỘI", size=14, bold=True)
    _line(paper.add_paragraph(), f"ĐỐI VỚI {_draft_name(heading.title).upper()}", size=14, bold=True, after=10)


def _opening(paper: Paper, heading: Heading) -> None:
    totals, who = heading.totals, heading.totals.contributors
    _body(
        paper,
        f"Căn cứ Luật Ban hành văn bản quy phạm pháp luật, {heading.agency} đã tổ chức lấy ý kiến đối với "
        f"{_draft_name(heading.title)} từ ngày {words.day(heading.opens_at)} đến ngày {words.day(heading.closes_at)}. "
        "Kết quả như sau:",
    )
    _body(
        paper,
        f"1. Tổng số {words.number(sum(who.values()))} cơ quan, tổ chức, cá nhân đã tham vấn, góp ý, phản biện xã hội "
        f"(cơ quan: {words.number(who.get(ContributorKind.AGENCY, 0))}; "
        f"tổ chức: {words.number(who.get(ContributorKind.ORGANISATION, 0))}; "
        f"cá nhân: {words.number(who.get(ContributorKind.INDIVIDUAL, 0))}) "
        f"và tổng số {words.number(totals.received)} ý kiến nhận được.",
    )
    _body(paper, "2. Kết quả cụ thể như sau:")


def _closing(paper: Paper, heading: Heading) -> None:
    for number, line in enumerate(words.statement(heading)):
        paragraph = _body(paper, line, italic=True)
        paragraph.paragraph_format.space_before = Pt(0 if number else 8)
        paragraph.paragraph_format.keep_with_next = True  # nobody signs an empty page
    table = paper.add_table(rows=1, cols=2)
    right = _columns(table, HALVES)[1]
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    _line(right.paragraphs[0], "THỦ TRƯỞNG CƠ QUAN", size=13, bold=True, before=10)
    _line(right.add_paragraph(), "(Ký, ghi rõ họ tên, đóng dấu)", size=13, italic=True, after=60)


def _draft_name(title: str) -> str:
    return title if title.lower().startswith("dự thảo") else f"dự thảo {title}"


def _line(
    paragraph: Paragraph,
    text: str,
    *,
    size: int,
    bold: bool = False,
    italic: bool = False,
    before: int = 0,
    after: int = 0,
) -> None:
    paragraph.alignment = ALIGN.CENTER
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(before), Pt(after)
    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)


def _body(paper: Paper, text: str, *, italic: bool = False) -> Paragraph:
    paragraph = paper.add_paragraph()
    paragraph.paragraph_format.first_line_indent = Mm(10)
    paragraph.alignment = ALIGN.JUSTIFY
    paragraph.add_run(text).italic = italic
    return paragraph


@dataclass(frozen=True)
class _Line:
    """A row of the Word table: its cells' texts, and whether the first and the last go on from the row above."""

    cells: tuple[str, str, str, str]
    same_place: bool
    same_group: bool


def _lines(consultation_id: int) -> Iterator[_Line]:
    place = group = None
    for row in table_rows(consultation_id):
        here = (row.document_title, row.provision_position, row.place)
        same_place = here == place
        same_group = same_place and row.group_id is not None and row.group_id == group
        cells = (words.place(row), words.contributor(row), words.content(row), words.response(row))
        yield _Line(cells, same_place, same_group)
        place, group = here, row.group_id


def _table(paper: Paper, heading: Heading) -> None:
    table = paper.add_table(rows=2, cols=len(HEADINGS))
    table.style = "Table Grid"
    for cell, text in zip(_columns(table, WIDTHS), HEADINGS, strict=True):
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        _line(cell.paragraphs[0], text, size=12, bold=True, before=3, after=3)
    _repeat_on_every_page(table)
    pattern = _pattern_row(table)
    body = table._tbl
    for line in _lines(heading.consultation_id):
        body.append(_filled(pattern, line))


def _repeat_on_every_page(table: Table) -> None:
    properties = table.rows[0]._tr.get_or_add_trPr()
    for name in ("w:cantSplit", "w:tblHeader"):
        properties.append(OxmlElement(name))


def _pattern_row(table: Table) -> Any:
    """The row that all others copy: widths, 12 pt, no text. It is taken out of the table."""
    row = table.rows[1]
    for cell in row.cells:
        _empty(cell)
    table._tbl.remove(row._tr)
    return row._tr


def _empty(cell: _Cell) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
    paragraph.add_run("").font.size = Pt(12)


def _filled(pattern: Any, line: _Line) -> Any:
    row = deepcopy(pattern)
    if len(line.cells[2]) < WHOLE_LETTERS:
        row.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    cells = row.findall(qn("w:tc"))
    goes_on = (line.same_place, False, False, line.same_group)
    merged = (True, False, False, True)
    for cell, text, continues, merges in zip(cells, line.cells, goes_on, merged, strict=True):
        if merges:
            merge = OxmlElement("w:vMerge")
            merge.set(qn("w:val"), "continue" if continues else "restart")
            cell.find(qn("w:tcPr")).append(merge)
        if not continues:
            _put(cell, text)
    return row


def _put(cell: Any, text: str) -> None:
    """Put a text into a copied cell: a line of the text is a paragraph."""
    first = cell.find(qn("w:p"))
    lines = text.split("\n")
    for line in lines[1:][::-1]:
        paragraph = deepcopy(first)
        _write_run(paragraph, line)
        first.addnext(paragraph)
    _write_run(first, lines[0])


def _write_run(paragraph: Any, text: str) -> None:
    element = OxmlElement("w:t")
    element.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    element.text = text
    paragraph.find(qn("w:r")).append(element)
