"""What people are told of others' posts: that they were named or quoted, that a topic they follow goes on.

Nothing of what a post says is in a notice, and the title of a topic is taken out again when the topic is hidden. One
unread notice a topic and person, at most: the next waits until they have read that far.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from core import outbox
from core.db import db, rows_changed
from core.i18n import SOURCE, speaking
from core.i18n import gettext as _
from core.links import path_to
from forums.models import Board, Post, PostMention, Reader, Topic
from forums.services import counting
from moderation.models import ReviewStatus
from notifications.models import Notification
from notifications.services import notify

TELL, TAKE_BACK = "forums.tell", "forums.take_back"
BATCH = 100


@dataclass(frozen=True)
class News:
    """A public post as a notice tells of it."""

    post_id: int
    number: int
    topic_id: int
    author_id: int | None
    author_name: str
    title: str
    board: str
    quoted_author_id: int | None


def announce(post: Post) -> None:
    """Leave it to the worker to tell who is concerned by a post that has become public."""
    outbox.enqueue(TELL, {"post_id": post.id, "after": 0})


def take_back(topic_id: int) -> None:
    """Leave it to the worker to take the title of a hidden topic out of what people were told."""
    outbox.enqueue(TAKE_BACK, {"topic_id": topic_id})


@speaking(SOURCE)
def tell_some(post_id: int, after: int) -> None:
    """Tell the named, the quoted and a hundred followers (those with ids above ``after``); ask for the next hundred."""
    news = _find_news(post_id)
    if news is None:
        return
    if after == 0:
        for person_id in _named(news):
            _tell(news, person_id, named=True)
    followers = db.session.scalars(
        sa.select(Reader.person_id)
        .where(
            Reader.topic_id == news.topic_id,
            Reader.follows.is_(True),
            Reader.person_id > after,
            Reader.told_number <= Reader.read_number,
        )
        .order_by(Reader.person_id)
        .limit(BATCH)
    ).all()
    for person_id in followers:
        _tell(news, person_id, named=False)
    if len(followers) == BATCH:
        outbox.enqueue(TELL, {"post_id": post_id, "after": followers[-1]})


def blank(topic_id: int) -> None:
    """Take the title of a topic that is hidden out of the notices that led to it."""
    topic = db.session.get(Topic, topic_id)
    if topic is None or topic.status == ReviewStatus.PUBLISHED:
        return
    readers = sa.select(Reader.person_id).where(Reader.topic_id == topic_id, Reader.told_number > 0)
    path = path_to("forums.topic", topic_id=topic_id)
    db.session.execute(
        sa.update(Notification)
        .where(Notification.person_id.in_(readers), Notification.path.startswith(path, autoescape=True))
        .values(subject=_("Một chủ đề bạn theo dõi không còn công khai"), body="")
        .execution_options(synchronize_session=False)
    )


def _find_news(post_id: int) -> News | None:
    quoted = sa.orm.aliased(Post)
    row = db.session.execute(
        sa.select(
            Post.id.label("post_id"),
            Post.number,
            Post.topic_id,
            Post.author_id,
            Post.author_name,
            Topic.title,
            Board.title.label("board"),
            quoted.author_id.label("quoted_author_id"),
        )
        .join(Topic, Topic.id == Post.topic_id)
        .join(Board, Board.id == Topic.board_id)
        .outerjoin(quoted, quoted.id == Post.quoted_id)
        .where(Post.id == post_id, Post.status == ReviewStatus.PUBLISHED, Topic.status == ReviewStatus.PUBLISHED)
    ).one_or_none()
    return News(**row._mapping) if row is not None else None


def _named(news: News) -> Sequence[int]:
    named = set(db.session.scalars(sa.select(PostMention.person_id).where(PostMention.post_id == news.post_id)))
    if news.quoted_author_id is not None:
        named.add(news.quoted_author_id)
    return sorted(named)


def _tell(news: News, person_id: int, *, named: bool) -> None:
    if person_id == news.author_id:
        return
    counting.make_reader(news.topic_id, person_id)
    fresh = rows_changed(
        sa.update(Reader)
        .where(Reader.topic_id == news.topic_id, Reader.person_id == person_id, Reader.told_number < news.number)
        .values(told_number=news.number)
        .execution_options(synchronize_session=False)
    )
    if not fresh:  # told already: the work was done twice
        return
    notify(
        person_id=person_id,
        email=None,
        subject=_("%(name)s nhắc đến bạn: %(title)s", name=news.author_name, title=news.title)
        if named
        else _("Có bài mới: %(title)s", title=news.title),
        template="forum_news",
        path=f"{path_to('forums.topic', topic_id=news.topic_id)}?bai={news.number}#bai-{news.number}",
        title=news.title,
        board=news.board,
        author=news.author_name,
        named=named,
    )
