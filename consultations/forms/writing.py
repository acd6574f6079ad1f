"""Forms of those who comment. What a text may be is decided by the services."""

from flask_wtf.file import MultipleFileField
from wtforms import (  # type: ignore[attr-defined]  # its stubs do not know SelectChoice yet
    BooleanField,
    EmailField,
    HiddenField,
    RadioField,
    SelectChoice,
    StringField,
    TextAreaField,
)
from wtforms.validators import AnyOf, Email, InputRequired, Length, Optional, ValidationError

from consultations.models import ContributorKind, Stance
from core.forms import BaseForm
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l

_STANCES = [stance.value for stance in Stance]
_SPEAKERS = (ContributorKind.INDIVIDUAL.value, ContributorKind.ORGANISATION.value)


class WriteForm(BaseForm):
    """One comment: what one thinks of a provision, why, and how it should read."""

    stance = RadioField(
        _l("Bạn thấy điều khoản này thế nào?"),
        choices=[SelectChoice(value, value) for value in _STANCES],
        validate_choice=False,
        validators=[AnyOf(_STANCES, message=_l("Hãy chọn một lập trường."))],
    )
    body = TextAreaField(
        _l("Ý kiến của bạn"),
        description=_l("Nói vì sao và ai bị ảnh hưởng. Đừng ghi số căn cước, số điện thoại."),
    )
    proposed_text = TextAreaField(_l("Câu chữ bạn đề nghị"))


def _consent() -> BooleanField:
    """The last field of every form that sends: messages stand in the order of the fields."""
    told = _l("Cần bạn đồng ý thì mới nhận ý kiến được. Phần bạn viết vẫn còn ở đây.")
    return BooleanField(_l("Tôi đồng ý"), [InputRequired(told)])


class SendForm(BaseForm):
    """What every sender says: with which letters, and that they agree. Enough for the account of an organisation."""

    draft = HiddenField()
    file = MultipleFileField(_l("Đính kèm công văn, tài liệu"))
    consent = _consent()


class PersonSendForm(SendForm):
    """The same for a person, who may speak for a body."""

    kind = RadioField(
        _l("Bạn góp ý với tư cách nào?"),
        choices=[
            SelectChoice(ContributorKind.INDIVIDUAL.value, _l("Cá nhân")),
            SelectChoice(ContributorKind.ORGANISATION.value, _l("Thay mặt cơ quan, tổ chức")),
        ],
        default=ContributorKind.INDIVIDUAL.value,
        validate_choice=False,
        validators=[AnyOf(_SPEAKERS, message=_l("Hãy chọn cá nhân hoặc cơ quan, tổ chức."))],
    )
    organisation = StringField(
        _l("Tên cơ quan, tổ chức"),
        [Length(max=200, message=_l("Tên dài nhất 200 ký tự."))],
        description=_l("Hiện công khai cạnh ý kiến, kèm chữ “chưa xác minh” cho đến khi được kiểm tra."),
    )
    consent = _consent()

    @property
    def is_organisation(self) -> bool:
        return bool(self.kind.data == ContributorKind.ORGANISATION.value)

    def validate_organisation(self, field: StringField) -> None:
        if self.is_organisation and not field.data:
            raise ValidationError(_("Hãy nhập tên cơ quan, tổ chức mà bạn thay mặt."))


class GuestSendForm(PersonSendForm):
    """The same for somebody without an account."""

    name = StringField(
        _l("Tên của bạn"),
        [Length(max=120, message=_l("Tên dài nhất 120 ký tự."))],
        description=_l("Hiện công khai cạnh ý kiến. Có thể là tên bạn vẫn dùng."),
    )
    email = EmailField(
        _l("Địa chỉ thư điện tử"),
        [
            Optional(),
            Length(max=254, message=_l("Địa chỉ này dài quá. Kiểm tra lại.")),
            Email(_l("Địa chỉ này chưa đúng dạng ten@noi.vn. Kiểm tra lại.")),
        ],
    )
    consent = _consent()

    def validate_name(self, field: StringField) -> None:
        if not self.is_organisation and not field.data:
            raise ValidationError(_("Hãy nhập tên của bạn."))


class WithdrawForm(BaseForm):
    """Nothing to fill in: the button is the confirmation."""


class LookupForm(BaseForm):
    """A receipt code, typed from paper. Read from the address: looking up changes nothing."""

    class Meta(BaseForm.Meta):
        csrf = False

    ma = StringField(_l("Mã biên nhận"))
