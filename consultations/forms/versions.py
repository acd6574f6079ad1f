"""Forms of the drafter for the next version of a draft."""

from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from consultations.forms.desk import MAX_REASON, FileForm
from core.forms import BaseForm
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l

NEXT, CORRIGENDUM = "next", "corrigendum"


class VersionForm(FileForm):
    """A file, and what it is: the next draft, or the right file instead of a wrong one."""

    kind = RadioField(_l("Bản này là"), default=NEXT)
    reason = TextAreaField(
        _l("Lý do đính chính"),
        validators=[Length(max=MAX_REASON)],
        description=_l("Chỉ cần khi đính chính. Lý do hiện trên trang dự thảo và trong thư gửi người tham gia."),
    )

    def offer(self) -> None:
        """What can be chosen."""
        self.kind.choices = [
            (NEXT, _("Dự thảo tiếp theo")),
            (CORRIGENDUM, _("Bản đính chính: tệp trước bị sai")),
        ]

    def validate_reason(self, field: TextAreaField) -> None:
        if self.kind.data == CORRIGENDUM and not field.data:
            raise ValidationError(_("Hãy nêu lý do đính chính."))


class ChooseForm(BaseForm):
    """The provision of the version before that a new one continues, by its lineage."""

    old = StringField(_l("Điều khoản cũ"), validators=[InputRequired(_l("Hãy chọn một điều khoản."))])


class FindForm(BaseForm):
    """Words to look for in the version before."""

    class Meta(BaseForm.Meta):
        csrf = False

    tim = StringField(
        _l("Tìm điều khoản cũ"),
        validators=[Length(max=200)],
        description=_l("Gõ số điều khoản, ví dụ khoản 2 Điều 5, hoặc vài chữ của nó; có dấu hay không đều được."),
    )
