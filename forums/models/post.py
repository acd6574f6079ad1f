"""The post, its history, and what hangs on it: quotes, mentions, references, files, marks of support."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, UtcDateTime, str_enum
from moderation.models import Reviewed


class Badge(enum.StrEnum):
    """Who spoke, as far as we knew when they did."""

    PERSON = "person"
    OFFICIAL = "official"
    ORGANISATION = "organisation"
    UNCHECKED = "unchecked"


class Side(enum.StrEnum):
    """On which side of a proposal a post stands."""

    NONE = "none"
    FOR = "for"
    AGAINST = "against"


class Post(Reviewed, Base):
    """One contribution, in Markdown, kept as written. ``number`` counts within the topic, from 1, without gaps.

    ``quote`` is a passage of the post ``quoted_id``, word for word. It is shown only while that post is public and
    still says it: a quote never outlives what it quotes. ``author_handle`` is what stands after @ when they are
    mentioned; ``office`` the agency of an official. ``version`` rises with every edit.
    """

    __tablename__ = "post"

    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(sa.ForeignKey("topic.id"))
    number: Mapped[int]
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    author_name: Mapped[str] = mapped_column(sa.String(200))
    author_handle: Mapped[str] = mapped_column(sa.String(80))
    badge: Mapped[Badge] = mapped_column(str_enum(Badge, "badge"), default=Badge.PERSON)
    office: Mapped[str] = mapped_column(sa.String(200), default="")
    official: Mapped[bool] = mapped_column(default=False)
    body: Mapped[str] = mapped_column(sa.Text)
    side: Mapped[Side] = mapped_column(str_enum(Side, "side"), default=Side.NONE)
    quoted_id: Mapped[int | None] = mapped_column(sa.ForeignKey("post.id"), index=True)
    quote: Mapped[str] = mapped_column(sa.Text, default="")
    fingerprint: Mapped[str] = mapped_column(sa.String(64))
    support_count: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    removed_rule: Mapped[str | None] = mapped_column(sa.String(30))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        sa.UniqueConstraint("topic_id", "number"),
        sa.Index("ix_post_side", "topic_id", "side", "status", "support_count", "id"),
        sa.Index("ix_post_handle", "topic_id", "author_handle"),
        sa.Index("ix_post_author_id_id", "author_id", "id"),
        sa.Index("ix_post_fingerprint_id", "fingerprint", "id"),
        sa.CheckConstraint("support_count >= 0", name="support_count"),
    )


class PostRevision(Reviewed, Base):
    """A text that a post had, has or asks to have: the first version and every edit.

    Pending ones wait for a moderator while the post keeps its words. Published ones make the public history.
    """

    __tablename__ = "post_revision"

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(sa.ForeignKey("post.id"), index=True)
    body: Mapped[str] = mapped_column(sa.Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PostMention(Base):
    """A person named in a post (``@handle``). Only who has spoken in the topic can be."""

    __tablename__ = "post_mention"

    post_id: Mapped[int] = mapped_column(sa.ForeignKey("post.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    handle: Mapped[str] = mapped_column(sa.String(80))


class PostReference(Base):
    """Something else on this site that a post points at (``core.references``), shown below it as a card.

    ``topic_id`` and ``opening`` repeat what the post knows: "topics about this clause" is one index away.
    """

    __tablename__ = "post_reference"

    post_id: Mapped[int] = mapped_column(sa.ForeignKey("post.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(30), primary_key=True)
    target_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    topic_id: Mapped[int] = mapped_column(sa.ForeignKey("topic.id"), index=True)
    opening: Mapped[bool]

    __table_args__ = (sa.Index("ix_post_reference_target", "kind", "target_id", "opening", "topic_id"),)


class PostFile(Reviewed, Base):
    """A file with a post: seen by its author and the moderators until it is released."""

    __tablename__ = "post_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(sa.ForeignKey("post.id"), index=True)
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("stored_file.id"), index=True)


class PostSupport(Base):
    """ "Đồng tình": one mark of a person under a post."""

    __tablename__ = "post_support"

    post_id: Mapped[int] = mapped_column(sa.ForeignKey("post.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
