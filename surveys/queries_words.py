"""What people wrote in surveys: what moderators let through for everybody, all of a question for its drafters."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from core.db import db
from moderation.models import ReviewStatus
from surveys.definition.documents import from_json
from surveys.definition.shape import Question
from surveys.models import Answer, SurveyVersion, WrittenAnswer
from surveys.results.figures import all_questions

WRITTEN = "survey_text"
"""The name of a written answer in the queue and in the index."""
SHOWN = 20
MOST_READ = 2_000
"""Texts of a question that are grouped at once."""


@dataclass(frozen=True)
class Texts:
    """Texts of one question: those read, and how many there are."""

    read: tuple[str, ...]
    total: int


def questions_of(survey_ids: Collection[int]) -> dict[tuple[int, str], Question]:
    """Every question of published versions, by survey and code, as the newest version asks it; one statement."""
    rows = db.session.execute(
        sa.select(SurveyVersion.survey_id, SurveyVersion.definition)
        .where(SurveyVersion.survey_id.in_(survey_ids), SurveyVersion.published_at.is_not(None))
        .order_by(SurveyVersion.number.desc())
    )
    found: dict[int, list[dict[str, object]]] = {}
    for row in rows:
        found.setdefault(row.survey_id, []).append(row.definition)
    return {
        (survey_id, question.code): question
        for survey_id, definitions in found.items()
        for question in all_questions(map(from_json, definitions))
    }


def published_words(survey_id: int, *, each: int = SHOWN) -> dict[str, list[str]]:
    """Words that moderators let through, by question, some of each in the order of the words: it tells no time."""
    place = sa.func.row_number().over(partition_by=WrittenAnswer.question, order_by=WrittenAnswer.body).label("place")
    numbered = (
        sa.select(WrittenAnswer.question, WrittenAnswer.body, place)
        .where(WrittenAnswer.survey_id == survey_id, WrittenAnswer.status == ReviewStatus.PUBLISHED)
        .subquery()
    )
    rows = db.session.execute(sa.select(numbered).where(numbered.c.place <= each).order_by(numbered.c.place))
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row.question, []).append(row.body)
    return found


def count_awaiting(survey_id: int) -> int:
    """Words that wait for a moderator."""
    waiting = sa.and_(WrittenAnswer.survey_id == survey_id, WrittenAnswer.status == ReviewStatus.PENDING)
    return db.session.scalar(sa.select(sa.func.count()).select_from(WrittenAnswer).where(waiting)) or 0


def texts_of(survey_id: int, question: str) -> Texts:
    """What was written to a question, in the order of the random ids of sheets."""
    written = sa.select(Answer.text).where(
        Answer.survey_id == survey_id, Answer.question == question, Answer.text.is_not(None)
    )
    texts: Sequence[str | None] = db.session.scalars(written.order_by(Answer.sheet_id).limit(MOST_READ)).all()
    total = len(texts)
    if total == MOST_READ:
        total = db.session.scalar(written.with_only_columns(sa.func.count())) or 0
    return Texts(tuple(text for text in texts if text), total)
