"""What consultations hold of a person: handed out on their request, and made nobody's when their account is erased.

Law 91/2025/QH15: an opinion in a dossier stays, without the person. The name of an organisation is no personal data.
"""

from typing import Any

import sqlalchemy as sa

from accounts.registry import PersonalData
from consultations.indexing import reindex_comments
from consultations.models import Comment, Contributor, ContributorKind, Reply, Submission, SubmissionDraft
from consultations.services import drafts
from consultations.services.ticks import erase_words, export_ticks
from core.db import db
from core.i18n import gettext as _
from moderation.events import name_replaced


def export_contributions(person_id: int) -> list[dict[str, Any]]:
    """Every comment of a person with the submission it was sent in, oldest first, ready for JSON."""
    rows = db.session.execute(
        sa.select(Submission, Contributor, Comment)
        .join(Contributor, Submission.contributor_id == Contributor.id)
        .join(Comment, Comment.submission_id == Submission.id)
        .where(Contributor.person_id == person_id)
        .order_by(Submission.id, Comment.id)
    )
    return [
        {
            "receipt_code": submission.receipt_code,
            "sent_at": submission.sent_at.isoformat(timespec="seconds"),
            "consent_version": submission.consent_version,
            "name": contributor.name,
            "public_name": contributor.public_name,
            "email": contributor.email,
            "stance": comment.stance.value,
            "body": comment.body,
            "proposed_text": comment.proposed_text,
            "status": comment.status.value,
        }
        for submission, contributor, comment in rows
    ]


def erase_contributor(person_id: int) -> None:
    """Take the person's names and address out of what they sent; forget what they never sent.

    The rows go on pointing at the account, which holds nobody any more: distinct people are still counted right.
    """
    nobody = _("Người góp ý đã xóa tài khoản")
    own = Contributor.person_id == person_id
    individual = sa.and_(own, Contributor.kind == ContributorKind.INDIVIDUAL)
    comments = db.session.scalars(
        sa.select(Comment.id).join(Contributor, Comment.contributor_id == Contributor.id).where(individual)
    ).all()
    db.session.execute(sa.update(Contributor).where(individual).values(name=nobody, public_name=nobody))
    db.session.execute(sa.update(Contributor).where(own).values(email=None))
    db.session.execute(sa.update(Reply).where(Reply.person_id == person_id).values(public_name=nobody))
    own_drafts = sa.select(SubmissionDraft.id).where(SubmissionDraft.person_id == person_id)
    drafts.discard(db.session.scalars(own_drafts).all())
    reindex_comments(comments)


@name_replaced.connect
def replace_name(person_id: int, *, old: str, new: str) -> None:
    """Moderators took a public name away, or gave it back: what was sent under it says the other one."""
    named = sa.and_(Contributor.person_id == person_id, Contributor.public_name == old)
    comments = db.session.scalars(
        sa.select(Comment.id).join(Contributor, Comment.contributor_id == Contributor.id).where(named)
    ).all()
    db.session.execute(sa.update(Contributor).where(named).values(public_name=new))
    db.session.execute(
        sa.update(Reply).where(Reply.person_id == person_id, Reply.public_name == old).values(public_name=new)
    )
    reindex_comments(comments)


PERSONAL_DATA = PersonalData("contributions", export_contributions, erase_contributor)
TICKS = PersonalData("ticks", export_ticks, erase_words)
