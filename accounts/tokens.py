"""Links in letters. A token names the person and what must not have changed since: it dies with its use."""

from dataclasses import dataclass
from datetime import timedelta

from accounts import queries
from accounts.models import Person
from core.signing import keyed_hash, sign, unsign

CONFIRM, RESET, INVITE = "accounts.confirm", "accounts.reset", "accounts.invite"

LIFETIMES = {CONFIRM: timedelta(days=3), RESET: timedelta(hours=2), INVITE: timedelta(days=7)}


@dataclass(frozen=True)
class _Bound:
    """What a token is bound to. A new password or address, or a new epoch, and it is worth nothing."""

    person_id: int
    seal: str


def confirmation_token(person: Person) -> str:
    """To confirm the address. Registering again makes a new password, and this token dies: nobody confirms a password
    that somebody else chose for their address."""
    return _make(CONFIRM, person)


def reset_token(person: Person) -> str:
    """To choose a new password, once, within two hours."""
    return _make(RESET, person)


def invitation_token(person: Person) -> str:
    """To choose the first password, once, within a week."""
    return _make(INVITE, person)


def person_of_confirmation(token: str) -> Person | None:
    return _person(token, CONFIRM)


def person_of_reset(token: str) -> Person | None:
    """The person whom a reset or an invitation lets choose a password."""
    return _person(token, RESET) or _person(token, INVITE)


def _make(purpose: str, person: Person) -> str:
    return sign(purpose, [person.id, _seal(person)])


def _person(token: str, purpose: str) -> Person | None:
    data = unsign(purpose, token, max_age=LIFETIMES[purpose])
    if data is None:
        return None
    bound = _Bound(*data)
    person = queries.find_person(bound.person_id)
    return person if person is not None and person.is_active and _seal(person) == bound.seal else None


def _seal(person: Person) -> str:
    return keyed_hash("accounts.seal", f"{person.session_epoch}\0{person.email}\0{person.password_hash}")[:32]
