"""The open data of a board: every public post, nobody's name, nothing hidden."""

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forums.models import Board
from forums.queries import opened
from forums.registry import POST, TOPIC
from tests.forums.making import answer, make_board, make_known, moderator_of, refuse, start

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def board(app: Flask) -> Board:
    return make_board()


def read(client: FlaskClient, board: Board, query: str = "") -> dict[str, Any]:
    data: dict[str, Any] = client.get(f"/dien-dan/{board.id}/du-lieu.json{query}").get_json()
    return data


def test_holds_public_posts_and_says_what_it_leaves_out(client: FlaskClient, board: Board) -> None:
    topic, gone, noise = start(board), start(board), start(make_board())
    shown, hidden, with_it = answer(topic), answer(topic, body="Lời không được công bố"), answer(gone)
    answer(noise)
    moderator = moderator_of(board)
    refuse(POST, hidden.id, moderator)
    refuse(TOPIC, gone.id, moderator)
    data = read(client, board)
    assert [(post["topic"], post["number"]) for post in data["posts"]] == [(topic.id, 1), (topic.id, 2)]
    assert data["posts"][1]["url"].endswith(f"/dien-dan/bai/{shown.id}/")
    assert data["left_out"] == {"refused": 3}
    assert (data["public_posts"], data["next"]) == (2, None)
    text = json.dumps(data, ensure_ascii=False)
    assert "Lời không được công bố" not in text
    assert with_it.body not in text


def test_names_nobody_and_tells_who_answers_whom(client: FlaskClient, board: Board) -> None:
    first, second = make_known(public_name="Chị Ngỗ"), make_known(public_name="Bác Tư Cần")
    topic = start(board, by=first)
    answer(topic, by=second, body="Hỏi @chi-ngo: gọi số 0912345678 có được không?")
    answer(topic, by=first)
    data = read(client, board)
    assert [post["author"] for post in data["posts"]] == [1, 2, 1]
    text = json.dumps(data, ensure_ascii=False)
    for personal in ("Ngỗ", "chi-ngo", "Bác Tư", "0912345678"):
        assert personal not in text
    assert data["posts"][1]["body"] == "Hỏi @…: gọi số [đã che] có được không?"


def test_comes_in_pages_that_hold_every_post_once(
    client: FlaskClient, board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opened, "PAGE_SIZE", 2)
    topic = start(board)
    for _reply in range(4):
        answer(topic)
    seen, query = [], ""
    while True:
        data = read(client, board, query)
        seen += [post["number"] for post in data["posts"]]
        if data["next"] is None:
            break
        query = "?" + data["next"].partition("?")[2]
    assert seen == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("query", ["?sau=-1", "?sau=99999999999999999999", "?sau=abc"])
def test_nonsense_in_the_address_is_no_error(client: FlaskClient, board: Board, query: str) -> None:
    assert client.get(f"/dien-dan/{board.id}/du-lieu.json{query}").status_code == 200
