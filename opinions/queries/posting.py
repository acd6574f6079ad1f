"""What was posted: which version was before the public from when to when, and how many opinions came meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from consultations.models import Comment, Consultation, Document, Version
from core.db import db
from core.files import StoredFile
from moderation.models import LEDGER


@dataclass(frozen=True, slots=True)
class Posting:
    """A published version. ``until``: when the next one took its place, None while it is the newest.

    ``opinions``: those of the ledger that were received while it was the newest, whichever way they came.
    """

    version_id: int
    document_id: int
    document: str
    number: int
    since: datetime
    until: datetime | None
    file_name: str
    sha256: str
    size: int
    opinions: int


def list_postings(consultation_id: int) -> Sequence[Posting]:
    """Every published version of every document, in order; one statement."""
    later = aliased(Version)
    until = (
        sa.select(sa.func.min(later.published_at))
        .where(later.document_id == Version.document_id, later.number > Version.number)
        .correlate(Version)
        .scalar_subquery()
    )
    rows = db.session.execute(
        sa.select(
            Version.id.label("version_id"),
            Document.id.label("document_id"),
            Document.title.label("document"),
            Version.number,
            Version.published_at.label("since"),
            until.label("until"),
            StoredFile.name.label("file_name"),
            StoredFile.sha256,
            StoredFile.size,
            _received(until).label("opinions"),
        )
        .join(Document, Document.id == Version.document_id)
        .join(Consultation, Consultation.id == Document.consultation_id)
        .join(StoredFile, StoredFile.id == Version.file_id)
        .where(Consultation.id == consultation_id, Version.published_at.is_not(None))
        .order_by(Document.position, Document.id, Version.number)
    )
    return [Posting(**row._mapping) for row in rows]


def _first() -> "sa.ScalarSelect[int]":
    """The number of the first published version of the same document: what came by letter before it counts there."""
    other = aliased(Version)
    return (
        sa.select(sa.func.min(other.number))
        .where(other.document_id == Version.document_id, other.published_at.is_not(None))
        .correlate(Version)
        .scalar_subquery()
    )


def _received(until: "sa.ScalarSelect[datetime | None]") -> "sa.ScalarSelect[int]":
    """How many opinions came while a version was the newest."""
    first = Version.number == _first()
    return (
        sa.select(sa.func.count())
        .where(
            Comment.document_id == Version.document_id,
            Comment.status.in_(LEDGER),
            sa.or_(first, Comment.created_at >= Version.published_at),
            sa.or_(until.is_(None), Comment.created_at < until),
        )
        .correlate(Version)
        .scalar_subquery()
    )
