"""Complete what is being typed, with words that a search would find."""

import time
from collections.abc import Iterator, Sequence
from itertools import islice

from search import queries
from search.analysis import Token, terms, tokens
from search.documents import Facet
from search.queries import Word
from search.query import Clause, ParsedQuery
from search.services.finding import exists

__all__ = ["suggest"]

_LOOKED_AT = 24  # candidates that are searched for, at most
_LOOKED_AT_WITHIN = 120  # the same where only some consultations count: most words of the site are not theirs
_SECONDS = 0.2


def suggest(typed: str, *, consultation_ids: Sequence[int] | None = None, limit: int = 8) -> list[str]:
    """What the typed text may become: its last word completed, and what usually stands after it.

    Every suggestion was found just now, in these consultations, by whoever may see nothing but what is public.
    """
    only = None if consultation_ids is None else {Facet.CONSULTATION: tuple(consultation_ids)}
    most = _LOOKED_AT if only is None else _LOOKED_AT_WITHIN
    until = time.monotonic() + _SECONDS
    found: dict[str, None] = {}
    for start, word in islice(_candidates(typed[-200:], most), most):
        if len(found) == limit or time.monotonic() > until:
            break
        text = typed[-200:][:start] + word.exact
        if text != typed and text not in found and exists(_phrase(word), only):
            found[text] = None
    return list(found)


def _candidates(typed: str, most: int) -> Iterator[tuple[int, Word]]:
    """Where in the text the candidate begins, and the candidate."""
    read = list(tokens(typed))
    if not read:
        return
    last, before = read[-1], read[-2] if len(read) > 1 else None
    if last.end < len(typed):  # a space after it: what comes next
        yield from _pairs(last, "", most)
        return
    if before is not None and not typed[before.end : last.start].strip():
        yield from _pairs(before, last.term.folded, most, last)
    words = queries.starting(last.term.folded, most)
    yield from ((last.start, word) for word in words if _keeps_marks(word, last))


def _pairs(first: Token, prefix: str, most: int, last: Token | None = None) -> Iterator[tuple[int, Word]]:
    for word in queries.starting(f"{first.term.folded} {prefix}", most):
        left, right = word.exact.split(" ")
        if first.term.marked and left != first.term.exact:
            continue
        if last is None or _keeps_marks(Word(right, right, 0), last):
            yield first.start, word


def _keeps_marks(word: Word, typed: Token) -> bool:
    return not typed.term.marked or word.exact.startswith(typed.term.exact)


def _phrase(word: Word) -> ParsedQuery:
    return ParsedQuery(required=((Clause(tuple(terms(word.exact))),),))
