"""Acronyms of official Vietnamese: UBND is ủy ban nhân dân, in queries and in texts alike.

The list that ships is acronyms.csv; agencies add lines of their own to it (`search.services.acronyms`).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib import resources
from typing import NamedTuple

from search.analysis.cutting import Term, terms

__all__ = ["Acronyms", "Run", "built_in", "read_entry"]

_LONGEST = 12  # words in full
_BETWEEN = re.compile(r"[=,;:\t]")

Words = tuple[Term, ...]


class Run(NamedTuple):
    """Words in a row, [start:end] of those asked about, and the acronyms that stand for them."""

    start: int
    end: int
    acronyms: tuple[Term, ...]


class Acronyms:
    """A list of acronyms. One may stand for several things, and one thing have several acronyms.

    A word typed with marks must match them, a bare one matches both: "quyen su dung dat" and "qsdd" are known too.
    """

    def __init__(self, entries: Iterable[tuple[str, str]]) -> None:
        self._entries = tuple(dict.fromkeys(_valid(entries)))
        self._by_acronym: dict[str, list[tuple[Term, Words]]] = {}
        self._by_words: dict[tuple[str, ...], list[tuple[Term, Words]]] = {}
        for acronym, words in self._entries:
            self._by_acronym.setdefault(acronym.folded, []).append((acronym, words))
            self._by_words.setdefault(tuple(word.folded for word in words), []).append((acronym, words))
        self._lengths = sorted({len(key) for key in self._by_words}, reverse=True)

    def __len__(self) -> int:
        return len(self._entries)

    def full(self, typed: Term) -> list[Words]:
        """What an acronym stands for, if it is one."""
        return [words for acronym, words in self._by_acronym.get(typed.folded, ()) if _is(typed, acronym)]

    def runs(self, typed: Sequence[Term]) -> list[Run]:
        """Where the words of an acronym stand in full, the longest first at each place, without overlap."""
        found: list[Run] = []
        place = 0
        while place < len(typed):
            run = next(self._runs_from(typed, place), None)
            if run is not None:
                found.append(run)
            place = run.end if run is not None else place + 1
        return found

    def _runs_from(self, typed: Sequence[Term], start: int) -> Iterator[Run]:
        for length in self._lengths:
            row = typed[start : start + length]
            entries = self._by_words.get(tuple(word.folded for word in row), ()) if len(row) == length else ()
            fitting = tuple(acronym for acronym, words in entries if all(map(_is, row, words)))
            if fitting:
                yield Run(start, start + length, fitting)


def _is(typed: Term, listed: Term) -> bool:
    return typed.exact == listed.exact if typed.marked else typed.folded == listed.folded


def _valid(entries: Iterable[tuple[str, str]]) -> Iterator[tuple[Term, Words]]:
    for short, full in entries:
        acronym, words = terms(short), tuple(terms(full))
        if len(acronym) == 1 and 1 < len(words) <= _LONGEST:
            yield acronym[0], words


def read_entry(line: str) -> tuple[str, str] | None:
    """A line of a list, "TTKN = trung tâm khuyến nông", as acronym and words; a comma, a semicolon, a colon or a tab
    may stand between. None where it is none: an acronym is one word, and stands for two to twelve.
    """
    short, *rest = _BETWEEN.split(line, maxsplit=1)
    entry = (short.strip(), " ".join("".join(rest).split()))
    return entry if any(_valid([entry])) else None


@cache
def built_in() -> tuple[tuple[str, str], ...]:
    """The entries that ship."""
    lines = (resources.files(__package__) / "acronyms.csv").read_text("utf-8").splitlines()[1:]
    return tuple(entry for line in lines if (entry := read_entry(line)))
