"""The decision on one case, and what readers and authors may say about one."""

import re
from collections.abc import Sequence

from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import AnyOf, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from accounts.models import Agency
from core.forms import BaseForm
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from moderation.models import MeasureKind, ReviewStatus
from moderation.rules import rules
from moderation.services import DECISIONS
from moderation.services.measures import DAYS, NewMeasure
from moderation.services.promising import MOST_HOURS
from moderation.services.speaking_up import NOTE_LETTERS

MASKED = "masked"
MOST_NEAR = 300
_NEAR = re.compile(r"(\d{1,9})-(\d{1,9})")
_CHOICES = [*(str(status) for status in DECISIONS), MASKED]


def _rule_choices() -> list[tuple[str, str]]:
    return [(rule.code, _("Quy tắc %(n)s. %(name)s", n=rule.number, name=rule.name)) for rule in rules()]


class DecisionForm(BaseForm):
    """``decision`` is the button that was pressed; ``version`` the case as the moderator saw it."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    decision = HiddenField(validators=[AnyOf(_CHOICES, message=_l("Hãy chọn một quyết định."))])
    rule = RadioField(_l("Lý do từ chối"), validators=[Optional()])
    note = TextAreaField(
        _l("Lời nhắn cho người viết"),
        validators=[Length(max=2000, message=_l("Lời nhắn dài quá 2.000 ký tự."))],
    )
    alike = BooleanField(_l("Quyết định như vậy cho mọi mục cùng từng chữ"))
    near = SelectMultipleField(
        _l("Quyết định như vậy cho cả những mục gần giống được đánh dấu"),
        validate_choice=False,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def __init__(self) -> None:
        super().__init__()
        self.rule.choices = _rule_choices()

    def offer_near(self, cases: Sequence[tuple[int, int, str]]) -> None:
        """Cases that say nearly the same: (id, version, first words). The version seen goes back with the choice."""
        self.near.choices = [(f"{case_id}-{version}", words) for case_id, version, words in cases]

    @property
    def near_seen(self) -> list[tuple[int, int]]:
        """The chosen ones, as (id, version); nonsense is passed over."""
        found = (_NEAR.fullmatch(one) for one in self.near.data or ())
        return [(int(match[1]), int(match[2])) for match in found if match][:MOST_NEAR]

    @property
    def masked(self) -> bool:
        return bool(self.decision.data == MASKED)

    @property
    def status(self) -> ReviewStatus:
        return ReviewStatus.PUBLISHED if self.masked else ReviewStatus(self.decision.data or "")


class UndoForm(BaseForm):
    """Take back a decision on the case as it was seen."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])


class ReportForm(BaseForm):
    """Which rule something published breaks."""

    rule = RadioField(_l("Nội dung này phạm quy tắc nào?"), validators=[Optional()])
    note = TextAreaField(
        _l("Bạn muốn nói thêm gì với người kiểm duyệt?"),
        validators=[Length(max=NOTE_LETTERS, message=_l("Hãy viết trong 1.000 ký tự."))],
    )

    def __init__(self) -> None:
        super().__init__()
        self.rule.choices = _rule_choices()


class AppealForm(BaseForm):
    """Why something refused should be seen again by somebody else."""

    reason = TextAreaField(
        _l("Vì sao nên xem lại?"),
        validators=[Length(max=NOTE_LETTERS, message=_l("Hãy viết trong 1.000 ký tự."))],
    )


class WordForm(BaseForm):
    """A word for the list of an agency."""

    word = StringField(_l("Từ hoặc cụm từ"))


class MeasureForm(BaseForm):
    """A measure against a person: a reminder, or some days without the right to write."""

    kind = RadioField(_l("Biện pháp"), validators=[InputRequired(_l("Hãy chọn một biện pháp."))])
    days = SelectField(_l("Tạm dừng trong"), coerce=int)
    agency = SelectField(
        _l("Ở cơ quan"), coerce=int, description=_l("Có hiệu lực ở cơ quan này và các đơn vị trực thuộc.")
    )
    rule = RadioField(_l("Quy tắc làm căn cứ"), validators=[Optional()])
    note = TextAreaField(
        _l("Lời nhắn cho người viết"),
        validators=[Length(max=2000, message=_l("Lời nhắn dài quá 2.000 ký tự."))],
        description=_l("Họ nhận lời nhắn này cùng quy tắc, thời hạn và cách đề nghị xem lại."),
    )

    def offer(self, agencies: Sequence[Agency]) -> None:
        """What can be chosen, in the reader's words."""
        self.kind.choices = [
            (MeasureKind.WARNING.value, _("Nhắc nhở: vẫn viết được như trước")),
            (MeasureKind.SUSPENSION.value, _("Tạm dừng quyền viết: vẫn đọc được mọi nội dung")),
        ]
        self.days.choices = [(days, _("%(n)s ngày", n=days)) for days in DAYS]
        self.agency.choices = [(agency.id, agency.name) for agency in agencies]
        self.rule.choices = _rule_choices()

    def measure(self) -> NewMeasure:
        kind = MeasureKind(self.kind.data)
        days = self.days.data if kind == MeasureKind.SUSPENSION else None
        return NewMeasure(kind, self.agency.data, self.rule.data, self.note.data or "", days)


class TellingForm(BaseForm):
    """Which letters a moderator wants."""

    daily = BooleanField(_l("Mỗi sáng, một bản tóm tắt khi có việc đang chờ"))
    urgent = BooleanField(_l("Khi có mục quá hạn cam kết hoặc bị báo cáo nhiều, nhiều nhất mỗi giờ một lần"))


class PromiseForm(BaseForm):
    """Within how many hours an agency promises to decide."""

    hours = IntegerField(
        _l("Số giờ"),
        validators=[
            InputRequired(_l("Hãy nhập số giờ.")),
            NumberRange(1, MOST_HOURS, _l("Từ 1 đến 720 giờ.")),
        ],
        description=_l("Ai cũng đọc được cam kết này ở trang kiểm duyệt của mỗi đợt lấy ý kiến."),
    )
