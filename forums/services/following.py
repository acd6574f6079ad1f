"""Who follows a topic, and what they began to write there, go along when its posts go to another one."""

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from core.db import db
from forums.models import Draft, Post, Reader
from forums.services import counting
from forums.services.drafts import place_of_topic


def follow_too(topic_id: int, other_id: int, *, authors_of: int | None = None) -> None:
    """Whoever follows a topic follows the other one too; with ``authors_of`` only who has written there."""
    followers = sa.select(Reader.person_id).where(Reader.topic_id == topic_id, Reader.follows.is_(True))
    if authors_of is not None:
        followers = followers.where(Reader.person_id.in_(sa.select(Post.author_id).where(Post.topic_id == authors_of)))
    people = db.session.scalars(followers.order_by(Reader.person_id)).all()
    counting.make_readers(other_id, people)
    db.session.execute(
        sa.update(Reader)
        .where(Reader.topic_id == other_id, Reader.person_id.in_(followers))
        .values(follows=True)
        .execution_options(synchronize_session=False)
    )


def carry_drafts(topic_id: int, other_id: int) -> None:
    """A reply begun in one topic goes on in the other, where none was begun there."""
    begun = aliased(Draft)
    there = sa.exists().where(begun.person_id == Draft.person_id, begun.place == place_of_topic(other_id))
    db.session.execute(
        sa.update(Draft)
        .where(Draft.place == place_of_topic(topic_id), ~there)
        .values(place=place_of_topic(other_id))
        .execution_options(synchronize_session=False)
    )
