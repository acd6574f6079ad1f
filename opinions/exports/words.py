"""The words of the exports: what a row says in each column, and what a file says of itself."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from consultations.models import Channel, ContributorKind, Stance, Verification
from core import clock
from moderation.models import ReviewStatus
from opinions.models import ResponseState
from opinions.queries.asked import AskedTotals
from opinions.queries.table import Totals, is_published, table_rows
from opinions.services.sheet_format import DECISIONS

STANCES = {
    Stance.SUPPORT: "Ủng hộ",
    Stance.AMEND: "Đề nghị sửa",
    Stance.OPPOSE: "Không đồng ý",
    Stance.ASK: "Hỏi",
}
STATUSES = {
    ReviewStatus.UNCONFIRMED: "khách chưa xác nhận địa chỉ",
    ReviewStatus.PENDING: "chờ kiểm duyệt",
    ReviewStatus.PUBLISHED: "đã công bố",
    ReviewStatus.REFUSED: "bị từ chối theo quy tắc",
    ReviewStatus.SPAM: "thư rác",
    ReviewStatus.WITHDRAWN: "người góp ý đã rút",
}
KINDS = {
    ContributorKind.INDIVIDUAL: "cá nhân",
    ContributorKind.ORGANISATION: "tổ chức",
    ContributorKind.AGENCY: "cơ quan",
}
CHANNELS = {
    Channel.WEB: "trang Dân Bàn",
    Channel.LETTER: "văn bản",
    Channel.MEETING: "hội nghị",
    Channel.PAPER: "phiếu giấy",
    Channel.PHONE: "điện thoại",
    Channel.EMAIL: "thư điện tử",
    Channel.PORTAL: "cổng thông tin",
    Channel.VNEID: "VNeID",
}
STATES = {
    None: "chưa viết",
    ResponseState.DRAFT: "đang viết",
    ResponseState.SUBMITTED: "chờ duyệt",
    ResponseState.RETURNED: "bị trả lại",
    ResponseState.APPROVED: "đã duyệt",
    ResponseState.PUBLISHED: "đã công bố",
}
GENERAL = "Chung"
NOBODY_ASKED = AskedTotals()
TOLD_EACH = 5_000
"""Opinions after which who waits for a file is told."""


@dataclass(frozen=True)
class Heading:
    """What a file is about: the consultation, whose it is, when the file was made (aware), and its totals.

    ``apart``: what it says of the other kinds of figures (``opinions.exports.apart``). ``asked``: bodies asked.
    ``written``: is told now and then how many opinions more were written.
    """

    consultation_id: int
    title: str
    agency: str
    opens_at: datetime
    closes_at: datetime
    made_at: datetime
    totals: Totals
    apart: tuple[str, ...] = ()
    asked: AskedTotals = NOBODY_ASKED
    written: Callable[[int], object] | None = None

    def rows(self, *, by_problem: bool = False) -> Iterator[Any]:
        """The rows of the table, as ``opinions.queries.table.table_rows`` gives them."""
        for number, row in enumerate(table_rows(self.consultation_id, by_problem=by_problem), 1):
            yield row
            if self.written is not None and number % TOLD_EACH == 0:
                self.written(TOLD_EACH)


def place(row: Any) -> str:
    """Where a comment stands: "Khoản 5 Điều 22. Mức hưởng …"; "Chung" for the whole draft; said where it is gone."""
    return _place(row.citation, row.heading, row.gone_since)


@lru_cache  # rows of one place follow each other
def _place(citation: str | None, heading: str | None, gone_since: int) -> str:
    if not citation:
        name = heading or GENERAL
    else:
        citation = citation[0].upper() + citation[1:]
        name = f"{citation}. {heading}" if heading else citation
    return f"{name} (không còn ở dự thảo {gone_since})" if gone_since else name


def draft_name(title: str) -> str:
    """The title, with the word "dự thảo" before it if it has none."""
    return title if title.lower().startswith("dự thảo") else f"dự thảo {title}"


def body_name(name: str, kind: ContributorKind, checked_at: datetime | str | None) -> str:
    """An agency or organisation, with a note where nobody has checked that it is one."""
    return f"{name} (chưa xác minh)" if kind == ContributorKind.ORGANISATION and checked_at is None else name


def is_out(state: ResponseState | None) -> bool:
    """Has the public seen the response?"""
    return state == ResponseState.PUBLISHED


def contributor(row: Any) -> str:
    """Who spoke, with what is known of it."""
    notes = []
    if row.contributor_kind == ContributorKind.ORGANISATION and row.organisation_checked_at is None:
        notes.append("chưa xác minh")
    if row.verification == Verification.GUEST_CONFIRMED:
        notes.append("khách, đã xác nhận địa chỉ")
    elif row.verification == Verification.GUEST:
        notes.append("khách")
    if row.people:
        notes.append(f"nói thay {number(row.people)} người")
    return f"{row.contributor_name} ({'; '.join(notes)})" if notes else str(row.contributor_name)


def content(row: Any) -> str:
    """What was said: the stance, the opinion, and the wording proposed."""
    parts = [f"{STANCES[row.stance]}."]
    if row.body:
        parts.append(row.body)
    if row.proposed_text:
        parts.append(f"Đề nghị viết lại: “{row.proposed_text}”")
    return "\n".join(parts)


def group(row: Any) -> str:
    """The number and the name of the group; empty for an opinion in none."""
    if row.group_id is None:
        return ""
    return f"{row.group_id}. {row.group_title}" if row.group_title else str(row.group_id)


def response(row: Any) -> str:
    """What the agency answered, once that is approved and published; empty before."""
    if not is_published(row):
        return ""
    parts = [f"{DECISIONS[row.decision]}.", row.reason]
    if row.resulting_text:
        parts.append(f"Viết lại thành: “{row.resulting_text}”")
    return "\n".join(parts)


def number(value: int) -> str:
    return f"{value:,}".replace(",", ".")


def moment(at: datetime) -> str:
    return clock.local(at).strftime("%H:%M ngày %d/%m/%Y")


@lru_cache(1024)  # what was imported came on few days
def day(at: datetime) -> str:
    local = clock.local(at)
    return f"{local.day:02}/{local.month:02}/{local.year}"


def statement(heading: Heading) -> list[str]:
    """What a file says of itself: when it was made, how many it holds, what is left out and why. Totals reconcile."""
    totals = heading.totals
    held = (
        f"Lập lúc {moment(heading.made_at)}. Nhận được {number(totals.received)} ý kiến; "
        f"bảng này có {number(totals.in_table)} ý kiến của {number(totals.submissions)} phiếu góp ý."
    )
    lines = [held]
    left_out = [f"{number(count)} {STATUSES[status]}" for status, count in sorted(totals.left_out.items())]
    lines.append(f"Không đưa vào bảng: {'; '.join(left_out)}." if left_out else "Không ý kiến nào bị để ngoài bảng.")
    pending = totals.by_status.get(ReviewStatus.PENDING, 0)
    if pending:
        lines.append(f"Trong bảng có {number(pending)} ý kiến đang chờ kiểm duyệt, chưa công bố.")
    return [*lines, *heading.apart]
