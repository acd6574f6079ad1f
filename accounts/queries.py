"""Reads of people and agencies."""

from collections.abc import Collection
from datetime import date
from typing import TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager

from accounts.models import AccountEvent, Agency, AgencyKind, Consent, FormerName, Membership, Person, PersonKind, Role
from accounts.policies import Permission, permissions_of, roles_with
from core.db import db
from core.errors import NotFound
from core.pagination import Page, paginate
from core.text import canonical, fold, has_marks, nfc

PAGE_SIZE = 30

AgencyRow: TypeAlias = "sa.Row[tuple[int, str, str, AgencyKind]]"


def find_person(person_id: int) -> Person | None:
    return db.session.get(Person, person_id)


def find_person_by_email(email: str) -> Person | None:
    """By address, whatever its case."""
    return db.session.scalar(sa.select(Person).where(Person.email == email.strip().lower()))


def get_agency(code: str) -> Agency:
    """By code, whatever its case and however its letters were typed: "bgdđt" finds BGDĐT. Raises NotFound."""
    written = nfc(code.strip())
    agency = db.session.scalar(sa.select(Agency).where(Agency.code.in_({written, written.upper()})).limit(1))
    if agency is None:
        raise NotFound(code)
    return agency


def name_on(agency: Agency, day: date) -> str:
    """What the agency was called on a day: its name now, unless that day falls into the time of a former one."""
    former = db.session.scalar(
        sa.select(FormerName.name)
        .where(
            FormerName.agency_id == agency.id,
            sa.or_(FormerName.valid_from.is_(None), FormerName.valid_from <= day),
            FormerName.valid_to >= day,
        )
        .order_by(FormerName.valid_to)
        .limit(1)
    )
    return former or agency.name


def agencies_within(person_id: int, permission: str) -> "sa.Select[int]":
    """Ids of the agencies in which a person holds a permission, their subtrees included; for ``agency_id.in_(…)``."""
    root, reached = aliased(Agency), aliased(Agency)
    return (
        sa.select(reached.id)
        .join(root, reached.path.startswith(root.path))
        .join(Membership, Membership.agency_id == root.id)
        .where(Membership.person_id == person_id, Membership.role.in_(roles_with(permission)))
    )


def holds_in(person_id: int, permission: str, agency_id: int) -> bool:
    """Does the person hold the permission in this agency (by a role in it, or in one above it)?"""
    return bool(
        db.session.scalar(
            sa.select(sa.exists().where(Agency.id == agency_id, Agency.id.in_(agencies_within(person_id, permission))))
        )
    )


def list_roles(person_id: int) -> list[Role]:
    """The roles a person has, in whatever agencies."""
    return list(db.session.scalars(sa.select(Membership.role).where(Membership.person_id == person_id).distinct()))


def list_permissions(person_id: int) -> frozenset[str]:
    """The permissions a person holds in at least one agency."""
    return permissions_of(list_roles(person_id))


def list_agencies(person_id: int, permission: str) -> list[Agency]:
    """The agencies in which a person holds a permission through a role in that very agency, by name."""
    return list(
        db.session.scalars(
            sa.select(Agency)
            .join(Membership, Membership.agency_id == Agency.id)
            .where(Membership.person_id == person_id, Membership.role.in_(roles_with(permission)))
            .order_by(Agency.name)
            .distinct()
        )
    )


# --- consent ---------------------------------------------------------------------------------------------------------


def list_consents(person_id: int) -> list[Consent]:
    """Every act of consent of a person, newest first."""
    return list(
        db.session.scalars(sa.select(Consent).where(Consent.person_id == person_id).order_by(Consent.id.desc())).all()
    )


def find_standing_consent(person_id: int) -> Consent | None:
    """The consent that holds now: the newest that was not taken back."""
    return db.session.scalar(
        sa.select(Consent)
        .where(Consent.person_id == person_id, Consent.withdrawn_at.is_(None))
        .order_by(Consent.id.desc())
        .limit(1)
    )


def has_withdrawn(person_id: int) -> bool:
    """Did the person take their consent back, and not give it again? Then nothing new is done with their data.

    False for people who were never asked (officials whose account was made in the shell).
    """
    consents = list_consents(person_id)
    return bool(consents) and all(consent.withdrawn_at is not None for consent in consents)


# --- administration --------------------------------------------------------------------------------------------------


def get_administered_agency(person_id: int, code: str) -> Agency:
    """An agency in a subtree that the person administers; raises NotFound for every other."""
    agency = db.session.scalar(
        sa.select(Agency).where(
            Agency.code == nfc(code), Agency.id.in_(agencies_within(person_id, Permission.ADMINISTER))
        )
    )
    if agency is None:
        raise NotFound
    return agency


def search_agencies(person_id: int, permission: str, words: str, *, cursor: str | None) -> Page[AgencyRow]:
    """Agencies in which the person holds the permission and whose name or code has words that begin like these.

    A word typed with marks matches marks; a bare one matches both. In the order of their ids: ministries, provinces,
    communes, units. Rows: id, code, name, kind.
    """
    statement = sa.select(Agency.id, Agency.code, Agency.name, Agency.kind).where(
        Agency.id.in_(agencies_within(person_id, permission))
    )
    for word in words.split()[:8]:
        wanted = canonical(word) if has_marks(word) else fold(word)
        statement = statement.where(Agency.search_text.contains(f" {wanted}", autoescape=True))
    return paginate(statement, [(Agency.id, "id", False)], cursor=cursor, size=PAGE_SIZE)


def list_memberships(agency_id: int, *, cursor: str | None) -> Page[sa.Row[tuple[int, Role, str, str, int]]]:
    """Who has which role in this very agency. Rows: id, role, full_name, email, person_id."""
    statement = (
        sa.select(Membership.id, Membership.role, Person.full_name, Person.email, Person.id.label("person_id"))
        .join(Person, Membership.person_id == Person.id)
        .where(Membership.agency_id == agency_id)
    )
    return paginate(statement, [(Membership.id, "id", False)], cursor=cursor, size=PAGE_SIZE)


def list_units(agency_id: int) -> list[Agency]:
    """The units directly below an agency that are not places: a province's communes are found by searching."""
    return list(
        db.session.scalars(
            sa.select(Agency)
            .where(Agency.parent_id == agency_id, Agency.kind == AgencyKind.UNIT)
            .order_by(Agency.name)
            .limit(200)
        )
    )


def list_ancestors(agency: Agency) -> list[Agency]:
    """The agencies above, the highest first."""
    ids = [int(part) for part in agency.path.strip("/").split("/")[:-1]]
    found = db.session.scalars(sa.select(Agency).where(Agency.id.in_(ids)).order_by(sa.func.length(Agency.path)))
    return list(found) if ids else []


def find_membership(membership_id: int, agency_id: int) -> Membership | None:
    """A role in this agency, with its person."""
    return db.session.scalar(
        sa.select(Membership)
        .join(Membership.person)
        .options(contains_eager(Membership.person))
        .where(Membership.id == membership_id, Membership.agency_id == agency_id)
    )


def list_memberships_of(person_id: int) -> list[sa.Row[tuple[Role, str, str]]]:
    """The roles of a person with their agencies. Rows: role, code, name."""
    return list(
        db.session.execute(
            sa.select(Membership.role, Agency.code, Agency.name)
            .join(Agency, Membership.agency_id == Agency.id)
            .where(Membership.person_id == person_id)
            .order_by(Agency.name, Membership.id)
        )
    )


def may_check_organisations(person_id: int) -> bool:
    """Organisations belong to no agency; administrators of central bodies, ministries and provinces check them."""
    return administers_any(person_id, (AgencyKind.CENTRAL, AgencyKind.MINISTRY, AgencyKind.PROVINCE))


def administers_any(person_id: int, kinds: Collection[AgencyKind]) -> bool:
    """Is this person an administrator of an agency of one of these kinds?"""
    here = sa.exists().where(
        Membership.person_id == person_id,
        Membership.role.in_(roles_with(Permission.ADMINISTER)),
        Membership.agency_id == Agency.id,
        Agency.kind.in_(kinds),
    )
    return bool(db.session.scalar(sa.select(here)))


def list_organisations_to_check(*, cursor: str | None) -> Page[sa.Row[tuple[int, str, str, str]]]:
    """Organisations with a confirmed address that nobody has checked. Rows: id, full_name, public_name, email."""
    statement = sa.select(Person.id, Person.full_name, Person.public_name, Person.email).where(
        Person.kind == PersonKind.ORGANISATION,
        Person.organisation_checked_at.is_(None),
        Person.email_confirmed_at.is_not(None),
        Person.erased_at.is_(None),
    )
    return paginate(statement, [(Person.id, "id", False)], cursor=cursor, size=PAGE_SIZE)


def list_events(agency_id: int, *, limit: int = 20) -> list[sa.Row[tuple[AccountEvent, str | None, str | None]]]:
    """The last things that administrators did in an agency, newest first. Rows: event, actor's name, person's name."""
    actor, person = aliased(Person), aliased(Person)
    return list(
        db.session.execute(
            sa.select(AccountEvent, actor.full_name.label("actor"), person.full_name.label("person"))
            .outerjoin(actor, AccountEvent.actor_id == actor.id)
            .outerjoin(person, AccountEvent.person_id == person.id)
            .where(AccountEvent.agency_id == agency_id)
            .order_by(AccountEvent.id.desc())
            .limit(limit)
        )
    )
