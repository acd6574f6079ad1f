"""Does a condition hold? For sure (``holds``), and as far as one can tell before every answer is there (``truth``)."""

from collections.abc import Callable, Container
from typing import Any

from surveys.definition.shape import AllOf, AnyOf, Condition, Fact, Not, Op
from surveys.engine.values import Answers, Value

Truth = bool | None
"""None: not known yet."""


def holds(condition: Condition | None, answers: Answers) -> bool:
    """``answers``: those to questions that were asked; of every other question no fact holds. No condition: true."""
    return bool(truth(condition, answers, frozenset()))


def truth(condition: Condition | None, answers: Answers, unknown: Container[str]) -> Truth:
    """The same where the answers to some questions are not known yet (Kleene's three values)."""

    def of_fact(fact: Fact) -> Truth:
        return None if fact.question in unknown else fact_holds(fact, answers.get(fact.question))

    return truth_by(condition, of_fact)


def truth_by(condition: Condition | None, of_fact: Callable[[Fact], Truth]) -> Truth:
    """What a condition comes to, given what each of its facts does."""
    match condition:
        case None:
            return True
        case Fact():
            return of_fact(condition)
        case Not(part):
            inner = truth_by(part, of_fact)
            return None if inner is None else not inner
        case AllOf(parts):
            return _all([truth_by(part, of_fact) for part in parts])
        case AnyOf(parts):
            opposite = _all([_not(truth_by(part, of_fact)) for part in parts])
            return _not(opposite)


def _not(value: Truth) -> Truth:
    return None if value is None else not value


def _all(values: list[Truth]) -> Truth:
    if False in values:
        return False
    return None if None in values else True


def fact_holds(fact: Fact, value: Value | None) -> bool:
    """One fact about one answer; false where there is none, or where the answer is of another shape."""
    if value is None:
        return False
    if fact.op == Op.ANSWERED:
        return fact.row is None or fact.row in value.get("rows", {})
    if fact.op == Op.CHOSEN:
        return fact.value in _chosen(fact, value)
    return _compares(fact, value.get("date", value.get("number")))


def _chosen(fact: Fact, value: Value) -> list[Any]:
    if "rows" in value:
        rows = value["rows"]
        return list(rows.get(fact.row, ())) if fact.row else [code for chosen in rows.values() for code in chosen]
    if "order" in value:
        return list(value["order"][:1])
    return [*value.get("choices", ()), *(value[key] for key in ("choice", "province", "commune") if key in value)]


def _compares(fact: Fact, found: Any) -> bool:
    wanted: Any = fact.value
    if found is None or isinstance(found, str) != isinstance(wanted, str):
        return False
    if fact.op == Op.EQUALS:
        return bool(found == wanted)
    return bool(found >= wanted) if fact.op == Op.AT_LEAST else bool(found <= wanted)
