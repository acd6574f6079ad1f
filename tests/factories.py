"""Rows for tests. Each factory flushes, so ids are there; what a test does not say is made up, different each time."""

from functools import cache
from itertools import count
from typing import Any

from accounts.models import Agency, AgencyKind, Membership, Person, PersonKind, Role
from accounts.passwords import hash_password
from core import clock
from core.db import db

_numbers = count(1)

PASSWORD = "mot cau de nho"


@cache
def _hash_of(password: str) -> str:
    return hash_password(password)  # 40 ms; once for all people of a run


# --- accounts ---------------------------------------------------------------------------------------------------------


def make_person(*, password: str = PASSWORD, confirmed: bool = True, **values: Any) -> Person:
    """Somebody with a confirmed address, who signs in with PASSWORD."""
    n = next(_numbers)
    now = clock.now()
    person = Person(
        **{
            "email": f"nguoi-{n}@vi-du.vn",
            "password_hash": _hash_of(password),
            "full_name": f"Nguyễn Thị Ngỗ {n}",
            "public_name": f"Chị Ngỗ {n}",
            "kind": PersonKind.INDIVIDUAL,
            "session_epoch": 0,
            "email_confirmed_at": now if confirmed else None,
            "created_at": now,
            **values,
        }
    )
    db.session.add(person)
    db.session.flush()
    return person


def make_agency(*, parent: Agency | None = None, **values: Any) -> Agency:
    """A ministry, or a unit below ``parent``."""
    n = next(_numbers)
    agency = Agency(
        **{
            "code": f"CQ{n}",
            "name": f"Cơ quan thứ {n}",
            "kind": AgencyKind.UNIT if parent else AgencyKind.MINISTRY,
            "parent_id": parent.id if parent else None,
            "path": "",
            **values,
        }
    )
    db.session.add(agency)
    db.session.flush()
    agency.path = f"{parent.path if parent else '/'}{agency.id}/"
    db.session.flush()
    return agency


def make_membership(
    role: Role = Role.DRAFTER, *, person: Person | None = None, agency: Agency | None = None
) -> Membership:
    """A role of somebody somewhere."""
    membership = Membership(
        person_id=(person or make_person()).id,
        agency_id=(agency or make_agency()).id,
        role=role,
        created_at=clock.now(),
    )
    db.session.add(membership)
    db.session.flush()
    return membership


def make_staff(role: Role, agency: Agency, **values: Any) -> Person:
    """Somebody with a role in an agency."""
    person = make_person(**values)
    make_membership(role, person=person, agency=agency)
    return person
