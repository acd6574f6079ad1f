"""Runs of the machine over a consultation: how far the present one is, and what earlier ones found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from consultations.models import Comment, CommentTally, Document
from core import clock
from core.db import db
from moderation.models import LEDGER
from opinions.models import GroupingRun, RunStage

ENDED = (RunStage.DONE, RunStage.FAILED)
SILENCE = timedelta(minutes=5)
"""A run that has not moved for so long waits for a worker."""
_STAGES = (RunStage.READING, RunStage.JOINING, RunStage.KEEPING, RunStage.PROPOSING)


@dataclass(frozen=True)
class Progress:
    """Of the whole run in hundredths, from the share of its stage; ``waits``: nobody has moved it for a while."""

    percent: int
    waits: bool


def find_run(run_id: int) -> GroupingRun | None:
    return db.session.get(GroupingRun, run_id)


def find_unfinished(consultation_id: int) -> GroupingRun | None:
    return db.session.scalar(
        sa.select(GroupingRun)
        .where(GroupingRun.consultation_id == consultation_id, GroupingRun.stage.not_in(ENDED))
        .order_by(GroupingRun.id)
        .limit(1)
    )


def list_runs(consultation_id: int, limit: int = 10) -> Sequence[GroupingRun]:
    """The latest first."""
    return db.session.scalars(
        sa.select(GroupingRun)
        .where(GroupingRun.consultation_id == consultation_id)
        .order_by(GroupingRun.id.desc())
        .limit(limit)
    ).all()


def progress_of(run: GroupingRun) -> Progress:
    if run.stage in ENDED:
        return Progress(100 if run.stage == RunStage.DONE else 0, waits=False)
    share = min(run.done / run.total, 1.0) if run.total else 0.0
    number = _STAGES.index(run.stage)
    return Progress(int(100 * (number + share) / len(_STAGES)), waits=clock.now() - run.moved_at > SILENCE)


def count_received(consultation_id: int) -> int:
    """Opinions of the ledger, from the tallies."""
    return int(
        db.session.scalar(
            sa.select(sa.func.coalesce(sa.func.sum(CommentTally.count), 0))
            .join(Document, Document.id == CommentTally.document_id)
            .where(Document.consultation_id == consultation_id, CommentTally.status.in_(LEDGER))
        )
        or 0
    )


def span_after(consultation_id: int, cursor: int) -> tuple[int, int]:
    """The lowest and the highest id of the ledger's opinions behind ``cursor``; twice the cursor for none."""
    row = db.session.execute(
        sa.select(sa.func.min(Comment.id), sa.func.max(Comment.id)).where(
            Comment.consultation_id == consultation_id, Comment.status.in_(LEDGER), Comment.id > cursor
        )
    ).one()
    return row[0] or cursor, row[1] or cursor
