"""The decision on one case."""

from wtforms import HiddenField, IntegerField, RadioField, TextAreaField
from wtforms.validators import AnyOf, InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from core.forms import BaseForm
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from moderation.models import ReviewStatus
from moderation.rules import rules
from moderation.services import DECISIONS


class DecisionForm(BaseForm):
    """``decision`` is the button that was pressed; ``version`` the case as the moderator saw it."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    decision = HiddenField(
        validators=[AnyOf([str(status) for status in DECISIONS], message=_l("Hãy chọn một quyết định."))]
    )
    rule = RadioField(_l("Lý do từ chối"), validators=[Optional()])
    note = TextAreaField(
        _l("Lời nhắn cho người viết"),
        validators=[Length(max=2000, message=_l("Lời nhắn dài quá 2.000 ký tự."))],
    )

    def __init__(self) -> None:
        super().__init__()
        self.rule.choices = [
            (rule.code, _("Quy tắc %(n)s. %(name)s", n=rule.number, name=rule.name)) for rule in rules()
        ]

    @property
    def status(self) -> ReviewStatus:
        return ReviewStatus(self.decision.data or "")


class UndoForm(BaseForm):
    """Take back a decision on the case as it was seen."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
