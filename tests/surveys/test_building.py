"""Drafting, publishing, versions, closing; and the list that anybody sees."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.models import Role
from core import clock
from core.errors import NotFound, RuleBroken
from surveys import policies, queries
from surveys.definition.documents import from_json
from surveys.definition.shape import Definition, Kind, Page, Question
from surveys.models import SurveyAccess, SurveyState
from surveys.services import building
from surveys.services.errors import BrokenDefinition, Published, Stale
from tests.factories import make_agency, make_consultation, make_provisions, make_staff
from tests.surveys.making import every_kind, make_survey


def settings(**values: Any) -> building.Settings:
    now = clock.now()
    given: dict[str, Any] = {
        "title": "Hài lòng với một cửa",
        "opens_at": now,
        "closes_at": now + timedelta(days=5),
        **values,
    }
    return building.Settings(**given)


class TestDrafting:
    def test_what_two_people_save_is_not_overwritten(self, session: Session) -> None:
        survey = building.create_survey(make_agency(), settings(), by=None)
        version = queries.get_latest_version(survey.id)
        building.save_definition(version, every_kind(), revision=0)
        with pytest.raises(Stale):
            building.save_definition(version, Definition(), revision=0)
        assert from_json(version.definition) == every_kind()
        building.save_definition(version, Definition(), revision=1)

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"title": " "}, "title"),
            ({"closes_at": clock.now() - timedelta(days=1)}, "closes_at"),
            ({"min_cell": 4}, "min_cell"),
            ({"is_sample": True}, "is_sample"),
        ],
    )
    def test_refuses_settings_that_cannot_be(self, session: Session, values: dict[str, object], field: str) -> None:
        with pytest.raises(RuleBroken) as refused:
            building.create_survey(make_agency(), settings(**values), by=None)
        assert refused.value.field == field

    def test_another_agencys_survey_is_not_found(self, session: Session) -> None:
        agency, other = make_agency(), make_agency()
        drafter, stranger = make_staff(Role.DRAFTER, agency), make_staff(Role.DRAFTER, other)
        moderator = make_staff(Role.MODERATOR, agency)
        survey = make_survey(agency=agency, published=False)
        assert queries.get_own(drafter.id, survey.id) is survey
        assert [listed.id for listed in queries.list_own(drafter.id)] == [survey.id]
        for person in (stranger, moderator):
            with pytest.raises(NotFound):
                queries.get_own(person.id, survey.id)
        with pytest.raises(NotFound):
            queries.get_public(survey.id)


class TestPublishing:
    def test_refuses_faults_and_names_them_all(self, session: Session) -> None:
        survey = building.create_survey(make_agency(), settings(), by=None)
        with pytest.raises(BrokenDefinition) as broken:
            building.publish(survey)
        assert [fault.code for fault in broken.value.faults] == ["no_question"]

    def test_questions_stand_on_provisions_of_the_consultation(self, session: Session) -> None:
        consultation = make_consultation()
        provision = make_provisions(consultation)[1]
        definition = every_kind(provision=provision.lineage_id)
        survey = building.create_survey(
            make_agency(), settings(), by=None, consultation_id=consultation.id, definition=definition
        )
        assert queries.list_provisions(survey)[provision.lineage_id].text == provision.text
        building.publish(survey)
        alone = building.create_survey(make_agency(), settings(), by=None, definition=definition)
        with pytest.raises(BrokenDefinition):
            building.publish(alone)

    def test_a_published_version_stands_and_the_next_one_links_to_it(self, session: Session) -> None:
        survey = building.create_survey(make_agency(), settings(), by=None, definition=every_kind())
        first = building.publish(survey)
        assert survey.state == SurveyState.PUBLISHED
        with pytest.raises(Published):
            building.save_definition(first, Definition(), revision=0)
        with pytest.raises(Published):
            building.change_settings(survey, settings())
        second = building.new_version(survey)
        assert building.new_version(survey) is second
        turned = Definition((Page("a", items=(Question("tuoi", Kind.LONG_TEXT, "Bao nhiêu tuổi?"),)),))
        building.save_definition(second, turned, revision=0)
        assert queries.get_published_version(survey.id).id == first.id
        with pytest.raises(BrokenDefinition) as broken:
            building.publish(survey)
        assert [fault.code for fault in broken.value.faults] == ["changed_meaning"]
        building.save_definition(second, every_kind(), revision=1)
        building.publish(survey)
        assert queries.get_published_version(survey.id).id == second.id

    def test_closing_leaves_a_grace_and_copies_carry_questions_only(self, session: Session) -> None:
        survey = make_survey()
        building.close(survey)
        now = clock.now()
        assert policies.phase(survey, now) == policies.Phase.GRACE
        assert policies.phase(survey, now + policies.GRACE + timedelta(seconds=1)) == policies.Phase.CLOSED
        copied = building.copy_survey(survey, settings(title="Năm sau"), by=None, agency=make_agency())
        assert from_json(queries.get_latest_version(copied.id).definition) == every_kind()
        assert copied.state == SurveyState.DRAFT


class TestList:
    def test_shows_what_is_public(self, client: FlaskClient, session: Session) -> None:
        shown = make_survey(title="Khảo sát mở")
        make_survey(title="Khảo sát nháp", published=False)
        make_survey(title="Khảo sát theo thư", access=SurveyAccess.INVITED)
        page = client.get("/khao-sat/").text
        assert shown.title in page
        assert "Khảo sát nháp" not in page
        assert "Khảo sát theo thư" not in page
