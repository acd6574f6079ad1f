"""What the results of a survey are made of: counts of each kind in one statement for all questions together."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, aliased

from core.db import db
from surveys import queries
from surveys.definition.documents import from_json
from surveys.definition.shape import MATRICES, NUMERIC, TEXTS, Definition, Kind, Question
from surveys.models import Answer, AnswerSheet, ResultSnapshot, SurveyVersion
from surveys.results.crosstab import Pair, Side
from surveys.results.figures import PROVINCE, Counts, all_questions
from surveys.results.filtering import Filter

VALUED = NUMERIC | {Kind.DATE, Kind.RANKING}
WORDED = TEXTS | {Kind.FILE}
SEVERAL = MATRICES | {Kind.MULTIPLE}
SHOWN_WORDS = 20
"""Texts shown with a question."""


@dataclass(frozen=True)
class Words:
    """A text that somebody wrote: an answer, or beside "other"."""

    question: str
    text: str


@dataclass(frozen=True)
class Asked:
    """What a survey has asked so far: every question of a published version, and how many sheets each version has."""

    questions: tuple[Question, ...]
    definitions: dict[int, Definition]
    sheets: dict[int, int]

    @property
    def total(self) -> int:
        return sum(self.sheets.values())


def asked_of(survey_id: int, only: Filter | None = None) -> Asked:
    """Two statements. The keys are the numbers of the versions, the newest first. ``only``: sheets that it lets in."""
    statement = (
        sa.select(SurveyVersion.number, sa.func.count().label("n"))
        .join(AnswerSheet, AnswerSheet.version_id == SurveyVersion.id)
        .where(AnswerSheet.survey_id == survey_id)
        .group_by(SurveyVersion.number)
    )
    if only is not None:
        statement = statement.where(AnswerSheet.id.in_(_let_in(survey_id, only)))
    return asked_in(survey_id, {row.number: row.n for row in db.session.execute(statement)})


def asked_in(survey_id: int, sheets: dict[int, int]) -> Asked:
    """The same where the sheets of each version are known; one statement."""
    versions = [version for version in queries.list_versions(survey_id) if version.published_at is not None]
    definitions = {version.number: from_json(version.definition) for version in versions}
    return Asked(tuple(all_questions(definitions.values())), definitions, sheets)


def find_snapshot(survey_id: int, scope: str) -> ResultSnapshot | None:
    """The counts kept under a scope (services.counting), if any were made."""
    snapshot = db.session.get(ResultSnapshot, (survey_id, scope))
    return snapshot if snapshot and snapshot.content is not None else None


def counts_of(survey_id: int, questions: Sequence[Question], only: Filter | None = None) -> dict[str, Counts]:
    """The counts of every question, in five statements; ``only``: of the sheets that it lets in."""
    found = {question.code: Counts() for question in questions}
    sheets = sa.func.count(Answer.sheet_id.distinct())

    def grouped(kinds: Collection[Kind] | None, *columns: Any, count: Any = None) -> Iterator[Any]:
        codes = [question.code for question in questions if kinds is None or question.kind in kinds]
        return _grouped(survey_id, codes, only, *columns, count=count)

    for code, sub, option, n in grouped(None, Answer.sub, Answer.option):
        found[code].cells[sub, option] = n
    for code, option, number, text, n in grouped(VALUED, Answer.option, Answer.number, Answer.text):
        if number is not None or text is not None:
            found[code].values[option, number if number is not None else text] = n
    for code, n in grouped(WORDED, count=sa.func.count(Answer.text)):
        found[code].words = n
    for code, n in grouped(SEVERAL, count=sheets):
        found[code].sheets = n
    for code, sub, n in grouped({Kind.MATRIX_MULTIPLE}, Answer.sub, count=sheets):
        found[code].rows[sub] = n
    return found


def _grouped(
    survey_id: int,
    codes: Sequence[str],
    only: Filter | None,
    *columns: "InstrumentedAttribute[Any]",
    count: "sa.ColumnElement[int] | None" = None,
) -> Iterator[Any]:
    """Rows of (question, columns…, count) of these questions."""
    statement = (
        sa.select(Answer.question, *columns, sa.func.count() if count is None else count)
        .where(Answer.survey_id == survey_id, Answer.question.in_(codes))
        .group_by(Answer.question, *columns)
    )
    if only is not None:
        statement = statement.where(Answer.sheet_id.in_(_let_in(survey_id, only)))
    return (tuple(row) for row in db.session.execute(statement))


def _let_in(survey_id: int, only: Filter) -> "sa.Select[Any]":
    """The ids of the sheets that gave the answer."""
    side, answer = only.side, aliased(Answer)
    conditions = [answer.survey_id == survey_id, answer.question == side.question.code]
    if side.question.kind in NUMERIC:
        conditions.append(answer.number == float(only.answer))
    else:
        sub = PROVINCE if side.question.kind == Kind.PLACE else side.row
        conditions += [answer.sub == sub, answer.option == only.answer]
    return sa.select(answer.sheet_id).where(*conditions)


def names_of_places(counts: Collection[Counts]) -> dict[str, str]:
    """The names of all provinces that were answered."""
    codes = {option for one in counts for sub, option in one.cells if sub == PROVINCE}
    return queries.place_names(codes)


def words_of(
    survey_id: int, questions: Sequence[Question], only: Filter | None = None, *, each: int = SHOWN_WORDS
) -> dict[str, list[str]]:
    """Some texts of every question, beside "other" too, in the order of the random ids of sheets; one statement."""
    codes = [question.code for question in questions if question.kind not in {Kind.DATE, Kind.FILE}]
    place = sa.func.row_number().over(partition_by=Answer.question, order_by=Answer.sheet_id).label("place")
    texts = sa.select(Answer.question, Answer.text, place).where(
        Answer.survey_id == survey_id, Answer.question.in_(codes), Answer.text.is_not(None)
    )
    if only is not None:
        texts = texts.where(Answer.sheet_id.in_(_let_in(survey_id, only)))
    numbered = texts.subquery()
    rows = db.session.execute(sa.select(numbered).where(numbered.c.place <= each).order_by(numbered.c.place))
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row.question, []).append(row.text)
    return found


def pairs_of(survey_id: int, first: Side, second: Side) -> tuple[list[Pair], int]:
    """Which answers came together on one sheet and how often, and how many sheets answered both; two statements."""
    one, other = aliased(Answer), aliased(Answer)
    both = (
        sa.select()
        .select_from(one)
        .join(other, other.sheet_id == one.sheet_id)
        .where(one.survey_id == survey_id, *_answered(one, first), *_answered(other, second))
    )
    kept = (*_kept(one, first), *_kept(other, second))
    rows = db.session.execute(both.add_columns(*kept, sa.func.count()).group_by(*kept))
    base = db.session.scalar(both.add_columns(sa.func.count(one.sheet_id.distinct())))
    return [Pair((row[0], row[1]), (row[2], row[3]), row[4]) for row in rows], base or 0


def _answered(answer: type[Answer], side: Side) -> "tuple[sa.ColumnElement[bool], ...]":
    """Rows of one side that say something."""
    code, kind = answer.question == side.question.code, side.question.kind
    if kind in NUMERIC:
        return code, answer.number.is_not(None)
    if kind == Kind.DATE:
        return code, answer.text.is_not(None)
    if kind == Kind.PLACE:
        return code, answer.sub == PROVINCE
    return code, answer.sub == side.row, answer.option != ""


def _kept(answer: type[Answer], side: Side) -> tuple[Any, Any]:
    """What tells one answer from another: the option and the number, or the day. Words beside "other" do not."""
    return answer.option, answer.text if side.question.kind == Kind.DATE else answer.number
