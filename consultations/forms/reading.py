"""Forms on the reading pages."""

from wtforms import TextAreaField
from wtforms.validators import InputRequired

from core.forms import BaseForm
from core.i18n import lazy_gettext as _l


class ReplyForm(BaseForm):
    """A reply to a published comment."""

    body = TextAreaField(_l("Trả lời của bạn"), validators=[InputRequired(_l("Hãy viết trả lời."))])
