"""One's own account: name, consent, copy, erasure."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from accounts.models import Consent, Person, PersonKind, Role
from accounts.queries import has_withdrawn
from accounts.services import give_consent
from consultations.models import (
    Comment,
    Consultation,
    Contributor,
    ContributorKind,
    Document,
    DocumentKind,
    Stance,
    Submission,
    Verification,
)
from core import clock
from moderation.models import ReviewStatus
from notifications.services import notify
from tests.conftest import Login
from tests.factories import PASSWORD, make_agency, make_membership, make_person
from tests.support.mail import Mailbox


@pytest.fixture
def person(session: scoped_session[Session]) -> Person:
    make_person()
    person = make_person(email="toi@vi-du.vn", full_name="Lê Thị Ngời", public_name="Cô Ngời")
    give_consent(person)
    return person


@pytest.fixture
def me(person: Person, login: Login) -> FlaskClient:
    return login(person)


class TestProfile:
    def test_is_for_people_who_have_signed_in(self, client: FlaskClient) -> None:
        assert client.get("/tai-khoan/").location == "/dang-nhap/?next=/tai-khoan/"

    def test_changes_the_public_name_and_an_empty_one_means_the_full_name(
        self, me: FlaskClient, person: Person
    ) -> None:
        me.post("/tai-khoan/ten", data={"public_name": "  Bạn\u202e \n đọc  "})
        assert person.public_name == "Bạn đọc"
        me.post("/tai-khoan/ten", data={"public_name": ""})
        assert person.public_name == "Lê Thị Ngời"
        assert me.post("/tai-khoan/ten", data={"public_name": "x" * 121}).status_code == 422

    def test_an_organisation_that_takes_another_name_is_unchecked_again(self, login: Login) -> None:
        body = make_person(kind=PersonKind.ORGANISATION, organisation_checked_at=clock.now(), public_name="Hội A")
        client = login(body)
        client.post("/tai-khoan/ten", data={"public_name": "Hội A"})
        assert body.organisation_checked_at is not None
        client.post("/tai-khoan/ten", data={"public_name": "Hội B"})
        assert body.organisation_checked_at is None


class TestConsent:
    def test_can_be_withdrawn_and_given_again_each_act_kept(
        self, me: FlaskClient, person: Person, session: scoped_session[Session]
    ) -> None:
        other = make_person()
        give_consent(other)
        me.post("/tai-khoan/rut-dong-y")
        assert has_withdrawn(person.id)
        assert not has_withdrawn(other.id)
        assert "Hiện không có sự đồng ý nào" in me.get("/tai-khoan/").text
        assert me.post("/tai-khoan/dong-y", data={}).status_code == 422, "silence is not consent"
        assert has_withdrawn(person.id)
        me.post("/tai-khoan/dong-y", data={"consent": "y"})
        assert not has_withdrawn(person.id)
        acts = session.scalars(sa.select(Consent).where(Consent.person_id == person.id).order_by(Consent.id)).all()
        assert [act.withdrawn_at is None for act in acts] == [False, True]

    def test_withdrawn_stops_letters(
        self, me: FlaskClient, person: Person, mailbox: Mailbox, outbox_drained: object
    ) -> None:
        me.post("/tai-khoan/rut-dong-y")
        assert notify(person.id, None, "Tin", "accounts_changed", "/") is not None
        assert callable(outbox_drained)
        outbox_drained()
        assert mailbox.letters() == []


class TestPersonalData:
    def test_comes_down_as_json_whole_and_only_one_s_own(self, me: FlaskClient, person: Person) -> None:
        make_membership(Role.APPROVER, person=person, agency=make_agency(code="BYT", name="Bộ Y tế"))
        notify(person.id, None, "Có trả lời", "accounts_changed", "/bien-nhan/")
        notify(make_person().id, None, "Của người khác", "accounts_changed", "/")
        answer = me.get("/tai-khoan/du-lieu.json")
        assert answer.headers["Content-Disposition"].startswith("attachment")
        data = answer.json
        assert data is not None
        assert data["account"]["email"] == "toi@vi-du.vn"
        assert data["account"]["full_name"] == "Lê Thị Ngời"
        assert [one["version"] for one in data["consents"]] == ["2026-01"]
        assert data["roles"] == [{"role": "approver", "agency_code": "BYT", "agency": "Bộ Y tế"}]
        assert [one["subject"] for one in data["notifications"]] == ["Có trả lời"]
        assert "argon2" not in answer.text
        assert "Của người khác" not in answer.text


def _consultation(session: scoped_session[Session]) -> tuple[int, int]:
    """Ids of a consultation and its document."""
    session.add(DocumentKind(code="luat", name="Luật", days=20, legal_ground="", position=1))
    now = clock.now()
    window = {"opens_at": now, "closes_at": now + timedelta(days=20), "created_at": now}
    consultation = Consultation(agency_id=make_agency().id, kind_code="luat", title="Dự thảo", **window)
    session.add(consultation)
    session.flush()
    document = Document(consultation_id=consultation.id, title="Dự thảo")
    session.add(document)
    session.flush()
    return consultation.id, document.id


def _comment_of(person: Person, session: scoped_session[Session]) -> Comment:
    consultation_id, document_id = _consultation(session)
    contributor = Contributor(
        person_id=person.id,
        kind=ContributorKind.INDIVIDUAL,
        verification=Verification.ACCOUNT,
        name=person.full_name,
        public_name=person.public_name,
        email=person.email,
    )
    session.add(contributor)
    session.flush()
    where = {"consultation_id": consultation_id, "contributor_id": contributor.id}
    submission = Submission(receipt_code="ABCDEF123456", sent_at=clock.now(), **where)
    session.add(submission)
    session.flush()
    comment = Comment(
        submission_id=submission.id,
        document_id=document_id,
        place=0,
        stance=Stance.SUPPORT,
        body="Tôi ủng hộ.",
        fingerprint="0" * 64,
        status=ReviewStatus.PUBLISHED,
        created_at=clock.now(),
        **where,
    )
    session.add(comment)
    session.flush()
    return comment


class TestErase:
    def test_takes_the_person_out_and_leaves_the_comment(
        self, app: Flask, me: FlaskClient, person: Person, session: scoped_session[Session]
    ) -> None:
        comment_id = _comment_of(person, session).id
        notify(person.id, None, "Có trả lời", "accounts_changed", "/")
        answer = me.post("/tai-khoan/xoa", data={"password": PASSWORD})
        assert answer.location == "/"
        assert me.get("/tai-khoan/").status_code == 302
        session.expire_all()
        comment = session.get(Comment, comment_id)
        assert comment is not None
        assert comment.body == "Tôi ủng hộ."
        row = session.execute(sa.text("SELECT * FROM person WHERE id = :id"), {"id": person.id}).one()
        assert not any(word in str(row) for word in ("toi@vi-du.vn", "Ngời", "argon2"))
        assert session.scalar(sa.text("SELECT count(*) FROM notification")) == 0
        contributor = session.get(Contributor, comment.contributor_id)
        assert contributor is not None
        assert "Ngời" not in contributor.name + contributor.public_name
        assert contributor.email is None
        sign_in = {"email": "toi@vi-du.vn", "password": PASSWORD}
        assert app.test_client().post("/dang-nhap/", data=sign_in).status_code == 422

    def test_asks_for_the_password(self, me: FlaskClient, person: Person) -> None:
        assert me.post("/tai-khoan/xoa", data={"password": "không phải nó"}).status_code == 422
        assert person.erased_at is None
        assert me.get("/tai-khoan/xoa").status_code == 200
        assert person.erased_at is None

    def test_waits_until_somebody_else_has_the_role(self, me: FlaskClient, person: Person) -> None:
        make_membership(Role.MODERATOR, person=person)
        answer = me.post("/tai-khoan/xoa", data={"password": PASSWORD})
        assert answer.status_code == 422
        assert "thu hồi vai trò" in answer.text
        assert person.erased_at is None

    def test_frees_the_address(self, me: FlaskClient, person: Person) -> None:
        me.post("/tai-khoan/xoa", data={"password": PASSWORD})
        assert make_person(email="toi@vi-du.vn").id != person.id
