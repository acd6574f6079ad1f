"""Begin, save, send once; the box; named surveys; paper."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from core import clock
from core.errors import Closed
from surveys import policies, queries
from surveys.models import (
    Answer,
    AnswerSheet,
    Door,
    Participation,
    SheetChannel,
    SheetDraft,
    SheetOwner,
    Survey,
    SurveyAccess,
)
from surveys.services import answering, box, inviting, paper, personal_data
from surveys.services.errors import AlreadyAnswered, Incomplete, NotBegun
from surveys.services.respondents import by_account, by_cookie, by_invitation
from tests.factories import make_person
from tests.surveys.making import answer_all, answers_of_every_kind, make_guest, make_places, make_survey


def CLOSED() -> datetime:  # noqa: N802  # read as a word
    """An end of the window so long ago that the grace is over."""
    return clock.now() - policies.GRACE - timedelta(minutes=1)


def count(session: Session, model: type[Answer | AnswerSheet | Participation | SheetDraft], survey: Survey) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(model).where(model.survey_id == survey.id)) or 0


class TestSaving:
    def test_goes_on_where_one_was_and_keeps_what_is_hidden_meanwhile(self, session: Session) -> None:
        survey, person = make_survey(), make_person()
        make_guest(survey)
        me = by_account(survey, person.id)
        answering.begin(survey, me)
        first = answers_of_every_kind()["truoc"]
        saved = answering.save_page(survey, me, "truoc", first)
        assert saved.following is not None
        assert saved.following.code == "danh_gia"
        gone = answering.save_page(survey, me, "truoc", {"da_den": {"choice": "no"}})
        assert gone.work.path.kept == {"da_den": {"choice": "no"}}
        assert gone.following is not None
        assert gone.following.code == "ve_ban"
        back = answering.save_page(survey, by_account(survey, person.id), "truoc", {"da_den": {"choice": "yes"}})
        assert back.work.path.kept == first, "nothing was lost by going back and forth"
        assert answering.begin(survey, me).answers == first, "on another device, too"

    def test_a_question_that_the_answers_bring_up_is_asked_before_the_next_page(self, session: Session) -> None:
        survey = make_survey()
        guest = make_guest(survey)
        answering.begin(survey, guest)
        saved = answering.save_page(survey, guest, "truoc", {"da_den": {"choice": "yes"}}, asked=["da_den"])
        assert saved.appeared == ("ngay", "thu_tuc")
        assert saved.stay
        assert not saved.problems

    def test_keeps_the_good_answers_and_names_the_bad_ones(self, session: Session) -> None:
        survey = make_survey()
        guest = make_guest(survey)
        answering.begin(survey, guest)
        values = {
            "da_den": {"choice": "yes"},
            "ngay": {"date": "1999-01-01"},
            "thu_tuc": None,
            "tuoi": {"number": 20},
        }
        saved = answering.save_page(survey, guest, "truoc", values)
        assert {(problem.question, problem.code) for problem in saved.problems} == {
            ("ngay", "too_early"),
            ("thu_tuc", "required"),
            ("tuoi", "not_asked"),
        }
        assert saved.work.answers == {"da_den": {"choice": "yes"}}

    def test_a_forged_answer_to_a_hidden_question_is_refused(self, session: Session) -> None:
        survey = make_survey()
        guest = make_guest(survey)
        answering.begin(survey, guest)
        saved = answering.save_page(
            survey, guest, "truoc", {"da_den": {"choice": "no"}, "ngay": {"date": "2026-01-01"}}
        )
        assert [(problem.question, problem.code) for problem in saved.problems] == [("ngay", "not_asked")]
        assert saved.work.answers == {"da_den": {"choice": "no"}}

    def test_places_are_those_of_the_country(self, session: Session) -> None:
        survey = make_survey()
        guest = make_guest(survey)
        province, commune = make_places()
        other, _other_commune = make_places()
        answering.begin(survey, guest)
        answering.save_page(survey, guest, "truoc", {"da_den": {"choice": "no"}})
        good: dict[str, Any] = {"tuoi": {"number": 30}, "noi_o": {"province": province, "commune": commune}}
        bad: dict[str, Any] = {"tuoi": {"number": 30}, "noi_o": {"province": other, "commune": commune}}
        assert [p.question for p in answering.save_page(survey, guest, "ve_ban", bad).problems] == ["noi_o"]
        assert not answering.save_page(survey, guest, "ve_ban", good).problems

    def test_what_is_kept_cannot_be_read_in_the_database(self, session: Session) -> None:
        survey = make_survey()
        guest, stranger = by_cookie(survey, "một"), by_cookie(survey, "hai")
        answering.begin(survey, guest)
        answering.save_page(survey, guest, "truoc", answers_of_every_kind()["truoc"])
        draft = session.get_one(SheetDraft, (survey.id, guest.key))
        assert b"dat_dai" not in draft.sealed
        draft.key = stranger.key
        session.flush()
        with pytest.raises(NotBegun):
            answering.find_work(survey, stranger)

    def test_a_guest_who_signs_in_takes_the_sheet_along(self, session: Session) -> None:
        survey, person = make_survey(), make_person()
        guest, me = make_guest(survey), by_account(survey, person.id)
        answering.begin(survey, guest)
        answering.save_page(survey, guest, "truoc", answers_of_every_kind()["truoc"])
        answering.adopt(survey, guest, me)
        work = answering.find_work(survey, me)
        assert work is not None
        assert work.answers == answers_of_every_kind()["truoc"]
        assert answering.find_work(survey, guest) is None


class TestSending:
    def test_twice_is_once(self, session: Session) -> None:
        survey = make_survey()
        guest = make_guest(survey)
        receipt = answer_all(survey, guest)
        assert answering.send(survey, guest) == receipt
        with pytest.raises(AlreadyAnswered):
            answering.save_page(survey, guest, "truoc", answers_of_every_kind()["truoc"])
        with pytest.raises(AlreadyAnswered):
            answering.begin(survey, guest)
        assert queries.turnout(survey.id).sent == 1
        survey.closes_at = CLOSED()
        assert box.open_box(survey) == 1
        assert answering.send(survey, guest) == receipt, "after the box was opened, too"
        assert (count(session, AnswerSheet, survey), count(session, Participation, survey)) == (1, 1)

    def test_refuses_what_is_not_whole_and_says_where(self, session: Session) -> None:
        survey = make_survey()
        guest = make_guest(survey)
        answering.begin(survey, guest)
        answering.save_page(survey, guest, "truoc", answers_of_every_kind()["truoc"])
        with pytest.raises(Incomplete) as incomplete:
            answering.send(survey, guest)
        assert incomplete.value.page == "danh_gia"
        assert incomplete.value.field == "hai_long"

    def test_what_is_counted_is_what_was_answered(self, session: Session) -> None:
        survey = make_survey()
        answer_all(survey, make_guest(survey))
        survey.closes_at = CLOSED()
        box.open_box(survey)
        rows = session.scalars(sa.select(Answer).where(Answer.survey_id == survey.id)).all()
        told = {(row.question, row.sub, row.option, row.number, row.text) for row in rows}
        assert {
            ("da_den", "", "yes", None, None),
            ("ngay", "", "", None, "2026-03-01"),
            ("hai_long", "", "", 2.0, None),
            ("dieu_tot", "", "thai_do", None, None),
            ("dieu_tot", "", "phi", None, None),
            ("tung_mat", "don_tiep", "kem", None, None),
            ("kenh", "lich", "giay", None, None),
            ("uu_tien", "", "gan", 1.0, None),
            ("loi", "", "", None, "Cảm ơn."),
            ("noi_o", "", "", None, None),  # seen, not answered
        } <= told
        assert "nps" not in {row.question for row in rows}, "not asked"

    def test_within_the_grace_one_who_had_begun_may_finish(self, session: Session) -> None:
        survey = make_survey()
        early, late = make_guest(survey), make_guest(survey)
        answering.begin(survey, early)
        survey.closes_at = clock.now() - timedelta(minutes=1)
        with pytest.raises(Closed):
            answering.begin(survey, late)
        assert answer_all(survey, early).code.startswith("KS-")
        slow = make_survey()
        guest = make_guest(slow)
        answering.begin(slow, guest)
        slow.closes_at = CLOSED()
        with pytest.raises(Closed):
            answering.save_page(slow, guest, "truoc", answers_of_every_kind()["truoc"])


class TestBox:
    def test_opens_at_twice_the_cell_and_keeps_a_cell_back(self, session: Session) -> None:
        survey = make_survey()
        for _person in range(9):
            answer_all(survey, make_guest(survey))
            assert box.open_box(survey) == 0
        answer_all(survey, make_guest(survey))
        assert box.open_box(survey) == 5
        turnout = queries.turnout(survey.id)
        assert (turnout.counted, turnout.waiting, turnout.doors) == (5, 5, {Door.COOKIE: 10})
        assert count(session, Participation, survey) == 5
        survey.closes_at = CLOSED()
        assert box.open_box(survey) == 5

    def test_the_worker_opens_it_when_the_survey_has_closed(self, session: Session, outbox_drained: object) -> None:
        survey = make_survey()
        answer_all(survey, make_guest(survey))
        survey.closes_at = CLOSED()
        box.open_when_closed(survey)
        session.execute(sa.text("UPDATE outbox SET due_at = :at"), {"at": "2020-01-01 00:00:00"})
        assert callable(outbox_drained)
        outbox_drained()
        assert queries.turnout(survey.id).counted == 1


class TestNamedAndPaper:
    def test_a_named_sheet_is_counted_at_once_with_its_owner(self, session: Session) -> None:
        survey, person = make_survey(anonymous=False, access=SurveyAccess.SIGNED_IN), make_person()
        assert not answer_all(survey, by_account(survey, person.id)).anonymous
        owner = session.scalars(sa.select(SheetOwner).join(AnswerSheet).where(AnswerSheet.survey_id == survey.id)).one()
        assert owner.person_id == person.id
        assert count(session, SheetDraft, survey) == 0
        with pytest.raises(AlreadyAnswered):
            answering.begin(survey, by_account(survey, person.id))

    def test_an_invitation_lets_one_sheet_in(self, session: Session) -> None:
        survey = make_survey(access=SurveyAccess.INVITED)
        [issued] = inviting.invite(survey, ["Lan@Vi-du.vn ", "lan@vi-du.vn"])
        assert inviting.invite(survey, ["lan@vi-du.vn"]) == []
        invitation = inviting.find_invitation(issued.token)
        assert invitation is not None
        assert inviting.find_invitation(issued.token + "x") is None
        answer_all(survey, by_invitation(survey, invitation, issued.token))
        with pytest.raises(AlreadyAnswered):
            answering.begin(survey, by_invitation(survey, invitation, issued.token))

    def test_paper_is_counted_apart(self, session: Session) -> None:
        survey = make_survey()
        flat = {code: value for page in answers_of_every_kind().values() for code, value in page.items()}
        paper.enter_sheet(survey, {**flat, "da_den": {"choice": "no"}})
        turnout = queries.turnout(survey.id)
        assert (turnout.counted, turnout.paper, turnout.doors) == (1, 1, {})
        sheet = session.scalars(sa.select(AnswerSheet).where(AnswerSheet.survey_id == survey.id)).one()
        assert sheet.channel == SheetChannel.PAPER
        with pytest.raises(Incomplete):
            paper.enter_sheet(survey, {})


class TestPersonalData:
    def test_what_one_sent_by_name_is_handed_out_and_becomes_nobodys(self, session: Session) -> None:
        person, other = make_person(), make_person()
        survey = make_survey(anonymous=False)
        for one in (person, other):
            answer_all(survey, by_account(survey, one.id))
        begun = make_survey()
        for one in (person, other):
            answering.begin(begun, by_account(begun, one.id))
        handed = personal_data.export_sheets(person.id)
        assert "Chờ lâu." in [row["text"] for row in handed if row["question"] == "vi_sao"]
        personal_data.erase_owner(person.id)
        assert personal_data.export_sheets(person.id) == []
        assert personal_data.export_sheets(other.id) != []
        assert answering.find_work(begun, by_account(begun, person.id)) is None
        assert answering.find_work(begun, by_account(begun, other.id)) is not None

    def test_sheets_that_can_be_sent_no_more_go(self, session: Session, outbox_drained: object) -> None:
        survey, open_still = make_survey(), make_survey()
        for one in (survey, open_still):
            answering.begin(one, make_guest(one))
        survey.closes_at = CLOSED()
        box.open_when_closed(survey)
        session.execute(sa.text("UPDATE outbox SET due_at = :at"), {"at": "2020-01-01 00:00:00"})
        assert callable(outbox_drained)
        outbox_drained()
        assert [draft.survey_id for draft in session.scalars(sa.select(SheetDraft))] == [open_still.id]
