"""What moderators do to boards and topics: pin, lock, move, set rules; nobody else may."""

import pytest
from flask.testing import FlaskClient

from accounts.models import Agency, Person, Role
from core.db import db
from core.errors import RuleBroken
from forums.models import Board, Names, Topic, TopicAction, TopicEvent
from forums.queries import posts as queries
from forums.services import boards, personal_data, steering
from forums.services.boards import Settings
from tests.conftest import Login
from tests.factories import make_agency, make_person, make_staff
from tests.forums.making import answer, make_board, make_known, moderator_of, start, wrong_counts

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def board() -> Board:
    return make_board()


@pytest.fixture
def topic(board: Board) -> Topic:
    return start(board)


@pytest.fixture
def moderator(board: Board) -> Person:
    return moderator_of(board)


class TestSteering:
    def test_is_logged_with_who_and_why_and_shown(
        self, client: FlaskClient, login: Login, topic: Topic, moderator: Person
    ) -> None:
        login(moderator)
        told = {"action": "lock", "board": str(topic.board_id), "reason": "Đã có kết luận"}
        assert client.post(f"/dien-dan/chu-de/{topic.id}/quan-ly", data=told).status_code == 302
        event = db.session.query(TopicEvent).filter_by(topic_id=topic.id).one()
        assert (event.action, event.actor_id, event.reason) == (TopicAction.LOCK, moderator.id, "Đã có kết luận")
        page = client.get(f"/dien-dan/chu-de/{topic.id}/").text
        assert "Đã khóa" in page
        assert "Đã có kết luận" in page

    def test_is_for_the_moderators_of_the_agency(self, client: FlaskClient, login: Login, topic: Topic) -> None:
        path = f"/dien-dan/chu-de/{topic.id}/quan-ly"
        login(make_person())
        assert client.get(path).status_code == 403
        login(moderator_of(make_board()))
        assert client.get(path).status_code == 404
        assert client.post(path, data={"action": "lock", "board": "1"}).status_code == 404

    def test_moves_a_topic_with_its_counts(self, board: Board, topic: Topic, moderator: Person) -> None:
        answer(topic)
        other = make_board(db.session.get_one(Agency, board.agency_id))
        steering.move(topic.id, other.id, by=moderator)
        db.session.refresh(board)
        db.session.refresh(other)
        assert (board.topic_count, board.post_count, other.topic_count, other.post_count) == (0, 0, 1, 2)
        assert wrong_counts() == {}

    def test_marks_and_unmarks_an_answer(
        self, client: FlaskClient, login: Login, topic: Topic, moderator: Person
    ) -> None:
        post = answer(topic, moderator, official=True)
        login(make_known())
        client.post(f"/dien-dan/bai/{post.id}/ghim-tra-loi")
        db.session.refresh(topic)
        assert topic.answer_post_id is None
        login(moderator)
        for expected in (post.id, None):
            client.post(f"/dien-dan/bai/{post.id}/ghim-tra-loi")
            db.session.refresh(topic)
            assert topic.answer_post_id == expected

    def test_a_citizens_post_is_no_answer(self, topic: Topic, moderator: Person) -> None:
        with pytest.raises(RuleBroken):
            steering.mark_answer(answer(topic).id, by=moderator)


class TestSettings:
    def test_are_made_and_changed_by_moderators(self, client: FlaskClient, login: Login) -> None:
        agency = make_agency()
        login(make_staff(Role.MODERATOR, agency))
        told = {
            "agency": str(agency.id),
            "title": "Diễn đàn mới",
            "writers": "confirmed",
            "names": "real",
            "screening": "before",
            "slow_seconds": "60",
        }
        made = client.post("/dien-dan/moi", data=told)
        assert made.status_code == 302, made.text
        page = client.get(made.location).text
        assert "Họ và tên trong tài khoản" in page
        changed = client.post(
            f"{made.location}thiet-lap", data={**told, "title": "Diễn đàn đổi tên", "slow_seconds": "0"}
        )
        assert changed.status_code == 302, changed.text
        assert "Diễn đàn đổi tên" in client.get(made.location).text

    def test_refuse_what_makes_no_sense(
        self, client: FlaskClient, login: Login, board: Board, moderator: Person
    ) -> None:
        login(moderator)
        told = {"title": "", "writers": "x", "names": "chosen", "screening": "first", "slow_seconds": "-1"}
        told |= {"opens": "2026-05-02", "closes": "2026-05-01"}
        refused = client.post(f"/dien-dan/{board.id}/thiet-lap", data=told)
        assert refused.status_code == 422
        assert "Hãy đặt tên cho diễn đàn." in refused.text

    def test_the_way_of_names_stays_once_people_have_written(self, board: Board, topic: Topic) -> None:
        with pytest.raises(RuleBroken, match="cách ghi tên"):
            boards.change(board, Settings(title=board.title, names=Names.REAL))

    def test_of_another_agency_are_no_page(self, client: FlaskClient, login: Login, board: Board) -> None:
        login(moderator_of(make_board()))
        assert client.get(f"/dien-dan/{board.id}/thiet-lap").status_code == 404


class TestErasing:
    def test_takes_the_name_out_and_leaves_the_words(self, client: FlaskClient, topic: Topic) -> None:
        author = make_known(public_name="Chị Đi Rồi")
        answer(topic, author, "Lời của người đã đi.")
        assert personal_data.export_posts(author.id)[0]["body"] == "Lời của người đã đi."
        personal_data.erase_author(author.id)
        for path in (f"/dien-dan/chu-de/{topic.id}/", f"/dien-dan/{topic.board_id}/"):
            assert "Chị Đi Rồi" not in client.get(path).text
        assert "Lời của người đã đi." in client.get(f"/dien-dan/chu-de/{topic.id}/").text
        assert queries.list_latest(topic.id)[0].author_name == "Người viết đã xóa tài khoản"
