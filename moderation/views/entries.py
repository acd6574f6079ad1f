"""The lines of the log in few words."""

from typing import Any

from core.i18n import gettext as _
from moderation.models import ReviewAction
from moderation.services import status_name


def entry_words(entry: Any) -> str:
    """What was done, or which status the case got by it. ``entry``: a row of ``list_log`` or ``list_history``."""
    action = ReviewAction(entry.action)
    if action == ReviewAction.UNDO:
        return _("hoàn tác: %(status)s", status=status_name(entry.to_status))
    return _doings().get(action) or status_name(entry.to_status)


def _doings() -> dict[ReviewAction, str]:
    return {
        ReviewAction.WARN: _("nhắc nhở"),
        ReviewAction.SUSPEND: _("tạm dừng quyền viết"),
        ReviewAction.LIFT: _("bỏ biện pháp"),
        ReviewAction.REPORT: _("có người báo cáo"),
        ReviewAction.APPEAL: _("đề nghị xem lại"),
        ReviewAction.PIN: _("ghim chủ đề"),
        ReviewAction.UNPIN: _("bỏ ghim chủ đề"),
        ReviewAction.LOCK: _("khóa chủ đề"),
        ReviewAction.UNLOCK: _("mở khóa chủ đề"),
        ReviewAction.ARCHIVE: _("đưa chủ đề vào lưu trữ"),
        ReviewAction.RESTORE: _("đưa chủ đề ra khỏi lưu trữ"),
        ReviewAction.SLOW: _("đặt chế độ chậm"),
        ReviewAction.REST: _("cho chủ đề tạm nghỉ"),
        ReviewAction.RESUME: _("bỏ chế độ chậm và tạm nghỉ"),
        ReviewAction.MOVE: _("chuyển diễn đàn"),
        ReviewAction.ANSWER: _("đổi trả lời được ghim"),
        ReviewAction.SPLIT: _("tách chủ đề"),
        ReviewAction.MERGE: _("gộp chủ đề"),
        ReviewAction.RENAME: _("đổi tiêu đề"),
    }
