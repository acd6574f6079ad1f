"""The official table as .docx, in the form that the law's practice uses (core.word holds its typography).

Four columns; a group of opinions is a row (opinions.exports.entries), the first cell is merged over the rows of a
provision.
"""

from collections.abc import Iterator
from typing import IO

from docx import Document
from docx.document import Document as Paper
from docx.shared import Mm, Pt

from consultations.models import ContributorKind
from core import word
from opinions.exports import words
from opinions.exports.entries import Limits, entries
from opinions.exports.words import Heading
from opinions.queries.table import table_rows

HEADINGS = (
    "NHÓM VẤN ĐỀ HOẶC ĐIỀU, KHOẢN",
    "CHỦ THỂ GÓP Ý",
    "NỘI DUNG GÓP Ý",
    "NỘI DUNG TIẾP THU, GIẢI TRÌNH",
)
WIDTHS = (Mm(45), Mm(42), Mm(85), Mm(75))
ANNEX = (
    f"Mỗi nhóm ý kiến là một dòng; dòng có trên {Limits.names} chủ thể hoặc trên {Limits.texts} lời ghi số còn lại; "
    f"mỗi điều khoản ghi riêng tối đa {Limits.loose} ý kiến chưa gom nhóm. Từng ý kiến ở phụ lục: bảng tính Excel của "
    "bảng này, cột “Nhóm” ghi số của nhóm."
)
WHOLE_LETTERS = 900
"""An opinion shorter than this (some twenty lines) stands whole on one page; a longer one may go over."""


def write(heading: Heading, out: IO[bytes]) -> None:
    """Write the file; holds a thousand opinions in memory at most."""
    paper = Document()
    word.set_up_page(paper)
    word.national_heading(paper, heading.agency, heading.made_at)
    _title(paper, heading)
    _opening(paper, heading)
    word.long_table(paper, HEADINGS, WIDTHS)
    _closing(paper, heading)
    word.save(paper, _rows(heading.consultation_id), out)


def _title(paper: Paper, heading: Heading) -> None:
    word.line(paper.add_paragraph(), "BẢN TỔNG HỢP Ý KIẾN, TIẾP THU, GIẢI TRÌNH", size=14, bold=True, before=12)
    word.line(paper.add_paragraph(), "Ý KIẾN GÓP Ý, PHẢN BIỆN XÃ HỘI", size=14, bold=True)
    word.line(paper.add_paragraph(), f"ĐỐI VỚI {_draft_name(heading.title).upper()}", size=14, bold=True, after=10)


def _opening(paper: Paper, heading: Heading) -> None:
    totals, who = heading.totals, heading.totals.contributors
    word.body(
        paper,
        f"Căn cứ Luật Ban hành văn bản quy phạm pháp luật, {heading.agency} đã tổ chức lấy ý kiến đối với "
        f"{_draft_name(heading.title)} từ ngày {words.day(heading.opens_at)} đến ngày {words.day(heading.closes_at)}. "
        "Kết quả như sau:",
    )
    word.body(
        paper,
        f"1. Tổng số {words.number(sum(who.values()))} cơ quan, tổ chức, cá nhân đã tham vấn, góp ý, phản biện xã hội "
        f"(cơ quan: {words.number(who.get(ContributorKind.AGENCY, 0))}; "
        f"tổ chức: {words.number(who.get(ContributorKind.ORGANISATION, 0))}; "
        f"cá nhân: {words.number(who.get(ContributorKind.INDIVIDUAL, 0))}) "
        f"và tổng số {words.number(totals.received)} ý kiến nhận được.",
    )
    word.body(paper, "2. Kết quả cụ thể như sau:")


def _closing(paper: Paper, heading: Heading) -> None:
    for number, text in enumerate([*words.statement(heading), ANNEX]):
        paragraph = word.body(paper, text, italic=True)
        paragraph.paragraph_format.space_before = Pt(0 if number else 8)
        paragraph.paragraph_format.keep_with_next = True  # nobody signs an empty page
    word.signature(paper)


def _draft_name(title: str) -> str:
    return title if title.lower().startswith("dự thảo") else f"dự thảo {title}"


def _rows(consultation_id: int) -> Iterator[str]:
    """The rows as XML. A place that goes on from the row above continues its cell."""
    place = None
    for entry in entries(table_rows(consultation_id)):
        said = entry.content()
        yield word.row(
            (
                word.cell(words.place(entry.first), WIDTHS[0], merge="continue" if entry.place == place else "restart"),
                word.cell(entry.contributors(), WIDTHS[1]),
                word.cell(said, WIDTHS[2]),
                word.cell(entry.response(), WIDTHS[3]),
            ),
            whole=len(said) < WHOLE_LETTERS,
        )
        place = entry.place
