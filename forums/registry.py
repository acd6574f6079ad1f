"""What people write on boards, as a moderator sees it. ``app.wiring`` registers it: ``reviewables``."""

from collections.abc import Callable, Mapping, Sequence

import sqlalchemy as sa

from core.db import db
from core.files import StoredFile
from core.i18n import gettext as _
from core.links import path_to
from forums.models import Badge, Board, Post, PostFile, PostRevision, Topic
from moderation.registry import Reviewable, ReviewCard, Verdict

TOPIC, POST, REVISION, FILE = "topic", "post", "post_edit", "post_file"

Apply = Callable[[int, Verdict], None]
Mask = Callable[[int], None]


def reviewables(apply: "Mapping[str, Apply]", masks: "Mapping[str, Mask]") -> dict[str, Reviewable]:
    """What is registered under each type; ``apply`` are the services that carry a verdict to a subject, ``masks`` those
    that take the personal data out of one."""
    shown = {
        TOPIC: (lambda: _("Chủ đề"), topic_cards),
        POST: (lambda: _("Bài diễn đàn"), post_cards),
        REVISION: (lambda: _("Bài đã sửa"), revision_cards),
        FILE: (lambda: _("Tệp diễn đàn"), file_cards),
    }
    return {
        type_: Reviewable(label, apply[type_], cards, no_titles, masks.get(type_))
        for type_, (label, cards) in shown.items()
    }


def no_titles(_ids: Sequence[int]) -> dict[int, str]:
    """A board's cases are filtered by its consultation, which names itself."""
    return {}


def topic_cards(ids: Sequence[int]) -> dict[int, ReviewCard]:
    """Topics with their opening posts, in one statement."""
    rows = db.session.execute(_posts().where(Topic.id.in_(ids), Post.number == 1))
    return {topic.id: _card(post, topic, board, f"{topic.title}\n\n{post.body}") for post, topic, board in rows}


def post_cards(ids: Sequence[int]) -> dict[int, ReviewCard]:
    """Posts with the topic they stand in, in one statement."""
    rows = db.session.execute(_posts().where(Post.id.in_(ids)))
    return {post.id: _card(post, topic, board, post.body, around=post.quote) for post, topic, board in rows}


def revision_cards(ids: Sequence[int]) -> dict[int, ReviewCard]:
    """Edits that wait, beside the words that stand now, in one statement."""
    rows = db.session.execute(
        _posts()
        .add_columns(PostRevision)
        .join(PostRevision, PostRevision.post_id == Post.id)
        .where(PostRevision.id.in_(ids))
    )
    return {
        revision.id: _card(post, topic, board, revision.body, around=post.body) for post, topic, board, revision in rows
    }


def file_cards(ids: Sequence[int]) -> dict[int, ReviewCard]:
    """Files, with where a moderator opens them, in one statement."""
    rows = db.session.execute(
        _posts()
        .add_columns(PostFile.id, StoredFile.name, StoredFile.size)
        .join(PostFile, PostFile.post_id == Post.id)
        .join(StoredFile, StoredFile.id == PostFile.file_id)
        .where(PostFile.id.in_(ids))
    )
    return {
        file_id: _card(
            post,
            topic,
            board,
            _("Tệp %(name)s, %(size)s KB", name=name, size=(size + 1023) // 1024),
            around=post.body,
            file_url=path_to("forums.file", file_id=file_id),
        )
        for post, topic, board, file_id, name, size in rows
    }


def author_note(badge: Badge) -> str:
    """How sure we are who spoke, in few words."""
    return {
        Badge.PERSON: _("tài khoản"),
        Badge.OFFICIAL: _("cán bộ"),
        Badge.ORGANISATION: _("tổ chức đã xác minh"),
        Badge.UNCHECKED: _("tổ chức, chưa xác minh"),
    }[badge]


def _posts() -> "sa.Select[Post, Topic, Board]":
    return sa.select(Post, Topic, Board).join(Topic, Topic.id == Post.topic_id).join(Board, Board.id == Topic.board_id)


def _card(post: Post, topic: Topic, board: Board, text: str, *, around: str = "", file_url: str = "") -> ReviewCard:
    return ReviewCard(
        title=f"{board.title} · {topic.title}",
        url=path_to("forums.post", post_id=post.id),
        author=post.author_name,
        author_note=author_note(post.badge),
        text=text,
        provision_text=around,
        file_url=file_url,
        author_id=post.author_id,
    )
