"""Agencies as a tree, people, their roles in agencies, and what they consented to."""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, UtcDateTime, str_enum
from core.text import canonical, fold


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


class AccountEventKind(enum.StrEnum):
    ROLE_GRANTED = "role_granted"
    ROLE_REVOKED = "role_revoked"
    ORGANISATION_CHECKED = "organisation_checked"
    UNIT_CREATED = "unit_created"


class AttemptKind(enum.StrEnum):
    SIGN_IN = "sign_in"
    REGISTER = "register"
    RESET = "reset"
    GUEST_LETTER = "guest_letter"
    PRIVATE_LINK = "private_link"
    SURVEY_SHEET = "survey_sheet"


def agency_search_text(name: str, code: str) -> str:
    """What the search for agencies looks in: with marks for words typed with marks, then without for bare ones."""
    return f" {canonical(name)} {canonical(code)} | {fold(name)} {fold(code)}"


def _search_text(context: DefaultExecutionContext) -> str:
    row = context.get_current_parameters()  # type: ignore[no-untyped-call]  # SQLAlchemy's
    return agency_search_text(row["name"], row["code"])


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
    search_text: Mapped[str] = mapped_column(sa.String(500), default=_search_text)


class FormerName(Base):
    """What an agency was called before (a province that became a city): its code, its people and its papers stay.

    Valid on both days and between; ``valid_from`` is empty where nobody has looked it up.
    """

    __tablename__ = "agency_former_name"

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date]


class Person(Base):
    """Somebody with an account. Has the four members that Flask-Login asks for.

    ``email`` is in lower case. An empty ``password_hash`` lets nobody in. An erased account keeps its row, without the
    person in it, for what points at it: logs, marks of support, opinions that stay.
    """

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
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    memberships: Mapped[list["Membership"]] = relationship(back_populates="person", lazy="raise")

    @property
    def is_authenticated(self) -> bool:
        return True

    @property
    def is_active(self) -> bool:
        return self.erased_at is None

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


class AccountEvent(Base):
    """Append-only: who gave or took a role, checked an organisation, made a unit."""

    __tablename__ = "account_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    kind: Mapped[AccountEventKind] = mapped_column(str_enum(AccountEventKind, "kind"))
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    agency_id: Mapped[int | None] = mapped_column(sa.ForeignKey("agency.id"))
    role: Mapped[Role | None] = mapped_column(str_enum(Role, "role"))

    __table_args__ = (sa.Index("ix_account_event_agency_id_id", "agency_id", "id"),)


class SignInAttempt(Base):
    """One try at a door that is watched: a failed sign-in, a registration, a forgotten password.

    ``key`` is a keyed hash of an address or of a part of the network: the table names nobody. Kept for a day.
    """

    __tablename__ = "sign_in_attempt"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[AttemptKind] = mapped_column(str_enum(AttemptKind, "kind"))
    key: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

    __table_args__ = (sa.Index("ix_sign_in_attempt_key_at", "key", "at"),)
