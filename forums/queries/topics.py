"""Reads of what was done to topics: what became of them, where their posts went, what they are about."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from core.db import db
from core.errors import NotFound
from forums.models import Board, FormerPlace, Post, PostReference, Topic, TopicEvent
from moderation.models import ReviewStatus

REPLIES_SHOWN = 100
PUBLISHED = ReviewStatus.PUBLISHED


def get_merged(topic_id: int) -> int:
    """The topic into which another one was merged. Raises NotFound for one that was not."""
    into = db.session.scalar(sa.select(Topic.merged_into_id).where(Topic.id == topic_id))
    if into is None:
        raise NotFound
    return into


def find_moved(topic_id: int, number: int) -> Post | None:
    """The post that stood under this number before its topic was split or merged; None where none did."""
    return db.session.scalar(
        sa.select(Post)
        .join(FormerPlace, FormerPlace.post_id == Post.id)
        .where(FormerPlace.topic_id == topic_id, FormerPlace.number == number)
    )


def list_replies(topic_id: int, *, from_number: int) -> Sequence[Post]:
    """A hundred posts of a topic without its opening one, whatever their status, for who moderates it."""
    return db.session.scalars(
        sa.select(Post)
        .where(Post.topic_id == topic_id, Post.number >= max(from_number, 2))
        .order_by(Post.number)
        .limit(REPLIES_SHOWN)
    ).all()


def list_events(topic_id: int) -> Sequence[Any]:
    """What was done to a topic, the latest first, at most thirty: rows TopicEvent, other (the title of a public topic
    that has some of its posts, or gave it some)."""
    other = aliased(Topic)
    public = sa.and_(other.id == TopicEvent.other_id, other.status == PUBLISHED)
    return db.session.execute(
        sa.select(TopicEvent, other.title.label("other"))
        .outerjoin(other, public)
        .where(TopicEvent.topic_id == topic_id)
        .order_by(TopicEvent.id.desc())
        .limit(30)
    ).all()


def topics_about(kind: str, target_id: int, consultation_id: int, *, limit: int = 5) -> tuple[list[Topic], int | None]:
    """Public topics that were opened about something, newest first, and the board of its consultation that takes more
    (the newest if it has several; None if it has none). One statement: every page of a provision asks."""
    board = (
        sa.select(sa.func.max(Board.id).label("id"))
        .where(Board.consultation_id == consultation_id, Board.archived.is_(False))
        .subquery()
    )
    opened = (
        sa.select(Topic)
        .join(PostReference, PostReference.topic_id == Topic.id)
        .where(
            PostReference.kind == kind,
            PostReference.target_id == target_id,
            PostReference.opening.is_(True),
            Topic.status == PUBLISHED,
        )
        .order_by(Topic.id.desc())
        .limit(limit)
        .subquery()
    )
    topic = aliased(Topic, opened)
    rows = db.session.execute(
        sa.select(topic, board.c.id.label("board_id"))
        .select_from(board)
        .outerjoin(opened, sa.true())
        .order_by(opened.c.id.desc())
    ).all()
    return [row[0] for row in rows if row[0] is not None], rows[0].board_id if rows else None
