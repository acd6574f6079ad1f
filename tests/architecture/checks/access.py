"""Who may enter which route."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask

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
    """One line for each route: methods, address, endpoint, what it asks for, and who gets past the gate."""
    rows = [("METHODS", "ADDRESS", "ENDPOINT", "ASKS FOR", *VISITORS)]
    rows += sorted(_row(app, rule) for rule in app.url_map.iter_rules())
    return "\n".join(_aligned(rows)) + "\n"


def _row(app: Flask, rule: Any) -> tuple[str, ...]:
    access = access_of(app.view_functions[rule.endpoint])
    marks = ("yes" if admits(Stranger(roles), access) else "-" for roles in VISITORS.values())
    methods = ",".join(sorted((rule.methods or set()) - QUIET_METHODS))
    return (methods, rule.rule, rule.endpoint, str(access), *marks)


def _aligned(rows: Iterable[tuple[str, ...]]) -> list[str]:
    rows = sorted(rows, key=lambda row: (row[0] != "METHODS", row[1], row[0]))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
