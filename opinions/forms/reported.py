"""Forms of reported figures: a new entry, and the correction of one."""

from collections.abc import Iterable

from flask_wtf.file import FileField
from wtforms import DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from core.forms import BaseForm
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from opinions.models import ReportSource
from opinions.services.reporting import LARGEST

_FIGURE = (
    InputRequired(_l("Hãy ghi số; không có thì ghi 0.")),
    NumberRange(0, LARGEST, _l("Hãy ghi một số từ 0 đến 200.000.000.")),
)


class ReportForm(BaseForm):
    """What an agency reports of one place of the draft, with its paper."""

    agency = StringField(
        _l("Cơ quan báo cáo"),
        validators=[InputRequired(_l("Hãy ghi tên cơ quan báo cáo.")), Length(max=300)],
        description=_l("Ví dụ: Ủy ban nhân dân tỉnh Lào Cai."),
    )
    province = SelectField(_l("Tỉnh, thành phố"), validators=[Optional()])
    place = StringField(
        _l("Điều khoản"),
        description=_l("Ví dụ: khoản 2 Điều 5, hoặc 5.2. Cho cả dự thảo thì ghi: Chung."),
        validators=[InputRequired(_l("Hãy ghi điều khoản, hoặc ghi: Chung.")), Length(max=300)],
    )
    source = SelectField(_l("Nguồn"))
    held_on = DateField(_l("Ngày họp, hoặc ngày của văn bản"), validators=[InputRequired(_l("Hãy ghi ngày."))])
    meetings = IntegerField(
        _l("Số hội nghị"), validators=[Optional(), NumberRange(1, 10_000_000, _l("Hãy ghi một số từ 1."))]
    )
    agree = IntegerField(_l("Số người đồng ý"), validators=_FIGURE)
    disagree = IntegerField(_l("Số người không đồng ý"), validators=_FIGURE)
    other = IntegerField(_l("Số người có ý kiến khác"), validators=_FIGURE)
    file = FileField(_l("Văn bản báo cáo"), validators=[InputRequired(_l("Hãy chọn tệp văn bản báo cáo."))])

    def offer(self, provinces: Iterable[tuple[str, str]]) -> None:
        """Fill in what can be chosen."""
        self.province.choices = [("", _("Không ghi")), *provinces]
        self.source.choices = [(str(source), words) for source, words in source_words().items()]


class CorrectionForm(ReportForm):
    """The same, with the reason; the paper only where there is a new one."""

    file = FileField(_l("Văn bản báo cáo mới"), description=_l("Để trống thì giữ văn bản của số liệu cũ."))
    reason = TextAreaField(
        _l("Lý do đính chính"), validators=[InputRequired(_l("Hãy nêu lý do đính chính.")), Length(max=2_000)]
    )


def source_words() -> dict[ReportSource, str]:
    """What each source is called."""
    return {
        ReportSource.MEETING: _("Hội nghị"),
        ReportSource.PAPER: _("Phiếu giấy, văn bản"),
        ReportSource.OTHER: _("Nguồn khác"),
    }
