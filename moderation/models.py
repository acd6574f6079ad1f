"""The review case, its log, and the mixin for things that are reviewed."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, UtcDateTime, str_enum


class ReviewStatus(enum.StrEnum):
    """Where a text stands. ``unconfirmed``: a guest has not confirmed their address yet."""

    UNCONFIRMED = "unconfirmed"
    PENDING = "pending"
    PUBLISHED = "published"
    REFUSED = "refused"
    SPAM = "spam"
    WITHDRAWN = "withdrawn"


NOT_IN_LEDGER = (ReviewStatus.UNCONFIRMED, ReviewStatus.REFUSED, ReviewStatus.SPAM, ReviewStatus.WITHDRAWN)
LEDGER = (ReviewStatus.PENDING, ReviewStatus.PUBLISHED)


class Reviewed:
    """Mixin: a text with a review status. Only the function registered for its type may change it."""

    status: Mapped[ReviewStatus] = mapped_column(str_enum(ReviewStatus, "status"), default=ReviewStatus.PENDING)


class ReviewCase(Base):
    """One thing in the queue. ``version`` rises with every change: whoever decides says which version they saw.

    ``awaiting``: a moderator has still to decide. Under moderation after publication that goes with ``published``.
    ``context_id`` and ``place_id`` are for filters: the consultation, and the lineage of the provision.
    """

    __tablename__ = "review_case"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_type: Mapped[str] = mapped_column(sa.String(30))
    subject_id: Mapped[int]
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"))
    context_id: Mapped[int]
    place_id: Mapped[int | None]
    status: Mapped[ReviewStatus] = mapped_column(str_enum(ReviewStatus, "status"))
    awaiting: Mapped[bool]
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        sa.UniqueConstraint("subject_type", "subject_id"),
        sa.Index("ix_review_case_awaiting_opened_at", "awaiting", "opened_at", "id"),
        sa.Index("ix_review_case_context_id_awaiting", "context_id", "awaiting", "opened_at", "id"),
    )


class ReviewAction(enum.StrEnum):
    """What was done: by a moderator (decide, undo) or by the author (submit, confirm, edit, withdraw)."""

    SUBMIT = "submit"
    CONFIRM = "confirm"
    DECIDE = "decide"
    UNDO = "undo"
    EDIT = "edit"
    WITHDRAW = "withdraw"


class ReviewLog(Base):
    """Append-only: who did what to a case, when, from which status to which, by which rule, with which note."""

    __tablename__ = "review_log"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("review_case.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    action: Mapped[ReviewAction] = mapped_column(str_enum(ReviewAction, "action"))
    from_status: Mapped[ReviewStatus | None] = mapped_column(str_enum(ReviewStatus, "from_status"))
    to_status: Mapped[ReviewStatus] = mapped_column(str_enum(ReviewStatus, "to_status"))
    rule: Mapped[str | None] = mapped_column(sa.String(30))
    note: Mapped[str] = mapped_column(sa.Text, default="")
