"""Who may enter which route."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from accounts.models import Role
from accounts.policies import Permission, permissions_of
from core.access import PUBLIC, SIGNED_IN, access_of, admits

QUIET_METHODS = frozenset({"HEAD", "OPTIONS"})
VISITORS: Mapping[str, tuple[Role, ...] | None] = {
    "guest": None,
    "citizen": (),
    **{str(role): (role,) for role in Role},
}


@dataclass(frozen=True)
class Stranger:
    """A visitor as the gate sees them: nobody (None), or a person with these roles."""

    roles: tuple[Role, ...] | None

    def signed_in(self) -> bool:
        return self.roles is not None

    def holds(self, permission: str) -> bool:
        return permission in permissions_of(self.roles or ())


def undeclared(views: Mapping[str, Callable[..., Any]]) -> list[str]:
    """Endpoints whose view says nothing about who may enter."""
    return sorted(endpoint for endpoint, view in views.items() if access_of(view) is None)


def unknown_permissions(views: Mapping[str, Callable[..., Any]]) -> list[str]:
    """Endpoints that ask for a permission nobody can hold, because no policy has it."""
    known = {PUBLIC, SIGNED_IN, *map(str, Permission)}
    return sorted(f"{name}: {access_of(view)}" for name, view in views.items() if access_of(view) not in {None, *known})


def table(app: Flask) -> str:
    """One line for each route: who of each kind gets past the gate, what it asks for, methods, address, endpoint.

    What varies in length stands last, so that a new route changes one line and no other.
    """
    head = _line([*VISITORS], "asks for", "methods", "address", "endpoint")
    rules = sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint))
    return "\n".join([head, *(_row(app, rule) for rule in rules)]) + "\n"


def _row(app: Flask, rule: Rule) -> str:
    access = access_of(app.view_functions[rule.endpoint])
    marks = ["yes" if admits(Stranger(roles), access) else "-" for roles in VISITORS.values()]
    methods = ",".join(sorted((rule.methods or set()) - QUIET_METHODS))
    return _line(marks, str(access), methods, rule.rule, rule.endpoint)


def _line(marks: Sequence[str], asks: str, methods: str, address: str, endpoint: str) -> str:
    columns = "  ".join(mark.ljust(len(visitor)) for mark, visitor in zip(marks, VISITORS, strict=True))
    return f"{columns}  {asks:20}  {methods:8}  {address}  {endpoint}"
