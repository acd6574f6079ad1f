"""Reads of one's own comments: everything is loaded through the person, so another's is not found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from consultations.models import (
    Comment,
    CommentRevision,
    Consultation,
    Contributor,
    Provision,
    Stance,
    Submission,
    Version,
    WaitingEdit,
)
from core.db import db
from core.errors import NotFound
from core.pagination import Page, paginate
from moderation.models import ReviewStatus

PAGE_SIZE = 20


@dataclass(frozen=True)
class MyComment:
    """One of my comments in the list, with the submission it was sent in."""

    id: int
    stance: Stance
    body: str
    proposed_text: str
    status: ReviewStatus
    created_at: datetime
    edited_at: datetime | None
    place: int
    provision_id: int | None
    citation: str
    submission_id: int
    receipt_code: str
    sent_at: datetime
    consultation_id: int
    title: str
    table_published_at: datetime | None


@dataclass(frozen=True)
class MySubmission:
    """Consecutive comments of the list that were sent at once."""

    receipt_code: str
    sent_at: datetime
    consultation_id: int
    title: str
    comments: Sequence[MyComment]


@dataclass(frozen=True)
class Own:
    """A comment of mine with the provision it is about."""

    comment: Comment
    consultation: Consultation
    receipt_code: str
    citation: str
    base: str
    version_number: int | None
    edit: WaitingEdit | None


def list_mine(person_id: int, *, cursor: str | None) -> Page[MySubmission]:
    """My comments, newest first, those sent at once together; PAGE_SIZE comments a page."""
    statement = (
        sa.select(
            Comment.id,
            Comment.stance,
            Comment.body,
            Comment.proposed_text,
            Comment.status,
            Comment.created_at,
            Comment.edited_at,
            Comment.place,
            Comment.provision_id,
            sa.func.coalesce(Provision.citation, "").label("citation"),
            Comment.submission_id,
            Submission.receipt_code,
            Submission.sent_at,
            Comment.consultation_id,
            Consultation.title,
            Consultation.table_published_at,
        )
        .join(Contributor, Contributor.id == Comment.contributor_id)
        .join(Submission, Submission.id == Comment.submission_id)
        .join(Consultation, Consultation.id == Comment.consultation_id)
        .outerjoin(Provision, Provision.id == Comment.provision_id)
        .where(Contributor.person_id == person_id)
    )
    page = paginate(statement, [(Comment.id, "id", True)], cursor=cursor, size=PAGE_SIZE)
    return Page(_by_submission([MyComment(**row._mapping) for row in page.items]), page.next_cursor, page.prev_cursor)


def get_mine(person_id: int, comment_id: int) -> Own:
    """A comment of this person. Raises NotFound for anybody else's."""
    row = db.session.execute(
        sa.select(
            Comment,
            Consultation,
            Submission.receipt_code,
            sa.func.coalesce(Provision.citation, "").label("citation"),
            sa.func.coalesce(Provision.text, "").label("base"),
            Version.number.label("version_number"),
            WaitingEdit,
        )
        .join(Contributor, Contributor.id == Comment.contributor_id)
        .join(Submission, Submission.id == Comment.submission_id)
        .join(Consultation, Consultation.id == Comment.consultation_id)
        .outerjoin(Provision, Provision.id == Comment.provision_id)
        .outerjoin(Version, Version.id == Provision.version_id)
        .outerjoin(WaitingEdit, WaitingEdit.comment_id == Comment.id)
        .where(Comment.id == comment_id, Contributor.person_id == person_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return Own(
        row.Comment, row.Consultation, row.receipt_code, row.citation, row.base, row.version_number, row.WaitingEdit
    )


def list_revisions(comment_id: int) -> list[CommentRevision]:
    """What a comment said before, the latest first."""
    return list(
        db.session.scalars(
            sa.select(CommentRevision)
            .where(CommentRevision.comment_id == comment_id)
            .order_by(CommentRevision.id.desc())
        )
    )


def _by_submission(comments: Sequence[MyComment]) -> list[MySubmission]:
    grouped: dict[int, list[MyComment]] = {}
    for comment in comments:
        grouped.setdefault(comment.submission_id, []).append(comment)
    return [
        MySubmission(
            receipt_code=first.receipt_code,
            sent_at=first.sent_at,
            consultation_id=first.consultation_id,
            title=first.title,
            comments=tuple(reversed([first, *rest])),
        )
        for first, *rest in grouped.values()
    ]
