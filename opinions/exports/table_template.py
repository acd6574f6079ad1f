"""The frame of the official table: the default, or an agency's own .docx with names in {{ }} where figures go.

A name written in capitals gets its value in capitals. The table stands where a paragraph says {{bảng}}; what the file
says of itself where one says {{ghi chú}}.
"""

import copy
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from docx import Document
from docx.document import Document as Paper
from docx.shared import Pt
from docx.text.paragraph import Paragraph

from consultations.models import ContributorKind
from core import word
from core.errors import RuleBroken
from core.i18n import gettext as _
from core.text import fold
from legal.errors import UnreadableFile
from legal.readers.archive import Archive
from opinions.exports import words
from opinions.exports.words import Heading

TABLE, NOTES = "bảng", "ghi chú"
NAMES = {
    "cơ quan": "cơ quan lấy ý kiến",
    "tên dự thảo": "tên dự thảo, có chữ “dự thảo” ở đầu",
    "ngày mở": "ngày bắt đầu lấy ý kiến",
    "ngày đóng": "ngày kết thúc",
    "ngày lập": "ngày lập bảng, viết đủ chữ",
    "đã hỏi": "bao nhiêu nơi được hỏi bằng văn bản, bao nhiêu nơi trả lời",
    "số chủ thể": "tổng số cơ quan, tổ chức, cá nhân",
    "số cơ quan": "số cơ quan",
    "số tổ chức": "số tổ chức",
    "số cá nhân": "số cá nhân",
    "số ý kiến": "tổng số ý kiến nhận được",
}
"""What may stand in {{ }} besides the table and the notes, and what it becomes."""
EXAMPLE_TITLE = "dự thảo Luật Thử nghiệm"
MARK = re.compile(r"\{\{\s*([^{}]{1,40}?)\s*\}\}")
ACTIVE = ("vbaProject", "activeX", "embeddings/")


def mark_of(name: str) -> str:
    """How a name is written in a template."""
    return f"{{{{{name}}}}}"


def default_paper() -> Paper:
    """The default frame, in the form that the law's practice uses."""
    paper = Document()
    word.set_up_page(paper)
    word.national_heading(paper, "{{CƠ QUAN}}", "……, {{ngày lập}}")
    word.line(paper.add_paragraph(), "BẢN TỔNG HỢP Ý KIẾN, TIẾP THU, GIẢI TRÌNH", size=14, bold=True, before=12)
    word.line(paper.add_paragraph(), "Ý KIẾN GÓP Ý, PHẢN BIỆN XÃ HỘI", size=14, bold=True)
    word.line(paper.add_paragraph(), "ĐỐI VỚI {{TÊN DỰ THẢO}}", size=14, bold=True, after=10)
    word.body(
        paper,
        "Căn cứ Luật Ban hành văn bản quy phạm pháp luật, {{cơ quan}} đã tổ chức lấy ý kiến đối với {{tên dự thảo}} "
        "từ ngày {{ngày mở}} đến ngày {{ngày đóng}}. Kết quả như sau:",
    )
    word.body(
        paper,
        "1. {{đã hỏi}}Tổng số {{số chủ thể}} cơ quan, tổ chức, cá nhân đã tham vấn, góp ý, phản biện xã hội (cơ quan: "
        "{{số cơ quan}}; tổ chức: {{số tổ chức}}; cá nhân: {{số cá nhân}}) và tổng số {{số ý kiến}} ý kiến nhận được.",
    )
    word.body(paper, "2. Kết quả cụ thể như sau:")
    paper.add_paragraph(mark_of(TABLE))
    notes = word.body(paper, mark_of(NOTES), italic=True)
    notes.paragraph_format.space_before = Pt(4)
    notes.paragraph_format.keep_with_next = True  # nobody signs an empty page
    word.signature(paper)
    return paper


def default_file() -> bytes:
    """The default frame as a file, to be changed in Word."""
    out = io.BytesIO()
    default_paper().save(out)
    return out.getvalue()


def open_template(data: bytes) -> Paper:
    """An agency's own frame. Raises RuleBroken (field ``file``) for one that is damaged, harmful or lacks its marks."""
    try:
        archive = Archive(data)
        active = [name for name in archive.names() if any(one in name for one in ACTIVE)]
        links = [link for name in archive.names() if name.endswith(".rels") for link in archive.xml(name)]
    except UnreadableFile as error:
        raise RuleBroken(str(error), "file") from error
    if active or any(_reaches_outside(link) for link in links):
        raise RuleBroken(_("Tệp có macro, tệp nhúng hoặc nội dung lấy từ nơi khác. Hãy bỏ đi rồi gửi lại."), "file")
    try:
        paper: Paper = Document(io.BytesIO(data))
        _check_marks(paper)
    except RuleBroken:
        raise
    except Exception as error:  # python-docx refuses in many ways what isn't a Word file inside
        message = _("Tệp không phải văn bản Word đọc được. Hãy mở bằng Word, lưu lại rồi gửi.")
        raise RuleBroken(message, "file") from error
    return paper


def values_of(heading: Heading) -> dict[str, str]:
    """What the names become, by name without marks."""
    who = heading.totals.contributors
    said = {
        "cơ quan": heading.agency,
        "tên dự thảo": words.draft_name(heading.title),
        "ngày mở": words.day(heading.opens_at),
        "ngày đóng": words.day(heading.closes_at),
        "ngày lập": word.long_day(heading.made_at),
        "số chủ thể": words.number(sum(who.values())),
        "số cơ quan": words.number(who.get(ContributorKind.AGENCY, 0)),
        "số tổ chức": words.number(who.get(ContributorKind.ORGANISATION, 0)),
        "số cá nhân": words.number(who.get(ContributorKind.INDIVIDUAL, 0)),
        "số ý kiến": words.number(heading.totals.received),
    }
    return {fold(name): value for name, value in said.items()}


def fill(paper: Paper, values: Mapping[str, str], notes: Sequence[str]) -> Paragraph:
    """Put the values in; returns the paragraph in whose place the table goes."""
    place: Paragraph | None = None
    for paragraph in list(_paragraphs(paper)):
        alone = _alone(paragraph)
        if alone == fold(TABLE):
            place = paragraph
        elif alone == fold(NOTES):
            _repeat(paragraph, notes)
        elif MARK.search(paragraph.text):
            _replace(paragraph, values)
    assert place is not None  # noqa: S101  # open_template has looked for it
    return place


def _reaches_outside(link: Any) -> bool:
    """Does a relationship fetch something from elsewhere? A hyperlink does only when somebody follows it."""
    return link.get("TargetMode") == "External" and not str(link.get("Type", "")).endswith("/hyperlink")


def _check_marks(paper: Paper) -> None:
    known = {fold(name) for name in (*NAMES, TABLE, NOTES)}
    found = [name for paragraph in _paragraphs(paper) for name in MARK.findall(paragraph.text)]
    unknown = sorted({name for name in found if fold(name) not in known})
    if unknown:
        names = ", ".join(mark_of(name) for name in unknown[:5])
        raise RuleBroken(_("Không hiểu: %(names)s.", names=names), "file")
    if sum(_alone(paragraph) == fold(TABLE) for paragraph in paper.paragraphs) != 1:
        raise RuleBroken(_("Phải có đúng một đoạn chỉ ghi {{bảng}}, ngoài mọi bảng khác: chỗ đặt bảng ý kiến."), "file")
    if sum(fold(name) == fold(TABLE) for name in found) != 1:
        raise RuleBroken(_("{{bảng}} phải đứng riêng một đoạn và chỉ một lần."), "file")


def _alone(paragraph: Paragraph) -> str:
    """The folded name of a mark that is all that a paragraph says."""
    found = MARK.fullmatch(paragraph.text.strip())
    return fold(found[1]) if found else ""


def _paragraphs(paper: Paper) -> Iterator[Paragraph]:
    """Every paragraph: of the text, of tables in it, of heads and feet of pages."""
    roots: list[Any] = [paper.element.body]
    for section in paper.sections:
        parts = (section.header, section.first_page_header, section.footer, section.first_page_footer)
        roots += [part._element for part in parts if not part.is_linked_to_previous]
    for root in roots:
        for element in root.iter("{*}p"):
            if str(element.tag).endswith("wordprocessingml/2006/main}p"):
                yield Paragraph(element, paper._body)


def _replace(paragraph: Paragraph, values: Mapping[str, str]) -> None:
    """Run by run, so that each keeps its face; as one run where a mark goes over several."""
    runs = paragraph.runs
    if sum(len(MARK.findall(run.text)) for run in runs) == len(MARK.findall(paragraph.text)):
        for run in runs:
            if MARK.search(run.text):
                run.text = _said(run.text, values)
        return
    whole = _said(paragraph.text, values)
    for run in runs:
        run.text = ""
    runs[0].text = whole


def _said(text: str, values: Mapping[str, str]) -> str:
    def value(found: re.Match[str]) -> str:
        said = word.NOT_XML.sub("", values.get(fold(found[1]), ""))
        return said.upper() if found[1].isupper() else said

    return MARK.sub(value, text)


def _repeat(paragraph: Paragraph, texts: Sequence[str]) -> None:
    """One paragraph of this face for each text."""
    for text in texts:
        element = copy.deepcopy(paragraph._p)
        paragraph._p.addprevious(element)
        made = Paragraph(element, paragraph._parent)
        for run in made.runs[1:]:
            run.text = ""
        if made.runs:
            made.runs[0].text = word.NOT_XML.sub("", text)
    drop(paragraph)


def drop(paragraph: Paragraph) -> None:
    """Take a paragraph out of its paper."""
    element: Any = paragraph._p
    element.getparent().remove(element)
