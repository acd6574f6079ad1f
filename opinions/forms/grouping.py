"""Forms of proposed groups: which of them, or which of their lines, and what is to be done."""

from wtforms import Field, IntegerField, StringField
from wtforms.validators import AnyOf, Length, Optional

from core.forms import BaseForm
from core.i18n import lazy_gettext as _l

TOO_LONG = _l("Tên nhóm dài quá 300 ký tự.")


class Picked(Field):
    """Ticked boxes as whole numbers, some of them negative; what isn't one is dropped."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = [int(value) for value in valuelist if value.removeprefix("-").isdigit() and len(value) < 19]


class OnPlaceForm(BaseForm):
    """The proposals of a place: confirm one by its button, or do something with those that are ticked."""

    proposals = Picked()
    confirm = IntegerField(validators=[Optional()])
    do = StringField(validators=[Optional(), AnyOf(["confirm", "merge", "reject"])])


class ProposalForm(BaseForm):
    """One proposal: its name, which of its lines, and where to."""

    title = StringField(
        _l("Tên nhóm"),
        description=_l("Nói gọn điều mà các ý kiến này cùng muốn."),
        validators=[Length(max=300, message=TOO_LONG)],
    )
    lines = Picked()
    to = IntegerField(validators=[Optional()])
    do = StringField(validators=[AnyOf(["confirm", "part", "rename", "split", "move", "reject"])])


class MergeForm(BaseForm):
    """Groups that are to become one."""

    groups = Picked()
