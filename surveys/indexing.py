"""What people wrote in surveys as search documents: those let through, of surveys whose results are public."""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from core.db import db
from core.i18n import gettext as _
from core.links import path_to
from moderation.models import ReviewStatus
from search.documents import SearchDocument
from search.registry import ResultCard
from surveys import queries_words
from surveys.models import Survey, WrittenAnswer
from surveys.queries_words import WRITTEN
from surveys.sentences import question_words

BATCH = 500


def written_documents(ids: Sequence[int]) -> list[SearchDocument]:
    """The public ones among these. Their moment is that at which the results became public: nobody's own."""
    rows = db.session.execute(_public().where(WrittenAnswer.id.in_(ids))).all()
    questions = queries_words.questions_of({row.survey_id for row in rows})
    return [
        SearchDocument(
            type=WRITTEN,
            id=row.id,
            consultation_id=row.consultation_id or 0,
            version_id=None,
            lineage_id=questions[row.survey_id, row.question].provision,
            citation="",
            title="",
            body=row.body,
            created_at=row.results_published_at,
            contributor="",
            agency_id=row.agency_id,
        )
        for row in rows
    ]


def written_cards(ids: Sequence[int]) -> dict[int, ResultCard]:
    """What the results page of a search shows of the public ones."""
    rows = db.session.execute(_public().where(WrittenAnswer.id.in_(ids))).all()
    questions = queries_words.questions_of({row.survey_id for row in rows})
    return {
        row.id: ResultCard(
            place=question_words(questions[row.survey_id, row.question]),
            context=row.title,
            url=path_to("surveys.results", survey_id=row.survey_id),
            author=_("Người trả lời khảo sát"),
        )
        for row in rows
    }


def written_batches(above: int = 0) -> Iterator[Sequence[int]]:
    """Ids of the public ones above the one given."""
    last = above
    statement = _public().with_only_columns(WrittenAnswer.id).order_by(WrittenAnswer.id).limit(BATCH)
    while ids := db.session.scalars(statement.where(WrittenAnswer.id > last)).all():
        yield ids
        last = ids[-1]


def _public() -> "sa.Select[*tuple[Any, ...]]":
    return (
        sa.select(
            WrittenAnswer.id,
            WrittenAnswer.survey_id,
            WrittenAnswer.question,
            WrittenAnswer.body,
            Survey.title,
            Survey.consultation_id,
            Survey.agency_id,
            Survey.results_published_at,
        )
        .join(Survey, Survey.id == WrittenAnswer.survey_id)
        .where(WrittenAnswer.status == ReviewStatus.PUBLISHED, Survey.results_published_at.is_not(None))
    )
