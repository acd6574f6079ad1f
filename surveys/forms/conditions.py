"""A condition as a form of selects: facts joined by "and" or "or", each of which may be turned into its opposite.

Conditions that are nested deeper come from files; the page shows them in words and keeps them until they are replaced.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.i18n import gettext as _
from core.text import clean
from surveys.definition.shape import (
    MATRICES,
    NUMERIC,
    AllOf,
    AnyOf,
    Condition,
    Fact,
    Kind,
    Not,
    Op,
    Question,
)
from surveys.forms.reading import read_day, read_number
from surveys.sentences import choice_words, date_words, number_words, op_words

MOST_LINES = 20
ALL, ANY = "all", "any"


@dataclass
class Line:
    """One fact in the form. ``value``: as typed or chosen; ``error``: what is wrong with it."""

    question: Question
    op: Op = Op.ANSWERED
    value: str = ""
    row: str = ""
    turned: bool = False
    error: str = ""

    @property
    def ops(self) -> list[tuple[str, str]]:
        return [(op.value, op_words(op)) for op in ops_of(self.question)]

    @property
    def choices(self) -> list[tuple[str, str]]:
        """What can be chosen; none where a number, a date or the code of a place is typed."""
        return [(code, choice_words(self.question, code)) for code in self.question.choices]

    @property
    def typed(self) -> bool:
        return self.question.kind in NUMERIC | {Kind.DATE, Kind.PLACE}

    def fact(self) -> Fact | None:
        """None, with an error, where the value is missing or cannot be read."""
        row = self.row or None
        if self.op == Op.ANSWERED:
            return Fact(self.question.code, Op.ANSWERED, None, row)
        value: Any = self.value
        if self.op != Op.CHOSEN:
            value = read_day(self.value) if self.question.kind == Kind.DATE else read_number(self.value)
        wrong = isinstance(value, str) and self.question.kind in NUMERIC
        if not self.value or wrong:
            self.error = _("Hãy ghi một số.") if wrong else _("Hãy chọn hoặc ghi giá trị.")
            return None
        return Fact(self.question.code, self.op, value, row)


@dataclass
class ConditionForm:
    """Lines and how they are joined. ``deep``: the condition is nested deeper than the form can show."""

    questions: Sequence[Question]
    lines: list[Line] = field(default_factory=list)
    join: str = ALL
    deep: bool = False

    @property
    def errors(self) -> list[str]:
        return [line.error for line in self.lines if line.error]

    def condition(self) -> Condition | None:
        """What the form says; None for no line. Look at ``errors`` first."""
        parts: list[Condition] = []
        for line in self.lines:
            fact = line.fact()
            if fact is not None:
                parts.append(Not(fact) if line.turned else fact)
        if not parts:
            return None
        if len(parts) == 1:
            return parts[0]
        return AnyOf(tuple(parts)) if self.join == ANY else AllOf(tuple(parts))


def ops_of(question: Question) -> tuple[Op, ...]:
    """How an answer to a question can be asked about."""
    if question.kind in NUMERIC or question.kind == Kind.DATE:
        return (Op.EQUALS, Op.AT_LEAST, Op.AT_MOST, Op.ANSWERED)
    if question.choices or question.kind == Kind.PLACE:
        return (Op.CHOSEN, Op.ANSWERED)
    return (Op.ANSWERED,)


def form_of(condition: Condition | None, questions: Sequence[Question]) -> ConditionForm:
    """A condition as lines, as far as the form can show it."""
    form = ConditionForm(questions)
    if condition is None:
        return form
    parts: tuple[Condition, ...] = (condition,)
    if isinstance(condition, AllOf | AnyOf):
        parts, form.join = condition.parts, ANY if isinstance(condition, AnyOf) else ALL
    known = {question.code: question for question in questions}
    for part in parts:
        turned = isinstance(part, Not)
        fact = part.part if isinstance(part, Not) else part
        if not isinstance(fact, Fact) or fact.question not in known:
            return ConditionForm(questions, deep=True)
        question = known[fact.question]
        form.lines.append(Line(question, fact.op, _shown(question, fact.value), fact.row or "", turned))
    return form


def _shown(question: Question, value: Any) -> str:
    if isinstance(value, int | float):
        return number_words(value)
    return date_words(str(value)) if question.kind == Kind.DATE else str(value or "")


def read_form(typed: Mapping[str, str], questions: Sequence[Question]) -> ConditionForm:
    """The form as it was sent: lines 0, 1, 2 …; those ticked to be removed are left out, a new one is added."""
    form = ConditionForm(questions, join=ANY if typed.get("join") == ANY else ALL)
    known = {question.code: question for question in questions}
    for number in range(MOST_LINES):
        question = known.get(typed.get(f"question-{number}", ""))
        if question is None or typed.get(f"drop-{number}"):
            continue
        form.lines.append(_line(question, typed, number))
    added = known.get(typed.get("new", ""))
    if added is not None and len(form.lines) < MOST_LINES:
        form.lines.append(Line(added, ops_of(added)[0]))
    return form


def _line(question: Question, typed: Mapping[str, str], number: int) -> Line:
    allowed = ops_of(question)
    op = typed.get(f"op-{number}", "")
    rows = {row.code for row in question.rows} if question.kind in MATRICES else set()
    row = typed.get(f"row-{number}", "")
    return Line(
        question,
        Op(op) if op in {one.value for one in allowed} else allowed[0],
        clean(typed.get(f"value-{number}", ""))[:100],
        row if row in rows else "",
        bool(typed.get(f"not-{number}")),
    )
