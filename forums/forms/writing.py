"""Forms of people who write."""

from wtforms import BooleanField, HiddenField, MultipleFileField, RadioField, StringField, TextAreaField
from wtforms.validators import AnyOf, InputRequired

from core.forms import BaseForm
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from forums.models import Side, TopicKind

_MARKDOWN = _l("Viết bằng Markdown: **đậm**, - gạch đầu dòng, > trích. Gõ @tên để nhắc người đã viết trong chủ đề.")


class WritingForm(BaseForm):
    """What every post has."""

    body = TextAreaField(_l("Nội dung"), description=_MARKDOWN)
    file = MultipleFileField(
        _l("Đính kèm tệp"), description=_l("Tối đa 3 tệp PDF, Word hoặc ảnh. Tệp hiện công khai sau khi được duyệt.")
    )


class TopicForm(WritingForm):
    """A new topic. ``about``: the address of the clause it is opened about."""

    kind = RadioField(
        _l("Bạn muốn mở"),
        validators=[AnyOf([kind.value for kind in TopicKind], message=_l("Hãy chọn một loại chủ đề."))],
    )
    title = StringField(_l("Tiêu đề"), description=_l("Một câu nói rõ bạn bàn việc gì."))
    about = HiddenField()

    def offer(self) -> None:
        """The kinds of topics, in the reader's words."""
        self.kind.choices = [
            (TopicKind.DISCUSSION.value, _("Thảo luận: bàn một việc")),
            (TopicKind.QUESTION.value, _("Câu hỏi: chờ trả lời chính thức")),
            (TopicKind.PROPOSAL.value, _("Đề xuất: mọi người đồng ý hay không")),
        ]


class ReplyForm(WritingForm):
    """An answer in a topic; ``quoted`` is the id of the post it answers."""

    quoted = HiddenField()
    quote = TextAreaField(
        _l("Đoạn trích"), description=_l("Xóa bớt để chỉ giữ câu bạn trả lời; xóa hết nếu không trích.")
    )
    side = RadioField(_l("Bài này"), default=Side.NONE.value)
    official = BooleanField(_l("Trả lời chính thức của cơ quan"))

    def offer(self) -> None:
        """The sides of a proposal, in the reader's words."""
        self.side.choices = [
            (Side.NONE.value, _("Nêu ý khác")),
            (Side.FOR.value, _("Ủng hộ đề xuất")),
            (Side.AGAINST.value, _("Không ủng hộ đề xuất")),
        ]


class EditForm(BaseForm):
    """A change of one's own post; ``version`` is the one that was read."""

    body = TextAreaField(_l("Nội dung"), description=_MARKDOWN)
    version = HiddenField(validators=[InputRequired()])


class PlainForm(BaseForm):
    """Nothing to fill in: the button is all."""
