"""Lists of topics: orders, what is new, pages that do not shift, and statements that do not grow with the rows."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from xml.etree import ElementTree as ET

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from accounts.models import Person
from core.db import db
from forums.exports import ATOM
from forums.models import Board, Reader, Topic, TopicAction, TopicKind
from forums.queries import boards as queries
from forums.queries.boards import Order
from forums.services import marks, steering, summing
from notifications.models import Notification
from tests.conftest import Login
from tests.factories import make_person
from tests.forums.making import answer, make_board, make_known, moderator_of, refuse, start
from tests.support.clock import FrozenClock
from tests.support.queries import CountQueries

pytestmark = pytest.mark.usefixtures("app")
Counter = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def board() -> Board:
    start(make_board())  # noise
    return make_board()


def notices_of(person: Person) -> int:
    statement = sa.select(sa.func.count()).select_from(Notification).where(Notification.person_id == person.id)
    return db.session.scalar(statement) or 0


def titles(board: Board, order: Order) -> list[str]:
    return [topic.title for topic in queries.list_topics(board.id, order, cursor=None, person_id=None).items]


class TestOrders:
    def test_by_activity_pinned_first(self, board: Board) -> None:
        one, two, three = (start(board, title=f"Chủ đề {name}") for name in ("một", "hai", "ba"))
        answer(one)
        steering.steer(two.id, TopicAction.PIN, by=moderator_of(board))
        assert titles(board, Order.ACTIVITY) == [two.title, one.title, three.title]

    def test_a_hidden_reply_does_not_lift_its_topic(self, board: Board) -> None:
        one, two = (start(board, title=f"Chủ đề {name}") for name in ("một", "hai"))
        post = answer(one)
        assert titles(board, Order.ACTIVITY) == [one.title, two.title]
        refuse("post", post.id, moderator_of(board))
        assert titles(board, Order.ACTIVITY) == [two.title, one.title]

    def test_newest_most_supported_waiting_archived(self, board: Board) -> None:
        one, two, three = (
            start(board, title=f"Chủ đề {name}", kind=TopicKind.PROPOSAL) for name in ("một", "hai", "ba")
        )
        marks.vote(one.id, by=make_person(), agrees=True)
        marks.vote(two.id, by=make_person(), agrees=False)
        answer(three)
        steering.steer(two.id, TopicAction.ARCHIVE, by=moderator_of(board))
        assert titles(board, Order.NEWEST) == [three.title, one.title]
        assert titles(board, Order.SUPPORTED) == [one.title, three.title]
        assert titles(board, Order.WAITING) == [one.title]
        assert titles(board, Order.ARCHIVED) == [two.title]

    def test_pages_hold_every_topic_once(self, board: Board) -> None:
        made = {start(board).title for _number in range(queries.PAGE_SIZE + 3)}
        first = queries.list_topics(board.id, Order.ACTIVITY, cursor=None, person_id=None)
        start(board)  # comes in between
        second = queries.list_topics(board.id, Order.ACTIVITY, cursor=first.next_cursor, person_id=None)
        assert {topic.title for topic in (*first.items, *second.items)} == made


class TestWhatIsNew:
    def test_is_counted_from_where_one_stopped_reading(self, client: FlaskClient, login: Login, board: Board) -> None:
        topic, reader = start(board), make_person()
        answer(topic)
        login(reader)
        client.get(f"/dien-dan/chu-de/{topic.id}/")
        assert "bài mới" not in client.get(f"/dien-dan/{board.id}/").text
        for _number in range(3):
            answer(topic)
        assert "3 bài mới" in client.get(f"/dien-dan/{board.id}/").text
        client.get(f"/dien-dan/chu-de/{topic.id}/")
        assert "bài mới" not in client.get(f"/dien-dan/{board.id}/").text

    def test_follows_tell_once_until_one_has_read(
        self, client: FlaskClient, login: Login, board: Board, outbox_drained: Callable[[], int]
    ) -> None:
        topic, follower = start(board), make_person()
        login(follower)
        client.post(f"/dien-dan/chu-de/{topic.id}/theo-doi", data={"theo-doi": "1"})
        for _number in range(3):
            answer(topic)
            outbox_drained()
        assert notices_of(follower) == 1
        client.get(f"/dien-dan/chu-de/{topic.id}/")
        answer(topic)
        outbox_drained()
        assert notices_of(follower) == 2
        client.post(f"/dien-dan/chu-de/{topic.id}/theo-doi", data={"theo-doi": "0"})
        client.get(f"/dien-dan/chu-de/{topic.id}/")
        answer(topic)
        outbox_drained()
        assert notices_of(follower) == 2

    def test_own_posts_are_no_news(self, board: Board, outbox_drained: Callable[[], int]) -> None:
        author = make_known()
        topic = start(board, author)
        answer(topic, author)
        outbox_drained()
        assert db.session.get_one(Reader, (topic.id, author.id)).told_number == 0


class TestStatements:
    """As many for a full page as for an almost empty one."""

    @pytest.fixture
    def full(self, board: Board, frozen_clock: FrozenClock) -> tuple[Topic, Topic, Person]:
        people = [make_known() for _number in range(6)]
        small = start(make_board(), kind=TopicKind.PROPOSAL)
        big = start(board, kind=TopicKind.PROPOSAL)
        for number in range(24):
            frozen_clock.move(minutes=2)
            post = answer(big, people[number % 6])
            if number % 4 == 0:
                marks.toggle_support(post, by=people[(number + 1) % 6])
        for number in range(12):
            start(board, people[number % 6])
        return small, big, people[0]

    def test_do_not_grow(
        self, client: FlaskClient, login: Login, full: tuple[Topic, Topic, Person], count_queries: CountQueries
    ) -> None:
        small, big, reader = full
        most = {"topic": 22, "board": 8}
        for who in (None, reader):
            if who is not None:
                login(who)
            for name, path in (
                ("topic", "/dien-dan/chu-de/{topic.id}/"),
                ("board", "/dien-dan/{topic.board_id}/"),
            ):
                counts = []
                for topic in (small, big):
                    address = path.format(topic=topic)
                    client.get(address)  # what is read once
                    with count_queries() as statements:
                        assert client.get(address).status_code == 200
                    counts.append(len(statements))
                assert counts[1] <= counts[0] + 3, (name, who, counts, statements)
                assert counts[1] <= most[name], (name, counts, statements)


class TestFeeds:
    def test_are_atom_with_public_posts_alone(self, client: FlaskClient, board: Board) -> None:
        topic = start(board, title="Tin của chủ đề <b>", body="Chữ & dấu <i>.")
        hidden = answer(topic, body="Lời không nên thấy đâu.")
        refuse("post", hidden.id, moderator_of(board))
        answer(topic, body="**Lời** cuối cùng.")
        for path, count in ((f"{board.id}/atom.xml", 1), (f"chu-de/{topic.id}/atom.xml", 2)):
            answered = client.get(f"/dien-dan/{path}")
            assert answered.mimetype == "application/atom+xml"
            feed = ET.fromstring(answered.data)  # noqa: S314  # our own
            assert feed.tag == f"{{{ATOM}}}feed"
            assert len(feed.findall(f"{{{ATOM}}}entry")) == count, path
            assert "không nên thấy" not in answered.text


class TestKeyPhrases:
    def test_are_of_several_people_and_gone_when_a_post_is_hidden(
        self, client: FlaskClient, board: Board, outbox_drained: Callable[[], int]
    ) -> None:
        topic = start(board)
        posts = [answer(topic, body=f"Nên kéo dài thời hạn trả lời, ý {number}.") for number in range(6)]
        summing.sum_up(topic.id)
        assert "kéo dài thời hạn" in client.get(f"/dien-dan/chu-de/{topic.id}/").text.split('id="den-nay"')[1]
        refuse("post", posts[0].id, moderator_of(board))
        assert "Cụm từ nhiều người dùng" not in client.get(f"/dien-dan/chu-de/{topic.id}/").text
        outbox_drained()
        assert "Cụm từ nhiều người dùng" in client.get(f"/dien-dan/chu-de/{topic.id}/").text
