"""Topics are split, merged, renamed and moved: what follows them, what leads to them, who may."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from accounts.models import Agency, Person, Role
from core.db import db
from core.errors import Closed, NotFound, RuleBroken
from forums import indexing
from forums.models import Board, Draft, Names, Post, Reader, Topic, TopicAction, TopicEvent, TopicKind
from forums.queries import posts as queries
from forums.registry import POST, TOPIC
from forums.services import drafts, marks, reshaping, steering
from moderation import queries as moderation_queries
from moderation.models import ReviewStatus
from moderation.services import sealing
from tests.factories import make_agency, make_person, make_staff
from tests.forums.making import (
    answer,
    case_of,
    make_board,
    make_known,
    moderator_of,
    post_of,
    refuse,
    start,
    wrong_counts,
)

pytestmark = pytest.mark.usefixtures("app")

Login = Callable[..., FlaskClient]


@pytest.fixture
def board(app: Flask) -> Board:
    return make_board()


@pytest.fixture
def moderator(board: Board) -> Person:
    return moderator_of(board)


def place(visitor: FlaskClient, post: Post) -> str:
    """Where the address of a post leads."""
    return visitor.get(f"/dien-dan/bai/{post.id}/").location


def split(topic: Topic, *posts: Post, by: Person, title: str = "Chuyện học phí") -> Topic:
    return reshaping.split(topic.id, [post.id for post in posts], title=title, by=by, reason="Hai chuyện khác nhau.")


class TestSplitting:
    def test_takes_the_chosen_posts_and_leaves_a_pointer(
        self, client: FlaskClient, board: Board, moderator: Person
    ) -> None:
        topic, noise = start(board), start(board)
        kept, first, second = answer(topic), answer(topic), answer(topic)
        answer(noise)
        made = split(topic, second, first, by=moderator)
        assert [(post.topic_id, post.number) for post in (kept, first, second)] == [
            (topic.id, 2),
            (made.id, 2),
            (made.id, 3),
        ]
        assert place(client, first) == f"/dien-dan/chu-de/{made.id}/?bai=2#bai-2"
        old = client.get(f"/dien-dan/chu-de/{topic.id}/?bai=3")
        assert (old.status_code, old.location) == (302, f"/dien-dan/chu-de/{made.id}/?bai=2#bai-2")
        assert f"/dien-dan/chu-de/{made.id}/" in client.get(f"/dien-dan/chu-de/{topic.id}/").text
        assert "Hai chuyện khác nhau." in post_of(made).body
        assert wrong_counts() == {}

    def test_counts_people_and_followers_of_both(self, board: Board, moderator: Person) -> None:
        topic, somebody = start(board), make_known()
        first, second = answer(topic, by=somebody), answer(topic, by=somebody)
        hidden = answer(topic)
        refuse(POST, hidden.id, moderator)
        made = split(topic, second, hidden, by=moderator)
        assert (topic.reply_count, topic.people_count) == (1, 2)
        assert (made.reply_count, made.people_count) == (1, 2)  # the moderator, who opened it, and somebody
        assert topic.last_post_id == first.id
        assert made.last_post_id == second.id
        reader = db.session.get_one(Reader, (made.id, somebody.id), populate_existing=True)
        assert (reader.follows, reader.posts) == (True, 1)
        assert wrong_counts() == {}

    def test_keeps_hidden_posts_hidden_and_their_cases(
        self, client: FlaskClient, board: Board, moderator: Person
    ) -> None:
        topic = start(board)
        hidden = answer(topic, body="Một câu thô tục không ai nên đọc")
        refuse(POST, hidden.id, moderator)
        made = split(topic, hidden, by=moderator)
        assert "thô tục" not in client.get(f"/dien-dan/chu-de/{made.id}/").text
        assert case_of(POST, hidden.id).status == ReviewStatus.REFUSED

    def test_refuses_the_opening_post_others_posts_and_strangers(self, board: Board, moderator: Person) -> None:
        topic, other = start(board), start(board)
        reply, elsewhere = answer(topic), answer(other)
        for chosen in ((post_of(topic),), (reply, elsewhere), ()):
            with pytest.raises(RuleBroken):
                split(topic, *chosen, by=moderator)
        with pytest.raises(NotFound):
            split(topic, reply, by=make_staff(Role.MODERATOR, make_agency()))
        with pytest.raises(RuleBroken):
            reshaping.split(topic.id, [reply.id], title="Chuyện học phí", by=moderator, reason="")


class TestMerging:
    def test_carries_everything_and_redirects(self, client: FlaskClient, board: Board, moderator: Person) -> None:
        topic, into = start(board), start(board)
        reply, there = answer(topic), answer(into)
        opening = post_of(topic)
        reshaping.merge(topic.id, into.id, by=moderator, reason="Trùng nhau")
        assert [post.number for post in (post_of(into), there, opening, reply)] == [1, 2, 3, 4]
        assert client.get(f"/dien-dan/chu-de/{topic.id}/").location == f"/dien-dan/chu-de/{into.id}/"
        old = client.get(f"/dien-dan/chu-de/{topic.id}/?bai=2")
        assert old.location == f"/dien-dan/chu-de/{into.id}/?bai=4#bai-4"
        assert place(client, opening) == f"/dien-dan/chu-de/{into.id}/?bai=3#bai-3"
        assert opening.body[:30] in client.get(f"/dien-dan/chu-de/{into.id}/").text
        assert topic.title not in client.get(f"/dien-dan/{board.id}/").text
        assert (into.reply_count, topic.reply_count, board_counts(board)) == (3, 0, (1, 4))
        assert wrong_counts() == {}

    def test_moves_the_index(self, board: Board, moderator: Person) -> None:
        topic, into = start(board), start(board)
        opening, reply = post_of(topic), answer(topic)
        reshaping.merge(topic.id, into.id, by=moderator, reason="")
        assert indexing.topic_documents([topic.id]) == []
        assert {one.id for one in indexing.post_documents([opening.id, reply.id])} == {opening.id, reply.id}

    def test_lets_the_opening_post_be_decided_as_a_reply(self, board: Board, moderator: Person) -> None:
        topic, into = start(board), start(board)
        opening = post_of(topic)
        reshaping.merge(topic.id, into.id, by=moderator, reason="")
        refuse(POST, opening.id, moderator)
        assert (opening.status, into.status, into.reply_count) == (ReviewStatus.REFUSED, ReviewStatus.PUBLISHED, 0)
        assert wrong_counts() == {}

    def test_takes_followers_drafts_and_late_replies_along(self, login: Login, board: Board, moderator: Person) -> None:
        topic, into = start(board), start(board)
        reader = make_known()
        marks.follow(topic.id, reader.id, follows=True)
        drafts.keep(reader, drafts.place_of_topic(topic.id), title="", body="Lời đang viết dở")
        reshaping.merge(topic.id, into.id, by=moderator, reason="")
        assert db.session.get_one(Reader, (into.id, reader.id), populate_existing=True).follows
        assert db.session.scalars(sa.select(Draft.place)).all() == [drafts.place_of_topic(into.id)]
        with pytest.raises(Closed):
            answer(topic, by=reader)
        sent = login(reader).post(f"/dien-dan/chu-de/{topic.id}/tra-loi", data={"body": "Lời gửi muộn một chút"})
        assert sent.status_code == 302
        assert f"/dien-dan/chu-de/{into.id}/" in sent.location

    def test_adds_no_votes_up(self, board: Board, moderator: Person) -> None:
        topic, into = start(board, kind=TopicKind.PROPOSAL), start(board, kind=TopicKind.PROPOSAL)
        marks.vote(topic.id, by=make_person(), agrees=True)
        reshaping.merge(topic.id, into.id, by=moderator, reason="")
        assert (into.agree_count, wrong_counts()) == (0, {})

    def test_refuses_what_cannot_be_one(self, board: Board, moderator: Person) -> None:
        topic = start(board)
        with pytest.raises(RuleBroken):
            reshaping.merge(topic.id, topic.id, by=moderator, reason="")
        with pytest.raises(RuleBroken, match="cùng loại"):
            reshaping.merge(topic.id, start(board, kind=TopicKind.PROPOSAL).id, by=moderator, reason="")
        with pytest.raises(NotFound):
            reshaping.merge(topic.id, 10**6, by=moderator, reason="")
        with pytest.raises(NotFound):
            reshaping.merge(topic.id, start(make_board()).id, by=moderator, reason="")


def board_counts(board: Board) -> tuple[int, int]:
    db.session.refresh(board)
    return board.topic_count, board.post_count


class TestRenaming:
    def test_changes_the_title_and_keeps_the_old_one_for_moderators_alone(
        self, client: FlaskClient, board: Board, moderator: Person
    ) -> None:
        topic = start(board, title="Một tiêu đề xúc phạm người khác")
        reshaping.rename(topic.id, "Bàn về lệ phí", by=moderator, reason="Tiêu đề xúc phạm")
        page = client.get(f"/dien-dan/chu-de/{topic.id}/").text
        assert ("Bàn về lệ phí" in page, "Tiêu đề xúc phạm" in page, "xúc phạm người khác" in page) == (
            True,
            True,
            False,
        )
        notes = [row.note for row in moderation_queries.list_log(moderator.id, None).items]
        assert any("Một tiêu đề xúc phạm người khác" in note for note in notes)


class TestMoving:
    def test_takes_what_waits_to_the_other_agency(self, board: Board, moderator: Person) -> None:
        there = make_board(make_agency(parent=db.session.get_one(Agency, board.agency_id)), screening="before")
        topic = start(board)
        reply = answer(topic)
        steering.move(topic.id, there.id, by=moderator, reason="Đúng chỗ hơn")
        db.session.expire_all()
        assert {case_of(TOPIC, topic.id).agency_id, case_of(POST, reply.id).agency_id} == {there.agency_id}
        assert wrong_counts() == {}

    def test_tells_nobody_who_stands_behind_a_chosen_name(self, board: Board, moderator: Person) -> None:
        real = make_board(db.session.get_one(Agency, board.agency_id), names=Names.REAL)
        with pytest.raises(RuleBroken, match="ghi tên"):
            steering.move(start(board).id, real.id, by=moderator)
        with pytest.raises(RuleBroken, match="ghi tên"):
            reshaping.merge(start(board).id, start(real).id, by=moderator, reason="")


class TestTheLog:
    def test_holds_every_step_beside_the_public_history(self, board: Board, moderator: Person) -> None:
        topic, into = start(board), start(board)
        reply = answer(topic)
        steering.steer(topic.id, TopicAction.LOCK, by=moderator, reason="Lạc đề")
        split(topic, reply, by=moderator)
        reshaping.rename(topic.id, "Bàn về lệ phí", by=moderator, reason="")
        reshaping.merge(topic.id, into.id, by=moderator, reason="")
        logged = [row.action.value for row in moderation_queries.list_log(moderator.id, None).items]
        assert set(logged) >= {"lock", "split", "rename", "merge"}
        assert db.session.scalar(sa.select(sa.func.count(TopicEvent.id))) == 5  # the split stands in both
        sealing.seal()
        assert sealing.verify() == []

    def test_lets_a_decision_be_undone_after_a_topic_was_locked(self, board: Board, moderator: Person) -> None:
        topic = start(board)
        refuse(TOPIC, topic.id, moderator)
        steering.steer(topic.id, TopicAction.LOCK, by=moderator)
        assert moderation_queries.last_decision(case_of(TOPIC, topic.id).id) is not None


class TestThePages:
    def test_split_merge_and_rename(self, login: Login, board: Board, moderator: Person) -> None:
        topic, into = start(board), start(board)
        reply = answer(topic)
        visitor, here = login(moderator), f"/dien-dan/chu-de/{topic.id}"
        assert f"#{reply.number}" in visitor.get(f"{here}/tach").text
        given = {"posts": [reply.id], "title": "Chuyện học phí", "reason": ""}
        refused = visitor.post(f"{here}/tach", data=given)
        assert (refused.status_code, "Chuyện học phí" in refused.text) == (422, True)
        assert visitor.post(f"{here}/tach", data={**given, "reason": "Hai chuyện"}).status_code == 302
        assert visitor.post(f"{here}/doi-ten", data={"title": "Bàn về lệ phí"}).status_code == 302
        assert visitor.post(f"{here}/gop", data={"into": "không có"}).status_code == 422
        sent = visitor.post(f"{here}/gop", data={"into": f"http://localhost/dien-dan/chu-de/{into.id}/?trang=2"})
        assert sent.location == f"/dien-dan/chu-de/{into.id}/"

    def test_are_not_there_for_others(self, login: Login, board: Board) -> None:
        topic = start(board)
        visitor = login(make_staff(Role.MODERATOR, make_agency()))
        for page in ("tach", "gop", "doi-ten"):
            assert visitor.get(f"/dien-dan/chu-de/{topic.id}/{page}").status_code == 404


def test_a_reader_of_everything_has_nothing_unread_after_a_split(login: Login, board: Board, moderator: Person) -> None:
    topic, reader = start(board), make_known()
    reply = answer(topic)
    split(topic, reply, by=moderator)
    login(reader).get(f"/dien-dan/chu-de/{topic.id}/")
    standing, _word = queries.find_standing(topic.id, reader.id)
    assert standing is not None
    assert standing.read_number == topic.next_number - 1
