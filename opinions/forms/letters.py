"""Forms of official letters: hand one in, and hang a passage of it on a clause."""

from flask_wtf.file import FileField
from wtforms import DateField, IntegerField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from consultations.models import ContributorKind, Stance
from core.forms import BaseForm
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l


class LetterForm(BaseForm):
    """A letter as it came."""

    file = FileField(_l("Tệp công văn"), validators=[InputRequired(_l("Hãy chọn tệp công văn."))])
    name = StringField(
        _l("Cơ quan, tổ chức gửi"),
        validators=[InputRequired(_l("Hãy ghi tên cơ quan, tổ chức gửi.")), Length(max=200)],
    )
    kind = SelectField(_l("Loại chủ thể"), validators=[Optional()])
    number = StringField(_l("Số, ký hiệu"), validators=[Length(max=60)], description=_l("Ví dụ: 123/BTP-PLHS."))
    received = DateField(_l("Ngày nhận"), validators=[InputRequired(_l("Hãy ghi ngày nhận."))])
    people = IntegerField(
        _l("Số người ký tên"),
        validators=[Optional(), NumberRange(1, 2_000_000_000, _l("Hãy ghi một số từ 1."))],
        description=_l("Chỉ khi thư có nhiều người ký. Được ghi cạnh tên, không cộng vào số ý kiến."),
    )

    def offer(self) -> None:
        """Fill in what can be chosen."""
        self.kind.choices = [
            ("", _("Theo tên")),
            (str(ContributorKind.AGENCY), _("Cơ quan")),
            (str(ContributorKind.ORGANISATION), _("Tổ chức")),
            (str(ContributorKind.INDIVIDUAL), _("Cá nhân")),
        ]


class PassageForm(BaseForm):
    """The marked sentences, the clause and the stance."""

    sentences = SelectMultipleField(_l("Các câu đánh dấu"), coerce=int, validate_choice=False)
    place = StringField(
        _l("Điều khoản"),
        description=_l("Ví dụ: khoản 2 Điều 5. Góp ý chung thì ghi: Chung. Hoặc chọn ở dự thảo bên cạnh."),
        validators=[Length(max=300)],
    )
    spot = StringField(_l("Điều khoản đã chọn"), validators=[Length(max=40)])
    stance = RadioField(_l("Lập trường"), validators=[InputRequired(_l("Hãy chọn lập trường."))])
    body = TextAreaField(
        _l("Ghi lại lời"),
        description=_l("Để trống thì lấy đúng lời các câu đánh dấu."),
        validators=[Length(max=20_000)],
    )

    def offer(self) -> None:
        """Fill in what can be chosen."""
        self.stance.choices = [
            (str(Stance.SUPPORT), _("Ủng hộ")),
            (str(Stance.AMEND), _("Đề nghị sửa")),
            (str(Stance.OPPOSE), _("Không đồng ý")),
            (str(Stance.ASK), _("Hỏi")),
        ]
