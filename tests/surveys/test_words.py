"""What people write in surveys: reviewed and found like comments, with nobody's name and no way to their sheet."""

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.models import Agency, Person, Role
from core.db import db
from moderation.models import ReviewCase, ReviewStatus
from moderation.services import cases
from surveys import indexing, queries_words
from surveys.models import Survey, WrittenAnswer
from surveys.registry import WRITTEN, written_cards
from surveys.results.alike import group_texts
from surveys.services import building
from tests.conftest import Login
from tests.factories import make_staff
from tests.surveys.answered import count_sheets
from tests.surveys.making import make_survey
from tests.surveys.test_results_pages import drafter_of, flat, public_page

PHONE = "Gọi cho tôi số 0912 345 678 nhé."


@pytest.fixture
def survey(session: Session) -> Survey:
    """Words of six sheets before the moderators; another survey that publishes none."""
    count_sheets(make_survey(), [flat()] * 2)
    survey = make_survey(publishes_words=True)
    other = {"thu_tuc": {"choice": "khac", "other": "Hộ chiếu"}}
    count_sheets(survey, [flat()] * 5 + [flat(vi_sao={"text": PHONE}, **other)])
    return survey


@pytest.fixture
def moderator(survey: Survey) -> Person:
    return make_staff(Role.MODERATOR, db.session.get_one(Agency, survey.agency_id))


def written(body: str) -> WrittenAnswer:
    return db.session.scalars(sa.select(WrittenAnswer).where(WrittenAnswer.body == body)).first()  # type: ignore[return-value]  # the test knows that it is there


def decide(one: WrittenAnswer, to: ReviewStatus, by: Person, *, masked: bool = False) -> None:
    case = db.session.scalars(
        sa.select(ReviewCase).where(ReviewCase.subject_type == WRITTEN, ReviewCase.subject_id == one.id)
    ).one()
    rule = "spam" if to == ReviewStatus.REFUSED else None
    cases.decide(case.id, to, by=by, version=case.version, rule=rule, masked=masked)


class TestReview:
    def test_words_wait_for_a_moderator_and_nobody_wrote_them(self, survey: Survey) -> None:
        opened = db.session.scalars(sa.select(ReviewCase).where(ReviewCase.subject_type == WRITTEN)).all()
        assert len(opened) == 6 + 6 + 1, "two texts a sheet, and what stands beside other"
        assert {case.author_id for case in opened} == {None}
        assert {case.agency_id for case in opened} == {survey.agency_id}
        card = written_cards([written("Hộ chiếu").id])[written("Hộ chiếu").id]
        assert card.provision_text == "Bạn làm thủ tục gì?"
        assert card.author_id is None

    def test_nothing_leads_from_words_to_a_sheet(self) -> None:
        columns = WrittenAnswer.__table__.columns
        assert {column.name for column in columns} == {"id", "survey_id", "question", "body", "status"}

    def test_they_are_not_written_in_the_order_of_the_sheets(self, session: Session) -> None:
        survey = make_survey(publishes_words=True)
        count_sheets(survey, [flat(vi_sao={"text": f"Lời {n:02}"}) for n in range(20)])
        bodies = session.scalars(
            sa.select(WrittenAnswer.body)
            .where(WrittenAnswer.survey_id == survey.id, WrittenAnswer.question == "vi_sao")
            .order_by(WrittenAnswer.id)
        ).all()
        assert sorted(bodies) != list(bodies)

    def test_the_public_reads_what_was_let_through_and_masked(
        self, client: FlaskClient, survey: Survey, moderator: Person
    ) -> None:
        assert "Chờ lâu." not in public_page(client, survey)
        decide(written(PHONE), ReviewStatus.PUBLISHED, moderator, masked=True)
        page = client.get(f"/khao-sat/{survey.id}/ket-qua/").text
        assert "Gọi cho tôi" in page
        assert "0912" not in page
        assert "Chờ lâu." not in page
        assert "kiểm duyệt" in client.get(f"/khao-sat/{survey.id}/").text, "told beforehand"

    def test_a_survey_that_promises_no_publication_puts_nothing_forward(self, client: FlaskClient) -> None:
        survey = make_survey()
        count_sheets(survey, [flat()] * 6)
        assert not db.session.scalars(sa.select(WrittenAnswer).where(WrittenAnswer.survey_id == survey.id)).all()
        assert "Chờ lâu." not in public_page(client, survey)


class TestSearch:
    def test_finds_what_is_public_and_nothing_else(self, survey: Survey, moderator: Person) -> None:
        one = written("Chờ lâu.")
        assert indexing.written_documents([one.id]) == []
        decide(one, ReviewStatus.PUBLISHED, moderator)
        assert indexing.written_documents([one.id]) == [], "the results are not public yet"
        building.publish_results(survey)
        [document] = indexing.written_documents([one.id])
        assert (document.body, document.contributor, document.agency_id) == ("Chờ lâu.", "", survey.agency_id)
        assert indexing.written_cards([one.id])[one.id].place.startswith("Vì sao")
        assert [list(ids) for ids in indexing.written_batches()] == [[one.id]]
        building.publish_results(survey, public=False)
        assert indexing.written_documents([one.id]) == []


class TestGroups:
    def test_like_stands_with_like_and_nothing_is_lost(self) -> None:
        same = "Cán bộ hướng dẫn chưa rõ nên tôi phải đi lại ba lần"
        near = same + " liền"
        texts = [same, near, same.upper(), "Máy lấy số hay hỏng vào buổi sáng thứ hai", ""]
        groups = group_texts(texts)
        assert groups[0].count == 3
        assert sum(group.count for group in groups) == len(texts)
        assert group_texts([]) == []

    def test_the_desk_reads_them(self, client: FlaskClient, login: Login, survey: Survey) -> None:
        login(drafter_of(survey))
        address = f"/soan-thao/khao-sat/{survey.id}/ket-qua/loi-viet/"
        page = client.get(f"{address}vi_sao/").text
        assert "6 lời, 2 nhóm" in page
        assert "còn 13 lời chờ kiểm duyệt" in page
        assert client.get(f"{address}ngay/").status_code == 404
        assert client.get(f"{address}khong/").status_code == 404
        assert queries_words.texts_of(survey.id, "loi").total == 6
