"""What may be posted: brought into shape, measured, and refused with a sentence where it goes too far."""

import re

from core.errors import RuleBroken
from core.i18n import gettext as _
from core.text import clean, tame_marks, words

MAX_LETTERS = 20_000
MAX_WORDS = 3_000
MAX_QUOTE = 600
MAX_MENTIONS = 10
MAX_REFERENCES = 5
TITLE_LEAST, TITLE_MOST = 8, 200

_LINK = re.compile(r"https?://|www\.|\]\(", re.IGNORECASE)
_MENTION = re.compile(r"(?<![\w@/.])@([\w-]{1,80})")  # as core.html reads them


def tidy(text: str) -> str:
    """As it is stored: cleaned, without stacks of marks."""
    return tame_marks(clean(text))


def title(text: str) -> str:
    """The title of a topic, on one line. Raises RuleBroken (field ``title``)."""
    line = " ".join(tidy(text).split())
    if not TITLE_LEAST <= len(line) <= TITLE_MOST or len(words(line)) < 2:
        raise RuleBroken(
            _("Tiêu đề cần từ %(n)s đến %(m)s ký tự, ít nhất hai chữ.", n=TITLE_LEAST, m=TITLE_MOST), "title"
        )
    return line


def body(text: str) -> str:
    """The text of a post. Raises RuleBroken (field ``body``)."""
    tidied = tidy(text)
    if not tidied:
        raise RuleBroken(_("Hãy viết nội dung bài."), "body")
    letters, count = len(tidied), len(tidied.split())
    if letters > MAX_LETTERS or count > MAX_WORDS:
        raise RuleBroken(
            _(
                "Bài dài %(n)s chữ, %(k)s ký tự; tối đa %(m)s chữ, %(l)s ký tự. Phần bạn viết vẫn còn ở đây.",
                n=_figure(count),
                k=_figure(letters),
                m=_figure(MAX_WORDS),
                l=_figure(MAX_LETTERS),
            ),
            "body",
        )
    if len(mentions(tidied)) > MAX_MENTIONS:
        raise RuleBroken(_("Một bài nhắc tối đa %(n)s người bằng dấu @.", n=MAX_MENTIONS), "body")
    return tidied


def count_links(text: str) -> int:
    return len(_LINK.findall(text))


def check_links(text: str, allowed: int) -> None:
    """Raises RuleBroken (field ``body``) for more links than somebody may post."""
    found = count_links(text)
    if found > allowed:
        raise RuleBroken(
            _(
                "Bài có %(n)s liên kết; bạn được dùng tối đa %(m)s. Càng nhiều bài được công bố thì được càng nhiều.",
                n=found,
                m=allowed,
            ),
            "body",
        )


def mentions(text: str) -> list[str]:
    """The handles after @, as typed, each once; looking ends soon after the most that is allowed."""
    found: dict[str, None] = {}
    for match in _MENTION.finditer(text):
        found[match[1]] = None
        if len(found) > MAX_MENTIONS:
            break
    return list(found)


def quote(passage: str, source: str) -> str:
    """A passage to quote: at most 600 characters, and word for word in its source. Raises RuleBroken (``quote``)."""
    tidied = tidy(passage)
    if not tidied:
        return ""
    if len(tidied) > MAX_QUOTE:
        raise RuleBroken(_("Đoạn trích dài quá %(n)s ký tự. Hãy trích đoạn ngắn hơn.", n=MAX_QUOTE), "quote")
    if not says(source, tidied):
        raise RuleBroken(_("Bài gốc không có đoạn này. Hãy trích đúng nguyên văn."), "quote")
    return tidied


def says(source: str, passage: str) -> bool:
    """Does the source hold the passage, spaces and line breaks aside?"""
    return " ".join(passage.split()) in " ".join(source.split())


def _figure(number: int) -> str:
    return f"{number:,}".replace(",", ".")
