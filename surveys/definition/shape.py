"""The parts of a survey definition: frozen, without behaviour but for facts about one part.

Codes are stable: they name a page, an item, an option or a row of a matrix through every version, in stored answers and
in exports. They match ``CODE`` and are unique in the whole definition (pages and items) or in their question (options,
rows). The order of tuples is the order on the screen.
"""

import enum
import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
"""What a code looks like: safe as a name of a form field, a column of a table and a variable of SPSS."""

MAX_PAGES = 60
MAX_QUESTIONS = 200
MAX_ITEMS = 400
MAX_OPTIONS = 100
MAX_ROWS = 50
MAX_DEPTH = 8
"""How deep a condition may be nested."""
MAX_FACTS = 40
"""How many facts one condition may hold."""
LONGEST_LABEL = 500
LONGEST_TEXT = 5_000
LONGEST_ANSWER = 20_000
"""Characters that one text answer may ever hold; a question may ask for less."""
SHORT_ANSWER = 300
"""Characters of a short text, where the question says nothing."""
LONG_ANSWER = 5_000
LONGEST_OTHER = 300
"""Characters typed beside "other"."""
END = "end"
"""Where a jump leads that ends the survey; no page may be called so."""


class Kind(enum.StrEnum):
    """What a question asks for."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    DROPDOWN = "dropdown"
    SCALE = "scale"
    MATRIX_SINGLE = "matrix_single"
    MATRIX_MULTIPLE = "matrix_multiple"
    RANKING = "ranking"
    NUMBER = "number"
    SHORT_TEXT = "short_text"
    LONG_TEXT = "long_text"
    DATE = "date"
    YES_NO = "yes_no"
    PLACE = "place"
    FILE = "file"
    STANCE = "stance"


class ScaleStyle(enum.StrEnum):
    """How a scale is shown and read: ``LIKERT`` diverges around its middle, ``NPS`` is 0 to 10 with its score."""

    LIKERT = "likert"
    NPS = "nps"
    NUMERIC = "numeric"


YES, NO = "yes", "no"
STANCES = ("support", "amend", "oppose", "ask")
"""Those of comments, in their order (`consultations.models.Stance`; a test compares the two)."""

LISTED = frozenset({Kind.SINGLE, Kind.MULTIPLE, Kind.DROPDOWN, Kind.RANKING})
MATRICES = frozenset({Kind.MATRIX_SINGLE, Kind.MATRIX_MULTIPLE})
CHOSEN_ONE = frozenset({Kind.SINGLE, Kind.DROPDOWN, Kind.YES_NO, Kind.STANCE})
TEXTS = frozenset({Kind.SHORT_TEXT, Kind.LONG_TEXT})
NUMERIC = frozenset({Kind.SCALE, Kind.NUMBER})
ORDERED = NUMERIC | {Kind.DATE}
COUNTED = frozenset({Kind.MULTIPLE, Kind.RANKING, Kind.MATRIX_MULTIPLE})
"""Kinds in which ``least`` and ``most`` count options (in a matrix: of each row)."""


# --- conditions -------------------------------------------------------------------------------------------------------


class Op(enum.StrEnum):
    """What is asked about an answer. Of a question that was not asked, or not answered, no fact holds."""

    ANSWERED = "answered"
    CHOSEN = "chosen"
    EQUALS = "equals"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"


@dataclass(frozen=True)
class Fact:
    """One fact about the answer to an earlier question.

    ``value`` by operator: ``ANSWERED`` none; ``CHOSEN`` an option's code ("yes", "support", the code of a province or a
    commune; in a ranking: stands first); ``EQUALS``, ``AT_LEAST``, ``AT_MOST`` a number, or for a date "2026-01-31".
    ``row``: the row of a matrix.
    """

    question: str
    op: Op
    value: str | float | None = None
    row: str | None = None


@dataclass(frozen=True)
class AllOf:
    """Every part holds (of none: true)."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True)
class AnyOf:
    """At least one part holds (of none: false)."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True)
class Not:
    """The part does not hold: true, too, where the question was not asked."""

    part: "Condition"


Condition: TypeAlias = Fact | AllOf | AnyOf | Not


# --- items ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Option:
    """A choice, or a row of a matrix. ``other`` asks for words; ``exclusive`` stands alone ("none of these")."""

    code: str
    label: str
    other: bool = False
    exclusive: bool = False


@dataclass(frozen=True)
class Question:
    """One question of any kind; what a kind has no use for stays at its default (``faults`` says so otherwise).

    - ``options``: choices; in a matrix, its columns. ``rows``: the sub-questions of a matrix.
    - ``least``, ``most``: how many options to choose (``COUNTED``); None: no limit. A ranking without both
      ranks all.
    - ``low``, ``high``: the ends of a scale (whole numbers) or of a number; ``decimals``: places after the comma.
    - ``low_label``, ``high_label``: words at the ends of a scale; ``labels``: words for each of its points, or none.
    - ``earliest``, ``latest``: "2026-01-31", for a date.
    - ``longest``: characters of a text.
    - ``provision``: the lineage (of the survey's consultation) whose text is shown with the question.
    - ``with_commune``: does a place go down to the commune?
    - ``text``, ``help``: may hold ``{{code}}``, which shows the answer to an earlier question.
    """

    code: str
    kind: Kind
    text: str
    help: str = ""
    required: bool = False
    show_if: Condition | None = None
    options: tuple[Option, ...] = ()
    rows: tuple[Option, ...] = ()
    shuffle: bool = False
    least: int | None = None
    most: int | None = None
    low: float | None = None
    high: float | None = None
    decimals: int = 0
    unit: str = ""
    style: ScaleStyle | None = None
    low_label: str = ""
    high_label: str = ""
    labels: tuple[str, ...] = ()
    earliest: str | None = None
    latest: str | None = None
    longest: int | None = None
    provision: int | None = None
    with_commune: bool = True

    @property
    def choices(self) -> tuple[str, ...]:
        """The codes that may be chosen, those that a kind brings along included; none for a place."""
        if self.kind == Kind.YES_NO:
            return (YES, NO)
        if self.kind == Kind.STANCE:
            return STANCES
        return tuple(option.code for option in self.options)

    @property
    def text_limit(self) -> int:
        """How many characters a text answer may have."""
        usual = SHORT_ANSWER if self.kind == Kind.SHORT_TEXT else LONG_ANSWER
        return min(self.longest or usual, LONGEST_ANSWER)

    def option(self, code: str) -> Option | None:
        return next((option for option in self.options if option.code == code), None)


@dataclass(frozen=True)
class Passage:
    """Words between questions. ``kind``: a section begins with its ``title``; an explanation may have none."""

    code: str
    kind: Literal["section", "explanation"]
    title: str = ""
    text: str = ""
    show_if: Condition | None = None
    provision: int | None = None


Item: TypeAlias = Question | Passage


@dataclass(frozen=True)
class Jump:
    """After the page, if the condition holds: on to a later page (``to`` its code), or to the ``END``."""

    when: Condition
    to: str


@dataclass(frozen=True)
class Page:
    """What is asked at once. The first of its jumps that holds is taken; without one the next page follows.

    ``shuffle``: its questions come in an order drawn for each sheet; passages keep their places.
    """

    code: str
    title: str = ""
    items: tuple[Item, ...] = ()
    show_if: Condition | None = None
    jumps: tuple[Jump, ...] = ()
    shuffle: bool = False

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(item for item in self.items if isinstance(item, Question))


@dataclass(frozen=True)
class Definition:
    """A whole survey, without its title, its window and who may answer, which the row ``Survey`` holds."""

    pages: tuple[Page, ...] = ()
    introduction: str = ""
    closing: str = ""

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(question for page in self.pages for question in page.questions)

    def question(self, code: str) -> Question | None:
        return next((question for question in self.questions if question.code == code), None)

    def page(self, code: str) -> Page | None:
        return next((page for page in self.pages if page.code == code), None)


def facts_of(condition: Condition | None) -> tuple[Fact, ...]:
    """Every fact of a condition, from left to right."""
    match condition:
        case None:
            return ()
        case Fact():
            return (condition,)
        case Not(part):
            return facts_of(part)
        case AllOf(parts) | AnyOf(parts):
            return tuple(fact for part in parts for fact in facts_of(part))
