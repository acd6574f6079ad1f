"""One-tap answers: one a person, changeable until closing, counted right and never with the opinions."""

import re
from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient

from accounts.models import Person, Role
from consultations.models import Consultation, GuestPolicy, Lineage, Provision, Tick, TickItem, TickTally, Verification
from consultations.policies import Voter
from consultations.queries import ticks as queries
from consultations.services import personal_data
from consultations.services import ticks as services
from consultations.services.ticks import Choice
from core import clock
from core.db import db, transaction
from core.errors import Closed, RuleBroken
from tests.conftest import Login
from tests.consultations.sending import agency_of
from tests.factories import make_consultation, make_person, make_provisions, make_staff
from tests.support.mail import Mailbox
from tests.support.queries import CountQueries

AGREES, DISAGREES = Choice(True, 1), Choice(False, 1)


@pytest.fixture
def clause(app: Flask) -> Provision:
    """Of an open consultation, beside another one where the same is asked."""
    other = make_consultation()
    noise = ask(other, make_provisions(other)[1])
    services.cast(noise, services.voter_of(make_person()), AGREES)
    return make_provisions(make_consultation())[1]


@pytest.fixture
def consultation(clause: Provision) -> Consultation:
    return db.session.scalars(sa.select(Consultation).order_by(Consultation.id.desc()).limit(1)).one()


@pytest.fixture
def item(consultation: Consultation, clause: Provision) -> TickItem:
    return ask(consultation, clause)


def ask(consultation: Consultation, clause: Provision, question: str = "") -> TickItem:
    document_id = db.session.scalars(
        sa.text("SELECT document_id FROM lineage WHERE id = :id").bindparams(id=clause.lineage_id)
    ).one()
    return services.add_item(consultation, document_id=document_id, place=clause.lineage_id, question=question, by=None)


def figures(item: TickItem) -> tuple[int, int, int]:
    """(agree, disagree, verified), once the tallies are found right."""
    assert services.differences() == {}
    found = next(one for one in queries.list_items(item.consultation_id) if one.id == item.id)
    return found.agree, found.disagree, found.verified


class TestATick:
    def test_is_one_a_person_and_changes_until_closing(self, item: TickItem) -> None:
        voter = services.voter_of(make_person())
        services.cast(item, voter, AGREES)
        services.cast(item, voter, AGREES)
        assert figures(item) == (1, 0, 1)
        services.cast(item, voter, Choice(False, 2, "Vì chưa rõ."))
        assert figures(item) == (0, 1, 1)
        tick = db.session.scalars(sa.select(Tick).where(Tick.item_id == item.id)).one()
        assert (tick.word, tick.version_number) == ("Vì chưa rõ.", 2)
        services.take_back(item, voter)
        services.take_back(item, voter)
        assert figures(item) == (0, 0, 0)

    def test_counts_guests_apart(self, item: TickItem) -> None:
        services.cast(item, services.voter_of(make_person()), AGREES)
        services.cast(item, services.guest_of_browser("a" * 64), AGREES)
        services.cast(item, Voter(None, "b" * 64, Verification.GUEST_CONFIRMED), DISAGREES)
        assert figures(item) == (2, 1, 1)

    def test_is_refused_after_closing_and_when_no_longer_asked(
        self, item: TickItem, consultation: Consultation
    ) -> None:
        voter = services.voter_of(make_person())
        with clock.frozen(consultation.closes_at + timedelta(seconds=1)), pytest.raises(Closed):
            services.cast(item, voter, AGREES)
        services.stop_item(item)
        with pytest.raises(Closed):
            services.cast(item, voter, AGREES)
        with pytest.raises(RuleBroken):
            services.cast(item, voter, Choice(True, 1, "x" * 501))

    def test_of_an_erased_account_stays_without_words(self, item: TickItem) -> None:
        person = make_person()
        services.cast(item, services.voter_of(person), Choice(True, 1, "Tên tôi là Ba."))
        assert services.export_ticks(person.id)[0]["word"] == "Tên tôi là Ba."
        personal_data.TICKS.erase(person.id)
        assert (services.export_ticks(person.id)[0]["word"], figures(item)) == ("", (1, 0, 1))


def test_two_taps_at_once_are_one_tick(fresh_app: Flask) -> None:
    with transaction():
        consultation = make_consultation()
        item_id = ask(consultation, make_provisions(consultation)[1]).id
        person_id = make_person().id
    ready = Barrier(4)

    def tap() -> None:
        with fresh_app.app_context():
            ready.wait()
            with transaction():
                item = db.session.get_one(TickItem, item_id)
                services.cast(item, Voter(person_id, None, Verification.ACCOUNT), AGREES)
            db.session.remove()

    threads = [Thread(target=tap) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert db.session.scalars(sa.select(TickTally.count)).all() == [1]
    assert services.differences() == {}


class TestTheCheck:
    def test_finds_a_tally_that_is_wrong(self, item: TickItem, danban: Callable[..., Result]) -> None:
        services.cast(item, services.voter_of(make_person()), AGREES)
        db.session.execute(sa.update(TickTally).where(TickTally.item_id == item.id).values(count=7))
        result = danban("tallies", "check")
        assert (result.exit_code, "kept 7, counted 1" in result.output) == (1, True)


class TestThePage:
    def test_takes_a_tap_and_shows_it(self, item: TickItem, clause: Provision, login: Login) -> None:
        client = login(make_person())
        path = f"/du-thao/{item.consultation_id}/dieu-khoan/{clause.lineage_id}/"
        answer = client.post(_path(item), data={"agrees": "dong-y", "next": path})
        assert (answer.status_code, answer.location) == (302, path)
        page = client.get(path).text
        assert "1 lượt biểu thị: 1 có tài khoản, 0 khách" in page
        assert re.search(r'aria-pressed="true"[^§]*?Đồng ý', page)
        assert "Biểu thị ý kiến (1 mục)" in client.get(f"/du-thao/{item.consultation_id}/").text

    def test_keeps_the_word_when_only_tapped(self, item: TickItem, login: Login) -> None:
        client = login(make_person())
        client.post(_path(item), data={"agrees": "dong-y", "word": "Rất cần."})
        client.post(_path(item), data={"agrees": "khong-dong-y"})
        tick = db.session.scalars(sa.select(Tick).where(Tick.item_id == item.id)).one()
        assert (tick.agrees, tick.word) == (False, "Rất cần.")
        assert "Rất cần." not in client.get(f"/du-thao/{item.consultation_id}/bieu-thi/").text

    @pytest.mark.parametrize(("policy", "status"), [(GuestPolicy.NOBODY, 302), (GuestPolicy.NAMED, 302)])
    def test_lets_guests_in_as_the_consultation_says(
        self, item: TickItem, consultation: Consultation, client: FlaskClient, policy: GuestPolicy, status: int
    ) -> None:
        consultation.guests = policy
        for _tap in range(2):
            assert client.post(_path(item), data={"agrees": "dong-y"}).status_code == status
        assert figures(item) == (1 if policy == GuestPolicy.NAMED else 0, 0, 0)

    def test_counts_a_guest_with_an_address_once_the_letter_came_back(
        self, item: TickItem, client: FlaskClient, outbox_drained: Callable[[], int], mailbox: Mailbox
    ) -> None:
        refused = client.post(_path(item), data={"agrees": "dong-y", "email": "khong phai"})
        assert (refused.status_code, "Địa chỉ này chưa đúng dạng" in refused.text) == (422, True)
        given = {"agrees": "dong-y", "email": "Co.Ba@vi-du.vn", "consent": "y"}
        assert client.post(_path(item), data=given).status_code == 302
        assert figures(item) == (0, 0, 0)
        outbox_drained()
        found = re.search(r"/bieu-thi/xac-nhan/\S+", mailbox.letters()[-1].body)
        assert found
        assert "Bạn chọn: đồng ý" in client.get(found.group()).text
        for _press in range(2):
            assert client.post(found.group()).status_code == 302
        assert figures(item) == (1, 0, 0)
        assert client.get(found.group()[:-3] + "xyz").status_code == 410

    def test_does_not_flood_a_mailbox(self, item: TickItem, client: FlaskClient) -> None:
        given = {"agrees": "dong-y", "email": "co.ba@vi-du.vn", "consent": "y"}
        answers = [client.post(_path(item), data=given).status_code for _ in range(6)]
        assert answers == [302] * 5 + [422]

    def test_of_another_consultation_is_not_there(self, item: TickItem, client: FlaskClient) -> None:
        assert client.get(f"/du-thao/{make_consultation().id}/bieu-thi/{item.id}/").status_code == 404

    def test_asks_as_often_for_many_items_as_for_two(
        self,
        item: TickItem,
        consultation: Consultation,
        clause: Provision,
        login: Login,
        count_queries: CountQueries,
    ) -> None:
        visitor = login(make_person())
        asked = []
        for round_ in range(2):
            for n in range(1 + round_ * 20):
                ask(consultation, clause, f"Câu hỏi {round_}.{n}?")
            db.session.commit()
            with count_queries() as statements:
                assert visitor.get(f"/du-thao/{item.consultation_id}/bieu-thi/").status_code == 200
            asked.append(len(statements))
        assert asked[0] == asked[1] <= 12


class TestTheDesk:
    @pytest.fixture
    def drafter(self, consultation: Consultation) -> Person:
        return make_staff(Role.DRAFTER, agency_of(consultation))

    def test_asks_and_stops_asking(
        self, consultation: Consultation, clause: Provision, drafter: Person, login: Login
    ) -> None:
        client, path = login(drafter), f"/soan-thao/{consultation.id}/bieu-thi/"
        document_id = db.session.get_one(Lineage, clause.lineage_id).document_id
        given = {"place": f"{document_id}:{clause.lineage_id}", "question": "Ba ngày có đủ không?"}
        assert client.post(path, data=given).status_code == 302
        twice = client.post(path, data=given)
        assert (twice.status_code, "Mục này đã có trong danh sách" in twice.text) == (422, True)
        item = db.session.scalars(sa.select(TickItem).where(TickItem.consultation_id == consultation.id)).one()
        assert client.post(f"{path}{item.id}/ngung").status_code == 302
        assert "ngừng hỏi ngày" in client.get(path).text

    def test_is_not_another_agency_s(self, item: TickItem, login: Login) -> None:
        client = login(make_staff(Role.DRAFTER, agency_of(make_consultation())))
        assert client.get(f"/soan-thao/{item.consultation_id}/bieu-thi/").status_code == 404
        assert client.post(f"/soan-thao/{item.consultation_id}/bieu-thi/{item.id}/ngung").status_code == 404

    def test_takes_every_word_away_and_no_name(self, item: TickItem, drafter: Person, login: Login) -> None:
        person = make_person()
        services.cast(item, services.voter_of(person), Choice(False, 1, "=HYPERLINK(1)"))
        data = login(drafter).get(f"/soan-thao/{item.consultation_id}/bieu-thi.csv").text
        assert "không đồng ý,tài khoản,'=HYPERLINK(1)" in data
        assert "Tổng số dòng: 1." in data
        assert person.full_name not in data


def _path(item: TickItem) -> str:
    return f"/du-thao/{item.consultation_id}/bieu-thi/{item.id}/"
