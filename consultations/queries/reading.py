"""Reads of a published draft as the public sees it: its head, papers and notices, the tree, the counts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from accounts.models import Agency
from consultations import policies
from consultations.models import (
    CommentTally,
    Consultation,
    ConsultationEvent,
    ConsultationState,
    Document,
    DocumentKind,
    EventKind,
    GuestPolicy,
    Stance,
    TickItem,
    Version,
)
from core import clock, slots
from core.db import db
from core.errors import NotFound
from core.files import StoredFile
from legal.nodes import Kind
from moderation.models import ReviewStatus

WHOLE_DRAFT = 0
"""The place of comments that hang on no provision."""

GROUPINGS = frozenset({Kind.PART, Kind.CHAPTER, Kind.SECTION, Kind.SUBSECTION, Kind.ANNEXED, Kind.APPENDIX})
"""Kinds that hold so much below them that their own page names the parts instead of repeating them."""


class Counts(NamedTuple):
    """Published comments of one place, by stance, in the fixed order."""

    support: int = 0
    amend: int = 0
    oppose: int = 0
    ask: int = 0

    @property
    def total(self) -> int:
        return self.support + self.amend + self.oppose + self.ask


NO_COMMENTS = Counts()


@dataclass(slots=True)
class Head:
    """A public consultation with what its pages say about it. Fits ``policies.Window``.

    ``tick_items``: how many things there are to tick, those no longer asked included. ``reported``: agencies reported
    figures (told by the package above, through a slot).
    """

    id: int
    title: str
    summary: str
    agency_id: int
    agency: str
    agency_code: str
    kind: str
    kind_code: str
    state: ConsultationState
    opens_at: datetime
    closes_at: datetime
    short_period_reason: str
    guests: GuestPolicy
    table_published_at: datetime | None
    tick_items: int = 0
    reported: bool = False

    @property
    def phase(self) -> policies.Phase:
        return policies.phase(self, clock.now())

    @property
    def is_open(self) -> bool:
        return policies.is_open(self, clock.now())

    @property
    def days_left(self) -> int:
        return days_left(self.closes_at)


@dataclass(frozen=True, slots=True)
class PublishedDocument:
    """A text under consultation and its latest published version; ``sha256`` is that of the file it was read from.

    ``reason``: what a corrigendum puts right; ``corrected``: what was wrong with a version that has a corrigendum.
    """

    id: int
    title: str
    version_id: int
    number: int
    published_at: datetime
    sha256: str
    latest: int = 0
    reason: str = ""
    corrected: str = ""

    @property
    def is_latest(self) -> bool:
        return self.latest in (0, self.number)


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that befell the consultation, newest first on the page."""

    kind: EventKind
    at: datetime
    reason: str
    closes_before: datetime | None
    closes_after: datetime | None
    version_number: int | None = None
    document: str | None = None


def days_left(closes_at: datetime) -> int:
    """Whole days until the last one, on the calendar of Vietnam; 0 on the last day, below that when it is over."""
    return (clock.local(closes_at).date() - clock.today()).days


def get_head(consultation_id: int) -> Head:
    """A consultation that anybody may read. Raises NotFound for a draft."""
    row = db.session.execute(heads().where(Consultation.id == consultation_id)).one_or_none()
    if row is None:
        raise NotFound
    return Head(**row._mapping)


def heads() -> "sa.Select[*tuple[Any, ...]]":
    return (
        sa.select(
            Consultation.id,
            Consultation.title,
            Consultation.summary,
            Consultation.agency_id,
            Agency.name.label("agency"),
            Agency.code.label("agency_code"),
            DocumentKind.name.label("kind"),
            DocumentKind.code.label("kind_code"),
            Consultation.state,
            Consultation.opens_at,
            Consultation.closes_at,
            Consultation.short_period_reason,
            Consultation.guests,
            Consultation.table_published_at,
            _tick_items().label("tick_items"),
            slots.content("consultation.reported", Consultation.id, default=sa.false()).label("reported"),
        )
        .join(Agency, Agency.id == Consultation.agency_id)
        .join(DocumentKind, DocumentKind.code == Consultation.kind_code)
        .where(Consultation.state != ConsultationState.DRAFT)
    )


def _tick_items() -> "sa.ScalarSelect[int]":
    """How many things one may tick, those no longer asked included."""
    asked = sa.select(sa.func.count()).where(TickItem.consultation_id == Consultation.id)
    return asked.correlate(Consultation).scalar_subquery()


def list_documents(consultation_id: int) -> list[PublishedDocument]:
    """The texts of a consultation in order, each with its latest published version; those without one are left out."""
    latest = latest_numbers().where(Version.document_id == Document.id).correlate(Document).scalar_subquery()
    rows = db.session.execute(
        sa.select(
            Document.id,
            Document.title,
            Version.id.label("version_id"),
            Version.number,
            Version.published_at,
            StoredFile.sha256,
            Version.reason,
        )
        .join(Version, sa.and_(Version.document_id == Document.id, Version.number == latest))
        .join(StoredFile, StoredFile.id == Version.file_id)
        .where(Document.consultation_id == consultation_id)
        .order_by(Document.position, Document.id)
    )
    return [PublishedDocument(**row._mapping) for row in rows]


def get_older(document: PublishedDocument, number: int) -> PublishedDocument:
    """A document in an earlier published version. Raises NotFound when that was never published."""
    later = aliased(Version)
    row = db.session.execute(
        sa.select(
            Version.id,
            Version.number,
            Version.published_at,
            Version.reason,
            StoredFile.sha256,
            later.reason.label("why"),
        )
        .join(StoredFile, StoredFile.id == Version.file_id)
        .outerjoin(
            later,
            sa.and_(
                later.document_id == Version.document_id,
                later.number == Version.number + 1,
                later.published_at.is_not(None),
            ),
        )
        .where(Version.document_id == document.id, Version.number == number, Version.published_at.is_not(None))
    ).one_or_none()
    if row is None:
        raise NotFound
    return PublishedDocument(
        document.id,
        document.title,
        row.id,
        row.number,
        row.published_at,
        row.sha256,
        latest=document.number,
        reason=row.reason,
        corrected=row.why or "",
    )


def latest_numbers() -> "sa.Select[Any]":
    return sa.select(sa.func.max(Version.number)).where(Version.published_at.is_not(None))


def list_notices(consultation_id: int) -> list[Notice]:
    """Extensions, suspensions and the like, newest first; that it was published is no notice."""
    rows = db.session.execute(
        sa.select(
            ConsultationEvent.kind,
            ConsultationEvent.at,
            ConsultationEvent.reason,
            ConsultationEvent.closes_before,
            ConsultationEvent.closes_after,
            ConsultationEvent.version_number,
            Document.title.label("document"),
        )
        .outerjoin(Document, Document.id == ConsultationEvent.document_id)
        .where(ConsultationEvent.consultation_id == consultation_id, ConsultationEvent.kind != EventKind.PUBLISHED)
        .order_by(ConsultationEvent.at.desc(), ConsultationEvent.id.desc())
    )
    return [Notice(**row._mapping) for row in rows]


def public_counts(document_id: int) -> dict[int, Counts]:
    """Published comments of every place of a document that has any, in one statement on the tallies."""
    rows = db.session.execute(
        sa.select(CommentTally.place, *stance_sums())
        .where(CommentTally.document_id == document_id, CommentTally.status == ReviewStatus.PUBLISHED)
        .group_by(CommentTally.place)
    )
    return {place: Counts(*numbers) for place, *numbers in rows if any(numbers)}


def stance_sums() -> "list[sa.ColumnElement[int]]":
    """Four columns: the tallies of each stance added up, in the fixed order."""
    return [
        sa.func.sum(sa.case((CommentTally.stance == stance, CommentTally.count), else_=0)).label(stance.value)
        for stance in Stance
    ]


def place_counts(document_id: int, place: int) -> tuple[Counts, int, int]:
    """Published comments of one place by stance, how many more wait for a moderator, how many were refused."""
    rows = db.session.execute(
        sa.select(CommentTally.stance, CommentTally.status, CommentTally.count.label("n")).where(
            CommentTally.document_id == document_id,
            CommentTally.place == place,
            CommentTally.status.in_((ReviewStatus.PUBLISHED, ReviewStatus.PENDING, ReviewStatus.REFUSED)),
        )
    ).all()
    published = {row.stance.value: row.n for row in rows if row.status == ReviewStatus.PUBLISHED}
    waiting, refused = (
        sum(row.n for row in rows if row.status == status) for status in (ReviewStatus.PENDING, ReviewStatus.REFUSED)
    )
    return Counts(**published), waiting, refused
