"""Can every page, question and jump be reached by some answers? Decided by trying kinds of answer, not answers.

Answers to a question that no condition can tell apart are one class; questions that no condition names are not tried at
all. The survey is walked with each question undecided until a condition needs it, and only then split into its classes.
States that differ only in answers which nothing asks for any more are one. So a survey of 200 questions with local
branching takes a few thousand steps, and whatever was not reached when all states are done is **proven** unreachable.

Where conditions tangle so much that ``BUDGET`` steps do not suffice, nothing is claimed (``Reach.complete`` is false):
to refuse a survey that is sound would be worse than to let one through with a question that nobody sees.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeAlias

from surveys.checking.classes import TooManyClasses, Vector, classes_of
from surveys.definition.shape import END, Condition, Definition, Fact, Page, facts_of
from surveys.engine.conditions import Truth, truth_by

BUDGET = 60_000
"""Steps of the walk: about a second."""

State: TypeAlias = dict[str, Vector | None]
"""For each question asked that a condition names: which of its facts hold; None while undecided."""


@dataclass
class Reach:
    """What some answers lead to: codes of pages and items, and jumps as (page, number). ``complete``: all was tried."""

    found: set[str] = field(default_factory=set)
    jumps: set[tuple[str, int]] = field(default_factory=set)
    complete: bool = True


def explore(definition: Definition) -> Reach:
    """What the answers to a definition (whose codes are unique, whose conditions look back only) can lead to."""
    try:
        return _Explorer(definition).run()
    except TooManyClasses:
        return Reach(complete=False)


class _Explorer:
    def __init__(self, definition: Definition) -> None:
        self._pages = definition.pages
        self._index = {page.code: number for number, page in enumerate(definition.pages)} | {END: len(definition.pages)}
        self._facts: dict[str, list[Fact]] = {}
        self._last: dict[str, int] = {}
        for number, page in enumerate(definition.pages):
            for fact in facts_on(page):
                known = self._facts.setdefault(fact.question, [])
                if fact not in known:
                    known.append(fact)
                self._last[fact.question] = number
        self._classes = {
            question.code: classes_of(question, self._facts[question.code])
            for question in definition.questions
            if question.code in self._facts
        }
        self._wanted = sum(1 + len(page.items) + len(page.jumps) for page in definition.pages)
        self.reach = Reach()

    def run(self) -> Reach:
        """Explore until all is found, all states are done, or the budget is spent."""
        stack: list[tuple[int, int, State]] = [(0, -1, {})]
        seen: set[Any] = set()
        steps = 0
        while stack and len(self.reach.found) + len(self.reach.jumps) < self._wanted:
            number, place, state = stack.pop()
            if number >= len(self._pages):
                continue
            live = {code: vector for code, vector in state.items() if self._last[code] >= number}
            key = (number, place, frozenset(live.items()))
            if key in seen:
                continue
            seen.add(key)
            steps += 1
            if steps > BUDGET:
                self.reach.complete = False
                break
            stack.extend(self._step(number, place, live))
        return self.reach

    def _step(self, number: int, place: int, state: State) -> Iterator[tuple[int, int, State]]:
        page = self._pages[number]
        if place == -1:
            for shown, after in self._decide(page.show_if, state):
                yield (number, 0, after) if shown else (number + 1, -1, after)
        elif place < len(page.items):
            item = page.items[place]
            for shown, after in self._decide(item.show_if, state):
                if shown:
                    self.reach.found |= {page.code, item.code}
                asked = shown and item.code in self._classes
                yield number, place + 1, {**after, item.code: None} if asked else after
        else:
            yield from self._leave(number, page, state)

    def _leave(self, number: int, page: Page, state: State) -> Iterator[tuple[int, int, State]]:
        waiting = [(0, state)]
        while waiting:
            tried, here = waiting.pop()
            if tried == len(page.jumps):
                yield number + 1, -1, here
                continue
            for taken, after in self._decide(page.jumps[tried].when, here):
                if taken:
                    self.reach.jumps.add((page.code, tried))
                    yield self._index[page.jumps[tried].to], -1, after
                else:
                    waiting.append((tried + 1, after))

    def _decide(self, condition: Condition | None, state: State) -> Iterator[tuple[bool, State]]:
        """What the condition can come to from here, each with the state that has been split for it."""
        waiting = [state]
        while waiting:
            here = waiting.pop()
            value = truth_by(condition, partial(self._truth, here))
            if value is not None:
                yield value, here
                continue
            undecided = next(fact.question for fact in facts_of(condition) if self._truth(here, fact) is None)
            waiting.extend({**here, undecided: vector} for vector in self._classes[undecided])

    def _truth(self, state: State, fact: Fact) -> Truth:
        """False for a question that was not asked, None for one that was and is undecided."""
        if fact.question not in state:
            return False
        vector = state[fact.question]
        return None if vector is None else vector[self._facts[fact.question].index(fact)]


def facts_on(page: Page) -> Iterator[Fact]:
    """Every fact that the conditions of a page name, its jumps' included."""
    conditions = [page.show_if, *(item.show_if for item in page.items), *(jump.when for jump in page.jumps)]
    return (fact for condition in conditions for fact in facts_of(condition))
