"""Terms: what a text is indexed and asked by.

A term has two forms. *Exact* is `core.text.canonical`: lower case, composed, one tone placement, look-alikes of đ made
đ, marks kept. *Folded* has no marks and đ as d. Every run of letters and digits is a term: single letters and numbers
are what "điểm đ khoản 2 Điều 5" is made of, and there are no stop words. A citation in short ("k2 đ7") has the terms
of the citation in full, wherever it stands.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from core.text import canonical, fold, has_marks, iter_words, nfc
from search.analysis.citations import find_short_citations

ANALYSIS_VERSION = 4
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
    """A term where it stands in a text: text[start:end]. The terms of a short citation stand at one place."""

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
    short = find_short_citations(text)
    following = next(short, None)
    for match in iter_words(text):
        while following is not None and following.end <= match.start():
            following = next(short, None)
        if following is not None and following.start <= match.start():
            if following.start == match.start():
                for word in following.words:
                    yield Token(term(word), following.start, following.end)
            continue
        yield Token(term(match.group()), match.start(), match.end())


def terms(text: str) -> list[Term]:
    """The terms of a text in order."""
    return [token.term for token in tokens(nfc(text))]


def pairs(words: Iterable[Term]) -> list[Term]:
    """Each two neighbours as one term: "quyền sử", "sử dụng". Most words of Vietnamese are two syllables."""
    return [Term(f"{one.exact} {two.exact}", f"{one.folded} {two.folded}") for one, two in pairwise(words)]
