"""What signed-in people have begun to write: kept on the server, one text for each place, at most fifty a person."""

from datetime import timedelta

import sqlalchemy as sa

from accounts.models import Person
from core import clock
from core.db import db
from core.settings import setting
from forums.models import Draft
from forums.services import texts

MOST = 50


def place_of_board(board_id: int) -> str:
    """Where a new topic is written."""
    return f"board:{board_id}"


def place_of_topic(topic_id: int) -> str:
    """Where a reply is written."""
    return f"topic:{topic_id}"


def keep(person: Person, place: str, *, title: str, body: str) -> None:
    """Keep a text; an empty one is forgotten. The oldest gives way to the fifty-first."""
    forget(person.id, place)
    kept = texts.tidy(body)[: texts.MAX_LETTERS]
    line = " ".join(texts.tidy(title).split())[: texts.TITLE_MOST]
    if not kept and not line:
        return
    db.session.add(Draft(person_id=person.id, place=place, title=line, body=kept, updated_at=clock.now()))
    db.session.flush()
    newest = sa.select(Draft.id).where(Draft.person_id == person.id).order_by(Draft.id.desc()).limit(MOST)
    kept_ids = db.session.scalars(newest).all()
    db.session.execute(sa.delete(Draft).where(Draft.person_id == person.id, Draft.id.not_in(kept_ids)))


def forget(person_id: int, place: str) -> None:
    """Nothing is kept for this place any more."""
    db.session.execute(sa.delete(Draft).where(Draft.person_id == person_id, Draft.place == place))
    db.session.flush()


def forget_old() -> None:
    """What nobody has written on for so many days (KEEP_UNSENT_DAYS) serves nobody any more: Law 91/2025/QH15."""
    old = Draft.updated_at < clock.now() - timedelta(days=setting("KEEP_UNSENT_DAYS"))
    if db.session.scalar(sa.select(Draft.id).where(old).limit(1)) is not None:
        db.session.execute(sa.delete(Draft).where(old))
