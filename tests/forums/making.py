"""Boards, topics and posts for tests, made through the services."""

from itertools import count
from typing import Any

import sqlalchemy as sa

from accounts.models import Agency, Person, Role
from core import clock
from core.db import db
from forums.models import Board, Member, Post, Topic, TopicKind
from forums.services import boards, counting, posting
from forums.services.boards import Settings
from forums.services.posting import Writing
from moderation import queries as moderation_queries
from moderation import services as moderation
from moderation.models import ReviewCase, ReviewStatus
from tests.factories import make_agency, make_person, make_staff

_numbers = count(1)
REASONS = ("Vì đường xa.", "Vì nhà đông người.", "Vì mùa mưa khó đi lại.", "Vì phí quá cao.", "Vì giấy tờ nhiều.")


def make_board(agency: Agency | None = None, **values: Any) -> Board:
    """A board on which posts appear at once, unless told otherwise."""
    settings = Settings(**{"title": f"Diễn đàn thử {next(_numbers)}", "screening": "after", **values})
    return boards.create(agency or make_agency(), settings, by=None)


def make_known(person: Person | None = None, *, published: int = 5, **values: Any) -> Person:
    """Somebody who has had some posts published before: no limits of new people."""
    known = person or make_person(**values)
    db.session.add(Member(person_id=known.id, published=published, refused=0, joined_at=clock.now()))
    db.session.flush()
    return known


def text(about: str = "Nên kéo dài thời hạn trả lời cho người dân ở xa.") -> str:
    """Words that nobody has written before."""
    return f"{about} Ý thứ {next(_numbers)}."


def start(board: Board, by: Person | None = None, **values: Any) -> Topic:
    """A topic by somebody known."""
    given = {"kind": TopicKind.DISCUSSION, "title": f"Bàn về việc số {next(_numbers)}", **values}
    writing = Writing(given.pop("body", None) or text(), about=given.pop("about", ""))
    return posting.open_topic(board, by=by or make_known(), writing=writing, **given)


def answer(topic: Topic, by: Person | None = None, body: str | None = None, **values: Any) -> Post:
    """A reply by somebody known."""
    return posting.reply(topic.id, by=by or make_known(), writing=Writing(body or text(), **values))


def post_of(topic: Topic, number: int = 1) -> Post:
    """The post of this number; the opening one unless told otherwise."""
    return db.session.scalars(sa.select(Post).where(Post.topic_id == topic.id, Post.number == number)).one()


def case_of(kind: str, subject_id: int) -> ReviewCase:
    return moderation_queries.get_case_of(kind, subject_id)


def decide(
    kind: str, subject_id: int, to: ReviewStatus, moderator: Person, *, rule: str | None = None, note: str = ""
) -> None:
    """A moderator's decision, whatever was decided before."""
    case = case_of(kind, subject_id)
    if not case.awaiting:
        case.awaiting = True
        db.session.flush()
    moderation.decide(case.id, to, by=moderator, version=case.version, rule=rule, note=note)


def refuse(kind: str, subject_id: int, moderator: Person, rule: str = "insult") -> None:
    decide(kind, subject_id, ReviewStatus.REFUSED, moderator, rule=rule)


def moderator_of(board: Board) -> Person:
    return make_staff(Role.MODERATOR, db.session.get_one(Agency, board.agency_id))


def wrong_counts() -> dict[str, tuple[int, int]]:
    """What the recount finds wrong, but for the past that ``make_known`` made up."""
    return {key: pair for key, pair in counting.differences().items() if not key.startswith("member published")}
