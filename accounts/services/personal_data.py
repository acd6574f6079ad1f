"""A person's hold on their own data: public name, consent, a copy of everything, erasure (Law 91/2025/QH15)."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from accounts.models import Consent, Membership, Person, PersonKind
from accounts.policies import CONSENT_VERSION
from accounts.queries import find_standing_consent, list_consents, list_memberships_of
from accounts.registry import check_name, holders
from core import clock
from core.db import db
from core.errors import RuleBroken
from core.i18n import gettext as _
from core.text import clean

ERASED_DOMAIN = "da-xoa.invalid"


def change_public_name(person: Person, public_name: str) -> None:
    """Choose the name that others see from now on; an empty one means the full name.

    What was checked about an organisation was its name: another name is unchecked again. Opinions already sent keep
    the name they were sent with. Raises RuleBroken (field ``public_name``) for a name that moderators took away.
    """
    name = " ".join(clean(public_name).split()) or person.full_name
    if name != person.public_name:
        check_name(person, name)
    if person.kind == PersonKind.ORGANISATION and name != person.public_name:
        person.organisation_checked_at = None
    person.public_name = name
    db.session.flush()


def give_consent(person: Person) -> Consent:
    """An act of consent to the text of today; one that stands already for this text is left as it is."""
    standing = find_standing_consent(person.id)
    if standing is not None and standing.version == CONSENT_VERSION:
        return standing
    consent = Consent(person_id=person.id, version=CONSENT_VERSION, given_at=clock.now())
    db.session.add(consent)
    db.session.flush()
    return consent


def withdraw_consent(person: Person) -> None:
    """Take back every consent that stands. Nothing new is done with the data from now on; what was lawful stays so."""
    db.session.execute(
        sa.update(Consent)
        .where(Consent.person_id == person.id, Consent.withdrawn_at.is_(None))
        .values(withdrawn_at=clock.now())
    )


def export_personal_data(person: Person) -> dict[str, Any]:
    """Everything kept about a person, ready for JSON; other packages add their parts through the registry."""
    account = {
        "email": person.email,
        "full_name": person.full_name,
        "public_name": person.public_name,
        "kind": person.kind.value,
        "organisation_checked_at": _iso(person.organisation_checked_at),
        "email_confirmed_at": _iso(person.email_confirmed_at),
        "created_at": _iso(person.created_at),
    }
    consents = [
        {"version": one.version, "given_at": _iso(one.given_at), "withdrawn_at": _iso(one.withdrawn_at)}
        for one in list_consents(person.id)
    ]
    roles = [
        {"role": row.role.value, "agency_code": row.code, "agency": row.name} for row in list_memberships_of(person.id)
    ]
    parts = {holder.name: holder.export(person.id) for holder in holders()}
    return {"made_at": _iso(clock.now()), "account": account, "consents": consents, "roles": roles, **parts}


def erase_account(person: Person) -> None:
    """Take the person out of the account and of all that points at it. The row stays, empty: see Person.

    Raises RuleBroken for people with a role: their acts are the state's, and must first pass into other hands.
    """
    if db.session.scalar(sa.select(sa.exists().where(Membership.person_id == person.id))):
        raise RuleBroken(
            _("Bạn đang giữ vai trò trong cơ quan. Hãy đề nghị quản trị viên thu hồi vai trò trước khi xóa tài khoản.")
        )
    withdraw_consent(person)
    for holder in holders():
        holder.erase(person.id)
    person.email = f"{person.id}@{ERASED_DOMAIN}"
    person.full_name = person.public_name = _("Tài khoản đã xóa")
    person.password_hash = ""
    person.organisation_checked_at = person.email_confirmed_at = None
    person.session_epoch += 1
    person.erased_at = clock.now()
    db.session.flush()


def _iso(moment: datetime | None) -> str | None:
    return clock.local(moment).isoformat(timespec="seconds") if moment else None
