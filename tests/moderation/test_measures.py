"""A warning, a suspension: who is told what, which doors are closed, where, and until when."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from accounts.models import Agency, Person, Role
from accounts.services import erase_account, export_personal_data
from consultations.models import Comment, Consultation, Stance
from consultations.services import comments
from core.db import db
from core.errors import Conflict, NotFound, RuleBroken
from forums.models import TopicKind
from forums.services import editing, marks
from moderation import queries, services
from moderation.models import Measure, MeasureKind, ReviewStatus
from moderation.queries.measures import MEASURE
from moderation.services import measures, sealing, speaking_up
from moderation.services.measures import NewMeasure, Suspended
from notifications.models import Notification
from tests.consultations.drafts import make_published
from tests.consultations.sending import publish, say
from tests.factories import case_of, make_agency, make_person, make_staff
from tests.forums.making import answer, make_board, post_of, start
from tests.support.clock import FrozenClock
from tests.support.mail import Mailbox

pytestmark = pytest.mark.usefixtures("app")

Login = Callable[..., FlaskClient]


@pytest.fixture
def agency(app: Flask) -> Agency:
    return make_agency()


@pytest.fixture
def moderator(agency: Agency) -> Person:
    return make_staff(Role.MODERATOR, agency)


@pytest.fixture
def colleague(agency: Agency) -> Person:
    return make_staff(Role.MODERATOR, agency)


@pytest.fixture
def person(app: Flask) -> Person:
    return make_person(email="nguoi-viet@vi-du.vn")


@pytest.fixture
def consultation(agency: Agency) -> Consultation:
    return make_published(agency)


@pytest.fixture
def comment(consultation: Consultation, person: Person) -> Comment:
    said = say(consultation, "Điều 1", "Cần nói rõ hơn", person=person)
    publish(consultation, said)
    return said


def suspend(person: Person, agency: Agency, by: Person, days: int = 3) -> Measure:
    wanted = NewMeasure(MeasureKind.SUSPENSION, agency.id, "insult", "Đừng gọi người khác như vậy.", days)
    return measures.take(person, wanted, by=by)


def told(person: Person) -> Notification:
    """What the person was told last."""
    return db.session.query(Notification).filter_by(person_id=person.id).order_by(Notification.id.desc()).limit(1).one()


class TestASuspension:
    def test_closes_every_door_to_the_agency(
        self, agency: Agency, consultation: Consultation, comment: Comment, person: Person, moderator: Person
    ) -> None:
        topic = start(make_board(agency), kind=TopicKind.PROPOSAL)
        own = answer(topic, by=person)
        other = say(consultation, "Điều 1", "Ý của người khác", person=make_person())
        publish(consultation, other)
        suspend(person, agency, moderator)
        doors: list[Callable[[], object]] = [
            lambda: say(consultation, "Điều 1", "Lời mới", person=person),
            lambda: comments.edit_comment(comment, by=person, stance=Stance.ASK, body="Lời khác", proposed_text=""),
            lambda: comments.add_reply(other, by=person, body="Trả lời"),
            lambda: comments.toggle_support(other, by=person),
            lambda: start(make_board(agency), by=person),
            lambda: answer(topic, by=person),
            lambda: editing.edit(own.id, by=person, version=own.version, text="Lời khác hẳn"),
            lambda: marks.toggle_support(post_of(topic), by=person),
            lambda: marks.vote(topic.id, by=person, agrees=True),
            lambda: speaking_up.report(case_of(other), by=person, rule="insult"),
        ]
        for door in doors:
            with pytest.raises(Suspended, match="tạm dừng quyền viết"), db.session.begin_nested():
                door()

    def test_leaves_the_doors_that_are_no_writing(
        self, agency: Agency, comment: Comment, person: Person, moderator: Person
    ) -> None:
        measure = suspend(person, agency, moderator)
        comments.withdraw_comment(comment, by=person)
        speaking_up.appeal(queries.get_case_of(MEASURE, measure.id), by=person, reason="Tôi không nói thế.")

    def test_reaches_the_agencies_below_and_no_other(self, agency: Agency, person: Person, moderator: Person) -> None:
        unit, elsewhere = make_agency(parent=agency), make_agency()
        suspend(person, agency, moderator)
        with pytest.raises(Suspended):
            measures.check(person.id, unit.id)
        measures.check(person.id, elsewhere.id)
        below = make_person()
        suspend(below, unit, moderator)
        measures.check(below.id, agency.id)

    def test_ends_by_itself(self, agency: Agency, person: Person, moderator: Person, frozen_clock: FrozenClock) -> None:
        suspend(person, agency, moderator, days=3)
        frozen_clock.move(days=3, seconds=-1)
        with pytest.raises(Suspended):
            measures.check(person.id, agency.id)
        frozen_clock.move(seconds=1)
        measures.check(person.id, agency.id)

    def test_tells_the_person_what_why_until_when_and_how_to_appeal(
        self,
        agency: Agency,
        person: Person,
        moderator: Person,
        mailbox: Mailbox,
        outbox_drained: Callable[[], int],
    ) -> None:
        measure = suspend(person, agency, moderator)
        outbox_drained()
        letter = mailbox.to(person.email)[-1]
        assert "tạm dừng quyền viết" in letter.subject
        until = measures._moment(measure.until) if measure.until else ""
        for words in (
            agency.name,
            until,
            "Quy tắc 2",
            "Đừng gọi người khác như vậy.",
            f"/xem-lai/measure/{measure.id}",
        ):
            assert words in letter.body

    def test_is_logged_sealed_and_lifted_once(self, agency: Agency, person: Person, moderator: Person) -> None:
        measure = suspend(person, agency, moderator)
        case = queries.get_case_of(MEASURE, measure.id)
        seen = case.version
        measures.lift(measure.id, by=moderator, version=seen)
        measures.check(person.id, agency.id)
        with pytest.raises(Conflict):
            measures.lift(measure.id, by=moderator, version=seen)
        assert [entry.action.value for entry in queries.list_history(case.id)] == ["suspend", "lift"]
        sealing.seal()
        assert sealing.verify() == []

    def test_is_appealed_to_somebody_else(
        self, agency: Agency, person: Person, moderator: Person, colleague: Person
    ) -> None:
        measure = suspend(person, agency, moderator)
        case = queries.get_case_of(MEASURE, measure.id)
        speaking_up.appeal(case, by=person, reason="Tôi chỉ trích lời người khác.")
        with pytest.raises(RuleBroken):
            services.decide(case.id, ReviewStatus.PUBLISHED, by=moderator, version=case.version)
        with pytest.raises(RuleBroken):
            services.decide(case.id, ReviewStatus.SPAM, by=colleague, version=case.version)
        services.decide(case.id, ReviewStatus.PUBLISHED, by=colleague, version=case.version)
        measures.check(person.id, agency.id)
        assert "Đã bỏ biện pháp" in told(person).subject
        services.undo(case.id, by=colleague, version=case.version)
        with pytest.raises(Suspended):
            measures.check(person.id, agency.id)


class TestAWarning:
    def test_tells_and_closes_nothing(self, agency: Agency, person: Person, moderator: Person) -> None:
        measures.take(person, NewMeasure(MeasureKind.WARNING, agency.id, "insult"), by=moderator)
        measures.check(person.id, agency.id)
        assert "Nhắc nhở" in told(person).subject


class TestWhoMayTakeAMeasure:
    def test_nobody_against_themselves_a_colleague_or_elsewhere(
        self, agency: Agency, person: Person, moderator: Person, colleague: Person
    ) -> None:
        with pytest.raises(RuleBroken, match="chính mình"):
            suspend(moderator, agency, moderator)
        with pytest.raises(RuleBroken, match="người kiểm duyệt"):
            suspend(colleague, agency, moderator)
        with pytest.raises(NotFound):
            suspend(person, make_agency(), moderator)
        with pytest.raises(RuleBroken):
            suspend(person, agency, moderator, days=10_000)
        with pytest.raises(RuleBroken):
            measures.take(person, NewMeasure(MeasureKind.WARNING, agency.id, "no-rule"), by=moderator)


class TestThePages:
    def test_take_and_lift_a_measure(
        self, login: Login, agency: Agency, comment: Comment, person: Person, moderator: Person
    ) -> None:
        visitor = login(moderator)
        case = case_of(comment)
        assert f"/kiem-duyet/nguoi/{person.id}/" in visitor.get(f"/kiem-duyet/?muc={case.id}").text
        here = f"/kiem-duyet/nguoi/{person.id}/?muc={case.id}"
        assert "Chưa có biện pháp nào" in visitor.get(here).text
        given = {"kind": "suspension", "days": 7, "agency": agency.id, "rule": "insult", "note": "Xin bình tĩnh."}
        refused = visitor.post(here, data={**given, "rule": ""})
        assert (refused.status_code, "Xin bình tĩnh." in refused.text) == (422, True)
        assert visitor.post(here, data=given).status_code == 303
        assert "Tạm dừng quyền viết" in visitor.get(here).text
        measure = db.session.query(Measure).one()
        case = queries.get_case_of(MEASURE, measure.id)
        assert "tạm dừng quyền viết" in visitor.get("/kiem-duyet/nhat-ky/").text
        visitor.post(f"/kiem-duyet/bien-phap/{measure.id}/bo", data={"version": case.version})
        assert "Đã bỏ lúc" in visitor.get(here).text

    def test_show_no_stranger(self, login: Login, moderator: Person, comment: Comment) -> None:
        stranger = make_person()
        visitor = login(moderator)
        assert visitor.get(f"/kiem-duyet/nguoi/{stranger.id}/").status_code == 404
        assert (
            login(make_staff(Role.MODERATOR, make_agency())).get(f"/kiem-duyet/nguoi/{comment.id}/").status_code == 404
        )

    def test_keep_what_a_suspended_person_typed(
        self, login: Login, agency: Agency, person: Person, moderator: Person
    ) -> None:
        topic = start(make_board(agency))
        suspend(person, agency, moderator)
        answered = login(person).post(f"/dien-dan/chu-de/{topic.id}/tra-loi", data={"body": "Lời tôi đã gõ rất lâu"})
        assert answered.status_code == 422
        assert "Lời tôi đã gõ rất lâu" in answered.text
        assert "tạm dừng quyền viết" in answered.text

    def test_lead_the_person_to_the_appeal(
        self, login: Login, agency: Agency, person: Person, moderator: Person
    ) -> None:
        measure = suspend(person, agency, moderator)
        page = login(person).get(f"/kiem-duyet/xem-lai/measure/{measure.id}")
        assert page.status_code == 200
        assert "Đừng gọi người khác như vậy." in page.text
        assert login(make_person()).get(f"/kiem-duyet/xem-lai/measure/{measure.id}").status_code == 404
        assert login(moderator).get(f"/kiem-duyet/bao-cao/measure/{measure.id}").status_code == 404


def test_what_is_held_of_a_person_is_handed_out_and_erased(agency: Agency, person: Person, moderator: Person) -> None:
    measure = suspend(person, agency, moderator)
    case = queries.get_case_of(MEASURE, measure.id)
    speaking_up.appeal(case, by=person, reason="Tên tôi là An.")
    held = export_personal_data(person)["moderation"]
    assert held["measures"][0]["note"] == "Đừng gọi người khác như vậy."
    assert held["appeals"][0]["reason"] == "Tên tôi là An."
    sealing.seal()
    erase_account(person)
    db.session.expire_all()
    again = export_personal_data(person)["moderation"]
    assert (again["measures"][0]["note"], again["appeals"][0]["reason"]) == ("", "")
    assert sealing.verify() == []
