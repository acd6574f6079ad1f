"""What can be reviewed. Features register their types; ``app`` wires them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from moderation.models import ReviewStatus


@dataclass(frozen=True)
class ReviewCard:
    """What a moderator sees of a thing: where it stands, who wrote it, what it says.

    ``redline`` holds segments of a proposed wording (legal.diff). ``published_text``: what everybody reads until
    an edit (``text``) is decided. ``file_url``: where the moderator can open an attached file.
    """

    title: str
    url: str
    author: str
    author_note: str
    text: str
    stance: str | None = None
    redline: Sequence[Any] = ()
    provision_text: str = ""
    file_url: str = ""
    author_id: int | None = None
    published_text: str = ""


@dataclass(frozen=True)
class Verdict:
    """A change of status as the subject's own package is told of it. ``appealed``: the decision answers an appeal.

    ``edit_taken``: whether the new words of something published take the place of the old ones; None: there are none.
    """

    before: ReviewStatus
    after: ReviewStatus
    rule: str | None = None
    note: str = ""
    by_moderator: bool = False
    appealed: bool = False
    edit_taken: bool | None = None


@dataclass(frozen=True)
class Reviewable:
    """A type of thing that is reviewed.

    ``apply`` changes the subject's status and everything that hangs on it (tallies, index, letters to the author), in
    the present transaction. ``cards`` loads many subjects at once; ``context_titles`` names consultations. ``mask``
    takes the personal data out of what others read of a subject; its history keeps what was
    written. None where a thing is published whole or not at all. ``words``: what the buttons are called where they are
    not those of a text; no other decision may be taken then. ``reportable``: readers may say that it breaks a rule.
    """

    label: Callable[[], str]
    apply: Callable[[int, Verdict], None]
    cards: Callable[[Sequence[int]], dict[int, ReviewCard]]
    context_titles: Callable[[Sequence[int]], dict[int, str]]
    mask: Callable[[int], None] | None = None
    words: Callable[[], Mapping[ReviewStatus, str]] | None = None
    reportable: bool = True


_types: dict[str, Reviewable] = {}


def register(subject_type: str, reviewable: Reviewable) -> None:
    """Make a type known to the queue."""
    _types[subject_type] = reviewable


def reviewable(subject_type: str) -> Reviewable:
    return _types[subject_type]


def labels() -> dict[str, str]:
    """The types and their names on screens."""
    return {name: kind.label() for name, kind in _types.items()}
