"""Ý kiến của tôi: seen by oneself alone; changed and taken back until the table is published."""

from itertools import count
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule, run_state_machine_as_test
from sqlalchemy.orm import Session

from accounts.models import Agency, Person, Role
from consultations.models import (
    Comment,
    CommentRevision,
    Consultation,
    ModerationPolicy,
    Provision,
    Stance,
    Submission,
)
from consultations.services import comments as services
from consultations.services import submitting, tallies
from core import clock
from core.db import db
from core.errors import Closed, Conflict, RuleBroken
from moderation import services as moderation
from moderation.models import ReviewStatus
from tests.conftest import Login
from tests.factories import (
    case_of,
    comments_of,
    make_consultation,
    make_person,
    make_provisions,
    make_staff,
    make_submission,
)
from tests.support.limits import SOAK
from tests.support.queries import CountQueries

TEXT = "Người thử được thử trong ba ngày."


@pytest.fixture
def consultation(session: Session) -> Consultation:
    return make_consultation()


@pytest.fixture
def place(consultation: Consultation) -> Provision:
    return make_provisions(consultation, TEXT)[1]


@pytest.fixture
def author(session: Session) -> Person:
    return make_person()


@pytest.fixture
def comment(consultation: Consultation, place: Provision, author: Person) -> Comment:
    make_submission(consultation, place, body="Của người khác.")
    return comments_of(make_submission(consultation, place, person=author, body="Bản đầu."))[0]


def moderator_of(consultation: Consultation) -> Person:
    return make_staff(Role.MODERATOR, db.session.get_one(Agency, consultation.agency_id))


def status_of(comment: Comment) -> ReviewStatus:
    db.session.refresh(comment)
    return comment.status


def edit(client: FlaskClient, comment: Comment, **fields: str) -> Any:
    given = {"stance": "amend", "body": "Bản hai.", "proposed_text": TEXT, **fields}
    return client.post(f"/y-kien-cua-toi/{comment.id}/", data=given)


class TestList:
    def test_shows_mine_and_nobody_elses(
        self, client: FlaskClient, comment: Comment, author: Person, login: Login
    ) -> None:
        page = login(author).get("/y-kien-cua-toi/").text
        assert "Bản đầu." in page
        assert "chờ kiểm duyệt" in page
        assert "Của người khác." not in page

    def test_asks_a_visitor_to_sign_in(self, client: FlaskClient, session: Session) -> None:
        assert client.get("/y-kien-cua-toi/").location.startswith("/dang-nhap/")

    def test_shows_what_waits_to_be_sent(
        self, client: FlaskClient, consultation: Consultation, place: Provision, author: Person, login: Login
    ) -> None:
        login(author)
        client.post(
            f"/du-thao/{consultation.id}/gop-y?dieu-khoan={place.lineage_id}",
            data={"stance": "ask", "body": "Chưa gửi.", "do": "keep"},
        )
        page = client.get("/y-kien-cua-toi/").text
        assert f"/du-thao/{consultation.id}/phieu/" in page
        assert "1 ý kiến, sửa lần cuối" in page

    def test_pages_of_twenty_cost_the_same(
        self,
        consultation: Consultation,
        place: Provision,
        author: Person,
        comment: Comment,
        login: Login,
        count_queries: CountQueries,
    ) -> None:
        client = login(author)
        with count_queries() as few:
            client.get("/y-kien-cua-toi/")
        for number in range(21):
            make_submission(consultation, place, person=author, body=f"Ý kiến thứ {number}.")
        db.session.commit()
        with count_queries() as many:
            page = client.get("/y-kien-cua-toi/").text
        assert len(few) == len(many) <= 6, many
        assert "Bản đầu." not in page
        following = page[page.index('rel="next"') - 200 :].split('href="', 1)[1].split('"', 1)[0]
        assert "Bản đầu." in client.get(following.replace("&amp;", "&")).text


class TestEdit:
    def test_of_a_published_one_waits_and_then_keeps_what_it_said_before(
        self, client: FlaskClient, consultation: Consultation, comment: Comment, author: Person, login: Login
    ) -> None:
        case, moderator = case_of(comment), moderator_of(consultation)
        moderation.decide(case.id, ReviewStatus.PUBLISHED, by=moderator, version=case.version)
        login(author)
        answer = edit(client, comment, stance="oppose", proposed_text=TEXT.replace("ba", "năm"))
        assert answer.status_code == 303
        assert (status_of(comment), comment.body) == (ReviewStatus.PUBLISHED, "Bản đầu.")
        page = client.get(f"/y-kien-cua-toi/{comment.id}/").text
        assert "Bản hai." in page
        assert "đang chờ kiểm duyệt" in page
        db.session.refresh(case)
        assert case.awaiting
        moderation.decide(case.id, ReviewStatus.PUBLISHED, by=moderator, version=case.version)
        assert (status_of(comment), comment.body, comment.stance) == (ReviewStatus.PUBLISHED, "Bản hai.", Stance.OPPOSE)
        assert comment.proposed_text == "Người thử được thử trong năm ngày."
        assert tallies.differences() == {}
        assert "Bản đầu." in client.get(f"/y-kien-cua-toi/{comment.id}/").text

    def test_stays_published_where_moderation_comes_after(self, session: Session, author: Person) -> None:
        quick = make_consultation(moderation=ModerationPolicy.AFTER)
        [comment] = comments_of(make_submission(quick, make_provisions(quick)[1], person=author))
        services.edit_comment(comment, by=author, stance=Stance.ASK, body="Hỏi lại.", proposed_text="")
        assert status_of(comment) == ReviewStatus.PUBLISHED
        assert case_of(comment).awaiting
        assert tallies.differences() == {}

    def test_saving_it_unchanged_changes_nothing(
        self, client: FlaskClient, comment: Comment, author: Person, login: Login, session: Session
    ) -> None:
        login(author)
        before = case_of(comment).version
        assert edit(client, comment, body="Bản đầu.").status_code == 303
        session.expire_all()
        assert case_of(comment).version == before
        assert session.scalar(sa.select(sa.func.count()).select_from(CommentRevision)) == 0

    @pytest.mark.parametrize("path", ["", "rut"])
    @pytest.mark.parametrize("method", ["get", "post"])
    def test_anothers_comment_is_not_found(
        self, client: FlaskClient, comment: Comment, login: Login, path: str, method: str
    ) -> None:
        login(make_person())
        assert getattr(client, method)(f"/y-kien-cua-toi/{comment.id}/{path}").status_code == 404
        assert status_of(comment) == ReviewStatus.PENDING

    def test_a_refusal_keeps_the_text(
        self, client: FlaskClient, comment: Comment, author: Person, login: Login
    ) -> None:
        login(author)
        answer = edit(client, comment, body="x" * 30_000)
        assert answer.status_code == 422
        assert "x" * 30_000 in answer.text
        assert status_of(comment) == ReviewStatus.PENDING
        assert comment.body == "Bản đầu."

    def test_ends_when_the_table_is_published(
        self, client: FlaskClient, consultation: Consultation, comment: Comment, author: Person, login: Login
    ) -> None:
        consultation.table_published_at = clock.now()
        login(author)
        answer = edit(client, comment)
        assert answer.status_code == 409
        assert "Bản tổng hợp đã công bố nên ý kiến không đổi được nữa." in answer.text
        assert "Bản hai." in answer.text
        assert client.post(f"/y-kien-cua-toi/{comment.id}/rut").status_code == 409
        assert status_of(comment) == ReviewStatus.PENDING
        assert comment.body == "Bản đầu."

    def test_is_open_after_the_window_closed(
        self, client: FlaskClient, consultation: Consultation, comment: Comment, author: Person, login: Login
    ) -> None:
        consultation.opens_at, consultation.closes_at = clock.now().replace(year=2020), clock.now().replace(year=2021)
        login(author)
        assert edit(client, comment).status_code == 303

    def test_shows_the_change_before_it_is_saved(
        self, client: FlaskClient, comment: Comment, author: Person, login: Login
    ) -> None:
        login(author)
        answer = edit(client, comment, do="preview", proposed_text=TEXT.replace("ba", "năm"))
        assert answer.status_code == 200
        assert "<ins>" in answer.text
        assert status_of(comment) == ReviewStatus.PENDING
        assert comment.proposed_text == ""


class TestWithdraw:
    def test_asks_first_and_then_takes_it_out_of_the_ledger(
        self, client: FlaskClient, comment: Comment, author: Person, login: Login
    ) -> None:
        login(author)
        assert "Bản đầu." in client.get(f"/y-kien-cua-toi/{comment.id}/rut").text
        assert status_of(comment) == ReviewStatus.PENDING
        for _twice in range(2):
            assert client.post(f"/y-kien-cua-toi/{comment.id}/rut").status_code == 303
        assert status_of(comment) == ReviewStatus.WITHDRAWN
        assert not case_of(comment).awaiting
        assert tallies.differences() == {}

    def test_a_withdrawn_comment_cannot_be_changed(
        self, client: FlaskClient, comment: Comment, author: Person, login: Login
    ) -> None:
        services.withdraw_comment(comment, by=author)
        login(author)
        assert edit(client, comment).status_code == 409
        assert status_of(comment) == ReviewStatus.WITHDRAWN


_guests = count(1)


class Ledger(RuleBasedStateMachine):
    """Sent, decided, undone, edited, confirmed, withdrawn, in whatever order: the tallies equal a recount."""

    comments: Bundle[int] = Bundle("comments")

    def __init__(self) -> None:
        super().__init__()
        self.consultations = [make_consultation(moderation=policy) for policy in ModerationPolicy]
        self.places = [make_provisions(one) for one in self.consultations]
        self.moderators = [moderator_of(one) for one in self.consultations]
        self.person = make_person()

    @rule(target=comments, which=st.integers(0, 1), stance=st.sampled_from(Stance), guest=st.booleans())
    def send(self, which: int, stance: Stance, guest: bool) -> Any:
        consultation, places = self.consultations[which], self.places[which]
        submission = make_submission(
            consultation, None, *places[1:], person=None if guest else self.person, stance=stance,
            email=f"khach-{next(_guests)}@vi-du.vn" if guest else None,
        )  # fmt: skip
        return multiple(*(comment.id for comment in comments_of(submission)))

    @rule(number=comments, to=st.sampled_from(moderation.DECISIONS))
    def decide(self, number: int, to: ReviewStatus) -> None:
        case = case_of(self._comment(number))
        self._try(
            lambda: moderation.decide(
                case.id, to, by=self._moderator(number), version=case.version,
                rule="insult" if to == ReviewStatus.REFUSED else None,
            )
        )  # fmt: skip

    @rule(number=comments)
    def undo(self, number: int) -> None:
        case = case_of(self._comment(number))
        self._try(lambda: moderation.undo(case.id, by=self._moderator(number), version=case.version))

    @rule(number=comments, stance=st.sampled_from(Stance), body=st.sampled_from(["", "Một.", "Hai."]))
    def edit(self, number: int, stance: Stance, body: str) -> None:
        comment = self._comment(number)
        self._try(lambda: services.edit_comment(comment, by=self.person, stance=stance, body=body, proposed_text=""))

    @rule(number=comments)
    def withdraw(self, number: int) -> None:
        comment = self._comment(number)
        self._try(lambda: services.withdraw_comment(comment, by=self.person))

    @rule(number=comments)
    def confirm(self, number: int) -> None:
        submission = db.session.get_one(Submission, self._comment(number).submission_id)
        self._try(lambda: submitting.confirm(submission))

    @invariant()
    def tallies_equal_a_recount(self) -> None:
        assert tallies.differences() == {}

    @invariant()
    def case_and_comment_agree(self) -> None:
        for comment in db.session.scalars(sa.select(Comment)):
            assert case_of(comment).status == comment.status

    def _comment(self, number: int) -> Comment:
        return db.session.get_one(Comment, number)

    def _moderator(self, number: int) -> Person:
        ids = [one.id for one in self.consultations]
        return self.moderators[ids.index(self._comment(number).consultation_id)]

    def _try(self, step: Any) -> None:
        try:
            with db.session.begin_nested():
                step()
        except (RuleBroken, Conflict, Closed):
            db.session.expire_all()


@pytest.mark.scaled
def test_tallies_equal_a_recount_after_anything(app: Flask) -> None:
    run_state_machine_as_test(
        Ledger,
        settings=settings(
            max_examples=100 if SOAK else 6,
            stateful_step_count=50 if SOAK else 15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
