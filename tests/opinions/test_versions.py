"""What is said about answers while a draft gets its next version."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.models import Role
from consultations.models import Submission
from opinions.models import Decision
from opinions.queries.public import answers_on_place, fates
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
    assert answers_on_place(comment.document_id, place)[0].landing is None
    frozen_clock.move(days=1)
    texts.publish(consultation, waiting)
    assert "ba ngày" in answers_on_place(comment.document_id, place)[0].provision_text


@pytest.mark.parametrize(
    ("where", "promised", "outcome"),
    [
        ("khoản 1 Điều 2", "thử trong NĂM ngày làm việc, kể từ ngày đăng ký.", "written"),
        ("khoản 1 Điều 2", "Người thử được thử trong bảy ngày.", "different"),
        ("khoản 2 Điều 2", "Người thử không phải trả tiền.", "gone"),
    ],
)
def test_the_next_version_tells_what_became_of_a_promised_wording(
    session: Session, frozen_clock: FrozenClock, client: FlaskClient, where: str, promised: str, outcome: str
) -> None:
    consultation = texts.make_first()
    comment, noise = sending.say(consultation, where), sending.say(consultation, "Điều 1")
    agency = sending.agency_of(consultation)
    drafter, approver = make_staff(Role.DRAFTER, agency), make_staff(Role.APPROVER, agency)
    for one, wording in ((comment, promised), (noise, "")):
        group = grouping.create_group(consultation, one.document_id, one.place, [one.id], title="", by=drafter)
        decision = Decision.ACCEPTED if wording else Decision.NOT_ACCEPTED
        response = answering.draft_response(
            group, decision=decision, reason="Đúng.", resulting_text=wording, by=drafter, version=0
        )
        answering.submit_response(response, by=drafter, version=response.version)
        answering.publish_response(response, by=approver, version=response.version)
    waiting = texts.upload(consultation)
    frozen_clock.move(days=1)
    texts.publish(consultation, waiting)
    found = fates([comment.id, noise.id])
    landing = found[comment.id].landing
    assert landing is not None
    assert (landing.outcome, landing.number) == (outcome, 2)
    assert found[noise.id].landing is None
    for code, shown in ((comment, True), (noise, False)):
        page = client.get(f"/bien-nhan/{session.get_one(Submission, code.submission_id).receipt_code}/").text
        assert (f'data-landed="{outcome}"' in page) is shown
    page = client.get(f"/du-thao/{consultation.id}/dieu-khoan/{comment.place}/").text
    assert f'data-landed="{outcome}"' in page
