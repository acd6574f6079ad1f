"""The board of the demonstration: a proposal, a question with its official answer, a topic that waits."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from accounts.models import Person, Role
from accounts.queries import get_agency
from consultations.models import Consultation
from core import clock
from core.db import db
from core.links import path_to
from demo.people import somebody, staff
from demo.voices import Finder
from forums.models import Board, Post, Screening, Side, Topic, TopicKind
from forums.registry import POST
from forums.services import boards, marks, posting
from forums.services.boards import Settings
from forums.services.posting import Writing
from moderation import queries as moderation_queries
from moderation import services as moderation
from moderation.models import ReviewStatus

FILE = Path(__file__).resolve().parent / "forum.json"
BETWEEN_POSTS = timedelta(hours=3)


def make_board(consultation: Consultation, agency: str) -> Board:
    """The board with its topics, in the order of their time."""
    told = json.loads(FILE.read_text(encoding="utf-8"))
    settings = Settings(title=told["title"], summary=told["summary"], rules=told["rules"], screening=Screening.AFTER)
    with clock.frozen(clock.now() - timedelta(days=10)):
        board = boards.create(get_agency(agency), settings, by=None, consultation_id=consultation.id)
    for topic in told["topics"]:
        _make_topic(board, topic, Finder(consultation), agency)
    return board


def _make_topic(board: Board, told: dict[str, Any], finder: Finder, agency: str) -> None:
    moments = _moments(clock.now() - timedelta(days=told["day"]))
    about = ""
    if told["about"]:
        about = path_to(
            "consultations.provision", consultation_id=board.consultation_id, lineage_id=finder.lineage(told["about"])
        )
    with clock.frozen(next(moments)):
        topic = posting.open_topic(
            board,
            by=_somebody(told["by"]),
            kind=TopicKind(told["kind"]),
            title=told["title"],
            writing=Writing(told["body"], about=about),
        )
    for post in told["posts"]:
        with clock.frozen(next(moments)):
            _answer(topic, post, agency)
    for word in ("agree", "disagree"):
        for name in told[word]:
            marks.vote(topic.id, by=_somebody(name), agrees=word == "agree")


def _answer(topic: Topic, told: dict[str, Any], agency: str) -> None:
    by = staff(Role.DRAFTER, agency) if told["by"] == "staff" else _somebody(told["by"])
    number, passage = told.get("quote", (None, ""))
    quoted = sa.select(Post.id).where(Post.topic_id == topic.id, Post.number == number)
    writing = Writing(
        told["body"],
        side=Side(told.get("side", "none")),
        official=told.get("official", False),
        quoted_id=db.session.scalar(quoted) if number else None,
        quote=passage,
    )
    post = posting.reply(topic.id, by=by, writing=writing)
    for name in told.get("support", ()):
        marks.toggle_support(post, by=_somebody(name))
    if rule := told.get("refused"):
        case = moderation_queries.get_case_of(POST, post.id)
        moderator = staff(Role.MODERATOR, agency)
        moderation.decide(case.id, ReviewStatus.REFUSED, by=moderator, version=case.version, rule=rule)


def _somebody(name: str) -> Person:
    return somebody(name, "organisation" if name.startswith("Hội") else "individual")  # no gettext: a name


def _moments(start: datetime) -> Iterator[datetime]:
    while True:
        yield min(start, clock.now() - timedelta(minutes=30))
        start += BETWEEN_POSTS
