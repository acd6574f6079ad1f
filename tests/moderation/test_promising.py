"""The clock against what an agency promises, and the letters that moderators asked for."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from accounts.models import Agency, Person, Role
from consultations.models import Comment, Consultation
from core import clock, outbox
from core.errors import NotFound, RuleBroken
from moderation import queries
from moderation.queries import QueueFilter, waiting
from moderation.services import promising, speaking_up
from tests.consultations.drafts import make_published
from tests.consultations.sending import publish, say
from tests.factories import case_of, make_agency, make_person, make_staff
from tests.support.clock import FrozenClock
from tests.support.mail import Mailbox

pytestmark = pytest.mark.usefixtures("app")

Login = Callable[..., FlaskClient]


@pytest.fixture
def ministry(app: Flask) -> Agency:
    return make_agency()


@pytest.fixture
def unit(ministry: Agency) -> Agency:
    return make_agency(parent=ministry)


@pytest.fixture
def moderator(ministry: Agency) -> Person:
    return make_staff(Role.MODERATOR, ministry, email="kiem-duyet@vi-du.vn")


@pytest.fixture
def consultation(unit: Agency, frozen_clock: FrozenClock) -> Consultation:
    return make_published(unit)


@pytest.fixture
def comment(consultation: Consultation, frozen_clock: FrozenClock) -> Comment:
    return say(consultation, "Điều 1", "Cần nói rõ hơn", person=make_person())


class TestAPromise:
    def test_is_the_nearest_one_above(self, ministry: Agency, unit: Agency, moderator: Person) -> None:
        assert waiting.promised_hours(unit.id) == 24
        promising.promise(ministry.id, 48, by=moderator)
        assert (waiting.promised_hours(unit.id), waiting.promised_hours(make_agency().id)) == (48, 24)
        promising.promise(unit.id, 4, by=moderator)
        promising.promise(unit.id, 5, by=moderator)
        assert (waiting.promised_hours(unit.id), waiting.promised_hours(ministry.id)) == (5, 48)

    def test_is_given_by_moderators_of_the_agency_within_bounds(self, ministry: Agency, moderator: Person) -> None:
        with pytest.raises(NotFound):
            promising.promise(ministry.id, 24, by=make_staff(Role.MODERATOR, make_agency()))
        for hours in (0, 721):
            with pytest.raises(RuleBroken):
                promising.promise(ministry.id, hours, by=moderator)

    def test_makes_nothing_late_after_the_fact(
        self, ministry: Agency, moderator: Person, comment: Comment, frozen_clock: FrozenClock
    ) -> None:
        due = case_of(comment).due_at
        promising.promise(ministry.id, 1, by=moderator)
        assert case_of(comment).due_at == due


class TestTheClock:
    def test_shows_red_when_the_promise_breaks(
        self, login: Login, moderator: Person, comment: Comment, frozen_clock: FrozenClock
    ) -> None:
        visitor = login(moderator)
        frozen_clock.move(hours=24, seconds=-1)
        assert 'class="late"' not in visitor.get("/kiem-duyet/").text
        frozen_clock.move(seconds=1)
        page = visitor.get("/kiem-duyet/").text
        assert 'class="late"' in page
        assert "1 mục quá hạn cam kết" in page
        assert queries.list_queue(moderator.id, QueueFilter(late=True), None).items[0].id == case_of(comment).id

    def test_starts_anew_when_something_published_is_reported(
        self, consultation: Consultation, moderator: Person, comment: Comment, frozen_clock: FrozenClock
    ) -> None:
        publish(consultation, comment)
        frozen_clock.move(days=40)
        case = case_of(comment)
        speaking_up.report(case, by=make_person(), rule="insult")
        assert case.due_at == clock.now() + timedelta(hours=24)
        frozen_clock.move(hours=3)
        speaking_up.report(case, by=make_person(), rule="insult")
        assert case.waiting_since == clock.now() - timedelta(hours=3)

    def test_is_public(self, client: FlaskClient, unit: Agency, moderator: Person, consultation: Consultation) -> None:
        promising.promise(unit.id, 36, by=moderator)
        assert "36 giờ" in client.get(f"/du-thao/{consultation.id}/kiem-duyet/").text


def at_eight(frozen_clock: FrozenClock) -> None:
    """Eight in the morning of the next day, in Vietnam."""
    tomorrow = clock.local(clock.now() + timedelta(days=1))
    frozen_clock.set(tomorrow.replace(hour=8, minute=0))


class TestTheLetters:
    def test_the_summary_comes_once_a_morning_and_only_when_something_waits(
        self, moderator: Person, comment: Comment, mailbox: Mailbox, frozen_clock: FrozenClock
    ) -> None:
        other = make_staff(Role.MODERATOR, make_agency(), email="noi-khac@vi-du.vn")
        promising.choose(moderator, daily=True, urgent=False)
        promising.choose(other, daily=True, urgent=False)
        at_eight(frozen_clock)
        for _again in range(2):
            outbox.watch()
            outbox.drain()
        letters = [letter for letter in mailbox.to(moderator.email) if "đang chờ kiểm duyệt" in letter.subject]
        assert len(letters) == 1
        assert "1 mục" in letters[0].body
        assert "Cần nói rõ hơn" not in letters[0].body
        assert mailbox.to(other.email) == []

    def test_an_alert_says_when_the_promise_breaks_and_not_twice(
        self, moderator: Person, comment: Comment, mailbox: Mailbox, frozen_clock: FrozenClock
    ) -> None:
        promising.choose(moderator, daily=False, urgent=True)
        for hours in (2, 23, 2, 2):
            frozen_clock.move(hours=hours)
            outbox.watch()
            outbox.drain()
        alerts = [letter for letter in mailbox.to(moderator.email) if "cần xem ngay" in letter.subject]
        assert len(alerts) == 1
        assert "Quá hạn cam kết: 1 mục" in alerts[0].body

    def test_nobody_gets_what_they_did_not_choose(
        self, moderator: Person, comment: Comment, mailbox: Mailbox, frozen_clock: FrozenClock
    ) -> None:
        promising.choose(moderator, daily=True, urgent=True)
        promising.choose(moderator, daily=False, urgent=False)
        at_eight(frozen_clock)
        outbox.watch()
        outbox.drain()
        assert mailbox.to(moderator.email) == []

    def test_stop_with_the_role(self, comment: Comment, mailbox: Mailbox, frozen_clock: FrozenClock) -> None:
        citizen = make_person(email="da-nghi@vi-du.vn")
        promising.choose(citizen, daily=True, urgent=True)
        at_eight(frozen_clock)
        outbox.watch()
        outbox.drain()
        assert mailbox.to(citizen.email) == []


def test_the_page_keeps_the_choice_and_the_promise(login: Login, ministry: Agency, moderator: Person) -> None:
    visitor = login(moderator)
    visitor.post("/kiem-duyet/bao-tin/", data={"daily": "y"})
    assert "checked" in visitor.get("/kiem-duyet/bao-tin/").text
    refused = visitor.post("/kiem-duyet/bao-tin/cam-ket", data={"hours": "9000"})
    assert (refused.status_code, "Từ 1 đến 720 giờ" in refused.text) == (422, True)
    assert visitor.post("/kiem-duyet/bao-tin/cam-ket", data={"hours": "12"}).status_code == 303
    assert waiting.promised_hours(ministry.id) == 12
    elsewhere = {"hours": "12", "co-quan": str(make_agency().id)}
    assert visitor.post("/kiem-duyet/bao-tin/cam-ket", data=elsewhere).status_code == 404
