"""Reads for open data: public posts in the order of their ids, and how many are left out."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from core.db import db
from forums.models import Post, Topic
from moderation.models import ReviewStatus

PAGE_SIZE = 500
PUBLISHED = ReviewStatus.PUBLISHED


def list_open(board_id: int, *, after: int) -> Sequence[Any]:
    """Up to 500 public posts of a board above an id. ``author``: the number of their first public post in the topic."""
    first = aliased(Post)
    author = sa.select(sa.func.min(first.number)).where(
        first.topic_id == Post.topic_id, first.author_id == Post.author_id, first.status == PUBLISHED
    )
    return db.session.execute(
        sa.select(
            Post.id,
            Post.topic_id,
            Topic.kind,
            Topic.title,
            Post.number,
            author.scalar_subquery().label("author"),
            Post.badge,
            Post.office,
            Post.official,
            Post.side,
            Post.quoted_id,
            Post.body,
            Post.support_count,
            Post.created_at,
            Post.edited_at,
        )
        .join(Topic, Topic.id == Post.topic_id)
        .where(Topic.board_id == board_id, Topic.status == PUBLISHED, Post.status == PUBLISHED, Post.id > after)
        .order_by(Post.id)
        .limit(PAGE_SIZE)
    ).all()


def count_left_out(board_id: int) -> dict[str, int]:
    """How many posts of a board are not public, by status; in a topic that is hidden, all are."""
    rows = db.session.execute(
        sa.select(
            sa.case((Topic.status == PUBLISHED, Post.status), else_=Topic.status).label("standing"), sa.func.count()
        )
        .select_from(Post)
        .join(Topic, Topic.id == Post.topic_id)
        .where(Topic.board_id == board_id, sa.or_(Topic.status != PUBLISHED, Post.status != PUBLISHED))
        .group_by("standing")
    )
    return {str(row[0]): row[1] for row in rows}
