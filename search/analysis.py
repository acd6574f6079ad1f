"""Vietnamese text as search terms. Pure; the one analysis for every engine, for documents and for queries.

A term has two forms. *Exact* is `core.text.canonical`: lower case, composed, one tone placement, marks kept. *Folded*
has no marks and đ as d. Every run of letters and digits is a term: single letters and numbers are what "điểm đ khoản 2
Điều 5" is made of, and there are no stop words.

A change here changes what is in every index: raise `ANALYSIS_VERSION`, and engines ask for a rebuild.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from core.text import canonical, fold, has_marks, iter_words, nfc

__all__ = ["ANALYSIS_VERSION", "TERM_LENGTH", "Term", "Token", "term", "terms", "tokens"]

ANALYSIS_VERSION = 1
TERM_LENGTH = 40  # characters; the rest of a longer run (a key, an address, noise) does not count


class Term(NamedTuple):
    """The two forms of one word."""

    exact: str
    folded: str

    @property
    def marked(self) -> bool:
        """Whether it was written with any mark, the stroke of đ included."""
        return has_marks(self.exact)


class Token(NamedTuple):
    """A term where it stands in a text: text[start:end]."""

    term: Term
    start: int
    end: int


@lru_cache(maxsize=1 << 16)
def _cached_term(word: str) -> Term:
    exact = canonical(word)[:TERM_LENGTH]
    return Term(exact, fold(exact)[:TERM_LENGTH])


def term(word: str) -> Term:
    """Both forms of one word."""
    return _cached_term(word[: 2 * TERM_LENGTH])  # bounded before it is cached; marks may stand apart


def tokens(text: str) -> Iterator[Token]:
    """The terms of a text as it stands (composed or not), with their places in it."""
    for match in iter_words(text):
        yield Token(term(match.group()), match.start(), match.end())


def terms(text: str) -> list[Term]:
    """The terms of a text in order."""
    return [term(match.group()) for match in iter_words(nfc(text))]
