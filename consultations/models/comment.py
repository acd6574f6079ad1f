"""The comment (*ý kiến góp ý*), its history, its replies and marks of support, and the tallies of comments."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, UtcDateTime, str_enum
from moderation.models import Reviewed, ReviewStatus


class Stance(enum.StrEnum):
    """Always shown in this order."""

    SUPPORT = "support"
    AMEND = "amend"
    OPPOSE = "oppose"
    ASK = "ask"


class Comment(Reviewed, Base):
    """One opinion on one provision, or on the whole draft (no provision). The text is kept as it was written.

    ``place`` is the lineage of the provision, 0 for the whole draft: tallies and lists go by it.
    ``consultation_id``, ``document_id`` and ``contributor_id`` repeat what the submission and the provision know,
    so that a list of comments is one index away.
    ``batch_id``, ``batch_row``: the file and the row from which it was imported; a row is one comment. ``place_given``:
    the words by which that row named its place, where they say more than the citation. ``unplaced``: nothing was found
    by them, so that it stands on the whole draft until a person places it.
    """

    __tablename__ = "comment"

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submission.id"), index=True)
    contributor_id: Mapped[int] = mapped_column(sa.ForeignKey("contributor.id"), index=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"))
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("document.id"))
    provision_id: Mapped[int | None] = mapped_column(sa.ForeignKey("provision.id"), index=True)
    place: Mapped[int]
    stance: Mapped[Stance] = mapped_column(str_enum(Stance, "stance"))
    body: Mapped[str] = mapped_column(sa.Text, default="")
    proposed_text: Mapped[str] = mapped_column(sa.Text, default="")
    quote_exact: Mapped[str] = mapped_column(sa.Text, default="")
    quote_prefix: Mapped[str] = mapped_column(sa.Text, default="")
    quote_suffix: Mapped[str] = mapped_column(sa.Text, default="")
    fingerprint: Mapped[str] = mapped_column(sa.String(64))
    support_count: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("batch.id"))
    batch_row: Mapped[int | None]
    place_given: Mapped[str] = mapped_column(sa.String(300), default="")
    unplaced: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        sa.CheckConstraint("(batch_id IS NULL) = (batch_row IS NULL)", name="batch_row"),
        sa.Index(
            "ix_comment_batch_row",
            "batch_id",
            "batch_row",
            unique=True,
            sqlite_where=sa.text("batch_id IS NOT NULL"),
            postgresql_where=sa.text("batch_id IS NOT NULL"),
        ),
        sa.Index(
            "ix_comment_unplaced",
            "consultation_id",
            "status",
            "place_given",
            sqlite_where=sa.text("unplaced"),
            postgresql_where=sa.text("unplaced"),
        ),
        sa.Index("ix_comment_place_newest", "document_id", "place", "status", "id"),
        sa.Index("ix_comment_place_supported", "document_id", "place", "status", "support_count", "id"),
        sa.Index("ix_comment_consultation_id_status", "consultation_id", "status", "id"),
    )


class CommentRevision(Base):
    """What a comment said before an edit."""

    __tablename__ = "comment_revision"

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(sa.ForeignKey("comment.id"), index=True)
    stance: Mapped[Stance] = mapped_column(str_enum(Stance, "stance"))
    body: Mapped[str] = mapped_column(sa.Text)
    proposed_text: Mapped[str] = mapped_column(sa.Text)
    replaced_at: Mapped[datetime] = mapped_column(UtcDateTime)


class WaitingEdit(Base):
    """The new words of a published comment, until a moderator has read them; the old ones stay meanwhile."""

    __tablename__ = "waiting_edit"

    comment_id: Mapped[int] = mapped_column(sa.ForeignKey("comment.id"), primary_key=True)
    stance: Mapped[Stance] = mapped_column(str_enum(Stance, "stance"))
    body: Mapped[str] = mapped_column(sa.Text)
    proposed_text: Mapped[str] = mapped_column(sa.Text)
    edited_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CommentTally(Base):
    """How many comments stand on a place with a stance and a status; changed with the comment, in one transaction."""

    __tablename__ = "comment_tally"

    document_id: Mapped[int] = mapped_column(sa.ForeignKey("document.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    stance: Mapped[Stance] = mapped_column(str_enum(Stance, "stance"), primary_key=True)
    status: Mapped[ReviewStatus] = mapped_column(str_enum(ReviewStatus, "status"), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)

    __table_args__ = (sa.CheckConstraint("count >= 0", name="count"),)


class Support(Base):
    """ "Đồng tình": one mark of a person under a comment."""

    __tablename__ = "support"

    comment_id: Mapped[int] = mapped_column(sa.ForeignKey("comment.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Reply(Reviewed, Base):
    """An answer of one citizen to a comment; one level, reviewed like a comment."""

    __tablename__ = "reply"

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(sa.ForeignKey("comment.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    public_name: Mapped[str] = mapped_column(sa.String(200))
    body: Mapped[str] = mapped_column(sa.Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
