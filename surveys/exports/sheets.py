"""The sheets of a survey, read a thousand at a time in the order of their random ids."""

import itertools
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from operator import itemgetter

import sqlalchemy as sa

from core.db import db
from surveys.engine.rows import AnswerRow
from surveys.models import Answer, AnswerSheet, SheetChannel, SurveyVersion

AT_ONCE = 1_000


@dataclass(frozen=True)
class Sheet:
    """One sheet with its rows. ``version``: the number of the version that was asked."""

    id: uuid.UUID
    version: int
    channel: str
    rows: list[AnswerRow]


def sheets_of(survey_id: int) -> Iterator[Sheet]:
    """Every sheet that counts, once; two statements for each thousand."""
    last: uuid.UUID | None = None
    while True:
        heads = _heads(survey_id, last)
        rows = _rows([head[0] for head in heads])
        for number, version, channel in heads:
            yield Sheet(number, version, channel.value, rows.get(number, []))
        if len(heads) < AT_ONCE:
            return
        last = heads[-1][0]


def _heads(survey_id: int, after: uuid.UUID | None) -> list[tuple[uuid.UUID, int, SheetChannel]]:
    statement = (
        sa.select(AnswerSheet.id, SurveyVersion.number, AnswerSheet.channel)
        .join(SurveyVersion, SurveyVersion.id == AnswerSheet.version_id)
        .where(AnswerSheet.survey_id == survey_id)
        .order_by(AnswerSheet.id)
        .limit(AT_ONCE)
    )
    if after is not None:
        statement = statement.where(AnswerSheet.id > after)
    return [(row[0], row[1], row[2]) for row in db.session.execute(statement)]


def _rows(sheet_ids: list[uuid.UUID]) -> dict[uuid.UUID, list[AnswerRow]]:
    rows = db.session.execute(
        sa.select(Answer.sheet_id, Answer.question, Answer.sub, Answer.option, Answer.number, Answer.text)
        .where(Answer.sheet_id.in_(sheet_ids))
        .order_by(Answer.sheet_id)
    )
    grouped = itertools.groupby(rows, key=itemgetter(0))
    return {number: [AnswerRow(*row[1:]) for row in group] for number, group in grouped}
