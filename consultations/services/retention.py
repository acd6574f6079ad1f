"""What was written and never sent is personal data that serves nobody once it can't be sent: it goes.

Source: Law 91/2025/QH15: personal data are kept no longer than their purpose needs.
"""

from datetime import timedelta

import sqlalchemy as sa

from consultations.models import Consultation, SubmissionDraft
from consultations.services import drafts
from core import clock, outbox
from core.db import db
from core.settings import setting

TOPIC = "consultations.forget_drafts"
AT_ONCE = 200


def ask_to_forget() -> None:
    """Leave it to the worker, if there is anything to forget."""
    if db.session.scalar(_due().limit(1)) is not None:
        outbox.enqueue(TOPIC, {})


def forget_drafts() -> bool:
    """Take some away; whether there may be more."""
    due = _due().order_by(SubmissionDraft.id).limit(AT_ONCE)
    ids = db.session.scalars(due.with_for_update(of=SubmissionDraft, skip_locked=True)).all()  # none that is written in
    drafts.discard(ids)
    return len(ids) == AT_ONCE


def _due() -> sa.Select[int]:
    """After the last word, and not before the window has closed."""
    now, kept = clock.now(), timedelta(days=setting("KEEP_UNSENT_DAYS"))
    return (
        sa.select(SubmissionDraft.id)
        .join(Consultation, Consultation.id == SubmissionDraft.consultation_id)
        .where(
            SubmissionDraft.submission_id.is_(None),
            SubmissionDraft.updated_at < now - kept,
            Consultation.closes_at < now,
        )
    )
