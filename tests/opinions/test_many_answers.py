"""Many answers at once: prepared answers, one for several groups, release together; assignments and their day."""

from collections.abc import Callable
from datetime import UTC, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from accounts.models import Agency, Person, Role
from consultations.models import Consultation
from core import clock
from core.db import db
from core.errors import Conflict, RuleBroken
from opinions.models import (
    ClauseAssignment,
    Decision,
    OpinionGroup,
    Response,
    ResponseLog,
    ResponseRelease,
    ResponseState,
    ResponseTemplate,
)
from opinions.queries import assignments, public
from opinions.services import answering, assigning, grouping
from tests.conftest import Login
from tests.consultations.drafts import make_published
from tests.consultations.sending import provision, publish, say
from tests.factories import make_agency, make_person, make_staff
from tests.support.mail import Mailbox
from tests.support.queries import CountQueries

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def agency() -> Agency:
    return make_agency(name="Bộ Thử nghiệm")


@pytest.fixture
def consultation(agency: Agency) -> Consultation:
    return make_published(agency)


@pytest.fixture
def drafter(agency: Agency) -> Person:
    return make_staff(Role.DRAFTER, agency, email="soan@vi-du.vn", full_name="Trần Soạn")


@pytest.fixture
def approver(agency: Agency) -> Person:
    return make_staff(Role.APPROVER, agency)


def make_group(consultation: Consultation, where: str = "Điều 1", *, author: Person | None = None) -> OpinionGroup:
    comment = say(consultation, where, "Cần nói rõ hơn", person=author)
    publish(consultation, comment)
    return grouping.create_group(
        consultation, comment.document_id, comment.place, [comment.id], title=f"Nói rõ {comment.id}", by=None
    )


def make_submitted(group: OpinionGroup, by: Person, reason: str = "Đã rõ.") -> Response:
    response = answering.draft_response(
        group, decision=Decision.NOT_ACCEPTED, reason=reason, resulting_text="", by=by, version=0
    )
    answering.submit_response(response, by=by, version=response.version)
    return response


def states() -> list[ResponseState]:
    db.session.expire_all()
    return list(db.session.scalars(sa.select(Response.state).order_by(Response.id)))


class TestOneAnswerForSeveralGroups:
    def test_is_written_for_those_that_were_ticked(
        self, consultation: Consultation, drafter: Person, login: Login
    ) -> None:
        ticked, noise = [make_group(consultation), make_group(consultation, "khoản 1 Điều 2")], make_group(consultation)
        form = {
            "groups": [f"{group.id}:0" for group in ticked],
            "decision": "already_covered",
            "reason": "Điều 3 đã quy định.",
            "submit": "1",
        }
        answer = login(drafter).post(f"/tiep-thu/{consultation.id}/tra-loi-nhieu/", data=form)
        assert answer.status_code == 302, answer.text
        found = db.session.execute(sa.select(Response.group_id, Response.reason, Response.state)).all()
        assert {row.group_id for row in found} == {group.id for group in ticked}
        assert {(row.reason, row.state) for row in found} == {("Điều 3 đã quy định.", ResponseState.SUBMITTED)}
        page = login(drafter).get(f"/tiep-thu/{consultation.id}/tra-loi-nhieu/").text
        assert noise.title in page
        assert ticked[0].title not in page

    def test_is_written_for_none_when_one_was_answered_meanwhile(
        self, consultation: Consultation, drafter: Person, login: Login
    ) -> None:
        groups = [make_group(consultation), make_group(consultation)]
        make_submitted(groups[1], drafter)
        form = {"groups": [f"{group.id}:0" for group in groups], "decision": "out_of_scope", "reason": "Ngoài."}
        answer = login(drafter).post(f"/tiep-thu/{consultation.id}/tra-loi-nhieu/", data=form)
        assert answer.status_code == 409
        assert "Ngoài." in answer.text  # what was typed is still there
        assert db.session.scalars(sa.select(Response.group_id)).all() == [groups[1].id]

    @pytest.mark.parametrize(
        ("change", "refusal"),
        [
            ({"groups": []}, "đánh dấu ít nhất một nhóm"),
            ({"groups": ["999999:0"]}, "không còn ở dự thảo này"),
            ({"decision": "accepted", "resulting_text": "Câu mới."}, "của một điều khoản"),
            ({"reason": ""}, "Hãy ghi lý do"),
        ],
    )
    def test_is_refused_with_a_sentence(
        self, consultation: Consultation, drafter: Person, login: Login, change: dict[str, object], refusal: str
    ) -> None:
        groups = [make_group(consultation), make_group(consultation, "khoản 1 Điều 2")]
        form = {"groups": [f"{one.id}:0" for one in groups], "decision": "out_of_scope", "reason": "Ngoài.", **change}
        answer = login(drafter).post(f"/tiep-thu/{consultation.id}/tra-loi-nhieu/", data=form)
        assert answer.status_code == 422
        assert refusal in answer.text
        assert db.session.query(Response).count() == 0


class TestAPreparedAnswer:
    def test_is_kept_for_the_agency_and_fills_the_form(
        self, consultation: Consultation, drafter: Person, login: Login
    ) -> None:
        desk, group = login(drafter), make_group(consultation)
        path = f"/tiep-thu/{consultation.id}/mau-tra-loi/"
        kept = desk.post(path, data={"name": "Đã có", "decision": "already_covered", "reason": "Đã có ở Điều 2."})
        assert kept.status_code == 302
        again = desk.post(path, data={"name": "Đã có", "decision": "out_of_scope", "reason": "Khác."})
        assert again.status_code == 422
        assert "đã có mẫu tên này" in again.text
        template = db.session.scalars(sa.select(ResponseTemplate)).one()
        for page in (f"/tiep-thu/nhom/{group.id}/", f"/tiep-thu/{consultation.id}/tra-loi-nhieu/"):
            assert "Đã có ở Điều 2.</textarea>" in desk.get(f"{page}?mau={template.id}").text, page
        changed = {"name": "Đã có", "decision": "already_covered", "reason": "Sửa lại."}
        assert desk.post(f"{path}?mau={template.id}", data=changed).status_code == 302
        assert template.reason == "Sửa lại."
        assert desk.post(f"{path}{template.id}/xoa").status_code == 302
        assert db.session.query(ResponseTemplate).count() == 0

    def test_of_another_agency_is_not_found(self, consultation: Consultation, drafter: Person, login: Login) -> None:
        other = ResponseTemplate(
            agency_id=make_agency().id, name="Khác", decision=Decision.PARTLY, reason="…", created_at=clock.now()
        )
        db.session.add(other)
        db.session.flush()
        path = f"/tiep-thu/{consultation.id}/mau-tra-loi/"
        assert login(drafter).get(f"{path}?mau={other.id}").status_code == 404
        assert login(drafter).post(f"{path}{other.id}/xoa").status_code == 404


class TestARelease:
    def test_publishes_what_was_approved_together_and_tells_each_author_once(
        self,
        consultation: Consultation,
        drafter: Person,
        approver: Person,
        login: Login,
        outbox_drained: Callable[[], int],
        mailbox: Mailbox,
    ) -> None:
        author = make_person(email="tac-gia@vi-du.vn")
        first, second = make_group(consultation, author=author), make_group(consultation, "khoản 1 Điều 2")
        left_out = make_group(consultation)
        responses = [make_submitted(group, drafter) for group in (first, second, left_out)]
        desk, path = login(approver), f"/tiep-thu/{consultation.id}"
        picked = [f"{one.id}:{one.version}" for one in responses[:2]]
        assert desk.post(f"{path}/duyet/", data={"responses": picked}).status_code == 302
        assert states() == [ResponseState.APPROVED, ResponseState.APPROVED, ResponseState.SUBMITTED]
        assert public.answers_on_place(first.document_id, first.place) == []  # approved is not published
        picked = [f"{one.id}:{one.version}" for one in responses[:2]]
        assert desk.post(f"{path}/cong-bo-tra-loi", data={"responses": picked}).status_code == 302
        assert states() == [ResponseState.PUBLISHED, ResponseState.PUBLISHED, ResponseState.SUBMITTED]
        assert len(public.answers_on_place(first.document_id, first.place)) == 1
        together = db.session.scalars(sa.select(ResponseRelease)).one()
        assert (together.count, together.released_by_id) == (2, approver.id)
        assert {one.release_id for one in responses} == {together.id, None}
        assert db.session.query(ResponseLog).count() == 3 + 2 + 2
        db.session.commit()
        outbox_drained()
        subjects = [letter.subject for letter in mailbox.to("tac-gia@vi-du.vn")]
        assert subjects.count("Cơ quan soạn thảo đã trả lời ý kiến của bạn") == 1

    def test_takes_nothing_that_nobody_approved(
        self, consultation: Consultation, drafter: Person, approver: Person, login: Login
    ) -> None:
        response = make_submitted(make_group(consultation), drafter)
        with pytest.raises(Conflict):
            answering.release(consultation, {response.id: response.version}, by=approver)
        path = f"/tiep-thu/{consultation.id}/cong-bo-tra-loi"
        seen = {"responses": [f"{response.id}:{response.version}"]}
        assert login(approver).post(path, data=seen).status_code == 409
        assert login(approver).post(path, data={}).status_code == 422
        assert login(drafter).post(path, data=seen).status_code == 403
        assert states() == [ResponseState.SUBMITTED]

    def test_is_not_approved_by_whoever_drafted_one_of_them(self, consultation: Consultation, agency: Agency) -> None:
        both = make_staff(Role.APPROVER, agency)
        mine, other = (
            make_submitted(make_group(consultation), one) for one in (both, make_staff(Role.DRAFTER, agency))
        )
        with pytest.raises(RuleBroken):
            answering.approve_many({mine.id: mine.version, other.id: other.version}, by=both)
        assert set(states()) == {ResponseState.SUBMITTED}

    def test_an_approved_response_can_still_be_given_back(
        self, consultation: Consultation, drafter: Person, approver: Person
    ) -> None:
        response = make_submitted(make_group(consultation), drafter)
        answering.approve_many({response.id: response.version}, by=approver)
        answering.return_response(response, by=approver, version=response.version, note="Xem lại")
        assert response.state == ResponseState.RETURNED


class TestAnAssignment:
    def test_holds_for_everything_below_unless_something_nearer_does(
        self, consultation: Consultation, drafter: Person, agency: Agency, login: Login
    ) -> None:
        other = make_staff(Role.DRAFTER, agency, full_name="Lê Khác")
        clause, article = provision(consultation, "khoản 1 Điều 2"), provision(consultation, "Điều 2")
        comment = say(consultation, "khoản 1 Điều 2", "Xem lại")
        say(consultation, "Điều 1", "Không ai phụ trách")
        desk, path = login(drafter), f"/tiep-thu/{consultation.id}/phan-cong/"
        due = (clock.today() + timedelta(days=3)).isoformat()
        whole = {"places": [f"{comment.document_id}:{article.lineage_id}"], "officer": drafter.id, "due_on": due}
        assert desk.post(path, data=whole).status_code == 302
        (mine, nobodys) = assignments.what_is_left(consultation.id).by_officer()
        assert (mine[1], [item.key[1] for item in mine[2]]) == ("Trần Soạn", [clause.lineage_id])
        assert nobodys[0] is None
        assert f"{clock.today() + timedelta(days=3):%d/%m/%Y}" in desk.get(path).text
        late = desk.get(f"/tiep-thu/{consultation.id}/viec-con-lai/?qua-han=1").text
        assert "Không còn việc nào ở đây." in late
        with clock.frozen(clock.now() + timedelta(days=5)):
            late = desk.get(f"/tiep-thu/{consultation.id}/viec-con-lai/?qua-han=1").text
        assert "quá hạn 2 ngày" in late
        near = {"places": [f"{comment.document_id}:{clause.lineage_id}"], "officer": other.id, "due_on": ""}
        assert desk.post(path, data=near).status_code == 302
        assert assignments.what_is_left(consultation.id).by_officer()[0][1] == "Lê Khác"
        page = desk.get(f"/tiep-thu/{consultation.id}/viec-con-lai/?nguoi={other.id}").text
        assert "Khoản 1 Điều 2" in page
        nobody = {**near, "officer": 0}
        assert desk.post(path, data=nobody).status_code == 302
        assert assignments.what_is_left(consultation.id).by_officer()[0][1] == "Trần Soạn"

    def test_goes_to_those_who_may_answer_here_and_not_into_the_past(
        self, consultation: Consultation, drafter: Person, login: Login
    ) -> None:
        place = provision(consultation, "Điều 1")
        key = f"{say(consultation, 'Điều 1').document_id}:{place.lineage_id}"
        stranger = make_staff(Role.DRAFTER, make_agency())
        desk, path = login(drafter), f"/tiep-thu/{consultation.id}/phan-cong/"
        for change, refusal in (
            ({"officer": stranger.id}, "Hãy chọn một mục trong danh sách"),
            ({"due_on": (clock.today() - timedelta(days=1)).isoformat()}, "Hạn đã qua"),
            ({"places": []}, "chọn ít nhất một điều khoản"),
            ({"places": ["9:9"]}, "không thuộc dự thảo này"),
        ):
            answer = desk.post(path, data={"places": [key], "officer": drafter.id, "due_on": "", **change})
            assert answer.status_code == 422, change
            assert refusal in answer.text
        assert db.session.query(ClauseAssignment).count() == 0

    def test_reminds_before_its_day_and_once_after_as_long_as_something_is_left(
        self,
        consultation: Consultation,
        drafter: Person,
        approver: Person,
        outbox_drained: Callable[[], int],
        mailbox: Mailbox,
        app: Flask,
    ) -> None:
        group = make_group(consultation)
        quiet = provision(consultation, "khoản 1 Điều 2")  # nobody spoke to it
        today = clock.today()
        places = [(group.document_id, group.place), (group.document_id, quiet.lineage_id)]
        assigning.assign(consultation, places, officer_id=drafter.id, due_on=today + timedelta(days=5), by=approver)
        db.session.commit()
        sent, morning = [], clock.local(clock.now()).replace(hour=10).astimezone(UTC)
        for days in (1, 3, 4, 5, 6, 7):
            with clock.frozen(morning + timedelta(days=days)):
                assigning.ask_for_reminders()
                assigning.ask_for_reminders()  # a second worker
                db.session.commit()
                outbox_drained()
            sent.append(len([one for one in mailbox.to("soan@vi-du.vn") if "cần trả lời" in one.subject]))
        assert sent == [0, 1, 1, 1, 2, 2]
        assert "quá hạn" in mailbox.to("soan@vi-du.vn")[-1].body

    def test_reminds_nobody_of_what_is_answered(
        self, consultation: Consultation, drafter: Person, approver: Person, outbox_drained: Callable[[], int],
        mailbox: Mailbox,
    ) -> None:  # fmt: skip
        group = make_group(consultation)
        response = make_submitted(group, drafter)
        answering.publish_response(response, by=approver, version=response.version)
        place = [(group.document_id, group.place)]
        assigning.assign(consultation, place, officer_id=drafter.id, due_on=clock.today(), by=approver)
        db.session.commit()
        morning = clock.local(clock.now()).replace(hour=10).astimezone(UTC)
        with clock.frozen(morning + timedelta(days=1)):
            assigning.ask_for_reminders()
            db.session.commit()
            outbox_drained()
        assert [one for one in mailbox.to("soan@vi-du.vn") if "cần trả lời" in one.subject] == []


@pytest.mark.parametrize("page", ["viec-con-lai/", "phan-cong/", "tra-loi-nhieu/", "duyet/"])
def test_pages_ask_the_same_number_of_statements_for_any_number_of_groups(
    consultation: Consultation,
    approver: Person,
    drafter: Person,
    login: Login,
    count_queries: CountQueries,
    page: str,
) -> None:
    desk: FlaskClient = login(approver)
    counts = []
    for number in (1, 4):
        for group in [make_group(consultation) for _n in range(number)]:
            make_submitted(group, drafter)
            make_group(consultation, "khoản 1 Điều 2")
        db.session.commit()
        with count_queries() as queries:
            answer = desk.get(f"/tiep-thu/{consultation.id}/{page}")
        assert answer.status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 15
