"""Reads of what people have done on the boards."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from core import clock
from core.db import db
from forums.models import Board, Draft, Member, Topic
from forums.policies import Trust, trust


@dataclass(frozen=True)
class Begun:
    """Something begun and not sent, with where it is written."""

    place: str
    id: int
    title: str
    where: str
    body: str
    updated_at: datetime


def find_member(person_id: int) -> Member | None:
    return db.session.get(Member, person_id)


def trust_of(person_id: int) -> Trust:
    member = find_member(person_id)
    return trust(member.published, member.refused, member.joined_at, clock.now()) if member else Trust.NEW


def list_drafts(person_id: int) -> list[Begun]:
    """What somebody has begun to write, newest first, with the names of the places, in three statements."""
    drafts = db.session.scalars(sa.select(Draft).where(Draft.person_id == person_id).order_by(Draft.id.desc())).all()
    places = {draft.id: draft.place.partition(":") for draft in drafts}
    names = {
        kind: _titles(model, [int(id_) for of, _, id_ in places.values() if of == kind])
        for kind, model in _PLACES.items()
    }
    begun = []
    for draft in drafts:
        kind, _, id_ = places[draft.id]
        where = names[kind].get(int(id_), "")
        begun.append(Begun(kind, int(id_), draft.title, where, draft.body, draft.updated_at))
    return begun


_PLACES: dict[str, type[Board] | type[Topic]] = {"board": Board, "topic": Topic}


def _titles(model: "type[Board] | type[Topic]", ids: list[int]) -> dict[int, str]:
    return {row[0]: row[1] for row in db.session.execute(sa.select(model.id, model.title).where(model.id.in_(ids)))}
