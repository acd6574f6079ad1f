"""Bodies asked in writing: the list, its private links, reminders, answers, and totals that add up."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from accounts.models import Role
from consultations.models import Attachment, Comment, Consultation, ContributorKind, Stance, Submission
from core import clock
from core.db import db
from core.errors import Conflict, RuleBroken
from moderation.models import ReviewStatus
from opinions.imports.bodies import read_bodies
from opinions.models import AskedBody, AskedBodyLink, BodyAnswer
from opinions.queries import asked as queries
from opinions.services import asking
from opinions.services.asking import Given, Named
from tests.conftest import Login
from tests.consultations.drafts import make_published
from tests.consultations.sending import agency_of
from tests.factories import make_agency, make_staff
from tests.support.mail import Mailbox

PDF = b"%PDF-1.7\n" + b"cong van " * 50
EMPTY = Given(None, "", None, no_opinion=False)


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    other = make_published(make_agency())
    ask(other, "Bộ Y tế", "Bộ Tư pháp")
    return make_published(make_agency(name="Bộ Thử nghiệm"))


def ask(consultation: Consultation, *names: str, email: str | None = None) -> list[AskedBody]:
    today = clock.today()
    bodies = [Named(name, ContributorKind.AGENCY, email) for name in names]
    return asking.ask(consultation, bodies, asked_on=today, due_on=asking.usual_due(today), by=None)


def path_of(link: str) -> str:
    return link[link.index("/tra-loi/") :]


class TestPastedLines:
    def test_give_name_address_and_kind(self) -> None:
        text = "1. Bộ Tư pháp; btp@vi-du.vn\nHội Luật gia Việt Nam\t\thoi@vi-du.vn\n- Ông Ba | chuyên gia\n\nbộ tư pháp"
        pasted = read_bodies(text)
        assert pasted.wrong == []
        assert [(one.name, one.kind.value, one.email) for one in pasted.bodies] == [
            ("Bộ Tư pháp", "agency", "btp@vi-du.vn"),
            ("Hội Luật gia Việt Nam", "organisation", "hoi@vi-du.vn"),
            ("Ông Ba", "individual", None),
        ]

    def test_say_which_line_is_unusable(self) -> None:
        pasted = read_bodies(f"Bộ A; sai địa chỉ\n;a@b.vn\n{'x' * 201}\nBộ B")
        assert [number for number, _why in pasted.wrong] == [1, 2, 3]


class TestABody:
    def test_is_due_in_fifteen_days_and_counted_once(self, consultation: Consultation) -> None:
        (first, second) = ask(consultation, "Bộ A", "Bộ B")
        assert ask(consultation, "BỘ A") == []
        assert (first.due_on - first.asked_on).days == 15
        asking.record_answer(second, BodyAnswer.NO_OPINION, clock.today())
        with clock.frozen(clock.now() + timedelta(days=16)):
            totals = queries.totals(consultation.id)
        assert (totals.asked, totals.opinion, totals.no_opinion, totals.silent, totals.late) == (2, 0, 1, 1, 1)

    def test_answers_once_by_its_link(self, consultation: Consultation) -> None:
        (body,) = ask(consultation, "Bộ A")
        document_id = db.session.scalars(sa.text("SELECT max(id) FROM document")).one()
        for wrong in (EMPTY, Given(None, "Ý kiến.", None, no_opinion=False), Given(None, "Có.", None, no_opinion=True)):
            with pytest.raises(RuleBroken):
                asking.answer(consultation, body, wrong, document_id)
        given = Given(Stance.AMEND, "Nên sửa.", None, no_opinion=False)
        submission = asking.answer(consultation, body, given, document_id)
        assert submission is not None
        assert (body.answer, body.submission_id) == (BodyAnswer.OPINION, submission.id)
        comment = db.session.scalars(sa.select(Comment).where(Comment.submission_id == submission.id)).one()
        assert (comment.status, comment.place, comment.body) == (ReviewStatus.PENDING, 0, "Nên sửa.")
        with pytest.raises(Conflict):
            asking.answer(consultation, body, Given(None, "", None, no_opinion=True), document_id)
        asking.reopen(body)
        assert asking.answer(consultation, body, Given(None, "", None, no_opinion=True), document_id) is None

    def test_has_links_that_end_and_can_be_revoked(self, consultation: Consultation) -> None:
        (body,) = ask(consultation, "Bộ A")
        token = asking.new_link(body).rstrip("/").rsplit("/", 1)[1]
        assert db.session.scalar(sa.select(AskedBodyLink.token_hash)) != token
        assert asking.body_of_token(token) is body
        with clock.frozen(clock.now() + timedelta(days=80)):
            assert asking.body_of_token(token) is None
        asking.revoke_links(body)
        assert asking.body_of_token(token) is None

    def test_is_reminded_once_a_day_until_it_answers(
        self, consultation: Consultation, outbox_drained: Callable[[], int], mailbox: Mailbox
    ) -> None:
        (body,) = ask(consultation, "Bộ A", email="a@vi-du.vn")
        ask(consultation, "Bộ B")
        silent = queries.list_silent(consultation.id)
        assert (asking.remind(consultation, silent), asking.remind(consultation, silent)) == (1, 0)
        assert asking.remind_before_due(consultation.id) == 0
        with clock.frozen(clock.now() + timedelta(days=13)):
            assert asking.remind_before_due(consultation.id) == 1
        asking.record_answer(body, BodyAnswer.OPINION, clock.today())
        with clock.frozen(clock.now() + timedelta(days=16)):
            assert asking.remind(consultation, [body]) == 0
        with clock.frozen(clock.now() + timedelta(days=17)):
            outbox_drained()
        letters = mailbox.to("a@vi-du.vn")
        assert [letter.subject.split(":")[0] for letter in letters] == ["Đề nghị góp ý", "Nhắc", "Nhắc"]
        links = {link for letter in letters for link in letter.links if "/tra-loi/" in link}
        assert len(links) == 3


class TestThePrivatePage:
    @pytest.fixture
    def path(self, consultation: Consultation) -> str:
        return path_of(asking.new_link(ask(consultation, "Bộ A")[0]))

    def test_takes_a_letter_and_shows_its_receipt(
        self, consultation: Consultation, path: str, client: FlaskClient
    ) -> None:
        page = client.get(path)
        assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert "Trang trả lời của Bộ A" in page.text
        for _click in range(2):
            answer = client.post(path, data={"file": (io.BytesIO(PDF), "cv.pdf")})
            assert answer.status_code == 302, answer.text
        assert re.search(r"Mã biên nhận: \w", client.get(path).text)
        mine = sa.select(Submission.id).where(Submission.consultation_id == consultation.id)
        (submission_id,) = db.session.scalars(mine)
        kept = db.session.scalars(sa.select(Attachment).where(Attachment.submission_id == submission_id)).one()
        assert kept.status == ReviewStatus.PENDING

    @pytest.mark.parametrize(
        ("given", "says"),
        [
            ({"body": ""}, "Hãy viết ý kiến, gửi văn bản"),
            ({"body": "Chưa rõ."}, "Hãy chọn một lập trường"),
            ({"body": "Chưa rõ.", "stance": "amend", "no_opinion": "y"}, "bỏ chọn"),
            ({"file": b"MZ", "body": "Chưa rõ."}, "Chỉ nhận tệp"),
        ],
    )
    def test_says_what_is_wrong_and_keeps_what_was_written(
        self, path: str, client: FlaskClient, given: dict[str, Any], says: str
    ) -> None:
        sent = given | ({"file": (io.BytesIO(given["file"]), "cv.exe")} if "file" in given else {})
        answer = client.post(path, data=sent)
        assert (answer.status_code, says in answer.text) == (422, True)
        assert given.get("body", "") in answer.text
        assert db.session.scalar(sa.select(sa.func.count(Submission.id))) == 0

    def test_is_gone_for_an_unknown_link_and_slows_down_who_tries_many(self, app: Flask, client: FlaskClient) -> None:
        statuses = [client.post("/tra-loi/khong-co/", data={"body": "x"}).status_code for _ in range(21)]
        assert (statuses[0], statuses[-1]) == (410, 429)
        assert client.get("/tra-loi/khong-co/").status_code == 410


class TestTheDesk:
    @pytest.fixture
    def desk(self, consultation: Consultation, login: Login) -> FlaskClient:
        return login(make_staff(Role.DRAFTER, agency_of(consultation)))

    def test_takes_a_pasted_list_shows_a_link_once_and_records_paper(
        self, consultation: Consultation, desk: FlaskClient
    ) -> None:
        path = f"/tiep-thu/{consultation.id}/co-quan/"
        today = clock.today().isoformat()
        wrong = desk.post(path, data={"lines": "Bộ A; ???", "asked_on": today})
        assert (wrong.status_code, "dòng 1: không hiểu" in wrong.text) == (422, True)
        assert desk.post(path, data={"lines": "Bộ A\nBộ B; b@vi-du.vn", "asked_on": today}).status_code == 302
        body = queries.list_silent(consultation.id)[0]
        assert "còn 15 ngày" in desk.get(path).text
        made = desk.post(f"{path}{body.id}/duong-dan")
        assert "/tra-loi/" in made.text
        assert "/tra-loi/" not in desk.get(f"{path}{body.id}/").text
        given = {"answer": "no_opinion", "answered_on": today}
        assert desk.post(f"{path}{body.id}/", data=given).status_code == 302
        assert "Bộ A" not in desk.get(f"{path}?loc=chua-tra-loi").text
        assert (
            "2 cơ quan, tổ chức, cá nhân: 0 có ý kiến, 1 không có ý kiến, 1 chưa trả lời"
            in desk.get(f"/tiep-thu/{consultation.id}/co-quan.csv").text
        )

    def test_is_not_another_agency_s(self, consultation: Consultation, login: Login) -> None:
        (body,) = ask(consultation, "Bộ A")
        stranger = login(make_staff(Role.DRAFTER, make_agency()))
        for path in ("", f"{body.id}/"):
            assert stranger.get(f"/tiep-thu/{consultation.id}/co-quan/{path}").status_code == 404
