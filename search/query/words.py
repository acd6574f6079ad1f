"""The words of a query. Pure; never raises, whatever is typed.

What a word is, is not decided here: the analysis is handed in (`search.analysis.terms`), and so is what stands for
more than itself: citations and acronyms, found in the text beforehand (`Known`).

- `bồi thường đất`: every word must occur. A word with any mark must match its marks; a bare word matches both.
- `"bồi thường"`: the words in this order, side by side. So do words held together by signs: `187/2025/NĐ-CP`.
- `-đất`, `-"thu hồi"`: without.
- `đất OR nhà`, `đất HOẶC nhà`, `đất | nhà`: one of them; binds before the spaces around. In capitals only: "hoặc" is a
  word of every law.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from core.text import nfc

if TYPE_CHECKING:
    from search.analysis import Term

QUERY_LENGTH = 1_000  # characters read
QUERY_TERMS = 32  # words taken, negated ones included

QUOTES = '"“”„‟«»″＂'
_PIECE = re.compile(
    rf"""
    (?P<minus>(?<!\S)[-−–](?=[\w{QUOTES}]))?
    (?: [{QUOTES}](?P<quoted>[^{QUOTES}]*)(?:[{QUOTES}]|$)
      | (?P<or>(?:OR|HOẶC)(?!\S)|\|+)
      | (?P<joined>\w[\w\u0300-\u036f]*(?:[-./:'’&]+\w[\w\u0300-\u036f]*)*)
    )
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Clause:
    """A word, or several in a row (a phrase)."""

    terms: tuple[Term, ...]


Group = tuple[Clause, ...]


class Known(NamedTuple):
    """A stretch of the text that is read as any of these: "k2 đ7", "UBND"."""

    start: int
    end: int
    readings: Group


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """All groups of `required` must hold, a group by any of its clauses; none of `excluded` may.

    `soft` groups are never required: a document that holds them ranks higher. `at_least`: so many of the required
    groups are enough (None: all). `blank`: nothing was typed. Not the same as no words in what was typed, which finds
    nothing.
    """

    required: tuple[Group, ...] = ()
    excluded: tuple[Clause, ...] = ()
    blank: bool = False
    soft: tuple[Group, ...] = ()
    at_least: int | None = None

    @property
    def finds_nothing(self) -> bool:
        return not (self.required or self.excluded or self.blank)

    @property
    def wanted(self) -> tuple[Clause, ...]:
        """The clauses worth highlighting, in order, each once."""
        return tuple(dict.fromkeys(clause for group in self.required for clause in group))


@dataclass(slots=True)
class _Piece:
    """One thing typed: words in one reading or several, the sign before them, or the sign between two."""

    readings: Group = ()
    minus: bool = False
    is_or: bool = False
    bare: bool = False  # a single word without quotes: it may turn out to be a filler


@dataclass(slots=True)
class _Groups:
    """The query as it grows."""

    room: int = QUERY_TERMS
    required: list[list[Clause]] = field(default_factory=list)
    bare: list[bool] = field(default_factory=list)
    excluded: list[Clause] = field(default_factory=list)
    either: bool = False  # the piece before was followed by OR

    def take(self, piece: _Piece) -> None:
        if piece.is_or:
            self.either = bool(self.required)
            return
        readings = self._cut(piece.readings)
        if not readings:
            return
        if piece.minus:
            self.excluded += readings
        elif self.either:
            self.required[-1] += readings
            self.bare[-1] = False
        else:
            self.required.append(list(readings))
            self.bare.append(piece.bare)
        self.either = False

    def _cut(self, readings: Group) -> Group:
        """The readings as far as there is room; a second reading must fit whole or is left out."""
        if not readings or self.room <= 0:
            return ()
        first = Clause(readings[0].terms[: self.room])
        self.room -= len(first.terms)
        taken = [first]
        for reading in readings[1:]:
            if len(reading.terms) <= self.room:
                taken.append(reading)
                self.room -= len(reading.terms)
        return tuple(taken)


def parse(
    text: str,
    terms: Callable[[str], list[Term]],
    *,
    known: Sequence[Known] = (),
    expand: Callable[[list[Group]], list[Group]] = list,
    is_filler: Callable[[Term], bool] | None = None,
) -> ParsedQuery:
    """The query in a text of any kind and length; what makes no sense is left out.

    `terms` cuts text into terms; `known` points into the text as `bounded` gives it; `expand` may add readings to
    groups. Words that `is_filler` knows ("của", "thế nào") become soft in queries of four words and more, unless
    nothing else was typed: "ai được" finds what holds both.
    """
    text = bounded(text)
    if not text:
        return ParsedQuery(blank=True)
    groups = _Groups()
    for piece in _pieces(text, terms, known):
        groups.take(piece)
    required = expand([tuple(dict.fromkeys(group)) for group in groups.required])
    fillers = [
        is_filler is not None and len(required) > 3 and bare and len(group) == 1 and is_filler(group[0].terms[0])
        for group, bare in zip(required, groups.bare, strict=True)
    ]
    if all(fillers):
        fillers = [False] * len(required)
    return ParsedQuery(
        required=tuple(group for group, filler in zip(required, fillers, strict=True) if not filler),
        excluded=tuple(dict.fromkeys(groups.excluded)),
        soft=tuple(dict.fromkeys(group for group, filler in zip(required, fillers, strict=True) if filler)),
    )


def bounded(text: str) -> str:
    """The part of a text that is read, composed: everything that points into a query points into this."""
    return nfc(text[: 4 * QUERY_LENGTH])[:QUERY_LENGTH].strip()  # decomposed text is longer


def in_quotes(text: str, place: int) -> bool:
    """Whether a quotation mark before it is still open there."""
    return sum(text.count(quote, 0, place) for quote in QUOTES) % 2 == 1


def _pieces(text: str, terms: Callable[[str], list[Term]], known: Sequence[Known]) -> Iterator[_Piece]:
    place = 0
    waiting = sorted(known)
    while match := _PIECE.search(text, place):
        waiting = [each for each in waiting if each.start >= place]
        start = match.start() + len(match["minus"] or "")
        if waiting and waiting[0].start <= start:
            yield _Piece(waiting[0].readings, minus=bool(match["minus"]) and waiting[0].start == start)
            place = waiting[0].end
            continue
        place = match.end()
        if match["or"] and not match["minus"]:
            yield _Piece(is_or=True)
            continue
        found = tuple(terms(match["quoted"] or match["joined"] or match["or"] or ""))
        if found:
            bare = match["joined"] is not None and len(found) == 1
            yield _Piece((Clause(found),), minus=bool(match["minus"]), bare=bare)
