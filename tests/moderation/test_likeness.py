"""Cases that say nearly the same: marked when the like was refused, decided together as the moderator saw them."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from accounts.models import Agency, Person, Role
from consultations.models import Comment, Consultation
from core import outbox
from core.db import db
from moderation import queries
from moderation.models import ReviewAction, ReviewStatus
from moderation.services import likeness
from tests.consultations.drafts import make_published
from tests.consultations.sending import refuse, say
from tests.factories import case_of, make_agency, make_person, make_staff

pytestmark = pytest.mark.usefixtures("app")

Login = Callable[..., FlaskClient]
LETTER = (
    "Chúng tôi đề nghị giữ nguyên thời hạn hai mươi ngày, vì người dân ở vùng xa nhận được dự thảo rất muộn "
    "và cần thời gian họp thôn để bàn từng điều."
)
NEARLY = LETTER.replace("Chúng tôi", "Gia đình tôi").replace("rất muộn", "khá muộn")
OPPOSITE = LETTER.replace("đề nghị giữ nguyên", "không đề nghị giữ nguyên")
OTHER = "Điều này nên bỏ vì trùng với luật đã có, lại khó áp dụng với các xã miền núi không có cán bộ chuyên trách."


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return make_published(make_agency())


@pytest.fixture
def moderator(consultation: Consultation) -> Person:
    return make_staff(Role.MODERATOR, db.session.get_one(Agency, consultation.agency_id))


def write(consultation: Consultation, body: str) -> Comment:
    return say(consultation, "Điều 1", body, person=make_person())


class TestWhatIsNear:
    def test_is_found_among_what_waits_and_the_opposite_is_not(
        self, consultation: Consultation, moderator: Person
    ) -> None:
        first, near = write(consultation, LETTER), write(consultation, NEARLY)
        for noise in (OPPOSITE, OTHER, LETTER):  # the last has the very same words: "alike" has it
            write(consultation, noise)
        elsewhere = write(make_published(make_agency()), NEARLY)
        found = likeness.near(case_of(first), moderator.id)
        assert [case.id for case in found] == [case_of(near).id]
        assert likeness.near(case_of(elsewhere), moderator.id) == []

    def test_short_words_are_near_to_nothing(self, consultation: Consultation, moderator: Person) -> None:
        first = write(consultation, "Tôi đồng ý.")
        write(consultation, "Tôi rất đồng ý.")
        assert likeness.near(case_of(first), moderator.id) == []


class TestTheSignal:
    def test_is_given_to_what_nearly_says_what_was_refused(self, consultation: Consultation) -> None:
        refuse(consultation, write(consultation, LETTER))
        outbox.drain()
        near, other = write(consultation, NEARLY), write(consultation, OTHER)
        outbox.drain()
        db.session.expire_all()
        assert (case_of(near).signals, case_of(near).rank) == (["repeated"], -2)
        assert (case_of(other).signals, case_of(other).rank) == ([], 0)
        outbox.drain()
        assert likeness.mark_repeated([case_of(near).id]) == 0  # once


class TestAFamily:
    def test_is_decided_as_it_was_seen_each_logged(
        self, login: Login, consultation: Consultation, moderator: Person
    ) -> None:
        first, near, changed, left = (
            write(consultation, text) for text in (LETTER, NEARLY, NEARLY + " Xin cảm ơn.", NEARLY + " Trân trọng.")
        )
        visitor, case = login(moderator), case_of(first)
        assert NEARLY[:60] not in visitor.get(f"/kiem-duyet/?muc={case.id}").text.split("queue__list")[0]
        page = visitor.get(f"/kiem-duyet/?muc={case.id}&gan-giong=1").text
        assert "3 mục gần giống" in page
        chosen = [f"{case_of(one).id}-{case_of(one).version}" for one in (near, changed)]
        assert all(f'value="{one}"' in page for one in chosen)
        case_of(changed).version += 1  # somebody was at it meanwhile
        db.session.flush()
        given = {"version": case.version, "decision": "refused", "rule": "off_topic", "near": [*chosen, "1-1'--", "x"]}
        assert visitor.post(f"/kiem-duyet/{case.id}/quyet-dinh", data=given).status_code == 302
        outbox.drain()
        db.session.expire_all()
        statuses = [one.status for one in (first, near, changed, left)]
        pending, refused = ReviewStatus.PENDING, ReviewStatus.REFUSED
        assert statuses == [refused, refused, pending, pending]
        assert queries.list_history(case_of(near).id)[-1].action == ReviewAction.DECIDE
