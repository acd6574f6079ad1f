"""Forms of bodies asked: the pasted list, an answer that came on paper, and the answer through the private link."""

from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, RadioField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from consultations.models import Stance
from core.forms import BaseForm
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from opinions.models import BodyAnswer

LONGEST_LIST = 500_000


class AskForm(BaseForm):
    """A list of bodies, a line each."""

    lines = TextAreaField(
        _l("Danh sách cơ quan, tổ chức"),
        validators=[InputRequired(_l("Hãy dán danh sách, mỗi dòng một nơi.")), Length(max=LONGEST_LIST)],
        description=_l("Mỗi dòng: tên; địa chỉ thư (nếu có). Dán thẳng từ Excel cũng được. Nơi nào đã có thì bỏ qua."),
    )
    asked_on = DateField(_l("Ngày gửi"), validators=[InputRequired(_l("Hãy ghi ngày gửi."))])
    due_on = DateField(
        _l("Hạn trả lời"),
        validators=[Optional()],
        description=_l("Để trống: 15 ngày kể từ ngày gửi (Luật 64/2025/QH15, Điều 30)."),
    )


class RecordForm(BaseForm):
    """An answer that came on paper."""

    answer = RadioField(_l("Trả lời"), validators=[InputRequired(_l("Hãy chọn một mục."))])
    answered_on = DateField(_l("Ngày trả lời"), validators=[InputRequired(_l("Hãy ghi ngày trả lời."))])

    def offer(self) -> None:
        """Fill in what can be chosen."""
        self.answer.choices = [
            (str(BodyAnswer.OPINION), _("Có ý kiến")),
            (str(BodyAnswer.NO_OPINION), _("Không có ý kiến (thống nhất)")),
        ]


class BodyAnswerForm(BaseForm):
    """What a body answers through its link."""

    file = FileField(_l("Văn bản góp ý"))
    body = TextAreaField(_l("Ý kiến"), description=_l("Viết tóm tắt, hoặc toàn văn nếu không gửi tệp."))
    stance = RadioField(_l("Lập trường chung về dự thảo"), validators=[Optional()])
    no_opinion = BooleanField(_l("Thống nhất với dự thảo, không có ý kiến khác"))

    def offer(self) -> None:
        """Fill in what can be chosen."""
        self.stance.choices = [
            (str(Stance.SUPPORT), _("Ủng hộ")),
            (str(Stance.AMEND), _("Đề nghị sửa")),
            (str(Stance.OPPOSE), _("Không đồng ý")),
            (str(Stance.ASK), _("Hỏi")),
        ]


class StepForm(BaseForm):
    """Nothing to fill in: the button is what is asked for."""
