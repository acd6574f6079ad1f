"""How far there is to go. Before all answers are there nobody knows, so two numbers say it that hold for sure."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from surveys.definition.shape import END, Condition, Definition, Page
from surveys.engine.conditions import Truth, truth
from surveys.engine.path import walk
from surveys.engine.values import Answers

_Known: TypeAlias = Callable[[Condition | None], Truth]


@dataclass(frozen=True)
class Span:
    """Questions still to come after a page: never fewer than ``shortest``, never more than ``longest``."""

    shortest: int
    longest: int


@dataclass(frozen=True)
class Progress:
    """``asked``: questions up to and including the present page; ``left``: those after it, whatever is answered."""

    asked: int
    left: Span

    @property
    def percent(self) -> int:
        """How much is surely done once this page is answered, 0 to 100; 100 only where nothing can follow."""
        whole = self.asked + self.left.longest
        return 100 * self.asked // whole if whole else 100


def progress(definition: Definition, answers: Answers, page_code: str) -> Progress:
    """On a page of the path that the answers lead to. What is answered further on (after going back) counts as open."""
    path = walk(definition, answers)
    codes = [shown.code for shown in path.pages]
    asked = sum(len(shown.questions) for shown in path.pages[: codes.index(page_code) + 1])
    return Progress(asked, remaining(definition, answers, page_code))


def remaining(definition: Definition, answers: Answers, page_code: str) -> Span:
    """The questions that may follow a page, with the answers up to and including it known and all later ones open.

    The bounds hold for every continuation. They are tight where conditions do not depend on each other: two that
    exclude each other are each counted as possible in ``longest`` if they stand on the same page.
    """
    index = next(number for number, page in enumerate(definition.pages) if page.code == page_code)
    later = definition.pages[index + 1 :]
    unknown = frozenset(question.code for page in later for question in page.questions)
    path = walk(definition, answers)
    kept = {code: value for code, value in path.kept.items() if code not in unknown}
    spans: dict[str, Span] = {END: Span(0, 0)}
    following = END
    for page in reversed(later):
        spans[page.code] = _from(page, following, spans, lambda condition: truth(condition, kept, unknown))
        following = page.code
    present = definition.pages[index]
    return _next(present, following, spans, lambda condition: truth(condition, kept, unknown))


def _from(page: Page, following: str, spans: dict[str, Span], known: _Known) -> Span:
    """Everything from arriving at a page on."""
    shown = known(page.show_if)
    passed = spans[following]
    if shown is False:
        return passed
    there = [known(question.show_if) for question in page.questions]
    after = _next(page, following, spans, known)
    seen = Span(there.count(True) + after.shortest, len(there) - there.count(False) + after.longest)
    if shown:
        return seen
    return Span(min(seen.shortest, passed.shortest), max(seen.longest, passed.longest))


def _next(page: Page, following: str, spans: dict[str, Span], known: _Known) -> Span:
    """Everything after a page that was shown."""
    targets = []
    for jump in page.jumps:
        taken = known(jump.when)
        if taken is not False:
            targets.append(jump.to)
        if taken:
            break
    else:
        targets.append(following)
    ways = [spans[target] for target in targets]
    return Span(min(way.shortest for way in ways), max(way.longest for way in ways))
