"""Who somebody is on a board: their name there, their badge, and how far they are trusted."""

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from accounts import queries as accounts
from accounts.models import Agency, Membership, Person, PersonKind
from accounts.policies import Permission
from core import clock
from core.db import db
from core.text import slug
from forums.models import Badge, Board, Member, Names
from forums.policies import Speaker, Trust, trust


def identify(person: Person, board: Board) -> Speaker:
    """The person as they speak on this board, in three statements."""
    office = office_of(person.id, board.agency_id)
    member = db.session.get(Member, person.id)
    earned = trust(member.published, member.refused, member.joined_at, clock.now()) if member is not None else Trust.NEW
    return Speaker(
        person_id=person.id,
        name=person.full_name if board.names == Names.REAL else person.public_name,
        badge=_badge(person, office),
        office=office,
        confirmed=person.email_confirmed_at is not None,
        moderates=bool(office) and accounts.holds_in(person.id, Permission.MODERATE, board.agency_id),
        trust=earned,
    )


def office_of(person_id: int, agency_id: int) -> str:
    """The agency of an official of this board: one with any role in its agency, above it or below it; "" for others."""
    own, theirs = aliased(Agency), aliased(Agency)
    name = db.session.scalar(
        sa.select(theirs.name)
        .join(Membership, Membership.agency_id == theirs.id)
        .join(own, sa.or_(own.path.startswith(theirs.path), theirs.path.startswith(own.path)))
        .where(Membership.person_id == person_id, own.id == agency_id)
        .order_by(theirs.id)
        .limit(1)
    )
    return name or ""


def handle_of(name: str) -> str:
    """What stands after @ when they are mentioned: "Chị Ngỗ" → "chi-ngo"."""
    return slug(name, limit=80)


def _badge(person: Person, office: str) -> Badge:
    if office:
        return Badge.OFFICIAL
    if person.kind != PersonKind.ORGANISATION:
        return Badge.PERSON
    return Badge.ORGANISATION if person.organisation_checked_at is not None else Badge.UNCHECKED
