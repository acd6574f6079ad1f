"""Pages of consultations with very many opinions: what was counted is kept and told with its time, not waited for."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from accounts.models import Agency, Role
from consultations.models import Consultation, Stance
from core import outbox
from core.db import db
from opinions.models import CountedFigures
from opinions.queries import counted, places
from opinions.services import counting, grouping
from tests.conftest import Login
from tests.consultations.drafts import make_published
from tests.factories import make_agency, make_staff
from tests.opinions.many import LETTER, OTHER, Place, add, place_of, run
from tests.support.clock import FrozenClock
from tests.support.queries import CountQueries

pytestmark = pytest.mark.usefixtures("app")

MOST_QUERIES = 15


@pytest.fixture
def agency(app: Flask) -> Agency:
    return make_agency(name="Bộ Thử nghiệm")


@pytest.fixture
def consultation(agency: Agency) -> Consultation:
    return make_published(agency)


@pytest.fixture
def place(consultation: Consultation) -> Place:
    return place_of(consultation, "khoản 1 Điều 2")


@pytest.fixture
def drafter(agency: Agency, client: FlaskClient, login: Login) -> FlaskClient:
    return login(make_staff(Role.DRAFTER, agency))


@pytest.fixture
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """From the fifth opinion on nobody counts while somebody waits."""
    monkeypatch.setattr(counted, "LIVE", 4)


def count_now(frozen_clock: FrozenClock) -> None:
    """What the worker does in the minutes after something changed."""
    frozen_clock.move(seconds=counting.REST.total_seconds() + 60)
    db.session.commit()
    outbox.watch()
    outbox.drain()


def pages(place: Place) -> list[str]:
    desk = f"/tiep-thu/{place.consultation.id}/"
    here = f"{desk}{place.document_id}/{place.place}/"
    return [desk, here, f"{here}?lap-truong=khong-dong-y"]


@pytest.mark.usefixtures("few_are_many")
class TestManyOpinions:
    def test_are_counted_by_the_worker_and_shown_with_the_time(
        self, place: Place, drafter: FlaskClient, frozen_clock: FrozenClock
    ) -> None:
        add(place, [LETTER] * 3 + [OTHER] * 2)
        assert "Đang đếm" in drafter.get(pages(place)[0]).text
        assert places.get_place(place.consultation.id, place.document_id, place.place).distinct is None
        count_now(frozen_clock)
        found = places.survey(place.consultation.id)
        assert (found.figures.received, found.figures.distinct, found.figures.people) == (5, 2, 5)
        here = next(one for one in found.places if one.place == place.place)
        assert (here.distinct, here.people) == (2, 5)
        for page in pages(place)[:2]:
            assert "được đếm lúc" in drafter.get(page).text

    def test_are_received_at_once_whatever_was_counted(self, place: Place, frozen_clock: FrozenClock) -> None:
        add(place, [LETTER] * 5)
        count_now(frozen_clock)
        add(place, [OTHER])
        figures = places.survey(place.consultation.id).figures
        assert (figures.received, figures.distinct) == (6, 1)
        count_now(frozen_clock)
        figures = places.survey(place.consultation.id).figures
        assert (figures.received, figures.distinct) == (6, 2)

    def test_are_not_counted_again_while_nothing_changes(self, place: Place, frozen_clock: FrozenClock) -> None:
        add(place, [LETTER] * 5)
        count_now(frozen_clock)
        first = db.session.get_one(CountedFigures, place.consultation.id).counted_at
        count_now(frozen_clock)
        assert db.session.get_one(CountedFigures, place.consultation.id).counted_at == first
        frozen_clock.move(days=1)
        count_now(frozen_clock)
        assert db.session.get_one(CountedFigures, place.consultation.id).counted_at > first, "some may have been edited"


def test_few_opinions_are_counted_for_each_page(place: Place, drafter: FlaskClient) -> None:
    ids = add(place, [LETTER] * 2 + [OTHER])
    figures = places.survey(place.consultation.id).figures
    assert (figures.received, figures.distinct, figures.people, figures.counted_at) == (3, 2, 3, None)
    assert "được đếm lúc" not in drafter.get(pages(place)[0]).text
    assert len(ids) == 3


def test_a_page_of_one_stance_shows_no_other(place: Place, drafter: FlaskClient) -> None:
    add(place, ["Tôi không đồng ý."], Stance.OPPOSE)
    add(place, ["Tôi muốn hỏi."], Stance.ASK)
    page = drafter.get(pages(place)[2]).text
    assert "Tôi không đồng ý." in page
    assert "Tôi muốn hỏi." not in page


def test_every_page_costs_as_many_queries_with_many_opinions_as_with_few(
    place: Place,
    drafter: FlaskClient,
    count_queries: CountQueries,
    monkeypatch: pytest.MonkeyPatch,
    frozen_clock: FrozenClock,
) -> None:
    monkeypatch.setattr(counted, "LIVE", 12)
    grouped = add(place, [LETTER] * 3)
    add(place, [OTHER, "Ý kiến khác hẳn", "Thêm một lời nữa"], Stance.OPPOSE)
    grouping.create_group(place.consultation, place.document_id, place.place, grouped[:1], title="", by=None)
    run(place.consultation)
    few = [_queries(drafter, page, count_queries) for page in pages(place)]
    for number in range(3):
        add(place, [f"Lời thứ {number} về việc số {other}" for other in range(25)], Stance.OPPOSE)
    run(place.consultation)
    count_now(frozen_clock)
    many = [_queries(drafter, page, count_queries) for page in pages(place)]
    assert [len(one) for one in many] == [len(one) for one in few]
    for page, statements in zip(pages(place), many, strict=True):
        assert len(statements) <= MOST_QUERIES, (page, len(statements), statements)


def _queries(client: FlaskClient, page: str, count_queries: CountQueries) -> list[str]:
    assert client.get(page).status_code == 200
    with count_queries() as statements:
        client.get(page)
    return statements
