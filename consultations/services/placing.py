"""Put imported opinions that named no provision on the one that a person says they are about."""

from collections import Counter
from collections.abc import Sequence

import sqlalchemy as sa

from consultations import indexing
from consultations.models import Comment
from consultations.services import tallies
from core.db import db
from moderation.models import ReviewStatus


def place_comments(ids: Sequence[int], *, document_id: int, place: int, provision_id: int | None) -> int:
    """Place those of the comments that are still unplaced; returns how many. Their words as given are kept.

    ``place`` 0 with no provision: they are about the whole draft indeed.
    """
    rows = db.session.execute(
        sa.select(Comment.id, Comment.document_id, Comment.place, Comment.stance, Comment.status)
        .where(Comment.id.in_(ids), Comment.unplaced)
        .order_by(Comment.id)
        .with_for_update()
    ).all()
    amounts: Counter[tallies.Key] = Counter()
    for row in rows:
        amounts[(row.document_id, row.place, row.stance, row.status)] -= 1
        amounts[(document_id, place, row.stance, row.status)] += 1
    tallies.add_in_bulk(amounts)
    db.session.execute(
        sa.update(Comment)
        .where(Comment.id.in_([row.id for row in rows]))
        .values(document_id=document_id, place=place, provision_id=provision_id, unplaced=False)
        .execution_options(synchronize_session=False)
    )
    public = [row.id for row in rows if row.status == ReviewStatus.PUBLISHED]
    if public:
        indexing.reindex_comments(public)
    return len(rows)
