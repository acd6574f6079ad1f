"""Changing and taking back one's own post; two windows at once; what stays public meanwhile."""

import pytest
from flask.testing import FlaskClient

from accounts.models import Person
from core import outbox
from core.db import db
from core.errors import NotFound, RuleBroken
from forums.models import Board, Post, PostRevision, Screening, Topic
from forums.queries import posts as queries
from forums.queries.people import list_drafts
from forums.services import drafts, editing
from moderation import services as moderation
from moderation.models import ReviewStatus
from tests.conftest import Login
from tests.factories import make_person
from tests.forums.making import (
    answer,
    case_of,
    decide,
    make_board,
    make_known,
    moderator_of,
    refuse,
    start,
    wrong_counts,
)
from tests.support.clock import FrozenClock

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def author() -> Person:
    return make_known(published=1)


@pytest.fixture
def board() -> Board:
    return make_board()


@pytest.fixture
def topic(board: Board) -> Topic:
    return start(board)


@pytest.fixture
def post(topic: Topic, author: Person) -> Post:
    answer(topic)  # noise
    return answer(topic, author, "Thời hạn mười ngày là ngắn.")


def page_of(client: FlaskClient, topic: Topic) -> str:
    return client.get(f"/dien-dan/chu-de/{topic.id}/").text


class TestAnEdit:
    def test_shows_at_once_and_keeps_the_old_words_in_the_public_history(
        self, client: FlaskClient, login: Login, topic: Topic, post: Post, author: Person
    ) -> None:
        login(author)
        form = {"body": "Thời hạn hai mươi ngày mới đủ.", "version": str(post.version)}
        sent = client.post(f"/dien-dan/bai/{post.id}/sua", data=form)
        assert sent.status_code == 302, sent.text
        login(make_person())
        page = page_of(client, topic)
        assert "hai mươi ngày" in page
        assert "mười ngày là ngắn" not in page
        history = client.get(f"/dien-dan/bai/{post.id}/lich-su").text
        assert history.index("hai mươi ngày") < history.index("mười ngày là ngắn")
        assert case_of("post", post.id).awaiting

    def test_of_a_text_changed_elsewhere_overwrites_nothing_and_loses_nothing(
        self, client: FlaskClient, login: Login, post: Post, author: Person
    ) -> None:
        login(author)
        seen = str(post.version)
        first = client.post(f"/dien-dan/bai/{post.id}/sua", data={"body": "Bản của cửa sổ một.", "version": seen})
        assert first.status_code == 302
        second = client.post(f"/dien-dan/bai/{post.id}/sua", data={"body": "Bản của cửa sổ hai.", "version": seen})
        assert second.status_code == 409
        assert "Bản của cửa sổ hai." in second.text
        assert "Bản của cửa sổ một." in second.text
        db.session.refresh(post)
        assert post.body == "Bản của cửa sổ một."

    def test_of_anothers_post_is_no_page(self, client: FlaskClient, login: Login, post: Post) -> None:
        login(make_known())
        assert client.get(f"/dien-dan/bai/{post.id}/sua").status_code == 404
        assert client.post(f"/dien-dan/bai/{post.id}/rut").status_code == 404
        with pytest.raises(NotFound):
            editing.edit(post.id, by=make_known(), version=1, text="Của người khác.")

    def test_waits_where_moderators_look_first_while_the_old_text_stays(
        self, client: FlaskClient, login: Login, author: Person
    ) -> None:
        board = make_board(screening=Screening.BEFORE)
        moderator = moderator_of(board)
        topic = start(board, moderator)
        post = answer(topic, author, "Lời cũ đã duyệt.")
        decide("post", post.id, ReviewStatus.PUBLISHED, moderator)
        editing.edit(post.id, by=author, version=post.version, text="Lời mới chưa duyệt.")
        assert "Lời cũ đã duyệt." in page_of(client, topic)
        assert "Lời mới chưa duyệt." not in page_of(client, topic)
        editing.edit(post.id, by=author, version=post.version, text="Lời mới hơn chưa duyệt.")
        waiting = [row for row in db.session.query(PostRevision) if row.status == ReviewStatus.PENDING]
        assert [row.body for row in waiting] == ["Lời mới hơn chưa duyệt."]
        decide("post_edit", waiting[0].id, ReviewStatus.PUBLISHED, moderator)
        assert "Lời mới hơn chưa duyệt." in page_of(client, topic)

    def test_that_is_refused_leaves_the_old_text(self, client: FlaskClient, author: Person) -> None:
        board = make_board(screening=Screening.BEFORE)
        moderator = moderator_of(board)
        topic = start(board, moderator)
        post = answer(topic, author, "Lời cũ đã duyệt.")
        decide("post", post.id, ReviewStatus.PUBLISHED, moderator)
        editing.edit(post.id, by=author, version=post.version, text="Lời mới bậy bạ.")
        revision = next(row for row in db.session.query(PostRevision) if row.status == ReviewStatus.PENDING)
        refuse("post_edit", revision.id, moderator)
        assert "Lời cũ đã duyệt." in page_of(client, topic)
        assert "bậy bạ" not in client.get(f"/dien-dan/bai/{post.id}/lich-su").text

    def test_takes_a_quote_of_the_old_words_off_the_page(
        self, client: FlaskClient, topic: Topic, post: Post, author: Person
    ) -> None:
        answer(topic, make_known(), quoted_id=post.id, quote="mười ngày là ngắn")
        assert page_of(client, topic).count("mười ngày là ngắn") == 2
        editing.edit(post.id, by=author, version=post.version, text="Tôi nói lại cho rõ.")
        assert "mười ngày là ngắn" not in page_of(client, topic)

    def test_of_a_refused_post_brings_it_before_the_moderators_again(
        self, board: Board, post: Post, author: Person
    ) -> None:
        refuse("post", post.id, moderator_of(board))
        editing.edit(post.id, by=author, version=post.version, text="Tôi viết lại cho lịch sự.")
        assert post.status == ReviewStatus.PENDING
        assert [row.body for row in queries.list_revisions(post.id)] == ["Tôi viết lại cho lịch sự."]


class TestMasking:
    def test_takes_personal_data_out_of_the_post_its_history_and_its_quotes(
        self, client: FlaskClient, board: Board, topic: Topic
    ) -> None:
        post = answer(topic, body="Gọi cho tôi số 0912 345 678 để bàn thêm.")
        answer(topic, quoted_id=post.id, quote="Gọi cho tôi số 0912 345 678")
        case = case_of("post", post.id)
        moderation.decide(case.id, ReviewStatus.PUBLISHED, by=moderator_of(board), version=case.version, masked=True)
        for path in (f"chu-de/{topic.id}/", f"bai/{post.id}/lich-su", f"chu-de/{topic.id}/atom.xml"):
            assert "0912 345 678" not in client.get(f"/dien-dan/{path}").text, path
        assert "để bàn thêm" in page_of(client, topic)


class TestTakingBack:
    def test_leaves_a_placeholder_and_the_counts_right(
        self, client: FlaskClient, login: Login, topic: Topic, post: Post, author: Person
    ) -> None:
        login(author)
        assert client.post(f"/dien-dan/bai/{post.id}/rut").status_code == 302
        login(make_person())
        page = page_of(client, topic)
        assert "Người viết đã rút bài này." in page
        assert "mười ngày" not in page
        db.session.refresh(topic)
        assert (topic.reply_count, topic.people_count) == (1, 2)
        assert wrong_counts() == {}

    def test_is_refused_for_a_topic_that_others_have_answered(self, board: Board, author: Person) -> None:
        topic = start(board, author)
        lonely = start(board, author)
        answer(topic)
        with pytest.raises(RuleBroken, match="đã có người trả lời"):
            editing.withdraw(queries.list_latest(topic.id)[-1].id, by=author)
        editing.withdraw(queries.list_latest(lonely.id)[-1].id, by=author)
        assert lonely.status == ReviewStatus.WITHDRAWN
        assert not lonely.listed


class TestDrafts:
    def test_are_kept_on_the_server_until_sent(self, client: FlaskClient, login: Login, topic: Topic) -> None:
        me = make_known()
        login(me)
        kept = client.post(f"/dien-dan/chu-de/{topic.id}/tra-loi", data={"body": "Đang viết dở.", "do": "keep"})
        assert kept.status_code == 302
        assert "Đang viết dở." in page_of(client, topic)
        assert topic.title in client.get("/dien-dan/cua-toi/").text
        other = login(make_known())
        assert "Đang viết dở." not in other.get(f"/dien-dan/chu-de/{topic.id}/").text
        login(me)
        client.post(
            f"/dien-dan/chu-de/{topic.id}/tra-loi", data={"body": "Đã viết xong.", "do": "send", "side": "none"}
        )
        assert "Đang viết dở." not in page_of(client, topic)

    def test_are_fifty_at_most(self) -> None:
        me = make_person()
        for number in range(drafts.MOST + 5):
            drafts.keep(me, f"topic:{number}", title="", body=f"Nháp {number}")
        kept = list_drafts(me.id)
        assert len(kept) == drafts.MOST
        assert kept[0].body == f"Nháp {drafts.MOST + 4}"

    def test_are_forgotten_long_after_the_last_word(self, frozen_clock: FrozenClock) -> None:
        me = make_person()
        drafts.keep(me, "topic:1", title="", body="Viết dở, rồi thôi")
        drafts.keep(me, "topic:2", title="", body="Viết dở, rồi viết tiếp")
        frozen_clock.move(days=60)
        drafts.keep(me, "topic:2", title="", body="Viết tiếp")
        outbox.watch()
        assert len(list_drafts(me.id)) == 2
        frozen_clock.move(days=31)
        outbox.watch()
        assert [draft.body for draft in list_drafts(me.id)] == ["Viết tiếp"]
