"""Invitations: one letter, one token, one sheet. The caller writes the letters, with the tokens handed out here."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from core import clock
from core.db import db
from core.errors import RuleBroken
from core.i18n import gettext as _
from surveys.models import Invitation, Survey, SurveyAccess, SurveyState
from surveys.services.respondents import hash_of, new_token

MOST_AT_ONCE = 5_000
LONGEST_ADDRESS = 254
ADDRESS = re.compile(r"[^@\s<>,;:\"()\[\]\\]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")


@dataclass(frozen=True)
class Issued:
    """A token that exists nowhere else: it goes into the letter now or never."""

    email: str
    token: str


def invite(survey: Survey, emails: Sequence[str]) -> list[Issued]:
    """Invite the addresses that are not invited yet. Raises RuleBroken (field ``emails``); then nobody is invited."""
    if survey.access != SurveyAccess.INVITED:
        raise RuleBroken(_("Khảo sát này không dùng thư mời."), "emails")
    if survey.state == SurveyState.DRAFT:
        raise RuleBroken(_("Hãy công bố khảo sát trước khi gửi thư mời."), "emails")
    addresses = list(dict.fromkeys(_address(email) for email in emails if email.strip()))
    if not addresses:
        raise RuleBroken(_("Hãy ghi ít nhất một địa chỉ thư điện tử."), "emails")
    if len(addresses) > MOST_AT_ONCE:
        raise RuleBroken(_("Mỗi lần mời được tối đa %(n)s địa chỉ.", n=MOST_AT_ONCE), "emails")
    invited = set(db.session.scalars(sa.select(Invitation.email).where(Invitation.survey_id == survey.id)))
    issued = [Issued(email, new_token()) for email in addresses if email not in invited]
    now = clock.now()
    db.session.add_all(
        Invitation(survey_id=survey.id, email=one.email, token_hash=hash_of(one.token), created_at=now)
        for one in issued
    )
    db.session.flush()
    return issued


def find_invitation(token: str) -> Invitation | None:
    """The invitation of a token from a letter; None for one that is forged, or was taken back."""
    if len(token) > 100:
        return None
    return db.session.scalar(sa.select(Invitation).where(Invitation.token_hash == hash_of(token)))


def _address(text: str) -> str:
    address = text.strip().lower()
    if len(address) > LONGEST_ADDRESS or not ADDRESS.fullmatch(address):
        raise RuleBroken(_("“%(address)s” không phải là địa chỉ thư điện tử.", address=address[:80]), "emails")
    return address
