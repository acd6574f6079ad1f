"""The search form: all of it in the address, so that a search can be sent to somebody."""

from collections.abc import Mapping

from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from core.forms import BaseForm
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from search.engines.base import Sort
from search.facets import stance_labels
from search.registry import sources

NAME_LENGTH = 120


class SearchForm(BaseForm):
    """Nothing in it is required; what cannot be understood is as if it were not said."""

    class Meta(BaseForm.Meta):
        csrf = False

    q = StringField(_l("Tìm trong dự thảo và ý kiến"))
    type = SelectField(_l("Tìm trong"), name="loai", validators=[Optional()])
    consultation = SelectField(_l("Đợt lấy ý kiến"), name="dot", validators=[Optional()])
    stance = SelectField(_l("Lập trường"), name="lap-truong", validators=[Optional()])
    date_from = DateField(_l("Từ ngày"), name="tu", validators=[Optional()])
    date_to = DateField(_l("Đến ngày"), name="den", validators=[Optional()])
    sort = SelectField(_l("Xếp theo"), name="sap-xep", validators=[Optional()])
    lineage = IntegerField(name="dieu-khoan", widget=HiddenInput(), validators=[Optional()])
    offset = IntegerField(name="tu-muc", widget=HiddenInput(), validators=[Optional()])

    def offer(self, consultations: Mapping[int, str]) -> None:
        """Fill in what can be chosen."""
        self.type.choices = [("", _("Tất cả")), *((name, source.label()) for name, source in sources().items())]
        self.consultation.choices = [("", _("Mọi đợt")), *((str(id_), name) for id_, name in consultations.items())]
        self.stance.choices = [("", _("Mọi lập trường")), *stance_labels().items()]
        self.sort.choices = [("", _("Sát nhất")), (str(Sort.NEWEST), _("Mới nhất")), (str(Sort.OLDEST), _("Cũ nhất"))]


class NameForm(BaseForm):
    """What a kept search is called."""

    name = StringField(
        _l("Tên của kết quả tìm"),
        name="ten",
        validators=[
            InputRequired(_l("Hãy đặt tên để sau này bạn nhận ra.")),
            Length(max=NAME_LENGTH, message=_l("Tên dài nhất 120 ký tự.")),
        ],
    )


class SaveForm(NameForm):
    """Keep the search of the address under a name."""

    address = StringField(name="dia-chi", widget=HiddenInput(), validators=[Length(max=2000)])
    is_watched = BooleanField(_l("Gửi thư cho tôi khi có kết quả mới, nhiều nhất mỗi ngày một lần"), name="theo-doi")


class AcronymsForm(BaseForm):
    """Acronyms to add, one to a line."""

    lines = TextAreaField(
        _l("Mỗi dòng một chữ"),
        name="dong",
        validators=[
            InputRequired(_l("Hãy viết ít nhất một dòng.")),
            Length(max=50_000, message=_l("Danh sách dài quá. Hãy thêm làm nhiều lần.")),
        ],
        description=_l("Ví dụ: TTKN = trung tâm khuyến nông. Dán được từ bảng tính."),
    )
