"""The receipt: found by its code alone, it tells where each comment stands."""

import dataclasses
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, TypeVar

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.models import Agency, Person, Role
from consultations.models import Consultation, GuestPolicy, Provision, Submission
from consultations.queries.receipts import SentComment, Slip
from consultations.services import letters, receipts
from consultations.services.comments import withdraw_comment
from consultations.views.journey import reached, stations
from core import clock
from core.db import db
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
from tests.support.clock import FrozenClock
from tests.support.mail import Mailbox
from tests.support.queries import CountQueries

T = TypeVar("T")


@pytest.fixture
def consultation(session: Session) -> Consultation:
    other = make_consultation()
    make_submission(other, *make_provisions(other)[1:], body="Ý kiến ở đợt khác.")
    return make_consultation()


@pytest.fixture
def places(consultation: Consultation) -> list[Provision]:
    return make_provisions(consultation)


@pytest.fixture
def moderator(consultation: Consultation) -> Person:
    return make_staff(Role.MODERATOR, db.session.get_one(Agency, consultation.agency_id))


def path_of(submission: Submission) -> str:
    return f"/bien-nhan/{receipts.shown(submission.receipt_code)}/"


def decide(submission: Submission, to: ReviewStatus, by: Person, **why: Any) -> None:
    for comment in comments_of(submission):
        case = case_of(comment)
        moderation.decide(case.id, to, by=by, version=case.version, **why)


class TestLookup:
    def test_leads_to_the_receipt_however_the_code_is_typed(
        self, client: FlaskClient, places: list[Provision], consultation: Consultation
    ) -> None:
        code = make_submission(consultation, places[1]).receipt_code
        shown = receipts.shown(code)
        for typed in (shown, code, shown.lower(), f"  {shown.replace('-', ' - ')} ", shown.replace("1", "i")):
            answer = client.get("/bien-nhan/", query_string={"ma": typed})
            assert answer.status_code == 302, typed
            assert answer.location == f"/bien-nhan/{shown}/"

    @pytest.mark.parametrize("typed", ["AAAA-AAAA-AA", "0O0O-0O0O-0O", "x" * 5000, "đ₫¹", "%", "' or 1=1"])
    def test_an_unknown_code_is_told_and_stays_in_the_field(
        self, client: FlaskClient, session: Session, typed: str
    ) -> None:
        answer = client.get("/bien-nhan/", query_string={"ma": typed})
        assert answer.status_code == 404
        assert "Không tìm thấy mã này. Kiểm tra lại từng ký tự; không có chữ O và số 0." in answer.text

    def test_an_unknown_receipt_offers_the_same_form(self, client: FlaskClient, session: Session) -> None:
        answer = client.get("/bien-nhan/AAAA-AAAA-AA/")
        assert answer.status_code == 404
        assert 'value="AAAA-AAAA-AA"' in answer.text

    def test_the_bare_page_is_a_form(self, client: FlaskClient, session: Session) -> None:
        assert client.get("/bien-nhan/").status_code == 200


class TestReceipt:
    def test_says_what_was_said_and_that_it_waits(
        self, client: FlaskClient, places: list[Provision], consultation: Consultation
    ) -> None:
        submission = make_submission(consultation, *places[1:], body="Ba ngày ngắn quá.")
        page = client.get(path_of(submission)).text
        assert receipts.shown(submission.receipt_code) in page
        assert page.count("<p>Ba ngày ngắn quá.</p>") == 2
        assert "Khoản 1 Điều 1" in page
        assert "Kiểm duyệt" in page
        assert "Ý kiến ở đợt khác." not in page

    def test_no_search_engine_keeps_it_and_paper_takes_it(
        self, client: FlaskClient, places: list[Provision], consultation: Consultation
    ) -> None:
        answer = client.get(path_of(make_submission(consultation, places[1])))
        assert '<meta name="robots" content="noindex">' in answer.text
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert "data-print" in answer.text

    def test_published_links_to_the_place_where_it_is_read(
        self, client: FlaskClient, places: list[Provision], consultation: Consultation, moderator: Person
    ) -> None:
        submission = make_submission(consultation, places[1])
        decide(submission, ReviewStatus.PUBLISHED, moderator)
        page = client.get(path_of(submission)).text
        assert "Ý kiến của bạn đã công bố" in page
        [comment] = comments_of(submission)
        assert f"/du-thao/{consultation.id}/dieu-khoan/{places[1].lineage_id}/#y-kien-{comment.id}" in page

    def test_a_refusal_names_its_rule_and_note(
        self, client: FlaskClient, places: list[Provision], consultation: Consultation, moderator: Person
    ) -> None:
        submission = make_submission(consultation, places[1])
        decide(submission, ReviewStatus.REFUSED, moderator, rule="personal_data", note="Bạn bỏ số điện thoại nhé.")
        page = client.get(path_of(submission)).text
        assert "Ý kiến của bạn không được công bố" in page
        assert "Theo quy tắc 3: Lộ thông tin cá nhân." in page
        assert "Bạn bỏ số điện thoại nhé." in page
        assert "/quy-tac/" in page

    def test_a_decision_taken_back_is_not_told(
        self, client: FlaskClient, places: list[Provision], consultation: Consultation, moderator: Person
    ) -> None:
        submission = make_submission(consultation, places[1])
        decide(submission, ReviewStatus.REFUSED, moderator, rule="insult", note="Nhầm.")
        [comment] = comments_of(submission)
        case = case_of(comment)
        moderation.undo(case.id, by=moderator, version=case.version)
        page = client.get(path_of(submission)).text
        assert "đang chờ kiểm duyệt" in page
        assert "Nhầm." not in page

    def test_a_withdrawn_comment_says_so(
        self, client: FlaskClient, places: list[Provision], consultation: Consultation
    ) -> None:
        person = make_person()
        submission = make_submission(consultation, places[1], person=person)
        withdraw_comment(comments_of(submission)[0], by=person)
        assert "Bạn đã rút ý kiến" in client.get(path_of(submission)).text

    def test_clears_what_the_browser_kept_only_just_after_sending(
        self, client: FlaskClient, consultation: Consultation, frozen_clock: FrozenClock, login: Login
    ) -> None:
        consultation.opens_at, consultation.closes_at = clock.now(), clock.now() + timedelta(days=1)
        places = make_provisions(consultation)
        login(make_person())
        url = f"/du-thao/{consultation.id}"
        place = places[1].lineage_id
        client.post(f"{url}/gop-y?dieu-khoan={place}", data={"stance": "ask", "body": "Hỏi.", "do": "keep"})
        answer = client.post(f"{url}/phieu/", data={"kind": "individual", "consent": "y", "do": "send"})
        for _click in range(2):
            page = client.get(answer.location).text
            assert f'<meta name="danban-clear" content="gop-y:{consultation.id}:{place}">' in page
            assert "Đã nhận ý kiến. Mã biên nhận:" in page
        frozen_clock.move(minutes=3)
        assert "danban-clear" not in client.get(answer.location).text

    def test_offers_changes_to_its_author_alone(
        self, app: Flask, client: FlaskClient, places: list[Provision], consultation: Consultation, login: Login
    ) -> None:
        author = make_person()
        submission = make_submission(consultation, places[1], person=author)
        [comment] = comments_of(submission)
        edit = f"/y-kien-cua-toi/{comment.id}/"
        assert edit not in client.get(path_of(submission)).text
        assert edit not in login(make_person(), app.test_client()).get(path_of(submission)).text
        assert edit in login(author, app.test_client()).get(path_of(submission)).text

    def test_costs_the_same_for_any_number_of_comments(
        self, client: FlaskClient, places: list[Provision], consultation: Consultation, count_queries: CountQueries
    ) -> None:
        one, many = make_submission(consultation, places[1]), make_submission(consultation, None, *places)
        with count_queries() as few:
            client.get(path_of(one))
        with count_queries() as lots:
            client.get(path_of(many))
        assert len(few) == len(lots) <= 7, lots


class TestStations:
    """The way of one comment, without a page."""

    NOW = clock.now()

    def slip(self, **values: Any) -> Slip:
        return _like(Slip, sent_at=self.NOW, confirmed_at=self.NOW, table_published_at=None, **values)

    def comment(self, status: ReviewStatus, **values: Any) -> SentComment:
        return _like(SentComment, status=status, published_at=self.NOW, decided=None, **values)

    def kinds(self, way: Any) -> list[tuple[str, str]]:
        return [(one.kind, one.state) for one in way]

    def test_waits_for_a_moderator(self) -> None:
        way = stations(self.slip(), self.comment(ReviewStatus.PENDING), None)
        assert self.kinds(way) == [
            ("received", "now"),
            ("review", "ahead"),
            ("grouped", "ahead"),
            ("answered", "ahead"),
            ("table", "ahead"),
        ]
        assert reached(way) == "review"

    def test_waits_for_its_author(self) -> None:
        way = stations(_like(Slip, sent_at=self.NOW, confirmed_at=None), self.comment(ReviewStatus.UNCONFIRMED), None)
        assert self.kinds(way)[:3] == [("received", "now"), ("confirm", "ahead"), ("review", "ahead")]
        assert reached(way) == "confirm"

    def test_answered(self) -> None:
        fate = SimpleNamespace(grouped_at=self.NOW, answered_at=self.NOW)
        way = stations(self.slip(), self.comment(ReviewStatus.PUBLISHED), fate)
        assert self.kinds(way) == [
            ("received", "done"),
            ("published", "done"),
            ("grouped", "done"),
            ("answered", "now"),
            ("table", "ahead"),
        ]
        assert reached(way) == "answered"

    @pytest.mark.parametrize("status", [ReviewStatus.REFUSED, ReviewStatus.SPAM, ReviewStatus.WITHDRAWN])
    def test_ends_where_it_was_turned_away(self, status: ReviewStatus) -> None:
        way = stations(self.slip(), self.comment(status), None)
        assert self.kinds(way) == [("received", "done"), (str(status), "now")]


def _like(kind: type[T], **values: Any) -> T:
    """One with the fields that matter; the others are None."""
    names = [field.name for field in dataclasses.fields(kind)]  # type: ignore[arg-type]  # all of them are
    return kind(**{**dict.fromkeys(names), **values})


class TestLetters:
    def test_a_person_gets_the_receipt_and_the_verdict(
        self,
        places: list[Provision],
        consultation: Consultation,
        moderator: Person,
        outbox_drained: Any,
        mailbox: Mailbox,
    ) -> None:
        person = make_person()
        submission = make_submission(consultation, places[1], person=person, body="Ba ngày ngắn quá.")
        decide(submission, ReviewStatus.REFUSED, moderator, rule="off_topic", note="Hãy gửi ở đợt kia.")
        outbox_drained()
        receipt, verdict = mailbox.to(person.email)
        assert receipt.subject == f"Đã nhận ý kiến. Mã biên nhận: {receipts.shown(submission.receipt_code)}"
        assert f"{path_of(submission)}" in receipt.body
        assert verdict.subject == "Ý kiến của bạn không được công bố: khoản 1 Điều 1"
        for words in ("Quy tắc 1: Không liên quan đến dự thảo.", "Hãy gửi ở đợt kia.", "Ba ngày ngắn quá."):
            assert words in verdict.body
        assert path_of(submission) in verdict.body

    def test_publishing_is_told_and_spam_and_taking_back_are_not(
        self,
        places: list[Provision],
        consultation: Consultation,
        moderator: Person,
        outbox_drained: Any,
        mailbox: Mailbox,
    ) -> None:
        person = make_person()
        submission = make_submission(consultation, places[1], person=person)
        [comment] = comments_of(submission)
        decide(submission, ReviewStatus.SPAM, moderator)
        moderation.undo(case_of(comment).id, by=moderator, version=case_of(comment).version)
        decide(submission, ReviewStatus.PUBLISHED, moderator)
        outbox_drained()
        assert [mail.subject for mail in mailbox.to(person.email)][1:] == ["Ý kiến của bạn đã công bố: khoản 1 Điều 1"]

    def test_a_guest_who_never_confirmed_hears_nothing_of_verdicts(
        self, moderator: Person, session: Session, outbox_drained: Any, mailbox: Mailbox
    ) -> None:
        loose = make_consultation(guests=GuestPolicy.NAMED)
        judge = make_staff(Role.MODERATOR, session.get_one(Agency, loose.agency_id))
        submission = make_submission(loose, make_provisions(loose)[1], email="nan.nhan@vi-du.vn")
        decide(submission, ReviewStatus.PUBLISHED, judge)
        outbox_drained()
        assert len(mailbox.to("nan.nhan@vi-du.vn")) == 1

    def test_a_confirmed_guest_hears_of_the_verdict(
        self,
        client: FlaskClient,
        places: list[Provision],
        consultation: Consultation,
        moderator: Person,
        outbox_drained: Any,
        mailbox: Mailbox,
    ) -> None:
        submission = make_submission(consultation, places[1], email="co.ba@vi-du.vn")
        client.post(f"/xac-nhan-gop-y/{letters.confirmation_token(submission)}")
        db.session.expire_all()
        decide(submission, ReviewStatus.PUBLISHED, moderator)
        outbox_drained()
        assert len(mailbox.to("co.ba@vi-du.vn")) == 2

    def test_a_changed_link_confirms_nothing_and_helps(
        self, client: FlaskClient, places: list[Provision], consultation: Consultation
    ) -> None:
        submission = make_submission(consultation, places[1], email="co.ba@vi-du.vn")
        token = letters.confirmation_token(submission)
        for wrong in (token[:-2], "x", token + "x"):
            answer = client.post(f"/xac-nhan-gop-y/{wrong}")
            assert answer.status_code == 410
            assert "Tra mã biên nhận" in answer.text
        db.session.expire_all()
        assert submission.confirmed_at is None


def test_a_code_is_ten_letters_that_nobody_mistakes() -> None:
    codes = {receipts.new_code() for _code in range(500)}
    assert len(codes) == 500
    assert {len(code) for code in codes} == {10}
    assert not set("".join(codes)) & set("0OI")
    assert receipts.shown("7K3MQ9XA4T") == "7K3M-Q9XA-4T"
    assert receipts.typed(" 7k3m–q9xa 4t\u200b") == "7K3MQ9XA4T"
    assert timedelta(days=1) < letters.CONFIRM_WITHIN
