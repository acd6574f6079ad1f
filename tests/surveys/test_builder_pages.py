"""The builder, as a drafter without a script uses it; and who may not."""

import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy.orm import Session

from accounts.models import Agency, Person, Role
from core.db import db
from surveys import queries
from surveys.checking.faults import faults
from surveys.definition.documents import dumps, from_json
from surveys.definition.shape import AllOf, AnyOf, Definition, Fact, Kind, Not, Op, Page, Question
from surveys.models import Answer, AnswerSheet, SheetChannel, Survey, SurveyAccess, SurveyState
from surveys.templates import list_templates
from tests.conftest import Login
from tests.factories import make_agency, make_staff
from tests.support.mail import Mailbox
from tests.support.queries import CountQueries
from tests.surveys.making import chosen, every_kind, make_survey, make_version, options

DESK = "/soan-thao/khao-sat/"


@pytest.fixture
def agency(session: Session) -> Agency:
    return make_agency()


@pytest.fixture
def drafter(client: FlaskClient, login: Login, agency: Agency) -> Person:
    """Signed in; a survey of another agency and one more of the same stand beside."""
    make_survey()
    make_survey(agency=agency)
    person = make_staff(Role.DRAFTER, agency)
    login(person)
    return person


def _definition(survey: Survey) -> Definition:
    db.session.expire_all()
    return from_json(queries.get_latest_version(survey.id).definition)


def _revision(survey: Survey) -> int:
    db.session.expire_all()
    return queries.get_latest_version(survey.id).revision


def _draft(agency: Agency, definition: Definition) -> Survey:
    return make_survey(agency=agency, definition=definition, published=False)


def _do(client: FlaskClient, survey: Survey, do: str, **more: str) -> Any:
    return client.post(f"{DESK}{survey.id}/sua/", data={"revision": _revision(survey), "do": do, **more})


def _two_pages() -> Definition:
    asked = tuple(Question(f"c{n}", Kind.SINGLE, f"Câu {n}?", options=options("a", "b")) for n in (1, 2, 3))
    return Definition((Page("mot", "Một", asked[:2]), Page("hai", "Hai", asked[2:])))


class TestBuilding:
    def test_a_survey_of_every_kind_is_built_with_forms_alone_and_published(
        self, client: FlaskClient, agency: Agency, drafter: Person
    ) -> None:
        form = {
            "title": "Khảo sát mới",
            "agency": agency.id,
            "template": "",
            "opens": "2026-01-01",
            "closes": "2099-12-31",
            "access": "open",
            "anonymous": "y",
            "min_cell": 5,
        }
        made = client.post(f"{DESK}moi/", data=form)
        assert made.status_code == 303, made.text
        survey = db.session.get_one(Survey, int(made.headers["Location"].split("/")[3]))
        _do(client, survey, "page")
        page = _definition(survey).pages[0].code
        for kind in Kind:
            if kind == Kind.STANCE:
                continue
            answer = _do(client, survey, f"add:{page}", **{f"kind-{page}": kind.value})
            assert client.get(answer.headers["Location"]).status_code == 200
            fields = {"revision": _revision(survey), "text": f"Hỏi {kind.value}?", "do": "save"}
            fields |= {"code": answer.headers["Location"].split("/")[5], "low": "0", "high": "10", "style": "numeric"}
            fields |= {"options-0-label": "Đất đai", "options-1-label": "Hộ tịch", "rows-0-label": "Thái độ"}
            saved = client.post(answer.headers["Location"], data=fields)
            assert saved.status_code == 303, saved.text
        definition = _definition(survey)
        assert faults(definition) == []
        assert [question.kind for question in definition.questions] == [kind for kind in Kind if kind != Kind.STANCE]
        assert definition.questions[0].code == "hoi_single"
        assert [option.code for option in definition.questions[0].options] == ["dat_dai", "ho_tich"]
        client.post(f"{DESK}{survey.id}/cong-bo/")
        db.session.expire_all()
        assert survey.state == SurveyState.PUBLISHED

    def test_parts_move_are_copied_and_removed(self, client: FlaskClient, agency: Agency, drafter: Person) -> None:
        survey = _draft(agency, _two_pages())
        _do(client, survey, "down:c1")
        assert [q.code for q in _definition(survey).pages[0].questions] == ["c2", "c1"]
        _do(client, survey, "down:c1")
        assert [q.code for q in _definition(survey).pages[1].questions] == ["c1", "c3"]
        _do(client, survey, "up:hai")
        assert [page.code for page in _definition(survey).pages] == ["hai", "mot"]
        _do(client, survey, "copy:mot")
        copied = _definition(survey)
        assert [page.title for page in copied.pages] == ["Hai", "Một", "Một"]
        assert len({question.code for question in copied.questions}) == 4
        client.post(f"{DESK}{survey.id}/xoa/mot/", data={"revision": _revision(survey)})
        assert [page.title for page in _definition(survey).pages] == ["Hai", "Một"]

    def test_nothing_that_somebody_else_saved_is_overwritten(
        self, client: FlaskClient, agency: Agency, drafter: Person
    ) -> None:
        survey = _draft(agency, _two_pages())
        fields = {"revision": _revision(survey), "code": "c1", "text": "Của tôi?", "options-0-label": "A"}
        _do(client, survey, "down:c1")
        answer = client.post(f"{DESK}{survey.id}/muc/c1/", data=fields)
        assert answer.status_code == 422
        assert "Người khác vừa lưu" in answer.text
        assert "Của tôi?" in answer.text
        assert _definition(survey).question("c1") == _two_pages().question("c1")

    def test_a_code_is_renamed_wherever_it_is_named(self, client: FlaskClient, agency: Agency, drafter: Person) -> None:
        last = Question("c9", Kind.SHORT_TEXT, "Vì sao {{c1}}?", show_if=chosen("c1", "a"))
        pages = _two_pages().pages
        survey = _draft(agency, Definition((*pages, Page("ba", "", (last,)))))
        fields = {"revision": _revision(survey), "code": "ten_moi", "text": "Câu 1?", "do": "save"}
        for number, option in enumerate(options("a", "b")):
            fields |= {f"options-{number}-code": option.code, f"options-{number}-label": option.label}
        assert client.post(f"{DESK}{survey.id}/muc/c1/", data=fields).status_code == 303
        renamed = _definition(survey).question("c9")
        assert renamed is not None
        assert (renamed.text, renamed.show_if) == ("Vì sao {{ten_moi}}?", chosen("ten_moi", "a"))
        taken = client.post(
            f"{DESK}{survey.id}/muc/c2/", data={**fields, "revision": _revision(survey), "code": "ten_moi"}
        )
        assert taken.status_code == 422
        assert "đã dùng ở chỗ khác" in taken.text

    def test_faults_are_listed_with_links_and_stand_against_publishing(
        self, client: FlaskClient, agency: Agency, drafter: Person
    ) -> None:
        broken = Question("c9", Kind.SINGLE, "Gì?", options=options("a"), show_if=chosen("khong_co", "a"))
        survey = _draft(agency, Definition((*_two_pages().pages, Page("ba", "", (broken,)))))
        page = client.get(f"{DESK}{survey.id}/").text
        assert f'href="{DESK}{survey.id}/muc/c9/"' in page
        assert "Cần có từ 2 đến 100 lựa chọn." in page
        assert "Công bố phiên bản" not in page
        client.post(f"{DESK}{survey.id}/cong-bo/")
        db.session.expire_all()
        assert survey.state == SurveyState.DRAFT


class TestConditions:
    def test_lines_are_added_joined_turned_and_dropped(
        self, client: FlaskClient, agency: Agency, drafter: Person
    ) -> None:
        age = Question("tuoi", Kind.NUMBER, "Tuổi?")
        last = Question("cuoi", Kind.SHORT_TEXT, "Cuối?")
        pages = _two_pages().pages
        survey = _draft(agency, Definition((*pages, Page("ba", "", (age, last)))))
        address = f"{DESK}{survey.id}/dieu-kien/cuoi/"
        added = client.post(address, data={"revision": _revision(survey), "new": "tuoi", "do": "add"})
        assert 'name="op-0"' in added.text
        fields = {"revision": _revision(survey), "do": "save", "join": "any"}
        fields |= {"question-0": "tuoi", "op-0": "at_least", "value-0": "mười"}
        fields |= {"question-1": "c1", "op-1": "chosen", "value-1": "a", "not-1": "1"}
        assert client.post(address, data=fields).status_code == 422
        assert client.post(address, data={**fields, "value-0": "18"}).status_code == 303
        changed = _definition(survey).question("cuoi")
        assert changed is not None
        assert changed.show_if == AnyOf((Fact("tuoi", Op.AT_LEAST, 18), Not(chosen("c1", "a"))))
        assert "không quá" not in client.get(f"{DESK}{survey.id}/muc/cuoi/").text
        dropped = {**fields, "revision": _revision(survey), "drop-0": "1", "drop-1": "1"}
        client.post(address, data=dropped)
        without = _definition(survey).question("cuoi")
        assert without is not None
        assert without.show_if is None

    def test_a_jump_is_made_changed_and_taken_away(self, client: FlaskClient, agency: Agency, drafter: Person) -> None:
        survey = _draft(agency, _two_pages())
        address = f"{DESK}{survey.id}/re-nhanh/mot/0/"
        fields = {"revision": _revision(survey), "do": "save", "to": "end"}
        fields |= {"question-0": "c1", "op-0": "chosen", "value-0": "b"}
        assert client.post(address, data=fields).status_code == 303
        assert [(jump.when, jump.to) for jump in _definition(survey).pages[0].jumps] == [(chosen("c1", "b"), "end")]
        back = {**fields, "revision": _revision(survey), "to": "mot"}
        assert client.post(address, data=back).status_code == 200  # no way back is offered
        client.post(address, data={**fields, "revision": _revision(survey), "drop-0": "1"})
        assert _definition(survey).pages[0].jumps == ()

    def test_a_deeper_condition_from_a_file_is_shown_and_kept(
        self, client: FlaskClient, agency: Agency, drafter: Person
    ) -> None:
        deep = AllOf((AnyOf((chosen("c1", "a"), chosen("c2", "a"))), chosen("c3", "b")))
        last = Question("cuoi", Kind.SHORT_TEXT, "Cuối?", show_if=deep)
        survey = _draft(agency, Definition((*_two_pages().pages, Page("ba", "", (last,)))))
        page = client.get(f"{DESK}{survey.id}/dieu-kien/cuoi/").text
        assert "(câu 1 là “Lựa chọn a” hoặc câu 2 là “Lựa chọn a”) và câu 3 là “Lựa chọn b”" in page
        assert _definition(survey).question("cuoi") == last


class TestFiles:
    def test_what_goes_out_comes_in_again(self, client: FlaskClient, agency: Agency, drafter: Person) -> None:
        survey, empty = _draft(agency, every_kind()), _draft(agency, Definition())
        out = client.get(f"{DESK}{survey.id}/dinh-nghia.json")
        assert out.text == dumps(every_kind())
        answer = client.post(f"{DESK}{empty.id}/nhap/", data={"file": (io.BytesIO(out.data), "khao-sat.json")})
        assert answer.status_code == 303
        assert _definition(empty) == every_kind()

    @pytest.mark.parametrize(
        "content", [b"", b"{", b"\xff\xfe", b'{"format": 2}', b'{"format": 1, "x": 1}', b"[[" * 9999]
    )
    def test_a_wrong_file_is_refused_with_a_sentence(
        self, client: FlaskClient, agency: Agency, drafter: Person, content: bytes
    ) -> None:
        survey = _draft(agency, _two_pages())
        answer = client.post(f"{DESK}{survey.id}/nhap/", data={"file": (io.BytesIO(content), "x.json")})
        assert answer.status_code == 422
        assert re.search(r"Tệp|Chỗ sai", answer.text)
        assert _definition(survey) == _two_pages()

    def test_the_schema_is_served_to_anybody(self, app: Any, session: Session) -> None:
        answer = app.test_client().get("/khao-sat/dinh-nghia.schema.json")
        assert json.loads(answer.text)["title"] == "Dân Bàn: survey definition"

    def test_every_template_has_no_fault(self) -> None:
        assert len(list_templates()) == 3
        for template in list_templates():
            assert faults(template.definition) == []
            assert len(template.definition.questions) >= 9


class TestAfterPublishing:
    def test_a_new_version_is_written_beside_the_one_that_is_asked(
        self, client: FlaskClient, agency: Agency, drafter: Person
    ) -> None:
        survey = make_survey(agency=agency, definition=_two_pages())
        for path in ("muc/c1/", "trang/mot/", "dieu-kien/c2/", "nhap/", "loi-dau-cuoi/"):
            assert client.get(f"{DESK}{survey.id}/{path}").status_code == 422, path
        client.post(f"{DESK}{survey.id}/phien-ban/")
        _do(client, survey, "copy:c3")
        assert len(_definition(survey).questions) == 4
        assert len(queries.get_definition(survey.id).questions) == 3
        client.post(f"{DESK}{survey.id}/cong-bo/")
        assert len(queries.get_definition(survey.id).questions) == 4

    def test_closing_asks_once_more(self, client: FlaskClient, agency: Agency, drafter: Person) -> None:
        survey = make_survey(agency=agency)
        assert "60 phút" in client.get(f"{DESK}{survey.id}/dong/").text
        client.post(f"{DESK}{survey.id}/dong/")
        db.session.expire_all()
        assert survey.state == SurveyState.CLOSED

    def test_a_copy_is_a_new_draft(self, client: FlaskClient, agency: Agency, drafter: Person) -> None:
        survey = make_survey(agency=agency)
        made = client.post(f"{DESK}{survey.id}/sao-chep/")
        copy = db.session.get_one(Survey, int(made.headers["Location"].split("/")[3]))
        assert copy.state == SurveyState.DRAFT
        assert _definition(copy) == every_kind()

    def test_letters_go_out_once_each_with_a_link_that_works(
        self,
        client: FlaskClient,
        agency: Agency,
        drafter: Person,
        mailbox: Mailbox,
        outbox_drained: Callable[[], int],
    ) -> None:
        survey = make_survey(agency=agency, access=SurveyAccess.INVITED)
        wrong = client.post(f"{DESK}{survey.id}/moi/", data={"emails": "lan@example.vn, không phải"})
        assert wrong.status_code == 422
        for _twice in range(2):
            client.post(f"{DESK}{survey.id}/moi/", data={"emails": "lan@example.vn\nminh@example.vn"})
        outbox_drained()
        [letter] = mailbox.to("lan@example.vn")
        [link] = [link for link in letter.links if "/thu/" in link]
        guest = client.application.test_client()
        assert guest.get(link[link.index("/khao-sat/") :]).status_code == 303

    def test_posters_hold_the_address(self, client: FlaskClient, agency: Agency, drafter: Person) -> None:
        survey = make_survey(agency=agency, title="Khảo sát <một cửa> & hơn nữa")
        drawing = client.get(f"{DESK}{survey.id}/ap-phich.svg")
        assert f"/khao-sat/{survey.id}/" in drawing.text
        assert "&lt;một cửa&gt; &amp;" in drawing.text
        printed = PdfReader(io.BytesIO(client.get(f"{DESK}{survey.id}/ap-phich.pdf").data))
        [page] = printed.pages
        assert (round(page.mediabox.width / 72 * 25.4), round(page.mediabox.height / 72 * 25.4)) == (210, 297)
        words = page.extract_text()
        assert "Khảo sát <một cửa> & hơn nữa" in " ".join(words.split())
        assert f"/khao-sat/{survey.id}/" in words
        assert agency.name in " ".join(words.split())


class TestPaper:
    def test_a_sheet_is_entered_and_counted_apart(
        self, client: FlaskClient, session: Session, agency: Agency, drafter: Person
    ) -> None:
        survey = make_survey(agency=agency)
        fields = {"q-da_den": "no", "q-tuoi": "17", "q-thu_tuc": "dat_dai", "do": "save"}
        wrong = client.post(f"{DESK}{survey.id}/phieu-giay/", data={**fields, "q-tuoi": "trẻ"})
        assert wrong.status_code == 422
        assert 'value="trẻ"' in wrong.text
        assert client.post(f"{DESK}{survey.id}/phieu-giay/", data=fields).status_code == 303
        [sheet] = session.scalars(sa.select(AnswerSheet).where(AnswerSheet.survey_id == survey.id)).all()
        assert sheet.channel == SheetChannel.PAPER
        asked = set(session.scalars(sa.select(Answer.question).where(Answer.sheet_id == sheet.id)))
        assert asked == {"da_den", "tuoi", "nghe", "noi_o"}


class TestPreview:
    def test_branches_are_tried_without_keeping_anything(
        self, client: FlaskClient, session: Session, agency: Agency, drafter: Person
    ) -> None:
        survey = _draft(agency, every_kind())
        address = f"{DESK}{survey.id}/xem-truoc/"
        page = client.get(address).text
        state = re.search(r'name="state"\s+value="([^"]+)"', page)
        assert state is not None
        went_on = client.post(address, data={"state": state[1], "asked": "da_den", "q-da_den": "no", "do": "next"})
        assert "Về bạn" in went_on.text
        forged = client.post(address, data={"state": "made-up", "do": "next"})
        assert "Lần đến gần nhất" in forged.text
        assert session.scalars(sa.select(AnswerSheet).where(AnswerSheet.survey_id == survey.id)).all() == []


PATHS = (
    "",
    "thiet-lap/",
    "trang/mot/",
    "muc/c1/",
    "dieu-kien/c2/",
    "re-nhanh/mot/0/",
    "loi-dau-cuoi/",
    "nhap/",
    "dinh-nghia.json",
    "xem-truoc/",
    "moi/",
    "ap-phich.svg",
    "ap-phich.pdf",
)


class TestWhoMay:
    def test_another_agencys_survey_is_not_found(self, client: FlaskClient, drafter: Person) -> None:
        survey = _draft(make_agency(), _two_pages())
        for path in (*PATHS, "dong/", "phieu-giay/"):
            assert client.get(f"{DESK}{survey.id}/{path}").status_code == 404, path
        for path in ("sua/", "xoa/c1/", "cong-bo/", "phien-ban/", "bo-phien-ban/", "dong/", "sao-chep/"):
            assert client.post(f"{DESK}{survey.id}/{path}", data={"revision": 0}).status_code == 404, path

    def test_ones_own_pages_open(self, client: FlaskClient, agency: Agency, drafter: Person) -> None:
        survey = _draft(agency, _two_pages())
        for path in PATHS:
            assert client.get(f"{DESK}{survey.id}/{path}").status_code == 200, path

    def test_a_visitor_is_asked_to_sign_in(self, app: Any, session: Session) -> None:
        assert "/dang-nhap/" in app.test_client().get(DESK).headers["Location"]


class TestCosts:
    def test_the_builder_costs_the_same_whatever_is_in_it(
        self,
        client: FlaskClient,
        agency: Agency,
        drafter: Person,
        count_queries: CountQueries,
    ) -> None:
        costs = []
        for n in (2, 80):
            asked = tuple(Question(f"c{i}", Kind.SINGLE, "?", options=options("a", "b")) for i in range(n))
            survey = _draft(agency, Definition((Page("mot", "", asked),)))
            if n > 2:
                make_version(survey, Definition((Page("mot", "", asked),)), number=2, published=False)
            with count_queries() as queries_of_page:
                assert client.get(f"{DESK}{survey.id}/").status_code == 200
            costs.append(len(queries_of_page))
        assert costs[0] == costs[1] <= 9
