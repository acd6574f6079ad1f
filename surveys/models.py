"""Surveys, their versions, who was invited, who took part, what was answered.

``Participation`` and ``AnswerSheet`` share no key, no time and no order: docs/adr/0012-anonymity-by-schema.md. Neither
they nor the answers have a rowid on SQLite: rows lie in the order of keys that are random.
"""

import enum
import uuid
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Agency
from core.db import Base, UtcDateTime, str_enum
from moderation.models import Reviewed

MIN_CELL = 5


class SurveyState(enum.StrEnum):
    """``published`` covers before, during and after the window; ``closed``: by hand. See ``policies.phase``."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CLOSED = "closed"


class SurveyAccess(enum.StrEnum):
    """Who may answer: whoever has the link, people with an account, people with an invitation."""

    OPEN = "open"
    SIGNED_IN = "signed_in"
    INVITED = "invited"


class Door(enum.StrEnum):
    """What kept a participant from answering twice."""

    ACCOUNT = "account"
    INVITATION = "invitation"
    COOKIE = "cookie"


class SheetChannel(enum.StrEnum):
    """How a sheet came: filled in on the site, or from paper by somebody of the agency."""

    WEB = "web"
    PAPER = "paper"


class Survey(Base):
    """One survey (*khảo sát*). The window includes both its ends.

    ``min_cell``: public results show no count below it, and the box of sent sheets is never emptied to fewer.
    ``publishes_words``: what people write goes before the moderators; what they let through is public with the results.
    ``is_sample``: whoever was invited was drawn at random, so that a margin of error means something.
    """

    __tablename__ = "survey"

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"), index=True)
    consultation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("consultation.id"), index=True)
    title: Mapped[str] = mapped_column(sa.String(300))
    state: Mapped[SurveyState] = mapped_column(str_enum(SurveyState, "state"), default=SurveyState.DRAFT)
    access: Mapped[SurveyAccess] = mapped_column(str_enum(SurveyAccess, "access"), default=SurveyAccess.OPEN)
    anonymous: Mapped[bool] = mapped_column(default=True)
    min_cell: Mapped[int] = mapped_column(default=MIN_CELL)
    is_sample: Mapped[bool] = mapped_column(default=False)
    publishes_words: Mapped[bool] = mapped_column(default=False)
    opens_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    results_published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    agency: Mapped[Agency] = relationship(lazy="raise")

    __table_args__ = (
        sa.CheckConstraint("closes_at > opens_at", name="window"),
        sa.CheckConstraint(f"min_cell >= {MIN_CELL}", name="min_cell"),
        sa.Index("ix_survey_state_closes_at", "state", "closes_at"),
    )


class SurveyVersion(Base):
    """A definition (surveys.definition.documents). Once published it never changes; at most one is not.

    ``revision`` counts what was saved: whoever saves says which one they saw.
    """

    __tablename__ = "survey_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(sa.ForeignKey("survey.id", ondelete="CASCADE"))
    number: Mapped[int]
    definition: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    revision: Mapped[int] = mapped_column(default=0)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (sa.UniqueConstraint("survey_id", "number"),)


class Invitation(Base):
    """A letter with a token that lets one sheet in. The database holds the hash of the token alone."""

    __tablename__ = "survey_invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(sa.ForeignKey("survey.id", ondelete="CASCADE"))
    email: Mapped[str] = mapped_column(sa.String(254))
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (sa.UniqueConstraint("survey_id", "email"),)


class Participation(Base):
    """Somebody took part. ``key``: a keyed hash of the account, the invitation or the cookie, another in each survey.

    No id, no time, nothing of what was answered; in an anonymous survey written when the box is opened.
    """

    __tablename__ = "survey_participation"

    survey_id: Mapped[int] = mapped_column(sa.ForeignKey("survey.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    door: Mapped[Door] = mapped_column(str_enum(Door, "door"))

    __table_args__ = ({"sqlite_with_rowid": False},)


class SheetDraft(Base):
    """What somebody has answered and not sent, or (``sent``) sent into the box, which is not emptied yet.

    ``sealed`` is encrypted (services.sealing): while it is written, with a key that only the browser or the account
    gives; once sent, with the site's. The row goes when the box is emptied. ``touched_on``: the day
    (Asia/Ho_Chi_Minh) of the last change, so that abandoned ones can be removed; empty once it is sent.
    """

    __tablename__ = "survey_sheet_draft"

    survey_id: Mapped[int] = mapped_column(sa.ForeignKey("survey.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("survey_version.id"))
    door: Mapped[Door] = mapped_column(str_enum(Door, "door"))
    sealed: Mapped[bytes] = mapped_column(sa.LargeBinary)
    sent: Mapped[bool] = mapped_column(default=False)
    touched_on: Mapped[date | None]

    __table_args__ = (
        sa.Index("ix_survey_sheet_draft_survey_id_sent", "survey_id", "sent"),
        {"sqlite_with_rowid": False},
    )


class AnswerSheet(Base):
    """One sheet that counts. Its id is random and made when the box is emptied; it holds no time."""

    __tablename__ = "survey_answer_sheet"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(sa.ForeignKey("survey.id", ondelete="CASCADE"), index=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("survey_version.id"))
    channel: Mapped[SheetChannel] = mapped_column(str_enum(SheetChannel, "channel"), default=SheetChannel.WEB)

    __table_args__ = ({"sqlite_with_rowid": False},)


class Answer(Base):
    """One choice, row of a matrix, number or text of a sheet: surveys.engine.rows says which column holds what.

    Somebody who saw a question and did not answer has a row with nothing in it: the base of a question is who has one.
    ``survey_id`` repeats the sheet's, so that a question is counted from one index.
    """

    __tablename__ = "survey_answer"

    sheet_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("survey_answer_sheet.id", ondelete="CASCADE"), primary_key=True
    )
    question: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    sub: Mapped[str] = mapped_column(sa.String(40), primary_key=True, default="")
    option: Mapped[str] = mapped_column(sa.String(40), primary_key=True, default="")
    survey_id: Mapped[int]
    number: Mapped[float | None]
    text: Mapped[str | None] = mapped_column(sa.Text)

    __table_args__ = (
        sa.Index("ix_survey_answer_question", "survey_id", "question", "sub", "option"),
        {"sqlite_with_rowid": False},
    )


class SheetOwner(Base):
    """Whose a sheet is, in surveys that say beforehand that one answers by name. Never in an anonymous one."""

    __tablename__ = "survey_sheet_owner"

    sheet_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("survey_answer_sheet.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    invitation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("survey_invitation.id", ondelete="SET NULL"))
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ResultSnapshot(Base):
    """The counts of a survey as they were at ``counted_at``: pages show them without counting again.

    ``scope``: for whom, and which sheets (services.counting). ``sheets``: how many were counted. ``content``:
    queries_results.Counted as JSON holds it. ``asked_at``: since when a newer count is on its way; None: there is none.
    Nothing of a single sheet.
    """

    __tablename__ = "survey_result_snapshot"

    survey_id: Mapped[int] = mapped_column(sa.ForeignKey("survey.id", ondelete="CASCADE"), primary_key=True)
    scope: Mapped[str] = mapped_column(sa.String(160), primary_key=True)
    counted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sheets: Mapped[int] = mapped_column(default=0)
    content: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON, deferred=True)


class WrittenAnswer(Reviewed, Base):
    """Words of one answer, for moderators, search and the public. Of no sheet and no time: nothing leads to who wrote
    them or to what else they answered. ``body`` loses what a moderator masks; the answer itself stays.
    """

    __tablename__ = "survey_written_answer"

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(sa.ForeignKey("survey.id", ondelete="CASCADE"))
    question: Mapped[str] = mapped_column(sa.String(40))
    body: Mapped[str] = mapped_column(sa.Text)

    __table_args__ = (sa.Index("ix_survey_written_answer_public", "survey_id", "status", "question"),)
