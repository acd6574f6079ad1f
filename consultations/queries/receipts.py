"""Reads of what was sent: a submission by its receipt code, and what became of each of its comments."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from accounts import queries as accounts
from accounts.models import Agency
from accounts.policies import Permission
from consultations.models import (
    Attachment,
    Comment,
    Consultation,
    ConsultationState,
    Contributor,
    ContributorKind,
    Provision,
    Stance,
    Submission,
    Verification,
    Version,
    WaitingEdit,
)
from core.db import db
from core.errors import NotFound
from core.files import StoredFile
from moderation.models import ReviewAction, ReviewCase, ReviewLog, ReviewStatus

ASIDE = (ReviewAction.REPORT, ReviewAction.APPEAL, ReviewAction.DECIDE_EDIT)
"""What is logged beside a decision and takes nothing back."""


@dataclass(frozen=True)
class Slip:
    """A submission with who sent it and to which consultation. Fits ``policies.Window``."""

    id: int
    receipt_code: str
    sent_at: datetime
    confirmed_at: datetime | None
    name: str
    public_name: str
    kind: ContributorKind
    verification: Verification
    organisation_checked_at: datetime | None
    person_id: int | None
    consultation_id: int
    title: str
    agency: str
    state: ConsultationState
    opens_at: datetime
    closes_at: datetime
    table_published_at: datetime | None


@dataclass(frozen=True)
class Decided:
    """The decision of a moderator that stands: when, by which rule, with which note."""

    at: datetime
    rule: str | None
    note: str


@dataclass(frozen=True)
class SentComment:
    """A comment as its author sees it. ``base``: the provision's words then; ``decided``: a decision that stands."""

    id: int
    document_id: int
    place: int
    provision_id: int | None
    stance: Stance
    body: str
    proposed_text: str
    status: ReviewStatus
    support_count: int
    created_at: datetime
    edited_at: datetime | None
    published_at: datetime | None
    citation: str
    heading: str
    base: str
    version_number: int | None
    edit_waits: bool
    decided: Decided | None = field(default=None, compare=False)


@dataclass(frozen=True)
class SentLetter:
    """A letter that was sent along."""

    id: int
    name: str
    size: int
    status: ReviewStatus


def get_slip(code: str) -> Slip:
    """By receipt code, as stored. Raises NotFound."""
    row = db.session.execute(
        sa.select(
            Submission.id,
            Submission.receipt_code,
            Submission.sent_at,
            Submission.confirmed_at,
            Contributor.name,
            Contributor.public_name,
            Contributor.kind,
            Contributor.verification,
            Contributor.organisation_checked_at,
            Contributor.person_id,
            Submission.consultation_id,
            Consultation.title,
            Agency.name.label("agency"),
            Consultation.state,
            Consultation.opens_at,
            Consultation.closes_at,
            Consultation.table_published_at,
        )
        .join(Contributor, Contributor.id == Submission.contributor_id)
        .join(Consultation, Consultation.id == Submission.consultation_id)
        .join(Agency, Agency.id == Consultation.agency_id)
        .where(Submission.receipt_code == code)
    ).one_or_none()
    if row is None:
        raise NotFound
    return Slip(**row._mapping)


def exists(code: str) -> bool:
    """Is there a submission with this receipt code?"""
    return bool(db.session.scalar(sa.select(sa.exists().where(Submission.receipt_code == code))))


def _sent_comments() -> Any:
    """A select of everything that ``SentComment`` holds but the decision."""
    columns: Any = (
        sa.select(
            Comment.id,
            Comment.document_id,
            Comment.place,
            Comment.provision_id,
            Comment.stance,
            Comment.body,
            Comment.proposed_text,
            Comment.status,
            Comment.support_count,
            Comment.created_at,
            Comment.edited_at,
            Comment.published_at,
            sa.func.coalesce(Provision.citation, "").label("citation"),
            sa.func.coalesce(Provision.heading, "").label("heading"),
            sa.func.coalesce(Provision.text, "").label("base"),
            Version.number.label("version_number"),
            sa.exists().where(WaitingEdit.comment_id == Comment.id).label("edit_waits"),
        )
        .outerjoin(Provision, Provision.id == Comment.provision_id)
        .outerjoin(Version, Version.id == Provision.version_id)
    )
    return columns


def list_comments(submission_id: int) -> list[SentComment]:
    """The comments of a submission in the order of the document, each with the decision that stands."""
    rows = db.session.execute(
        _sent_comments()
        .where(Comment.submission_id == submission_id)
        .order_by(Comment.document_id, sa.func.coalesce(Provision.position, -1), Comment.id)
    ).all()
    decided = standing_decisions("comment", [row.id for row in rows])
    return [SentComment(**row._mapping, decided=decided.get(row.id)) for row in rows]


def list_letters(submission_id: int) -> list[SentLetter]:
    """The letters of a submission."""
    rows = db.session.execute(
        sa.select(Attachment.id, StoredFile.name, StoredFile.size, Attachment.status)
        .join(StoredFile, StoredFile.id == Attachment.file_id)
        .where(Attachment.submission_id == submission_id)
        .order_by(Attachment.id)
    )
    return [SentLetter(**row._mapping) for row in rows]


def get_letter_under_review(person_id: int, attachment_id: int) -> StoredFile:
    """The file of a letter, for a moderator of its agency. Raises NotFound for anybody else's."""
    stored = db.session.scalar(
        sa.select(StoredFile)
        .join(Attachment, Attachment.file_id == StoredFile.id)
        .join(Submission, Submission.id == Attachment.submission_id)
        .join(Consultation, Consultation.id == Submission.consultation_id)
        .where(
            Attachment.id == attachment_id,
            Consultation.agency_id.in_(accounts.agencies_within(person_id, Permission.MODERATE)),
        )
    )
    if stored is None:
        raise NotFound
    return stored


def standing_decisions(subject_type: str, ids: Sequence[int]) -> dict[int, Decided]:
    """The last decision of a moderator on each subject, where nothing has changed it since. One statement."""
    if not ids:
        return {}
    rows = db.session.execute(
        sa.select(ReviewCase.subject_id, ReviewLog.at, ReviewLog.action, ReviewLog.rule, ReviewLog.note)
        .join(ReviewLog, ReviewLog.case_id == ReviewCase.id)
        .where(ReviewCase.subject_type == subject_type, ReviewCase.subject_id.in_(ids))
        .order_by(ReviewLog.id)
    )
    standing: dict[int, Decided] = {}
    for row in rows:
        if row.action == ReviewAction.DECIDE:
            standing[row.subject_id] = Decided(row.at, row.rule, row.note)
        elif row.action not in ASIDE:
            standing.pop(row.subject_id, None)
    return standing
