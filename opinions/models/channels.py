"""What stands at the desk beside comments: figures that agencies report, bodies asked in writing, letters."""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consultations.models import ContributorKind
from core.db import Base, UtcDateTime, str_enum
from core.files import StoredFile


class ReportSource(enum.StrEnum):
    """Where the reported figures were counted."""

    MEETING = "meeting"
    PAPER = "paper"
    OTHER = "other"


class ReportedTally(Base):
    """Figures that an agency reports of one place of the draft (0: the whole), with the paper that says so.

    Never changed: what is wrong is corrected by a new entry that names it (``corrects_id``, with its ``reason``); the
    entry that nothing corrects is the one that counts. ``held_on``: the day of the meeting, or of the paper.
    ``meetings``: how many meetings the figures are of, where they are of meetings.
    """

    __tablename__ = "reported_tally"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"))
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("document.id"))
    place: Mapped[int]
    agency: Mapped[str] = mapped_column(sa.String(300))
    place_code: Mapped[str | None] = mapped_column(sa.String(10))
    source: Mapped[ReportSource] = mapped_column(str_enum(ReportSource, "source"))
    held_on: Mapped[date]
    meetings: Mapped[int | None]
    agree: Mapped[int] = mapped_column(sa.BigInteger)
    disagree: Mapped[int] = mapped_column(sa.BigInteger)
    other: Mapped[int] = mapped_column(sa.BigInteger)
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("stored_file.id"))
    corrects_id: Mapped[int | None] = mapped_column(sa.ForeignKey("reported_tally.id"), unique=True)
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    entered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)

    file: Mapped[StoredFile] = relationship(lazy="raise")

    __table_args__ = (
        sa.CheckConstraint("agree >= 0 AND disagree >= 0 AND other >= 0", name="figures"),
        sa.Index("ix_reported_tally_place", "consultation_id", "document_id", "place"),
    )


class BodyAnswer(enum.StrEnum):
    """What a body that was asked came back with."""

    OPINION = "opinion"
    NO_OPINION = "no_opinion"


class AskedBody(Base):
    """An agency or organisation that was asked in writing, by which day, and what became of it.

    ``submission_id``: what it sent, where it sent something through the site.
    """

    __tablename__ = "asked_body"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"))
    name: Mapped[str] = mapped_column(sa.String(200))
    kind: Mapped[ContributorKind] = mapped_column(str_enum(ContributorKind, "kind"))
    email: Mapped[str | None] = mapped_column(sa.String(254))
    asked_on: Mapped[date]
    due_on: Mapped[date]
    reminders: Mapped[int] = mapped_column(default=0)
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer: Mapped[BodyAnswer | None] = mapped_column(str_enum(BodyAnswer, "answer"))
    answered_on: Mapped[date | None]
    submission_id: Mapped[int | None] = mapped_column(sa.ForeignKey("submission.id"), index=True)
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        sa.UniqueConstraint("consultation_id", "name"),
        sa.CheckConstraint("(answer IS NULL) = (answered_on IS NULL)", name="answered"),
    )


class AskedBodyLink(Base):
    """A private link by which a body answers, good until ``until``; nobody can make the link out of its hash."""

    __tablename__ = "asked_body_link"

    token_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    body_id: Mapped[int] = mapped_column(sa.ForeignKey("asked_body.id", ondelete="CASCADE"), index=True)
    until: Mapped[datetime] = mapped_column(UtcDateTime)


class OfficialLetter(Base):
    """A letter that came, its text read into ``sentences`` ([paragraph, text], both as they stand in it).

    The paper itself is the attachment of the submission. No sentences: the file holds only pictures.
    """

    __tablename__ = "official_letter"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"), index=True)
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submission.id"), unique=True)
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("stored_file.id"))
    number: Mapped[str] = mapped_column(sa.String(60), default="")
    sentences: Mapped[list[tuple[int, str]]] = mapped_column(sa.JSON, default=list)
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    file: Mapped[StoredFile] = relationship(lazy="raise")


class LetterPassage(Base):
    """Which sentences of a letter an opinion is: numbers into ``OfficialLetter.sentences``, rising."""

    __tablename__ = "letter_passage"

    comment_id: Mapped[int] = mapped_column(sa.ForeignKey("comment.id"), primary_key=True)
    letter_id: Mapped[int] = mapped_column(sa.ForeignKey("official_letter.id"), index=True)
    sentences: Mapped[list[int]] = mapped_column(sa.JSON)
    hung_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    hung_at: Mapped[datetime] = mapped_column(UtcDateTime)
