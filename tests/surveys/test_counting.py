"""Snapshots: pages of large surveys count nothing, the public's figures move by no fewer than the least cell."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from core import clock, outbox
from core.db import db, transaction
from surveys import queries_results
from surveys.definition.shape import Definition, Kind, Page, Question
from surveys.models import ResultSnapshot, SheetChannel, Survey
from surveys.results import stored
from surveys.results.figures import Counts
from surveys.results.filtering import Filter, filter_sides, find_filter
from surveys.results.holding import hold_back, hold_sheets
from surveys.services import building, counting
from surveys.services.counting import read_results
from surveys.services.paper import enter_sheet
from tests.conftest import Login
from tests.surveys.answered import count_sheets
from tests.surveys.making import chosen, every_kind, make_places, make_survey
from tests.surveys.test_results_pages import drafter_of, flat, never_there

LATER = timedelta(minutes=11)
X, Y = Question("x", Kind.YES_NO, "x?", required=True), Question("y", Kind.YES_NO, "y?", show_if=chosen("x", "yes"))
TWO = Definition((Page("p", items=(X,)), Page("q", items=(Y,))))


def yes_no(yes: int, no: int = 0) -> Counts:
    return Counts(cells={("", "yes"): yes, ("", "no"): no})


class TestHolding:
    def test_a_question_moves_when_enough_more_were_asked_it(self) -> None:
        before = {"x": yes_no(10, 10), "y": yes_no(6, 4)}
        now = {"x": yes_no(14, 11), "y": yes_no(10, 4)}
        assert hold_back(before, now, (X, Y), 5) == {"x": yes_no(14, 11), "y": yes_no(6, 4)}
        assert hold_back(before, {"x": yes_no(14, 10)}, (X,), 5) == {"x": yes_no(10, 10)}
        assert hold_back({}, now, (X, Y), 5) == now, "the first time"
        assert hold_sheets({1: 20}, {1: 20, 2: 4}, 5) == {1: 20}
        assert hold_sheets({1: 20}, {1: 21, 2: 4}, 5) == {1: 21, 2: 4}

    def test_counts_are_kept_as_they_are(self, session: Session) -> None:
        survey = make_survey(definition=every_kind())
        count_sheets(survey, [flat(noi_o=dict(zip(("province", "commune"), make_places(), strict=True))), flat()])
        counts = counting.count_now(survey.id).counts
        assert {code: stored.from_json(stored.to_json(one)) for code, one in counts.items()} == counts


class TestThePublic:
    @pytest.fixture
    def open_survey(self, fresh_app: Flask) -> Survey:
        """Open, its results public, twelve sheets counted."""
        with transaction():
            survey = make_survey(definition=TWO)
            count_sheets(survey, [{"x": {"choice": "yes"}, "y": {"choice": "yes"}}] * 12)
            building.publish_results(survey)
        return survey

    def test_one_paper_sheet_changes_nothing_that_anybody_sees(self, open_survey: Survey, fresh_app: Flask) -> None:
        client = fresh_app.test_client()
        before = _figures(client, open_survey)
        assert "12" in before[0]
        for number in range(1, 6):
            with transaction():
                enter_sheet(open_survey, {"x": {"choice": "no"}})
            _pass_time()
            assert (_figures(client, open_survey) == before) is (number < 5), number
        after = _figures(client, open_survey)
        assert "17" in after[0]
        assert "17" in after[1]
        assert after[2] == before[2], "nobody more was asked the second question"

    def test_nothing_is_counted_for_a_visitor(self, fresh_app: Flask) -> None:
        with transaction():
            survey = make_survey(definition=TWO)
            survey.results_published_at = clock.now()
        page = fresh_app.test_client().get(f"/khao-sat/{survey.id}/ket-qua/").text
        assert "Kết quả đang được tính" in page

    def test_taking_the_results_back_and_publishing_them_anew_does_not_move_them(self, open_survey: Survey) -> None:
        with transaction():
            enter_sheet(open_survey, {"x": {"choice": "no"}})
            building.publish_results(open_survey, public=False)
            building.publish_results(open_survey)
        counted = counting.for_the_public(open_survey)
        assert counted is not None
        assert counted.asked.total == 12


def _pass_time() -> None:
    with clock.frozen(clock.now() + LATER):
        outbox.drain()


def _figures(client: FlaskClient, survey: Survey) -> list[str]:
    """The number of sheets, and the part of each question."""
    page = client.get(f"/khao-sat/{survey.id}/ket-qua/").text
    lead = re.search(r'<p class="lead">\s*(\d+ phiếu)', page)
    assert lead, page
    return [lead[1], *re.split(r'<section class="result-card', page)[1:]]


class TestTheDesk:
    @pytest.fixture
    def few_are_many(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(counting, "LIVE", 3)

    def test_a_large_survey_is_counted_by_the_worker_alone(
        self, fresh_app: Flask, few_are_many: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with transaction():
            survey = make_survey(definition=TWO)
            count_sheets(survey, [{"x": {"choice": "yes"}, "y": {"choice": "yes"}}] * 4)
        _pass_time()
        with transaction():
            count_sheets(survey, [{"x": {"choice": "no"}}] * 2)
        monkeypatch.setattr(queries_results, "counts_of", None)
        counted = counting.for_the_desk(survey)
        assert counted is not None
        assert counted.asked.total == 4
        assert counted.at is not None
        monkeypatch.undo()
        monkeypatch.setattr(counting, "LIVE", 3)
        _pass_time()
        counted = counting.for_the_desk(survey)
        assert counted is not None
        assert counted.asked.total == 6

    def test_many_sheets_at_once_ask_for_one_count(self, session: Session) -> None:
        survey = make_survey(definition=TWO)
        for _sheet in range(5):
            count_sheets(survey, [{"x": {"choice": "no"}}])
        waiting = (
            sa.select(sa.func.count()).select_from(outbox.OutboxRow).where(outbox.OutboxRow.topic == counting.TOPIC)
        )
        assert session.scalar(waiting) == 1
        with clock.frozen(clock.now() + timedelta(hours=2)):  # it never came
            count_sheets(survey, [{"x": {"choice": "no"}}])
        assert session.scalar(waiting) == 2
        assert len(session.scalars(sa.select(ResultSnapshot)).all()) == 1


class TestFiltering:
    @pytest.fixture
    def survey(self, session: Session) -> Survey:
        count_sheets(make_survey(), [flat()] * 3)
        survey = make_survey()
        province, commune = make_places()
        count_sheets(survey, [flat(noi_o={"province": province, "commune": commune})] * 2)
        count_sheets(survey, [flat(hai_long={"number": 5})] * 3, SheetChannel.PAPER)
        count_sheets(survey, [never_there(40)] * 4)
        return survey

    @pytest.mark.parametrize(
        ("key", "sheets"),
        [("da_den=yes", 5), ("da_den=no", 4), ("hai_long=5", 3), ("tung_mat.don_tiep=kem", 5), ("dieu_tot=phi", 5)],
    )
    def test_counts_the_sheets_that_gave_the_answer(self, survey: Survey, key: str, sheets: int) -> None:
        only = find_filter(key, queries_results.asked_of(survey.id).questions)
        counted = counting.count_now(survey.id, only)
        assert counted.asked.total == sheets
        found = {result.question.code: result for result in read_results(counted)}
        assert found["da_den"].asked == sheets
        assert (found["ngay"].asked or 0) == (0 if key == "da_den=no" else sheets)

    def test_every_filter_splits_the_sheets_that_answered(self, survey: Survey) -> None:
        """The parts of a filter by one choice add up to the whole."""
        questions = queries_results.asked_of(survey.id).questions
        side = next(side for side in filter_sides(questions) if side.key == "hai_long")
        totals = [counting.count_now(survey.id, Filter(side, str(n))).asked.total for n in range(1, 6)]
        assert totals == [0, 2, 0, 0, 3]

    def test_the_desk_offers_it_and_a_made_up_one_is_none(
        self, client: FlaskClient, login: Login, survey: Survey
    ) -> None:
        login(drafter_of(survey))
        address = f"/soan-thao/khao-sat/{survey.id}/ket-qua/"
        assert 'value="hai_long=5"' in client.get(address).text
        assert "Đang lọc: 3 phiếu" in client.get(f"{address}?loc=hai_long=5").text
        for made_up in ("hai_long=6", "khong=co", "tuoi=40", "=", "x" * 500):
            assert "Đang lọc" not in client.get(address, query_string={"loc": made_up}).text

    def test_of_a_large_survey_it_is_counted_when_asked_for(
        self, client: FlaskClient, login: Login, survey: Survey, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(counting, "LIVE", 3)
        counting.keep(survey, counting.DESK, counting.count_now(survey.id))
        login(drafter_of(survey))
        address = f"/soan-thao/khao-sat/{survey.id}/ket-qua/"
        assert "Tính lại ngay" in client.get(address).text
        assert "chưa có sẵn" in client.get(f"{address}?loc=hai_long=5").text
        assert client.post(f"{address}tinh-lai/", data={"loc": "hai_long=5"}).status_code == 303
        scope = "desk hai_long=5"
        payloads = db.session.scalars(sa.select(outbox.OutboxRow.payload)).all()
        assert {"survey_id": survey.id, "scope": scope} in payloads
        counted = counting.count(survey.id, scope)
        assert counted is not None
        counting.keep(survey, scope, counted)
        assert "Đang lọc: 3 phiếu" in client.get(f"{address}?loc=hai_long=5").text
