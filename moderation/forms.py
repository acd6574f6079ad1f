"""The decision on one case, and what readers and authors may say about one."""

from wtforms import BooleanField, HiddenField, IntegerField, RadioField, StringField, TextAreaField
from wtforms.validators import AnyOf, InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from core.forms import BaseForm
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from moderation.models import ReviewStatus
from moderation.rules import rules
from moderation.services import DECISIONS
from moderation.services.speaking_up import NOTE_LETTERS

MASKED = "masked"
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

    def __init__(self) -> None:
        super().__init__()
        self.rule.choices = _rule_choices()

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
