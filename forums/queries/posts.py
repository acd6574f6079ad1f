"""Reads of a topic and its posts, as one reader may see them.

The words of a post that is not public leave this module for its author and the moderators alone: a view of it for
anybody else has no body, no quote, no name.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager

from core.db import db
from core.errors import NotFound
from core.files import StoredFile
from core.pagination import Page, encode_cursor, paginate
from core.references import Card, Reference, cards
from forums.models import (
    Badge,
    Board,
    Member,
    Post,
    PostFile,
    PostMention,
    PostReference,
    PostRevision,
    PostSupport,
    Reader,
    Side,
    Summary,
    Topic,
    TopicVote,
)
from moderation.models import ReviewStatus

PAGE_SIZE = 20
BEFORE_THE_POST = 2
SIDE_SHOWN = 2
FEED_SIZE = 30
PUBLISHED = ReviewStatus.PUBLISHED


@dataclass(frozen=True)
class Viewer:
    """Who reads: nobody known, a person, a moderator of the board."""

    person_id: int | None = None
    moderates: bool = False

    def sees(self, status: ReviewStatus, author_id: int | None) -> bool:
        """May they read a text of this status by this author?"""
        own = self.person_id is not None and author_id == self.person_id
        return status == PUBLISHED or own or self.moderates


@dataclass(frozen=True, slots=True)
class Quote:
    """A passage of another post, as it may be shown: ``text`` is empty when that post is hidden or says it no more."""

    post_id: int
    number: int
    author_name: str
    text: str


@dataclass(frozen=True, slots=True)
class Attached:
    """A file with a post."""

    id: int
    name: str
    size: int
    status: ReviewStatus


@dataclass(slots=True)
class PostView:
    """A post as this reader sees it. ``visible``: with its words; else a placeholder that names the rule."""

    id: int
    number: int
    status: ReviewStatus
    visible: bool
    removed_rule: str | None
    author_id: int | None
    author_name: str
    badge: Badge
    office: str
    official: bool
    body: str
    side: Side
    quote: Quote | None
    support_count: int
    version: int
    created_at: datetime
    edited_at: datetime | None
    contributions: int
    supported: bool
    own: bool
    mentions: dict[str, int] = field(default_factory=dict)
    cards: list[Card] = field(default_factory=list)
    files: list[Attached] = field(default_factory=list)

    @property
    def public(self) -> bool:
        return self.status == PUBLISHED


def get_topic(
    topic_id: int, viewer_id: int | None, *, moderates_in: "sa.Select[int] | None" = None
) -> tuple[Topic, Board]:
    """A topic with its board and agency: a public one, one's own, or one that the reader moderates. Raises NotFound."""
    seen: list[sa.ColumnElement[bool]] = [Topic.status == PUBLISHED]
    if viewer_id is not None:
        seen.append(Topic.author_id == viewer_id)
    if moderates_in is not None:
        seen.append(Board.agency_id.in_(moderates_in))
    row = db.session.execute(
        sa.select(Topic, Board)
        .join(Board, Board.id == Topic.board_id)
        .join(Board.agency)
        .options(contains_eager(Board.agency))
        .where(Topic.id == topic_id, sa.or_(*seen))
    ).one_or_none()
    if row is None:
        raise NotFound
    return row.Topic, row.Board


def cursor_before(number: int) -> str | None:
    """The page on which a post stands near the top; none where it is on the first."""
    return encode_cursor([number - 1 - BEFORE_THE_POST]) if number > PAGE_SIZE else None


def list_posts(topic_id: int, viewer: Viewer, *, cursor: str | None) -> Page[PostView]:
    """A page of a topic's posts in order. Spam leaves no trace for others than its author and the moderators."""
    statement = _posts(viewer).where(Post.topic_id == topic_id)
    if not viewer.moderates:
        shown: list[sa.ColumnElement[bool]] = [Post.status.not_in((ReviewStatus.SPAM, ReviewStatus.UNCONFIRMED))]
        if viewer.person_id is not None:
            shown.append(Post.author_id == viewer.person_id)
        statement = statement.where(sa.or_(*shown))
    page = paginate(statement, [(Post.number, "number", False)], cursor=cursor, size=PAGE_SIZE)
    return Page(_furnished(page.items, viewer), page.next_cursor, page.prev_cursor)


def find_post(post_id: int, viewer: Viewer) -> PostView | None:
    """One post, where this reader may see its words."""
    rows = db.session.execute(_posts(viewer).where(Post.id == post_id)).all()
    found = _furnished(rows, viewer)
    return found[0] if found and found[0].visible else None


def list_side(topic_id: int, side: Side, viewer: Viewer) -> list[PostView]:
    """The most supported posts of one side of a proposal."""
    rows = db.session.execute(
        _posts(viewer)
        .where(Post.topic_id == topic_id, Post.side == side, Post.status == PUBLISHED)
        .order_by(Post.support_count.desc(), Post.id.desc())
        .limit(SIDE_SHOWN)
    ).all()
    return [_view(row, viewer) for row in rows]


def find_summary(topic_id: int) -> Summary | None:
    return db.session.get(Summary, topic_id)


def find_standing(topic_id: int, person_id: int) -> tuple[Reader | None, bool | None]:
    """How a person stands to a topic: what they read and follow, and their word on it."""
    row = db.session.execute(
        sa.select(Reader, TopicVote.agrees)
        .select_from(sa.select(sa.literal(1)).subquery())
        .outerjoin(Reader, sa.and_(Reader.topic_id == topic_id, Reader.person_id == person_id))
        .outerjoin(TopicVote, sa.and_(TopicVote.topic_id == topic_id, TopicVote.person_id == person_id))
    ).one()
    return row.Reader, row.agrees


def get_post(post_id: int) -> Post:
    """The row of a post, whoever asks: for services that check for themselves. Raises NotFound."""
    post = db.session.get(Post, post_id)
    if post is None:
        raise NotFound
    return post


def get_quotable(topic_id: int, post_id: int) -> Post | None:
    """A public post of a topic that can be answered and quoted; None for any other."""
    return db.session.scalar(
        sa.select(Post).where(Post.id == post_id, Post.topic_id == topic_id, Post.status == PUBLISHED)
    )


def list_revisions(post_id: int) -> list[PostRevision]:
    """The published texts of a post, the latest first."""
    return list(
        db.session.scalars(
            sa.select(PostRevision)
            .where(PostRevision.post_id == post_id, PostRevision.status == PUBLISHED)
            .order_by(PostRevision.id.desc())
        )
    )


def find_waiting_text(post_id: int) -> str | None:
    """The words of an edit that waits for a moderator."""
    return db.session.scalar(
        sa.select(PostRevision.body)
        .where(PostRevision.post_id == post_id, PostRevision.status == ReviewStatus.PENDING)
        .order_by(PostRevision.id.desc())
        .limit(1)
    )


def find_file(file_id: int) -> "sa.Row[PostFile, Post, Topic, Board, StoredFile] | None":
    """A file with all that decides who may open it."""
    return db.session.execute(
        sa.select(PostFile, Post, Topic, Board, StoredFile)
        .join(Post, Post.id == PostFile.post_id)
        .join(Topic, Topic.id == Post.topic_id)
        .join(Board, Board.id == Topic.board_id)
        .join(StoredFile, StoredFile.id == PostFile.file_id)
        .where(PostFile.id == file_id)
    ).one_or_none()


def list_latest(topic_id: int) -> list[PostView]:
    """The last thirty public posts of a topic, newest first, for its feed."""
    nobody = Viewer()
    rows = db.session.execute(
        _posts(nobody)
        .where(Post.topic_id == topic_id, Post.status == PUBLISHED)
        .order_by(Post.number.desc())
        .limit(FEED_SIZE)
    ).all()
    return [_view(row, nobody) for row in rows]


def list_of_person(person_id: int, *, cursor: str | None, own: bool) -> Page[Any]:
    """The posts of a person, newest first: rows of id, body, status, created_at, title, board.

    ``own``: all of theirs. Otherwise the public ones on boards where people write under a name they chose: those of
    boards that ask for real names would tell who stands behind the chosen one.
    """
    statement = (
        sa.select(Post.id, Post.body, Post.status, Post.created_at, Topic.title, Board.title.label("board"))
        .join(Topic, Topic.id == Post.topic_id)
        .join(Board, Board.id == Topic.board_id)
        .where(Post.author_id == person_id)
    )
    if not own:
        statement = statement.where(Post.status == PUBLISHED, Topic.status == PUBLISHED, Board.names == "chosen")
    return paginate(statement, [(Post.id, "id", True)], cursor=cursor, size=PAGE_SIZE)


_quoted = aliased(Post)


def _posts(viewer: Viewer) -> "sa.Select[*tuple[Any, ...]]":
    mine: sa.ColumnElement[bool] = sa.false()
    if viewer.person_id is not None:
        mine = sa.exists().where(PostSupport.post_id == Post.id, PostSupport.person_id == viewer.person_id)
    return (
        sa.select(
            Post,
            Post.number.label("number"),
            sa.func.coalesce(Member.published, 0).label("contributions"),
            mine.label("supported"),
            _quoted.id.label("quoted_id"),
            _quoted.number.label("quoted_number"),
            _quoted.status.label("quoted_status"),
            _quoted.author_name.label("quoted_name"),
            _quoted.body.label("quoted_body"),
        )
        .outerjoin(Member, Member.person_id == Post.author_id)
        .outerjoin(_quoted, _quoted.id == Post.quoted_id)
    )


def _view(row: Any, viewer: Viewer) -> PostView:
    post: Post = row.Post
    visible = viewer.sees(post.status, post.author_id)
    return PostView(
        id=post.id,
        number=post.number,
        status=post.status,
        visible=visible,
        removed_rule=post.removed_rule,
        author_id=post.author_id if visible else None,
        author_name=post.author_name if visible else "",
        badge=post.badge if visible else Badge.PERSON,
        office=post.office if visible else "",
        official=post.official and visible,
        body=post.body if visible else "",
        side=post.side if visible else Side.NONE,
        quote=_quote(row) if visible and post.quoted_id is not None else None,
        support_count=post.support_count,
        version=post.version,
        created_at=post.created_at,
        edited_at=post.edited_at,
        contributions=row.contributions,
        supported=bool(row.supported),
        own=viewer.person_id is not None and post.author_id == viewer.person_id,
    )


def _quote(row: Any) -> Quote:
    """A passage is shown while its source is public and still says it, whoever reads."""
    public = row.quoted_status == PUBLISHED
    passage = " ".join(row.Post.quote.split())
    kept = public and passage in " ".join(row.quoted_body.split())
    return Quote(row.quoted_id, row.quoted_number, row.quoted_name if public else "", row.Post.quote if kept else "")


def _furnished(rows: Sequence[Any], viewer: Viewer) -> list[PostView]:
    """Posts with everything that hangs on them, one statement for each kind of thing."""
    views = [_view(row, viewer) for row in rows]
    by_id = {view.id: view for view in views if view.visible}
    if not by_id:
        return views
    for mention in db.session.scalars(sa.select(PostMention).where(PostMention.post_id.in_(by_id))):
        by_id[mention.post_id].mentions[mention.handle] = mention.person_id
    _hang_cards(by_id)
    _hang_files(by_id, viewer)
    return views


def _hang_cards(by_id: dict[int, PostView]) -> None:
    pointing: dict[int, list[Reference]] = defaultdict(list)
    rows = db.session.execute(
        sa.select(PostReference.post_id, PostReference.kind, PostReference.target_id)
        .where(PostReference.post_id.in_(by_id))
        .order_by(PostReference.post_id, PostReference.kind, PostReference.target_id)
    )
    for row in rows:
        pointing[row.post_id].append(Reference(row.kind, row.target_id))
    found = cards(reference for references in pointing.values() for reference in references)
    for post_id, references in pointing.items():
        by_id[post_id].cards = [found[reference] for reference in references if reference in found]


def _hang_files(by_id: dict[int, PostView], viewer: Viewer) -> None:
    rows = db.session.execute(
        sa.select(PostFile.post_id, PostFile.id, PostFile.status, StoredFile.name, StoredFile.size)
        .join(StoredFile, StoredFile.id == PostFile.file_id)
        .where(PostFile.post_id.in_(by_id))
        .order_by(PostFile.id)
    )
    for row in rows:
        view = by_id[row.post_id]
        if viewer.sees(row.status, view.author_id):
            view.files.append(Attached(row.id, row.name, row.size, row.status))
