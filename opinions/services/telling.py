"""Tell authors that the agency has answered: one message a submission."""

from collections.abc import Sequence

import sqlalchemy as sa

from consultations.models import Comment, Consultation, Contributor, Submission, Verification
from core.db import db
from core.i18n import gettext as _
from core.links import path_to
from notifications.services import notify


def tell(comment_ids: Sequence[int]) -> None:
    """Write to the authors of these comments: on their page, and to their confirmed address."""
    rows = db.session.execute(
        sa.select(
            Submission.receipt_code,
            Consultation.title,
            Contributor.person_id,
            Contributor.email,
            Contributor.verification,
        )
        .join(Contributor, Contributor.id == Submission.contributor_id)
        .join(Consultation, Consultation.id == Submission.consultation_id)
        .where(Submission.id.in_(sa.select(Comment.submission_id).where(Comment.id.in_(comment_ids))))
        .order_by(Submission.id)
    ).all()
    for row in rows:
        notify(
            person_id=row.person_id,
            email=row.email if row.verification == Verification.GUEST_CONFIRMED else None,
            subject=_("Cơ quan soạn thảo đã trả lời ý kiến của bạn"),
            template="opinion_answered",
            path=path_to("consultations.receipt", code=row.receipt_code),
            title=row.title,
        )
