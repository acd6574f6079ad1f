"""Forms of many answers at once: a table that comes back, prepared answers, many groups, who answers which clause."""

from collections.abc import Sequence
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, Field, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from core.forms import BaseForm
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from opinions.forms.desk import decisions
from opinions.models import ResponseTemplate

LONGEST_NUMBER = 18


class PickedPairs(Field):
    """Ticked boxes of two whole numbers each ("12:3"), as a mapping; what isn't one is dropped."""

    def process_formdata(self, valuelist: list[str]) -> None:
        pairs = (value.partition(":")[::2] for value in valuelist)
        self.data = {int(one): int(two) for one, two in pairs if _is_number(one) and _is_number(two)}


class PickedPlaces(Field):
    """Ticked boxes of a document and a place each ("12:345"), as pairs; what isn't one is dropped."""

    def process_formdata(self, valuelist: list[str]) -> None:
        pairs = (value.partition(":")[::2] for value in valuelist)
        self.data = [(int(one), int(two)) for one, two in pairs if _is_number(one) and _is_number(two)]


class SheetForm(BaseForm):
    """A table of answers that comes back from Excel."""

    file = FileField(_l("Bảng trả lời đã sửa (.xlsx)"), validators=[InputRequired(_l("Hãy chọn tệp."))])


class ApplyForm(BaseForm):
    """Write what the table changed."""

    submit = BooleanField(
        _l("Gửi duyệt luôn các trả lời này"),
        description=_l("Không chọn thì các trả lời ở lại bản đang viết, còn sửa được."),
    )


class ManyForm(BaseForm):
    """One answer for several groups."""

    groups = PickedPairs()
    decision = RadioField(_l("Kết quả"), validators=[InputRequired(_l("Hãy chọn kết quả."))])
    reason = TextAreaField(
        _l("Nội dung giải trình"),
        description=_l("Nói trực tiếp với người góp ý; in nguyên văn vào cột cuối của Bản tổng hợp."),
    )
    resulting_text = TextAreaField(
        _l("Câu chữ sau khi tiếp thu"),
        description=_l("Chỉ dùng khi tiếp thu, và khi các nhóm đã chọn cùng một điều khoản."),
    )

    def offer(self) -> None:
        """Fill in what can be chosen."""
        self.decision.choices = decisions()


class PassForm(BaseForm):
    """Responses that are approved, or released, together."""

    responses = PickedPairs()


class TemplateForm(BaseForm):
    """A prepared answer."""

    name = StringField(
        _l("Tên mẫu"),
        validators=[
            InputRequired(_l("Hãy đặt tên mẫu.")),
            Length(max=120, message=_l("Tên mẫu dài quá 120 ký tự.")),
        ],
    )
    decision = RadioField(_l("Kết quả"), validators=[InputRequired(_l("Hãy chọn kết quả."))])
    reason = TextAreaField(
        _l("Nội dung giải trình"), validators=[Length(max=20_000, message=_l("Dài quá 20.000 ký tự."))]
    )

    def offer(self) -> None:
        """Fill in what can be chosen."""
        self.decision.choices = decisions()


class AssignForm(BaseForm):
    """Who answers the ticked provisions, until when; nobody takes them away from whoever had them."""

    places = PickedPlaces()
    officer = SelectField(_l("Người phụ trách"), coerce=int, validators=[InputRequired(_l("Hãy chọn người."))])
    due_on = DateField(_l("Hạn trả lời"), validators=[Optional()])

    def offer(self, officers: Sequence[Any]) -> None:
        """Fill in who can be chosen."""
        self.officer.choices = [(0, _("Bỏ phân công")), *((one.id, one.full_name) for one in officers)]


class TableTemplateForm(BaseForm):
    """An agency's own frame of the official table."""

    file = FileField(_l("Mẫu của cơ quan (.docx)"), validators=[InputRequired(_l("Hãy chọn tệp."))])


def prepared(template: ResponseTemplate | None) -> dict[str, str]:
    """What a form begins with when a prepared answer was chosen."""
    return {"decision": str(template.decision), "reason": template.reason} if template else {}


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER
