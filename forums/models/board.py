"""The board: whose it is, who may write and under which name, when, and how it is moderated."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Agency
from core.db import Base, UtcDateTime, str_enum


class Writers(enum.StrEnum):
    """Who may write. Each includes those after it; officials of the agency may always."""

    ACCOUNTS = "accounts"
    CONFIRMED = "confirmed"
    ORGANISATIONS = "organisations"
    OFFICIALS = "officials"


class Names(enum.StrEnum):
    """Under which name people write."""

    CHOSEN = "chosen"
    REAL = "real"


class Screening(enum.StrEnum):
    """When a moderator looks: before all, before those of people who are new here, or after publication."""

    BEFORE = "before"
    FIRST = "first"
    AFTER = "after"


class Board(Base):
    """A board of one agency; ``consultation_id`` if it is about one consultation.

    The moderators of the agency are its moderators. The window includes both its ends; an empty end is open.
    ``slow_seconds``: the least time between two posts of one person in one topic; 0: none.
    Both counts are of published topics and posts, opening posts included; kept by ``services.counting``.
    """

    __tablename__ = "board"

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"), index=True)
    consultation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("consultation.id"), index=True)
    title: Mapped[str] = mapped_column(sa.String(200))
    summary: Mapped[str] = mapped_column(sa.Text, default="")
    rules: Mapped[str] = mapped_column(sa.Text, default="")
    writers: Mapped[Writers] = mapped_column(str_enum(Writers, "writers"), default=Writers.ACCOUNTS)
    names: Mapped[Names] = mapped_column(str_enum(Names, "names"), default=Names.CHOSEN)
    screening: Mapped[Screening] = mapped_column(str_enum(Screening, "screening"), default=Screening.FIRST)
    opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    slow_seconds: Mapped[int] = mapped_column(default=0)
    archived: Mapped[bool] = mapped_column(default=False)
    topic_count: Mapped[int] = mapped_column(default=0)
    post_count: Mapped[int] = mapped_column(default=0)
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    agency: Mapped[Agency] = relationship(lazy="raise")

    __table_args__ = (
        sa.CheckConstraint("slow_seconds >= 0", name="slow_seconds"),
        sa.CheckConstraint("topic_count >= 0", name="topic_count"),
        sa.CheckConstraint("post_count >= 0", name="post_count"),
    )


class Member(Base):
    """What somebody has done on the boards, for trust and limits (``policies.Trust``); made with their first post.

    ``refused`` counts posts that moderators refused or called spam. Locked by whoever writes a post: limits hold for
    two posts sent at once.
    """

    __tablename__ = "forum_member"

    person_id: Mapped[int] = mapped_column(
        sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    published: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        sa.CheckConstraint("published >= 0", name="published"),
        sa.CheckConstraint("refused >= 0", name="refused"),
    )
