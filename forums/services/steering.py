"""What moderators do to a topic besides deciding what is published; each step is kept with who and why."""

from datetime import timedelta

import sqlalchemy as sa

from accounts import queries as accounts
from accounts.models import Person
from accounts.policies import Permission
from core import clock
from core.db import db
from core.errors import NotFound, RuleBroken
from core.i18n import gettext as _
from forums import indexing
from forums.models import Board, Post, PostFile, PostRevision, Topic, TopicAction, TopicEvent
from forums.registry import FILE, POST, REVISION, TOPIC
from forums.services import counting
from moderation.models import ReviewAction, ReviewStatus
from moderation.services import subjects

RESTS_FOR = timedelta(hours=1)
SLOW_SECONDS = 300
MAX_REASON = 500


def steer(topic_id: int, action: TopicAction, *, by: Person, reason: str = "") -> Topic:
    """Pin, lock, archive, slow down, let rest, and the reverse. Doing it again changes nothing but the log.

    Raises NotFound for who does not moderate the board's agency.
    """
    topic = counting.lock_topic(topic_id)
    must_moderate(by, topic.board_id)
    now = clock.now()
    changes: dict[TopicAction, dict[str, object]] = {
        TopicAction.PIN: {"pinned": 1},
        TopicAction.UNPIN: {"pinned": 0},
        TopicAction.LOCK: {"locked": True},
        TopicAction.UNLOCK: {"locked": False},
        TopicAction.ARCHIVE: {"archived": True, "listed": False},
        TopicAction.RESTORE: {"archived": False, "listed": topic.status == ReviewStatus.PUBLISHED},
        TopicAction.SLOW: {"slow_seconds": SLOW_SECONDS, "slow_until": None},
        TopicAction.REST: {"rests_until": now + RESTS_FOR},
        TopicAction.RESUME: {"slow_seconds": 0, "slow_until": None, "rests_until": None},
    }
    if action not in changes:
        raise RuleBroken(_("Hãy chọn một việc."))
    for name, value in changes[action].items():
        setattr(topic, name, value)
    note(topic, action, by, reason)
    return topic


def move(topic_id: int, board_id: int, *, by: Person, reason: str = "") -> Topic:
    """Take a topic to another board that the person moderates too; what waits about it goes along.

    Raises RuleBroken where people write under another kind of name there: they chose knowing which.
    """
    subjects.hold(TOPIC, sa.select(Topic.id).where(Topic.id == topic_id))
    subjects.hold(POST, sa.select(Post.id).where(Post.topic_id == topic_id))
    topic = counting.lock_topic(topic_id)
    must_moderate(by, topic.board_id)
    there = must_moderate(by, board_id)
    if topic.board_id == board_id:
        return topic
    if there.names != db.session.get_one(Board, topic.board_id).names:
        raise RuleBroken(_("Hai diễn đàn ghi tên người viết khác nhau nên không chuyển được."), "board")
    counting.move_board(topic, board_id)
    rehome(topic.id, there)
    indexing.reindex_topic(topic.id)
    note(topic, TopicAction.MOVE, by, reason)
    return topic


def rehome(topic_id: int, board: Board) -> None:
    """What waits about a topic and its posts awaits the moderators of this board."""
    posts = sa.select(Post.id).where(Post.topic_id == topic_id)
    about = {
        TOPIC: sa.select(Topic.id).where(Topic.id == topic_id),
        POST: posts,
        REVISION: sa.select(PostRevision.id).where(PostRevision.post_id.in_(posts)),
        FILE: sa.select(PostFile.id).where(PostFile.post_id.in_(posts)),
    }
    for kind, ids in about.items():
        subjects.rehome(kind, ids, agency_id=board.agency_id, context_id=board.consultation_id or 0)


def mark_answer(post_id: int, *, by: Person) -> Topic:
    """Make a published post of an official the answer of its topic, pinned above the replies; again: take it down."""
    topic_id = db.session.scalar(sa.select(Post.topic_id).where(Post.id == post_id))
    if topic_id is None:
        raise NotFound
    topic = counting.lock_topic(topic_id)
    board = db.session.get_one(Board, topic.board_id)
    if not _may_answer(by, board):
        raise NotFound
    post = db.session.get_one(Post, post_id, populate_existing=True)
    if not post.official or post.status != ReviewStatus.PUBLISHED:
        raise RuleBroken(_("Chỉ ghim được trả lời chính thức đã công bố."))
    topic.answer_post_id = None if topic.answer_post_id == post.id else post.id
    counting.refresh_waiting(topic)
    note(topic, TopicAction.ANSWER, by, "")
    return topic


def _may_answer(person: Person, board: Board) -> bool:
    return any(
        accounts.holds_in(person.id, permission, board.agency_id)
        for permission in (Permission.ANSWER, Permission.MODERATE)
    )


def must_moderate(person: Person, board_id: int) -> Board:
    """The board, if the person moderates its agency. Raises NotFound."""
    board = db.session.get(Board, board_id)
    if board is None or not accounts.holds_in(person.id, Permission.MODERATE, board.agency_id):
        raise NotFound
    return board


def note(
    topic: Topic,
    action: TopicAction,
    by: Person,
    reason: str,
    *,
    kept: str = "",
    other: Topic | None = None,
    posts: int = 0,
) -> None:
    """Write a step into the public history of a topic and into the log of moderation; ``kept`` into the log alone."""
    reason = reason[:MAX_REASON]
    event = TopicEvent(
        topic_id=topic.id,
        at=clock.now(),
        actor_id=by.id,
        action=action,
        reason=reason,
        other_id=other.id if other is not None else None,
        posts=posts,
    )
    db.session.add(event)
    subjects.note(TOPIC, topic.id, ReviewAction(action.value), by=by, note=" ".join(filter(None, (reason, kept))))
