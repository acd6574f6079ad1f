"""Which columns a file has, and the cells of one sheet."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from core.i18n import gettext as _
from surveys.definition.piping import fill
from surveys.definition.shape import CHOSEN_ONE, MATRICES, NUMERIC, Kind, Question
from surveys.engine.rows import COMMUNE, PROVINCE, AnswerRow
from surveys.sentences import choice_words

Cell: TypeAlias = str | float | None
SEEN = "."
"""Saw the question, did not answer it. No code and no number looks like it; a text that is just that gets a mark."""
OTHER = "other.text"
"""What stands beside "other": no option is called so, for codes have no dots."""


@dataclass(frozen=True)
class Column:
    """One column. ``holds``: "code" (its ``values`` with their words), "flag" (1, 0), "rank", "number" or "text"."""

    name: str
    label: str
    holds: str
    question: str
    sub: str = ""
    option: str = ""
    values: tuple[tuple[str, str], ...] = ()


def columns_of(questions: Iterable[Question]) -> list[Column]:
    """The columns of all questions, in their order. Names join stable codes: ``question.row.option``."""
    return [column for question in questions for column in _columns(question)]


def _columns(question: Question) -> list[Column]:
    code, kind = question.code, question.kind
    text = fill(question.text, lambda _code: None)
    values = tuple((choice, choice_words(question, choice)) for choice in question.choices)
    words = Column(f"{code}.{OTHER}", f"{text} · {_('ghi rõ')}", "text", code, option=OTHER)
    other = [words] if any(option.other for option in question.options) else []
    if kind in CHOSEN_ONE:
        return [Column(code, text, "code", code, values=values), *other]
    if kind == Kind.MULTIPLE:
        return [*(Column(f"{code}.{c}", f"{text} · {label}", "flag", code, "", c) for c, label in values), *other]
    if kind == Kind.RANKING:
        return [Column(f"{code}.{c}", f"{text} · {label}", "rank", code, "", c) for c, label in values]
    if kind == Kind.MATRIX_SINGLE:
        return [
            Column(f"{code}.{r.code}", f"{text} · {r.label}", "code", code, r.code, "", values) for r in question.rows
        ]
    if kind == Kind.MATRIX_MULTIPLE:
        return [
            Column(f"{code}.{r.code}.{c}", f"{text} · {r.label} · {label}", "flag", code, r.code, c)
            for r in question.rows
            for c, label in values
        ]
    if kind == Kind.PLACE:
        parts = [(PROVINCE, _("tỉnh"))] + ([(COMMUNE, _("xã"))] if question.with_commune else [])
        return [Column(f"{code}.{sub}", f"{text} · {label}", "text", code, sub) for sub, label in parts]
    return [Column(code, text, "number" if kind in NUMERIC else "text", code)]


@dataclass(frozen=True, slots=True)
class _Plan:
    """What rows of one question, row and option do to the cells: looked up once, for a file has millions of rows."""

    asked: tuple[int, ...] = ()
    """Columns of the question: seen, once it has a row."""
    offered: tuple[int, ...] = ()
    """Columns of the choices that come with this one: 0, once one of them is taken."""
    takes: str = ""
    """Which part of the row is the cell: "number", "option", "text", or "one" for 1."""
    place: int | None = None
    words: int | None = None
    """Where the words beside "other" go."""


class Table:
    """Turns the rows of a sheet into cells; made once for a file."""

    def __init__(self, questions: Sequence[Question]) -> None:
        self.columns = columns_of(questions)
        self._place = {(c.question, c.sub, c.option): place for place, c in enumerate(self.columns)}
        self._kinds = {question.code: question.kind for question in questions}
        self._plans: dict[tuple[str, str, str], _Plan] = {}

    def cells(self, rows: Iterable[AnswerRow]) -> list[Cell]:
        """The cells of one sheet, in the order of the columns."""
        cells: list[Cell] = [None] * len(self.columns)
        plans = self._plans
        for row in rows:
            question, sub, option, number, text = row
            plan = plans.get((question, sub, option)) or self._plan(question, sub, option)
            if plan.asked and cells[plan.asked[0]] is None:
                for place in plan.asked:
                    cells[place] = SEEN
            if option or number is not None or text is not None:
                self._put(cells, row, plan)
        return cells

    def _put(self, cells: list[Cell], row: AnswerRow, plan: _Plan) -> None:
        if plan.offered and cells[plan.offered[0]] is SEEN:
            for place in plan.offered:
                cells[place] = 0
        if plan.place is not None:
            value = 1 if plan.takes == "one" else getattr(row, plan.takes)
            cells[plan.place] = self._marked(plan.place, value)
        if plan.words is not None and row.option and row.text:
            cells[plan.words] = self._marked(plan.words, row.text)

    def _marked(self, place: int, value: Cell) -> Cell:
        return f"'{value}" if value == SEEN and self.columns[place].holds == "text" else value

    def _plan(self, question: str, sub: str, option: str) -> _Plan:
        kind = self._kinds.get(question)
        if kind is None:
            return self._plans.setdefault((question, sub, option), _Plan())
        takes, key, offered = self._taking(kind, question, sub, option)
        plan = _Plan(
            asked=tuple(place for place, column in enumerate(self.columns) if column.question == question),
            offered=offered,
            takes=takes,
            place=self._place.get(key),
            words=self._place.get((question, "", OTHER)),
        )
        return self._plans.setdefault((question, sub, option), plan)

    def _taking(
        self, kind: Kind, question: str, sub: str, option: str
    ) -> tuple[str, tuple[str, str, str], tuple[int, ...]]:
        """Which part of a row is the cell, the key of its column, and the columns that come with it."""
        if kind in (Kind.MULTIPLE, Kind.RANKING, Kind.MATRIX_MULTIPLE):
            offered = tuple(
                place
                for place, column in enumerate(self.columns)
                if (column.question, column.sub) == (question, sub) and column.holds != "text"
            )
            return "number" if kind == Kind.RANKING else "one", (question, sub, option), offered
        if kind in NUMERIC:
            return "number", (question, "", ""), ()
        if kind in MATRICES or kind in CHOSEN_ONE or kind == Kind.PLACE:
            return "option", (question, sub, ""), ()
        return "text", (question, "", ""), ()


def said(column: Column) -> Mapping[str, str]:
    """What stands in a column, in words, for the codebook."""
    kinds = {
        "code": _("mã lựa chọn"),
        "flag": _("1: chọn; 0: không chọn"),
        "rank": _("hạng, 1 là cao nhất; 0: không xếp hạng"),
        "number": _("số"),
        "text": _("chữ"),
    }
    return {
        "name": column.name,
        "label": column.label,
        "holds": kinds[column.holds],
        "values": "; ".join(f"{code} = {label}" for code, label in column.values),
    }
