"""Agencies as a tree, people, their roles in agencies, and what they consented to."""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, UtcDateTime, str_enum


class AgencyKind(enum.StrEnum):
    CENTRAL = "central"
    MINISTRY = "ministry"
    PROVINCE = "province"
    COMMUNE = "commune"
    UNIT = "unit"


class Role(enum.StrEnum):
    """What a person may be in one agency; reaches the agencies below it."""

    MODERATOR = "moderator"
    DRAFTER = "drafter"
    APPROVER = "approver"
    ADMINISTRATOR = "administrator"


class PersonKind(enum.StrEnum):
    INDIVIDUAL = "individual"
    ORGANISATION = "organisation"


class Agency(Base):
    """A state body. ``path`` is the ids from the root to itself ("/1/42/"), so a subtree is one prefix.

    ``code``: a ministry's initials, or the official code of a province or commune: names repeat, codes don't.
    """

    __tablename__ = "agency"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(20), unique=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    kind: Mapped[AgencyKind] = mapped_column(str_enum(AgencyKind, "kind"))
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("agency.id"), index=True)
    path: Mapped[str] = mapped_column(sa.String(200), index=True)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class Person(Base):
    """Somebody with an account. Has the four members that Flask-Login asks for."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    password_hash: Mapped[str] = mapped_column(sa.String(200))
    full_name: Mapped[str] = mapped_column(sa.String(120))
    public_name: Mapped[str] = mapped_column(sa.String(120))
    kind: Mapped[PersonKind] = mapped_column(str_enum(PersonKind, "kind"))
    organisation_checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    email_confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    session_epoch: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    memberships: Mapped[list["Membership"]] = relationship(back_populates="person", lazy="raise")

    @property
    def is_authenticated(self) -> bool:
        return True

    @property
    def is_active(self) -> bool:
        return True

    @property
    def is_anonymous(self) -> bool:
        return False

    def get_id(self) -> str:
        """What the session holds; a new password makes a new epoch and ends every other session."""
        return f"{self.id}.{self.session_epoch}"


class Membership(Base):
    """A role of a person in one agency."""

    __tablename__ = "membership"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"), index=True)
    role: Mapped[Role] = mapped_column(str_enum(Role, "role"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship(back_populates="memberships", lazy="raise")
    agency: Mapped[Agency] = relationship(lazy="raise")

    __table_args__ = (sa.UniqueConstraint("person_id", "agency_id", "role"),)


class Consent(Base):
    """An act of consent to the processing of personal data: which text, when, and when it was taken back.

    Law 91/2025/QH15: informed, explicit, given by an act.
    """

    __tablename__ = "consent"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    version: Mapped[str] = mapped_column(sa.String(20))
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
