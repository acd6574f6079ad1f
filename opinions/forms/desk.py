"""Forms of the desk: pick comments into a group, name it, answer it, pass the answer on."""

from wtforms import Field, IntegerField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from core.forms import BaseForm
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from opinions.models import Decision


def decisions() -> list[tuple[str, str]]:
    """What can be decided about opinions, the usual first."""
    return [
        (str(Decision.ACCEPTED), _("Tiếp thu")),
        (str(Decision.PARTLY), _("Tiếp thu một phần")),
        (str(Decision.NOT_ACCEPTED), _("Không tiếp thu")),
        (str(Decision.ALREADY_COVERED), _("Đã có trong dự thảo")),
        (str(Decision.OUT_OF_SCOPE), _("Ngoài phạm vi")),
    ]


class PickedComments(Field):
    """Ticked comments of a list, as whole numbers; what isn't one is dropped."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = [int(value) for value in valuelist if value.isdigit() and len(value) < 19]


class PickForm(BaseForm):
    """Ticked comments go into a new group (with a name) or into one that exists, or out of their group."""

    comments = PickedComments()
    title = StringField(
        _l("Tên nhóm mới"),
        description=_l("Nói gọn điều mà các ý kiến này cùng muốn."),
        validators=[Length(max=300, message=_l("Tên nhóm dài quá 300 ký tự."))],
    )
    group = IntegerField(validators=[Optional()])


class GroupForm(BaseForm):
    """The name of a group."""

    title = StringField(_l("Tên nhóm"), validators=[Length(max=300, message=_l("Tên nhóm dài quá 300 ký tự."))])


class ResponseForm(BaseForm):
    """The agency's answer to a group."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    decision = RadioField(_l("Kết quả"), validators=[InputRequired(_l("Hãy chọn kết quả."))])
    reason = TextAreaField(
        _l("Nội dung giải trình"),
        description=_l("Nói trực tiếp với người góp ý; in nguyên văn vào cột cuối của Bản tổng hợp."),
    )
    resulting_text = TextAreaField(_l("Câu chữ sau khi tiếp thu"))

    def offer(self) -> None:
        """Fill in what can be chosen."""
        self.decision.choices = decisions()


class StepForm(BaseForm):
    """Pass an answer on: send for review, approve, give back with a note."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    note = TextAreaField(_l("Điều cần sửa"), validators=[Length(max=2000, message=_l("Dài quá 2.000 ký tự."))])
