"""What somebody is writing and has not sent: kept on the server so that nothing typed is lost."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consultations.models.comment import Stance
from core.db import Base, UtcDateTime, str_enum
from core.files import StoredFile


class SubmissionDraft(Base):
    """An unsent submission. Found by the hash of a random token in a cookie; by the person, too, once signed in.

    ``submission_id`` is set when it is sent: sending it again answers with the same receipt.
    """

    __tablename__ = "submission_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64))
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    submission_id: Mapped[int | None] = mapped_column(sa.ForeignKey("submission.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        sa.Index("ix_submission_draft_token_hash", "token_hash", "consultation_id"),
        sa.Index(
            "ix_submission_draft_unsent",
            "updated_at",
            sqlite_where=sa.text("submission_id IS NULL"),
            postgresql_where=sa.text("submission_id IS NULL"),
        ),
    )


class DraftComment(Base):
    """One unsent comment: at most one for a provision (or for the whole draft: ``place`` 0) in a draft."""

    __tablename__ = "draft_comment"

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("submission_draft.id", ondelete="CASCADE"))
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("document.id"))
    provision_id: Mapped[int | None] = mapped_column(sa.ForeignKey("provision.id"))
    place: Mapped[int]
    stance: Mapped[Stance] = mapped_column(str_enum(Stance, "stance"))
    body: Mapped[str] = mapped_column(sa.Text, default="")
    proposed_text: Mapped[str] = mapped_column(sa.Text, default="")
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (sa.UniqueConstraint("draft_id", "document_id", "place"),)


class DraftAttachment(Base):
    """A letter already uploaded with an unsent submission."""

    __tablename__ = "draft_attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("submission_draft.id", ondelete="CASCADE"), index=True)
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("stored_file.id"))

    file: Mapped[StoredFile] = relationship(lazy="raise")
