"""Writing a comment: what is kept, what is refused, and that nothing typed is lost."""

import html
import re
import unicodedata
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from consultations.models import (
    Consultation,
    ConsultationState,
    Document,
    DraftComment,
    GuestPolicy,
    Stance,
    SubmissionDraft,
)
from consultations.services import drafts
from core import clock
from tests.consultations.writers import TEXT, Writer, mine
from tests.factories import make_consultation, make_provisions, make_unsent
from tests.support.clock import FrozenClock
from tests.support.queries import CountQueries


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


class TestPage:
    def test_shows_the_clause_and_its_words_to_be_changed(self, writer: Writer, clause: int) -> None:
        page = writer.get(clause).text
        assert "Khoản 1 Điều 1" in page
        assert page.count(TEXT) >= 2, "once as the law, once in the field"

    def test_asks_for_no_numbers_of_people(self, writer: Writer, clause: int) -> None:
        assert "số căn cước, số điện thoại" in writer.get(clause).text

    def test_the_panel_is_the_form_alone(self, writer: Writer, clause: int) -> None:
        page = writer.get(clause, headers={"X-Fragment": "panel"}).text
        assert "<html" not in page
        assert 'name="stance"' in page
        assert TEXT in page

    def test_the_whole_draft_is_a_place_too(self, writer: Writer, clause: int, session: Session) -> None:
        assert "Toàn bộ dự thảo" in writer.get(0).text
        assert writer.post(0, body="Bố cục rõ ràng.").status_code == 303
        assert [(one.place, one.provision_id) for one in mine(session)] == [(0, None)]

    @pytest.mark.parametrize("place", ["999999", "x", "", "-1", "99999999999999999999", "²"])
    @pytest.mark.parametrize("method", ["get", "post"])
    def test_an_unknown_clause_is_not_found_and_helps(
        self, writer: Writer, clause: int, place: str, method: str
    ) -> None:
        answer = getattr(writer, method)(place)
        assert answer.status_code == 404
        assert "Xem các dự thảo" in answer.text

    def test_a_clause_of_another_consultation_is_not_found(self, writer: Writer, clause: int) -> None:
        foreign = make_provisions(make_consultation())[1].lineage_id
        assert writer.get(foreign).status_code == 404
        assert writer.post(foreign).status_code == 404

    def test_a_clause_that_the_new_version_dropped_takes_nothing(
        self, writer: Writer, consultation: Consultation, session: Session
    ) -> None:
        first = make_provisions(consultation, TEXT, "Hai.")
        version = first[0].version_id
        document = session.scalars(sa.text("select document_id from version where id = :id").bindparams(id=version))
        make_provisions(
            consultation,
            TEXT,
            document=session.get_one(Document, document.one()),
            lineages=[first[0].lineage_id, first[1].lineage_id],
        )
        assert writer.get(first[1].lineage_id).status_code == 200
        answer = writer.get(first[2].lineage_id)
        assert answer.status_code == 404
        assert "không còn ở dự thảo mới" in answer.text

    def test_one_that_is_not_published_is_not_there(self, client: FlaskClient, session: Session) -> None:
        hidden = make_consultation(state=ConsultationState.DRAFT)
        lineage = make_provisions(hidden)[1].lineage_id
        assert Writer(client, hidden).get(lineage).status_code == 404


class TestKeep:
    def test_returns_to_the_clause_and_shows_again_what_was_written(self, writer: Writer, clause: int) -> None:
        answer = writer.post(clause, body="Ba ngày ngắn quá.", stance="oppose")
        assert answer.status_code == 303
        assert answer.location == f"/du-thao/{writer.id}/#dieu-1-khoan-1"
        page = writer.get(clause).text
        assert "Ba ngày ngắn quá." in page
        assert re.search(r'checked[^>]*value="oppose"|value="oppose"[^>]*checked', page)

    def test_the_main_button_goes_on_to_the_review(self, writer: Writer, clause: int) -> None:
        answer = writer.post(clause, do="review")
        assert answer.status_code == 303
        assert answer.location.startswith(f"/du-thao/{writer.id}/phieu/")
        assert "Ba ngày ngắn quá." in writer.client.get(answer.location).text

    def test_a_place_holds_one_comment(self, writer: Writer, clause: int, session: Session) -> None:
        writer.post(clause, body="Một.")
        writer.post(clause, body="Hai.", stance="ask")
        assert [(one.body, one.stance) for one in mine(session)] == [("Hai.", Stance.ASK)]

    def test_an_unchanged_wording_is_no_proposal(self, writer: Writer, clause: int, session: Session) -> None:
        writer.post(clause, proposed_text=f"  {TEXT}\r\n")
        assert [one.proposed_text for one in mine(session)] == [""]

    def test_a_changed_wording_alone_is_an_opinion(self, writer: Writer, clause: int, session: Session) -> None:
        assert writer.post(clause, body="", proposed_text=TEXT.replace("ba", "năm")).status_code == 303
        assert [one.proposed_text for one in mine(session)] == ["Người thử được thử trong năm ngày."]

    def test_the_panel_says_that_it_is_kept(self, writer: Writer, clause: int) -> None:
        answer = writer.post(clause, headers={"X-Fragment": "panel"})
        assert answer.status_code == 200
        assert "<html" not in answer.text
        assert "Phiếu của bạn có 1 ý kiến, chưa gửi" in answer.text

    def test_the_cookie_is_long_lived_and_out_of_reach_and_only_its_hash_is_kept(
        self, writer: Writer, clause: int, session: Session
    ) -> None:
        cookie = writer.post(clause).headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Max-Age=15552000" in cookie
        token = cookie.split("=", 1)[1].split(";")[0]
        hashes = session.scalars(sa.select(SubmissionDraft.token_hash)).all()
        assert drafts.hash_of(token) in hashes
        assert token not in hashes

    def test_html_is_kept_as_typed_and_shown_escaped(self, writer: Writer, clause: int, session: Session) -> None:
        typed = '<script>alert(1)</script> <b>đậm</b> & =HYPERLINK("x")'
        writer.post(clause, body=typed, proposed_text="<img src=x onerror=alert(1)>")
        assert [(one.body, one.proposed_text) for one in mine(session)] == [(typed, "<img src=x onerror=alert(1)>")]
        for page in (writer.get(clause).text, writer.review()):
            assert "<script>alert" not in page
            assert "<img src=x" not in page
            assert "&lt;script&gt;alert(1)" in page

    def test_what_cannot_be_seen_goes_and_marks_are_composed(
        self, writer: Writer, clause: int, session: Session
    ) -> None:
        writer.post(clause, body=unicodedata.normalize("NFD", "Điều ước\u200b \u202equốc tế\u202c"))
        assert [one.body for one in mine(session)] == ["Điều ước quốc tế"]


class TestRefusal:
    @pytest.mark.parametrize("body", ["", "   ", "\u200b\u200d\ufeff", "\u202e \u202c", "\n\t \u3164"])
    def test_nothing_to_read_is_refused(self, writer: Writer, clause: int, session: Session, body: str) -> None:
        answer = writer.post(clause, body=body)
        assert answer.status_code == 422
        assert "Hãy viết ý kiến, hoặc sửa câu chữ." in answer.text
        assert mine(session) == []

    def test_a_stance_is_asked_for_and_the_text_stays(self, writer: Writer, clause: int) -> None:
        answer = writer.post(clause, stance="", body="Ý kiến công phu.")
        assert answer.status_code == 422
        assert "Hãy chọn một lập trường." in answer.text
        assert "Ý kiến công phu." in answer.text

    def test_a_stance_that_does_not_exist_is_refused(self, writer: Writer, clause: int) -> None:
        assert "Hãy chọn một lập trường." in writer.post(clause, stance="love").text

    @pytest.mark.parametrize(
        ("body", "told"),
        [
            ("từ " * 33_333, "Ý kiến dài 33.333 chữ; tối đa 3.000."),
            ("x" * 100_000, "Ý kiến dài 100.000 ký tự; tối đa 20.000."),
        ],
    )
    def test_a_hundred_thousand_letters_are_refused_and_stay(
        self, writer: Writer, clause: int, session: Session, body: str, told: str
    ) -> None:
        answer = writer.post(clause, body=body)
        assert answer.status_code == 422
        assert told in answer.text
        assert "Phần bạn viết vẫn còn ở đây." in answer.text
        assert body.strip() in answer.text
        assert mine(session) == []

    def test_what_was_kept_before_stays_when_the_new_text_is_refused(
        self, writer: Writer, clause: int, session: Session
    ) -> None:
        writer.post(clause, body="Bản đầu.")
        writer.post(clause, body="x" * 30_000)
        assert [one.body for one in mine(session)] == ["Bản đầu."]

    def test_the_panel_gets_its_refusal_as_a_panel(self, writer: Writer, clause: int) -> None:
        answer = writer.post(clause, stance="", headers={"X-Fragment": "panel"})
        assert answer.status_code == 422
        assert "<html" not in answer.text
        assert "Hãy chọn một lập trường." in answer.text


class TestPreview:
    def test_shows_the_change_word_by_word_and_keeps_nothing(
        self, writer: Writer, clause: int, session: Session
    ) -> None:
        answer = writer.post(clause, do="preview", stance="", proposed_text=TEXT.replace("ba", "năm"))
        assert answer.status_code == 200
        assert re.search(r"<del>.*?ba", answer.text, re.DOTALL)
        assert re.search(r"<ins>.*?năm", answer.text, re.DOTALL)
        assert mine(session) == []


class TestClosed:
    def test_takes_nothing_and_shows_the_text(self, client: FlaskClient, session: Session) -> None:
        now = clock.now()
        closed = make_consultation(opens_at=now - timedelta(days=30), closes_at=now - timedelta(days=1))
        lineage = make_provisions(closed)[1].lineage_id
        answer = Writer(client, closed).post(lineage, body="Viết muộn một ngày.")
        assert answer.status_code == 409
        assert "Viết muộn một ngày." in answer.text
        date = f"{clock.local(closed.closes_at):%d/%m/%Y}"
        assert f"Đợt lấy ý kiến đã đóng ngày {date}. Bạn vẫn đọc được mọi ý kiến và trả lời." in answer.text
        assert session.scalar(sa.select(sa.func.count()).select_from(DraftComment)) == 0

    def test_what_was_kept_before_it_closed_is_still_shown(
        self, writer: Writer, clause: int, frozen_clock: FrozenClock, consultation: Consultation
    ) -> None:
        consultation.closes_at = clock.now()
        consultation.opens_at = clock.now().replace(year=2025)
        writer.post(clause, body="Viết kịp giờ.")
        frozen_clock.move(seconds=1)
        answer = writer.get(clause)
        assert answer.status_code == 409
        assert "Viết kịp giờ." in answer.text


class TestExpiredForm:
    def test_shows_the_text_and_goes_on_from_there(
        self, app: Flask, writer: Writer, clause: int, session: Session
    ) -> None:
        app.config["WTF_CSRF_ENABLED"] = True
        answer = writer.post(clause, body="Viết cả buổi sáng.", csrf_token="forged")
        assert answer.status_code == 400
        assert "Viết cả buổi sáng." in answer.text
        fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', answer.text))
        action = re.search(r'<main.*?action="([^"]+)"', answer.text, re.DOTALL)
        assert action
        token = re.search(r'<main.*?name="csrf_token"\s+value="([^"]+)"', answer.text, re.DOTALL)
        assert token
        again = {name: html.unescape(value) for name, value in fields.items()} | {"csrf_token": token[1]}
        assert writer.client.post(html.unescape(action[1]), data=again).status_code == 303
        assert [one.body for one in mine(session)] == ["Viết cả buổi sáng."]


class TestGuestsNotAllowed:
    def test_writing_is_free_and_sending_asks_to_sign_in(self, client: FlaskClient, session: Session) -> None:
        strict = make_consultation(guests=GuestPolicy.NOBODY)
        writer = Writer(client, strict)
        assert writer.post(make_provisions(strict)[1].lineage_id).status_code == 303
        page = writer.review()
        assert "Đăng nhập để gửi" in page
        assert f"/dang-nhap/?next=/du-thao/{strict.id}/phieu/" in page
        assert 'name="consent"' not in page


class TestBudget:
    def test_the_form_costs_the_same_for_any_number_of_comments(
        self, writer: Writer, clause: int, consultation: Consultation, count_queries: CountQueries
    ) -> None:
        writer.post(clause)
        with count_queries() as few:
            writer.get(clause)
        for _number in range(5):
            make_unsent(consultation, None)
        with count_queries() as many:
            writer.get(clause)
        assert len(few) == len(many) <= 8, many
