"""The way through a survey: which pages and questions the answers so far lead to, and in which order.

One walk decides everything: what is asked, what is hidden, which answers are kept, which page follows. An answer counts
for later conditions only if its question was asked, so a changed answer takes back what hung on it, and brings it back
when it is changed again: whoever answers loses nothing by going back.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass

from surveys.definition.shape import END, Definition, Item, Option, Page, Question
from surveys.engine.conditions import holds
from surveys.engine.values import Answers, IsPlace, Problem, Value, any_place, problem_of


@dataclass(frozen=True)
class ShownPage:
    """A page with those of its items that are shown, in the order of the definition (the screen's: ``arranged``)."""

    page: Page
    items: tuple[Item, ...]

    @property
    def code(self) -> str:
        return self.page.code

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(item for item in self.items if isinstance(item, Question))


@dataclass(frozen=True)
class Path:
    """Where answers lead; pages on which nothing is shown are left out. ``kept``: the answers to what was asked."""

    pages: tuple[ShownPage, ...]
    kept: dict[str, Value]

    @property
    def questions(self) -> tuple[Question, ...]:
        """Everything asked, in order."""
        return tuple(question for shown in self.pages for question in shown.questions)

    def at(self, code: str) -> ShownPage | None:
        return next((shown for shown in self.pages if shown.code == code), None)

    def after(self, code: str) -> ShownPage | None:
        """The page that follows; None after the last, where the sheet can be sent."""
        return self._beside(code, 1)

    def before(self, code: str) -> ShownPage | None:
        return self._beside(code, -1)

    def _beside(self, code: str, step: int) -> ShownPage | None:
        codes = [shown.code for shown in self.pages]
        place = codes.index(code) + step if code in codes else -1
        return self.pages[place] if 0 <= place < len(codes) else None


def walk(definition: Definition, answers: Answers) -> Path:
    """The path of these answers; for what is not answered yet, as if it stayed so."""
    kept: dict[str, Value] = {}
    pages: list[ShownPage] = []
    target: str | None = None
    for page in definition.pages:
        if target == END:
            break
        if target not in (None, page.code):
            continue
        target = None
        if not holds(page.show_if, kept):
            continue
        items = tuple(_shown(page.items, answers, kept))
        if items:
            pages.append(ShownPage(page, items))
        target = next((jump.to for jump in page.jumps if holds(jump.when, kept)), None)
    return Path(tuple(pages), kept)


def _shown(items: Iterable[Item], answers: Answers, kept: dict[str, Value]) -> Iterable[Item]:
    for item in items:
        if holds(item.show_if, kept):
            if isinstance(item, Question) and (value := answers.get(item.code)) is not None:
                kept[item.code] = value
            yield item


def problems(path: Path, *, is_place: IsPlace = any_place, on: str | None = None) -> list[Problem]:
    """What stands against the answers, in the order of the path; ``on``: of this page alone."""
    questions = [question for shown in path.pages if on in (None, shown.code) for question in shown.questions]
    found = (problem_of(question, path.kept.get(question.code), is_place=is_place) for question in questions)
    return [problem for problem in found if problem is not None]


# --- orders drawn for a sheet -----------------------------------------------------------------------------------------


def arranged(shown: ShownPage, seed: str) -> tuple[Item, ...]:
    """The items as this sheet sees them: where the page says so, its questions in an order drawn from the seed."""
    if not shown.page.shuffle:
        return shown.items
    drawn = list(shown.page.questions)
    random.Random(f"{seed}/{shown.code}").shuffle(drawn)  # over all, so that one that appears moves no other
    there = iter([question for question in drawn if question in shown.questions])
    return tuple(next(there) if isinstance(item, Question) else item for item in shown.items)


def arranged_options(question: Question, seed: str) -> tuple[Option, ...]:
    """The options as this sheet sees them; "other" and what stands alone keep their place at the end."""
    return _drawn(question.options, f"{seed}/{question.code}") if question.shuffle else question.options


def arranged_rows(question: Question, seed: str) -> tuple[Option, ...]:
    """The rows of a matrix as this sheet sees them; its columns keep their order."""
    return _drawn(question.rows, f"{seed}/{question.code}/rows") if question.shuffle else question.rows


def _drawn(options: tuple[Option, ...], seed: str) -> tuple[Option, ...]:
    loose = [option for option in options if not (option.other or option.exclusive)]
    fixed = [option for option in options if option.other or option.exclusive]
    random.Random(seed).shuffle(loose)
    return (*loose, *fixed)
