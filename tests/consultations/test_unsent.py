"""What somebody is writing: seen by nobody else, found again by themselves, gathered without loss."""

import io
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from consultations.models import Consultation, DraftAttachment, DraftComment, Stance, SubmissionDraft
from consultations.queries.drafts import Owner
from consultations.services import drafts, retention
from consultations.services.personal_data import PERSONAL_DATA
from core import clock, outbox
from core.db import db
from core.files import StoredFile
from tests.conftest import Login
from tests.consultations.senders import PDF
from tests.consultations.writers import TEXT, Writer, mine
from tests.factories import make_consultation, make_person, make_provisions, make_submission, make_unsent
from tests.support.clock import FrozenClock
from tests.support.queries import counted_queries


@pytest.fixture
def consultation(session: Session) -> Consultation:
    other = make_consultation()
    make_unsent(other, *make_provisions(other), body="Ý kiến của người khác.")
    return make_consultation()


@pytest.fixture
def writer(client: FlaskClient, consultation: Consultation) -> Writer:
    return Writer(client, consultation)


@pytest.fixture
def clause(consultation: Consultation) -> int:
    """The lineage of a clause that reads TEXT; a stranger has written about it too."""
    provisions = make_provisions(consultation, TEXT, "Người thử không phải trả tiền.")
    make_unsent(consultation, provisions[1], body="Lời của người lạ.")
    return provisions[1].lineage_id


class TestWhoseItIs:
    def test_nobody_sees_what_another_wrote(self, app: Flask, writer: Writer, clause: int, login: Login) -> None:
        writer.post(clause, body="Chỉ mình tôi biết.")
        other = Writer(app.test_client(), _of(writer))
        other.post(0, body="Của người kia.")
        for page in (other.get(clause).text, other.review()):
            assert "Chỉ mình tôi biết." not in page
            assert "Lời của người lạ." not in page
        login(make_person(), other.client)
        assert "Chỉ mình tôi biết." not in other.review()

    def test_a_person_finds_it_on_another_device(self, app: Flask, writer: Writer, clause: int, login: Login) -> None:
        person = make_person()
        login(person)
        writer.post(clause, body="Viết trên điện thoại.")
        desk = Writer(login(person, app.test_client()), _of(writer))
        assert "Viết trên điện thoại." in desk.get(clause).text

    def test_signing_in_takes_over_what_the_guest_wrote(
        self, app: Flask, writer: Writer, clause: int, session: Session
    ) -> None:
        writer.post(clause, body="Viết lúc chưa đăng nhập.")
        person = make_person()
        answer = writer.client.post("/dang-nhap/", data={"email": person.email, "password": "mot cau de nho"})
        assert answer.status_code == 302
        session.expire_all()
        owners = session.scalars(
            sa.select(SubmissionDraft.person_id).join(DraftComment).where(DraftComment.body.startswith("Viết lúc"))
        )
        assert owners.all() == [person.id]

    def test_after_signing_out_the_next_at_the_machine_sees_nothing(
        self, writer: Writer, clause: int, login: Login
    ) -> None:
        login(make_person())
        writer.post(clause, body="Của người đã đăng nhập.")
        writer.client.post("/dang-xuat/")
        assert "Của người đã đăng nhập." not in writer.review()

    def test_a_guest_draft_and_a_persons_own_are_gathered_without_loss(
        self, app: Flask, writer: Writer, clause: int, login: Login, session: Session
    ) -> None:
        person = make_person()
        elsewhere = Writer(login(person, app.test_client()), _of(writer))
        elsewhere.post(clause, body="Viết ở nhà.", proposed_text=TEXT.replace("ba", "bốn"))
        elsewhere.post(0, body="Chung chung.")
        writer.post(clause, body="Viết ở quán.", proposed_text=TEXT.replace("ba", "năm"))
        login(person)
        page = writer.review()
        for words in ("Viết ở nhà.", "Viết ở quán.", "Chung chung.", "bốn", "năm"):
            assert words in page
        kept = [one for one in mine(session) if one.place == clause]
        assert len(kept) == 1
        assert len({one.draft_id for one in mine(session)}) == 1

    def test_drafts_begun_in_two_tabs_at_once_are_gathered(
        self, session: Session, consultation: Consultation, clause: int
    ) -> None:
        owner = Owner("a" * 64, None)
        first = drafts.open_draft(owner, consultation.id)
        make_place = make_unsent(consultation, None, owner=owner, body="Tab một.")
        assert make_place.id == first.id
        second = drafts._new_draft(owner, consultation.id)
        session.add(
            DraftComment(
                draft_id=second.id,
                document_id=mine(session)[0].document_id,
                place=clause,
                stance=Stance.ASK,
                body="Tab hai.",
                updated_at=clock.now(),
            )
        )
        session.flush()
        assert drafts.open_draft(owner, consultation.id).id == first.id
        assert {one.draft_id for one in mine(session)} == {first.id}
        assert {one.body for one in mine(session)} == {"Tab một.", "Tab hai."}


def _of(writer: Writer) -> Consultation:
    return db.session.get_one(Consultation, writer.id)


class TestOnThePagesOneReads:
    def test_what_waits_is_shown_to_its_writer_with_the_way_to_send_it(
        self, app: Flask, writer: Writer, clause: int
    ) -> None:
        writer.post(clause, body="Viết rồi đọc tiếp.")
        pages = (f"/du-thao/{writer.id}/", f"/du-thao/{writer.id}/dieu-khoan/{clause}/")
        stranger = app.test_client()
        for path in pages:
            page = writer.client.get(path).text
            assert "Phiếu của bạn có 1 ý kiến chưa gửi." in page
            assert f"/du-thao/{writer.id}/phieu/" in page
            assert "chưa gửi" not in stranger.get(path).text

    def test_costs_a_reader_who_never_wrote_nothing(self, app: Flask, writer: Writer, clause: int) -> None:
        with counted_queries() as asked:
            app.test_client().get(f"/du-thao/{writer.id}/")
        assert not [one for one in asked if "draft_comment" in one]


class TestForgetting:
    """What was never sent goes, 90 days after its last word and not before the consultation closed."""

    @pytest.fixture(autouse=True)
    def _something_to_write_about(self, frozen_clock: FrozenClock, consultation: Consultation) -> None:
        """Time stands before anything is made."""
        make_provisions(consultation)

    @pytest.fixture
    def unsent(self, consultation: Consultation) -> SubmissionDraft:
        draft = make_unsent(consultation, None, body="Viết dở.")
        drafts.attach(draft, io.BytesIO(PDF), "thu.pdf", limit=2**20)
        return draft

    def test_what_cannot_be_sent_any_more_goes_with_its_letter(
        self, consultation: Consultation, unsent: SubmissionDraft, frozen_clock: FrozenClock, session: Session
    ) -> None:
        written = unsent.updated_at
        consultation.closes_at = written + timedelta(days=10)
        frozen_clock.move(days=89)
        self.forget(session)
        assert left(session) == [unsent.id]
        frozen_clock.move(days=2)
        self.forget(session)
        assert left(session) == []
        assert session.scalar(sa.select(sa.func.count(DraftAttachment.id))) == 0
        assert session.scalar(sa.select(StoredFile.id).where(StoredFile.name == "thu.pdf")) is None

    def test_what_can_be_sent_stays_however_old(
        self, consultation: Consultation, unsent: SubmissionDraft, frozen_clock: FrozenClock, session: Session
    ) -> None:
        consultation.closes_at = unsent.updated_at + timedelta(days=400)
        frozen_clock.move(days=300)
        self.forget(session)
        assert left(session) == [unsent.id]

    def test_a_sent_one_goes_on_answering_with_its_receipt(
        self, consultation: Consultation, frozen_clock: FrozenClock, session: Session
    ) -> None:
        make_submission(consultation, None)
        [sent] = session.scalars(sa.select(SubmissionDraft.id).where(SubmissionDraft.submission_id.is_not(None)))
        frozen_clock.move(days=500)
        self.forget(session)
        assert session.scalar(sa.select(SubmissionDraft.id).where(SubmissionDraft.id == sent)) == sent

    def test_takes_more_than_one_step_where_there_are_many(
        self, consultation: Consultation, frozen_clock: FrozenClock, session: Session, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(retention, "AT_ONCE", 2)
        for _ in range(5):
            make_unsent(consultation, None, body="Viết dở.")
        frozen_clock.move(days=200)
        self.forget(session)
        assert left(session) == []

    def test_an_erased_account_leaves_no_letter_behind(
        self, consultation: Consultation, unsent: SubmissionDraft, session: Session
    ) -> None:
        person = make_person()
        unsent.person_id = person.id
        session.flush()
        PERSONAL_DATA.erase(person.id)
        assert left(session) == []
        assert session.scalar(sa.select(StoredFile.id).where(StoredFile.name == "thu.pdf")) is None

    @staticmethod
    def forget(session: Session) -> None:
        """What the worker does in its next minute."""
        session.commit()
        outbox.watch()
        outbox.drain()
        session.expire_all()


def left(session: Session) -> list[int]:
    """Drafts that hold the words of the test."""
    return list(session.scalars(sa.select(DraftComment.draft_id).where(DraftComment.body == "Viết dở.")))
