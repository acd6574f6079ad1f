"""What is said about answers while a draft gets its next version."""

from sqlalchemy.orm import Session

from accounts.models import Role
from opinions.models import Decision
from opinions.queries.public import answers_on_place
from opinions.services import answering, grouping
from tests.consultations import sending, texts
from tests.factories import make_staff
from tests.support.clock import FrozenClock


def test_an_answer_shows_the_words_that_it_answered(session: Session, frozen_clock: FrozenClock) -> None:
    consultation = texts.make_first()
    comment = sending.say(consultation, "khoản 1 Điều 2")
    agency = sending.agency_of(consultation)
    drafter, approver = make_staff(Role.DRAFTER, agency), make_staff(Role.APPROVER, agency)
    waiting = texts.upload(consultation)
    place = comment.place
    group = grouping.create_group(consultation, comment.document_id, place, [comment.id], title="Thêm ngày", by=drafter)
    response = answering.draft_response(
        group, decision=Decision.ACCEPTED, reason="Đúng.", resulting_text="Năm ngày.", by=drafter, version=0
    )
    answering.submit_response(response, by=drafter, version=response.version)
    answering.publish_response(response, by=approver, version=response.version)
    assert "ba ngày" in answers_on_place(comment.document_id, place)[0].provision_text
    frozen_clock.move(days=1)
    texts.publish(consultation, waiting)
    assert "ba ngày" in answers_on_place(comment.document_id, place)[0].provision_text
