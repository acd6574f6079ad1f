"""Sending: once, whole, counted; by a person, an organisation, a guest."""

import re
import threading
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.models import Person, PersonKind
from consultations.models import (
    Attachment,
    Comment,
    Consultation,
    ContributorKind,
    DraftComment,
    GuestPolicy,
    ModerationPolicy,
    Provision,
    Stance,
    Submission,
    SubmissionDraft,
    Verification,
)
from consultations.queries.drafts import Owner
from consultations.services import drafts, submitting, tallies
from consultations.services.submitting import Identity
from core import clock
from core.db import db, transaction
from core.errors import RuleBroken
from moderation.models import ReviewCase, ReviewStatus
from moderation.queries import get_case_of
from tests.conftest import Login
from tests.consultations.senders import (
    AS_GUEST,
    AS_PERSON,
    Sender,
    contributor_of,
    hidden,
    letter,
    sent,
    status_of,
)
from tests.factories import (
    comments_of,
    make_consultation,
    make_person,
    make_provisions,
    make_submission,
    make_unsent,
)
from tests.support.mail import Mailbox


@pytest.fixture
def consultation(session: Session) -> Consultation:
    other = make_consultation()
    make_submission(other, *make_provisions(other)[1:])
    return make_consultation()


@pytest.fixture
def places(consultation: Consultation) -> list[Provision]:
    return make_provisions(consultation)


@pytest.fixture
def sender(client: FlaskClient, consultation: Consultation, places: list[Provision]) -> Sender:
    return Sender(client, consultation)


class TestWholePathWithoutScript:
    def test_a_citizen_writes_attaches_sends_and_gets_one_receipt(
        self, sender: Sender, places: list[Provision], consultation: Consultation, login: Login, session: Session
    ) -> None:
        sender.write(places[2].lineage_id, "Ai trả tiền?", stance="ask")
        sender.write(places[1].lineage_id, "", proposed_text="Người thử được thử trong năm ngày.")
        person = make_person()
        login(person)
        sender.page()  # takes the messages of what was kept
        page = sender.page()
        assert page.index("Khoản 1 Điều 1") < page.index("Khoản 2 Điều 1"), "in the order of the law"
        assert "checked" not in page[page.index('name="consent"') - 200 : page.index('name="consent"') + 200]
        assert sender.send(do="attach", file=letter()).status_code == 200
        answer = sender.send(**AS_PERSON)
        assert answer.status_code == 303
        [submission] = sent(consultation)
        assert answer.location == f"/bien-nhan/{'-'.join(re.findall('.{1,4}', submission.receipt_code))}/"
        assert [(c.stance, c.body, c.status) for c in comments_of(submission)] == [
            (Stance.ASK, "Ai trả tiền?", ReviewStatus.PENDING),
            (Stance.AMEND, "", ReviewStatus.PENDING),
        ]
        contributor = contributor_of(submission)
        assert (contributor.person_id, contributor.name, contributor.public_name) == (
            person.id,
            person.full_name,
            person.public_name,
        )
        assert contributor.verification == Verification.ACCOUNT
        assert submission.consent_version
        assert submission.consent_at
        assert [a.status for a in session.scalars(sa.select(Attachment))] == [ReviewStatus.PENDING]
        assert tallies.differences() == {}
        receipt = sender.client.get(answer.location).text
        assert "Ai trả tiền?" in receipt
        assert person.public_name in receipt
        assert person.full_name not in receipt

    def test_a_guest_confirms_the_address_before_anything_is_received(
        self, sender: Sender, places: list[Provision], consultation: Consultation, outbox_drained: Any, mailbox: Mailbox
    ) -> None:
        sender.write(places[1].lineage_id, "Ba ngày ngắn quá.")
        answer = sender.send(**AS_GUEST)
        assert answer.status_code == 303
        [submission] = sent(consultation)
        [comment] = comments_of(submission)
        assert status_of(comment) == ReviewStatus.UNCONFIRMED
        assert "Chờ bạn xác nhận địa chỉ thư" in sender.client.get(answer.location).text
        outbox_drained()
        [mail] = mailbox.to("co.ba@vi-du.vn")
        path = next(link for link in mail.links if "/xac-nhan-gop-y/" in link).split("//", 1)[1].split("/", 1)[1]
        assert sender.client.get(f"/{path}").status_code == 200
        assert status_of(comment) == ReviewStatus.UNCONFIRMED, "opening the link confirms nothing"
        for _twice in range(2):
            assert sender.client.post(f"/{path}").status_code == 303
        assert status_of(comment) == ReviewStatus.PENDING
        assert get_case_of("comment", comment.id).awaiting
        assert contributor_of(submission).verification == Verification.GUEST_CONFIRMED
        assert tallies.differences() == {}


class TestOnce:
    def test_a_double_click_gives_one_submission_and_the_same_receipt(
        self, sender: Sender, places: list[Provision], consultation: Consultation, login: Login
    ) -> None:
        login(make_person())
        sender.write(places[1].lineage_id, "Một lần thôi.")
        form = {**hidden(sender.page()), **AS_PERSON}
        answers = [sender.post(**form) for _click in range(3)]
        assert len(sent(consultation)) == 1
        assert len({answer.location for answer in answers}) == 1
        assert {answer.status_code for answer in answers} == {303}

    def test_another_cannot_learn_the_receipt_by_the_number_of_the_draft(
        self, app: Flask, sender: Sender, places: list[Provision], consultation: Consultation, login: Login
    ) -> None:
        sender.write(places[1].lineage_id, "Của tôi.")
        form = {**hidden(sender.page()), **AS_GUEST}
        assert sender.post(**form).status_code == 303
        stranger = Sender(login(make_person(), app.test_client()), consultation)
        assert stranger.post(**form).status_code == 422

    def test_two_real_requests_at_once_give_one_submission(self, fresh_app: Flask) -> None:
        with transaction():
            consultation = make_consultation()
            provisions = make_provisions(consultation)
            person = make_person()
            owner = Owner("f" * 64, person.id)
            draft_id = make_unsent(consultation, *provisions, owner=owner).id
            person_id = person.id
        codes: list[str] = []
        gate = threading.Barrier(2)

        def send() -> None:
            gate.wait(20)
            with fresh_app.app_context(), transaction():
                draft = db.session.get_one(SubmissionDraft, draft_id)
                who = db.session.get_one(Person, person_id)
                identity = Identity(who, who.full_name, ContributorKind.INDIVIDUAL)
                codes.append(submitting.send(draft, identity, consent_version="thu").receipt_code)

        _together(send)
        assert len(codes) == 2
        assert len(set(codes)) == 1
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Submission)) == 1
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Comment)) == 3
        assert tallies.differences() == {}

    def test_two_real_clicks_at_once_lead_to_the_same_receipt(self, fresh_app: Flask) -> None:
        consultation = make_consultation()
        provisions = make_provisions(consultation)
        first = Sender(fresh_app.test_client(), consultation)
        db.session.commit()
        first.write(provisions[1].lineage_id, "Bấm hai lần.")
        form = {**hidden(first.page()), **AS_GUEST}
        cookie = first.client.get_cookie("phieu")
        assert cookie
        answers: list[tuple[int, str]] = []
        gate = threading.Barrier(2)

        def click() -> None:
            client = FlaskClient(fresh_app)
            client.set_cookie("phieu", cookie.value)
            gate.wait(20)
            answer = client.post(first.path, data=form)
            answers.append((answer.status_code, answer.location))

        _together(click)
        assert len(answers) == 2
        assert len(set(answers)) == 1, answers
        assert answers[0][0] == 303
        assert len(sent(consultation)) == 1


class TestWhoSpeaks:
    def test_consent_is_an_act(self, sender: Sender, places: list[Provision], consultation: Consultation) -> None:
        sender.write(places[1].lineage_id, "Chưa đồng ý.")
        answer = sender.send(**{**AS_GUEST, "consent": ""})
        assert answer.status_code == 422
        assert "Cần bạn đồng ý" in answer.text
        assert "Cô Ba" in answer.text
        assert "Chưa đồng ý." in answer.text
        assert sent(consultation) == []

    def test_an_organisation_that_nobody_checked_is_shown_so(
        self, sender: Sender, places: list[Provision], consultation: Consultation, login: Login
    ) -> None:
        login(make_person())
        sender.write(places[1].lineage_id, "Hội có ý kiến.")
        answer = sender.send(**{**AS_PERSON, "kind": "organisation", "organisation": "Hội Người Thử"})
        page = sender.client.get(answer.location).text
        assert "Hội Người Thử" in page
        assert "Tổ chức, chưa xác minh" in page

    def test_an_organisation_needs_its_name(self, sender: Sender, places: list[Provision], login: Login) -> None:
        login(make_person())
        sender.write(places[1].lineage_id, "Hội có ý kiến.")
        answer = sender.send(**{**AS_PERSON, "kind": "organisation"})
        assert answer.status_code == 422
        assert "Hãy nhập tên cơ quan, tổ chức" in answer.text

    def test_a_checked_account_is_not_checked_under_another_name(
        self, consultation: Consultation, places: list[Provision]
    ) -> None:
        person = make_person(
            kind=PersonKind.ORGANISATION, full_name="Hội Luật gia", organisation_checked_at=clock.now()
        )
        own = make_submission(consultation, places[1], person=person, organisation="Hội Luật gia")
        other = make_submission(consultation, places[1], person=person, organisation="Bộ Nào Đó")
        assert contributor_of(own).organisation_checked_at is not None
        assert contributor_of(other).organisation_checked_at is None

    def test_the_account_of_an_organisation_speaks_for_it(
        self, sender: Sender, places: list[Provision], consultation: Consultation, login: Login
    ) -> None:
        login(make_person(kind=PersonKind.ORGANISATION, full_name="Hội Luật gia"))
        sender.write(places[1].lineage_id, "Ý kiến của hội.")
        assert 'name="kind"' not in sender.page()
        assert sender.send(consent="y", do="send").status_code == 303
        [submission] = sent(consultation)
        assert contributor_of(submission).kind == "organisation"
        assert contributor_of(submission).name == "Hội Luật gia"

    @pytest.mark.parametrize(
        ("given", "told"),
        [
            ({"email": ""}, "cần địa chỉ thư điện tử để xác nhận"),
            ({"email": "khong-phai-thu"}, "chưa đúng dạng"),
            ({"name": " \u200b "}, "Hãy nhập tên của bạn."),
        ],
    )
    def test_a_guest_must_be_known(
        self, sender: Sender, places: list[Provision], consultation: Consultation, given: dict[str, str], told: str
    ) -> None:
        sender.write(places[1].lineage_id, "Khách nói.")
        answer = sender.send(**{**AS_GUEST, **given})
        assert answer.status_code == 422
        assert told in answer.text
        assert "Khách nói." in answer.text
        assert sent(consultation) == []

    def test_where_a_name_is_enough_an_address_delays_nothing(
        self, client: FlaskClient, session: Session, outbox_drained: Any, mailbox: Mailbox
    ) -> None:
        loose = make_consultation(guests=GuestPolicy.NAMED)
        clause = make_provisions(loose)[1]
        for email in ("", "co.ba@vi-du.vn"):
            sender = Sender(client, loose)
            sender.write(clause.lineage_id, f"Thư: {email or 'không'}.")
            assert sender.send(**{**AS_GUEST, "email": email}).status_code == 303
        assert {c.status for s in sent(loose) for c in comments_of(s)} == {ReviewStatus.PENDING}
        outbox_drained()
        assert len(mailbox.to("co.ba@vi-du.vn")) == 1

    def test_an_account_only_consultation_refuses_a_guest(self, client: FlaskClient, session: Session) -> None:
        strict = make_consultation(guests=GuestPolicy.NOBODY)
        sender = Sender(client, strict)
        sender.write(make_provisions(strict)[1].lineage_id, "Khách nói.")
        draft = drafts.open_draft(Owner(drafts.hash_of(_token(client)), None), strict.id)
        assert sender.post(**AS_GUEST, draft=str(draft.id)).status_code == 422
        assert sent(strict) == []

    def test_a_session_that_ended_asks_to_sign_in_again(
        self, app: Flask, sender: Sender, places: list[Provision], consultation: Consultation, login: Login
    ) -> None:
        person = make_person()
        login(person)
        sender.write(places[1].lineage_id, "Viết lâu quá.")
        form = {**hidden(sender.page()), **AS_PERSON}
        with sender.client.session_transaction() as cookie:
            cookie.clear()
        answer = sender.post(**form)
        assert answer.status_code == 401
        assert "Phiên đăng nhập đã hết. Đăng nhập lại, phần đang viết vẫn còn." in answer.text
        login(person)
        assert "Viết lâu quá." in sender.page()
        assert sent(consultation) == []


class TestModerationAfterwards:
    def test_publishes_at_once_but_holds_letters_back(self, session: Session) -> None:
        consultation = make_consultation(moderation=ModerationPolicy.AFTER)
        clause = make_provisions(consultation)[1]
        submission = make_submission(consultation, clause)
        [comment] = comments_of(submission)
        assert comment.status == ReviewStatus.PUBLISHED
        assert comment.published_at is not None
        assert get_case_of("comment", comment.id).awaiting


def test_a_draft_gone_too_long_by_gathering_is_refused_whole(session: Session) -> None:
    consultation = make_consultation()
    clause = make_provisions(consultation)[1]
    draft = make_unsent(consultation, clause, body="a " * 2900)
    kept = session.scalars(sa.select(DraftComment).where(DraftComment.draft_id == draft.id)).one()
    kept.body = "a " * 3100
    person = make_person()
    with pytest.raises(RuleBroken):
        submitting.send(draft, Identity(person, person.full_name, ContributorKind.INDIVIDUAL), consent_version="thu")
    assert session.scalar(sa.select(sa.func.count()).select_from(ReviewCase)) == 0


def _token(client: FlaskClient) -> str:
    cookie = client.get_cookie("phieu")
    assert cookie
    return str(cookie.value)


def _together(work: Any) -> None:
    threads = [threading.Thread(target=work) for _two in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
