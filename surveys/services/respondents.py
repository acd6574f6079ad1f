"""Who answers, as far as a survey has to know: a key to answer once under, a secret that opens their draft."""

import hashlib
import secrets
from dataclasses import dataclass

from core.signing import keyed_hash
from surveys.models import Door, Invitation, Survey


@dataclass(frozen=True)
class Respondent:
    """Made by the functions below for one survey; ``person_id``, ``invitation_id`` are kept in named surveys alone."""

    survey_id: int
    door: Door
    key: str
    secret: str
    person_id: int | None = None
    invitation_id: int | None = None


def new_token() -> str:
    """For a cookie or a letter; the database never holds it."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """What the database holds of a token. It is random and long, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def by_account(survey: Survey, person_id: int) -> Respondent:
    """Somebody signed in: finds their draft on any device."""
    return _make(survey, Door.ACCOUNT, str(person_id), f"account/{person_id}", person_id=person_id)


def by_cookie(survey: Survey, token: str) -> Respondent:
    """A browser that holds a random token of ours in a cookie."""
    return _make(survey, Door.COOKIE, hash_of(token), token)


def by_invitation(survey: Survey, invitation: Invitation, token: str) -> Respondent:
    """Whoever holds the token of a letter (services.inviting.find_invitation)."""
    return _make(survey, Door.INVITATION, str(invitation.id), token, invitation_id=invitation.id)


def key_of(survey_id: int, door: Door, identity: str) -> str:
    """The key of a participation: different in each survey, and nothing to try names against."""
    return keyed_hash("surveys.participation", f"{survey_id}/{door}/{identity}")


def _make(
    survey: Survey,
    door: Door,
    identity: str,
    secret: str,
    *,
    person_id: int | None = None,
    invitation_id: int | None = None,
) -> Respondent:
    key = key_of(survey.id, door, identity)
    return Respondent(survey.id, door, key, f"{key}/{secret}", person_id, invitation_id)
