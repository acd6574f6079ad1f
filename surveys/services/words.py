"""What people write in surveys: put before the moderators, published, masked and taken out of search like comments.

Only of surveys that say so before the first question. The rows come in an order drawn for each opening of the box, and
have no author.
"""

import random
from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from core.db import db
from moderation.analysis import masked
from moderation.models import ReviewStatus
from moderation.registry import Verdict
from moderation.services import cases
from search import services as search
from surveys.definition.shape import Definition, Kind
from surveys.models import Survey, WrittenAnswer
from surveys.registry import WRITTEN

UNWRITTEN = frozenset({Kind.DATE, Kind.FILE})
"""Kinds whose stored text nobody wrote as words."""
_drawn = random.SystemRandom()


def put_forward(survey: Survey, texts: Iterable[tuple[str, str]], definitions: Iterable[Definition]) -> None:
    """Texts as (question, words) of sheets that are counted now; what is not words is left out."""
    if not survey.publishes_words:
        return
    questions = {question.code: question for definition in definitions for question in definition.questions}
    found = [(code, text) for code, text in texts if questions[code].kind not in UNWRITTEN]
    _drawn.shuffle(found)
    written = [
        WrittenAnswer(survey_id=survey.id, question=code, body=text, status=ReviewStatus.PENDING)
        for code, text in found
    ]
    db.session.add_all(written)
    db.session.flush()
    if written:
        cases.open_cases(
            WRITTEN,
            [cases.NewCase(one.id, questions[one.question].provision, one.body) for one in written],
            agency_id=survey.agency_id,
            context_id=survey.consultation_id or 0,
            status=ReviewStatus.PENDING,
            actor_id=None,
        )


def apply_verdict(written_id: int, verdict: Verdict) -> None:
    """Carry a change of status to the words. Called by moderation only."""
    written = db.session.get_one(WrittenAnswer, written_id, populate_existing=True)
    written.status = verdict.after
    db.session.flush()
    search.request_indexing(WRITTEN, [written.id])


def mask(written_id: int) -> None:
    """Take what looks like personal data out. By moderation only; the answer in the sheet keeps it, for the desk."""
    written = db.session.get_one(WrittenAnswer, written_id, populate_existing=True)
    written.body = masked(written.body)
    db.session.flush()


def index_again(survey_id: int) -> None:
    """The results have become public, or are no longer: so have the words that were let through."""
    statement = sa.select(WrittenAnswer.id).where(
        WrittenAnswer.survey_id == survey_id, WrittenAnswer.status == ReviewStatus.PUBLISHED
    )
    ids: Sequence[int] = db.session.scalars(statement).all()
    search.request_indexing(WRITTEN, ids)


VERDICTS = {WRITTEN: apply_verdict}
MASKS = {WRITTEN: mask}
