"""Public names in the queue: which come there, what becomes of one that is taken away, how it is given back."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from accounts.models import Agency, Person, Role
from accounts.services import change_public_name
from core.db import db
from core.errors import NotFound, RuleBroken
from forums.models import Board
from moderation import queries, services
from moderation.analysis import has_look_alikes, seen_in, watched_words
from moderation.models import ReviewCase, ReviewStatus
from moderation.services import names, speaking_up
from tests.factories import make_agency, make_person, make_staff
from tests.forums.making import answer, make_board, post_of, start, wrong_counts
from tests.support.mail import Mailbox

pytestmark = pytest.mark.usefixtures("app")

Login = Callable[..., FlaskClient]
RUDE = "Gọi 0912345678 để vay"


@pytest.fixture
def board(app: Flask) -> Board:
    return make_board(make_agency())


@pytest.fixture
def moderator(board: Board) -> Person:
    return make_staff(Role.MODERATOR, db.session.get_one(Agency, board.agency_id))


@pytest.fixture
def colleague(board: Board) -> Person:
    return make_staff(Role.MODERATOR, db.session.get_one(Agency, board.agency_id))


@pytest.fixture
def rude(app: Flask) -> Person:
    return make_person(public_name=RUDE, email="vay@vi-du.vn")


def decide(case: ReviewCase, to: ReviewStatus, by: Person) -> None:
    services.decide(case.id, to, by=by, version=case.version, rule="advertising")


def name_case(person: Person) -> ReviewCase:
    return queries.get_case_of(names.NAME, person.id)


class TestWhichNamesCome:
    def test_one_with_a_signal_comes_once_when_it_is_first_spoken_under(self, board: Board, rude: Person) -> None:
        start(board, by=make_person())
        topic = start(board, by=rude)
        answer(topic, by=rude)
        assert (name_case(rude).awaiting, name_case(rude).signals) == (True, ["personal_data"])
        assert db.session.query(ReviewCase).filter_by(subject_type=names.NAME).count() == 1

    def test_one_that_a_reader_reports(self, login: Login, board: Board) -> None:
        quiet = make_person(public_name="Vua Hùng Vương", email="vua@vi-du.vn")
        start(board, by=quiet)
        assert names.find_case(quiet.id) is None
        visitor = login(make_person())
        here = f"/kiem-duyet/bao-cao/name/{quiet.id}"
        assert here in visitor.get(f"/dien-dan/nguoi/{quiet.id}/").text
        assert "Vua Hùng Vương" in visitor.get(here).text
        assert visitor.post(here, data={"rule": "insult"}).status_code == 302
        assert name_case(quiet).awaiting
        assert visitor.get(f"/kiem-duyet/bao-cao/name/{make_person().id}").status_code in (200, 404)
        with pytest.raises(NotFound):
            names.case_to_report(make_person().id)


class TestANameThatIsTakenAway:
    def test_leaves_every_page_and_the_author_is_told(
        self,
        client: FlaskClient,
        board: Board,
        rude: Person,
        moderator: Person,
        mailbox: Mailbox,
        outbox_drained: Callable[[], int],
    ) -> None:
        topic = start(board, by=rude)
        decide(name_case(rude), ReviewStatus.REFUSED, moderator)
        db.session.expire_all()
        for page in (
            f"/dien-dan/chu-de/{topic.id}/",
            f"/dien-dan/{board.id}/",
            f"/dien-dan/chu-de/{topic.id}/atom.xml",
        ):
            assert RUDE not in client.get(page).text
        assert post_of(topic).author_name == rude.public_name == f"Người dùng {rude.id}"
        outbox_drained()
        assert "đã bị bỏ" in mailbox.to(rude.email)[-1].subject
        assert wrong_counts() == {}

    def test_can_be_read_by_its_owner_appealed_and_given_back(
        self, login: Login, board: Board, rude: Person, moderator: Person, colleague: Person
    ) -> None:
        topic = start(board, by=rude)
        decide(name_case(rude), ReviewStatus.REFUSED, moderator)
        assert RUDE in login(rude).get(f"/kiem-duyet/xem-lai/name/{rude.id}").text
        speaking_up.appeal(name_case(rude), by=rude, reason="Đó là tên cửa hàng.")
        with pytest.raises(RuleBroken):
            decide(name_case(rude), ReviewStatus.PUBLISHED, moderator)
        decide(name_case(rude), ReviewStatus.PUBLISHED, colleague)
        db.session.expire_all()
        assert post_of(topic).author_name == rude.public_name == RUDE

    def test_is_not_taken_again_but_another_one_is(
        self, login: Login, board: Board, rude: Person, moderator: Person
    ) -> None:
        start(board, by=rude)
        decide(name_case(rude), ReviewStatus.REFUSED, moderator)
        refused = login(rude).post("/tai-khoan/ten", data={"public_name": RUDE.upper()})
        assert (refused.status_code, "đã bị người kiểm duyệt bỏ" in refused.text) == (422, True)
        change_public_name(rude, "Chị Ngỗ")
        assert (name_case(rude).status, name_case(rude).awaiting) == (ReviewStatus.PUBLISHED, False)
        change_public_name(rude, "Gọi 0987654321")
        assert name_case(rude).awaiting

    def test_is_undone(self, board: Board, rude: Person, moderator: Person) -> None:
        start(board, by=rude)
        decide(name_case(rude), ReviewStatus.REFUSED, moderator)
        services.undo(name_case(rude).id, by=moderator, version=name_case(rude).version)
        assert rude.public_name == RUDE


class TestLookAlikeLetters:
    def test_are_seen_where_a_word_mixes_alphabets(self) -> None:
        mixed, russian = "Bộ Y tế th\u043eng báo", "\u041c\u043e\u0441\u043a\u0432\u0430 và Hà Nội"
        assert [str(signal) for signal in seen_in(mixed, ())] == ["look_alike"]
        assert not has_look_alikes(russian)
        assert not has_look_alikes("Nghị định 168/2024/NĐ-CP, điểm đ, α-tocopherol")

    def test_do_not_hide_a_watched_word(self) -> None:
        assert watched_words("đồ l\u0430l\u0430", ["lala"]) == {"lala"}
