"""The certificate of posting as .docx: which version was public from when to when, its SHA-256, how many opinions came.

The result of posting is proved by a written notice (Thông tư 33/2026/TT-BCA).
"""

from collections.abc import Iterator, Sequence
from typing import IO

from docx import Document
from docx.shared import Mm

from core import word
from opinions.exports import words
from opinions.exports.words import Heading
from opinions.queries.posting import Posting, list_postings

HEADINGS = ("DỰ THẢO", "CÔNG KHAI TỪ", "ĐẾN", "TỆP, SHA-256", "Ý KIẾN NHẬN ĐƯỢC")
WIDTHS = (Mm(62), Mm(38), Mm(38), Mm(77), Mm(32))
NEWEST = "nay (bản mới nhất)"


def write(heading: Heading, out: IO[bytes], *, address: str) -> None:
    """Write the paper; ``address`` is that of the public page."""
    postings = list_postings(heading.consultation_id)
    paper = Document()
    word.set_up_page(paper)
    word.national_heading(paper, heading.agency, heading.made_at)
    word.line(paper.add_paragraph(), "XÁC NHẬN KẾT QUẢ ĐĂNG TẢI DỰ THẢO", size=14, bold=True, before=12)
    word.line(paper.add_paragraph(), heading.title.upper(), size=14, bold=True, after=10)
    word.body(
        paper,
        f"{heading.agency} đã đăng tải dự thảo tại {address} để lấy ý kiến từ ngày {words.day(heading.opens_at)} đến "
        f"hết ngày {words.day(heading.closes_at)}. Tính đến {words.moment(heading.made_at)}, nhận được "
        f"{words.number(heading.totals.received)} ý kiến, {words.number(heading.totals.in_table)} ý kiến đưa vào Bản "
        "tổng hợp. Các bản dự thảo đã công khai như sau:",
    )
    word.long_table(paper, HEADINGS, WIDTHS)
    for line in words.statement(heading)[1:]:
        word.body(paper, line, italic=True)
    word.body(
        paper,
        "Ý kiến ở từng dòng là ý kiến nhận được trong thời gian bản ấy là bản mới nhất. Ai có tệp đều kiểm được: mã "
        "SHA-256 của tệp trùng với mã ghi trên thì đúng là tệp đã đăng tải.",
        italic=True,
    )
    word.signature(paper)
    word.save(paper, _rows(postings), out)


def _rows(postings: Sequence[Posting]) -> Iterator[str]:
    several = len({posting.document_id for posting in postings}) > 1
    for posting in postings:
        name = f"Dự thảo {posting.number}"
        cells = (
            f"{posting.document}. {name}" if several else name,
            words.moment(posting.since),
            words.moment(posting.until) if posting.until else NEWEST,
            f"{posting.file_name}\n{posting.sha256}",
            words.number(posting.opinions),
        )
        yield word.row([word.cell(text, width) for text, width in zip(cells, WIDTHS, strict=True)], whole=True)
