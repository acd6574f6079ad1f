"""Reads of unsent submissions: only ever one's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from consultations.models import (
    Consultation,
    DraftAttachment,
    DraftComment,
    Provision,
    Stance,
    Submission,
    SubmissionDraft,
    Version,
)
from core import clock
from core.db import db
from core.files import StoredFile

JUST_SENT = timedelta(minutes=10)
"""How long a browser without a sign-in still knows what it sent: machines are shared."""


@dataclass(frozen=True)
class Owner:
    """Whose unsent submission: the browser that holds the token, and the person signed in on it.

    What a person wrote while signed in is found by that person alone, on any device; what a guest wrote is found by the
    token of their browser, and becomes the person's when they sign in there.
    """

    token_hash: str | None
    person_id: int | None

    @property
    def condition(self) -> "sa.ColumnElement[bool]":
        """Which drafts are theirs."""
        guest = sa.and_(SubmissionDraft.token_hash == self.token_hash, SubmissionDraft.person_id.is_(None))
        own = SubmissionDraft.person_id == self.person_id
        mine = [part for part, key in ((guest, self.token_hash), (own, self.person_id)) if key is not None]
        return sa.or_(sa.false(), *mine)


@dataclass(frozen=True)
class DraftLine:
    """One unsent comment with the provision it is about; the whole draft has no provision."""

    id: int
    document_id: int
    place: int
    stance: Stance
    body: str
    proposed_text: str
    updated_at: datetime
    citation: str
    heading: str
    base: str
    version_number: int | None


@dataclass(frozen=True)
class DraftLetter:
    """A letter that waits with an unsent submission."""

    id: int
    name: str
    size: int


@dataclass(frozen=True)
class Unsent:
    """Everything kept for one submission. ``ids``: its rows; more than one means that they are still to be gathered."""

    ids: Sequence[int]
    foreign: bool
    lines: Sequence[DraftLine]
    letters: Sequence[DraftLetter]

    @property
    def id(self) -> int | None:
        return self.ids[0] if self.ids else None

    @property
    def scattered(self) -> bool:
        """Is there more than one, or one that the person signed in has not taken over yet?"""
        return self.foreign or len(self.ids) > 1

    def at(self, document_id: int, place: int) -> DraftLine | None:
        """What was written about a place."""
        return next((line for line in self.lines if (line.document_id, line.place) == (document_id, place)), None)


def load(owner: Owner, consultation_id: int) -> Unsent:
    """What is kept, in the order of the document (the whole draft first)."""
    rows = db.session.execute(
        sa.select(SubmissionDraft.id, SubmissionDraft.person_id)
        .where(
            owner.condition,
            SubmissionDraft.consultation_id == consultation_id,
            SubmissionDraft.submission_id.is_(None),
        )
        .order_by(SubmissionDraft.id)
    ).all()
    if not rows:
        return Unsent((), False, (), ())
    ids = [row.id for row in rows]
    foreign = any(row.person_id != owner.person_id for row in rows)
    return Unsent(ids, foreign, _lines(ids), _letters(ids))


def count_unsent(owner: Owner, consultation_id: int) -> int:
    """How many comments the owner has kept and not sent."""
    counted = (
        sa.select(sa.func.count())
        .select_from(DraftComment)
        .join(SubmissionDraft, SubmissionDraft.id == DraftComment.draft_id)
        .where(
            owner.condition,
            SubmissionDraft.consultation_id == consultation_id,
            SubmissionDraft.submission_id.is_(None),
        )
    )
    return db.session.scalar(counted) or 0


def find_sent(owner: Owner, draft_id: int) -> Submission | None:
    """What one of the owner's drafts became when it was sent."""
    return db.session.scalar(
        sa.select(Submission)
        .join(SubmissionDraft, SubmissionDraft.submission_id == Submission.id)
        .where(SubmissionDraft.id == draft_id, owner.condition)
    )


def find_just_sent(owner: Owner, consultation_id: int) -> str | None:
    """The receipt code of what was sent a moment ago: for somebody who lost the answer on the way."""
    return db.session.scalar(
        sa.select(Submission.receipt_code)
        .join(SubmissionDraft, SubmissionDraft.submission_id == Submission.id)
        .where(
            owner.condition,
            SubmissionDraft.consultation_id == consultation_id,
            Submission.sent_at > clock.now() - JUST_SENT,
        )
        .order_by(Submission.id.desc())
        .limit(1)
    )


@dataclass(frozen=True)
class Waiting:
    """An unsent submission in the list of what waits to be sent."""

    consultation_id: int
    title: str
    comments: int
    updated_at: datetime


def list_waiting(owner: Owner) -> list[Waiting]:
    """The owner's unsent submissions that hold comments, the latest first; scattered ones are added up."""
    rows = db.session.execute(
        sa.select(
            SubmissionDraft.consultation_id,
            Consultation.title,
            sa.func.count().label("comments"),
            sa.func.max(DraftComment.updated_at).label("updated_at"),
        )
        .join(DraftComment, DraftComment.draft_id == SubmissionDraft.id)
        .join(Consultation, Consultation.id == SubmissionDraft.consultation_id)
        .where(owner.condition, SubmissionDraft.submission_id.is_(None))
        .group_by(SubmissionDraft.consultation_id, Consultation.title)
        .order_by(sa.desc("updated_at"))
    )
    return [Waiting(**row._mapping) for row in rows]


def consultations_with_guest_drafts(token_hash: str) -> list[int]:
    """Consultations in which this browser holds an unsent submission that is nobody's yet."""
    return list(
        db.session.scalars(
            sa.select(SubmissionDraft.consultation_id)
            .where(Owner(token_hash, None).condition, SubmissionDraft.submission_id.is_(None))
            .distinct()
        )
    )


def _lines(draft_ids: Sequence[int]) -> list[DraftLine]:
    rows = db.session.execute(
        sa.select(
            DraftComment.id,
            DraftComment.document_id,
            DraftComment.place,
            DraftComment.stance,
            DraftComment.body,
            DraftComment.proposed_text,
            DraftComment.updated_at,
            sa.func.coalesce(Provision.citation, "").label("citation"),
            sa.func.coalesce(Provision.heading, "").label("heading"),
            sa.func.coalesce(Provision.text, "").label("base"),
            Version.number.label("version_number"),
        )
        .outerjoin(Provision, Provision.id == DraftComment.provision_id)
        .outerjoin(Version, Version.id == Provision.version_id)
        .where(DraftComment.draft_id.in_(draft_ids))
        .order_by(DraftComment.document_id, sa.func.coalesce(Provision.position, -1), DraftComment.id)
    )
    return [DraftLine(**row._mapping) for row in rows]


def _letters(draft_ids: Sequence[int]) -> list[DraftLetter]:
    rows = db.session.execute(
        sa.select(DraftAttachment.id, StoredFile.name, StoredFile.size)
        .join(StoredFile, StoredFile.id == DraftAttachment.file_id)
        .where(DraftAttachment.draft_id.in_(draft_ids))
        .order_by(DraftAttachment.id)
    )
    return [DraftLetter(**row._mapping) for row in rows]
