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


class Table:
    """Turns the rows of a sheet into cells; made once for a file."""

    def __init__(self, questions: Sequence[Question]) -> None:
        self.columns = columns_of(questions)
        self._place = {(c.question, c.sub, c.option): place for place, c in enumerate(self.columns)}
        self._kinds = {question.code: question.kind for question in questions}
        self._of: dict[str, list[int]] = {question.code: [] for question in questions}
        self._of_row: dict[tuple[str, str], list[int]] = {}
        for place, column in enumerate(self.columns):
            self._of[column.question].append(place)
            self._of_row.setdefault((column.question, column.sub), []).append(place)

    def cells(self, rows: Iterable[AnswerRow]) -> list[Cell]:
        """The cells of one sheet, in the order of the columns."""
        cells: list[Cell] = [None] * len(self.columns)
        begun: set[tuple[str, str]] = set()
        for row in rows:
            kind = self._kinds.get(row.question)
            if kind is None:
                continue
            if (row.question, "") not in begun:
                begun.add((row.question, ""))
                for place in self._of[row.question]:
                    cells[place] = SEEN
            if not row.is_empty:
                self._put(cells, row, kind, begun)
        return cells

    def _put(self, cells: list[Cell], row: AnswerRow, kind: Kind, begun: set[tuple[str, str]]) -> None:
        code, sub = row.question, row.sub
        if kind in (Kind.MULTIPLE, Kind.RANKING, Kind.MATRIX_MULTIPLE):
            if (code, f"{sub} ") not in begun:
                begun.add((code, f"{sub} "))
                for place in self._of_row.get((code, sub), ()):
                    if self.columns[place].holds != "text":
                        cells[place] = 0
            self._set(cells, (code, sub, row.option), row.number if kind == Kind.RANKING else 1)
        elif kind in NUMERIC:
            self._set(cells, (code, "", ""), row.number)
        elif kind in MATRICES or kind in CHOSEN_ONE or kind == Kind.PLACE:
            self._set(cells, (code, sub, ""), row.option)
        else:
            self._set(cells, (code, "", ""), row.text)
        if row.option and row.text:
            self._set(cells, (code, "", OTHER), row.text)

    def _set(self, cells: list[Cell], key: tuple[str, str, str], value: Cell) -> None:
        if (place := self._place.get(key)) is not None:
            text = self.columns[place].holds == "text"
            cells[place] = f"'{value}" if text and value == SEEN else value


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
