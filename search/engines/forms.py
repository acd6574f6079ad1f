"""What of a document is put into an index: the forms of its words, where they stand, and how much they weigh. Pure."""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from search.analysis import Term, citation_mark, terms
from search.documents import SearchDocument

__all__ = ["AUTHOR", "Occurrence", "exact_form", "index_forms", "may_carry_marks", "occurrences", "parts", "query_form"]

AUTHOR = "@"  # before the forms of a word of the author's name, to be found in that name alone
HEADING_WEIGHT = 3  # of a word in the title or the citation, against one in the body
_GAP = 100  # between title, citation, contributor and body: no phrase crosses it
_VOWELS = frozenset("aeiouyd")  # only these carry marks in Vietnamese


class Part(NamedTuple):
    """Words that stand together. `mark`: before their forms, they are found in this part alone."""

    words: list[Term]
    weight: int
    mark: str


class Occurrence(NamedTuple):
    """One word of a document: its forms, all at one place."""

    forms: tuple[str, ...]
    place: int
    weight: int


def exact_form(term: Term) -> str:
    """How the exact form is written in the index: no folded form can look like it."""
    return term.exact if term.exact != term.folded else "=" + term.folded


def query_form(term: Term) -> str:
    """The form that a word of a query asks for: with marks typed it must match them."""
    return term.exact if term.marked else term.folded


@lru_cache(maxsize=1 << 16)
def index_forms(term: Term) -> tuple[str, ...]:
    """What is indexed for a word, at one place: its folded form, and its exact form where marks were possible."""
    if not may_carry_marks(term):
        return (term.folded,)
    return (term.folded, exact_form(term))


def may_carry_marks(term: Term) -> bool:
    """Whether the two forms of a word differ in the index."""
    return term.exact != term.folded or not _VOWELS.isdisjoint(term.folded)


def parts(document: SearchDocument) -> tuple[Part, ...]:
    """The words of a document: title, citation and its mark, contributor, body, context. No phrase runs from one part
    into the next.
    """
    mark = citation_mark(document.citation)
    return (
        Part(terms(document.title), HEADING_WEIGHT, ""),
        Part(terms(document.citation), HEADING_WEIGHT, ""),
        Part(terms(document.contributor or ""), 1, AUTHOR),
        Part(terms(document.body), 1, ""),
        Part(terms(document.context), 1, ""),
        Part([Term(mark, mark)] if mark else [], HEADING_WEIGHT, ""),
    )


def occurrences(document: SearchDocument) -> Iterator[Occurrence]:
    """All words of a document, in order; between the parts places are left out."""
    place = 0
    for words, weight, mark in parts(document):
        for place, term in enumerate(words, place):  # noqa: B020 - goes on where the part before ended
            forms = index_forms(term)
            if mark:
                forms += tuple(mark + form for form in forms)
            yield Occurrence(forms, place, weight)
        place += _GAP
