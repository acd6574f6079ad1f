"""Reads of people and agencies."""

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from accounts.models import Agency, Membership, Person, Role
from accounts.policies import permissions_of, roles_with
from core.db import db
from core.errors import NotFound


def find_person(person_id: int) -> Person | None:
    return db.session.get(Person, person_id)


def find_person_by_email(email: str) -> Person | None:
    """By address, whatever its case."""
    return db.session.scalar(sa.select(Person).where(Person.email == email.strip().lower()))


def get_agency(code: str) -> Agency:
    agency = db.session.scalar(sa.select(Agency).where(Agency.code == code))
    if agency is None:
        raise NotFound(code)
    return agency


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
