"""Topics that were one and should be two, or two that should be one; and a better title.

Posts keep their addresses: where a post stood before goes on leading to it (``FormerPlace``), and a merged topic leads
to the one that took its posts. Review cases are held before topics, as whoever decides does.
"""

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from accounts.models import Person
from core.db import db
from core.errors import NotFound, RuleBroken
from core.i18n import gettext as _
from core.links import address_of, path_to
from core.similarity import text_fingerprint
from forums import indexing
from forums.models import Board, FormerPlace, Post, PostReference, Topic, TopicAction, TopicKind
from forums.registry import POST, TOPIC
from forums.services import counting, following, posting, publishing, texts
from forums.services.recounting import recount_topic
from forums.services.steering import must_moderate, note, rehome
from moderation import services as moderation
from moderation.models import ReviewStatus
from moderation.queries import get_case_of
from moderation.services import subjects
from search import services as search

MOST_AT_ONCE = 100


def rename(topic_id: int, title: str, *, by: Person, reason: str) -> Topic:
    """Give a topic a better title. The old one stays in the moderators' log alone: it may be why.

    Raises NotFound for who does not moderate the board, RuleBroken for a title out of bounds.
    """
    line = texts.title(title)
    case = get_case_of(TOPIC, topic_id)
    topic = counting.lock_topic(topic_id)
    must_moderate(by, topic.board_id)
    if line == topic.title:
        return topic
    before, topic.title = topic.title, line
    opening = db.session.scalars(sa.select(Post).where(Post.topic_id == topic_id, Post.number == 1)).one()
    opening.fingerprint = text_fingerprint(f"{line}\n{opening.body}")
    note(topic, TopicAction.RENAME, by, reason, kept=_("Tiêu đề cũ: %(title)s.", title=before))
    moderation.look_again(case, f"{line}\n{opening.body}")
    indexing.reindex_topic(topic.id)
    return topic


def split(topic_id: int, post_ids: Collection[int], *, title: str, by: Person, reason: str) -> Topic:
    """Put chosen replies into a topic of their own, which the moderator opens with the reason; returns it.

    Raises NotFound for who does not moderate the board; RuleBroken for no reply, too many, no title or no reason.
    """
    line = texts.title(title)
    if not reason:
        raise RuleBroken(_("Hãy nói vì sao tách. Lời này mở đầu chủ đề mới."), "reason")
    if not 0 < len(post_ids) <= MOST_AT_ONCE:
        raise RuleBroken(_("Hãy chọn từ 1 đến %(n)s bài.", n=MOST_AT_ONCE), "posts")
    subjects.hold(POST, sa.select(Post.id).where(Post.id.in_(post_ids)))
    topic = counting.lock_topic(topic_id)
    must_moderate(by, topic.board_id)
    chosen = _replies(topic, post_ids)
    if topic.status != ReviewStatus.PUBLISHED or len(chosen) != len(post_ids):
        raise RuleBroken(_("Có bài không còn ở chủ đề này. Hãy chọn lại."), "posts")
    address = address_of(path_to("forums.topic", topic_id=topic.id))
    body = texts.body(_("%(reason)s\n\nCác bài dưới đây được tách từ %(url)s.", reason=reason, url=address))
    made = posting.open_official(
        db.session.get_one(Board, topic.board_id), by=by, kind=TopicKind.DISCUSSION, title=line, body=body
    )
    for post in chosen:
        db.session.add(FormerPlace(topic_id=topic.id, number=post.number, post_id=post.id))
        post.topic_id, post.number = made.id, made.next_number
        made.next_number += 1
    db.session.flush()
    _settle(topic, made, [post.id for post in chosen])
    following.follow_too(topic.id, made.id, authors_of=made.id)
    note(topic, TopicAction.SPLIT, by, reason, other=made, posts=len(chosen))
    note(made, TopicAction.SPLIT, by, reason, other=topic, posts=len(chosen))
    return made


def merge(topic_id: int, into_id: int, *, by: Person, reason: str) -> Topic:
    """Put every post of a duplicate behind those of another topic, to which its address leads from now on.

    People's word on a proposal stays with the wording on which they gave it: votes are not added up.
    Raises NotFound for who does not moderate both boards; RuleBroken for topics that cannot be one.
    """
    if topic_id == into_id:
        raise RuleBroken(_("Hãy chọn một chủ đề khác."), "into")
    opening_case = get_case_of(TOPIC, topic_id)
    subjects.hold(TOPIC, sa.select(Topic.id).where(Topic.id == topic_id))
    subjects.hold(POST, sa.select(Post.id).where(Post.topic_id == topic_id))
    topic, into = _both(topic_id, into_id, by)
    opening = db.session.scalars(sa.select(Post).where(Post.topic_id == topic.id, Post.number == 1)).one()
    moved = list(db.session.scalars(sa.select(Post.id).where(Post.topic_id == topic.id)))
    subjects.become(opening_case, POST, opening.id)
    _carry_all(topic, into)
    counting.take_off_board(topic)
    topic.status, topic.listed, topic.merged_into_id = ReviewStatus.WITHDRAWN, False, into.id
    if into.board_id != topic.board_id:
        rehome(into.id, db.session.get_one(Board, into.board_id))
    _settle(topic, into, moved)
    following.follow_too(topic.id, into.id)
    following.carry_drafts(topic.id, into.id)
    note(into, TopicAction.MERGE, by, reason, other=topic, posts=len(moved))
    return into


def _replies(topic: Topic, post_ids: Collection[int]) -> Sequence[Post]:
    return db.session.scalars(
        sa.select(Post)
        .where(Post.topic_id == topic.id, Post.id.in_(post_ids), Post.number > 1)
        .order_by(Post.number)
        .execution_options(populate_existing=True)
    ).all()


def _both(topic_id: int, into_id: int, by: Person) -> tuple[Topic, Topic]:
    """Both topics, locked in the order of their ids, where they may become one."""
    held = {}
    for one in sorted((topic_id, into_id)):
        if db.session.scalar(sa.select(Topic.id).where(Topic.id == one)) is None:
            raise NotFound
        held[one] = counting.lock_topic(one)
        must_moderate(by, held[one].board_id)
    topic, into = held[topic_id], held[into_id]
    if topic.status != ReviewStatus.PUBLISHED or into.status != ReviewStatus.PUBLISHED:
        raise RuleBroken(_("Chỉ gộp được hai chủ đề đang công khai."), "into")
    if topic.kind != into.kind:
        raise RuleBroken(_("Chỉ gộp được hai chủ đề cùng loại."), "into")
    boards = [db.session.get_one(Board, one.board_id) for one in (topic, into)]
    if boards[0].names != boards[1].names:
        raise RuleBroken(_("Hai diễn đàn ghi tên người viết khác nhau nên không gộp được."), "into")
    return topic, into


def _carry_all(topic: Topic, into: Topic) -> None:
    """Every post of one topic goes behind those of the other, in its order; in two statements, however many."""
    step = into.next_number - 1
    db.session.execute(
        sa.insert(FormerPlace).from_select(
            ["topic_id", "number", "post_id"],
            sa.select(Post.topic_id, Post.number, Post.id).where(Post.topic_id == topic.id),
        )
    )
    db.session.execute(
        sa.update(Post)
        .where(Post.topic_id == topic.id)
        .values(topic_id=into.id, number=Post.number + step)
        .execution_options(synchronize_session=False)
    )
    into.next_number += topic.next_number - 1
    db.session.flush()
    db.session.expire_all()


def _settle(topic: Topic, other: Topic, moved: Sequence[int]) -> None:
    """References, counts, key phrases and the index follow posts from one topic to another."""
    _carry_references(other)
    for one in (topic, other):
        recount_topic(one)
        publishing.forget_phrases(one.id)
    search.request_indexing(indexing.POST, list(moved))
    search.request_indexing(indexing.TOPIC, [topic.id, other.id])


def _carry_references(topic: Topic) -> None:
    """What the posts of a topic point at is pointed at from there; what it was opened about is named once."""
    here = sa.select(Post.id).where(Post.topic_id == topic.id)
    db.session.execute(
        sa.update(PostReference)
        .where(PostReference.post_id.in_(here))
        .values(topic_id=topic.id)
        .execution_options(synchronize_session=False)
    )
    first = aliased(PostReference)
    named = sa.exists().where(
        first.topic_id == topic.id,
        first.kind == PostReference.kind,
        first.target_id == PostReference.target_id,
        first.opening.is_(True),
        first.post_id < PostReference.post_id,
    )
    db.session.execute(
        sa.update(PostReference)
        .where(PostReference.topic_id == topic.id, PostReference.opening.is_(True), named)
        .values(opening=False)
        .execution_options(synchronize_session=False)
    )
