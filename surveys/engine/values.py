"""Answers: their shapes, and whether one fits its question.

A value is what JSON holds, one object for each answered question; an unanswered one has none:

- single, dropdown, yes_no, stance: ``{"choice": code}``; beside an option with ``other`` also ``"other": words``
- multiple: ``{"choices": [code, …]}`` and perhaps ``"other"``
- scale, number: ``{"number": 4}``
- matrix_single, matrix_multiple: ``{"rows": {row: [column, …]}}``; rows without an answer are left out
- ranking: ``{"order": [code, …]}``, the first first
- short_text, long_text: ``{"text": words}``; date: ``{"date": "2026-01-31"}``
- place: ``{"province": code}`` and perhaps ``"commune": code`` (official codes, those of the agencies)
- file: ``{"file": id of a StoredFile, "name": its name}``
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

from surveys.definition.shape import (
    CHOSEN_ONE,
    LONGEST_OTHER,
    MATRICES,
    NUMERIC,
    TEXTS,
    Kind,
    Question,
)

Value: TypeAlias = Mapping[str, Any]
Answers: TypeAlias = Mapping[str, Value]
IsPlace: TypeAlias = Callable[[str, str | None], bool]
"""(province, commune or None) → are there such places, one in the other?"""


def any_place(_province: str, _commune: str | None) -> bool:
    """For where places were checked before."""
    return True


@dataclass(frozen=True)
class Problem:
    """Why an answer is refused. ``code`` and ``values`` become a sentence in surveys.sentences."""

    question: str
    code: str
    values: Mapping[str, Any] = field(default_factory=dict)
    row: str | None = None


class _Wrong(Exception):
    def __init__(self, code: str, row: str | None = None, **values: Any) -> None:
        super().__init__(code)
        self.code, self.row, self.values = code, row, values


def problem_of(question: Question, value: Value | None, *, is_place: IsPlace = any_place) -> Problem | None:
    """What is wrong with an answer; None for a good one. No value is wrong where the question is required."""
    try:
        if value is None:
            if question.required:
                raise _Wrong("required")
        else:
            if not isinstance(value, dict):
                raise _Wrong("malformed")
            _checker(question.kind)(question, value)
            if question.kind == Kind.PLACE and not is_place(value["province"], value.get("commune")):
                raise _Wrong("unknown_option")
    except _Wrong as wrong:
        return Problem(question.code, wrong.code, wrong.values, wrong.row)
    return None


def canonical(question: Question, value: Value) -> Value:
    """A good answer in one form: choices in the order of the definition, no words that no option asks for."""
    if question.kind == Kind.MULTIPLE:
        chosen = [code for code in question.choices if code in value["choices"]]
        return {"choices": chosen} | _other(question, chosen, value)
    if question.kind in CHOSEN_ONE:
        return {"choice": value["choice"]} | _other(question, [value["choice"]], value)
    if question.kind in MATRICES:
        rows = [(row.code, value["rows"].get(row.code)) for row in question.rows]
        return {"rows": {row: [code for code in question.choices if code in chosen] for row, chosen in rows if chosen}}
    return dict(value)


def _other(question: Question, chosen: Sequence[str], value: Value) -> dict[str, str]:
    wanted = any(option.other for code in chosen if (option := question.option(code)))
    return {"other": value["other"]} if wanted and value.get("other") else {}


# --- one checker a kind -----------------------------------------------------------------------------------------------


def _checker(kind: Kind) -> Callable[[Question, Value], None]:
    for kinds, checker in _CHECKERS:
        if kind in kinds:
            return checker
    raise AssertionError(kind)


def _keys(value: Value, needed: set[str], allowed: frozenset[str] = frozenset()) -> None:
    """An object with just these keys."""
    if not needed <= value.keys() <= needed | allowed:
        raise _Wrong("malformed")


def _codes(found: Any, known: Sequence[str]) -> list[str]:
    """Codes of the question, each once."""
    if not isinstance(found, list | tuple) or not all(isinstance(code, str) for code in found):
        raise _Wrong("malformed")
    if len(found) > len(known) or not set(found) <= set(known):
        raise _Wrong("unknown_option")
    if len(set(found)) != len(found):
        raise _Wrong("twice")
    return list(found)


def _count(question: Question, count: int, row: str | None = None) -> None:
    if question.least is not None and count < question.least:
        raise _Wrong("too_few", row, n=question.least)
    if question.most is not None and count > question.most:
        raise _Wrong("too_many", row, n=question.most)


def _words(text: Any, limit: int) -> None:
    if not isinstance(text, str) or not text.strip():
        raise _Wrong("malformed")
    if len(text) > limit:
        raise _Wrong("too_long", n=limit, has=len(text))


def _beside(question: Question, chosen: Sequence[str], value: Value) -> None:
    """The words beside "other": wanted with it, pointless without."""
    if "other" in value:
        _words(value["other"], LONGEST_OTHER)
    elif any(option.other for code in chosen if (option := question.option(code))):
        raise _Wrong("other_empty")


def _one(question: Question, value: Value) -> None:
    _keys(value, {"choice"}, frozenset({"other"}))
    chosen = _codes([value["choice"]], question.choices)
    _beside(question, chosen, value)


def _several(question: Question, value: Value) -> None:
    _keys(value, {"choices"}, frozenset({"other"}))
    chosen = _codes(value["choices"], question.choices)
    if not chosen:
        raise _Wrong("malformed")
    alone = [code for code in chosen if (option := question.option(code)) and option.exclusive]
    if alone and len(chosen) > 1:
        raise _Wrong("not_alone", option=alone[0])
    if not alone:
        _count(question, len(chosen))
    _beside(question, chosen, value)


def _number(question: Question, value: Value) -> None:
    _keys(value, {"number"})
    number = value["number"]
    if not isinstance(number, int | float) or isinstance(number, bool) or not abs(number) < 1e15:
        raise _Wrong("no_number")
    decimals = 0 if question.kind == Kind.SCALE else question.decimals
    if round(number, decimals) != number:
        raise _Wrong("too_precise", n=decimals) if decimals else _Wrong("not_whole")
    if question.low is not None and number < question.low:
        raise _Wrong("too_low", n=question.low)
    if question.high is not None and number > question.high:
        raise _Wrong("too_high", n=question.high)


def _matrix(question: Question, value: Value) -> None:
    _keys(value, {"rows"})
    rows, known = value["rows"], [row.code for row in question.rows]
    if not isinstance(rows, Mapping) or not rows:
        raise _Wrong("malformed")
    _codes(list(rows), known)
    for row, found in rows.items():
        chosen = _codes(found, question.choices)
        if not chosen:
            raise _Wrong("malformed", row)
        if question.kind == Kind.MATRIX_SINGLE and len(chosen) > 1:
            raise _Wrong("too_many", row, n=1)
        _count(question, len(chosen), row)
    if question.required and (left := [row for row in known if row not in rows]):
        raise _Wrong("row_empty", left[0])


def _ranking(question: Question, value: Value) -> None:
    _keys(value, {"order"})
    order = _codes(value["order"], question.choices)
    if not order:
        raise _Wrong("malformed")
    if question.most is None and question.least is None and len(order) < len(question.choices):
        raise _Wrong("rank_all")
    _count(question, len(order))


def _text(question: Question, value: Value) -> None:
    _keys(value, {"text"})
    _words(value["text"], question.text_limit)


def _date(question: Question, value: Value) -> None:
    _keys(value, {"date"})
    if read_date(value["date"]) is None:
        raise _Wrong("no_date")
    if question.earliest and value["date"] < question.earliest:
        raise _Wrong("too_early", date=question.earliest)
    if question.latest and value["date"] > question.latest:
        raise _Wrong("too_late", date=question.latest)


def _place(question: Question, value: Value) -> None:
    _keys(value, {"province"}, frozenset({"commune"} if question.with_commune else ()))
    for code in value.values():
        if not isinstance(code, str) or not code.isdigit() or len(code) > 10:
            raise _Wrong("unknown_option")
    if question.with_commune and question.required and "commune" not in value:
        raise _Wrong("commune_empty")


def _file(_question: Question, value: Value) -> None:
    _keys(value, {"file", "name"})
    number, name = value["file"], value["name"]
    if not isinstance(number, int) or isinstance(number, bool) or not isinstance(name, str) or len(name) > 255:
        raise _Wrong("malformed")


def read_date(text: Any) -> date | None:
    """A date from "2026-01-31", in that form alone; None for anything else."""
    try:
        return date.fromisoformat(text) if isinstance(text, str) and len(text) == 10 else None
    except ValueError:
        return None


_CHECKERS: tuple[tuple[frozenset[Kind], Callable[[Question, Value], None]], ...] = (
    (CHOSEN_ONE, _one),
    (frozenset({Kind.MULTIPLE}), _several),
    (NUMERIC, _number),
    (MATRICES, _matrix),
    (frozenset({Kind.RANKING}), _ranking),
    (TEXTS, _text),
    (frozenset({Kind.DATE}), _date),
    (frozenset({Kind.PLACE}), _place),
    (frozenset({Kind.FILE}), _file),
)
