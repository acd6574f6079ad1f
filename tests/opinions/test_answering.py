"""Groups and responses: nobody overwrites, nobody approves themselves, and the author hears of it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from accounts.models import Agency, Person, Role
from consultations.models import Comment, Consultation, Stance
from consultations.services import comments as comment_services
from core import clock
from core.db import db
from core.errors import Closed, Conflict, RuleBroken
from opinions.models import Decision, GroupDeparture, GroupMember, OpinionGroup, Response, ResponseState
from opinions.queries import desk, groups, public
from opinions.services import answering, grouping
from tests.consultations.drafts import make_published
from tests.consultations.sending import agency_of, publish, say
from tests.factories import make_agency, make_person, make_staff
from tests.support.mail import Mailbox
from tests.support.queries import CountQueries

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def agency(app: Flask) -> Agency:
    return make_agency(name="Bộ Thử nghiệm")


@pytest.fixture
def consultation(agency: Agency) -> Consultation:
    return make_published(agency)


@pytest.fixture
def drafter(agency: Agency) -> Person:
    return make_staff(Role.DRAFTER, agency)


@pytest.fixture
def approver(agency: Agency) -> Person:
    return make_staff(Role.APPROVER, agency)


def make_group(consultation: Consultation, *, author: Person | None = None) -> OpinionGroup:
    comment = say(consultation, "Điều 1", "Cần nói rõ hơn", person=author)
    publish(consultation, comment)
    return grouping.create_group(
        consultation, comment.document_id, comment.place, [comment.id], title="Nói rõ", by=None
    )


def draft(group: OpinionGroup, by: Person, version: int = 0, reason: str = "Vì có lý.") -> Response:
    return answering.draft_response(
        group, decision=Decision.NOT_ACCEPTED, reason=reason, resulting_text="", by=by, version=version
    )


class TestAResponse:
    def test_goes_from_drafter_to_approver_to_the_public(
        self, consultation: Consultation, drafter: Person, approver: Person
    ) -> None:
        group = make_group(consultation)
        response = draft(group, drafter)
        assert public.answers_on_place(group.document_id, group.place) == []
        answering.submit_response(response, by=drafter, version=response.version)
        answering.publish_response(response, by=approver, version=response.version)
        (answer,) = public.answers_on_place(group.document_id, group.place)
        assert (answer.result, answer.reason, answer.covers) == (Decision.NOT_ACCEPTED, "Vì có lý.", 1)
        assert len(desk.list_response_log(response.id)) == 2

    def test_is_not_approved_by_whoever_drafted_it(self, consultation: Consultation, agency: Agency) -> None:
        both = make_staff(Role.APPROVER, agency)
        response = draft(make_group(consultation), both)
        answering.submit_response(response, by=both, version=response.version)
        with pytest.raises(RuleBroken):
            answering.publish_response(response, by=both, version=response.version)

    def test_is_never_overwritten_by_a_second_drafter(self, consultation: Consultation, drafter: Person) -> None:
        group = make_group(consultation)
        first = draft(group, drafter, reason="Bản thứ nhất")
        with pytest.raises(Conflict):
            draft(group, make_staff(Role.DRAFTER, agency_of(consultation)), reason="Bản thứ hai")
        assert first.reason == "Bản thứ nhất"

    def test_is_not_published_without_having_been_submitted(
        self, consultation: Consultation, drafter: Person, approver: Person
    ) -> None:
        response = draft(make_group(consultation), drafter)
        with pytest.raises(Conflict):
            answering.publish_response(response, by=approver, version=response.version)

    def test_that_accepts_says_the_wording(self, consultation: Consultation, drafter: Person) -> None:
        with pytest.raises(RuleBroken) as refusal:
            answering.draft_response(
                make_group(consultation), decision=Decision.ACCEPTED, reason="Có lý", resulting_text="", by=drafter,
                version=0,
            )  # fmt: skip
        assert refusal.value.field == "resulting_text"

    def test_that_was_given_back_can_be_written_again(
        self, consultation: Consultation, drafter: Person, approver: Person
    ) -> None:
        group = make_group(consultation)
        response = draft(group, drafter)
        answering.submit_response(response, by=drafter, version=response.version)
        with pytest.raises(Closed):
            draft(group, drafter, response.version)
        answering.return_response(response, by=approver, version=response.version, note="Viết gọn lại")
        assert draft(group, drafter, response.version).state == ResponseState.RETURNED

    def test_reaches_its_authors_once(
        self,
        consultation: Consultation,
        drafter: Person,
        approver: Person,
        outbox_drained: Callable[[], int],
        mailbox: Mailbox,
    ) -> None:
        author = make_person(email="tac-gia@vi-du.vn")
        response = draft(make_group(consultation, author=author), drafter)
        answering.submit_response(response, by=drafter, version=response.version)
        answering.publish_response(response, by=approver, version=response.version)
        db.session.commit()
        outbox_drained()
        subjects = [letter.subject for letter in mailbox.to("tac-gia@vi-du.vn")]
        assert subjects.count("Cơ quan soạn thảo đã trả lời ý kiến của bạn") == 1


class TestAGroup:
    def test_takes_only_opinions_on_its_own_provision(self, consultation: Consultation) -> None:
        group, elsewhere = make_group(consultation), say(consultation, "khoản 1 Điều 2")
        with pytest.raises(RuleBroken):
            grouping.add_to_group(group, [elsewhere.id], by=None)

    def test_takes_no_opinion_that_is_in_another_group(self, consultation: Consultation) -> None:
        first, second = make_group(consultation), make_group(consultation)
        taken = db.session.query(GroupMember).filter_by(group_id=first.id).one()
        with pytest.raises(Conflict):
            grouping.add_to_group(second, [taken.comment_id], by=None)

    def test_loses_an_edited_opinion_and_the_desk_is_told(self, consultation: Consultation) -> None:
        author = make_person()
        group = make_group(consultation, author=author)
        member = db.session.query(GroupMember).filter_by(group_id=group.id).one()
        comment = db.session.get_one(Comment, member.comment_id)
        comment_services.edit_comment(
            comment, by=author, stance=Stance.OPPOSE, body="Nay tôi nghĩ khác", proposed_text=""
        )
        assert db.session.get(GroupMember, comment.id) is not None  # its words stay until the new ones are read
        publish(consultation, comment)
        assert db.session.get(GroupMember, comment.id) is None
        assert [row.comment_id for row in groups.list_departures(group.document_id, group.place)] == [comment.id]
        assert db.session.query(GroupDeparture).one().reason == "edited"


class TestTheTable:
    def test_is_published_only_when_everything_is_answered(
        self, consultation: Consultation, approver: Person, drafter: Person
    ) -> None:
        group = make_group(consultation)
        with clock.frozen(clock.now() + timedelta(days=31)):
            with pytest.raises(RuleBroken, match="1 ý kiến chưa có trả lời"):
                answering.publish_table(consultation, by=approver)
            response = draft(group, drafter)
            answering.submit_response(response, by=drafter, version=response.version)
            answering.publish_response(response, by=approver, version=response.version)
            answering.publish_table(consultation, by=approver)
        assert consultation.table_published_at is not None

    def test_is_not_published_while_opinions_may_still_come(self, consultation: Consultation, approver: Person) -> None:
        with pytest.raises(RuleBroken, match="sau khi đợt lấy ý kiến đã đóng"):
            answering.publish_table(consultation, by=approver)


class TestTheDeskOfAnotherAgency:
    def test_is_not_found(self, consultation: Consultation, login: Callable[..., FlaskClient]) -> None:
        stranger = make_staff(Role.APPROVER, make_agency())
        group = make_group(consultation)
        visitor = login(stranger)
        for path in (f"{consultation.id}/", f"nhom/{group.id}/", f"{consultation.id}/tai-ve/csv"):
            assert visitor.get(f"/tiep-thu/{path}").status_code == 404, path


class TestTheDeskPages:
    @pytest.mark.parametrize("number", [2, 12])
    def test_ask_the_same_number_of_statements_for_any_number_of_opinions(
        self,
        consultation: Consultation,
        drafter: Person,
        login: Callable[..., FlaskClient],
        count_queries: CountQueries,
        number: int,
    ) -> None:
        comments = [say(consultation, "Điều 1", f"Ý kiến {n}") for n in range(number)]
        place, document = comments[0].place, comments[0].document_id
        visitor = login(drafter)
        for path in (f"{consultation.id}/", f"{consultation.id}/{document}/{place}/"):
            db.session.commit()
            with count_queries() as queries:
                page = visitor.get(f"/tiep-thu/{path}")
            assert page.status_code == 200
            assert len(queries) <= 15, queries

    def test_walk_from_ticking_to_a_published_answer(
        self,
        consultation: Consultation,
        drafter: Person,
        approver: Person,
        app: Flask,
        login: Callable[..., FlaskClient],
    ) -> None:
        comment = say(consultation, "Điều 1", "Cần nói rõ hơn")
        publish(consultation, comment)
        at_drafter, at_approver = login(drafter), login(approver, app.test_client())
        made = at_drafter.post(
            f"/tiep-thu/{consultation.id}/{comment.document_id}/{comment.place}/",
            data={"comments": [comment.id], "title": "Nói rõ hơn"},
        )
        assert made.status_code == 302
        group_path = made.headers["Location"]
        wrong = at_drafter.post(group_path, data={"version": 0, "decision": "accepted", "reason": "", "submit": "1"})
        assert wrong.status_code == 422
        assert "Hãy ghi lý do" in wrong.text
        sent = at_drafter.post(
            group_path,
            data={"version": 0, "decision": "not_accepted", "reason": "Đã rõ ở Điều 2.", "submit": "1"},
        )
        assert sent.status_code == 302
        version = db.session.query(Response).one().version
        assert at_drafter.post(f"{group_path}duyet", data={"version": version}).status_code == 403
        assert at_approver.post(f"{group_path}duyet", data={"version": version}).status_code == 302
        assert (
            "Đã rõ ở Điều 2." in app.test_client().get(f"/du-thao/{consultation.id}/dieu-khoan/{comment.place}/").text
        )
