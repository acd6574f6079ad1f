"""Open a topic, answer in one."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from accounts.models import Person
from core import clock
from core.db import db
from core.errors import Closed, NotFound, RuleBroken
from core.files import StoredFile
from core.i18n import gettext as _
from core.similarity import text_fingerprint
from forums import policies
from forums.models import (
    Board,
    Post,
    PostFile,
    PostReference,
    PostRevision,
    Side,
    Topic,
    TopicAction,
    TopicEvent,
    TopicKind,
)
from forums.policies import LIMITS, Speaker
from forums.registry import FILE, POST, TOPIC
from forums.services import counting, drafts, limits, marks, pointing, publishing, texts
from forums.services.speakers import handle_of, identify
from moderation import services as moderation
from moderation.models import ReviewStatus
from moderation.services import measures

MAX_FILES = 3


@dataclass(frozen=True)
class Writing:
    """What somebody wrote, as it came. ``about``: an address of this site that the topic is opened about."""

    body: str
    side: Side = Side.NONE
    official: bool = False
    quoted_id: int | None = None
    quote: str = ""
    about: str = ""
    files: Sequence[StoredFile] = field(default_factory=tuple)


def open_topic(board: Board, *, by: Person, kind: TopicKind, title: str, writing: Writing) -> Topic:
    """A new topic with its opening post.

    Raises Closed (outside the board's hours), RuleBroken (who may write, too much, too often, texts out of bounds).
    The same words sent again within an hour give the topic that they made.
    """
    line, body = texts.title(title), texts.body(writing.body)
    counting.lock_member(by.id)
    speaker = _admitted(by, board)
    texts.check_links(body, LIMITS[speaker.trust].links)
    fingerprint, lately = text_fingerprint(f"{line}\n{body}"), limits.list_lately(by.id)
    if again := limits.find_sent_twice(lately, fingerprint, topic_id=None):
        return db.session.get_one(Topic, again.topic_id)
    limits.check_rate(lately, speaker, new_topic=True)
    limits.check_repeated(lately, fingerprint, body)
    status = _first_status(board, speaker, body, fingerprint)
    written = Writing(body=body, about=writing.about, files=writing.files)
    topic = _found(board, speaker, by, kind, line, written, status)
    drafts.forget(by.id, drafts.place_of_board(board.id))
    return topic


def open_official(board: Board, *, by: Person, kind: TopicKind, title: str, body: str) -> Topic:
    """A topic that a moderator of the board opens as a part of their work: public at once, and beside the limits."""
    counting.lock_member(by.id)
    return _found(board, identify(by, board), by, kind, title, Writing(body), ReviewStatus.PUBLISHED)


def _found(
    board: Board, speaker: Speaker, by: Person, kind: TopicKind, line: str, writing: Writing, status: ReviewStatus
) -> Topic:
    """The topic with its opening post, its case and its follower."""
    topic = Topic(
        board_id=board.id,
        kind=kind,
        title=line,
        author_id=by.id,
        author_name=speaker.name,
        created_at=clock.now(),
        status=ReviewStatus.PENDING,
        next_number=2,
    )
    db.session.add(topic)
    db.session.flush()
    text = f"{line}\n{writing.body}"
    post = _make_post(topic, speaker, writing.body, text_fingerprint(text), number=1)
    _hang_on(post, board, writing, topic_opening=True)
    topic = counting.lock_topic(topic.id)
    marks.follow(topic.id, by.id, follows=True)
    _open_case(TOPIC, topic.id, board, status, by, post, text=text)
    publishing.settle_new_topic(topic, post, status)
    return topic


def reply(topic_id: int, *, by: Person, writing: Writing) -> Post:
    """A post in a topic that takes some. Raises as ``open_topic``, and NotFound for a topic that is not public."""
    body = texts.body(writing.body)
    topic = counting.lock_topic(topic_id)
    board = db.session.get_one(Board, topic.board_id)
    if topic.merged_into_id is not None:
        raise Closed(_("Chủ đề này vừa được gộp vào một chủ đề khác. Gửi lại, bài sẽ vào chủ đề đó."))
    if topic.status != ReviewStatus.PUBLISHED:
        raise NotFound
    if not policies.takes_replies(topic):
        raise Closed(_("Chủ đề đã khóa. Bạn vẫn đọc được mọi bài."))
    counting.lock_member(by.id)
    speaker = _admitted(by, board)
    texts.check_links(body, LIMITS[speaker.trust].links)
    fingerprint, lately = text_fingerprint(body), limits.list_lately(by.id)
    if again := limits.find_sent_twice(lately, fingerprint, topic_id=topic.id):
        return db.session.get_one(Post, again.id)
    limits.check_rate(lately, speaker, new_topic=False)
    limits.check_repeated(lately, fingerprint, body)
    limits.check_pace(lately, speaker, board, topic)
    post = _add(topic, board, speaker, body, fingerprint, writing)
    marks.follow(topic.id, by.id, follows=True)
    status = _first_status(board, speaker, body, fingerprint)
    _open_case(POST, post.id, board, status, by, post, text=body)
    publishing.settle_new_post(topic, post, status)
    _cool(topic)
    drafts.forget(by.id, drafts.place_of_topic(topic.id))
    return post


def _admitted(person: Person, board: Board) -> Speaker:
    if not policies.is_open(board, clock.now()):
        raise Closed(_("Diễn đàn không nhận bài lúc này. Bạn vẫn đọc được mọi bài."))
    measures.check(person.id, board.agency_id)
    speaker = identify(person, board)
    if not policies.may_write(board.writers, speaker):
        raise RuleBroken(_("Diễn đàn này không nhận bài từ tài khoản của bạn. Xem “Ai được viết” ở trang diễn đàn."))
    return speaker


def _make_post(topic: Topic, speaker: Speaker, body: str, fingerprint: str, *, number: int) -> Post:
    now = clock.now()
    post = Post(
        topic_id=topic.id,
        number=number,
        author_id=speaker.person_id,
        author_name=speaker.name,
        author_handle=handle_of(speaker.name),
        badge=speaker.badge,
        office=speaker.office,
        body=body,
        fingerprint=fingerprint,
        status=ReviewStatus.PENDING,
        created_at=now,
    )
    db.session.add(post)
    db.session.flush()
    db.session.add(PostRevision(post_id=post.id, body=body, created_at=now, status=ReviewStatus.PUBLISHED))
    return post


def _add(topic: Topic, board: Board, speaker: Speaker, body: str, fingerprint: str, writing: Writing) -> Post:
    quoted = _quoted(topic, writing)
    passage = texts.quote(writing.quote, quoted.body) if quoted is not None else ""
    post = _make_post(topic, speaker, body, fingerprint, number=topic.next_number)
    topic.next_number += 1
    post.quoted_id = quoted.id if quoted is not None else None
    post.quote = passage
    post.side = writing.side if topic.kind == TopicKind.PROPOSAL else Side.NONE
    post.official = writing.official and speaker.is_official
    db.session.flush()
    _hang_on(post, board, Writing(body=body, files=writing.files), topic_opening=False)
    return post


def _quoted(topic: Topic, writing: Writing) -> Post | None:
    """The post that is answered: a public one of this topic."""
    if writing.quoted_id is None:
        return None
    quoted = db.session.scalar(
        sa.select(Post).where(
            Post.id == writing.quoted_id, Post.topic_id == topic.id, Post.status == ReviewStatus.PUBLISHED
        )
    )
    if quoted is None:
        raise RuleBroken(_("Bài bạn trả lời không còn công khai. Bỏ phần trích rồi gửi lại."), "quote")
    return quoted


def _hang_on(post: Post, board: Board, writing: Writing, *, topic_opening: bool) -> None:
    """Mentions, references and files of a new post."""
    if len(writing.files) > MAX_FILES:
        raise RuleBroken(_("Một bài kèm tối đa %(n)s tệp.", n=MAX_FILES), "file")
    pointing.point_at(post, f"{writing.about}\n{post.body}", opening=topic_opening)
    pointing.mention(post)
    for stored in writing.files:
        attached = PostFile(post_id=post.id, file_id=stored.id, status=ReviewStatus.PENDING)
        db.session.add(attached)
        db.session.flush()
        moderation.open_case(
            FILE,
            attached.id,
            agency_id=board.agency_id,
            context_id=board.consultation_id or 0,
            place_id=None,
            status=ReviewStatus.PENDING,
            actor_id=post.author_id,
        )


def _first_status(board: Board, speaker: Speaker, body: str, fingerprint: str) -> ReviewStatus:
    return policies.first_status(
        board.screening,
        speaker,
        links=texts.count_links(body),
        known_bad=limits.was_refused_before(fingerprint),
    )


def _open_case(
    kind: str, subject_id: int, board: Board, status: ReviewStatus, by: Person, post: Post, *, text: str
) -> None:
    clause = db.session.scalar(
        sa.select(PostReference.target_id)
        .where(PostReference.post_id == post.id, PostReference.kind == "provision")
        .order_by(PostReference.target_id)
        .limit(1)
    )
    moderation.open_case(
        kind,
        subject_id,
        agency_id=board.agency_id,
        context_id=board.consultation_id or 0,
        place_id=clause,
        status=status,
        actor_id=by.id,
        text=text,
    )


def _cool(topic: Topic) -> None:
    """A heated topic slows down for half an hour, by itself; moderators see why in its history."""
    now = clock.now()
    slowed = topic.slow_seconds and (topic.slow_until is None or topic.slow_until > now)
    if slowed or not limits.is_heated(topic):
        return
    topic.slow_seconds, topic.slow_until = policies.COOL_SECONDS, now + policies.COOL_FOR
    db.session.add(TopicEvent(topic_id=topic.id, at=now, actor_id=None, action=TopicAction.COOL, reason=""))
    db.session.flush()
