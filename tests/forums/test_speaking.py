"""Topics and posts on pages: who sees what, what is counted, and that nothing hidden gets out."""

import pytest
from flask.testing import FlaskClient

from forums.models import Board, Topic
from tests.conftest import Login
from tests.forums.making import (
    answer,
    make_board,
    make_known,
    moderator_of,
    refuse,
    start,
    wrong_counts,
)

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def board() -> Board:
    return make_board()


@pytest.fixture
def topic(board: Board) -> Topic:
    start(make_board())  # noise
    return start(board, title="Thời hạn trả lời đơn", body="Mười ngày là quá ngắn với vùng xa.")


def page_of(client: FlaskClient, topic: Topic) -> str:
    answered = client.get(f"/dien-dan/chu-de/{topic.id}/")
    assert answered.status_code == 200, answered.text[:500]
    return answered.text


class TestATopic:
    def test_is_opened_and_answered_through_the_forms(self, client: FlaskClient, login: Login, board: Board) -> None:
        author = make_known(public_name="Chị Ba")
        login(author)
        sent = client.post(
            f"/dien-dan/{board.id}/chu-de-moi",
            data={"kind": "question", "title": "Bao giờ có hướng dẫn?", "body": "Xã tôi **chưa** biết.", "do": "send"},
        )
        assert sent.status_code == 302, sent.text
        page = client.get(sent.location).text
        assert "<h1>Bao giờ có hướng dẫn?</h1>" in page
        assert "<strong>chưa</strong>" in page
        replied = client.post(
            f"{sent.location}tra-loi", data={"body": "Tôi cũng chưa thấy.", "do": "send", "side": "none"}
        )
        assert replied.status_code == 302, replied.text
        assert "Tôi cũng chưa thấy." in client.get(sent.location).text
        assert "Bao giờ có hướng dẫn?" in client.get(f"/dien-dan/{board.id}/").text
        assert wrong_counts() == {}

    def test_that_was_refused_shows_its_rule_and_none_of_its_words(
        self, client: FlaskClient, topic: Topic, board: Board
    ) -> None:
        post = answer(topic, body="Lời thô tục không nên thấy.")
        refuse("post", post.id, moderator_of(board))
        page = page_of(client, topic)
        assert "thô tục" not in page
        assert "theo quy tắc 2" in page
        assert wrong_counts() == {}
