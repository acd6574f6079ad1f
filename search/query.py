"""What people type into a search box, understood. Pure; never raises, whatever is typed.

What a word is, is not decided here: the analysis is handed in (`search.analysis.terms`).

- `bồi thường đất`: every word must occur. A word with any mark must match its marks; a bare word matches both.
- `"bồi thường"`: the words in this order, side by side. So do words held together by signs: `187/2025/NĐ-CP`.
- `-đất`, `-"thu hồi"`: without.
- `đất OR nhà`, `đất HOẶC nhà`, `đất | nhà`: one of them; binds before the spaces around. In capitals only: "hoặc" is a
  word of every law.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.text import nfc

if TYPE_CHECKING:
    from search.analysis import Term

__all__ = ["Clause", "ParsedQuery", "parse"]

QUERY_LENGTH = 1_000  # characters read
QUERY_TERMS = 32  # words taken, negated ones included

_QUOTES = '"“”„‟«»″＂'
_PIECE = re.compile(
    rf"""
    (?P<minus>(?<!\S)[-−–](?=[\w{_QUOTES}]))?
    (?: [{_QUOTES}](?P<quoted>[^{_QUOTES}]*)(?:[{_QUOTES}]|$)
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


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """All groups of `required` must hold, a group by any of its clauses; none of `excluded` may.

    `blank`: nothing was typed. Not the same as no words in what was typed, which finds nothing.
    """

    required: tuple[tuple[Clause, ...], ...] = ()
    excluded: tuple[Clause, ...] = ()
    blank: bool = False

    @property
    def finds_nothing(self) -> bool:
        return not (self.required or self.excluded or self.blank)

    @property
    def wanted(self) -> tuple[Clause, ...]:
        """The clauses worth highlighting, in order, each once."""
        return tuple(dict.fromkeys(clause for group in self.required for clause in group))


def parse(text: str, terms: Callable[[str], list[Term]]) -> ParsedQuery:
    """The query in a text of any kind and length; what makes no sense is left out. `terms` cuts text into terms."""
    text = nfc(text[: 4 * QUERY_LENGTH])[:QUERY_LENGTH].strip()  # decomposed text is longer
    if not text:
        return ParsedQuery(blank=True)
    groups: list[list[Clause]] = []
    excluded: list[Clause] = []
    room = QUERY_TERMS
    either = False  # the clause before was followed by OR
    for match in _PIECE.finditer(text):
        if match["or"] and not match["minus"]:
            either = bool(groups)
            continue
        clause = Clause(tuple(terms(match["quoted"] or match["joined"] or match["or"] or "")[:room]))
        if not clause.terms:
            continue
        room -= len(clause.terms)
        if match["minus"]:
            excluded.append(clause)
        elif either:
            groups[-1].append(clause)
        else:
            groups.append([clause])
        either = False
    return ParsedQuery(tuple(tuple(dict.fromkeys(group)) for group in groups), tuple(dict.fromkeys(excluded)))
