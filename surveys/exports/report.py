"""The results as a paper to print (.docx): a chart and a table a question, small numbers hidden as for everybody.

A report goes from hand to hand, so it holds what the public may see and no word that somebody wrote.
"""

from collections.abc import Iterable, Sequence
from typing import IO

import docx
from docx.document import Document as Paper
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.shared import Mm, Pt, RGBColor

from core import clock, word, word_chart
from core.i18n import gettext as _
from core.word_chart import Series
from surveys.models import Survey
from surveys.results import hiding
from surveys.results.figures import Group, Line, Result
from surveys.sentences import access_sentences, question_words
from surveys.services.counting import Counted, read_results

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
WIDTHS = (Mm(105), Mm(30), Mm(30))
BLACK = RGBColor(0, 0, 0)
MOST_BARS = 15
"""Bars of one chart; the table has every line."""


def write(survey: Survey, counted: Counted, out: IO[bytes]) -> None:
    """Write the report. ``survey``: with its agency."""
    paper = docx.Document()
    _set_up(paper)
    word.line(paper.add_paragraph(), survey.agency.name.upper(), size=13, bold=True)
    word.line(paper.add_paragraph(), _("BÁO CÁO KẾT QUẢ KHẢO SÁT"), size=15, bold=True, before=12)
    word.line(paper.add_paragraph(), survey.title, size=14, bold=True, after=12)
    for sentence in about(survey, counted):
        word.body(paper, sentence)
    shown = hiding.for_the_public(read_results(counted), counted.asked.total, survey.min_cell)
    for number, result in enumerate(shown, start=1):
        _question(paper, number, result, survey.min_cell)
    paper.save(out)


def about(survey: Survey, counted: Counted) -> Iterable[str]:
    """When, how many, who could answer, and how to read the figures."""
    at = clock.local(counted.at or clock.now())
    opens, closes = clock.local(survey.opens_at), clock.local(survey.closes_at)
    yield _(
        "Khảo sát mở từ %(opens)s đến %(closes)s. Số liệu tính đến %(at)s, gồm %(n)s phiếu.",
        opens=f"{opens:%d/%m/%Y}",
        closes=f"{closes:%d/%m/%Y}",
        at=f"{at:%H:%M %d/%m/%Y}",
        n=counted.asked.total,
    )
    yield access_sentences()[survey.access.value]
    yield _("Tỷ lệ tính trên số phiếu được hỏi câu đó, kể cả phiếu không trả lời.")
    if not survey.is_sample:
        yield _("Người trả lời tự chọn tham gia, không phải mẫu đại diện, nên không có sai số mẫu.")
    yield _("Số từ 1 đến %(most)s được ẩn, cùng những số mà từ đó tính ra được.", most=survey.min_cell - 1)


def _set_up(paper: Paper) -> None:
    """The margins, the face and the numbers of pages of other papers, but upright."""
    word.set_up_page(paper)
    section = paper.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = word.PAGE_HEIGHT, word.PAGE_WIDTH
    section.left_margin, section.right_margin = Mm(25), Mm(20)


def _question(paper: Paper, number: int, result: Result, k: int) -> None:
    text = question_words(result.question)
    heading = paper.add_paragraph(style="Heading 2")
    run = heading.add_run(f"{number}. {text}")
    run.font.name, run.font.size, run.font.color.rgb = word.FACE, Pt(13), BLACK
    if result.withheld:
        words = _("Không công khai: số người được hỏi câu này, hoặc phần chênh với câu khác, nhỏ hơn %(k)s.", k=k)
    elif not result.asked:
        words = _("Chưa phiếu nào được hỏi câu này.")
    else:
        words = _("%(n)s phiếu được hỏi", n=result.asked) + "."
    base = paper.add_paragraph()
    base.add_run(words).italic = True
    base.paragraph_format.keep_with_next = bool(result.asked)
    if result.asked:
        _draw(paper, result, text)
        for group in result.groups:
            _table(paper, group, result)


def _draw(paper: Paper, result: Result, text: str) -> None:
    """What has hidden parts is not drawn: a bar of another length would be read."""
    alt = _("Biểu đồ: %(of)s. Số liệu ở bảng bên dưới.", of=text)
    if result.form == "words" or result.has_hidden:
        return
    if len(result.groups) > 1:
        names = [line.label for line in result.groups[0].lines]
        parts = [
            Series(name, [group.lines[place].n or 0 for group in result.groups]) for place, name in enumerate(names)
        ]
        bars = [group.label for group in result.groups]
        word_chart.bar_chart(paper, bars, parts, alt=alt, stacked=result.adds_up)
        return
    lines = result.groups[0].lines[:MOST_BARS]
    values = [_length(line, result) for line in lines]
    if lines:
        word_chart.bar_chart(paper, [line.label for line in lines], [Series(text, values)], alt=alt)


def _length(line: Line, result: Result) -> float:
    return (line.score or 0.0) if result.form == "ranking" else float(line.n or 0)


def _table(paper: Paper, group: Group, result: Result) -> None:
    ranked = result.form == "ranking"
    heads = (group.label or _("Trả lời"), _("Phiếu"), _("Điểm Borda") if ranked else _("Tỷ lệ"))
    asked = result.asked or 0
    rows = [
        (line.label or _("Có trả lời"), _count(line.n), _score(line) if ranked else _share(line.n, asked))
        for line in group.lines
    ]
    rows.append((_("Không trả lời"), _count(group.unanswered), "" if ranked else _share(group.unanswered, asked)))
    table = paper.add_table(rows=1, cols=len(heads))
    table.style = "Table Grid"
    for cell, head in zip(word.columns(table, WIDTHS), heads, strict=True):
        cell.paragraphs[0].add_run(head).bold = True
    for row in rows:
        _fill(table.add_row().cells, row)
    paper.add_paragraph()


def _fill(cells: Sequence["docx.table._Cell"], texts: Sequence[str]) -> None:
    for place, (cell, text) in enumerate(zip(cells, texts, strict=True)):
        cell.width = WIDTHS[place]
        paragraph = cell.paragraphs[0]
        paragraph.add_run(word.NOT_XML.sub("", text))
        paragraph.alignment = ALIGN.RIGHT if place else ALIGN.LEFT


def _count(n: int | None) -> str:
    return _("ẩn") if n is None else f"{n:,}".replace(",", ".")


def _share(n: int | None, of: int) -> str:
    return "–" if n is None or not of else f"{100 * n / of:.1f}%".replace(".", ",")


def _score(line: Line) -> str:
    return "–" if line.score is None else f"{line.score:.2f}".replace(".", ",")
