"""The narrative report as .docx: how many spoke, when, from where, about what, and what was answered; with charts.

Upright A4 in the typography of core.word; every chart stands above the table of its figures.
"""

from collections.abc import Sequence
from typing import IO

from docx import Document
from docx.document import Document as Paper
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.shared import Length, Mm, Pt

from core import tilemap, word, word_chart
from core.word_chart import Series
from opinions.exports import words
from opinions.exports.words import Heading
from opinions.queries import answers, pictures, places
from opinions.queries.answers import AnswerRow
from opinions.services.sheet_format import DECISIONS

TOP_PLACES, TOP_GROUPS, TOP_BODIES = 15, 20, 30
FIGURE, ROOM = Mm(28), Mm(160)
"""The width of a column of figures, and of all columns together."""
HEAD_WIDTHS, HALVES = (Mm(52), Mm(108)), (Mm(80), Mm(80))


def write(heading: Heading, out: IO[bytes]) -> None:
    """Write the report."""
    paper, about = Document(), pictures.About(heading.consultation_id)
    _set_up(paper)
    word.national_heading(paper, heading.agency, heading.made_at, HEAD_WIDTHS)
    word.line(paper.add_paragraph(), "BÁO CÁO TÓM TẮT", size=14, bold=True, before=12)
    word.line(paper.add_paragraph(), "VỀ Ý KIẾN GÓP Ý VÀ VIỆC TIẾP THU, GIẢI TRÌNH", size=14, bold=True)
    word.line(paper.add_paragraph(), f"ĐỐI VỚI {words.draft_name(heading.title).upper()}", size=14, bold=True, after=10)
    _received(paper, heading, about)
    _over_time(paper, about)
    _by_place(paper, heading.consultation_id)
    _problems(paper, heading.consultation_id)
    _answered(paper, heading.consultation_id)
    _provinces(paper, about)
    _bodies(paper, about)
    for number, text in enumerate(words.statement(heading)):
        closing = word.body(paper, text, italic=True)
        closing.paragraph_format.space_before = Pt(0 if number else 8)
    word.signature(paper, HALVES)
    paper.save(out)


def _set_up(paper: Paper) -> None:
    """The face and the numbers of pages of the official table, but upright, with the decree's margins."""
    word.set_up_page(paper)
    section = paper.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = word.PAGE_HEIGHT, word.PAGE_WIDTH
    section.left_margin, section.right_margin = Mm(30), Mm(20)


def _received(paper: Paper, heading: Heading, about: pictures.About) -> None:
    totals, who = heading.totals, heading.totals.contributors
    _head(paper, "I. Ý kiến nhận được")
    word.body(
        paper,
        f"{heading.agency} lấy ý kiến đối với {words.draft_name(heading.title)} từ ngày {words.day(heading.opens_at)} "
        f"đến ngày {words.day(heading.closes_at)}. Đã nhận {words.number(totals.received)} ý kiến; "
        f"{words.number(totals.in_table)} ý kiến được tổng hợp, của {words.number(sum(who.values()))} chủ thể: "
        + "; ".join(f"{words.number(n)} {words.KINDS[kind]}" for kind, n in sorted(who.items()))
        + ".",
    )
    stances = {words.STANCES[stance]: n for stance, n in pictures.by_stance(about).items()}
    _figures(paper, "Lập trường", stances, totals.in_table)
    channels = {_capital(words.CHANNELS[channel]): n for channel, n in pictures.by_channel(about).items()}
    _figures(paper, "Kênh tiếp nhận", channels, totals.in_table)


def _over_time(paper: Paper, about: pictures.About) -> None:
    points, step = pictures.by_day(about)
    if not points:
        return
    _head(paper, "II. Ý kiến theo thời gian")
    most = max(points, key=lambda one: one[1])
    unit = "ngày" if step == 1 else f"{step} ngày"
    word.body(
        paper,
        f"Ý kiến đến từ ngày {words.day(points[0][0])}. Nhiều nhất là {words.number(most[1])} ý kiến, "
        + (f"ngày {words.day(most[0])}." if step == 1 else f"trong {unit} kể từ ngày {words.day(most[0])}."),
    )
    said = {words.day(at): n for at, n in points if n}
    shown = dict(sorted(said.items(), key=lambda one: -one[1])[:TOP_PLACES])
    _figures(paper, f"Từ ngày (mỗi bước {unit})", {name: n for name, n in said.items() if name in shown}, 0)
    if len(said) > len(shown):
        word.body(paper, f"Bảng ghi {len(shown)} bước nhiều ý kiến nhất trong {len(said)} bước có ý kiến.", italic=True)


def _by_place(paper: Paper, consultation_id: int) -> None:
    spoken = [place for place in places.survey(consultation_id).places if place.counts.total]
    if not spoken:
        return
    _head(paper, "III. Ý kiến theo điều khoản")
    word.body(paper, f"{words.number(len(spoken))} chỗ trong dự thảo có ý kiến. Những chỗ có nhiều ý kiến nhất:")
    top = sorted(spoken, key=lambda place: -place.counts.total)[:TOP_PLACES]
    names = [place.name[:1].upper() + place.name[1:] or words.GENERAL for place in top]
    parts = [Series(label, [getattr(place.counts, stance) for place in top]) for stance, label in words.STANCES.items()]
    word_chart.bar_chart(paper, names, parts, alt="Lập trường theo điều khoản. Số liệu ở bảng bên dưới.", stacked=True)
    rows = [
        (name, *(words.number(getattr(place.counts, stance)) for stance in words.STANCES))
        for name, place in zip(names, top, strict=True)
    ]
    _table(paper, ("Điều khoản", *words.STANCES.values()), rows)


def _problems(paper: Paper, consultation_id: int) -> None:
    rows = sorted(answers.list_answer_rows(consultation_id), key=lambda row: -row.members)
    if not rows:
        return
    _head(paper, "IV. Những vấn đề được nêu nhiều nhất")
    for number, row in enumerate(rows[:TOP_GROUPS], 1):
        title = row.title or row.opinion[:120]
        where = row.name or words.GENERAL
        word.body(paper, f"{number}. {title} ({where}; {words.number(row.members)} ý kiến). {_told(row)}")
    if len(rows) > TOP_GROUPS:
        left = words.number(len(rows) - TOP_GROUPS)
        word.body(paper, f"Còn {left} nhóm ý kiến khác, ghi đủ trong Bản tổng hợp.", italic=True)


def _told(row: AnswerRow) -> str:
    """The published answer in one sentence; what isn't published is not told."""
    if row.decision is None or not words.is_out(row.state):
        return "Chưa có trả lời được công bố."
    return f"{DECISIONS[row.decision]}: {row.reason}"


def _answered(paper: Paper, consultation_id: int) -> None:
    found = pictures.by_decision(consultation_id)
    _head(paper, "V. Tiếp thu, giải trình")
    if not found:
        word.body(paper, "Chưa có trả lời nào được công bố.")
        return
    groups, opinions = (sum(one[place] for one in found.values()) for place in (0, 1))
    word.body(paper, f"Đã công bố {words.number(groups)} trả lời, cho {words.number(opinions)} ý kiến. Theo số ý kiến:")
    _figures(paper, "Kết quả", {DECISIONS[decision]: one[1] for decision, one in found.items()}, opinions)


def _provinces(paper: Paper, about: pictures.About) -> None:
    counts, unknown = pictures.by_province(about)
    if not counts:
        return
    _head(paper, "VI. Ý kiến theo tỉnh, thành phố")
    word.body(paper, f"Theo nơi mà người góp ý ghi; {words.number(unknown)} ý kiến không ghi. Chưa chia cho dân số.")
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    named = {tilemap.PROVINCES[code].name: n for code, n in ordered if code in tilemap.PROVINCES}
    _figures(paper, "Tỉnh, thành phố", named, 0)


def _bodies(paper: Paper, about: pictures.About) -> None:
    found = pictures.list_bodies(about)
    if not found:
        return
    _head(paper, "VII. Cơ quan, tổ chức đã góp ý")
    named = [
        (words.body_name(row.public_name, row.kind, row.checked), words.KINDS[row.kind], words.number(row.n))
        for row in found[:TOP_BODIES]
    ]
    _table(paper, ("Tên", "Loại", "Ý kiến"), named)
    if len(found) > TOP_BODIES:
        word.body(paper, f"Bảng ghi {TOP_BODIES} nơi nhiều ý kiến nhất.", italic=True)


def _head(paper: Paper, text: str) -> None:
    paragraph = paper.add_paragraph()
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.keep_with_next = Pt(10), True
    paragraph.add_run(text).bold = True


def _figures(paper: Paper, what: str, counts: dict[str, int], of: int) -> None:
    """A chart above its table. ``of``: what the shares are of, 0 for none."""
    shown = dict(list(counts.items())[:TOP_PLACES])
    alt = f"Biểu đồ: {what}. Số liệu ở bảng bên dưới."
    word_chart.bar_chart(paper, list(shown), [Series(what, list(shown.values()))], alt=alt)
    heads: tuple[str, ...] = (what, "Ý kiến", "Tỷ lệ") if of else (what, "Ý kiến")
    rows = [(name, words.number(n), _share(n, of)) if of else (name, words.number(n)) for name, n in counts.items()]
    _table(paper, heads, rows)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _share(n: int, of: int) -> str:
    return f"{100 * n / of:.1f}%".replace(".", ",")


def _table(paper: Paper, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A ruled table: names on the left, figures on the right; its heading row is repeated on every page."""
    widths = [Length(ROOM - FIGURE * (len(heads) - 1)), *[FIGURE] * (len(heads) - 1)]
    table = paper.add_table(rows=1, cols=len(heads))
    table.style = "Table Grid"
    for cell, head in zip(word.columns(table, widths), heads, strict=True):
        word.line(cell.paragraphs[0], head, size=12, bold=True, before=2, after=2)
    word.repeat_head(table)
    for row in rows:
        for place, (cell, text) in enumerate(zip(table.add_row().cells, row, strict=True)):
            cell.width = widths[place]
            paragraph = cell.paragraphs[0]
            paragraph.add_run(word.NOT_XML.sub("", text)).font.size = Pt(12)
            paragraph.alignment = ALIGN.RIGHT if place and text[:1].isdigit() else ALIGN.LEFT
    paper.add_paragraph()
