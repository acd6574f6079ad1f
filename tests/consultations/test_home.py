"""The front page and the list of consultations."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from consultations.models import Consultation, ConsultationState, DocumentKind, ModerationPolicy
from consultations.policies import Phase
from consultations.queries import home
from core import clock, slots
from core.db import db
from tests.factories import make_agency, make_consultation, make_provisions, make_submission
from tests.support.clock import FrozenClock
from tests.support.queries import CountQueries

BUDGET = 12


def window(opens: float, closes: float, **values: Any) -> Consultation:
    """A consultation that opens and closes so many days from now."""
    now = clock.now()
    return make_consultation(
        opens_at=now + timedelta(days=opens), closes_at=now + timedelta(days=closes), **values
    )  # fmt: skip


def titles(page: str) -> list[str]:
    """The titles of the cards on a page, in order."""
    return re.findall(r'<h3><a href="/du-thao/\d+/">(.*?)</a></h3>', page)


def page_of(client: FlaskClient, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.text


class TestHome:
    def test_shows_what_is_open_the_most_urgent_first(self, client: FlaskClient) -> None:
        later, sooner = window(-1, 9), window(-5, 2)
        window(-9, -1), window(3, 9), window(-1, 9, state=ConsultationState.DRAFT)  # fmt: skip
        window(-1, 9, state=ConsultationState.SUSPENDED)
        page = page_of(client, "/")
        assert titles(page) == [sooner.title, later.title]
        assert "2 dự thảo, việc gấp trước" in page

    def test_counts_published_comments_of_each(self, client: FlaskClient) -> None:
        public, waiting = window(-1, 2, moderation=ModerationPolicy.AFTER), window(-1, 5)
        for consultation in (public, public, waiting):
            make_submission(consultation, make_provisions(consultation)[1])
        page = page_of(client, "/")
        assert "<b>2</b> ý kiến đã công bố" in page
        assert "Chưa có ý kiến. Mời bạn mở đầu." in page

    def test_says_that_nothing_is_open(self, client: FlaskClient) -> None:
        assert "Hiện chưa có dự thảo nào đang lấy ý kiến." in page_of(client, "/")

    def test_has_the_calendar_of_what_is_open_and_to_come_with_its_table(self, client: FlaskClient) -> None:
        now, soon, over = window(-1, 9), window(3, 12), window(-9, -1)
        page = page_of(client, "/")
        calendar = page[page.index('id="lich"') :]
        assert calendar.count(now.title) == calendar.count(soon.title) == 2
        assert over.title not in calendar

    def test_leads_to_the_search_and_to_the_receipt(self, client: FlaskClient) -> None:
        page = page_of(client, "/")
        assert re.search(r'<form[^>]*action="/tim-kiem/"[^>]*>(?:(?!</form>).)*name="q"', page, re.DOTALL)
        assert re.search(r'<form[^>]*action="/bien-nhan/"[^>]*>(?:(?!</form>).)*name="ma"', page, re.DOTALL)

    def test_shows_answers_only_when_there_are_any(self, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
        def fill(answers: list[dict[str, object]]) -> None:
            monkeypatch.setattr(slots, "_fillers", slots._fillers | {"home.answers": lambda: answers})

        fill([])
        assert "Bạn nói, cơ quan đã trả lời" not in page_of(client, "/")
        said = {"result": "partly", "url": "/", "where": "Khoản 5 Điều 22", "people": 3, "opinion": "Bỏ đi.",
                "agency": "Bộ Y tế", "reply": "Đã sửa."}  # fmt: skip
        fill([said])
        page = page_of(client, "/")
        assert "Bạn nói, cơ quan đã trả lời" in page
        assert "Bộ Y tế trả lời" in page

    def test_asks_as_often_for_many_as_for_one(self, client: FlaskClient, count_queries: CountQueries) -> None:
        def statements() -> list[str]:
            db.session.commit()
            with count_queries() as queries:
                page_of(client, "/")
            return queries

        make_provisions(window(-1, 3))
        one = statements()
        for n in range(15):
            consultation = window(-1, n + 1, moderation=ModerationPolicy.AFTER)
            make_submission(consultation, make_provisions(consultation)[1])
        many = statements()
        assert len(many) == len(one) <= BUDGET, many

    @pytest.mark.parametrize("path", ["/quy-tac/", "/tro-giup/", "/du-lieu-ca-nhan/"])
    def test_the_pages_beside_it_stand(self, client: FlaskClient, path: str) -> None:
        assert page_of(client, path).count("<h1") == 1

    def test_the_rules_are_those_of_the_moderators(self, client: FlaskClient) -> None:
        assert 'id="quy-tac-6"' in page_of(client, "/quy-tac/")


class TestList:
    def test_is_divided_into_open_upcoming_and_over(self, client: FlaskClient) -> None:
        now, soon, over = window(-1, 9), window(3, 12), window(-9, -1)
        stopped = window(-1, 8, state=ConsultationState.CANCELLED)
        window(-1, 9, state=ConsultationState.DRAFT)
        assert titles(page_of(client, "/du-thao/")) == [now.title]
        assert titles(page_of(client, "/du-thao/?giai-doan=sap-mo")) == [soon.title]
        assert titles(page_of(client, "/du-thao/?giai-doan=da-dong")) == [stopped.title, over.title]
        assert titles(page_of(client, "/du-thao/?giai-doan=khac")) == [now.title]

    def test_is_narrowed_by_agency_and_kind(self, client: FlaskClient, session: Session) -> None:
        session.add(DocumentKind(code="thong-tu", name="Thông tư", days=20, legal_ground="", position=2))
        agency = make_agency(name="Bộ Thử nghiệm")
        mine, other = window(-1, 2, agency=agency), window(-1, 3)
        circular = window(-1, 4, agency=agency, kind_code="thong-tu")
        path = f"/du-thao/?co-quan={agency.code}"
        assert titles(page_of(client, path)) == [mine.title, circular.title]
        assert titles(page_of(client, f"{path}&loai=thong-tu")) == [circular.title]
        assert titles(page_of(client, "/du-thao/?loai=luat")) == [mine.title, other.title]
        assert "không có đợt lấy ý kiến nào khớp" in page_of(client, "/du-thao/?co-quan=la").lower()

    def test_is_paged(self, client: FlaskClient) -> None:
        made = [window(-1, 1 + n) for n in range(home.PAGE_SIZE + 3)]
        first, second = page_of(client, "/du-thao/"), page_of(client, "/du-thao/?trang=2")
        assert titles(first) + titles(second) == [consultation.title for consultation in made]
        assert "Trang 1 / 2" in first
        assert titles(page_of(client, "/du-thao/?trang=99999999999999999999")) == titles(second)
        assert titles(page_of(client, "/du-thao/?trang=-3")) == titles(first)

    def test_counts_its_phases(self, session: Session) -> None:
        window(-1, 9), window(-1, 8), window(3, 12), window(-1, 9, state=ConsultationState.DRAFT)
        assert home.count_phases(home.Filter()) == {Phase.OPEN: 2, Phase.UPCOMING: 1, Phase.CLOSED: 0}


class TestDaysLeft:
    def test_counts_days_of_the_calendar_in_vietnam(self, frozen_clock: FrozenClock, session: Session) -> None:
        consultation = make_consultation(closes_at=clock.end_of(clock.today()) + timedelta(days=1))
        assert [one.days_left for one in home.list_open()] == [1]
        frozen_clock.move(hours=14.9)  # 23:54 of the same day
        assert [one.days_left for one in home.list_open()] == [1]
        frozen_clock.move(hours=0.2)  # past midnight: its last day
        assert [one.days_left for one in home.list_open()] == [0]
        assert consultation.closes_at > clock.now()
