"""Conditions, jumps and piped answers look back only: at questions that exist, and are asked before."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from surveys.definition.piping import NOT_PIPED, piped_codes
from surveys.definition.shape import (
    CHOSEN_ONE,
    END,
    LISTED,
    MATRICES,
    MAX_DEPTH,
    MAX_FACTS,
    NUMERIC,
    AllOf,
    AnyOf,
    Condition,
    Definition,
    Fact,
    Item,
    Kind,
    Not,
    Op,
    Page,
    Question,
    facts_of,
)
from surveys.engine.values import read_date

Found: TypeAlias = Iterator[tuple[str, str, str, str, Mapping[str, Any]]]
"""(code of the fault, page, item, part, values)."""


def faults(definition: Definition) -> Found:
    """Every fault of conditions, jumps and piping, in reading order."""
    known = {question.code: question for question in definition.questions}
    asks_for = _asks_for(definition)
    before: set[str] = set()
    later_pages = [page.code for page in definition.pages]
    for page in definition.pages:
        later_pages = later_pages[1:]
        yield from _condition(page.show_if, page.code, "", "show_if", _Seen(known, before, asks_for))
        there = set(before)
        for item in page.items:
            yield from _item(item, page, _Seen(known, set(before) if page.shuffle else there, asks_for))
            there |= {item.code} if isinstance(item, Question) else set()
        before = there
        yield from _jumps(page, later_pages, definition, _Seen(known, before, asks_for))


class _Seen:
    """What stands before a place: questions that may be asked about there."""

    def __init__(self, known: Mapping[str, Question], before: set[str], asks_for: Mapping[str, set[str]]) -> None:
        self.known, self.before, self.asks_for = known, before, asks_for

    def fault_of(self, code: str, own: str) -> str | None:
        """Why a question may not be asked about here; None where it may."""
        if code not in self.known:
            return "unknown_question"
        if code in self.before:
            return None
        return "circular" if own and _leads_to(code, own, self.asks_for) else "forward"


def _asks_for(definition: Definition) -> dict[str, set[str]]:
    """For each question, those that its conditions and its page's name."""
    return {
        item.code: {fact.question for fact in (*facts_of(page.show_if), *facts_of(item.show_if))}
        for page in definition.pages
        for item in page.items
    }


def _leads_to(start: str, goal: str, asks_for: Mapping[str, set[str]]) -> bool:
    waiting, seen = [start], set[str]()
    while waiting:
        code = waiting.pop()
        if code == goal:
            return True
        if code not in seen:
            seen.add(code)
            waiting += asks_for.get(code, ())
    return False


def _item(item: Item, page: Page, seen: _Seen) -> Found:
    yield from _condition(item.show_if, page.code, item.code, "show_if", seen)
    texts = {"text": item.text, "help": item.help} if isinstance(item, Question) else {"text": item.text}
    for part, text in texts.items():
        for code in piped_codes(text):
            fault = seen.fault_of(code, item.code)
            if fault is None and seen.known[code].kind in NOT_PIPED:
                fault = "not_piped"
            if fault:
                yield fault, page.code, item.code, part, {"name": code}


def _jumps(page: Page, later: list[str], definition: Definition, seen: _Seen) -> Found:
    for jump in page.jumps:
        yield from _condition(jump.when, page.code, "", "jumps", seen)
        if jump.to != END and jump.to not in later:
            code = "jump_back" if definition.page(jump.to) else "unknown_page"
            yield code, page.code, "", "jumps", {"name": jump.to[:40]}


def _condition(condition: Condition | None, page: str, item: str, part: str, seen: _Seen) -> Found:
    if condition is None:
        return
    facts = facts_of(condition)
    if len(facts) > MAX_FACTS or _depth(condition) > MAX_DEPTH:
        yield "condition_too_large", page, item, part, {"n": MAX_FACTS, "depth": MAX_DEPTH}
        return
    if _has_empty(condition):
        yield "empty_condition", page, item, part, {}
    for fact in facts:
        code = seen.fault_of(fact.question, item) or _misfit(seen.known[fact.question], fact)
        if code:
            yield code, page, item, part, {"name": fact.question[:40], "value": str(fact.value)[:40]}


def _depth(condition: Condition) -> int:
    match condition:
        case Fact():
            return 1
        case Not(part):
            return 1 + _depth(part)
        case AllOf(parts) | AnyOf(parts):
            return 1 + max(map(_depth, parts), default=0)


def _has_empty(condition: Condition) -> bool:
    match condition:
        case Fact():
            return False
        case Not(part):
            return _has_empty(part)
        case AllOf(parts) | AnyOf(parts):
            return not parts or any(map(_has_empty, parts))


def _misfit(question: Question, fact: Fact) -> str | None:
    """Why a fact cannot be asked of a question; None where it can."""
    rows = {row.code for row in question.rows} if question.kind in MATRICES else set[str]()
    if fact.row is not None and fact.row not in rows:
        return "unknown_row"
    if fact.op == Op.ANSWERED:
        return None if fact.value is None else "misfit"
    if fact.op == Op.CHOSEN:
        return _misfit_choice(question, fact)
    return None if _comparable(question, fact) else "misfit"


def _misfit_choice(question: Question, fact: Fact) -> str | None:
    if question.kind == Kind.PLACE:
        return None if isinstance(fact.value, str) and fact.value.isdigit() else "unknown_option"
    if question.kind not in LISTED | MATRICES | CHOSEN_ONE:
        return "misfit"
    return None if fact.value in question.choices else "unknown_option"


def _comparable(question: Question, fact: Fact) -> bool:
    if question.kind == Kind.DATE:
        return read_date(fact.value) is not None
    return question.kind in NUMERIC and isinstance(fact.value, int | float) and fact.row is None
