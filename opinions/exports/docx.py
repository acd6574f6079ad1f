"""The official table as .docx, in the form that the law's practice uses and the typography of Nghị định 30/2020/NĐ-CP.

A4 landscape, Times New Roman, national heading, four columns, the heading row repeated on every page; the first cell
merged over the rows of a provision, the last over the rows of a group. Table rows are copies of one prepared row: that
is some twenty times faster than building cells one by one.
"""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import IO, Any

from docx import Document
from docx.document import Document as Paper
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
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
WIDTHS = (Mm(48), Mm(42), Mm(85), Mm(72))
PAGE_WIDTH, PAGE_HEIGHT = Mm(297), Mm(210)
FACE = "Times New Roman"


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
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    left, right = table.rows[0].cells
    left.width, right.width = Mm(107), Mm(140)
    _line(left.paragraphs[0], heading.agency.upper(), size=13, bold=True)
    _line(left.add_paragraph(), "―――――――", size=8)
    _line(right.paragraphs[0], "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", size=13, bold=True)
    _line(right.add_paragraph(), "Độc lập - Tự do - Hạnh phúc", size=14, bold=True)
    _line(right.add_paragraph(), "――――――――――――――", size=8)
    made = clock.local(heading.made_at)
    _line(right.add_paragraph(), f"……, ngày {made:%d} tháng {made:%m} năm {made:%Y}", size=13, italic=True)


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
    for line in words.statement(heading):
        _body(paper, line, italic=True)
    table = paper.add_table(rows=1, cols=2)
    right = table.rows[0].cells[1]
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


def _body(paper: Paper, text: str, *, italic: bool = False) -> None:
    paragraph = paper.add_paragraph()
    paragraph.paragraph_format.first_line_indent = Mm(10)
    paragraph.alignment = ALIGN.JUSTIFY
    paragraph.add_run(text).italic = italic


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
    table.autofit = False
    for cell, text, width in zip(table.rows[0].cells, HEADINGS, WIDTHS, strict=True):
        cell.width = width
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
    for cell, width in zip(row.cells, WIDTHS, strict=True):
        cell.width = width
        _empty(cell)
    table._tbl.remove(row._tr)
    return row._tr


def _empty(cell: _Cell) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(2)
    paragraph.add_run("").font.size = Pt(12)


def _filled(pattern: Any, line: _Line) -> Any:
    row = deepcopy(pattern)
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
