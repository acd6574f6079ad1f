"""Forms with which a moderator splits, merges and renames topics."""

import re
from collections.abc import Sequence

from wtforms import SelectMultipleField, StringField, TextAreaField
from wtforms.validators import Length
from wtforms.widgets import CheckboxInput, ListWidget

from core.forms import BaseForm
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from forums.models import Post

_TOPIC = re.compile(r"(?:^|/dien-dan/chu-de/)(\d{1,9})(?:$|[/?#])")
FIRST_LETTERS = 90


class RenameForm(BaseForm):
    """A better title."""

    title = StringField(_l("Tiêu đề mới"), description=_l("Một câu nói rõ chủ đề bàn việc gì."))
    reason = StringField(_l("Lý do"), [Length(max=500)], description=_l("Hiện trong lịch sử chủ đề."))


class SplitForm(BaseForm):
    """Which posts go into a topic of their own."""

    posts = SelectMultipleField(
        _l("Các bài cần tách"), coerce=int, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    title = StringField(_l("Tiêu đề của chủ đề mới"))
    reason = TextAreaField(
        _l("Vì sao tách"), [Length(max=500)], description=_l("Mở đầu chủ đề mới, và hiện trong lịch sử của cả hai.")
    )

    def offer(self, posts: Sequence[Post]) -> None:
        """These replies, with their numbers, authors and first words."""
        self.posts.choices = [
            (
                post.id,
                _("#%(n)s · %(name)s: %(words)s", n=post.number, name=post.author_name, words=_first_words(post.body)),
            )
            for post in posts
        ]


class MergeForm(BaseForm):
    """The topic that takes the posts of this one."""

    into = StringField(
        _l("Địa chỉ hoặc số của chủ đề được giữ"),
        description=_l("Ví dụ /dien-dan/chu-de/12/. Các bài của chủ đề này xếp sau các bài ở đó."),
    )
    reason = StringField(_l("Lý do"), [Length(max=500)], description=_l("Hiện trong lịch sử chủ đề."))

    @property
    def topic_id(self) -> int:
        """The id in what was typed; 0, which no topic has, where there is none."""
        found = _TOPIC.search((self.into.data or "").strip())
        return int(found[1]) if found else 0


def _first_words(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= FIRST_LETTERS else line[:FIRST_LETTERS].rsplit(" ", 1)[0] + "…"
