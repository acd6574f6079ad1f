"""A published opinion as open data: every word that the site shows, and nobody's name but that of a body.

Personal data that slipped through moderation is masked. Of the time only the day is told, and of the place only the
province, so that no opinion leads to who wrote it by way of another list.
"""

from typing import Any

from consultations.models import ContributorKind
from core import clock
from core.i18n import lazy_gettext as _
from moderation.analysis import masked

FIELDS = [
    ("id", _("số của ý kiến, không đổi")),
    ("url", _("trang của điều khoản")),
    ("document", _("số của văn bản trong đợt lấy ý kiến")),
    ("lineage", _("số của điều khoản, giữ nguyên qua các phiên bản; null: ý kiến chung")),
    ("citation", _("cách gọi điều khoản ở phiên bản được góp ý")),
    ("version", _("phiên bản dự thảo được góp ý")),
    ("stance", _("support: ủng hộ, amend: cần sửa, oppose: không ủng hộ, ask: hỏi thêm")),
    ("body", _("nguyên văn ý kiến")),
    ("proposed_text", _("câu chữ đề nghị")),
    ("about_words", _("đoạn của điều khoản mà ý kiến nói tới")),
    ("contributor_kind", _("individual: cá nhân, organisation: tổ chức, agency: cơ quan")),
    ("contributor", _("tên cơ quan, tổ chức; null với cá nhân")),
    ("contributor_checked", _("cơ quan, tổ chức đã được xác minh hay chưa; null với cá nhân")),
    (
        "verification",
        _("account: có tài khoản, guest_confirmed: khách đã xác nhận thư, guest: khách, imported: nhập từ nơi khác"),
    ),
    ("province", _("mã tỉnh, thành phố, nếu có")),
    (
        "channel",
        _("web, letter: công văn, meeting: hội nghị, paper: phiếu giấy, phone, email, portal: cổng, vneid"),
    ),
    ("speaks_for_people", _("số người mà thư nói là đại diện; không cộng vào số ý kiến")),
    ("support", _("số lượt đồng tình")),
    ("day", _("ngày gửi")),
    ("group", _("số của nhóm ý kiến đã được trả lời")),
    (
        "decision",
        _(
            "trả lời đã công bố: accepted: tiếp thu, partly: tiếp thu một phần, not_accepted: không tiếp thu, "
            "already_covered: đã có trong dự thảo, out_of_scope: ngoài phạm vi"
        ),
    ),
    ("reason", _("lý do của trả lời")),
    ("resulting_text", _("câu chữ sau tiếp thu")),
]
"""What every field of an opinion means."""


def open_opinion(row: Any, url: str) -> dict[str, Any]:
    """Ready for JSON. ``row``: of ``queries.open_data.list_open``; ``url``: of the page of its provision."""
    is_person = row.kind == ContributorKind.INDIVIDUAL
    return {
        "id": row.id,
        "url": url,
        "document": row.document_id,
        "lineage": row.place or None,
        "citation": row.citation,
        "version": row.version,
        "stance": row.stance.value,
        "body": masked(row.body),
        "proposed_text": masked(row.proposed_text) or None,
        "about_words": row.quote_exact or None,
        "contributor_kind": row.kind.value,
        "contributor": None if is_person else row.public_name,
        "contributor_checked": None if is_person else row.organisation_checked_at is not None,
        "verification": row.verification.value,
        "province": row.province,
        "channel": row.channel.value,
        "speaks_for_people": row.people,
        "support": row.support_count,
        "day": f"{clock.local(row.created_at):%Y-%m-%d}",
        "group": row.group_id,
        "decision": row.decision.value if row.decision else None,
        "reason": row.reason or None,
        "resulting_text": row.resulting_text or None,
    }
