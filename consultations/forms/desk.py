"""Forms of the drafter."""

from collections.abc import Sequence
from datetime import date

from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from accounts.models import Agency
from consultations.models import Channel, Consultation, DocumentKind, GuestPolicy, ModerationPolicy, PaperSlot
from consultations.services.drafting import Settings
from core import clock
from core.forms import BaseForm
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l

MAX_REASON = 2_000
ACCEPT_DRAFT = ".docx,.doc,.pdf,.txt,.html,.md"
ACCEPT_PAPER = ".pdf,.docx,.xlsx,.jpg,.jpeg,.png"


def guest_choices() -> list[tuple[str, str]]:
    return [
        (GuestPolicy.CONFIRMED, _("Người có tài khoản, và khách đã xác nhận địa chỉ thư điện tử")),
        (GuestPolicy.NAMED, _("Người có tài khoản, và khách chỉ cần nêu tên")),
        (GuestPolicy.NOBODY, _("Chỉ người có tài khoản")),
    ]


def moderation_choices() -> list[tuple[str, str]]:
    return [
        (ModerationPolicy.BEFORE, _("Kiểm duyệt trước, rồi mới công bố (thường dùng)")),
        (ModerationPolicy.FIRST, _("Kiểm duyệt trước với khách và người mới, người quen công bố ngay")),
        (ModerationPolicy.AFTER, _("Công bố ngay, kiểm duyệt sau")),
    ]


def slot_words() -> dict[PaperSlot, str]:
    """What each named place of a dossier is called (Law 64/2025/QH15, Điều 34)."""
    return {
        PaperSlot.REQUEST: _("Văn bản đề nghị"),
        PaperSlot.SUBMISSION: _("Tờ trình"),
        PaperSlot.REVIEW_OF_PRACTICE: _("Báo cáo tổng kết thi hành"),
        PaperSlot.REVIEW_OF_TREATIES: _("Báo cáo rà soát điều ước quốc tế"),
        PaperSlot.ASSESSMENT: _("Bản đánh giá thủ tục, phân quyền, giới"),
        PaperSlot.COMPARISON: _("Bản so sánh, thuyết minh"),
        PaperSlot.OPINIONS: _("Bản tổng hợp ý kiến đã ký"),
        PaperSlot.OTHER: _("Tài liệu khác"),
    }


def channel_choices() -> list[tuple[str, str]]:
    """Every channel by which opinions come."""
    return [
        (Channel.WEB, _("Trang Dân Bàn")),
        (Channel.LETTER, _("Văn bản")),
        (Channel.MEETING, _("Hội nghị")),
        (Channel.PAPER, _("Phiếu giấy")),
        (Channel.PHONE, _("Điện thoại")),
        (Channel.EMAIL, _("Thư điện tử")),
        (Channel.PORTAL, _("Cổng thông tin")),
        (Channel.VNEID, _("VNeID")),
    ]


def kind_choices(kinds: Sequence[DocumentKind]) -> list[tuple[str, str]]:
    return [(kind.code, _("%(name)s (thường %(days)s ngày)", name=kind.name, days=kind.days)) for kind in kinds]


class FileForm(BaseForm):
    """A draft's file."""

    file = FileField(_l("Tệp dự thảo"), validators=[InputRequired(_l("Hãy chọn tệp dự thảo."))])


class NewForm(FileForm):
    """A new consultation. The rest is set on its own page, after the text has been read."""

    agency = SelectField(_l("Cơ quan lấy ý kiến"), coerce=int)
    kind = SelectField(_l("Loại văn bản"))
    title = StringField(
        _l("Tên dự thảo"),
        validators=[DataRequired(_l("Hãy đặt tên cho dự thảo.")), Length(max=500)],
        description=_l("Như in trên dự thảo, ví dụ: Luật sửa đổi, bổ sung một số điều của Luật Bảo hiểm y tế."),
    )

    def offer(self, agencies: Sequence[Agency], kinds: Sequence[DocumentKind]) -> None:
        """What can be chosen."""
        self.agency.choices = [(agency.id, agency.name) for agency in agencies]
        self.kind.choices = kind_choices(kinds)


class DocumentForm(FileForm):
    """One more text of the same dossier."""

    title = StringField(
        _l("Tên văn bản"),
        validators=[DataRequired(_l("Hãy đặt tên cho văn bản.")), Length(max=500)],
        description=_l("Ví dụ: Nghị định quy định chi tiết một số điều của Luật Bảo hiểm y tế."),
    )


class SettingsForm(BaseForm):
    """Title, window, who may take part, moderation."""

    title = StringField(_l("Tên dự thảo"), validators=[DataRequired(_l("Hãy đặt tên cho dự thảo.")), Length(max=500)])
    summary = TextAreaField(
        _l("Tóm tắt cho người đọc"),
        validators=[Length(max=5_000)],
        description=_l("Vài câu dễ hiểu: dự thảo nói về việc gì, thay đổi gì, ai nên đọc."),
    )
    kind = SelectField(_l("Loại văn bản"))
    opens = DateField(_l("Ngày mở"), validators=[InputRequired(_l("Hãy chọn ngày mở."))])
    closes = DateField(
        _l("Ngày đóng"),
        validators=[Optional()],
        description=_l("Tính cả ngày này. Để trống thì lấy theo thời hạn thường dùng của loại văn bản."),
    )
    short_period_reason = TextAreaField(
        _l("Lý do rút ngắn thời hạn"),
        validators=[Length(max=MAX_REASON)],
        description=_l("Chỉ cần khi thời hạn ngắn hơn thường dùng. Lý do này hiện cùng dự thảo cho mọi người đọc."),
    )
    guests = RadioField(_l("Ai được góp ý"))
    moderation = RadioField(_l("Kiểm duyệt ý kiến"))
    uncounted = SelectMultipleField(
        _l("Kênh không tính vào tổng số"),
        description=_l(
            "Ý kiến qua kênh được chọn vẫn được giữ và trả lời, chỉ không vào tổng số; quy tắc này hiện công khai. "
            "Ví dụ: chỉ phát biểu tại hội nghị mà không có văn bản."
        ),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def offer(self, kinds: Sequence[DocumentKind]) -> None:
        """What can be chosen."""
        self.kind.choices = kind_choices(kinds)
        self.guests.choices = guest_choices()
        self.moderation.choices = moderation_choices()
        self.uncounted.choices = channel_choices()

    def show(self, consultation: Consultation) -> None:
        """What stands now."""
        self.title.data, self.summary.data = consultation.title, consultation.summary
        self.kind.data = consultation.kind_code
        self.opens.data = clock.local(consultation.opens_at).date()
        self.closes.data = clock.local(consultation.closes_at).date()
        self.short_period_reason.data = consultation.short_period_reason
        self.guests.data, self.moderation.data = consultation.guests.value, consultation.moderation.value
        self.uncounted.data = list(consultation.uncounted_channels)

    def settings(self, kinds: Sequence[DocumentKind]) -> Settings:
        """What was asked for; after ``validate``."""
        return Settings(
            title=self.title.data or "",
            summary=self.summary.data or "",
            kind=next(kind for kind in kinds if kind.code == self.kind.data),
            opens=self.opens.data or clock.today(),
            closes=self.closes.data,
            short_period_reason=self.short_period_reason.data or "",
            guests=GuestPolicy(self.guests.data),
            moderation=ModerationPolicy(self.moderation.data),
            uncounted_channels=tuple(self.uncounted.data or ()),
        )


class PaperForm(BaseForm):
    """One more paper of the dossier."""

    title = StringField(
        _l("Tên tài liệu"),
        validators=[DataRequired(_l("Hãy đặt tên cho tài liệu.")), Length(max=300)],
        description=_l("Ví dụ: Tờ trình; Bản so sánh, thuyết minh; Báo cáo tổng kết thi hành."),
    )
    slot = SelectField(_l("Mục của hồ sơ"), default=PaperSlot.OTHER.value)
    file = FileField(_l("Tệp"), validators=[InputRequired(_l("Hãy chọn tệp."))])

    def offer(self) -> None:
        """The named places of a dossier, in the order of the law."""
        self.slot.choices = [(slot.value, words) for slot, words in slot_words().items()]


class PublishForm(BaseForm):
    """The last act before publishing."""

    sure = BooleanField(
        _l("Tôi đã xem cây điều khoản và các cảnh báo; nội dung sẽ giữ nguyên sau khi công bố."),
        validators=[InputRequired(_l("Hãy xác nhận đã xem cây điều khoản."))],
    )


class ReasonForm(BaseForm):
    """A change of a published consultation, with its reason."""

    reason = TextAreaField(
        _l("Lý do"),
        validators=[
            DataRequired(_l("Hãy nêu lý do. Lý do được công bố trên trang và gửi đến người tham gia.")),
            Length(max=MAX_REASON),
        ],
        description=_l("Hiện trên trang dự thảo và trong thư gửi người tham gia."),
    )


class ExtendForm(ReasonForm):
    """A later closing date."""

    closes = DateField(_l("Ngày đóng mới"), validators=[InputRequired(_l("Hãy chọn ngày đóng mới."))])


class KindForm(BaseForm):
    """The usual period of a kind of document."""

    days = IntegerField(
        _l("Số ngày thường dùng"),
        validators=[
            InputRequired(_l("Hãy nhập số ngày.")),
            NumberRange(1, 365, message=_l("Số ngày từ 1 đến 365.")),
        ],
        description=_l("Ngày lịch, tính cả ngày nghỉ, không tính ngày đăng."),
    )
    legal_ground = TextAreaField(
        _l("Căn cứ"),
        validators=[DataRequired(_l("Hãy ghi căn cứ: điều, khoản, văn bản.")), Length(max=300)],
        description=_l("Điều, khoản của văn bản quy định thời hạn này. Người soạn thảo thấy khi đặt thời gian."),
    )


def proposed_opening() -> date:
    """The day a new consultation is proposed to open: today; publishing later moves it."""
    return clock.today()
