"""Topics and posts as search documents, and when they are indexed again."""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from core.db import db
from core.links import path_to
from forums.models import Board, Post, Topic
from moderation.models import ReviewStatus
from search import services as search
from search.documents import SearchDocument
from search.registry import ResultCard

TOPIC, POST = "topic", "post"
BATCH = 500


def reindex_topic(topic_id: int) -> None:
    """Ask the worker to look at a topic and all of its replies again."""
    search.request_indexing(TOPIC, [topic_id])
    replies = sa.select(Post.id).where(
        Post.topic_id == topic_id, Post.number > 1, Post.status == ReviewStatus.PUBLISHED
    )
    search.request_indexing(POST, list(db.session.scalars(replies)))


def reindex_post(topic_id: int, post_id: int, number: int) -> None:
    """Ask the worker to look at one post again: an opening post is found as its topic."""
    if number == 1:
        search.request_indexing(TOPIC, [topic_id])
    else:
        search.request_indexing(POST, [post_id])


def topic_documents(ids: Sequence[int]) -> list[SearchDocument]:
    """The published topics among these: title and opening post."""
    rows = db.session.execute(_public().where(Topic.id.in_(ids), Post.number == 1))
    return [_document(TOPIC, row.topic_id, row) for row in rows]


def post_documents(ids: Sequence[int]) -> list[SearchDocument]:
    """The published replies of published topics among these."""
    rows = db.session.execute(_public().where(Post.id.in_(ids), Post.number > 1))
    return [_document(POST, row.id, row) for row in rows]


def topic_cards(ids: Sequence[int]) -> dict[int, ResultCard]:
    """What the results page shows of published topics."""
    rows = db.session.execute(_public().where(Topic.id.in_(ids), Post.number == 1))
    return {
        row.topic_id: ResultCard(
            place=row.title,
            context=row.board,
            url=path_to("forums.topic", topic_id=row.topic_id),
            author=row.author_name,
        )
        for row in rows
    }


def post_cards(ids: Sequence[int]) -> dict[int, ResultCard]:
    """What the results page shows of published replies."""
    rows = db.session.execute(_public().where(Post.id.in_(ids), Post.number > 1))
    return {
        row.id: ResultCard(
            place=row.title, context=row.board, url=path_to("forums.post", post_id=row.id), author=row.author_name
        )
        for row in rows
    }


def topic_batches(above: int = 0) -> Iterator[Sequence[int]]:
    """Ids of the published topics above the one given."""
    return _batches(sa.select(Topic.id).where(Topic.status == ReviewStatus.PUBLISHED), Topic.id, above)


def post_batches(above: int = 0) -> Iterator[Sequence[int]]:
    """Ids of the published replies above the one given."""
    return _batches(sa.select(Post.id).where(Post.status == ReviewStatus.PUBLISHED, Post.number > 1), Post.id, above)


def _public() -> "sa.Select[*tuple[Any, ...]]":
    return (
        sa.select(
            Post.id,
            Post.topic_id,
            Post.body,
            Post.author_name,
            Post.created_at,
            Topic.title,
            Board.title.label("board"),
            Board.consultation_id,
            Board.agency_id,
        )
        .join(Topic, Topic.id == Post.topic_id)
        .join(Board, Board.id == Topic.board_id)
        .where(Post.status == ReviewStatus.PUBLISHED, Topic.status == ReviewStatus.PUBLISHED)
    )


def _document(type_: str, id_: int, row: Any) -> SearchDocument:
    return SearchDocument(
        type=type_,
        id=id_,
        consultation_id=row.consultation_id or 0,
        version_id=None,
        lineage_id=None,
        citation="",
        title=row.title if type_ == TOPIC else "",
        body=row.body,
        created_at=row.created_at,
        contributor=row.author_name,
        agency_id=row.agency_id,
    )


def _batches(statement: "sa.Select[int]", key: Any, above: int) -> Iterator[Sequence[int]]:
    last = above
    while ids := db.session.scalars(statement.where(key > last).order_by(key).limit(BATCH)).all():
        yield ids
        last = ids[-1]
