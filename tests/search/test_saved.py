"""Saved searches: kept by a person, watched, reported once, stopped from the letter, forgotten with the account."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from accounts.models import Person
from consultations.models import Consultation
from core import clock, outbox
from core.db import db
from core.signing import sign
from search.models import SavedSearch
from search.services import saving
from tests.consultations.drafts import make_published
from tests.consultations.sending import publish, say
from tests.factories import make_agency, make_person
from tests.support.clock import FrozenClock
from tests.support.mail import Mailbox

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def consultation(app: Flask, frozen_clock: FrozenClock) -> Consultation:
    return make_published(make_agency())


@pytest.fixture
def reader(app: Flask, login: Callable[..., FlaskClient]) -> Person:
    person = make_person()
    login(person)
    return person


def heard(consultation: Consultation, drained: Callable[[], int], *bodies: str) -> None:
    """Opinions sent, published and indexed."""
    for body in bodies:
        publish(consultation, say(consultation, "Điều 1", body))
    db.session.commit()
    drained()


def save(client: FlaskClient, **changes: str) -> int:
    typed = {"ten": "Đền bù", "dia-chi": "q=đền bù&tu-muc=40&next=//x.vn", "theo-doi": "y"} | changes
    return client.post("/tim-kiem/da-luu/", data=typed).status_code


def only() -> SavedSearch:
    return db.session.scalars(sa.select(SavedSearch)).one()


class TestSaving:
    def test_keeps_what_makes_the_search_and_nothing_else(self, client: FlaskClient, reader: Person) -> None:
        assert save(client) == 302
        assert only().address == "q=%C4%91%E1%BB%81n+b%C3%B9"
        assert "Đền bù" in client.get("/tim-kiem/da-luu/").text

    @pytest.mark.parametrize(
        ("typed", "message"),
        [
            ({"ten": ""}, "Hãy đặt tên"),
            ({"ten": "x" * 200}, "Tên dài nhất 120"),
            ({"dia-chi": "next=//x.vn"}, "Chưa có gì để lưu"),
        ],
    )
    def test_refuses_with_a_sentence_and_keeps_what_was_typed(
        self, client: FlaskClient, reader: Person, typed: dict[str, str], message: str
    ) -> None:
        page = client.post("/tim-kiem/da-luu/", data={"ten": "Tên", "dia-chi": "q=a"} | typed)
        assert page.status_code == 422
        assert message in page.text

    def test_refuses_a_name_twice_and_too_many(
        self, client: FlaskClient, reader: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert save(client) == 302
        assert save(client) == 422
        monkeypatch.setattr(saving, "MOST_SAVED", 1)
        assert save(client, ten="Khác") == 422

    def test_is_for_people_who_are_signed_in_and_asks_them_to(self, client: FlaskClient) -> None:
        assert "/dang-nhap/" in client.get("/tim-kiem/luu/?q=a").headers["Location"]
        assert save(client) in (302, 303)
        assert db.session.scalar(sa.select(sa.func.count()).select_from(SavedSearch)) == 0

    def test_shows_nobody_anothers(
        self, client: FlaskClient, reader: Person, app: Flask, login: Callable[..., FlaskClient]
    ) -> None:
        save(client)
        other = login(make_person(), app.test_client())
        assert "Đền bù" not in other.get("/tim-kiem/da-luu/").text
        assert other.get(f"/tim-kiem/da-luu/{only().id}/ten").status_code == 404
        for action in ("theo-doi", "bo", "ten"):
            assert other.post(f"/tim-kiem/da-luu/{only().id}/{action}").status_code == 404

    def test_gets_another_name(self, client: FlaskClient, reader: Person) -> None:
        save(client)
        save(client, ten="Bồi thường")
        address = (
            f"/tim-kiem/da-luu/{db.session.scalars(sa.select(SavedSearch.id).order_by(SavedSearch.id)).first()}/ten"
        )
        assert address in client.get("/tim-kiem/da-luu/").text
        assert 'value="Đền bù"' in client.get(address).text
        for typed, told in (("", "Hãy đặt tên"), ("x" * 121, "Tên dài nhất 120"), ("Bồi thường", "đã dùng tên này")):
            refused = client.post(address, data={"ten": typed})
            assert (refused.status_code, told in refused.text) == (422, True)
            assert f'value="{typed}"' in refused.text
        assert client.post(address, data={"ten": "Giá đất"}).status_code == 302
        page = client.get("/tim-kiem/da-luu/").text
        assert "Giá đất" in page
        assert "“Đền bù”" not in page

    def test_ends_with_a_button(self, client: FlaskClient, reader: Person) -> None:
        save(client)
        client.post(f"/tim-kiem/da-luu/{only().id}/bo")
        assert db.session.scalar(sa.select(sa.func.count()).select_from(SavedSearch)) == 0


class TestWatching:
    def news(self, drained: Callable[[], int], time: FrozenClock, hours: int = 25) -> None:
        time.move(hours=hours)
        outbox.watch()
        drained()

    def test_writes_when_there_is_something_new_and_once(
        self,
        client: FlaskClient,
        reader: Person,
        consultation: Consultation,
        outbox_drained: Callable[[], int],
        mailbox: Mailbox,
        frozen_clock: FrozenClock,
    ) -> None:
        heard(consultation, outbox_drained, "Giá đền bù quá thấp")
        save(client)
        self.news(outbox_drained, frozen_clock)
        assert [letter for letter in mailbox.to(reader.email) if "kết quả mới" in letter.subject] == []
        heard(consultation, outbox_drained, "Xin đền bù bằng đất", "Chuyện khác")
        say(consultation, "Điều 1", "Đền bù còn chờ duyệt")
        self.news(outbox_drained, frozen_clock)
        self.news(outbox_drained, frozen_clock)
        letters = [letter for letter in mailbox.to(reader.email) if "kết quả mới" in letter.subject]
        assert len(letters) == 1
        assert "1 kết quả mới cho “Đền bù”" in letters[0].subject
        assert "/tim-kiem/?q=" in letters[0].body

    def test_is_at_most_daily(
        self,
        client: FlaskClient,
        reader: Person,
        consultation: Consultation,
        outbox_drained: Callable[[], int],
        mailbox: Mailbox,
        frozen_clock: FrozenClock,
    ) -> None:
        heard(consultation, outbox_drained, "Mở đầu")
        save(client)
        heard(consultation, outbox_drained, "Đền bù thế này")
        self.news(outbox_drained, frozen_clock, hours=23)
        assert not [letter for letter in mailbox.to(reader.email) if "kết quả mới" in letter.subject]

    def test_stops_from_the_letter_after_one_question(
        self, client: FlaskClient, reader: Person, consultation: Consultation, outbox_drained: Callable[[], int]
    ) -> None:
        heard(consultation, outbox_drained, "Mở đầu")
        save(client)
        token = sign("saved-search", only().id)
        guest = client.application.test_client()
        assert "Thôi nhận thư" in guest.get(f"/tim-kiem/thoi-theo-doi/{token}/").text
        assert only().is_watched
        assert "Đã thôi theo dõi" in guest.post(f"/tim-kiem/thoi-theo-doi/{token}/").text
        assert not only().is_watched
        assert guest.post(f"/tim-kiem/thoi-theo-doi/{token[:-2]}xx/").status_code == 404

    def test_goes_on_and_off(self, client: FlaskClient, reader: Person) -> None:
        save(client, **{"theo-doi": ""})
        assert not only().is_watched
        client.post(f"/tim-kiem/da-luu/{only().id}/theo-doi", data={"bat": "1"})
        assert only().is_watched
        client.post(f"/tim-kiem/da-luu/{only().id}/theo-doi")
        assert not only().is_watched
        assert only().seen is None


class TestPersonalData:
    def test_is_handed_out_and_forgotten(self, client: FlaskClient, reader: Person) -> None:
        save(client)
        held = saving.PERSONAL_DATA.export(reader.id)
        assert held[0]["name"] == "Đền bù"
        saving.PERSONAL_DATA.erase(reader.id)
        assert saving.PERSONAL_DATA.export(reader.id) == []


def test_the_worker_claims_each_search_once(client: FlaskClient, reader: Person, frozen_clock: FrozenClock) -> None:
    save(client)
    frozen_clock.move(hours=25)
    before = outbox.pending()
    saving.ask_for_news()
    saving.ask_for_news()
    assert outbox.pending() == before + 1
    assert clock.now() == only().checked_at
