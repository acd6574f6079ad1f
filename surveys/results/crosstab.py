"""Two questions against each other: counts, shares and whether the two hang together."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from surveys.definition.shape import COUNTED, MATRICES, NUMERIC, TEXTS, Kind, Question
from surveys.results.bins import number_bin
from surveys.results.statistics import ChiSquare, chi_square

MOST = 60
"""Rows or columns of a table; the rarest beyond it are put together."""
REST = ""


@dataclass(frozen=True)
class Side:
    """One question of the two, or one row of a matrix (``row`` its code)."""

    question: Question
    row: str = ""

    @property
    def key(self) -> str:
        return f"{self.question.code}.{self.row}" if self.row else self.question.code

    @property
    def overlaps(self) -> bool:
        """May one sheet stand in several of its categories?"""
        return self.question.kind in COUNTED


@dataclass(frozen=True)
class Pair:
    """How many sheets gave this answer to the one and that to the other: as they are stored."""

    first: tuple[str, float | str | None]
    second: tuple[str, float | str | None]
    n: int


@dataclass(frozen=True)
class CrossTable:
    """``counts``: by row and column. ``base``: sheets that answered both. ``test``: None where it does not apply."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    base: int
    test: ChiSquare | None

    def row_total(self, place: int) -> int:
        return sum(self.counts[place])

    def column_total(self, place: int) -> int:
        return sum(row[place] for row in self.counts)


def sides_of(questions: Iterable[Question]) -> list[Side]:
    """What can be set against each other: no words, no files, no rankings; each row of a matrix for itself."""
    found = []
    for question in questions:
        if question.kind in MATRICES:
            found += [Side(question, row.code) for row in question.rows]
        elif question.kind not in TEXTS | {Kind.FILE, Kind.RANKING}:
            found.append(Side(question))
    return found


def cross(first: Side, second: Side, pairs: Iterable[Pair], base: int) -> CrossTable:
    """The table of two sides, its categories in the order of their questions."""
    listed = list(pairs)
    names_of_first = _names(first, [(pair.first, pair.n) for pair in listed])
    names_of_second = _names(second, [(pair.second, pair.n) for pair in listed])
    found = Counter[tuple[str, str]]()
    for pair in listed:
        found[names_of_first[pair.first], names_of_second[pair.second]] += pair.n
    across, down = Counter[str](), Counter[str]()
    for (row, column), n in found.items():
        across[row] += n
        down[column] += n
    rows, columns = _in_order(first, across), _in_order(second, down)
    counts = tuple(tuple(found[row, column] for column in columns) for row in rows)
    test = None if first.overlaps or second.overlaps else chi_square(counts)
    return CrossTable(rows, columns, counts, base, test)


def _names(
    side: Side, weighed: list[tuple[tuple[str, float | str | None], int]]
) -> Mapping[tuple[str, float | str | None], str]:
    """The category of each stored answer: a choice its code, a number its class, a day its month."""
    answers = {answer for answer, _n in weighed}
    if side.question.kind == Kind.NUMBER:
        values = [float(value or 0) for _option, value in answers]
        ends = (min(values), max(values)) if values else (0.0, 0.0)
        whole = side.question.decimals == 0
        return {answer: number_bin(float(answer[1] or 0), *ends, whole=whole) for answer in answers}
    if side.question.kind in NUMERIC:
        return {answer: f"{float(answer[1] or 0):g}" for answer in answers}
    if side.question.kind == Kind.DATE:
        return {answer: str(answer[1])[:7] for answer in answers}
    totals = Counter[str]()
    for (option, _value), n in weighed:
        totals[option] += n
    frequent = {option for option, _n in totals.most_common(MOST)}
    return {answer: answer[0] if answer[0] in frequent else REST for answer in answers}


def _in_order(side: Side, totals: Counter[str]) -> tuple[str, ...]:
    question = side.question
    if question.kind == Kind.SCALE:
        return tuple(str(point) for point in range(int(question.low or 0), int(question.high or 0) + 1))
    if question.kind == Kind.NUMBER:
        return tuple(sorted(totals, key=_least))
    if question.choices:
        return question.choices
    return tuple(sorted(totals)) if question.kind == Kind.DATE else tuple(code for code, _n in totals.most_common())


def _least(name: str) -> float:
    return float(name.partition("–")[0].replace(",", "."))
