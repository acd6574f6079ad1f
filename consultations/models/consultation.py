"""The consultation: who asks, about what, from when to when, and what happened to it on the way."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Agency
from core.db import Base, UtcDateTime, str_enum
from core.files import StoredFile


class ConsultationState(enum.StrEnum):
    """``published`` covers before, during and after the window: see ``policies.phase``."""

    DRAFT = "draft"
    PUBLISHED = "published"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"


class GuestPolicy(enum.StrEnum):
    """Who may speak without an account."""

    NOBODY = "nobody"
    CONFIRMED = "confirmed"
    NAMED = "named"


class ModerationPolicy(enum.StrEnum):
    """When a moderator looks: before all, before those of guests and of people who are new here, after publication."""

    BEFORE = "before"
    FIRST = "first"
    AFTER = "after"


class EventKind(enum.StrEnum):
    PUBLISHED = "published"
    EXTENDED = "extended"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    CANCELLED = "cancelled"
    VERSION_PUBLISHED = "version_published"
    TABLE_PUBLISHED = "table_published"


class DocumentKind(Base):
    """A kind of legal document and its usual period in calendar days, with its legal ground; both can be edited."""

    __tablename__ = "document_kind"

    code: Mapped[str] = mapped_column(sa.String(30), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    days: Mapped[int]
    legal_ground: Mapped[str] = mapped_column(sa.String(300))
    position: Mapped[int]


class Consultation(Base):
    """One consultation (*đợt lấy ý kiến*). The window includes both its ends.

    ``uncounted_channels``: what comes through these (``Channel``) is kept and answered, and left out of the totals.
    """

    __tablename__ = "consultation"

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"), index=True)
    kind_code: Mapped[str] = mapped_column(sa.ForeignKey("document_kind.code"))
    title: Mapped[str] = mapped_column(sa.String(500))
    summary: Mapped[str] = mapped_column(sa.Text, default="")
    state: Mapped[ConsultationState] = mapped_column(
        str_enum(ConsultationState, "state"), default=ConsultationState.DRAFT
    )
    opens_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime)
    short_period_reason: Mapped[str] = mapped_column(sa.Text, default="")
    guests: Mapped[GuestPolicy] = mapped_column(str_enum(GuestPolicy, "guests"), default=GuestPolicy.CONFIRMED)
    moderation: Mapped[ModerationPolicy] = mapped_column(
        str_enum(ModerationPolicy, "moderation"), default=ModerationPolicy.BEFORE
    )
    uncounted_channels: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    table_published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    agency: Mapped[Agency] = relationship(lazy="raise")
    kind: Mapped[DocumentKind] = relationship(lazy="raise")

    __table_args__ = (
        sa.CheckConstraint("closes_at > opens_at", name="window"),
        sa.Index("ix_consultation_state_closes_at", "state", "closes_at"),
    )


class ConsultationEvent(Base):
    """Append-only log of what happened to a consultation; extensions, suspensions and the like are shown as notices.

    ``version_number``: which version was published, where a later one was; ``document_id``: of which text, where the
    dossier holds several.
    """

    __tablename__ = "consultation_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"), index=True)
    kind: Mapped[EventKind] = mapped_column(str_enum(EventKind, "kind"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    closes_before: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closes_after: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version_number: Mapped[int | None]
    document_id: Mapped[int | None] = mapped_column(sa.ForeignKey("document.id"))


class PaperSlot(enum.StrEnum):
    """The named places of a dossier (Law 64/2025/QH15, Điều 34), in the order of the law; ``other`` for the rest.

    The draft, the comparison of versions and the table of opinions are made by the site.
    """

    REQUEST = "request"
    SUBMISSION = "submission"
    REVIEW_OF_PRACTICE = "review_of_practice"
    REVIEW_OF_TREATIES = "review_of_treaties"
    ASSESSMENT = "assessment"
    COMPARISON = "comparison"
    OPINIONS = "opinions"
    OTHER = "other"


class Paper(Base):
    """A paper of the dossier (tờ trình, report, comparison table …), public once the consultation is.

    ``added_at`` is empty for what was there when the consultation was published.
    """

    __tablename__ = "paper"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"), index=True)
    title: Mapped[str] = mapped_column(sa.String(300))
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("stored_file.id"))
    position: Mapped[int] = mapped_column(default=0)
    slot: Mapped[PaperSlot] = mapped_column(str_enum(PaperSlot, "slot"), default=PaperSlot.OTHER)
    added_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    file: Mapped[StoredFile] = relationship(lazy="raise")
