"""What a person has read, follows and has begun to write; and what a topic has said so far."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, UtcDateTime


class Reader(Base):
    """One person in one topic: the number of the last post they saw, whether they follow, what they were told of.

    ``told_number``: the post of the last notice. The next notice waits until they have read that far: a person has one
    unread notice a topic at most. ``posts``: how many of their posts here are published.
    """

    __tablename__ = "topic_reader"

    topic_id: Mapped[int] = mapped_column(sa.ForeignKey("topic.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    read_number: Mapped[int] = mapped_column(default=0)
    told_number: Mapped[int] = mapped_column(default=0)
    follows: Mapped[bool] = mapped_column(default=False)
    posts: Mapped[int] = mapped_column(default=0)

    __table_args__ = (
        sa.Index("ix_topic_reader_person_id_follows", "person_id", "follows", "topic_id"),
        sa.CheckConstraint("posts >= 0", name="posts"),
    )


class Draft(Base):
    """What a signed-in person has written and not sent. ``place``: "board:3" for a new topic, "topic:7" for a reply."""

    __tablename__ = "forum_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    place: Mapped[str] = mapped_column(sa.String(40))
    title: Mapped[str] = mapped_column(sa.String(200), default="")
    body: Mapped[str] = mapped_column(sa.Text, default="")
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        sa.UniqueConstraint("person_id", "place"),
        sa.Index("ix_forum_draft_updated_at", "updated_at"),
    )


class Summary(Base):
    """The key phrases of a topic, worked out by the worker from its published posts: [[phrase, people], …].

    Gone as soon as a post of the topic is no longer public; ``upto`` is the number of published replies then counted.
    """

    __tablename__ = "topic_summary"

    topic_id: Mapped[int] = mapped_column(
        sa.ForeignKey("topic.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    phrases: Mapped[list[tuple[str, int]]] = mapped_column(sa.JSON, default=list)
    upto: Mapped[int] = mapped_column(default=0)
    computed_at: Mapped[datetime] = mapped_column(UtcDateTime)
