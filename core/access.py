"""Who may enter: every route says it with ``@public`` or ``@requires(...)``; one that says nothing lets nobody in.

``@requires("permission")`` asks that the person hold the permission in at least one agency. Whether the thing at hand
belongs to that agency is decided where it is loaded: the wrong owner gets 404.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from flask import Flask, abort, current_app, redirect, request, url_for
from werkzeug.wrappers import Response

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC = "public"
SIGNED_IN = "signed-in"
_MARK = "__access__"


class Visitor(Protocol):
    """Whoever makes the request, as far as the gate needs to know."""

    def signed_in(self) -> bool: ...

    def holds(self, permission: str) -> bool: ...


@dataclass(frozen=True)
class Gate:
    """How the app tells the gate who is at it, and where people sign in."""

    visitor: Visitor
    sign_in_endpoint: str


def public(view: View) -> View:
    """Anybody may enter."""
    setattr(view, _MARK, PUBLIC)
    return view


def requires(permission: str) -> Callable[[View], View]:
    """Only people who hold the permission in some agency (or ``SIGNED_IN``: any person with an account) may enter."""

    def mark(view: View) -> View:
        setattr(view, _MARK, permission)
        return view

    return mark


def access_of(view: Callable[..., Any]) -> str | None:
    """What a view declared; None if it declared nothing."""
    return getattr(view, _MARK, None)


def admits(visitor: Visitor, access: str | None) -> bool:
    """Would the gate let this visitor through?"""
    if access is None:
        return False
    if access == PUBLIC:
        return True
    return visitor.signed_in() and (access == SIGNED_IN or visitor.holds(access))


def init_app(app: Flask, gate: Gate) -> None:
    public(app.view_functions["static"])

    @app.before_request
    def enforce() -> Response | None:
        if request.endpoint is None:
            return None  # 404 and 405 are answered by the router
        access = access_of(current_app.view_functions[request.endpoint])
        if admits(gate.visitor, access):
            return None
        if access is None or gate.visitor.signed_in():
            abort(403)
        return redirect(url_for(gate.sign_in_endpoint, next=_return_path()))


def _return_path() -> str:
    """Where to come back to after signing in: this page, or for a form that was sent, the page it stood on."""
    return request.full_path.rstrip("?") if request.method == "GET" else "/"


def local_path(path: str | None) -> str:
    """A path on this site that a form or link asked to go on to; the home page for anything else."""
    if path and path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable():
        return path
    return "/"
