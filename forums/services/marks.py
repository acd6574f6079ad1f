"""Small marks of people: support of a post, a word on a proposal, following, how far they have read."""

import sqlalchemy as sa

from accounts.models import Person
from core import clock
from core.db import db, rows_changed
from core.errors import Closed, NotFound, RuleBroken
from core.i18n import gettext as _
from forums import policies
from forums.models import Board, Post, PostSupport, Reader, Topic, TopicKind, TopicVote
from forums.services import counting
from moderation.models import ReviewStatus
from moderation.services import measures


def toggle_support(post: Post, *, by: Person) -> bool:
    """Set or take back "đồng tình" under a published post; returns whether it is set now."""
    topic = counting.lock_topic(post.topic_id)
    if post.status != ReviewStatus.PUBLISHED or topic.status != ReviewStatus.PUBLISHED:
        raise NotFound
    _must_take(topic, by)
    if post.author_id == by.id:
        raise RuleBroken(_("Bạn không đánh dấu đồng tình cho bài của mình."))
    mine = (PostSupport.post_id == post.id, PostSupport.person_id == by.id)
    removed = rows_changed(sa.delete(PostSupport).where(*mine))
    if not removed:
        db.session.add(PostSupport(post_id=post.id, person_id=by.id, created_at=clock.now()))
    db.session.execute(
        sa.update(Post)
        .where(Post.id == post.id)
        .values(support_count=Post.support_count + (-1 if removed else 1))
        .execution_options(synchronize_session=False)
    )
    db.session.flush()
    return not removed


def vote(topic_id: int, *, by: Person, agrees: bool | None) -> None:
    """One's word on a proposal: agree, disagree, or neither (None). Saying it again changes nothing."""
    topic = counting.lock_topic(topic_id)
    if topic.status != ReviewStatus.PUBLISHED:
        raise NotFound
    if topic.kind != TopicKind.PROPOSAL:
        raise RuleBroken(_("Chỉ đề xuất mới có đồng ý và không đồng ý."))
    _must_take(topic, by)
    found = db.session.get(TopicVote, (topic_id, by.id), populate_existing=True)
    before = found.agrees if found is not None else None
    if before == agrees:
        return
    if found is not None:
        db.session.delete(found)
        db.session.flush()
    if agrees is not None:
        db.session.add(TopicVote(topic_id=topic_id, person_id=by.id, agrees=agrees, created_at=clock.now()))
    topic.agree_count += (agrees is True) - (before is True)
    topic.disagree_count += (agrees is False) - (before is False)
    db.session.flush()


def follow(topic_id: int, person_id: int, *, follows: bool) -> None:
    """Follow a topic, or stop."""
    counting.make_reader(topic_id, person_id)
    _update(topic_id, person_id, follows=follows)


def mark_read(topic_id: int, person_id: int, number: int) -> None:
    """The person has seen the posts of a topic up to this number; it never goes back."""
    counting.make_reader(topic_id, person_id)
    db.session.execute(
        sa.update(Reader)
        .where(Reader.topic_id == topic_id, Reader.person_id == person_id, Reader.read_number < number)
        .values(read_number=number)
        .execution_options(synchronize_session=False)
    )


def _update(topic_id: int, person_id: int, **values: bool | int) -> None:
    db.session.execute(
        sa.update(Reader)
        .where(Reader.topic_id == topic_id, Reader.person_id == person_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def _must_take(topic: Topic, by: Person) -> None:
    board = db.session.get_one(Board, topic.board_id)
    if not policies.takes_replies(topic) or not policies.is_open(board, clock.now()):
        raise Closed(_("Chủ đề đã khóa hoặc diễn đàn đang đóng: không nhận biểu thị ý kiến nữa."))
    measures.check(by.id, board.agency_id)
