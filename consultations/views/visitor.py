"""Whose unsent submission a request is about: the token in the cookie, and the person signed in."""

from typing import Any

from flask import Flask, current_app, g, request
from flask_login import user_logged_in
from werkzeug.wrappers import Response

from accounts.models import Person
from accounts.session import current_person
from consultations.queries import drafts as queries
from consultations.queries.drafts import Owner
from consultations.services import drafts
from consultations.views import blueprint

COOKIE = "phieu"
KEPT_SECONDS = 180 * 24 * 3600
_LONGEST = 100


def owner() -> Owner:
    """The visitor, as far as their unsent submissions go."""
    token = _token()
    person = current_person()
    return Owner(drafts.hash_of(token) if token else None, person.id if person else None)


def writing_owner() -> Owner:
    """The same for somebody about to write: a browser without a token gets one with the answer."""
    if _token() is None:
        g.new_draft_token = drafts.new_token()
    return owner()


def _token() -> str | None:
    token: str | None = g.get("new_draft_token") or request.cookies.get(COOKIE)
    return token if token and len(token) <= _LONGEST else None


@blueprint.app_template_global()
def unsent_count(consultation_id: int) -> int:
    """How many comments the visitor has kept for a consultation and not sent; asks nothing for who never wrote."""
    mine = owner()
    if mine.token_hash is None and mine.person_id is None:
        return 0
    return queries.count_unsent(mine, consultation_id)


@blueprint.after_app_request
def _remember(response: Response) -> Response:
    if token := g.get("new_draft_token"):
        response.set_cookie(
            COOKIE,
            token,
            max_age=KEPT_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=current_app.config["SESSION_COOKIE_SECURE"],
        )
    return response


def _adopt(_app: Flask, user: Person, **_more: Any) -> None:
    """Somebody signs in: what they wrote in this browser becomes theirs, in the transaction of the sign-in."""
    token = _token()
    if token is not None:
        drafts.adopt(Owner(drafts.hash_of(token), user.id))


user_logged_in.connect(_adopt)
