"""Groups of comments that say the same: what people made."""

import enum
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, UtcDateTime, str_enum


class OpinionGroup(Base):
    """Comments on one place that are answered together; one comment answered alone is a group of one.

    A group points at comments; nothing is ever merged away. The figures (raw, distinct texts, distinct people, stances)
    are of its members and change with them, in one transaction, so that no page has to count.
    """

    __tablename__ = "opinion_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"), index=True)
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("document.id"))
    place: Mapped[int]
    title: Mapped[str] = mapped_column(sa.String(300), default="")
    members: Mapped[int] = mapped_column(default=0)
    texts: Mapped[int] = mapped_column(default=0)
    people: Mapped[int] = mapped_column(default=0)
    support: Mapped[int] = mapped_column(default=0)
    amend: Mapped[int] = mapped_column(default=0)
    oppose: Mapped[int] = mapped_column(default=0)
    ask: Mapped[int] = mapped_column(default=0)
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (sa.Index("ix_opinion_group_place", "document_id", "place"),)


class GroupMember(Base):
    """A comment in a group: in one group at most."""

    __tablename__ = "group_member"

    comment_id: Mapped[int] = mapped_column(sa.ForeignKey("comment.id"), primary_key=True)
    group_id: Mapped[int] = mapped_column(sa.ForeignKey("opinion_group.id"))
    added_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (sa.Index("ix_group_member_group_id", "group_id", "comment_id"),)


class CountedFigures(Base):
    """What was counted last of a consultation with very many opinions: distinct texts and people, in all and by place.

    Counting them takes seconds there, so pages show what the worker counted, and when (``counted_at``). How many were
    received comes from the tallies, always; ``received`` is what they said then. ``places``: [texts, people] by
    "document:place". ``apart``: by channel and kind of contributor (``opinions.queries.breakdown``).
    """

    __tablename__ = "counted_figures"

    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"), primary_key=True)
    received: Mapped[int]
    texts: Mapped[int]
    people: Mapped[int]
    verified: Mapped[int]
    places: Mapped[dict[str, list[int]]] = mapped_column(sa.JSON)
    apart: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    counted_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DepartureReason(enum.StrEnum):
    EDITED = "edited"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    REMOVED = "removed"


class GroupDeparture(Base):
    """A comment that left a group because it changed: flagged on the desk until somebody has looked at it."""

    __tablename__ = "group_departure"

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(sa.ForeignKey("comment.id"), index=True)
    group_id: Mapped[int] = mapped_column(sa.ForeignKey("opinion_group.id"), index=True)
    reason: Mapped[DepartureReason] = mapped_column(str_enum(DepartureReason, "reason"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
