"""Answering more than once, too often, too much: nothing is counted twice and nothing is lost."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.models import AttemptKind
from accounts.services import attempts
from core import clock
from surveys.definition.shape import MAX_QUESTIONS, Definition, Kind, Page, Question
from surveys.models import Survey
from surveys.services import box
from tests.surveys.making import make_survey
from tests.surveys.test_answer_pages import FIRST, SECOND, THIRD, _answer_all, _begin


@pytest.fixture
def survey(session: Session) -> Survey:
    make_survey()
    return make_survey(title="Khảo sát một cửa")


class TestAgain:
    def test_a_replayed_page_after_sending_changes_nothing(
        self, client: FlaskClient, session: Session, survey: Survey
    ) -> None:
        base = _begin(client, survey)
        _answer_all(client, base)
        assert client.post(f"{base}xem-lai/").status_code == 303
        code = client.get(f"{base}da-gui/").text
        for path, data in (("trang/truoc/", FIRST), ("xem-lai/", {}), ("", {}), ("trang/ve_ban/", THIRD)):
            answer = client.post(base + path, data=data)
            assert (answer.status_code, answer.location) == (303, f"{base}da-gui/"), path
        assert client.get(f"{base}da-gui/").text == code
        assert box.count_waiting(survey.id) == 1

    def test_one_network_begins_only_so_many_sheets_an_hour(
        self, app: Flask, client: FlaskClient, survey: Survey, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        few = attempts.Limit(pair=2, address=2, network=9, window=timedelta(hours=1))
        monkeypatch.setitem(attempts.LIMITS, AttemptKind.SURVEY_SHEET, few)
        base = f"/khao-sat/{survey.id}/"
        _begin(client, survey)
        assert client.post(base).status_code == 303, "the same browser goes on"
        _begin(app.test_client(), survey)
        refused = app.test_client().post(base)
        assert refused.status_code == 429
        assert "quá nhiều phiếu" in refused.text
        assert client.post(base).status_code == 303, "who has begun is not kept out"
        assert app.test_client().post(f"/khao-sat/{make_survey().id}/").status_code == 303, "another survey"
        with clock.frozen(clock.now() + timedelta(hours=2)):
            _begin(app.test_client(), survey)


class TestTooMuch:
    def test_ten_thousand_words_are_refused_at_the_question_and_kept(self, client: FlaskClient, survey: Survey) -> None:
        base = _begin(client, survey)
        client.post(f"{base}trang/truoc/", data=FIRST)
        essay = "rất lâu " * 10_000
        answer = client.post(f"{base}trang/danh_gia/", data={**SECOND, "q-vi_sao": essay})
        assert answer.status_code == 422
        assert "2.000" in answer.text or "2000" in answer.text, "how long it may be"
        assert essay.strip() in answer.text
        assert 'value="2"' in answer.text

    def test_a_survey_of_two_hundred_questions_is_answered(self, client: FlaskClient, session: Session) -> None:
        items = [Question(f"c{n}", Kind.SHORT_TEXT, f"Câu {n}?") for n in range(MAX_QUESTIONS)]
        pages = tuple(Page(f"t{n}", items=tuple(items[n * 20 : n * 20 + 20])) for n in range(10))
        long = make_survey(definition=Definition(pages))
        base = _begin(client, long)
        for page in pages:
            fields = {f"q-{question.code}": "x" for question in page.questions}
            sent = client.post(f"{base}trang/{page.code}/", data={"asked": [q.code for q in page.questions], **fields})
            assert sent.status_code == 303
        assert client.post(f"{base}xem-lai/").status_code == 303
        assert box.count_waiting(long.id) == 1
