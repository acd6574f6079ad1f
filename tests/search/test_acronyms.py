"""Acronyms of agencies: their administrators add them, every search knows them at once, with every engine."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from accounts.models import Agency, Role
from core.db import db
from search import services
from search.addresses import Wish
from search.models import SearchAcronym
from search.services import acronyms
from search.services.asking import ask
from tests.factories import make_agency, make_staff
from tests.search.conftest import ENGINES
from tests.search.library import Library

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def agency(app: Flask) -> Agency:
    return make_agency()


@pytest.fixture
def administrator(agency: Agency, client: FlaskClient, login: Callable[..., FlaskClient]) -> FlaskClient:
    make_staff(Role.ADMINISTRATOR, make_agency())  # of another agency
    return login(make_staff(Role.ADMINISTRATOR, agency))


def page_of(agency: Agency) -> str:
    return f"/quan-tri/co-quan/{agency.code}/viet-tat/"


def held() -> list[tuple[str, str]]:
    rows = db.session.execute(sa.select(SearchAcronym.short, SearchAcronym.words).order_by(SearchAcronym.short))
    return [(row.short, row.words) for row in rows]


class TestThePage:
    def test_adds_what_is_pasted_line_by_line(self, administrator: FlaskClient, agency: Agency) -> None:
        pasted = (
            "TTKN = trung tâm  khuyến nông\r\n\r\nTTDVVL\ttrung tâm dịch vụ việc làm\nKTXH; kinh tế xã hội\n"
            "TTKN, trung tâm khuyến nông"
        )
        assert administrator.post(page_of(agency), data={"dong": pasted}).status_code == 302
        assert held() == [
            ("KTXH", "kinh tế xã hội"),
            ("TTDVVL", "trung tâm dịch vụ việc làm"),
            ("TTKN", "trung tâm khuyến nông"),
        ]
        page = administrator.get(page_of(agency)).text
        assert "Đã thêm 3 chữ viết tắt" in page
        assert "trung tâm khuyến nông" in page
        administrator.post(page_of(agency), data={"dong": "TTKN = trung tâm khuyến nông"})
        assert "đã có từ trước" in administrator.get(page_of(agency)).text
        assert len(held()) == 3

    @pytest.mark.parametrize(
        ("typed", "told"),
        [
            ("", "Hãy viết ít nhất một dòng"),
            ("TTKN = trung tâm khuyến nông\nkhông có dấu", "Dòng 2 chưa đúng: “không có dấu”"),
            ("hai chữ = trung tâm", "Dòng 1"),
            ("TT = trung", "Dòng 1"),
            ("TT = " + "dài " * 13, "Dòng 1"),
            ("X" * 500 + " = trung tâm", "Dòng 1"),
            ("A = một hai\n" * 201, "tối đa 200 dòng"),
        ],
    )
    def test_refuses_at_the_field_and_keeps_what_was_typed(
        self, administrator: FlaskClient, agency: Agency, typed: str, told: str
    ) -> None:
        answer = administrator.post(page_of(agency), data={"dong": typed})
        assert answer.status_code == 422
        assert told in answer.text
        assert typed.strip().splitlines()[-1:] == [] or typed.strip().splitlines()[-1][:60] in answer.text
        assert held() == []

    def test_keeps_to_a_number(
        self, administrator: FlaskClient, agency: Agency, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(acronyms, "MOST", 2)
        lines = "\n".join(f"A{number} = một hai" for number in range(3))
        assert "tối đa 2 chữ" in administrator.post(page_of(agency), data={"dong": lines}).text

    def test_takes_back_its_own_alone(
        self, administrator: FlaskClient, agency: Agency, app: Flask, login: Callable[..., FlaskClient]
    ) -> None:
        administrator.post(page_of(agency), data={"dong": "TTKN = trung tâm khuyến nông"})
        own = db.session.scalars(sa.select(SearchAcronym.id)).one()
        elsewhere = make_agency()
        stranger = login(make_staff(Role.ADMINISTRATOR, elsewhere), app.test_client())
        assert stranger.get(page_of(agency)).status_code == 404
        assert stranger.post(page_of(agency), data={"dong": "X = một hai"}).status_code == 404
        assert stranger.post(f"{page_of(agency)}{own}/bo").status_code == 404
        assert stranger.post(f"{page_of(elsewhere)}{own}/bo").status_code == 404
        assert len(held()) == 1
        administrator.post(f"{page_of(agency)}{own}/bo")
        assert held() == []

    def test_is_led_to_from_the_administration(self, administrator: FlaskClient, agency: Agency) -> None:
        assert page_of(agency) in administrator.get("/quan-tri/").text


@pytest.mark.parametrize("site_engine", ENGINES, indirect=True)
def test_are_known_to_every_engine_from_the_next_search_on(library: Library, site_engine: str, agency: Agency) -> None:
    library.texts |= {1: "trung tâm khuyến nông huyện", 2: "hỏi TTKN huyện"}
    services.rebuild()
    by = make_staff(Role.ADMINISTRATOR, agency)

    def found(typed: str) -> set[int]:
        return {item.hit.id for item in ask(Wish(typed=typed), is_staff=False).findings.found}

    assert found("TTKN") == {2}
    acronyms.add_acronyms(agency, "TTKN = trung tâm khuyến nông", by=by)
    assert found("TTKN") == found("trung tâm khuyến nông") == {1, 2}
    acronyms.remove_acronym(agency, db.session.scalars(sa.select(SearchAcronym.id)).one())
    assert found("TTKN") == {2}
