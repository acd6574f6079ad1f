"""Forms of imported opinions: hand a file in, say what its columns hold, place what hangs nowhere, enter by hand."""

from collections.abc import Iterable
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from consultations.models import Channel, ContributorKind, Stance
from core.forms import BaseForm
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l


def channels() -> list[tuple[str, str]]:
    """The channels by which opinions come from outside, the usual first."""
    return [
        (str(Channel.LETTER), _("Văn bản")),
        (str(Channel.MEETING), _("Hội nghị")),
        (str(Channel.PAPER), _("Phiếu giấy")),
        (str(Channel.PHONE), _("Điện thoại")),
        (str(Channel.EMAIL), _("Thư điện tử")),
        (str(Channel.PORTAL), _("Cổng thông tin")),
        (str(Channel.VNEID), _("VNeID")),
    ]


class UploadForm(BaseForm):
    """A spreadsheet."""

    file = FileField(_l("Tệp ý kiến"), validators=[InputRequired(_l("Hãy chọn tệp."))])
    channel = SelectField(_l("Kênh"), description=_l("Dùng cho dòng nào không ghi kênh riêng."))
    force = BooleanField(_l("Vẫn nhập dù tệp này đã được nhập"))

    def offer(self) -> None:
        """Fill in what can be chosen."""
        self.channel.choices = channels()


class ColumnsForm(BaseForm):
    """What each column holds: a select a column, made for the file at hand. Headings stand in the first rows."""

    channel = SelectField(_l("Kênh"), description=_l("Dùng cho dòng nào không ghi kênh riêng."))
    sheet = SelectField(_l("Trang tính"), validators=[Optional()])
    header = IntegerField(
        _l("Hàng tiêu đề là dòng số"),
        description=_l("Ghi 0 nếu tệp không có hàng tiêu đề."),
        validators=[InputRequired(_l("Hãy ghi số dòng.")), NumberRange(0, 20, _l("Từ 0 đến 20."))],
    )

    def selects(self) -> list[Any]:
        """The selects in the order of the columns."""
        return [self[name] for name in self._fields if name.startswith("cot_")]


class StartForm(BaseForm):
    """Start the import; ``force`` once somebody has seen that the file may be about another draft."""

    force = BooleanField(_l("Tôi đã kiểm tra: tệp này đúng là góp ý cho dự thảo này"))


class PlacingForm(BaseForm):
    """Where the opinions that named their place with some words belong."""

    given = StringField(widget=HiddenInput(), validators=[Length(max=300)])
    place = StringField(
        _l("Thuộc về"),
        description=_l("Ví dụ: khoản 2 Điều 5. Nếu là góp ý cho toàn dự thảo, ghi: Chung."),
        validators=[InputRequired(_l("Hãy ghi điều khoản.")), Length(max=300)],
    )


def placing_form(given: str, number: int, refused: PlacingForm | None) -> PlacingForm:
    """The form below one of many lists of opinions; ``refused`` is the one that was sent, with what was wrong."""
    form = refused if refused is not None and refused.given.data == given else PlacingForm(formdata=None, given=given)
    for field in (form.given, form.place):
        field.id = f"{field.name}-{number}"
    return form


class EntryForm(BaseForm):
    """One opinion entered for somebody. What seldom changes stands first and is kept for the next."""

    channel = SelectField(_l("Kênh"))
    received = DateField(_l("Ngày nhận"), validators=[InputRequired(_l("Hãy ghi ngày nhận."))])
    province = SelectField(_l("Tỉnh, thành phố"), validators=[Optional()])
    commune = StringField(_l("Xã, phường"), validators=[Length(max=100)])
    name = StringField(
        _l("Chủ thể góp ý"),
        validators=[InputRequired(_l("Hãy ghi tên người hoặc cơ quan, tổ chức.")), Length(max=200)],
    )
    kind = SelectField(_l("Loại chủ thể"), validators=[Optional()])
    people = IntegerField(
        _l("Số người mà ý kiến này nói thay"),
        validators=[Optional(), NumberRange(1, 2_000_000_000, _l("Hãy ghi một số từ 1."))],
    )
    place = StringField(
        _l("Điều khoản"),
        description=_l("Ví dụ: khoản 2 Điều 5, hoặc 5.2. Góp ý chung thì ghi: Chung."),
        validators=[InputRequired(_l("Hãy ghi điều khoản, hoặc ghi: Chung.")), Length(max=300)],
    )
    stance = RadioField(_l("Lập trường"), validators=[InputRequired(_l("Hãy chọn lập trường."))])
    body = TextAreaField(_l("Nội dung góp ý"))
    proposed_text = TextAreaField(_l("Câu chữ đề nghị"))

    KEPT = ("channel", "received", "province", "commune", "name", "kind", "place")
    """What the next opinion begins with."""

    def offer(self, provinces: Iterable[tuple[str, str]]) -> None:
        """Fill in what can be chosen."""
        self.channel.choices = channels()
        self.province.choices = [("", _("Không ghi")), *provinces]
        self.kind.choices = [
            ("", _("Theo tên")),
            (str(ContributorKind.INDIVIDUAL), _("Cá nhân")),
            (str(ContributorKind.ORGANISATION), _("Tổ chức")),
            (str(ContributorKind.AGENCY), _("Cơ quan")),
        ]
        self.stance.choices = [
            (str(Stance.SUPPORT), _("Ủng hộ")),
            (str(Stance.AMEND), _("Đề nghị sửa")),
            (str(Stance.OPPOSE), _("Không đồng ý")),
            (str(Stance.ASK), _("Hỏi")),
        ]
