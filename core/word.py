"""Official papers as .docx: the typography of Nghị định 30/2020/NĐ-CP, and tables of any length in flat memory.

python-docx makes the paper around the table. The rows of a long table never become objects: they are written as XML
while the file is packed, at the place that ``long_table`` marked.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import IO, Any
from xml.sax.saxutils import escape

from docx.document import Document as Paper
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from lxml import etree

from core import clock

FACE = "Times New Roman"
PAGE_WIDTH, PAGE_HEIGHT = Mm(297), Mm(210)
HEAD_WIDTHS, HALVES = (Mm(107), Mm(140)), (Mm(123), Mm(124))
UNDER_AGENCY, UNDER_MOTTO = Mm(28), Mm(66)
"""Lengths of the lines below the agency (a third to a half of its name) and below the motto (as long as it is)."""
AFTER_BORDERS = ("w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")
"""What stands behind w:pBdr in the order that the format asks for, of what we write."""
ROWS = "rows stand here"
BODY = "word/document.xml"
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
MARKS = {"": "", "strong": "<w:b/>", "ins": "<w:b/>", "del": "<w:strike/>"}
AFTER_SIZE = {"ins": '<w:u w:val="single"/>'}
"""The format asks for an order of properties: what stands behind the size of the letters."""


def set_up_page(paper: Paper) -> None:
    """A4 landscape, the decree's margins and face, page numbers at the head from the second page on."""
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


def national_heading(
    paper: Paper, agency: str, made_at: datetime | str, widths: tuple[Length, Length] = HEAD_WIDTHS
) -> None:
    """The agency on the left; the nation's name, its motto and the day (``made_at``, aware, or words) on the right."""
    day = made_at if isinstance(made_at, str) else f"……, {long_day(made_at)}"
    left, right = columns(paper.add_table(rows=1, cols=2), widths)
    line(left.paragraphs[0], agency.upper(), size=13, bold=True)
    _rule(left.add_paragraph(), UNDER_AGENCY, widths[0])
    line(right.paragraphs[0], "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", size=13, bold=True)
    line(right.add_paragraph(), "Độc lập - Tự do - Hạnh phúc", size=14, bold=True)
    _rule(right.add_paragraph(), UNDER_MOTTO, widths[1])
    line(right.add_paragraph(), day, size=13, italic=True, before=4)


def signature(paper: Paper, halves: tuple[Length, Length] = HALVES) -> None:
    """Who signs, on the right, never torn over two pages."""
    table = paper.add_table(rows=1, cols=2)
    right = columns(table, halves)[1]
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    line(right.paragraphs[0], "THỦ TRƯỞNG CƠ QUAN", size=13, bold=True, before=10)
    line(right.add_paragraph(), "(Ký, ghi rõ họ tên, đóng dấu)", size=13, italic=True, after=60)


def line(
    paragraph: Paragraph,
    text: str,
    *,
    size: int,
    bold: bool = False,
    italic: bool = False,
    before: int = 0,
    after: int = 0,
) -> None:
    """A centred line of a heading; sizes and spaces in points."""
    paragraph.alignment = ALIGN.CENTER
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(before), Pt(after)
    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)


def body(paper: Paper, text: str, *, italic: bool = False) -> Paragraph:
    """A paragraph of the text, justified, its first line set in."""
    paragraph = paper.add_paragraph()
    paragraph.paragraph_format.first_line_indent = Mm(10)
    paragraph.alignment = ALIGN.JUSTIFY
    paragraph.add_run(text).italic = italic
    return paragraph


def long_day(at: datetime) -> str:
    """The day in words: "ngày 07 tháng 02", but "ngày 12 tháng 3" (Nghị định 30/2020, Phụ lục I)."""
    made = clock.local(at)
    month = f"{made.month:02}" if made.month < 3 else str(made.month)
    return f"ngày {made:%d} tháng {month} năm {made:%Y}"


def columns(table: Table, widths: Sequence[Length]) -> tuple[_Cell, ...]:
    """Give a table its widths, in the grid too (LibreOffice reads that alone), centred; the cells of its first row."""
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    return table.rows[0].cells


def long_table(paper: Paper, headings: Sequence[str], widths: Sequence[Length]) -> Table:
    """A ruled table whose heading row is repeated on every page; its rows are given to ``save``. One a paper."""
    table: Table = paper.add_table(rows=1, cols=len(headings))
    table.style = "Table Grid"
    for cell, text in zip(columns(table, widths), headings, strict=True):
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        line(cell.paragraphs[0], text, size=12, bold=True, before=3, after=3)
    repeat_head(table)
    table._tbl.append(etree.Comment(ROWS))
    return table


def repeat_head(table: Table) -> None:
    """Repeat the first row of a table on every page that it goes over; it is never torn."""
    properties = table.rows[0]._tr.get_or_add_trPr()
    for name in ("w:cantSplit", "w:tblHeader"):
        properties.append(OxmlElement(name))


def save(paper: Paper, rows: Iterable[str], out: IO[bytes]) -> None:
    """Pack the paper with the rows of its long table, each as ``row`` makes it, one at a time."""
    frame = io.BytesIO()
    paper.save(frame)
    with zipfile.ZipFile(frame) as made, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for item in made.infolist():
            if item.filename != BODY:
                packed.writestr(item, made.read(item))
                continue
            before, after = made.read(item).split(f"<!--{ROWS}-->".encode())
            with packed.open(BODY, "w", force_zip64=True) as file:
                file.write(before)
                for text in rows:
                    file.write(text.encode())
                file.write(after)


def row(cells: Sequence[str], *, whole: bool) -> str:
    """A row of the long table from its cells. ``whole``: it is not torn over two pages."""
    kept = "<w:trPr><w:cantSplit/></w:trPr>" if whole else ""
    return f"<w:tr>{kept}{''.join(cells)}</w:tr>"


def cell(text: str, width: Length, *, merge: str = "") -> str:
    """A cell of 12 pt, a paragraph each line of the text. ``merge``: "restart", or "continue" from the row above."""
    merged = f'<w:vMerge w:val="{merge}"/>' if merge else ""
    shown = "" if merge == "continue" else text
    paragraphs = "".join(map(_paragraph, shown.split("\n")))
    return f'<w:tc><w:tcPr><w:tcW w:type="dxa" w:w="{width.twips}"/>{merged}</w:tcPr>{paragraphs}</w:tc>'


def marked_cell(parts: Sequence[tuple[str, str]], width: Length) -> str:
    """A cell of (mark, text): "strong", "ins" (bold, underlined), "del" (struck through), or "" for plain words."""
    lines = [""]
    for mark, text in parts:
        first, *more = text.split("\n")
        lines[-1] += _run(first, mark)
        lines += [_run(one, mark) for one in more]
    return f'<w:tc><w:tcPr><w:tcW w:type="dxa" w:w="{width.twips}"/></w:tcPr>{"".join(map(_of_runs, lines))}</w:tc>'


def _paragraph(text: str) -> str:
    return _of_runs(_run(text))


def _of_runs(runs: str) -> str:
    return f'<w:p><w:pPr><w:spacing w:before="40" w:after="40"/></w:pPr>{runs}</w:p>'


def _run(text: str, mark: str = "") -> str:
    return (
        f'<w:r><w:rPr>{MARKS[mark]}<w:sz w:val="24"/><w:szCs w:val="24"/>{AFTER_SIZE.get(mark, "")}</w:rPr>'
        f'<w:t xml:space="preserve">{escape(NOT_XML.sub("", text))}</w:t></w:r>'
    )


def _page_numbers(paragraph: Paragraph) -> None:
    paragraph.alignment = ALIGN.CENTER
    run = paragraph.add_run()
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)


def _rule(paragraph: Paragraph, length: Length, width: Length) -> None:
    """A thin line of this length in the middle of a cell."""
    padding = Mm(4)  # of the cell, left and right together
    indent = Length((width - padding - length) // 2)
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = indent
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.paragraph_format.line_spacing = Pt(3)
    borders, edge = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "0"), ("color", "000000")):
        edge.set(qn(f"w:{name}"), value)
    borders.append(edge)
    properties: Any = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(borders, *AFTER_BORDERS)
