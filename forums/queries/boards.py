"""Reads of boards and their lists of topics."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from accounts import queries as accounts
from accounts.models import Agency
from accounts.policies import Permission
from core.db import db
from core.errors import NotFound
from core.pagination import Page, paginate
from forums.models import Board, Draft, Reader, Topic, TopicKind
from moderation.models import ReviewStatus

PAGE_SIZE = 25
BOARDS_SHOWN = 50
FEED_SIZE = 30


class Order(enum.StrEnum):
    """How topics are listed; the values stand in addresses."""

    ACTIVITY = "hoat-dong"
    NEWEST = "moi"
    SUPPORTED = "ung-ho"
    WAITING = "chua-tra-loi"
    ARCHIVED = "luu-tru"


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A published topic in a list. ``unread``: posts since the reader last looked; None for who never did."""

    id: int
    kind: TopicKind
    title: str
    author_name: str
    created_at: datetime
    pinned: int
    locked: bool
    answer_post_id: int | None
    reply_count: int
    people_count: int
    agree_count: int
    disagree_count: int
    last_post_id: int
    last_post_at: datetime | None
    last_author_name: str
    next_number: int
    read_number: int | None

    @property
    def unread(self) -> int | None:
        return None if self.read_number is None else max(self.next_number - 1 - self.read_number, 0)


_ROW = (
    Topic.id,
    Topic.kind,
    Topic.title,
    Topic.author_name,
    Topic.created_at,
    Topic.pinned,
    Topic.locked,
    Topic.answer_post_id,
    Topic.reply_count,
    Topic.people_count,
    Topic.agree_count,
    Topic.disagree_count,
    Topic.last_post_id,
    Topic.last_post_at,
    Topic.last_author_name,
    Topic.next_number,
)


def list_boards(*, cursor: str | None = None) -> Page[Board]:
    """Boards with their agency, newest first."""
    statement = sa.select(Board, Board.id.label("board_id")).join(Board.agency).options(contains_eager(Board.agency))
    page = paginate(statement, [(Board.id, "board_id", True)], cursor=cursor, size=BOARDS_SHOWN)
    return Page([row.Board for row in page.items], page.next_cursor, page.prev_cursor)


def get_board(board_id: int) -> Board:
    """A board with its agency. Raises NotFound."""
    board = db.session.scalar(
        sa.select(Board).join(Board.agency).options(contains_eager(Board.agency)).where(Board.id == board_id)
    )
    if board is None:
        raise NotFound
    return board


def get_moderated_board(person_id: int, board_id: int) -> Board:
    """A board of an agency in which the person moderates. Raises NotFound for every other."""
    board = get_board(board_id)
    if not accounts.holds_in(person_id, Permission.MODERATE, board.agency_id):
        raise NotFound
    return board


def list_moderated_boards(person_id: int) -> list[Board]:
    """The boards that a person may move topics between, at most fifty."""
    agencies = accounts.agencies_within(person_id, Permission.MODERATE)
    return list(
        db.session.scalars(
            sa.select(Board).where(Board.agency_id.in_(agencies)).order_by(Board.title, Board.id).limit(BOARDS_SHOWN)
        )
    )


def list_moderated_agencies(person_id: int) -> list[Agency]:
    """The agencies for which a person may open a board."""
    return accounts.list_agencies(person_id, Permission.MODERATE)


def list_topics(board_id: int, order: Order, *, cursor: str | None, person_id: int | None) -> Page[TopicRow]:
    """A page of the published topics of a board. Every order follows an index."""
    statement = _rows(person_id).where(Topic.board_id == board_id)
    if order == Order.ARCHIVED:
        statement = statement.where(Topic.archived.is_(True), Topic.status == ReviewStatus.PUBLISHED)
    else:
        statement = statement.where(Topic.listed.is_(True))
    keys: list[tuple[Any, str, bool]] = [(Topic.id, "id", True)]
    if order == Order.ACTIVITY:
        keys = [(Topic.pinned, "pinned", True), (Topic.last_post_id, "last_post_id", True), *keys]
    elif order == Order.SUPPORTED:
        keys = [(Topic.agree_count, "agree_count", True), *keys]
    elif order == Order.WAITING:
        statement = statement.where(Topic.waiting.is_(True))
    page = paginate(statement, keys, cursor=cursor, size=PAGE_SIZE)
    return Page([TopicRow(**row._mapping) for row in page.items], page.next_cursor, page.prev_cursor)


def list_followed(person_id: int, *, cursor: str | None) -> Page[TopicRow]:
    """The public topics that a person follows, the liveliest first."""
    statement = _rows(person_id).where(Reader.follows.is_(True), Topic.status == ReviewStatus.PUBLISHED)
    keys = [(Topic.last_post_id, "last_post_id", True), (Topic.id, "id", True)]
    page = paginate(statement, keys, cursor=cursor, size=PAGE_SIZE)
    return Page([TopicRow(**row._mapping) for row in page.items], page.next_cursor, page.prev_cursor)


def list_newest(board_id: int) -> Sequence[Any]:
    """The newest thirty listed topics of a board, for its feed: rows id, title, author_name, created_at."""
    return db.session.execute(
        sa.select(Topic.id, Topic.title, Topic.author_name, Topic.created_at, Topic.last_post_at)
        .where(Topic.board_id == board_id, Topic.listed.is_(True))
        .order_by(Topic.id.desc())
        .limit(FEED_SIZE)
    ).all()


def find_draft(person_id: int, place: str) -> Draft | None:
    return db.session.scalar(sa.select(Draft).where(Draft.person_id == person_id, Draft.place == place))


def list_drafts(person_id: int) -> list[Draft]:
    """What somebody has begun to write, newest first (fifty are kept at most)."""
    return list(db.session.scalars(sa.select(Draft).where(Draft.person_id == person_id).order_by(Draft.id.desc())))


def _rows(person_id: int | None) -> "sa.Select[*tuple[Any, ...]]":
    if person_id is None:
        return sa.select(*_ROW, sa.null().label("read_number"))
    mine = sa.and_(Reader.topic_id == Topic.id, Reader.person_id == person_id)
    return sa.select(*_ROW, Reader.read_number).outerjoin(Reader, mine)
