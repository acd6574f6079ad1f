"""Counts of topics, boards and members: changed in the transaction that changes a status, recomputed to check them.

Whoever changes several rows takes them in this order: review case, topic, member, board. So two never wait in a ring.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from core import clock
from core.db import db, insert
from forums.models import Board, Member, Post, PostSupport, Reader, Topic, TopicKind, TopicVote
from moderation.models import ReviewStatus

PUBLISHED = ReviewStatus.PUBLISHED
_FRESH_READER = {"read_number": 0, "told_number": 0, "follows": False, "posts": 0}
REFUSALS = (ReviewStatus.REFUSED, ReviewStatus.SPAM)


def lock_topic(topic_id: int) -> Topic:
    """The topic as it stands now, held until the end of the transaction."""
    return db.session.scalars(
        sa.select(Topic).where(Topic.id == topic_id).with_for_update().execution_options(populate_existing=True)
    ).one()


def lock_member(person_id: int) -> Member:
    """What somebody has done here, held; made if they are new."""
    _insert_missing(Member, [{"person_id": person_id, "published": 0, "refused": 0, "joined_at": clock.now()}])
    return db.session.scalars(
        sa.select(Member)
        .where(Member.person_id == person_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def make_reader(topic_id: int, person_id: int) -> None:
    """The row of a person in a topic, if there is none yet."""
    make_readers(topic_id, [person_id])


def make_readers(topic_id: int, people: Sequence[int]) -> None:
    """The rows of these people in a topic, as far as there are none yet."""
    missing = [{**_FRESH_READER, "topic_id": topic_id, "person_id": person_id} for person_id in people]
    if missing:
        _insert_missing(Reader, missing)


def settle_post(topic: Topic, post: Post, before: ReviewStatus, after: ReviewStatus) -> None:
    """A post went from one status to another: everything that counts it follows. The topic is locked."""
    step = (after == PUBLISHED) - (before == PUBLISHED)
    if step:
        _settle_topic(topic, post, step)
    if post.author_id is not None:
        _settle_member(post.author_id, before, after, step)
    if step and post.number > 1 and topic.status == PUBLISHED:
        add_to_board(topic.board_id, 0, step)


def settle_topic(topic: Topic, opening: Post, before: ReviewStatus, after: ReviewStatus) -> None:
    """A topic went, with its opening post, from one status to another. The topic is locked."""
    topic.status = opening.status = after
    topic.listed = after == PUBLISHED and not topic.archived
    step = (after == PUBLISHED) - (before == PUBLISHED)
    settle_post(topic, opening, before, after)
    if step:
        add_to_board(topic.board_id, step, step * (1 + topic.reply_count))


def refresh_waiting(topic: Topic) -> None:
    """A question waits for an official answer, any other topic for a first reply."""
    asked = topic.kind == TopicKind.QUESTION
    topic.waiting = topic.answer_post_id is None if asked else topic.reply_count == 0


def _settle_topic(topic: Topic, post: Post, step: int) -> None:
    if post.number > 1:
        topic.reply_count += step
    if post.author_id is not None:
        topic.people_count += _count_person(topic.id, post.author_id, step)
    if step < 0 and topic.answer_post_id == post.id:
        topic.answer_post_id = None
    if step > 0 and post.official and topic.answer_post_id is None and topic.kind == TopicKind.QUESTION:
        topic.answer_post_id = post.id
    db.session.flush()
    show_last(topic)
    refresh_waiting(topic)
    db.session.flush()


def show_last(topic: Topic) -> None:
    """The last published post of a topic, by which lists are ordered."""
    last = db.session.execute(
        sa.select(Post.id, Post.created_at, Post.author_name)
        .where(Post.topic_id == topic.id, Post.status == PUBLISHED)
        .order_by(Post.number.desc())
        .limit(1)
    ).one_or_none()
    topic.last_post_id = last.id if last else 0
    topic.last_post_at = last.created_at if last else None
    topic.last_author_name = last.author_name if last else ""


def _count_person(topic_id: int, person_id: int, step: int) -> int:
    """Count a post of a person in a topic; returns how the number of people changes."""
    make_reader(topic_id, person_id)
    mine = (Reader.topic_id == topic_id, Reader.person_id == person_id)
    before = db.session.scalar(sa.select(Reader.posts).where(*mine)) or 0
    db.session.execute(
        sa.update(Reader).where(*mine).values(posts=before + step).execution_options(synchronize_session=False)
    )
    return (before + step > 0) - (before > 0)


def _settle_member(person_id: int, before: ReviewStatus, after: ReviewStatus, step: int) -> None:
    refused = (after in REFUSALS) - (before in REFUSALS)
    if not step and not refused:
        return
    member = lock_member(person_id)
    member.published += step
    member.refused += refused
    db.session.flush()


def add_to_board(board_id: int, topics: int, posts: int) -> None:
    db.session.execute(
        sa.update(Board)
        .where(Board.id == board_id)
        .values(topic_count=Board.topic_count + topics, post_count=Board.post_count + posts)
        .execution_options(synchronize_session=False)
    )


def _insert_missing(model: type[Any], rows: list[dict[str, Any]]) -> None:
    db.session.execute(insert(model).on_conflict_do_nothing(), rows)


def move_board(topic: Topic, board_id: int) -> None:
    """Take a published topic from one board to another, both counts with it; in the order of their ids."""
    posts = 1 + topic.reply_count
    for board, sign in sorted([(topic.board_id, -1), (board_id, 1)]):
        if topic.status == PUBLISHED:
            add_to_board(board, sign, sign * posts)
    topic.board_id = board_id
    db.session.flush()


def take_off_board(topic: Topic) -> None:
    """A published topic leaves its board with all of its posts: they will be counted where they go."""
    add_to_board(topic.board_id, -1, -(1 + topic.reply_count))
    topic.reply_count = 0
    db.session.flush()


# --- recounting -------------------------------------------------------------------------------------------------------


def differences() -> dict[str, tuple[int, int]]:
    """Recount everything: what is kept and what is counted, where the two differ. Empty is how it should be."""
    found: dict[str, tuple[int, int]] = {}
    for name, kept, counted in (*_topic_counts(), *_other_counts()):
        keys = kept.keys() | counted.keys()
        found |= {
            f"{name} {key}": (kept.get(key, 0), counted.get(key, 0))
            for key in keys
            if kept.get(key, 0) != counted.get(key, 0)
        }
    return found


def _topic_counts() -> list[tuple[str, dict[int, int], dict[int, int]]]:
    published = Post.status == PUBLISHED
    return [
        (
            "topic replies",
            _pairs(sa.select(Topic.id, Topic.reply_count)),
            _pairs(sa.select(Post.topic_id, sa.func.count()).where(published, Post.number > 1).group_by(Post.topic_id)),
        ),
        (
            "topic people",
            _pairs(sa.select(Topic.id, Topic.people_count)),
            _pairs(
                sa.select(Post.topic_id, sa.func.count(Post.author_id.distinct()))
                .where(published)
                .group_by(Post.topic_id)
            ),
        ),
        *(
            (
                name,
                _pairs(sa.select(Topic.id, column)),
                _pairs(
                    sa.select(TopicVote.topic_id, sa.func.count())
                    .where(TopicVote.agrees.is_(agrees))
                    .group_by(TopicVote.topic_id)
                ),
            )
            for name, column, agrees in (
                ("topic agreeing", Topic.agree_count, True),
                ("topic disagreeing", Topic.disagree_count, False),
            )
        ),
    ]


def _other_counts() -> list[tuple[str, dict[int, int], dict[int, int]]]:
    shown = sa.select(Topic.board_id, sa.func.count(), sa.func.sum(1 + Topic.reply_count)).where(
        Topic.status == PUBLISHED
    )
    rows = db.session.execute(shown.group_by(Topic.board_id)).all()
    refused = Post.status.in_(REFUSALS)
    return [
        ("board topics", _pairs(sa.select(Board.id, Board.topic_count)), {row[0]: row[1] for row in rows}),
        ("board posts", _pairs(sa.select(Board.id, Board.post_count)), {row[0]: int(row[2]) for row in rows}),
        (
            "post support",
            _pairs(sa.select(Post.id, Post.support_count).where(Post.support_count != 0)),
            _pairs(sa.select(PostSupport.post_id, sa.func.count()).group_by(PostSupport.post_id)),
        ),
        *(
            (
                name,
                _pairs(sa.select(Member.person_id, column)),
                _pairs(
                    sa.select(Post.author_id, sa.func.count())
                    .where(condition, Post.author_id.is_not(None))
                    .group_by(Post.author_id)
                ),
            )
            for name, column, condition in (
                ("member published", Member.published, Post.status == PUBLISHED),
                ("member refused", Member.refused, refused),
            )
        ),
    ]


def _pairs(statement: "sa.Select[*tuple[Any, ...]]") -> dict[int, int]:
    return {row[0]: row[1] for row in db.session.execute(statement)}
