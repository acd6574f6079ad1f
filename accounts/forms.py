"""Forms of accounts and of the administration. Rules that need the database stand in the services."""

from typing import Any

from wtforms import (  # type: ignore[attr-defined]  # its stubs do not know SelectChoice yet
    BooleanField,
    EmailField,
    HiddenField,
    PasswordField,
    RadioField,
    SearchField,
    SelectChoice,
    SelectField,
    StringField,
)
from wtforms.validators import DataRequired, Email, InputRequired, Length

from accounts.models import PersonKind, Role
from accounts.passwords import LONGEST, SHORTEST
from accounts.services import role_name
from core.forms import BaseForm
from core.i18n import lazy_gettext as _l


def text(field: StringField) -> str:
    """What was typed into a field, "" for nothing."""
    return field.data or ""


def _known_email_field() -> EmailField:
    """An address that has an account or not, whatever its form: those of the demonstration end in .invalid."""
    return EmailField(
        _l("Địa chỉ thư điện tử"),
        [
            InputRequired(_l("Hãy nhập địa chỉ thư điện tử.")),
            Length(max=254, message=_l("Địa chỉ này dài quá. Kiểm tra lại.")),
        ],
    )


def _email_field() -> EmailField:
    return EmailField(
        _l("Địa chỉ thư điện tử"),
        [
            InputRequired(_l("Hãy nhập địa chỉ thư điện tử.")),
            Length(max=254, message=_l("Địa chỉ này dài quá. Kiểm tra lại.")),
            Email(_l("Địa chỉ này chưa đúng dạng ten@noi.vn. Kiểm tra lại.")),
        ],
    )


def _new_password_field(label: str) -> PasswordField:
    return PasswordField(
        label,
        [InputRequired(_l("Hãy nhập mật khẩu."))],
        description=_l("Từ %(n)s ký tự trở lên. Một câu dễ nhớ là tốt nhất; không cần ký tự lạ.", n=SHORTEST),
    )


class SignInForm(BaseForm):
    email = _known_email_field()
    password = PasswordField(_l("Mật khẩu"), [InputRequired(_l("Hãy nhập mật khẩu.")), Length(max=LONGEST)])
    remember = BooleanField(_l("Nhớ đăng nhập trên máy này"))
    next = HiddenField()


class RegisterForm(BaseForm):
    kind = RadioField(
        _l("Bạn lập tài khoản cho"),
        choices=[
            SelectChoice(PersonKind.INDIVIDUAL.value, _l("Cá nhân")),
            SelectChoice(PersonKind.ORGANISATION.value, _l("Cơ quan, tổ chức")),
        ],
        default=PersonKind.INDIVIDUAL.value,
        validators=[InputRequired(_l("Hãy chọn cá nhân hoặc tổ chức."))],
        description=_l("Tổ chức được ghi “chưa xác minh” cho đến khi cơ quan quản trị kiểm tra."),
    )
    full_name = StringField(
        _l("Họ và tên, hoặc tên tổ chức"),
        [
            DataRequired(_l("Hãy nhập họ và tên, hoặc tên tổ chức.")),
            Length(max=120, message=_l("Tên dài nhất 120 ký tự.")),
        ],
        description=_l("Chỉ cơ quan lấy ý kiến thấy."),
    )
    public_name = StringField(
        _l("Tên hiển thị công khai"),
        [Length(max=120, message=_l("Tên dài nhất 120 ký tự."))],
        description=_l("Đứng cạnh ý kiến của bạn. Để trống thì dùng tên ở trên."),
    )
    email = _email_field()
    password = _new_password_field(_l("Mật khẩu"))
    consent = BooleanField(
        _l("Tôi đồng ý để Dân Bàn xử lý tên, địa chỉ thư và ý kiến của tôi cho việc lấy ý kiến dự thảo."),
        [InputRequired(_l("Cần có sự đồng ý của bạn để lập tài khoản."))],
    )
    next = HiddenField()


class ForgotPasswordForm(BaseForm):
    email = _email_field()


class ResetPasswordForm(BaseForm):
    password = _new_password_field(_l("Mật khẩu mới"))


class EmptyForm(BaseForm):
    """A button and its token."""


class PublicNameForm(BaseForm):
    public_name = StringField(
        _l("Tên hiển thị công khai"),
        [Length(max=120, message=_l("Tên dài nhất 120 ký tự."))],
        description=_l("Dùng cho ý kiến gửi từ nay; ý kiến đã gửi giữ tên cũ. Để trống thì dùng họ và tên."),
    )


class ConsentForm(BaseForm):
    consent = BooleanField(
        _l("Tôi đồng ý để Dân Bàn xử lý tên, địa chỉ thư và ý kiến của tôi cho việc lấy ý kiến dự thảo."),
        [InputRequired(_l("Hãy đánh dấu vào ô nếu bạn đồng ý."))],
    )


class EraseForm(BaseForm):
    password = PasswordField(
        _l("Mật khẩu"),
        [InputRequired(_l("Hãy nhập mật khẩu.")), Length(max=LONGEST)],
        description=_l("Để chắc chắn chính bạn muốn xóa."),
    )


class AgencySearchForm(BaseForm):
    """Sent with GET."""

    class Meta(BaseForm.Meta):
        csrf = False

    q = SearchField(_l("Tên hoặc mã cơ quan"), [Length(max=200)])


class GrantForm(BaseForm):
    email = _email_field()
    role = SelectField(_l("Vai trò"), [InputRequired(_l("Hãy chọn vai trò."))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = [SelectChoice(role.value, role_name(role)) for role in Role]


class UnitForm(BaseForm):
    name = StringField(
        _l("Tên đơn vị"),
        [DataRequired(_l("Hãy nhập tên đơn vị.")), Length(max=200, message=_l("Tên dài nhất 200 ký tự."))],
    )
    code = StringField(
        _l("Mã ngắn"),
        [DataRequired(_l("Hãy nhập mã ngắn.")), Length(max=16, message=_l("Mã dài nhất 16 ký tự."))],
        description=_l("Ví dụ PC cho Vụ Pháp chế."),
    )
