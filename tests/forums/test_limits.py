"""How much, how often and by whom: floods, copies, farms of links, stacks of marks are stopped with a sentence."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from accounts.models import Person
from core import clock
from core.db import db
from core.errors import Closed, RuleBroken
from forums import policies
from forums.models import Board, Member, Screening, Topic, TopicAction, Writers
from forums.policies import LIMITS, Trust
from forums.services import posting, steering, texts
from forums.services.posting import Writing
from moderation.models import ReviewStatus
from tests.conftest import Login
from tests.factories import make_person
from tests.forums.making import answer, make_board, make_known, moderator_of, post_of, refuse, start, text
from tests.support.clock import FrozenClock

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def board() -> Board:
    return make_board()


@pytest.fixture
def topic(board: Board) -> Topic:
    return start(board)


def newcomer() -> Person:
    return make_person()


class TestTrust:
    NOW = clock.now()

    @pytest.mark.parametrize(
        ("published", "refused", "days", "expected"),
        [
            (0, 0, 100, Trust.NEW),
            (2, 0, 100, Trust.NEW),
            (3, 0, 0, Trust.KNOWN),
            (3, 1, 0, Trust.KNOWN),
            (3, 2, 0, Trust.NEW),
            (20, 0, 13, Trust.KNOWN),
            (20, 0, 14, Trust.TRUSTED),
            (20, 1, 14, Trust.TRUSTED),
            (20, 2, 14, Trust.KNOWN),
            (20, 7, 14, Trust.NEW),
        ],
    )
    def test_grows_with_what_was_published_and_falls_with_what_was_refused(
        self, published: int, refused: int, days: int, expected: Trust
    ) -> None:
        joined = self.NOW - timedelta(days=days)
        assert policies.trust(published, refused, joined, self.NOW) == expected

    def test_follows_what_moderators_decide(self, board: Board, topic: Topic) -> None:
        author = make_person()
        post = answer(topic, author)
        assert db.session.get_one(Member, author.id).published == 1
        refuse("post", post.id, moderator_of(board))
        member = db.session.get_one(Member, author.id)
        assert (member.published, member.refused) == (0, 1)


class TestFirstLooks:
    @pytest.mark.parametrize(
        ("screening", "new", "known"),
        [
            (Screening.BEFORE, ReviewStatus.PENDING, ReviewStatus.PENDING),
            (Screening.FIRST, ReviewStatus.PENDING, ReviewStatus.PUBLISHED),
            (Screening.AFTER, ReviewStatus.PUBLISHED, ReviewStatus.PUBLISHED),
        ],
    )
    def test_follow_the_policy_of_the_board(self, screening: Screening, new: ReviewStatus, known: ReviewStatus) -> None:
        board = make_board(screening=screening)
        topic = start(board, moderator_of(board))
        assert answer(topic, newcomer()).status == new
        assert answer(topic, make_known()).status == known
        assert answer(topic, moderator_of(board)).status == ReviewStatus.PUBLISHED

    def test_wait_for_links_of_new_people_and_for_words_refused_before(self, board: Board, topic: Topic) -> None:
        assert answer(topic, newcomer(), "Xem https://vi-du.vn/ban-hang nhé.").status == ReviewStatus.PENDING
        assert answer(topic, make_known(), "Xem https://vi-du.vn/so-lieu nhé.").status == ReviewStatus.PUBLISHED
        bad = answer(topic, make_known(), "Ai cần vay tiền thì nhắn cho tôi ngay.")
        refuse("post", bad.id, moderator_of(board), "advertising")
        again = answer(topic, make_known(), "AI CẦN VAY TIỀN thì nhắn cho tôi, ngay!")
        assert again.status == ReviewStatus.PENDING


class TestFloods:
    def test_end_at_the_rate_of_ones_trust(self, frozen_clock: FrozenClock) -> None:
        board, author = make_board(screening=Screening.FIRST), newcomer()
        topic = start(board)
        for _number in range(LIMITS[Trust.NEW].posts):
            answer(topic, author)
        with pytest.raises(RuleBroken, match="10 phút"):
            answer(topic, author)
        answer(topic, make_known())
        frozen_clock.move(minutes=11)
        answer(topic, author)

    def test_of_topics_end_for_the_day(self, frozen_clock: FrozenClock) -> None:
        board, author = make_board(screening=Screening.FIRST), newcomer()
        for _number in range(LIMITS[Trust.NEW].topics):
            start(board, author)
            frozen_clock.move(minutes=11)
        with pytest.raises(RuleBroken, match="trong một ngày"):
            start(board, author)

    def test_the_same_words_sent_twice_are_one_post(self, topic: Topic) -> None:
        author, words = make_known(), text()
        assert answer(topic, author, words).id == answer(topic, author, words).id
        assert topic.reply_count == 1

    def test_the_same_words_elsewhere_are_refused(self, board: Board, topic: Topic) -> None:
        author, words = make_known(), "Kính đề nghị ban soạn thảo xem lại thời hạn này giúp dân."
        answer(topic, author, words)
        with pytest.raises(RuleBroken, match="đúng bài này"):
            answer(start(board), author, words.upper())
        answer(topic, author, "Cảm ơn.")
        answer(start(board), author, "Cảm ơn.")

    def test_a_heated_topic_slows_down_by_itself(self, topic: Topic, frozen_clock: FrozenClock) -> None:
        people = [make_known() for _number in range(10)]
        for number in range(policies.HEATED_POSTS - 1):
            assert not topic.slow_seconds
            answer(topic, people[number % 10])
        assert topic.slow_seconds == policies.COOL_SECONDS
        with pytest.raises(RuleBroken, match="chế độ chậm"):
            answer(topic, people[0])
        answer(topic, make_known())
        frozen_clock.move(minutes=31)
        answer(topic, people[0])
        answer(topic, people[0])


class TestPace:
    def test_slow_mode_names_the_moment_of_the_next_post(self, frozen_clock: FrozenClock) -> None:
        board = make_board(slow_seconds=300)
        topic, author = start(board), make_known()
        answer(topic, author)
        with pytest.raises(RuleBroken, match="Bạn gửi được bài tiếp theo lúc"):
            answer(topic, author)
        answer(topic, moderator_of(board))
        answer(topic, moderator_of(board))
        frozen_clock.move(seconds=301)
        answer(topic, author)

    def test_a_resting_topic_takes_officials_alone(self, board: Board, topic: Topic, frozen_clock: FrozenClock) -> None:
        moderator = moderator_of(board)
        steering.steer(topic.id, TopicAction.REST, by=moderator, reason="Lời qua tiếng lại")
        with pytest.raises(RuleBroken, match="tạm nghỉ"):
            answer(topic)
        answer(topic, moderator)
        frozen_clock.move(minutes=61)
        answer(topic)


class TestWhoAndWhen:
    def test_a_board_takes_posts_within_its_window(self) -> None:
        now = clock.now()
        later = make_board(opens_at=now + timedelta(days=1))
        over = make_board(closes_at=now - timedelta(days=1))
        for board in (later, over, make_board(archived=True)):
            with pytest.raises(Closed):
                start(board)

    @pytest.mark.parametrize("writers", [Writers.CONFIRMED, Writers.ORGANISATIONS, Writers.OFFICIALS])
    def test_who_may_not_write_is_told(self, writers: Writers) -> None:
        board = make_board(writers=writers)
        with pytest.raises(RuleBroken, match="không nhận bài từ tài khoản"):
            start(board, make_person(confirmed=False))
        start(board, moderator_of(board))

    def test_checked_organisations_may_where_they_are_asked(self) -> None:
        board = make_board(writers=Writers.ORGANISATIONS)
        start(board, make_known(kind="organisation", organisation_checked_at=clock.now()))
        with pytest.raises(RuleBroken):
            start(board, make_known(kind="organisation"))

    def test_a_locked_topic_takes_nothing(self, board: Board, topic: Topic) -> None:
        steering.steer(topic.id, TopicAction.LOCK, by=moderator_of(board))
        with pytest.raises(Closed):
            answer(topic)


class TestTexts:
    def test_the_farm_of_links_is_refused_and_kept_in_the_form(
        self, client: FlaskClient, login: Login, topic: Topic
    ) -> None:
        login(make_known())
        farm = "Xem " + " ".join(f"https://vi-du.vn/{number}" for number in range(50))
        sent = client.post(f"/dien-dan/chu-de/{topic.id}/tra-loi", data={"body": farm, "do": "send", "side": "none"})
        assert sent.status_code == 422
        assert "Bài có 50 liên kết; bạn được dùng tối đa 6" in sent.text
        assert "https://vi-du.vn/49" in sent.text
        assert topic.reply_count == 0

    @pytest.mark.parametrize(
        ("body", "told"),
        [
            ("", "Hãy viết nội dung"),
            ("\u200b\u2060 \n", "Hãy viết nội dung"),
            ("a" * (texts.MAX_LETTERS + 1), "tối đa"),
            ("từ " * (texts.MAX_WORDS + 1), "tối đa"),
            (" ".join(f"@nguoi-{number}" for number in range(10_000)), "tối đa"),
            (" ".join(f"@n{number}" for number in range(11)), "nhắc tối đa 10 người"),
        ],
    )
    def test_out_of_bounds_are_refused(self, topic: Topic, body: str, told: str) -> None:
        with pytest.raises(RuleBroken, match=told) as refused:
            answer(topic, body=body or "\u200b")
        assert refused.value.field == "body"

    def test_stacks_of_marks_come_down(self, topic: Topic) -> None:
        post = answer(topic, body="Đ" + "\u0301\u0323" * 40 + "ất của dân thì sao?")
        assert (
            post.body == "Đ\u0323\u0301ất của dân thì sao?"
            or post.body.count("\u0301") + post.body.count("\u0323") <= 2
        )

    @pytest.mark.parametrize("title", ["", "ngắn", "a" * 300, "MộtChữDàiThôiNhé"])
    def test_a_title_says_something(self, board: Board, title: str) -> None:
        with pytest.raises(RuleBroken) as refused:
            start(board, title=title)
        assert refused.value.field == "title"

    def test_a_quote_is_word_for_word_and_short(self, topic: Topic) -> None:
        source = post_of(topic)
        for passage, told in (("Lời chưa ai nói", "đúng nguyên văn"), ("a" * 601, "dài quá")):
            with pytest.raises(RuleBroken, match=told):
                answer(topic, quoted_id=source.id, quote=passage)
        assert answer(topic, quoted_id=source.id, quote=source.body[:20]).quote == source.body[:20].strip()

    def test_a_post_of_another_topic_is_not_quoted(self, board: Board, topic: Topic) -> None:
        other = post_of(start(board))
        with pytest.raises(RuleBroken, match="không còn công khai"):
            answer(topic, quoted_id=other.id, quote=other.body)

    def test_at_most_three_files(self, topic: Topic, client: FlaskClient, login: Login) -> None:
        with pytest.raises(RuleBroken, match="tối đa 3 tệp"):
            posting.reply(topic.id, by=make_known(), writing=Writing(text(), files=[None] * 4))  # type: ignore[list-item]  # their number is refused before they are looked at
