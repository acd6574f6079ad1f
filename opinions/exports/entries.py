"""What stands in a row of the Word table: a group of opinions, or an opinion in no group. Nothing stands in two.

A list that would go on over pages stops: the row names so many contributors and texts, and says how many opinions more
there are. They stand in the annex, the .xlsx of the same table, under the number of the group.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from consultations.models import ContributorKind, Stance
from opinions.exports import words


@dataclass(frozen=True)
class Limits:
    """``names``, ``texts``: of a group in its row. ``loose``: opinions of one place in no group, a row each."""

    names: int = 20
    texts: int = 5
    loose: int = 100


@dataclass
class Entry:
    """A row: its first opinion as ``table_rows`` gives it, how many it stands for, who spoke, what they said.

    ``names`` and ``texts``: those that are shown, with how many opinions each. ``is_rest``: opinions of a place in no
    group beyond those with a row of their own; it shows none of them.
    """

    first: Any
    is_rest: bool = False
    opinions: int = 0
    stances: Counter[Stance] = field(default_factory=Counter)
    names: dict[str, int] = field(default_factory=dict)
    texts: dict[str, int] = field(default_factory=dict)

    @property
    def place(self) -> tuple[Any, ...]:
        return (self.first.document_title, self.first.provision_position, self.first.place)

    @property
    def unnamed(self) -> int:
        """Opinions of those that are not named."""
        return self.opinions - sum(self.names.values())

    @property
    def unsaid(self) -> int:
        """Opinions in other words than those shown."""
        return self.opinions - sum(self.texts.values())

    def contributors(self) -> str:
        if self.is_rest:
            return f"{words.number(self.opinions)} ý kiến; danh sách ở phụ lục"
        lines = ["; ".join(f"{name} ({words.number(n)} ý kiến)" if n > 1 else name for name, n in self.names.items())]
        if self.unnamed:
            lines.append(f"và {words.number(self.unnamed)} ý kiến nữa; danh sách ở phụ lục, {self._number}")
        return "\n".join(lines)

    def content(self) -> str:
        if self.is_rest:
            return f"Các ý kiến chưa được gom nhóm ({self._stances()}): xem phụ lục."
        if self.opinions == 1:
            return words.content(self.first)
        lines = [f"{self.first.group_title or self._number}: {words.number(self.opinions)} ý kiến ({self._stances()})."]
        for text, count in self.texts.items():
            lines.append(f"– {text} ({words.number(count)} ý kiến)" if count > 1 else f"– {text}")
        if self.unsaid:
            lines.append(f"– {words.number(self.unsaid)} ý kiến nói theo cách khác: xem phụ lục, {self._number}.")
        return "\n".join(lines)

    def response(self) -> str:
        return "" if self.is_rest else words.response(self.first)

    @property
    def _number(self) -> str:
        return f"nhóm số {self.first.group_id}"

    def _stances(self) -> str:
        told = [f"{words.STANCES[stance].lower()}: {words.number(self.stances[stance])}" for stance in Stance]
        return "; ".join(one for one, stance in zip(told, Stance, strict=True) if self.stances[stance])


class _Gathering:
    """An entry while its opinions come, one after another, in memory that doesn't grow with them."""

    def __init__(self, first: Any, limits: Limits, *, is_rest: bool = False) -> None:
        self._limits = limits
        self._entry = Entry(first, is_rest)
        self._bodies: dict[str, int] = {}
        self._people: dict[str, int] = {}

    def add(self, row: Any) -> None:
        entry = self._entry
        entry.opinions += 1
        entry.stances[row.stance] += 1
        if entry.is_rest:
            return
        kinds = self._people if row.contributor_kind == ContributorKind.INDIVIDUAL else self._bodies
        _count(kinds, words.contributor(row), self._limits.names)
        _count(entry.texts, words.content(row).replace("\n", " "), self._limits.texts)

    def done(self) -> Entry:
        """Agencies and organisations are named first, whenever they spoke."""
        named = [*self._bodies.items(), *self._people.items()]
        self._entry.names = dict(named[: self._limits.names])
        return self._entry


def entries(rows: Iterable[Any], limits: Limits | None = None) -> Iterator[Entry]:
    """The rows of the table, from opinions in its order (``opinions.queries.table.table_rows``)."""
    limits = limits or Limits()
    present: _Gathering | None = None
    key: tuple[Any, ...] | None = None
    loose = 0
    for row in rows:
        place = (row.document_title, row.provision_position, row.place)
        if row.group_id is not None or key is None or key[:3] != place:
            loose = 0
        loose += row.group_id is None
        is_rest = loose > limits.loose
        here = (*place, row.group_id, min(loose, limits.loose + 1))
        if here != key:
            if present is not None:
                yield present.done()
            present, key = _Gathering(row, limits, is_rest=is_rest), here
        present.add(row)  # type: ignore[union-attr]  # there is one since the first row
    if present is not None:
        yield present.done()


def _count(seen: dict[str, int], name: str, most: int) -> None:
    if name in seen:
        seen[name] += 1
    elif len(seen) < most:
        seen[name] = 1
