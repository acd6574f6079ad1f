"""One answer as the rows that are stored, and back. A row holds a choice, a row of a matrix, a number or a text.

Whoever saw a question and did not answer has one row with nothing in it: the base of a question is who has a row.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from surveys.definition.shape import MATRICES, NUMERIC, TEXTS, Kind, Question
from surveys.engine.path import Path
from surveys.engine.values import Value

PROVINCE, COMMUNE = "province", "commune"


class AnswerRow(NamedTuple):
    """What one stored row says.

    - ``sub``: the row of a matrix; "province" or "commune" of a place; else "".
    - ``option``: the code chosen or ranked, or of the place; else "".
    - ``number``: a number, a point of a scale, a place in a ranking (from 1), the id of a file.
    - ``text``: a text, the words beside "other", a date "2026-01-31", the name of a file.
    """

    question: str
    sub: str = ""
    option: str = ""
    number: float | None = None
    text: str | None = None

    @property
    def is_empty(self) -> bool:
        """Seen, and not answered."""
        return not self.option and self.number is None and self.text is None


def rows_of_path(path: Path) -> list[AnswerRow]:
    """Everything that was asked, answered or not."""
    return [row for question in path.questions for row in rows_of(question, path.kept.get(question.code))]


def rows_of(question: Question, value: Value | None) -> list[AnswerRow]:
    """The rows of one (good, canonical) answer, or the one that says: seen."""
    if value is None:
        return [AnswerRow(question.code)]
    return list(_rows(question, value))


def _rows(question: Question, value: Value) -> Iterator[AnswerRow]:
    code, kind = question.code, question.kind
    if kind in MATRICES:
        yield from (AnswerRow(code, row, column) for row, columns in value["rows"].items() for column in columns)
    elif kind == Kind.RANKING:
        yield from (AnswerRow(code, "", option, float(rank)) for rank, option in enumerate(value["order"], start=1))
    elif kind == Kind.PLACE:
        yield from (AnswerRow(code, sub, value[sub]) for sub in (PROVINCE, COMMUNE) if sub in value)
    elif kind in NUMERIC:
        yield AnswerRow(code, number=float(value["number"]))
    elif kind == Kind.FILE:
        yield AnswerRow(code, number=float(value["file"]), text=value["name"])
    elif kind in TEXTS or kind == Kind.DATE:
        yield AnswerRow(code, text=value["text" if kind in TEXTS else "date"])
    else:
        for option in value["choices"] if kind == Kind.MULTIPLE else [value["choice"]]:
            asks = question.option(option)
            yield AnswerRow(code, "", option, text=value.get("other") if asks and asks.other else None)


def value_of(question: Question, rows: Iterable[AnswerRow]) -> Value | None:
    """The answer that rows of one sheet and this question hold, in whatever order; None for "seen"."""
    there = [row for row in rows if not row.is_empty]
    if not there:
        return None
    kind = question.kind
    if kind in MATRICES:
        return {"rows": _matrix(question, there)}
    if kind == Kind.RANKING:
        return {"order": [row.option for row in sorted(there, key=lambda row: row.number or 0)]}
    if kind == Kind.PLACE:
        return {row.sub: row.option for row in sorted(there, key=lambda row: row.sub, reverse=True)}
    if kind == Kind.MULTIPLE:
        chosen = {row.option for row in there}
        return {"choices": [code for code in question.choices if code in chosen]} | _other(there)
    return _single(kind, there[0])


def _single(kind: Kind, row: AnswerRow) -> Value:
    if kind in NUMERIC:
        return {"number": row.number}
    if kind == Kind.FILE:
        return {"file": int(row.number or 0), "name": row.text}
    if kind == Kind.DATE:
        return {"date": row.text}
    return {"text": row.text} if kind in TEXTS else {"choice": row.option} | _other([row])


def _other(rows: Iterable[AnswerRow]) -> dict[str, str]:
    words = [row.text for row in rows if row.text is not None]
    return {"other": words[0]} if words else {}


def _matrix(question: Question, rows: list[AnswerRow]) -> dict[str, list[str]]:
    chosen = {(row.sub, row.option) for row in rows}
    by_row = {row.code: [code for code in question.choices if (row.code, code) in chosen] for row in question.rows}
    return {row: columns for row, columns in by_row.items() if columns}
