"""Whatever people and moderators do, in whatever order: no hidden word is seen by a wrong reader, counts are right."""

from itertools import count
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from accounts.models import Person
from core.db import db
from core.errors import DanBanError
from forums import indexing
from forums.models import Board, Post, PostRevision, Screening, TopicKind
from forums.queries import posts as queries
from forums.services import editing, marks, posting
from forums.services.posting import Writing
from moderation import services as moderation
from moderation.models import ReviewStatus
from tests.conftest import Login
from tests.factories import make_person
from tests.forums.making import case_of, make_board, make_known, moderator_of, start, wrong_counts
from tests.support.limits import SOAK

_words = count(1)
SCREENINGS = st.sampled_from(list(Screening))
WHO = st.integers(0, 2)
DECISIONS = st.sampled_from([ReviewStatus.PUBLISHED, ReviewStatus.REFUSED, ReviewStatus.SPAM])


class Talk(RuleBasedStateMachine):
    """One topic, three people, two moderators; every text holds a word of its own: x1x, x2x …"""

    posts: Bundle[int] = Bundle("posts")
    app: Flask
    client: FlaskClient
    login: Login

    def __init__(self) -> None:
        super().__init__()
        self.board: Board = make_board(screening=Screening.AFTER)
        self.people = [make_known(published=300) for _number in range(3)]
        self.judges = [moderator_of(self.board) for _number in range(2)]
        self.stranger: Person = make_person()
        self.topic = start(self.board, self.judges[0], kind=TopicKind.PROPOSAL)

    @rule(screening=SCREENINGS)
    def change_the_policy(self, screening: Screening) -> None:
        self.board.screening = screening
        db.session.flush()

    @rule(target=posts, who=WHO)
    def write(self, who: int) -> int:
        return self._try_reply(who, Writing(self._text()))

    @rule(target=posts, who=WHO, post_id=posts)
    def quote(self, who: int, post_id: int) -> int:
        body = queries.get_post(post_id).body if post_id else ""
        return self._try_reply(who, Writing(self._text(), quoted_id=post_id or None, quote=body))

    @rule(post_id=posts, who=WHO)
    def change(self, post_id: int, who: int) -> None:
        if post_id:
            version = queries.get_post(post_id).version
            self._try(lambda: editing.edit(post_id, by=self.people[who], version=version, text=self._text()))

    @rule(post_id=posts, who=WHO)
    def take_back(self, post_id: int, who: int) -> None:
        if post_id:
            self._try(lambda: editing.withdraw(post_id, by=self.people[who]))

    @rule(post_id=posts, to=DECISIONS, judge=st.integers(0, 1))
    def decide(self, post_id: int, to: ReviewStatus, judge: int) -> None:
        if post_id:
            self._decide("post", post_id, to, judge)

    @rule(to=DECISIONS, judge=st.integers(0, 1))
    def decide_an_edit(self, to: ReviewStatus, judge: int) -> None:
        revision = db.session.query(PostRevision).filter_by(status=ReviewStatus.PENDING).first()
        if revision is not None:
            self._decide("post_edit", revision.id, to, judge)

    @rule(to=st.sampled_from([ReviewStatus.PUBLISHED, ReviewStatus.REFUSED]))
    def decide_the_topic(self, to: ReviewStatus) -> None:
        self._decide("topic", self.topic.id, to, 1)

    @rule(post_id=posts)
    def undo(self, post_id: int) -> None:
        if post_id:
            case = case_of("post", post_id)
            self._try(lambda: moderation.undo(case.id, by=self.judges[0], version=case.version))

    @rule(post_id=posts, who=WHO)
    def support(self, post_id: int, who: int) -> None:
        if post_id:
            self._try(lambda: marks.toggle_support(queries.get_post(post_id), by=self.people[who]))

    @rule(who=WHO, agrees=st.sampled_from([True, False, None]))
    def vote(self, who: int, agrees: bool | None) -> None:
        self._try(lambda: marks.vote(self.topic.id, by=self.people[who], agrees=agrees))

    @invariant()
    def counts_are_right(self) -> None:
        assert wrong_counts() == {}

    @invariant()
    def hidden_words_stay_hidden(self) -> None:
        db.session.expire_all()
        rows = db.session.query(Post).filter_by(topic_id=self.topic.id).all()
        shown = self.topic.status == ReviewStatus.PUBLISHED
        public = {word(row.body) for row in rows if shown and row.status == ReviewStatus.PUBLISHED}
        ids = [row.id for row in rows]
        bodies = {document.body for document in indexing.post_documents(ids)}
        seen = "".join(bodies) + "".join(self._pages())
        every = {word(row.body) for row in db.session.query(PostRevision) if "x" in row.body} - {""}
        leaked = {one for one in every - public if one in seen}
        assert not leaked, leaked

    def _pages(self) -> list[str]:
        self.login(self.stranger)
        paths = (f"chu-de/{self.topic.id}/", f"chu-de/{self.topic.id}/atom.xml", f"{self.board.id}/")
        return [self.client.get(f"/dien-dan/{path}").text for path in paths]

    def _text(self) -> str:
        return f"Ý kiến mang chữ x{next(_words)}x của riêng nó."

    def _try_reply(self, who: int, writing: Writing) -> int:
        made: list[int] = []
        self._try(lambda: made.append(posting.reply(self.topic.id, by=self.people[who], writing=writing).id))
        return made[0] if made else 0

    def _decide(self, kind: str, subject_id: int, to: ReviewStatus, judge: int) -> None:
        case = case_of(kind, subject_id)
        rule_ = "insult" if to == ReviewStatus.REFUSED else None
        self._try(lambda: moderation.decide(case.id, to, by=self.judges[judge], version=case.version, rule=rule_))

    def _try(self, act: Any) -> None:
        """A refusal is an answer too; it leaves nothing behind."""
        try:
            with db.session.begin_nested():
                act()
        except DanBanError:
            db.session.expire_all()


def word(body: str) -> str:
    return next((part for part in body.split() if part.startswith("x") and part.endswith("x")), "")


class TestWhateverIsDone:
    @pytest.mark.scaled
    def test_nothing_hidden_is_seen_and_counts_are_right(self, app: Flask, client: FlaskClient, login: Login) -> None:
        machine = type("OnThisDatabase", (Talk,), {"app": app, "client": client, "login": staticmethod(login)})
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=40 if SOAK else 4,
                stateful_step_count=30 if SOAK else 12,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
