"""The figures of a question, from counts.

Every kind becomes groups of lines: one group, or in a matrix one for each of its rows. The lines of a group and its
unanswered add up to the base where only one can be chosen (``adds_up``).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from statistics import NormalDist
from typing import Literal, TypeAlias

from surveys.definition.shape import CHOSEN_ONE, MATRICES, NUMERIC, TEXTS, Definition, Kind, Question, ScaleStyle
from surveys.results.bins import number_bins, time_bins

Form: TypeAlias = Literal["bars", "diverging", "heat", "ranking", "histogram", "places", "stances", "words"]
PROVINCE = "province"
CONFIDENCE = NormalDist().inv_cdf(0.975)
"""Standard errors on either side of a share that hold 95 times of 100."""


@dataclass
class Counts:
    """What the database counted of one question.

    - ``cells``: rows by (sub, option), the empty ones under ("", "").
    - ``values``: rows by (option, number or date): points of a scale, numbers, places in a ranking, days.
    - ``words``: sheets with a text or a file. ``sheets``: sheets that have a row, where one sheet may have several.
    - ``rows``: sheets that chose something, by the row of a matrix in which several can be chosen.
    """

    cells: dict[tuple[str, str], int] = field(default_factory=dict)
    values: dict[tuple[str, float | str], int] = field(default_factory=dict)
    words: int = 0
    sheets: int = 0
    rows: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """A choice and how many made it; ``n`` None: hidden. ``score``: Borda points for each sheet that ranked."""

    code: str
    label: str
    n: int | None
    score: float | None = None


@dataclass(frozen=True)
class Group:
    """The lines of a question, or of one row of a matrix. ``unanswered``: saw it and chose nothing; None: hidden."""

    lines: tuple[Line, ...]
    unanswered: int | None
    code: str = ""
    label: str = ""

    @property
    def top(self) -> int:
        return max((line.n or 0 for line in self.lines), default=0)

    @property
    def has_hidden(self) -> bool:
        return self.unanswered is None or any(line.n is None for line in self.lines)


@dataclass(frozen=True)
class Summary:
    """One figure for all: ``mean`` and ``median`` of numbers, ``nps`` (-100 to 100) of a scale of recommending."""

    mean: float
    median: float
    nps: float | None = None


@dataclass(frozen=True)
class Result:
    """A question with its figures. ``asked``: sheets that saw it, the base of its shares; None: withheld."""

    question: Question
    form: Form
    asked: int | None
    groups: tuple[Group, ...]
    adds_up: bool
    summary: Summary | None = None

    @property
    def withheld(self) -> bool:
        return self.asked is None

    @property
    def has_hidden(self) -> bool:
        return any(group.has_hidden for group in self.groups)


def all_questions(definitions: Iterable[Definition]) -> list[Question]:
    """Every question that was ever asked, of the newest version first; those it no longer has stand at the end."""
    found: dict[str, Question] = {}
    for definition in definitions:
        for question in definition.questions:
            found.setdefault(question.code, question)
    return list(found.values())


def result_of(
    question: Question,
    counts: Counts,
    *,
    labels: Mapping[str, str] | None = None,
    places: Mapping[str, str] | None = None,
) -> Result:
    """The figures of a question. ``labels``: of the choices that a kind brings along; ``places``: names by code."""
    named = {option.code: option.label for option in question.options} | dict(labels or {})
    asked = asked_of(question, counts)
    if question.kind in MATRICES:
        return Result(question, "heat", asked, _matrix(question, counts, asked), question.kind == Kind.MATRIX_SINGLE)
    if question.kind == Kind.RANKING:
        return Result(question, "ranking", asked, (_ranking(question, counts, asked),), adds_up=False)
    if question.kind in NUMERIC:
        return _numbers(question, counts, asked)
    if question.kind == Kind.DATE:
        lines = [Line(code, code, n) for code, n in time_bins({str(day): n for (_o, day), n in counts.values.items()})]
        return Result(question, "histogram", asked, (_rest(lines, asked),), adds_up=True)
    if question.kind == Kind.PLACE:
        return Result(question, "places", asked, (_places(counts, asked, places or {}),), adds_up=True)
    if question.kind in TEXTS or question.kind == Kind.FILE:
        return Result(question, "words", asked, (_rest([Line("answered", "", counts.words)], asked),), adds_up=True)
    lines = [Line(code, named.get(code, code), counts.cells.get(("", code), 0)) for code in question.choices]
    if question.kind in CHOSEN_ONE:
        form: Form = "stances" if question.kind == Kind.STANCE else "bars"
        return Result(question, form, asked, (_rest(lines, asked),), adds_up=True)
    return Result(question, "bars", asked, (Group(tuple(lines), counts.cells.get(("", ""), 0)),), adds_up=False)


def asked_of(question: Question, counts: Counts) -> int:
    """Sheets that saw the question."""
    if question.kind in MATRICES or question.kind == Kind.MULTIPLE:
        return counts.sheets
    if question.kind == Kind.RANKING:
        return counts.cells.get(("", ""), 0) + _first_places(counts)
    subs = ("", PROVINCE)
    return sum(n for (sub, _option), n in counts.cells.items() if sub in subs)


def margin_of_error(n: int, base: int) -> float | None:
    """Half the width of the 95 % interval of a share (0 to 1), for a sample drawn at random; None for no base."""
    if not base:
        return None
    share = n / base
    return float(CONFIDENCE * (share * (1 - share) / base) ** 0.5)


def _rest(lines: Iterable[Line], asked: int) -> Group:
    """A group whose lines exclude each other: whoever is in none did not answer."""
    kept = tuple(lines)
    return Group(kept, asked - sum(line.n or 0 for line in kept))


def _matrix(question: Question, counts: Counts, asked: int) -> tuple[Group, ...]:
    groups = []
    for row in question.rows:
        lines = [Line(o.code, o.label, counts.cells.get((row.code, o.code), 0)) for o in question.options]
        chose = sum(line.n or 0 for line in lines)
        if question.kind == Kind.MATRIX_MULTIPLE:
            chose = counts.rows.get(row.code, 0)
        groups.append(Group(tuple(lines), asked - chose, row.code, row.label))
    return tuple(groups)


def _first_places(counts: Counts) -> int:
    return sum(n for (_option, rank), n in counts.values.items() if rank == 1)


def _ranking(question: Question, counts: Counts, asked: int) -> Group:
    """By Borda: of m options the first gets m points, the next m - 1, one that is not ranked none."""
    answered, highest = _first_places(counts), len(question.options)
    lines = []
    for option in question.options:
        ranks = {float(rank): n for (code, rank), n in counts.values.items() if code == option.code}
        points = sum((highest + 1 - rank) * n for rank, n in ranks.items())
        score = points / answered if answered else None
        lines.append(Line(option.code, option.label, sum(ranks.values()), score))
    return Group(tuple(sorted(lines, key=lambda line: -(line.score or 0))), asked - answered)


def _numbers(question: Question, counts: Counts, asked: int) -> Result:
    values = {float(value): n for (option, value), n in counts.values.items() if not option}
    summary = _summary(values, nps=question.style == ScaleStyle.NPS)
    if question.kind == Kind.NUMBER:
        lines = [Line(code, code, n) for code, n in number_bins(values, whole=question.decimals == 0)]
        return Result(question, "histogram", asked, (_rest(lines, asked),), adds_up=True, summary=summary)
    points = range(int(question.low or 0), int(question.high or 0) + 1)
    words = question.labels if len(question.labels) == len(points) else ("",) * len(points)
    lines = [
        Line(str(point), f"{point}. {word}" if word else str(point), values.get(float(point), 0))
        for point, word in zip(points, words, strict=True)
    ]
    form: Form = "diverging" if question.style == ScaleStyle.LIKERT else "histogram"
    return Result(question, form, asked, (_rest(lines, asked),), adds_up=True, summary=summary)


def _summary(values: Mapping[float, int], *, nps: bool) -> Summary | None:
    total = sum(values.values())
    if not total:
        return None
    mean = sum(value * n for value, n in values.items()) / total
    promoters = sum(n for value, n in values.items() if value >= 9)
    detractors = sum(n for value, n in values.items() if value <= 6)
    return Summary(mean, _median(values, total), 100 * (promoters - detractors) / total if nps else None)


def _median(values: Mapping[float, int], total: int) -> float:
    lower, upper = (total - 1) // 2, total // 2
    seen, found = 0, []
    for value in sorted(values):
        seen += values[value]
        found += [value for place in (lower, upper) if seen - values[value] <= place < seen]
    return sum(found) / len(found)


def _places(counts: Counts, asked: int, names: Mapping[str, str]) -> Group:
    lines = [Line(code, names.get(code, code), n) for (sub, code), n in counts.cells.items() if sub == PROVINCE]
    return _rest(sorted(lines, key=lambda line: (-(line.n or 0), line.label)), asked)
