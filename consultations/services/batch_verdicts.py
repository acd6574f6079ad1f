"""What moderators decide about a batch: one decision and one entry in the log, carried to its opinions by the worker.

An opinion of the batch that has a case of its own was singled out: its own decision stands.
"""

from collections import Counter

import sqlalchemy as sa

from accounts.models import Person
from consultations import indexing
from consultations.events import Change, comments_left
from consultations.models import Batch, BatchState, Comment
from consultations.registry import BATCH, COMMENT
from consultations.services import batches, tallies
from core import clock, outbox
from core.db import db
from core.errors import NotFound
from moderation import queries as moderation_queries
from moderation import services as moderation
from moderation.models import LEDGER, ReviewAction, ReviewCase, ReviewStatus
from moderation.registry import Verdict

TOPIC = "consultations.batch"
AT_ONCE = 2000


def apply_batch_verdict(batch_id: int, verdict: Verdict) -> None:
    """The batch has its status at once; its opinions get it from the worker. Called by moderation only."""
    batch = db.session.get_one(Batch, batch_id, populate_existing=True)
    batch.status = verdict.after
    db.session.flush()
    outbox.enqueue(TOPIC, {"batch_id": batch_id, "after": 0})


def take_back(batch: Batch, *, by: Person | None) -> None:
    """Cancel a batch: nothing more is read; what was imported leaves the ledger, kept and marked as withdrawn."""
    batch.state, batch.moved_at = BatchState.CANCELLED, clock.now()
    db.session.flush()
    if batch.rows_taken == 0:
        return
    try:
        case = moderation_queries.get_case_of(BATCH, batch.id)
    except NotFound:
        case = batches.open_case(batch)
    moderation.change_status(case, ReviewStatus.WITHDRAWN, action=ReviewAction.WITHDRAW, actor=by)


def carry_on(batch_id: int, after: int) -> int | None:
    """Give the next opinions behind row ``after`` the status of their batch; returns the last row, None at the end.

    Repeating it changes nothing: what has the status already is left alone.
    """
    to = db.session.scalars(sa.select(Batch.status).where(Batch.id == batch_id)).one()
    own_case = sa.exists().where(ReviewCase.subject_type == COMMENT, ReviewCase.subject_id == Comment.id)
    rows = db.session.execute(
        sa.select(Comment.id, Comment.batch_row, Comment.document_id, Comment.place, Comment.stance, Comment.status)
        .where(Comment.batch_id == batch_id, Comment.batch_row > after, Comment.status != to, ~own_case)
        .order_by(Comment.batch_row)
        .limit(AT_ONCE)
        .with_for_update(of=Comment)
    ).all()
    if not rows:
        return None
    amounts: Counter[tallies.Key] = Counter()
    for row in rows:
        amounts[(row.document_id, row.place, row.stance, row.status)] -= 1
        amounts[(row.document_id, row.place, row.stance, to)] += 1
    tallies.add_in_bulk(amounts)
    ids = [row.id for row in rows]
    _set_status(ids, to)
    if to == ReviewStatus.PUBLISHED or any(row.status == ReviewStatus.PUBLISHED for row in rows):
        indexing.reindex_comments(ids)
    left = [row.id for row in rows if row.status in LEDGER]
    if to not in LEDGER and left:
        comments_left.send(left, change=Change.WITHDRAWN if to == ReviewStatus.WITHDRAWN else Change.REFUSED)
    return int(rows[-1].batch_row)


def _set_status(ids: list[int], to: ReviewStatus) -> None:
    values: dict[str, object] = {"status": to}
    if to == ReviewStatus.PUBLISHED:
        values["published_at"] = sa.func.coalesce(Comment.published_at, sa.bindparam("now", clock.now()))
    db.session.execute(
        sa.update(Comment).where(Comment.id.in_(ids)).values(values).execution_options(synchronize_session=False)
    )
