"""Where new people alone are looked at first: who waits, who does not, and what becomes of their edits."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from accounts.models import Person
from consultations.models import Comment, Consultation, GuestPolicy, ModerationPolicy, Stance
from consultations.services import comments
from consultations.services.screening import KNOWN_AFTER
from core.db import db
from moderation.models import ReviewStatus
from tests.consultations.drafts import make_published
from tests.consultations.sending import Said, comments_of, publish, refuse, say, send
from tests.factories import make_agency, make_person

pytestmark = pytest.mark.usefixtures("app")

Login = Callable[..., FlaskClient]
PENDING, PUBLISHED = ReviewStatus.PENDING, ReviewStatus.PUBLISHED


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return make_published(make_agency(), moderation=ModerationPolicy.FIRST, guests=GuestPolicy.NAMED)


def write(consultation: Consultation, person: Person | None, body: str = "Cần nói rõ hơn ở đây.") -> Comment:
    return say(consultation, "Điều 1", body, person=person)


def become_known(consultation: Consultation) -> Person:
    """Somebody with as many published comments as it takes."""
    person = make_person()
    for number in range(KNOWN_AFTER):
        publish(consultation, write(consultation, person, f"Ý kiến thứ {number}"))
    return person


class TestWhoWaits:
    def test_people_until_their_third_published_contribution(self, consultation: Consultation) -> None:
        person, noise = make_person(), become_known(consultation)
        for number in range(KNOWN_AFTER):
            said = write(consultation, person, f"Ý kiến thứ {number}")
            assert said.status == PENDING
            publish(consultation, said)
        assert write(consultation, person).status == PUBLISHED
        assert write(consultation, noise).status == PUBLISHED

    def test_guests_always(self, consultation: Consultation) -> None:
        become_known(consultation)
        assert comments_of(send(consultation, Said("Điều 1", "Ý của khách"), guest="Ông Khách"))[0].status == PENDING

    def test_again_after_too_many_refusals(self, consultation: Consultation) -> None:
        person = become_known(consultation)
        for _again in range(2):
            refuse(consultation, write(consultation, person))
        assert write(consultation, person).status == PENDING

    def test_replies_too(self, consultation: Consultation) -> None:
        known = become_known(consultation)
        answered = write(consultation, known)
        assert comments.add_reply(answered, by=make_person(), body="Tôi cũng nghĩ vậy").status == PENDING
        assert comments.add_reply(answered, by=known, body="Cảm ơn bác").status == PUBLISHED


class TestAnEdit:
    def test_of_somebody_known_shows_at_once(self, consultation: Consultation) -> None:
        person = become_known(consultation)
        said = write(consultation, person)
        comments.edit_comment(said, by=person, stance=Stance.ASK, body="Lời sửa", proposed_text="")
        assert (said.status, said.body) == (PUBLISHED, "Lời sửa")

    def test_of_somebody_new_waits_beside_the_old_words(self, login: Login, consultation: Consultation) -> None:
        person = make_person()
        said = write(consultation, person)
        publish(consultation, said)
        visitor = login(person)
        given = {"stance": "ask", "body": "Lời sửa", "proposed_text": "", "do": "save"}
        answered = visitor.post(f"/y-kien-cua-toi/{said.id}/", data=given)
        assert answered.status_code == 303
        assert "Bản đã công bố giữ nguyên" in visitor.get(answered.location).text
        db.session.refresh(said)
        assert (said.status, said.body) == (PUBLISHED, "Cần nói rõ hơn ở đây.")
