"""The agency's responses to groups."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, UtcDateTime, str_enum


class Decision(enum.StrEnum):
    ACCEPTED = "accepted"
    PARTLY = "partly"
    NOT_ACCEPTED = "not_accepted"
    ALREADY_COVERED = "already_covered"
    OUT_OF_SCOPE = "out_of_scope"


class ResponseState(enum.StrEnum):
    """``approved`` waits to be released with others; only published responses are shown to the public."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    PUBLISHED = "published"


class Response(Base):
    """The agency's answer to a group (*tiếp thu, giải trình*). ``version`` guards against overwriting."""

    __tablename__ = "response"

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(sa.ForeignKey("opinion_group.id"), unique=True)
    decision: Mapped[Decision] = mapped_column(str_enum(Decision, "decision"))
    reason: Mapped[str] = mapped_column(sa.Text)
    resulting_text: Mapped[str] = mapped_column(sa.Text, default="")
    state: Mapped[ResponseState] = mapped_column(str_enum(ResponseState, "state"), default=ResponseState.DRAFT)
    drafted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    drafted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    approved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    release_id: Mapped[int | None] = mapped_column(sa.ForeignKey("response_release.id"), index=True)
    version: Mapped[int] = mapped_column(default=1)


class ResponseRelease(Base):
    """Approved responses that were published together: by whom, when, how many."""

    __tablename__ = "response_release"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"), index=True)
    released_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    released_at: Mapped[datetime] = mapped_column(UtcDateTime)
    count: Mapped[int]


class ResponseLog(Base):
    """Append-only: who moved a response from which state to which, when, with which note."""

    __tablename__ = "response_log"

    id: Mapped[int] = mapped_column(primary_key=True)
    response_id: Mapped[int] = mapped_column(sa.ForeignKey("response.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    from_state: Mapped[ResponseState | None] = mapped_column(str_enum(ResponseState, "from_state"))
    to_state: Mapped[ResponseState] = mapped_column(str_enum(ResponseState, "to_state"))
    note: Mapped[str] = mapped_column(sa.Text, default="")
