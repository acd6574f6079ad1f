"""Who may write, when, how much, and what is looked at first. Facts and limits; no database."""

import enum
from dataclasses import dataclass
from datetime import datetime, timedelta

from forums.models import Badge, Board, Screening, Topic, Writers
from moderation.models import ReviewStatus

KNOWN_AFTER = 3
TRUSTED_AFTER = 20
TRUSTED_DAYS = timedelta(days=14)
RATE_WINDOW = timedelta(minutes=10)
SAME_TEXT_WINDOW = timedelta(hours=24)

HEATED_POSTS = 20
HEATED_WINDOW = timedelta(minutes=10)
COOL_SECONDS = 120
COOL_FOR = timedelta(minutes=30)

LONGEST_SLOW = 24 * 3600


class Trust(enum.IntEnum):
    """How far somebody's contributions have earned trust; docs/guides/dien-dan.md tells people the rule."""

    NEW = 0
    KNOWN = 1
    TRUSTED = 2


@dataclass(frozen=True)
class Limits:
    """What a degree of trust allows: links in a post, posts in ten minutes, new topics a day."""

    links: int
    posts: int
    topics: int


LIMITS = {
    Trust.NEW: Limits(links=2, posts=4, topics=3),
    Trust.KNOWN: Limits(links=6, posts=10, topics=8),
    Trust.TRUSTED: Limits(links=20, posts=30, topics=20),
}


def trust(published: int, refused: int, joined_at: datetime | None, at: datetime) -> Trust:
    """Known: three published, at most a quarter of all refused. Trusted: twenty, a twentieth, and a fortnight here."""
    if joined_at is None or published < KNOWN_AFTER or refused * 4 > published + refused:
        return Trust.NEW
    seasoned = published >= TRUSTED_AFTER and refused * 20 <= published + refused
    return Trust.TRUSTED if seasoned and at - joined_at >= TRUSTED_DAYS else Trust.KNOWN


@dataclass(frozen=True)
class Speaker:
    """Somebody as they are when they speak on a board. ``office``: the agency of an official of this board."""

    person_id: int
    name: str
    badge: Badge
    office: str
    confirmed: bool
    moderates: bool
    trust: Trust

    @property
    def is_official(self) -> bool:
        return self.badge == Badge.OFFICIAL


def is_open(board: Board, at: datetime) -> bool:
    """Does the board take posts now? Its window includes both ends."""
    if board.archived:
        return False
    return (board.opens_at is None or at >= board.opens_at) and (board.closes_at is None or at <= board.closes_at)


def may_write(writers: Writers, speaker: Speaker) -> bool:
    """Does the board take posts of this person? Of its officials always."""
    if speaker.is_official:
        return True
    return {
        Writers.ACCOUNTS: True,
        Writers.CONFIRMED: speaker.confirmed,
        Writers.ORGANISATIONS: speaker.badge == Badge.ORGANISATION,
        Writers.OFFICIALS: False,
    }[writers]


def takes_replies(topic: Topic) -> bool:
    """Is the topic open for replies, whatever the hour?"""
    return topic.status == ReviewStatus.PUBLISHED and not topic.locked and not topic.archived


def first_status(screening: Screening, speaker: Speaker, *, links: int, known_bad: bool) -> ReviewStatus:
    """Published at once, or first looked at. What a moderator refused before, and links of new people, always wait."""
    if speaker.is_official:
        return ReviewStatus.PUBLISHED
    if screening == Screening.BEFORE or known_bad:
        return ReviewStatus.PENDING
    new = speaker.trust == Trust.NEW
    if new and (screening == Screening.FIRST or links):
        return ReviewStatus.PENDING
    return ReviewStatus.PUBLISHED


def slow_seconds(board: Board, topic: Topic, speaker: Speaker, at: datetime) -> int:
    """The least time between two posts of this person in the topic; the longer of the board's and the topic's."""
    if speaker.is_official:
        return 0
    own = topic.slow_seconds if topic.slow_until is None or topic.slow_until > at else 0
    return max(board.slow_seconds, own)
