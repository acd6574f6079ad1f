"""The submission (*phiếu góp ý*): what one contributor sent at once, through one channel, with its receipt code."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, UtcDateTime, str_enum
from core.files import StoredFile
from moderation.models import Reviewed


class ContributorKind(enum.StrEnum):
    INDIVIDUAL = "individual"
    ORGANISATION = "organisation"
    AGENCY = "agency"


class Verification(enum.StrEnum):
    """How sure we are who spoke: an account, a guest with a confirmed address, a guest by name alone, or imported."""

    ACCOUNT = "account"
    GUEST_CONFIRMED = "guest_confirmed"
    GUEST = "guest"
    IMPORTED = "imported"


class Channel(enum.StrEnum):
    WEB = "web"
    LETTER = "letter"
    MEETING = "meeting"
    PAPER = "paper"
    PHONE = "phone"
    EMAIL = "email"
    PORTAL = "portal"
    VNEID = "vneid"


class Contributor(Base):
    """Who spoke (*chủ thể góp ý*), as they were when they spoke. ``public_name`` is all that others see.

    An organisation whose ``organisation_checked_at`` is empty is shown as *chưa xác minh*.
    """

    __tablename__ = "contributor"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    kind: Mapped[ContributorKind] = mapped_column(str_enum(ContributorKind, "kind"))
    verification: Mapped[Verification] = mapped_column(str_enum(Verification, "verification"))
    name: Mapped[str] = mapped_column(sa.String(200))
    public_name: Mapped[str] = mapped_column(sa.String(200))
    email: Mapped[str | None] = mapped_column(sa.String(254), index=True)
    organisation_checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    place_code: Mapped[str | None] = mapped_column(sa.String(10))


class Submission(Base):
    """One submission. The receipt code is the only key to its status page; consent is an act, kept with its version.

    ``people``: for how many it says that it speaks (a letter with 500 signatures); said beside it, never added up.
    """

    __tablename__ = "submission"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"), index=True)
    contributor_id: Mapped[int] = mapped_column(sa.ForeignKey("contributor.id"), index=True)
    channel: Mapped[Channel] = mapped_column(str_enum(Channel, "channel"), default=Channel.WEB)
    receipt_code: Mapped[str] = mapped_column(sa.String(12), unique=True)
    consent_version: Mapped[str | None] = mapped_column(sa.String(20))
    consent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    people: Mapped[int | None]

    contributor: Mapped[Contributor] = relationship(lazy="raise")


class Attachment(Reviewed, Base):
    """A letter sent with a submission; public only when a moderator has released it."""

    __tablename__ = "attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submission.id"), index=True)
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("stored_file.id"))

    file: Mapped[StoredFile] = relationship(lazy="raise")
