"""Forms of ticks: what the drafter asks, and what people answer."""

from collections.abc import Sequence
from typing import Any

from wtforms import (  # type: ignore[attr-defined]  # its stubs do not know SelectChoice yet
    BooleanField,
    EmailField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import AnyOf, Email, InputRequired, Length

from consultations.models import QUESTION_LETTERS
from core.forms import BaseForm
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.text import truncate_words

AGREE, DISAGREE = "dong-y", "khong-dong-y"
HEADING_LETTERS = 80


class TickItemForm(BaseForm):
    """A place of the draft to ask about; ``place`` is "document:lineage"."""

    place = SelectField(_l("Điều khoản"), validators=[InputRequired(_l("Hãy chọn điều khoản."))])
    question = StringField(
        _l("Câu hỏi"),
        validators=[Length(max=QUESTION_LETTERS, message=_l("Câu hỏi dài nhất 300 ký tự."))],
        description=_l("Một việc, trả lời được bằng đồng ý hay không. Để trống: hỏi về chính điều khoản."),
    )

    def offer(self, documents: Sequence[Any], provisions: Sequence[Any]) -> None:
        """The whole of each document, then its provisions in order."""
        several = len(documents) > 1
        choices = []
        for document in documents:
            whole = _("Cả dự thảo: %(title)s", title=document.title) if several else _("Cả dự thảo")
            choices.append((f"{document.id}:0", whole))
            inside = [one for one in provisions if one.document_id == document.id]
            choices += [(f"{document.id}:{one.lineage_id}", _named(one)) for one in inside]
        self.place.choices = choices

    @property
    def spot(self) -> tuple[int, int]:
        """(document, place); after ``validate``."""
        document, _colon, place = str(self.place.data).partition(":")
        return int(document), int(place)


def _named(provision: Any) -> str:
    citation = str(provision.citation[:1].upper() + provision.citation[1:])
    return f"{citation}. {truncate_words(provision.heading, HEADING_LETTERS)}" if provision.heading else citation


class TickForm(BaseForm):
    """Agree or not, with or without a word."""

    agrees = RadioField(
        _l("Bạn đồng ý không?"),
        choices=[SelectChoice(AGREE, _l("Đồng ý")), SelectChoice(DISAGREE, _l("Không đồng ý"))],
        validate_choice=False,
        validators=[AnyOf((AGREE, DISAGREE), message=_l("Hãy chọn đồng ý hoặc không đồng ý."))],
    )
    word = TextAreaField(
        _l("Lời kèm"),
        description=_l("Chỉ cơ quan soạn thảo đọc, không công bố. Muốn mọi người đọc được, hãy góp ý."),
    )


class GuestTickForm(TickForm):
    """The same for a guest whose address must be confirmed."""

    email = EmailField(
        _l("Địa chỉ thư điện tử"),
        [
            InputRequired(_l("Hãy ghi địa chỉ thư: biểu thị được tính sau khi bạn bấm đường dẫn trong thư.")),
            Length(max=254, message=_l("Địa chỉ này dài quá. Kiểm tra lại.")),
            Email(_l("Địa chỉ này chưa đúng dạng ten@noi.vn. Kiểm tra lại.")),
        ],
        description=_l("Dùng để mỗi người chỉ biểu thị một lần. Không lưu địa chỉ, chỉ lưu dấu băm của nó."),
    )
    consent = BooleanField(
        _l("Tôi đồng ý cho dùng địa chỉ này để gửi một thư xác nhận"),
        [InputRequired(_l("Cần bạn đồng ý thì mới gửi thư được."))],
    )


class TakeBackForm(BaseForm):
    """Nothing to fill in."""
