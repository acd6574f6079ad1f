"""A page of a survey as its template shows it: every question with its words, what was typed, what is wrong with it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from core.i18n import gettext as _
from surveys import queries
from surveys.definition.piping import fill
from surveys.definition.shape import COUNTED, TEXTS, Definition, Kind, Option, Passage, Question
from surveys.engine.path import ShownPage, arranged, arranged_options, arranged_rows
from surveys.engine.values import Answers, Problem, Value
from surveys.forms.reading import COMMUNE, PROVINCE, Typed, field_name
from surveys.queries import ListedPlace
from surveys.sentences import answer_words, choice_words, date_words, number_words, problem_sentence


@dataclass(frozen=True)
class Places:
    """What can be chosen where questions ask for a place; empty on pages without one."""

    provinces: Sequence[ListedPlace] = ()
    communes: Mapping[str, Sequence[ListedPlace]] = field(default_factory=dict)


@dataclass(frozen=True)
class Field:
    """One question on the screen. Looks to the macros of forms like a field of WTForms (id, errors, label)."""

    question: Question
    number: int
    text: str
    description: str
    options: Sequence[Option]
    rows: Sequence[Option]
    typed: Typed
    errors: Sequence[str] = ()
    wrong_rows: frozenset[str] = frozenset()
    provision: Any = None
    places: Places = Places()
    file: str = ""

    @property
    def id(self) -> str:
        return field_name(self.question.code)

    @property
    def kind(self) -> str:
        return str(self.question.kind)

    @property
    def required(self) -> bool:
        return self.question.required

    def name(self, part: str = "") -> str:
        return field_name(self.question.code, part)

    def value(self, part: str = "") -> str:
        return self.typed.get(self.name(part), "")

    def has(self, code: str, part: str = "") -> bool:
        return code in self.typed.getlist(self.name(part))

    @property
    def answered(self) -> bool:
        return any(self.typed.getlist(self.name()))

    @property
    def other(self) -> Option | None:
        return next((option for option in self.options if option.other), None)

    @property
    def choices(self) -> list[tuple[str, str]]:
        """(code, words), those that a kind brings along included."""
        if self.options:
            return [(option.code, option.label) for option in self.options]
        return [(code, choice_words(self.question, code)) for code in self.question.choices]

    @cached_property
    def points(self) -> list[tuple[str, str]]:
        """(number, words) of each point of a scale; words only where it has some."""
        low, high = int(self.question.low or 0), int(self.question.high or 0)
        ends = {low: self.question.low_label, high: self.question.high_label}
        words = self.question.labels or [ends.get(point, "") for point in range(low, high + 1)]
        return [(str(point), word) for point, word in zip(range(low, high + 1), words, strict=False)]

    @property
    def communes(self) -> Sequence[ListedPlace]:
        return self.places.communes.get(self.value(PROVINCE), ())


@dataclass(frozen=True)
class AskedPage:
    """A page with its items as the sheet sees them: fields and passages; iterates over the fields (error summary)."""

    code: str
    title: str
    items: Sequence["Field | Words"]
    form_errors: Sequence[str] = ()

    @property
    def fields(self) -> list[Field]:
        return [item for item in self.items if isinstance(item, Field)]

    @property
    def multipart(self) -> bool:
        return any(one.question.kind == Kind.FILE for one in self.fields)

    def __iter__(self) -> Iterator[Field]:
        return iter(self.fields)


@dataclass(frozen=True)
class Words:
    """A passage, with answers in it."""

    code: str
    kind: str
    title: str
    text: str
    provision: Any = None


@dataclass(frozen=True)
class Around:
    """What a page needs besides itself: read once for all its questions."""

    definition: Definition
    kept: Answers
    seed: str
    provisions: Mapping[int, Any]
    names: Mapping[str, str]

    def fill(self, text: str) -> str:
        return fill(text, self._words)

    def _words(self, code: str) -> str | None:
        question, value = self.definition.question(code), self.kept.get(code)
        return said(question, value, self.names) if question and value else None


def said(question: Question, value: Value, names: Mapping[str, str]) -> str:
    """An answer in words; ``names``: of places."""
    return answer_words(question, value, place_name=lambda code: names.get(code, code))


def names_in(answers: Answers) -> dict[str, str]:
    """The names of the places that answers hold."""
    codes = {value[part] for value in answers.values() for part in (PROVINCE, COMMUNE) if part in value}
    return queries.place_names(codes)


def ask(
    shown: ShownPage, around: Around, typed: Typed, *, problems: Iterable[Problem] = (), first_number: int = 1
) -> AskedPage:
    """The page as it is shown. ``first_number``: of its first question, counted along the path."""
    found = list(problems)
    places = _places(shown, typed)
    numbers = {question.code: first_number + place for place, question in enumerate(_in_order(shown, around))}
    items = [
        _words(item, around) if isinstance(item, Passage) else _field(item, around, typed, found, places, numbers)
        for item in arranged(shown, around.seed)
    ]
    there = set(numbers)
    elsewhere = dict.fromkeys(problem_sentence(problem) for problem in found if problem.question not in there)
    return AskedPage(shown.code, around.fill(shown.page.title), items, tuple(elsewhere))


def _in_order(shown: ShownPage, around: Around) -> list[Question]:
    return [item for item in arranged(shown, around.seed) if isinstance(item, Question)]


def _places(shown: ShownPage, typed: Typed) -> Places:
    asked = [question for question in shown.questions if question.kind == Kind.PLACE]
    if not asked:
        return Places()
    chosen = {typed.get(field_name(question.code, PROVINCE), "") for question in asked if question.with_commune}
    return Places(queries.list_provinces(), queries.list_communes({code for code in chosen if code[:10].isdigit()}))


def _words(passage: Passage, around: Around) -> Words:
    provision = around.provisions.get(passage.provision or 0)
    return Words(passage.code, passage.kind, around.fill(passage.title), around.fill(passage.text), provision)


def _field(
    question: Question,
    around: Around,
    typed: Typed,
    problems: Sequence[Problem],
    places: Places,
    numbers: Mapping[str, int],
) -> Field:
    wrong = [problem for problem in problems if problem.question == question.code]
    kept = around.kept.get(question.code, {})
    hints = [around.fill(question.help), *_limits(question)]
    return Field(
        question=question,
        number=numbers[question.code],
        text=around.fill(question.text),
        description=" ".join(hint for hint in hints if hint),
        options=arranged_options(question, around.seed),
        rows=arranged_rows(question, around.seed),
        typed=typed,
        errors=tuple(problem_sentence(problem) for problem in wrong),
        wrong_rows=frozenset(problem.row for problem in wrong if problem.row),
        provision=around.provisions.get(question.provision or 0),
        places=places,
        file=str(kept.get("name", "")) if question.kind == Kind.FILE else "",
    )


def _limits(question: Question) -> Iterator[str]:
    """What an answer must keep to, said before it is broken."""
    if question.kind == Kind.NUMBER:
        yield _between(question.low, question.high, question.unit)
    elif question.kind == Kind.DATE:
        yield _days(question.earliest, question.latest)
    elif question.kind in TEXTS:
        yield _("Tối đa %(n)s ký tự.", n=number_words(question.text_limit))
    elif question.kind == Kind.RANKING and question.least is None and question.most is None:
        yield _("Chọn hạng cho mọi lựa chọn; hạng 1 là trước hết.")
    elif question.kind in COUNTED:
        yield _counts(question)
    if question.kind == Kind.RANKING and (question.least or question.most):
        yield _("Hạng 1 là trước hết.")


def _between(low: float | None, high: float | None, unit: str) -> str:
    values: dict[str, Any] = {"low": number_words(low or 0), "high": number_words(high or 0), "unit": unit}
    if low is not None and high is not None:
        return _("Từ %(low)s đến %(high)s %(unit)s.", **values).replace(" .", ".")
    if low is not None:
        return _("Từ %(low)s %(unit)s trở lên.", **values).replace("  ", " ")
    return _("Nhiều nhất %(high)s %(unit)s.", **values).replace(" .", ".") if high is not None else ""


def _days(earliest: str | None, latest: str | None) -> str:
    values = {"first": date_words(earliest or ""), "last": date_words(latest or "")}
    if earliest and latest:
        return _("Từ ngày %(first)s đến ngày %(last)s.", **values)
    if earliest:
        return _("Từ ngày %(first)s trở đi.", **values)
    return _("Đến hết ngày %(last)s.", **values) if latest else ""


def _counts(question: Question) -> str:
    each = question.kind == Kind.MATRIX_MULTIPLE
    values = {"least": question.least or 0, "most": question.most or 0}
    if question.least and question.most and question.least == question.most:
        return _("Mỗi dòng chọn %(most)s.", **values) if each else _("Chọn %(most)s lựa chọn.", **values)
    if question.least and question.most:
        return _("Chọn từ %(least)s đến %(most)s lựa chọn.", **values)
    if question.least:
        return _("Chọn ít nhất %(least)s lựa chọn.", **values)
    if question.most:
        return _("Chọn tối đa %(most)s lựa chọn.", **values)
    return _("Mỗi dòng được chọn nhiều ô.") if each else _("Được chọn nhiều lựa chọn.")
