"""What the files of the desk say of the kinds of figures: each by its name, never added up."""

from collections.abc import Sequence
from typing import Any

from consultations.models import Channel, ContributorKind
from opinions.queries.apart import Apart
from opinions.queries.asked import AskedTotals


def lines(apart: Apart, channels: dict[Channel, str]) -> list[str]:
    """Sentences for the foot of a file; ``channels``: what each channel is called."""
    return [*_written(apart, channels), *_other_kinds(apart), *_asked(apart.asked)]


def figures(apart: Apart) -> dict[str, Any]:
    """The same for programs: every figure under the kind that it counts. No personal data."""
    written, ticks, reported, asked = apart.written, apart.ticks, apart.reported, apart.asked
    return {
        "written_opinions": {
            "received": apart.received,
            "counted_by_rule": apart.counted,
            "uncounted_channels": [channel.value for channel in apart.uncounted_channels],
            "by_channel": {channel.value: n for channel, n in written.by_channel()} if written else None,
            "by_contributor": {kind.value: written.of_kind(kind) for kind in ContributorKind} if written else None,
            "of_unchecked_organisations": written.unchecked if written else None,
            "letters_for_many": {"letters": written.letters, "people": written.spoken_for} if written else None,
        },
        "ticks": {"items": ticks.items, "agree": ticks.agree, "disagree": ticks.disagree, "verified": ticks.verified},
        "reported_tallies": {
            "entries": reported.entries,
            "agencies": reported.agencies,
            "meetings": reported.meetings,
            "agree": reported.agree,
            "disagree": reported.disagree,
            "other": reported.other,
        },
        "bodies_asked": {
            "asked": asked.asked,
            "opinion": asked.opinion,
            "no_opinion": asked.no_opinion,
            "silent": asked.silent,
            "late": asked.late,
        },
    }


def _written(apart: Apart, channels: dict[Channel, str]) -> Sequence[str]:
    said = []
    if apart.uncounted_channels:
        names = ", ".join(channels[channel] for channel in apart.uncounted_channels)
        said.append(
            f"Theo quy tắc của đợt lấy ý kiến, {_n(apart.counted)} ý kiến được tính vào tổng số; {_n(apart.uncounted)} "
            f"ý kiến đến qua kênh không tính ({names}) vẫn ở trong bảng và được trả lời."
        )
    written = apart.written
    if written is not None and written.letters:
        said.append(
            f"{_n(written.letters)} phiếu nói thay tổng cộng {_n(written.spoken_for)} người; số người này không cộng "
            "vào số ý kiến."
        )
    if written is not None and written.unchecked:
        said.append(f"{_n(written.unchecked)} ý kiến là của tổ chức chưa xác minh, có ghi ở từng dòng.")
    return said


def _other_kinds(apart: Apart) -> Sequence[str]:
    ticks, reported, said = apart.ticks, apart.reported, []
    if ticks.items:
        said.append(
            f"Biểu thị một chạm, đếm riêng: {_n(ticks.total)} lượt ở {_n(ticks.items)} mục, {_n(ticks.agree)} đồng ý, "
            f"{_n(ticks.disagree)} không đồng ý; {_n(ticks.verified)} lượt có tài khoản."
        )
    if reported.entries:
        said.append(
            f"Số liệu tổng hợp do {_n(reported.agencies)} cơ quan báo cáo từ hội nghị và phiếu giấy, đếm riêng: "
            f"{_n(reported.agree)} lượt đồng ý, {_n(reported.disagree)} không đồng ý, {_n(reported.other)} ý kiến khác."
        )
    return said


def _asked(asked: AskedTotals) -> Sequence[str]:
    return [asked_sentence(asked)] if asked.asked else ()


def asked_sentence(totals: AskedTotals) -> str:
    """The totals of bodies asked; they add up."""
    return (
        f"Đã gửi lấy ý kiến {_n(totals.asked)} cơ quan, tổ chức, cá nhân: {_n(totals.opinion)} có ý kiến, "
        f"{_n(totals.no_opinion)} không có ý kiến, {_n(totals.silent)} chưa trả lời "
        f"(trong đó {_n(totals.late)} quá hạn)."
    )


def _n(value: int) -> str:
    return f"{value:,}".replace(",", ".")
