"""Which readings of a query are answered: all its words; else the words probably meant; and, where few places hold all
words of a longer query, some of them. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from search.analysis import Acronyms
from search.query import ParsedQuery
from search.spelling import Vocabulary, respell
from search.understanding import looser, words_of

__all__ = ["FEW", "Answer", "Reading", "answer"]

FEW = 10  # found: below that, more is looked for that holds a part of the words
_LONG = 4  # groups of words: shorter queries mean all they say

R = TypeVar("R")


class Reading(StrEnum):
    """What the answer answers."""

    AS_TYPED = "as typed"
    RESPELT = "respelt"
    SOME_WORDS = "some words"


@dataclass(frozen=True, slots=True)
class Answer(Generic[R]):
    """What was found, and what it answers. `meant`: the text probably meant, answered (RESPELT) or to be offered.

    `more`: what holds a part of the words, where few places hold all; it holds those few as well.
    """

    result: R
    reading: Reading
    words: ParsedQuery
    meant: str | None = None
    more: R | None = None


def answer(
    text: str,
    *,
    search: Callable[[ParsedQuery], R],
    count: Callable[[R], int],
    vocabulary: Vocabulary,
    acronyms: Acronyms | None = None,
) -> Answer[R]:
    """Ask for what was typed (without its filters), and if need be again; three searches at most."""
    words = words_of(text, acronyms)
    result = search(words)
    if words.finds_nothing or words.blank:
        return Answer(result, Reading.AS_TYPED, words)
    meant = respell(text, vocabulary)
    reading = Reading.AS_TYPED
    if not count(result) and meant is not None:
        other = words_of(meant, acronyms)
        found = search(other)
        if count(found):
            result, words, reading = found, other, Reading.RESPELT
    if count(result) >= FEW or (count(result) and len(words.required) < _LONG):
        return Answer(result, reading, words, meant)
    some = looser(words)
    more = search(some) if some is not None else None
    if some is None or more is None or count(more) <= count(result):
        return Answer(result, reading, words, meant)
    if count(result):
        return Answer(result, reading, words, meant, more)
    return Answer(more, Reading.SOME_WORDS, some, meant)
