"""Who is signed in, for views and for the gate. Flask-Login stands behind it."""

from flask import g
from flask_login import current_user

from accounts import queries
from accounts.models import Person
from core.errors import NotFound


def current_person() -> Person | None:
    """The signed-in person, or None for a visitor, and in the worker and the shell, where letters are written."""
    return current_user._get_current_object() if current_user and current_user.is_authenticated else None


def signed_in_person() -> Person:
    """The signed-in person of a view that requires one."""
    person = current_person()
    if person is None:
        raise NotFound
    return person


def permissions() -> frozenset[str]:
    """What the visitor may do somewhere; read once a request."""
    person = current_person()
    if person is None:
        return frozenset()
    if "permissions" not in g:
        g.permissions = queries.list_permissions(person.id)
    held: frozenset[str] = g.permissions
    return held


class CurrentVisitor:
    """The visitor as the gate (core.access) sees them."""

    def signed_in(self) -> bool:
        return current_person() is not None

    def holds(self, permission: str) -> bool:
        return permission in permissions()


def load_session(session_id: str) -> Person | None:
    """The person of a session cookie (see Person.get_id); None if their password changed since."""
    person_id, _, epoch = session_id.partition(".")
    if not person_id.isdigit() or not epoch.isdigit():
        return None
    person = queries.find_person(int(person_id))
    return person if person is not None and person.session_epoch == int(epoch) else None
