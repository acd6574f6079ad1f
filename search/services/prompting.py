"""What is offered while one types: the words before restored, the last one completed, and what usually follows it."""

from collections.abc import Sequence

from core.text import canonical, fold
from search import queries
from search.services.completing import suggest
from search.spelling import respell

__all__ = ["prompt"]

_MOST, _FOLLOWING = 8, 3
_VOWELS = frozenset("aeiouy")
_READ = 200  # characters of a long text, from its end


def prompt(typed: str, *, consultation_ids: Sequence[int] | None = None) -> list[str]:
    """At most eight ways to go on; all of them found just now, in these consultations, by who sees only what is public.

    "bao h" becomes "bảo hiểm", and "bảo hiểm y" also "bảo hiểm y tế": a word that stands for itself may be complete.
    """
    head, space, last = typed[-_READ:].rpartition(" ")
    text = f"{respell(head, queries.forms) or head}{space}{last}"
    following: list[str] = []
    if _is_word(last):
        following = suggest(f"{text} ", consultation_ids=consultation_ids, limit=_FOLLOWING)
    completed = suggest(text, consultation_ids=consultation_ids, limit=_MOST)
    return list(dict.fromkeys([*following, *completed]))[:_MOST]


def _is_word(typed: str) -> bool:
    """Whether the last word may be complete: it is one of the texts' words as it stands, and no lone consonant."""
    vowels = not _VOWELS.isdisjoint(fold(typed))
    return vowels and any(word.exact == canonical(typed) for word in queries.forms([fold(typed)]))
