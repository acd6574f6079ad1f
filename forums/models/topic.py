"""The topic: what is spoken about, where it stands in lists, and what was done to it."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, UtcDateTime, str_enum
from moderation.models import Reviewed


class TopicKind(enum.StrEnum):
    DISCUSSION = "discussion"
    QUESTION = "question"
    PROPOSAL = "proposal"


class Topic(Reviewed, Base):
    """A topic is reviewed together with its opening post (number 1): both have one status.

    ``listed``: published and not archived: in the lists. ``waiting``: a question without an official answer, or any
    other topic without a reply. ``last_post_id`` (of its published posts) orders by activity. ``reply_count`` and
    ``people_count`` count published replies and the people who wrote anything published here. All of these are kept by
    ``services.counting`` in the transaction of the change.

    ``merged_into_id``: a duplicate, whose posts now stand there; it is in no list, and its address leads there.
    ``slow_seconds`` holds until ``slow_until`` (empty: until it is lifted); nobody writes before ``rests_until``.
    """

    __tablename__ = "topic"

    id: Mapped[int] = mapped_column(primary_key=True)
    board_id: Mapped[int] = mapped_column(sa.ForeignKey("board.id"))
    kind: Mapped[TopicKind] = mapped_column(str_enum(TopicKind, "kind"))
    title: Mapped[str] = mapped_column(sa.String(200))
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    author_name: Mapped[str] = mapped_column(sa.String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_rule: Mapped[str | None] = mapped_column(sa.String(30))

    listed: Mapped[bool] = mapped_column(default=False)
    pinned: Mapped[int] = mapped_column(sa.SmallInteger, default=0)
    locked: Mapped[bool] = mapped_column(default=False)
    archived: Mapped[bool] = mapped_column(default=False)
    waiting: Mapped[bool] = mapped_column(default=True)
    slow_seconds: Mapped[int] = mapped_column(default=0)
    slow_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rests_until: Mapped[datetime | None] = mapped_column(UtcDateTime)

    next_number: Mapped[int] = mapped_column(default=1)
    reply_count: Mapped[int] = mapped_column(default=0)
    people_count: Mapped[int] = mapped_column(default=0)
    agree_count: Mapped[int] = mapped_column(default=0)
    disagree_count: Mapped[int] = mapped_column(default=0)
    last_post_id: Mapped[int] = mapped_column(default=0)
    last_post_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_author_name: Mapped[str] = mapped_column(sa.String(200), default="")
    answer_post_id: Mapped[int | None]
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("topic.id"), index=True)

    __table_args__ = (
        sa.Index("ix_topic_activity", "board_id", "listed", "pinned", "last_post_id", "id"),
        sa.Index("ix_topic_newest", "board_id", "listed", "id"),
        sa.Index("ix_topic_supported", "board_id", "listed", "agree_count", "id"),
        sa.Index("ix_topic_waiting", "board_id", "listed", "waiting", "id"),
        sa.Index("ix_topic_archived", "board_id", "archived", "id"),
        sa.CheckConstraint("reply_count >= 0", name="reply_count"),
        sa.CheckConstraint("people_count >= 0", name="people_count"),
        sa.CheckConstraint("agree_count >= 0", name="agree_count"),
        sa.CheckConstraint("disagree_count >= 0", name="disagree_count"),
    )


class TopicVote(Base):
    """One person's word on a proposal: they agree, or they don't."""

    __tablename__ = "topic_vote"

    topic_id: Mapped[int] = mapped_column(sa.ForeignKey("topic.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    agrees: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class TopicAction(enum.StrEnum):
    """What moderators do to a topic besides deciding what is published."""

    PIN = "pin"
    UNPIN = "unpin"
    LOCK = "lock"
    UNLOCK = "unlock"
    ARCHIVE = "archive"
    RESTORE = "restore"
    SLOW = "slow"
    REST = "rest"
    RESUME = "resume"
    MOVE = "move"
    ANSWER = "answer"
    COOL = "cool"
    SPLIT = "split"
    MERGE = "merge"
    RENAME = "rename"


class TopicEvent(Base):
    """Append-only: what was done to a topic, by whom (none: by the rule for heated topics), and why.

    ``other_id``: the topic into which posts went, or from which they came; ``posts``: how many.
    """

    __tablename__ = "topic_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(sa.ForeignKey("topic.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    action: Mapped[TopicAction] = mapped_column(str_enum(TopicAction, "action"))
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    other_id: Mapped[int | None] = mapped_column(sa.ForeignKey("topic.id"))
    posts: Mapped[int] = mapped_column(default=0)


class FormerPlace(Base):
    """Where a post stood before its topic was split or merged: an address that was handed out goes on leading to it."""

    __tablename__ = "post_former_place"

    topic_id: Mapped[int] = mapped_column(sa.ForeignKey("topic.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    post_id: Mapped[int] = mapped_column(sa.ForeignKey("post.id"), index=True)
