"""People are told on their page and by letter."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from accounts.models import Person
from notifications.models import Notification
from notifications.queries import count_unread
from notifications.services import notify
from tests.conftest import Login
from tests.factories import make_person
from tests.support.mail import Mailbox
from tests.support.queries import CountQueries

LETTER = "accounts_changed"
BODY = "Mật khẩu Dân Bàn của bạn vừa được đổi"


@pytest.fixture
def person(session: scoped_session[Session]) -> Person:
    notify(make_person().id, None, "Tin của người khác", LETTER, "/khac/")
    return make_person(full_name="Trần Thị Bưởi")


class TestNotify:
    def test_puts_it_on_the_page_and_sends_a_letter_with_the_address(
        self, app: Flask, person: Person, mailbox: Mailbox, outbox_drained: Callable[[], int]
    ) -> None:
        app.config["SITE_URL"] = "https://danban.vi-du.vn"
        told = notify(person.id, "khac@vi-du.vn", "Ý kiến đã\ncông bố", LETTER, "/bien-nhan/AB12/")
        assert told is not None
        assert told.body.startswith(BODY)
        assert "Kính gửi" not in told.body
        outbox_drained()
        [letter] = mailbox.to(person.email)
        assert letter.subject == "Ý kiến đã công bố"
        assert "Kính gửi Trần Thị Bưởi," in letter.body
        assert "Xem tại: https://danban.vi-du.vn/bien-nhan/AB12/" in letter.body
        assert mailbox.to("khac@vi-du.vn") == []

    def test_writes_to_a_guest_by_letter_alone(
        self, session: scoped_session[Session], mailbox: Mailbox, outbox_drained: Callable[[], int]
    ) -> None:
        assert notify(None, "khach@vi-du.vn", "Tin", LETTER, "/bien-nhan/") is None
        assert notify(None, None, "Tin", LETTER, "/bien-nhan/") is None
        outbox_drained()
        assert [letter.to for letter in mailbox.letters()] == ["khach@vi-du.vn"]
        assert session.scalar(sa.select(sa.func.count()).select_from(Notification)) == 0

    def test_sends_no_letter_to_an_address_nobody_confirmed(
        self, session: scoped_session[Session], mailbox: Mailbox, outbox_drained: Callable[[], int]
    ) -> None:
        assert notify(make_person(confirmed=False).id, None, "Tin", LETTER, "/") is not None
        outbox_drained()
        assert mailbox.letters() == []


class TestPage:
    def test_lists_one_s_own_newest_first_and_counts_what_is_new(self, person: Person, login: Login) -> None:
        for n in range(3):
            notify(person.id, None, f"Tin số {n}", LETTER, f"/noi-{n}/")
        page = login(person).get("/thong-bao/").text
        assert page.index("Tin số 2") < page.index("Tin số 0")
        assert 'href="/noi-1/"' in page
        assert "Tin của người khác" not in page
        assert '<span class="count">3<' in page

    def test_marks_one_or_all_as_read_and_nobody_else_s(
        self, person: Person, login: Login, session: scoped_session[Session]
    ) -> None:
        first, _second = (notify(person.id, None, f"Tin {n}", LETTER, "/") for n in range(2))
        foreign = session.scalar(sa.select(Notification.id).where(Notification.person_id != person.id))
        client = login(person)
        assert first is not None
        client.post(f"/thong-bao/{first.id}/da-doc")
        assert count_unread(person.id) == 1
        client.post(f"/thong-bao/{foreign}/da-doc")
        client.post("/thong-bao/da-doc")
        assert count_unread(person.id) == 0
        assert session.scalar(sa.select(Notification.read_at).where(Notification.id == foreign)) is None

    def test_is_paged_at_the_same_number_of_queries(
        self,
        person: Person,
        login: Login,
        count_queries: CountQueries,
    ) -> None:
        client = login(person)
        notify(person.id, None, "Tin", LETTER, "/")
        with count_queries() as few:
            client.get("/thong-bao/")
        for n in range(45):
            notify(person.id, None, f"Tin {n}", LETTER, "/")
        with count_queries() as many:
            page = client.get("/thong-bao/").text
        assert len(many) == len(few) <= 6, many
        assert page.count('class="card__head"') == 30
        assert 'rel="next"' in page

    def test_is_for_people_who_have_signed_in(self, client: FlaskClient) -> None:
        assert client.get("/thong-bao/").status_code == 302
        assert client.post("/thong-bao/da-doc").status_code == 302
