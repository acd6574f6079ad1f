"""Whom to invite."""

import re

from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from core.forms import BaseForm
from core.i18n import lazy_gettext as _l


class InviteForm(BaseForm):
    emails = TextAreaField(
        _l("Địa chỉ thư điện tử"),
        validators=[DataRequired(_l("Hãy ghi ít nhất một địa chỉ thư điện tử.")), Length(max=1_500_000)],
        description=_l("Mỗi dòng một địa chỉ, hoặc cách nhau bằng dấu phẩy. Mỗi lần tối đa 5.000 địa chỉ."),
    )

    @property
    def addresses(self) -> list[str]:
        return [part for part in re.split(r"[\s,;]+", self.emails.data or "") if part]
