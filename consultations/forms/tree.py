"""Forms for mending the tree. ``seen``: what the person saw of the node, so that nothing is overwritten."""

from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length

from consultations.queries.mending import Item
from consultations.services.tree import Words
from core.forms import BaseForm
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from legal.nodes import Kind

LONGEST_TEXT = 400_000


def kind_choices() -> list[tuple[str, str]]:
    names = {
        Kind.PART: _("Phần"),
        Kind.CHAPTER: _("Chương"),
        Kind.SECTION: _("Mục"),
        Kind.SUBSECTION: _("Tiểu mục"),
        Kind.ARTICLE: _("Điều"),
        Kind.CLAUSE: _("Khoản"),
        Kind.POINT: _("Điểm"),
        Kind.HEADING: _("Đề mục"),
        Kind.PARAGRAPH: _("Đoạn"),
        Kind.PREAMBLE: _("Phần mở đầu"),
        Kind.ANNEXED: _("Văn bản kèm theo"),
        Kind.APPENDIX: _("Phụ lục"),
        Kind.TABLE: _("Bảng"),
        Kind.SIGNATURE: _("Phần ký"),
    }
    return [(kind.value, name) for kind, name in names.items()]


class StepForm(BaseForm):
    """A step that needs no words."""

    seen = HiddenField()


class NodeForm(StepForm):
    """Kind, number, heading and text of a node."""

    kind = SelectField(_l("Loại"))
    number = StringField(
        _l("Số"), validators=[Length(max=60)], description=_l("Như in trên dự thảo: 12a, IV, đ. Để trống nếu không có.")
    )
    heading = StringField(_l("Tên"), validators=[Length(max=10_000)])
    text = TextAreaField(_l("Lời văn"), validators=[Length(max=LONGEST_TEXT)])

    def offer(self) -> None:
        """What can be chosen."""
        self.kind.choices = kind_choices()

    def show(self, item: Item) -> None:
        """What stands now."""
        self.kind.data, self.number.data = item.kind.value, item.number
        self.heading.data, self.text.data = item.heading, item.text

    def words(self) -> Words:
        """What was typed; after ``validate``."""
        return Words(Kind(self.kind.data), self.number.data or "", self.heading.data or "", self.text.data or "")


class SplitForm(BaseForm):
    """The text in two parts. ``whole`` is its ``seen``: both forms stand on one page, where no two fields are alike."""

    whole = HiddenField()
    first = TextAreaField(_l("Phần trước, ở lại đây"), validators=[Length(max=LONGEST_TEXT)])
    second = TextAreaField(
        _l("Phần sau, tách ra"),
        validators=[Length(max=LONGEST_TEXT)],
        description=_l(
            "Chuyển chữ từ ô trên xuống. Nếu bắt đầu bằng “2.”, “a)”, “Điều 5.” thì loại và số được nhận theo đó."
        ),
    )
    place = RadioField(_l("Phần sau trở thành"), default="after")

    def offer(self) -> None:
        """What can be chosen."""
        self.place.choices = [
            ("after", _("Điều khoản đứng ngay sau, mang theo các điều khoản con")),
            ("inside", _("Điều khoản con đầu tiên")),
        ]

    def show(self, item: Item, line: int) -> None:
        """The text cut before a line (counted from 0), or whole."""
        lines = item.text.split("\n")
        self.first.data = "\n".join(lines[:line] if line else lines)
        self.second.data = "\n".join(lines[line:]) if line else ""
