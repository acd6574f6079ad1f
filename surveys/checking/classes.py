"""The kinds of answer that conditions can tell apart: answers of one class make the same facts hold."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import combinations, product
from typing import TypeAlias

from surveys.definition.shape import CHOSEN_ONE, MATRICES, NUMERIC, Fact, Kind, Question
from surveys.engine.conditions import fact_holds
from surveys.engine.values import Value, problem_of, read_date

Vector: TypeAlias = tuple[bool, ...]
"""For each fact about a question, whether it holds."""

MAX_TRIED = 3_000
"""Answers to one question that are tried; beyond, its facts are taken as independent of each other."""
MAX_FREE = 8
"""Facts that are taken as independent, at most: 256 classes."""


class TooManyClasses(Exception):
    """There is no telling how this question can be answered."""


def classes_of(question: Question, facts: Sequence[Fact]) -> list[Vector]:
    """Every vector that some good answer gives, "no answer" (nothing holds) among them where it may be left out.

    Where there are too many answers to try, more vectors than there are: then less is proven, and nothing wrongly.
    Raises TooManyClasses where even those are too many.
    """
    found = {} if question.required else {(False,) * len(facts): None}
    for tried, value in enumerate(_candidates(question, facts)):
        if tried > MAX_TRIED:
            return _any(facts)
        if problem_of(question, value) is None:
            found[tuple(fact_holds(fact, value) for fact in facts)] = None
    return [*found]


def _any(facts: Sequence[Fact]) -> list[Vector]:
    if len(facts) > MAX_FREE:
        raise TooManyClasses
    return [*product((True, False), repeat=len(facts))]


def _candidates(question: Question, facts: Sequence[Fact]) -> Iterator[Value]:
    kind = question.kind
    named = _named(facts)
    if kind in CHOSEN_ONE:
        yield from (_with_other(question, {"choice": code}, [code]) for code in question.choices)
    elif kind == Kind.MULTIPLE:
        yield from _several(question, named)
    elif kind in NUMERIC:
        yield from ({"number": number} for number in _numbers(question, facts))
    elif kind == Kind.DATE:
        yield from ({"date": day} for day in _dates(question, facts))
    elif kind == Kind.RANKING:
        yield from _rankings(question)
    elif kind in MATRICES:
        yield from _matrices(question, facts)
    elif kind == Kind.PLACE:
        yield from _places(named)
    else:
        yield {"file": 1, "name": "x"} if kind == Kind.FILE else {"text": "x"}


def _named(facts: Sequence[Fact]) -> list[str]:
    """The codes that the facts name, in order."""
    return [*dict.fromkeys(fact.value for fact in facts if isinstance(fact.value, str))]


def _with_other(question: Question, value: Value, chosen: Iterable[str]) -> Value:
    asks = any(option.other for code in chosen if (option := question.option(code)))
    return {**value, "other": "x"} if asks else value


def _several(question: Question, named: list[str]) -> Iterator[Value]:
    """Every choice of the named options, each alone and filled up with others to any number."""
    others = [code for code in question.choices if code not in named]
    for size in range(len(named) + 1):
        for some in combinations(named, size):
            for more in range(len(others) + 1):
                for start in range(len(others) if more == 1 else 1):
                    chosen = [*some, *others[start : start + more]]
                    yield _with_other(question, {"choices": chosen}, chosen)


def _numbers(question: Question, facts: Sequence[Fact]) -> Iterator[float]:
    """The thresholds and their neighbours, and the ends."""
    decimals = 0 if question.kind == Kind.SCALE else question.decimals
    step = 10.0**-decimals
    limits = [float(fact.value) for fact in facts if isinstance(fact.value, int | float)]
    ends = [end for end in (question.low, question.high) if end is not None]
    for limit in dict.fromkeys([*limits, *ends, 0.0]):
        yield from (round(limit + move, decimals) for move in (-step, 0, step))


def _dates(question: Question, facts: Sequence[Fact]) -> Iterator[str]:
    texts = [*_named(facts), question.earliest, question.latest, "2026-01-01"]
    for day in filter(None, map(read_date, texts)):
        if date.min < day < date.max:
            yield from ((day + timedelta(days=move)).isoformat() for move in (-1, 0, 1))


def _rankings(question: Question) -> Iterator[Value]:
    """Each option first, with as many behind it as may or must be."""
    size = question.most or len(question.choices)
    for first in question.choices:
        yield {"order": [first, *(code for code in question.choices if code != first)][:size]}


def _matrices(question: Question, facts: Sequence[Fact]) -> Iterator[Value]:
    """Each combination of one row's columns with those of the other rows that the facts name."""
    named = {fact.row for fact in facts if fact.row} or {row.code for row in question.rows[:1]}
    sizes = range(1, 2) if question.kind == Kind.MATRIX_SINGLE else range(1, len(question.choices) + 1)
    answers = [list(chosen) for size in sizes for chosen in combinations(question.choices, size)]
    rows = [row.code for row in question.rows]
    ways = [[*answers, *([] if question.required else [[]])] if row in named else answers[:1] for row in rows]
    anywhere = any(fact.row is None and fact.value for fact in facts)
    for found in product(*([answers] * len(rows) if anywhere else ways)):
        yield {"rows": {row: chosen for row, chosen in zip(rows, found, strict=True) if chosen}}


def _places(named: list[str]) -> Iterator[Value]:
    """Each named code as a province and as a commune, with each other one and with a place that nobody names."""
    codes = ["0", *named]
    yield from ({"province": province} for province in codes)
    yield from ({"province": province, "commune": commune} for province in codes for commune in codes)
