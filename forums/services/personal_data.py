"""What the boards hold of a person: handed out on their request, and made nobody's when their account is erased.

Law 91/2025/QH15. Their posts stay without their name, as contributions to a public matter; what they read, followed
and began to write is forgotten.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from accounts.registry import PersonalData
from core.db import db
from core.i18n import gettext as _
from forums import indexing
from forums.models import Draft, Post, PostMention, Reader, Topic
from forums.services.speakers import handle_of
from moderation.events import name_replaced
from search import services as search


def export_posts(person_id: int) -> list[dict[str, Any]]:
    """Every post of a person, oldest first, ready for JSON."""
    rows = db.session.execute(
        sa.select(Topic.title, Post)
        .join(Topic, Topic.id == Post.topic_id)
        .where(Post.author_id == person_id)
        .order_by(Post.id)
    )
    return [
        {
            "topic": title,
            "number": post.number,
            "name": post.author_name,
            "body": post.body,
            "quote": post.quote,
            "status": post.status.value,
            "created_at": post.created_at.isoformat(timespec="seconds"),
        }
        for title, post in rows
    ]


@name_replaced.connect
def replace_name(person_id: int, *, old: str, new: str) -> None:
    """Moderators took a public name away, or gave it back: the posts written under it say the other one."""
    written = db.session.execute(
        sa.select(Post.id, Post.topic_id, Post.number).where(Post.author_id == person_id, Post.author_name == old)
    ).all()
    db.session.execute(
        sa.update(Post)
        .where(Post.author_id == person_id, Post.author_name == old)
        .values(author_name=new, author_handle=handle_of(new))
        .execution_options(synchronize_session=False)
    )
    started = sa.update(Topic).where(Topic.author_id == person_id, Topic.author_name == old)
    db.session.execute(started.values(author_name=new).execution_options(synchronize_session=False))
    last = sa.select(Post.author_id).where(Post.id == Topic.last_post_id).scalar_subquery()
    db.session.execute(
        sa.update(Topic)
        .where(Topic.id.in_({row.topic_id for row in written}), Topic.last_author_name == old, last == person_id)
        .values(last_author_name=new)
        .execution_options(synchronize_session=False)
    )
    _reindex(written)


def erase_author(person_id: int) -> None:
    """Take the person's name out of what they wrote. The rows go on pointing at the account, which holds nobody."""
    nobody = _("Người viết đã xóa tài khoản")
    written = db.session.execute(
        sa.select(Post.id, Post.topic_id, Post.number).where(Post.author_id == person_id)
    ).all()
    topics = {row.topic_id for row in written}
    db.session.execute(
        sa.update(Post).where(Post.author_id == person_id).values(author_name=nobody, author_handle="", office="")
    )
    db.session.execute(sa.update(Topic).where(Topic.author_id == person_id).values(author_name=nobody))
    last = sa.select(Post.author_id).where(Post.id == Topic.last_post_id).scalar_subquery()
    db.session.execute(
        sa.update(Topic)
        .where(Topic.id.in_(topics), last == person_id)
        .values(last_author_name=nobody)
        .execution_options(synchronize_session=False)
    )
    db.session.execute(sa.delete(Draft).where(Draft.person_id == person_id))
    db.session.execute(sa.delete(PostMention).where(PostMention.person_id == person_id))
    db.session.execute(
        sa.update(Reader).where(Reader.person_id == person_id).values(follows=False, read_number=0, told_number=0)
    )
    _reindex(written)


def _reindex(written: Sequence[Any]) -> None:
    search.request_indexing(indexing.POST, [row.id for row in written if row.number > 1])
    search.request_indexing(indexing.TOPIC, sorted({row.topic_id for row in written if row.number == 1}))


PERSONAL_DATA = PersonalData("forum_posts", export_posts, erase_author)
