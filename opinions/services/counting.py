"""Count the distinct texts and people of consultations with very many opinions, for pages that can't wait for it."""

from datetime import timedelta

import sqlalchemy as sa

from consultations.models import CommentTally, Document
from core import clock, outbox
from core.db import db, transaction
from moderation.models import LEDGER
from opinions.models import CountedFigures
from opinions.queries import breakdown, counted

TOPIC = "opinions.count"
REST = timedelta(minutes=5)
"""Between two countings while opinions come in."""
AGED = timedelta(days=1)
"""After so long it is counted anew even if as many opinions are there: some may have been edited."""


def watch() -> None:
    """Leave to the worker what ought to be counted again."""
    now = clock.now()
    stale = [
        row.consultation_id
        for row in counted.list_large()
        if row.counted_at is None
        or (row.counted != row.received and now - row.counted_at > REST)
        or now - row.counted_at > AGED
    ]
    db.session.rollback()
    if stale:
        with transaction():
            for consultation_id in stale:
                outbox.enqueue(TOPIC, {"consultation_id": consultation_id})


def count(consultation_id: int) -> None:
    """Count, which takes seconds and holds no lock, and keep what was found."""
    began = clock.now()
    last = db.session.scalar(
        sa.select(CountedFigures.counted_at).where(CountedFigures.consultation_id == consultation_id)
    )
    if last is not None and began - last < REST:  # asked for twice
        return
    received = db.session.scalar(
        sa.select(sa.func.sum(CommentTally.count))
        .join(Document, Document.id == CommentTally.document_id)
        .where(Document.consultation_id == consultation_id, CommentTally.status.in_(LEDGER))
    )
    found, apart = counted.count(consultation_id), breakdown.count(consultation_id)
    db.session.rollback()
    with transaction():
        db.session.merge(
            CountedFigures(
                consultation_id=consultation_id,
                received=received or 0,
                texts=found.texts,
                people=found.people,
                verified=found.verified,
                places={f"{document}:{place}": list(two) for (document, place), two in found.places.items()},
                apart=apart.as_json(),
                counted_at=began,
            )
        )
