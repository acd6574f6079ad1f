"""Forms of those who keep a board."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from wtforms import BooleanField, DateField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from accounts.models import Agency
from core import clock
from core.forms import BaseForm
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from forums.models import Board, Names, Screening, TopicAction, Writers
from forums.policies import LONGEST_SLOW
from forums.services.boards import Settings


class BoardForm(BaseForm):
    """What can be set of a board."""

    title = StringField(_l("Tên diễn đàn"), [DataRequired(_l("Hãy đặt tên cho diễn đàn.")), Length(max=200)])
    summary = TextAreaField(
        _l("Giới thiệu"), [Length(max=2000)], description=_l("Diễn đàn để bàn việc gì, ai nên vào.")
    )
    rules = TextAreaField(
        _l("Nội quy riêng"), [Length(max=5000)], description=_l("Thêm vào quy tắc chung. Viết bằng Markdown.")
    )
    writers = RadioField(_l("Ai được viết"))
    names = RadioField(_l("Tên hiện cạnh bài"))
    screening = RadioField(_l("Kiểm duyệt"))
    opens = DateField(_l("Ngày mở"), [Optional()])
    closes = DateField(_l("Ngày đóng"), [Optional()])
    slow_seconds = IntegerField(
        _l("Chế độ chậm (giây giữa hai bài của một người; 0 là tắt)"),
        [InputRequired(_l("Nhập một số, hoặc 0.")), NumberRange(0, LONGEST_SLOW, _l("Từ 0 đến 86400 giây."))],
        default=0,
    )
    archived = BooleanField(_l("Lưu trữ: không nhận bài mới, vẫn đọc được"))

    def offer(self) -> None:
        """What can be chosen, in the reader's words."""
        self.writers.choices = writer_choices()
        self.names.choices = name_choices()
        self.screening.choices = screening_choices()

    def settings(self) -> Settings:
        return Settings(
            title=self.title.data or "",
            summary=self.summary.data or "",
            rules=self.rules.data or "",
            writers=Writers(self.writers.data),
            names=Names(self.names.data),
            screening=Screening(self.screening.data),
            opens_at=clock.start_of(self.opens.data) if self.opens.data else None,
            closes_at=clock.end_of(self.closes.data) if self.closes.data else None,
            slow_seconds=self.slow_seconds.data or 0,
            archived=bool(self.archived.data),
        )


class NewBoardForm(BoardForm):
    """A new board of one of these agencies."""

    agency = SelectField(_l("Cơ quan"), coerce=int)

    def offer_agencies(self, agencies: Sequence[Agency]) -> None:
        self.agency.choices = [(agency.id, agency.name) for agency in agencies]


class SteerForm(BaseForm):
    """What a moderator does to a topic."""

    action = RadioField(_l("Việc cần làm"))
    board = SelectField(_l("Chuyển sang diễn đàn"), coerce=int)
    reason = StringField(_l("Lý do"), [Length(max=500)], description=_l("Hiện trong lịch sử chủ đề."))

    def offer(self, boards: Sequence[Board]) -> None:
        self.action.choices = list(action_names().items())
        self.board.choices = [(board.id, board.title) for board in boards]


def values_of(board: Board) -> dict[str, Any]:
    """A board as its form shows it."""

    def day(moment: datetime | None) -> Any:
        return clock.local(moment).date() if moment else None

    return {
        "title": board.title,
        "summary": board.summary,
        "rules": board.rules,
        "writers": board.writers.value,
        "names": board.names.value,
        "screening": board.screening.value,
        "opens": day(board.opens_at),
        "closes": day(board.closes_at),
        "slow_seconds": board.slow_seconds,
        "archived": board.archived,
    }


def writer_choices() -> list[tuple[str, str]]:
    return [
        (Writers.ACCOUNTS.value, _("Mọi người có tài khoản")),
        (Writers.CONFIRMED.value, _("Người có tài khoản đã xác nhận địa chỉ thư")),
        (Writers.ORGANISATIONS.value, _("Tổ chức đã xác minh và cán bộ")),
        (Writers.OFFICIALS.value, _("Chỉ cán bộ của cơ quan")),
    ]


def name_choices() -> list[tuple[str, str]]:
    return [
        (Names.CHOSEN.value, _("Tên mỗi người tự chọn")),
        (Names.REAL.value, _("Họ và tên trong tài khoản")),
    ]


def screening_choices() -> list[tuple[str, str]]:
    return [
        (Screening.FIRST.value, _("Duyệt trước bài của người mới, người quen đăng ngay")),
        (Screening.BEFORE.value, _("Duyệt trước mọi bài")),
        (Screening.AFTER.value, _("Đăng ngay, kiểm duyệt sau")),
    ]


def action_names() -> dict[str, str]:
    """What was done to a topic, in the reader's words, in the order of the form."""
    return {
        TopicAction.PIN.value: _("Ghim lên đầu"),
        TopicAction.UNPIN.value: _("Bỏ ghim"),
        TopicAction.LOCK.value: _("Khóa, không nhận bài"),
        TopicAction.UNLOCK.value: _("Mở khóa"),
        TopicAction.SLOW.value: _("Chế độ chậm: 5 phút một bài"),
        TopicAction.REST.value: _("Tạm nghỉ một giờ"),
        TopicAction.RESUME.value: _("Bỏ chế độ chậm và tạm nghỉ"),
        TopicAction.ARCHIVE.value: _("Đưa vào lưu trữ"),
        TopicAction.RESTORE.value: _("Đưa ra khỏi lưu trữ"),
        TopicAction.MOVE.value: _("Chuyển sang diễn đàn khác"),
    }
