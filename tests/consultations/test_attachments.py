"""Letters sent along, what a submission refuses, and what it costs."""

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.models import Agency, Role
from consultations.models import Attachment, Consultation, DraftAttachment, DraftComment, Provision
from core import clock
from core.db import db
from moderation import services as moderation
from moderation.models import ReviewStatus
from moderation.queries import get_case_of
from tests.conftest import Login
from tests.consultations.senders import AS_GUEST, AS_PERSON, PDF, Sender, hidden, letter, sent
from tests.factories import (
    comments_of,
    make_consultation,
    make_person,
    make_provisions,
    make_staff,
    make_submission,
    make_unsent,
)
from tests.support.clock import FrozenClock
from tests.support.queries import CountQueries


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


def opened(client: FlaskClient, path: str) -> bytes:
    """A file as it comes; closed again."""
    with client.get(path) as answer:
        return bytes(answer.data)


class TestRefusals:
    def test_an_empty_submission_is_refused(self, sender: Sender, login: Login, consultation: Consultation) -> None:
        login(make_person())
        answer = sender.post(**AS_PERSON)
        assert answer.status_code == 422
        assert "Phiếu chưa có ý kiến nào." in answer.text
        assert sent(consultation) == []

    def test_a_window_that_closed_meanwhile_takes_nothing_and_keeps_everything(
        self,
        sender: Sender,
        places: list[Provision],
        consultation: Consultation,
        login: Login,
        frozen_clock: FrozenClock,
    ) -> None:
        consultation.opens_at, consultation.closes_at = clock.now().replace(year=2025), clock.now()
        login(make_person())
        sender.write(places[1].lineage_id, "Sát giờ.")
        form = {**hidden(sender.page()), **AS_PERSON}
        frozen_clock.move(seconds=1)
        answer = sender.post(**form)
        assert answer.status_code == 409
        assert "Đợt lấy ý kiến đã đóng ngày 02/03/2026." in answer.text
        assert "Sát giờ." in answer.text
        assert sent(consultation) == []

    def test_a_comment_taken_out_is_not_sent(
        self, sender: Sender, places: list[Provision], consultation: Consultation, login: Login, session: Session
    ) -> None:
        login(make_person())
        sender.write(places[1].lineage_id, "Giữ lại.")
        sender.write(places[2].lineage_id, "Bỏ đi.")
        number = session.scalar(sa.select(DraftComment.id).where(DraftComment.body == "Bỏ đi."))
        answer = sender.send(do=f"remove:{number}")
        assert answer.status_code == 200
        assert "Bỏ đi." not in answer.text
        sender.send(**AS_PERSON)
        assert [c.body for s in sent(consultation) for c in comments_of(s)] == ["Giữ lại."]

    def test_anothers_comment_cannot_be_taken_out(
        self, sender: Sender, places: list[Provision], consultation: Consultation, session: Session
    ) -> None:
        make_unsent(consultation, places[1], body="Của người khác.")
        number = session.scalar(sa.select(DraftComment.id).where(DraftComment.body == "Của người khác."))
        sender.write(places[2].lineage_id, "Của tôi.")
        sender.send(do=f"remove:{number}")
        assert session.scalar(sa.select(sa.func.count()).select_from(DraftComment)) == 2


class TestLetters:
    def test_a_letter_is_kept_even_when_the_rest_is_wrong(
        self, sender: Sender, places: list[Provision], consultation: Consultation
    ) -> None:
        sender.write(places[1].lineage_id, "Có công văn.")
        answer = sender.send(**{**AS_GUEST, "name": "", "file": letter()})
        assert answer.status_code == 422
        assert "cong-van.pdf" in answer.text
        assert sender.send(**AS_GUEST).status_code == 303
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Attachment)) == 1

    @pytest.mark.parametrize(
        ("upload", "told"),
        [
            (("cong-van.exe", b"MZ"), "Chỉ nhận tệp"),
            (("cong-van.pdf", b"PK\x03\x04"), "nội dung không phải"),
            (("cong-van.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 4), "mật khẩu"),
            (("cong-van.pdf", b""), "trống"),
            (("cong-van.pdf", b"%PDF-" + b"0" * (20 * 2**20)), "lớn quá 20 MB"),
        ],
    )
    def test_a_wrong_file_is_refused_and_the_text_stays(
        self,
        sender: Sender,
        places: list[Provision],
        consultation: Consultation,
        upload: tuple[str, bytes],
        told: str,
    ) -> None:
        sender.write(places[1].lineage_id, "Có công văn.")
        answer = sender.send(**{**AS_GUEST, "file": letter(*upload)})
        assert answer.status_code == 422
        assert told in answer.text
        assert "Cô Ba" in answer.text
        assert sent(consultation) == []
        assert db.session.scalar(sa.select(sa.func.count()).select_from(DraftAttachment)) == 0

    def test_five_at_most_and_the_same_one_once(
        self, sender: Sender, places: list[Provision], consultation: Consultation
    ) -> None:
        sender.write(places[1].lineage_id, "Nhiều công văn.")
        sender.send(do="attach", file=letter())
        sender.send(do="attach", file=letter())
        assert db.session.scalar(sa.select(sa.func.count()).select_from(DraftAttachment)) == 1
        files = [letter(f"tep-{n}.pdf", PDF + bytes([n])) for n in range(5)]
        answer = sender.send(do="attach", file=files)
        assert answer.status_code == 422
        assert "tối đa 5 tệp" in answer.text
        assert db.session.scalar(sa.select(sa.func.count()).select_from(DraftAttachment)) == 5

    def test_a_letter_can_be_taken_out(
        self, sender: Sender, places: list[Provision], consultation: Consultation, session: Session
    ) -> None:
        sender.write(places[1].lineage_id, "Gửi nhầm tệp.")
        sender.send(do="attach", file=letter())
        number = session.scalar(sa.select(DraftAttachment.id))
        assert "cong-van.pdf" not in sender.send(do=f"detach:{number}").text
        assert session.scalar(sa.select(sa.func.count()).select_from(DraftAttachment)) == 0

    def test_it_is_not_public_until_a_moderator_releases_it(
        self, app: Flask, sender: Sender, places: list[Provision], consultation: Consultation, login: Login
    ) -> None:
        login(make_person())
        sender.write(places[1].lineage_id, "Có công văn.")
        receipt = sender.send(**AS_PERSON, file=letter()).location
        attachment = db.session.scalars(sa.select(Attachment)).one()
        path = f"/du-thao/{consultation.id}/tep/{attachment.id}"
        under_review = f"/kiem-duyet/tep/{attachment.id}"
        moderator = make_staff(Role.MODERATOR, db.session.get_one(Agency, consultation.agency_id))
        foreign = make_consultation()
        outsider = make_staff(Role.MODERATOR, db.session.get_one(Agency, foreign.agency_id))
        public = app.test_client()
        assert public.get(path).status_code == 404
        assert sender.client.get(path).status_code == 404
        assert public.get(under_review).status_code == 302
        assert login(outsider, app.test_client()).get(under_review).status_code == 404
        assert opened(login(moderator, app.test_client()), under_review) == PDF
        case = get_case_of("attachment", attachment.id)
        moderation.decide(case.id, ReviewStatus.PUBLISHED, by=moderator, version=case.version)
        assert opened(public, path) == PDF
        assert f'href="{path}"' in public.get(receipt).text


class TestBudget:
    def test_sending_costs_the_same_whatever_was_sent_before(
        self,
        sender: Sender,
        places: list[Provision],
        consultation: Consultation,
        login: Login,
        count_queries: CountQueries,
    ) -> None:
        login(make_person())
        costs = []
        for many in (0, 8):
            for _number in range(many):
                make_submission(consultation, places[1])
            sender.write(places[1].lineage_id, "Một ý.")
            form = {**hidden(sender.page()), **AS_PERSON}
            with count_queries() as queries:
                assert sender.post(**form).status_code == 303
            costs.append(len(queries))
        assert costs[0] >= costs[1], costs
        assert costs[1] <= 32, queries

    def test_the_page_costs_the_same_for_any_number_of_comments(
        self, sender: Sender, places: list[Provision], count_queries: CountQueries
    ) -> None:
        sender.write(places[1].lineage_id, "Một.")
        with count_queries() as few:
            sender.page()
        sender.write(places[2].lineage_id, "Hai.")
        sender.write(0, "Ba.")
        with count_queries() as many:
            sender.page()
        assert len(few) == len(many) <= 6, many
