"""The pages on which people answer: a page at a time, nothing lost, nothing taken that was not asked."""

import io
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from core.files import StoredFile
from core.signing import sign
from surveys.definition.shape import Definition, Kind, Page, Question
from surveys.models import Answer, AnswerSheet, Participation, SheetDraft, Survey, SurveyAccess
from surveys.services import box, inviting
from tests.conftest import Login
from tests.factories import make_person
from tests.support.clock import FrozenClock
from tests.support.queries import CountQueries
from tests.surveys.making import answer_all, every_kind, make_guest, make_places, make_survey, options

FIRST = {"asked": ["da_den", "ngay", "thu_tuc"], "q-da_den": "yes", "q-ngay": "2026-03-01", "q-thu_tuc": "dat_dai"}
SECOND = {
    "asked": ["hai_long", "vi_sao", "dieu_tot", "tung_mat", "kenh", "uu_tien"],
    "q-hai_long": "2",
    "q-vi_sao": "Chờ lâu.",
    "q-dieu_tot": ["thai_do", "phi"],
    "q-tung_mat-don_tiep": "kem",
    "q-tung_mat-huong_dan": "tot",
    "q-kenh-lich": ["mang", "giay"],
    "q-uu_tien-gan": "1",
    "q-uu_tien-nhanh": "2",
    "q-uu_tien-re": "3",
}
THIRD = {"asked": ["tuoi", "nghe", "noi_o", "nps"], "q-tuoi": "40", "q-nghe": "nong"}
LAST = {"asked": ["loi", "giay_to"], "q-loi": "Cảm ơn."}


@pytest.fixture
def survey(session: Session) -> Survey:
    make_survey()
    return make_survey(title="Khảo sát một cửa")


def _begin(client: FlaskClient, survey: Survey) -> str:
    base = f"/khao-sat/{survey.id}/"
    assert client.post(base).status_code == 303
    return base


def _answer_all(client: FlaskClient, base: str) -> None:
    for page, fields in (("truoc", FIRST), ("danh_gia", SECOND), ("ve_ban", THIRD), ("cuoi", LAST)):
        answer = client.post(f"{base}trang/{page}/", data=fields)
        assert answer.status_code == 303, answer.text


def _checked(page: TestResponse) -> set[str]:
    """The values of ticked boxes and radios."""
    return set(re.findall(r'value="([^"]*)"[^>]*checked=""', page.text))


class TestTheWholeWay:
    def test_what_is_typed_arrives_and_is_counted_once(self, client: FlaskClient, survey: Survey) -> None:
        base = _begin(client, survey)
        _answer_all(client, base)
        review = client.get(f"{base}xem-lai/").text
        assert "Chờ lâu." in review
        assert "Lựa chọn gan, Lựa chọn nhanh, Lựa chọn re" in review
        assert client.post(f"{base}xem-lai/").headers["Location"] == f"{base}da-gui/"
        code = re.search(r"KS-[0-9A-F-]+", client.get(f"{base}da-gui/").text)
        again = client.post(f"{base}xem-lai/")
        assert again.headers["Location"] == f"{base}da-gui/"
        assert code is not None
        assert code[0] in client.get(f"{base}da-gui/").text
        assert box.count_waiting(survey.id) == 1

    def test_stored_answers_are_the_typed_ones(
        self, frozen_clock: FrozenClock, client: FlaskClient, session: Session, survey: Survey
    ) -> None:
        base = _begin(client, survey)
        _answer_all(client, base)
        client.post(f"{base}xem-lai/")
        frozen_clock.move(days=30)
        box.open_box(survey)
        rows = session.execute(
            sa.select(Answer.question, Answer.sub, Answer.option, Answer.number, Answer.text).where(
                Answer.survey_id == survey.id
            )
        )
        found = {tuple(row) for row in rows}
        assert ("hai_long", "", "", 2.0, None) in found
        assert ("kenh", "lich", "mang", None, None) in found
        assert ("uu_tien", "", "gan", 1.0, None) in found
        assert ("loi", "", "", None, "Cảm ơn.") in found
        assert ("ngay", "", "", None, "2026-03-01") in found

    def test_going_back_keeps_the_page_one_leaves(self, client: FlaskClient, survey: Survey) -> None:
        base = _begin(client, survey)
        client.post(f"{base}trang/truoc/", data=FIRST)
        back = client.post(f"{base}trang/danh_gia/", data={**SECOND, "do": "back"})
        assert back.headers["Location"].startswith(f"{base}trang/truoc/")
        assert "dat_dai" in _checked(client.get(f"{base}trang/truoc/"))
        assert "Chờ lâu." in client.get(f"{base}trang/danh_gia/").text

    def test_going_back_with_something_that_cannot_be_kept_shows_it_instead(
        self, client: FlaskClient, survey: Survey
    ) -> None:
        base = _begin(client, survey)
        client.post(f"{base}trang/truoc/", data=FIRST)
        client.post(f"{base}trang/danh_gia/", data=SECOND)
        answer = client.post(f"{base}trang/ve_ban/", data={**THIRD, "q-tuoi": "bốn mươi", "do": "back"})
        assert answer.status_code == 422
        assert "bốn mươi" in answer.text
        empty = client.post(f"{base}trang/ve_ban/", data={**THIRD, "q-tuoi": "", "do": "back"})
        assert empty.status_code == 303

    def test_questions_that_appear_are_shown_on_the_same_page(self, client: FlaskClient, survey: Survey) -> None:
        base = _begin(client, survey)
        answer = client.post(f"{base}trang/truoc/", data={"asked": "da_den", "q-da_den": "yes"})
        assert answer.headers["Location"] == f"{base}trang/truoc/#q-ngay"
        assert 'name="q-thu_tuc"' in client.get(f"{base}trang/truoc/").text


class TestWhatIsRefused:
    def test_problems_stand_at_their_questions_and_what_was_typed_is_kept(
        self, client: FlaskClient, survey: Survey
    ) -> None:
        base = _begin(client, survey)
        client.post(f"{base}trang/truoc/", data=FIRST)
        long = "a" * 2001
        wrong = {
            **SECOND,
            "q-hai_long": "9",
            "q-vi_sao": long,
            "q-dieu_tot": ["khong", "phi"],
            "q-uu_tien-nhanh": "1",
        }
        answer = client.post(f"{base}trang/danh_gia/", data=wrong)
        assert answer.status_code == 422
        assert "Số lớn nhất nhận được là 5." in answer.text
        assert "Lựa chọn loại trừ không đi cùng lựa chọn khác." in answer.text
        assert "mỗi hạng chỉ được dùng một lần" in answer.text
        kept = client.get(f"{base}trang/danh_gia/")
        assert {"kem", "tot", "mang", "giay"} <= _checked(kept)

    def test_answers_to_questions_that_were_not_asked_are_not_taken(
        self, client: FlaskClient, session: Session, survey: Survey
    ) -> None:
        base = _begin(client, survey)
        answer = client.post(f"{base}trang/truoc/", data={**FIRST, "q-tuoi": "40", "asked": [*FIRST["asked"], "tuoi"]})
        assert answer.status_code == 422
        assert "không được hỏi ở trang này" in answer.text
        assert 'value="40"' not in client.get(f"{base}trang/ve_ban/").text

    def test_a_page_that_another_tab_made_vanish_shows_what_was_typed(
        self, client: FlaskClient, survey: Survey
    ) -> None:
        base = _begin(client, survey)
        client.post(f"{base}trang/truoc/", data=FIRST)
        client.post(f"{base}trang/truoc/", data={"asked": "da_den", "q-da_den": "no"})
        answer = client.post(f"{base}trang/danh_gia/", data=SECOND)
        assert answer.status_code == 409
        assert "Chờ lâu." in answer.text
        assert "không còn trong phiếu" in answer.text

    def test_a_sheet_that_is_closed_meanwhile_may_be_finished_within_the_grace_and_says_so(
        self, frozen_clock: FrozenClock, client: FlaskClient, session: Session, survey: Survey
    ) -> None:
        base = _begin(client, survey)
        client.post(f"{base}trang/truoc/", data=FIRST)
        frozen_clock.move(days=10, minutes=20)
        assert "Khảo sát vừa đóng." in client.get(f"{base}trang/danh_gia/").text
        newcomer = client.application.test_client()
        assert newcomer.post(base).headers["Location"] == base
        assert "Khảo sát đã đóng" in newcomer.get(base).text
        frozen_clock.move(hours=1)
        late = client.post(f"{base}trang/danh_gia/", data=SECOND)
        assert late.status_code == 409
        assert "Chờ lâu." in late.text

    def test_a_forged_cookie_is_nobody(self, client: FlaskClient, session: Session, survey: Survey) -> None:
        base = f"/khao-sat/{survey.id}/"
        client.set_cookie("khao-sat", "made-up", path="/khao-sat/")
        assert client.get(f"{base}trang/truoc/").status_code == 303
        client.set_cookie("khao-sat", sign("surveys.letter", "of another purpose"), path="/khao-sat/")
        assert client.get(f"{base}trang/truoc/").status_code == 303
        assert session.scalars(sa.select(SheetDraft)).all() == []

    def test_a_hostile_page_code_is_not_found(self, client: FlaskClient, survey: Survey) -> None:
        base = _begin(client, survey)
        for code in ("'%20or%201=1", "khong_co", "%00", "a" * 300):
            assert client.get(f"{base}trang/{code}/").status_code in (303, 404)
            assert client.post(f"{base}trang/{code}/", data=FIRST).status_code in (409, 404)


class TestFiles:
    PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64

    @pytest.fixture
    def survey(self, session: Session) -> Survey:
        return make_survey(definition=Definition((Page("mot", "", (Question("anh", Kind.FILE, "Ảnh"),)),)))

    def test_a_file_is_kept_replaced_and_dropped(self, client: FlaskClient, session: Session, survey: Survey) -> None:
        base = _begin(client, survey)
        for name in ("mot.png", "hai.png"):
            upload = {"asked": "anh", "q-anh": (io.BytesIO(self.PNG), name)}
            assert client.post(f"{base}trang/mot/", data=upload).status_code == 303
        assert "Đã nhận tệp: hai.png" in client.get(f"{base}trang/mot/").text
        assert list(session.scalars(sa.select(StoredFile.name))) == ["hai.png"]
        client.post(f"{base}trang/mot/", data={"asked": "anh"})
        assert "hai.png" in client.get(f"{base}xem-lai/").text
        client.post(f"{base}trang/mot/", data={"asked": "anh", "q-anh--drop": "1"})
        assert list(session.scalars(sa.select(StoredFile.name))) == []

    def test_nobody_can_name_the_file_of_somebody_else(
        self, client: FlaskClient, session: Session, survey: Survey
    ) -> None:
        base = _begin(client, survey)
        client.post(f"{base}trang/mot/", data={"asked": "anh", "q-anh": (io.BytesIO(self.PNG), "cua-toi.png")})
        number = session.scalar(sa.select(StoredFile.id))
        other = client.application.test_client()
        _begin(other, survey)
        other.post(f"{base}trang/mot/", data={"asked": "anh", "q-anh": str(number), "q-anh-file": str(number)})
        assert "cua-toi.png" not in other.get(f"{base}xem-lai/").text

    def test_a_file_of_another_kind_is_refused_at_its_field(self, client: FlaskClient, survey: Survey) -> None:
        base = _begin(client, survey)
        answer = client.post(f"{base}trang/mot/", data={"asked": "anh", "q-anh": (io.BytesIO(b"MZ"), "virus.exe")})
        assert answer.status_code == 422
        assert "Chỉ nhận tệp" in answer.text


class TestDoors:
    def test_somebody_signed_in_goes_on_on_another_device(
        self, app: Flask, login: Login, client: FlaskClient, survey: Survey
    ) -> None:
        person = make_person()
        login(person)
        base = _begin(client, survey)
        client.post(f"{base}trang/truoc/", data=FIRST)
        elsewhere = login(person, app.test_client())
        assert "Trả lời tiếp" in elsewhere.get(base).text
        assert "dat_dai" in _checked(elsewhere.get(f"{base}trang/truoc/"))

    def test_what_a_guest_began_becomes_theirs_when_they_sign_in(
        self, client: FlaskClient, login: Login, survey: Survey
    ) -> None:
        base = _begin(client, survey)
        client.post(f"{base}trang/truoc/", data=FIRST)
        login(make_person())
        assert "Trả lời tiếp" in client.get(base).text
        assert client.post(base).headers["Location"].startswith(f"{base}trang/")
        assert "dat_dai" in _checked(client.get(f"{base}trang/truoc/"))

    def test_who_sent_as_a_guest_does_not_answer_again_by_signing_in(
        self, client: FlaskClient, login: Login, survey: Survey
    ) -> None:
        base = _begin(client, survey)
        _answer_all(client, base)
        client.post(f"{base}xem-lai/")
        login(make_person())
        assert client.post(base).headers["Location"] == f"{base}da-gui/"

    def test_a_survey_for_people_with_an_account_asks_to_sign_in(self, client: FlaskClient, session: Session) -> None:
        survey = make_survey(access=SurveyAccess.SIGNED_IN)
        assert "Đăng nhập để trả lời" in client.get(f"/khao-sat/{survey.id}/").text
        assert "/dang-nhap/" in client.post(f"/khao-sat/{survey.id}/").headers["Location"]

    def test_a_letter_lets_in_once_and_its_token_leaves_the_address(
        self, client: FlaskClient, session: Session
    ) -> None:
        survey, other = make_survey(access=SurveyAccess.INVITED), make_survey(access=SurveyAccess.INVITED)
        [issued] = inviting.invite(survey, ["lan@example.vn"])
        base = f"/khao-sat/{survey.id}/"
        assert client.get(base).status_code == 404
        for forged in (f"{base}thu/made-up/", f"/khao-sat/{other.id}/thu/{issued.token}/", f"{base}thu/{'a' * 5000}/"):
            assert client.get(forged).status_code == 404
        assert client.get(f"{base}thu/{issued.token}/").headers["Location"] == base
        _begin(client, survey)
        _answer_all(client, base)
        client.post(f"{base}xem-lai/")
        elsewhere = client.application.test_client()
        elsewhere.get(f"{base}thu/{issued.token}/")
        assert elsewhere.post(base).headers["Location"] == f"{base}da-gui/"

    def test_a_draft_survey_is_nobodys(self, client: FlaskClient, session: Session) -> None:
        survey = make_survey(published=False)
        assert client.get(f"/khao-sat/{survey.id}/").status_code == 404


class TestPlaces:
    def test_a_commune_is_chosen_in_two_steps_without_a_script(self, client: FlaskClient, session: Session) -> None:
        province, commune = make_places()
        survey = make_survey(definition=Definition((Page("mot", "", (Question("o", Kind.PLACE, "Nơi ở"),)),)))
        base = _begin(client, survey)
        chosen = client.post(f"{base}trang/mot/", data={"asked": "o", "q-o-province": province, "do": "commune:o"})
        assert chosen.headers["Location"] == f"{base}trang/mot/#q-o"
        assert f'value="{commune}"' in client.get(f"{base}trang/mot/").text
        fields = {"asked": "o", "q-o-province": province, "q-o-commune": commune}
        assert client.post(f"{base}trang/mot/", data=fields).status_code == 303
        assert [commune] == [code for code, _name in (client.get(f"/khao-sat/xa-phuong/{province}/").json or [])]

    def test_a_commune_of_another_province_is_refused(self, client: FlaskClient, session: Session) -> None:
        (province, _), (_other, commune) = make_places(), make_places()
        survey = make_survey(definition=Definition((Page("mot", "", (Question("o", Kind.PLACE, "Nơi ở"),)),)))
        base = _begin(client, survey)
        fields = {"asked": "o", "q-o-province": province, "q-o-commune": commune}
        assert client.post(f"{base}trang/mot/", data=fields).status_code == 422


class TestCosts:
    def test_a_page_costs_the_same_whatever_stands_on_it(
        self,
        client: FlaskClient,
        session: Session,
        count_queries: CountQueries,
    ) -> None:
        costs = []
        for n in (2, 60):
            asked = tuple(Question(f"c{i}", Kind.SINGLE, "?", options=options("a", "b")) for i in range(n))
            places = tuple(Question(f"o{i}", Kind.PLACE, "?") for i in range(2))
            survey = make_survey(definition=Definition((Page("mot", "", asked + places),)))
            for _other in range(n):
                answer_all(survey, make_guest(survey), {"mot": {}})
            visitor = client.application.test_client()
            base = _begin(visitor, survey)
            with count_queries() as queries:
                assert visitor.get(f"{base}trang/mot/").status_code == 200
            costs.append(len(queries))
        assert costs[0] == costs[1] <= 8

    def test_the_list_and_the_first_page_ask_little(
        self,
        client: FlaskClient,
        session: Session,
        count_queries: CountQueries,
    ) -> None:
        survey = make_survey(definition=every_kind())
        with count_queries() as few:
            assert client.get(f"/khao-sat/{survey.id}/").status_code == 200
        for _more in range(5):
            make_survey()
        with count_queries() as listed:
            assert client.get("/khao-sat/").status_code == 200
        assert len(few) <= 4, few
        assert len(listed) <= 2, listed


class TestByName:
    def test_the_page_says_plainly_which_kind_of_survey_it_is(self, client: FlaskClient, session: Session) -> None:
        named = make_survey(anonymous=False, closes_at=make_survey().closes_at + timedelta(days=1))
        assert "Khảo sát có tên." in client.get(f"/khao-sat/{named.id}/").text
        assert "Khảo sát ẩn danh." in client.get(f"/khao-sat/{make_survey().id}/").text

    def test_a_sheet_by_name_is_counted_at_once(self, client: FlaskClient, login: Login, session: Session) -> None:
        survey = make_survey(anonymous=False, access=SurveyAccess.SIGNED_IN)
        login(make_person())
        base = _begin(client, survey)
        _answer_all(client, base)
        client.post(f"{base}xem-lai/")
        for model in (AnswerSheet, Participation):
            assert len(session.scalars(sa.select(model).where(model.survey_id == survey.id)).all()) == 1
