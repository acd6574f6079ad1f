"""The pages of results: right bases, nothing small for the public, a number of statements that does not grow."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.models import Agency, Person, Role
from core.db import db
from surveys import queries_results
from surveys.definition.shape import Definition, Kind, Page, Question
from surveys.models import SheetChannel, Survey
from surveys.results.crosstab import Side, cross
from surveys.services import building, counting
from surveys.services.counting import read_results
from tests.conftest import Login
from tests.factories import make_agency, make_staff
from tests.support.queries import CountQueries
from tests.surveys.answered import count_sheets
from tests.surveys.making import (
    answers_of_every_kind,
    chosen,
    every_kind,
    make_places,
    make_survey,
    make_version,
    options,
)


def flat(**changes: Any) -> dict[str, Any]:
    """One sheet of the survey with every kind, on its longest way."""
    return {code: value for page in answers_of_every_kind().values() for code, value in page.items()} | changes


def drafter_of(survey: Survey) -> Person:
    return make_staff(Role.DRAFTER, db.session.get_one(Agency, survey.agency_id))


def never_there(age: int) -> dict[str, Any]:
    return {"da_den": {"choice": "no"}, "tuoi": {"number": age}}


@pytest.fixture
def survey(session: Session) -> Survey:
    """Twelve sheets on the longest way, eight who were never there; another survey with the same codes beside it."""
    count_sheets(make_survey(), [flat()] * 3)
    survey = make_survey(title="Khảo sát một cửa")
    province, commune = make_places()
    place = {"province": province, "commune": commune}
    count_sheets(survey, [flat(noi_o=place, tuoi={"number": 20 + n}) for n in range(10)])
    count_sheets(survey, [flat(hai_long={"number": 5}, noi_o=place)] * 2, SheetChannel.PAPER)
    count_sheets(survey, [never_there(40 + n) for n in range(8)])
    return survey


def results_of(survey: Survey) -> dict[str, Any]:
    return {one.question.code: one for one in read_results(counting.count_now(survey.id))}


def public_page(client: FlaskClient, survey: Survey) -> str:
    building.publish_results(survey)
    return client.get(f"/khao-sat/{survey.id}/ket-qua/").text


class TestFigures:
    def test_the_base_is_who_saw_the_question(self, survey: Survey) -> None:
        found = results_of(survey)
        assert {
            code: found[code].asked for code in ("da_den", "ngay", "hai_long", "vi_sao", "tuoi", "nps", "kenh")
        } == {
            "da_den": 20,
            "ngay": 12,
            "hai_long": 12,
            "vi_sao": 10,
            "tuoi": 20,
            "nps": 2,
            "kenh": 12,
        }
        assert found["nps"].groups[0].unanswered == 2
        assert found["giay_to"].asked == found["giay_to"].groups[0].unanswered == 20

    def test_each_kind_has_its_figures(self, survey: Survey) -> None:
        found = results_of(survey)
        lines = {code: {line.code: line.n for line in result.groups[0].lines} for code, result in found.items()}
        assert lines["da_den"] == {"yes": 12, "no": 8}
        assert lines["hai_long"] == {"1": 0, "2": 10, "3": 0, "4": 0, "5": 2}
        assert lines["dieu_tot"] == {"thai_do": 12, "thoi_gian": 0, "phi": 12, "khong": 0}
        assert lines["ngay"] == {"03/2026": 12}
        assert lines["vi_sao"] == {"answered": 10}
        assert sum(lines["tuoi"].values()) == 20
        assert list(lines["noi_o"].values()) == [12]
        assert [(line.code, line.score) for line in found["uu_tien"].groups[0].lines] == [
            ("gan", 3),
            ("nhanh", 2),
            ("re", 1),
        ]
        matrix = {
            group.code: ({line.code: line.n for line in group.lines}, group.unanswered)
            for group in found["kenh"].groups
        }
        assert matrix == {
            "lich": ({"mang": 12, "giay": 12, "nguoi_quen": 0}, 0),
            "phi": ({"mang": 0, "giay": 0, "nguoi_quen": 0}, 12),
        }

    def test_as_many_statements_for_many_questions_as_for_few(
        self, session: Session, client: FlaskClient, login: Login, count_queries: CountQueries
    ) -> None:
        agency = make_agency()
        login(make_staff(Role.DRAFTER, agency))
        taken = []
        for copies in (1, 6):
            questions = [
                Question(
                    f"{question.code}{copy}",
                    question.kind,
                    "?",
                    options=question.options,
                    rows=question.rows,
                    low=question.low,
                    high=question.high,
                    style=question.style,
                )
                for copy in range(copies)
                for question in every_kind().questions
            ]
            survey = make_survey(agency=agency, definition=Definition((Page("p", items=tuple(questions)),)))
            count_sheets(
                survey, [{f"{code}{copy}": value for copy in range(copies) for code, value in flat().items()}] * 7
            )
            session.expire_all()
            with count_queries() as queries:
                assert client.get(f"/soan-thao/khao-sat/{survey.id}/ket-qua/").status_code == 200
            taken.append(len(queries))
        assert taken[0] == taken[1]
        assert taken[0] <= 20, queries


class TestWhoSeesWhat:
    def test_the_public_sees_results_when_the_agency_says(
        self, client: FlaskClient, login: Login, survey: Survey
    ) -> None:
        address = f"/khao-sat/{survey.id}/ket-qua/"
        assert client.get(address).status_code == 404
        login(drafter_of(survey))
        desk = f"/soan-thao/khao-sat/{survey.id}/ket-qua/"
        assert client.get(desk).status_code == 200
        assert client.post(f"{desk}cong-bo/", data={"public": "1"}).status_code == 303
        assert client.get(address).status_code == 200
        assert f'href="{address}"' in client.get(f"/khao-sat/{survey.id}/").text
        assert f'href="{desk}"' in client.get(f"/soan-thao/khao-sat/{survey.id}/").text
        client.post(f"{desk}cong-bo/", data={"public": "0"})
        assert client.get(address).status_code == 404

    @pytest.mark.parametrize("path", ["", "bang-cheo/", "du-lieu.csv"])
    def test_another_agency_finds_nothing(self, client: FlaskClient, login: Login, survey: Survey, path: str) -> None:
        address = f"/soan-thao/khao-sat/{survey.id}/ket-qua/{path}"
        assert client.get(address).status_code in (302, 303), "a visitor is sent to sign in"
        login(make_staff(Role.DRAFTER, make_agency()))
        assert client.get(address).status_code == 404

    def test_words_are_for_staff_alone(self, client: FlaskClient, login: Login, survey: Survey) -> None:
        assert "Chờ lâu." not in public_page(client, survey)
        login(drafter_of(survey))
        assert client.get(f"/soan-thao/khao-sat/{survey.id}/ket-qua/").text.count("Chờ lâu.") == 10

    def test_the_public_sees_no_small_number_nor_what_it_follows_from(
        self, client: FlaskClient, survey: Survey
    ) -> None:
        page = public_page(client, survey)
        asked = re.split(r'<section class="result-card', page)[1:]
        satisfied = next(part for part in asked if "hài lòng đến mức nào" in part)
        cells = re.findall(r'<td class="n">\s*(.*?)\s*</td>', satisfied, re.DOTALL)
        assert sum("ẩn" in cell for cell in cells) == 2, "two said 5; the ten who said 2 go with them"
        assert "Trung bình" not in satisfied
        recommend = next(part for part in asked if "giới thiệu" in part)
        assert "Không công khai" in recommend, "only two were asked"

    def test_nothing_of_too_few_sheets(self, client: FlaskClient) -> None:
        survey = make_survey()
        count_sheets(survey, [flat()] * 4)
        assert "result-card" not in public_page(client, survey)

    def test_a_draft_has_no_public_results(self, client: FlaskClient) -> None:
        survey = make_survey(published=False)
        assert client.get(f"/khao-sat/{survey.id}/ket-qua/").status_code == 404

    def test_no_style_and_no_script_in_the_page(self, client: FlaskClient, survey: Survey) -> None:
        page = public_page(client, survey)
        assert "<svg" in page
        assert 'style="' not in page
        assert not re.search(r"<script(?![^>]*src=)", page)

    def test_what_people_wrote_is_shown_as_they_wrote_it(
        self, client: FlaskClient, login: Login, survey: Survey
    ) -> None:
        count_sheets(survey, [flat(vi_sao={"text": "<script>alert(1)</script>"})])
        login(drafter_of(survey))
        page = client.get(f"/soan-thao/khao-sat/{survey.id}/ket-qua/").text
        assert "&lt;script&gt;alert(1)" in page
        assert "<script>alert" not in page


class TestCrossTables:
    def test_counts_sheets_that_answered_both(self, survey: Survey) -> None:
        questions = {question.code: question for question in queries_results.asked_of(survey.id).questions}
        first, second = Side(questions["da_den"]), Side(questions["hai_long"])
        table = cross(first, second, *queries_results.pairs_of(survey.id, first, second))
        assert table.base == 12
        assert table.counts == ((0, 10, 0, 0, 2), (0, 0, 0, 0, 0))
        row = Side(questions["tung_mat"], "don_tiep")
        table = cross(row, second, *queries_results.pairs_of(survey.id, row, second))
        assert table.counts[0] == (0, 10, 0, 0, 2)

    def test_any_two_questions_have_a_page(self, client: FlaskClient, login: Login, survey: Survey) -> None:
        login(drafter_of(survey))
        address = f"/soan-thao/khao-sat/{survey.id}/ket-qua/bang-cheo/"
        keys = re.findall(r'<option value="([^"]+)"', client.get(address).text)
        names = list(dict.fromkeys(keys))
        assert {"da_den", "noi_o", "kenh.lich"} <= set(names)
        for name in names:
            page = client.get(f"{address}?hang=da_den&cot={name}")
            assert page.status_code == 200
        assert "hai câu hỏi khác nhau" in client.get(f"{address}?hang=da_den&cot=da_den").text
        assert client.get(f"{address}?hang=khong&cot=co").status_code == 200

    def test_says_when_the_test_is_not_to_be_trusted(self, client: FlaskClient, login: Login, session: Session) -> None:
        agency = make_agency()
        login(make_staff(Role.DRAFTER, agency))
        pair = (Question("x", Kind.YES_NO, "?"), Question("y", Kind.SINGLE, "?", options=options("a", "b")))
        survey = make_survey(agency=agency, definition=Definition((Page("p", items=pair),)))
        few = [{"x": {"choice": x}, "y": {"choice": y}} for x, y in (("yes", "a"), ("no", "b"), ("no", "a"))]
        count_sheets(survey, few)
        address = f"/soan-thao/khao-sat/{survey.id}/ket-qua/bang-cheo/?hang=x&cot=y"
        assert "4 trong 4 ô" in client.get(address).text
        count_sheets(survey, few * 20)
        assert "Thận trọng" not in client.get(address).text


def test_a_later_version_counts_with_the_earlier(session: Session, client: FlaskClient) -> None:
    first = Definition((Page("p", items=(Question("x", Kind.YES_NO, "cũ"), Question("z", Kind.YES_NO, "bỏ"))),))
    second = Definition(
        (
            Page(
                "p",
                items=(
                    Question("x", Kind.YES_NO, "mới"),
                    Question("y", Kind.YES_NO, "thêm", show_if=chosen("x", "yes")),
                ),
            ),
        )
    )
    survey = make_survey(definition=first)
    count_sheets(survey, [{"x": {"choice": "yes"}}] * 6)
    make_version(survey, second, number=2)
    count_sheets(survey, [{"x": {"choice": "yes"}, "y": {"choice": "no"}}] * 5)
    make_version(survey, Definition(), number=3, published=False)
    assert {code: one.asked for code, one in results_of(survey).items()} == {"x": 11, "y": 5, "z": 6}
    page = public_page(client, survey)
    assert "mới" in page
    assert "Gộp các phiên bản" in page
