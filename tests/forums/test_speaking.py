"""Topics and posts on pages: who sees what, what is counted, and that nothing hidden gets out."""

import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from accounts.models import Person
from core import clock
from core.db import db
from forums import indexing
from forums.models import Badge, Board, Names, Side, Topic, TopicKind
from forums.queries import posts as queries
from forums.services import editing
from moderation.models import ReviewStatus
from tests.conftest import Login
from tests.factories import make_consultation, make_person, make_provisions
from tests.forums.making import (
    answer,
    decide,
    make_board,
    make_known,
    moderator_of,
    post_of,
    refuse,
    start,
    wrong_counts,
)

pytestmark = pytest.mark.usefixtures("app")

SECRET = "chuyenrieng"


def pdf() -> tuple[io.BytesIO, str]:
    return io.BytesIO(b"%PDF-1.7\nx"), "so-lieu.pdf"


@pytest.fixture
def board() -> Board:
    return make_board()


@pytest.fixture
def topic(board: Board) -> Topic:
    start(make_board())  # noise
    return start(board, title="Thời hạn trả lời đơn", body="Mười ngày là quá ngắn với vùng xa.")


@pytest.fixture
def moderator(board: Board) -> Person:
    return moderator_of(board)


def opens(client: FlaskClient, path: str) -> bool:
    with client.get(path) as answered:
        return answered.status_code == 200


def page_of(client: FlaskClient, topic: Topic) -> str:
    answered = client.get(f"/dien-dan/chu-de/{topic.id}/")
    assert answered.status_code == 200, answered.text[:500]
    return answered.text


class TestATopic:
    def test_is_opened_and_answered_through_the_forms(self, client: FlaskClient, login: Login, board: Board) -> None:
        login(make_known(public_name="Chị Ba"))
        told = {"kind": "question", "title": "Bao giờ có hướng dẫn?", "body": "Xã tôi **chưa** biết.", "do": "send"}
        sent = client.post(f"/dien-dan/{board.id}/chu-de-moi", data=told)
        assert sent.status_code == 302, sent.text
        page = client.get(sent.location).text
        assert "<h1>Bao giờ có hướng dẫn?</h1>" in page
        assert "<strong>chưa</strong>" in page
        reply = {"body": "Tôi cũng chưa thấy.", "do": "send", "side": "none"}
        replied = client.post(f"{sent.location}tra-loi", data=reply)
        assert replied.status_code == 302, replied.text
        assert "Tôi cũng chưa thấy." in client.get(sent.location).text
        assert "Bao giờ có hướng dẫn?" in client.get(f"/dien-dan/{board.id}/").text
        assert wrong_counts() == {}

    def test_about_a_clause_shows_its_card_and_stands_on_its_page(self, client: FlaskClient, board: Board) -> None:
        consultation = make_consultation()
        clause = make_provisions(consultation, "Người thử được thử trong bảy ngày.")[1]
        other = make_provisions(make_consultation(), "Khoản khác.")[1]
        board.consultation_id = consultation.id
        place = f"/du-thao/{consultation.id}/dieu-khoan/{clause.lineage_id}/"
        topic = start(board, title="Bảy ngày là đủ chưa?", about=place)
        page = page_of(client, topic)
        assert "Người thử được thử trong bảy ngày." in page
        assert f'href="{place}"' in page
        assert "Bảy ngày là đủ chưa?" in client.get(place).text
        elsewhere = f"/du-thao/{other.version_id}/dieu-khoan/{other.lineage_id}/"
        assert "Bảy ngày là đủ chưa?" not in client.get(elsewhere).text

    def test_of_another_board_is_not_listed(self, client: FlaskClient, board: Board, topic: Topic) -> None:
        elsewhere = start(make_board(), title="Chuyện ở diễn đàn khác")
        page = client.get(f"/dien-dan/{board.id}/").text
        assert topic.title in page
        assert elsewhere.title not in page

    def test_that_does_not_exist_is_no_page(self, client: FlaskClient, topic: Topic) -> None:
        for path in ("chu-de/99999/", "99999/", "bai/99999/", "tep/99999", "nguoi/99999/", "chu-de/99999/atom.xml"):
            assert client.get(f"/dien-dan/{path}").status_code == 404, path


class TestWhatIsHidden:
    """A word that stands in one post alone, looked for wherever it might get out."""

    @pytest.mark.parametrize("status", ["refused", "spam", "pending", "withdrawn"])
    def test_is_seen_by_its_author_and_the_moderators_alone(
        self, client: FlaskClient, login: Login, topic: Topic, moderator: Person, status: str
    ) -> None:
        author, quoting = make_known(), make_known()
        post = answer(topic, author, body=f"Đây là {SECRET} của tôi, không nên để lộ.")
        answer(topic, quoting, body="Tôi trả lời bài trên.", quoted_id=post.id, quote=f"Đây là {SECRET} của tôi")
        assert SECRET in page_of(client, topic)
        self._hide(post.id, author, moderator, status)
        public = [
            f"/dien-dan/chu-de/{topic.id}/",
            f"/dien-dan/chu-de/{topic.id}/atom.xml",
            f"/dien-dan/{topic.board_id}/",
            f"/dien-dan/{topic.board_id}/atom.xml",
            f"/dien-dan/nguoi/{quoting.id}/",
        ]
        for path in public:
            assert SECRET not in client.get(path).text, path
        for path in (f"/dien-dan/bai/{post.id}/", f"/dien-dan/bai/{post.id}/lich-su", f"/dien-dan/nguoi/{author.id}/"):
            assert client.get(path).status_code == 404, path
        assert indexing.post_documents([post.id]) == []
        assert indexing.post_cards([post.id]) == {}
        login(make_person())
        assert SECRET not in page_of(client, topic)
        login(quoting)
        assert SECRET not in page_of(client, topic)
        for who in (author, moderator):
            login(who)
            assert SECRET in page_of(client, topic)
        assert wrong_counts() == {}

    def _hide(self, post_id: int, author: Person, moderator: Person, status: str) -> None:
        if status == "withdrawn":
            editing.withdraw(post_id, by=author)
        elif status == "pending":
            post = queries.get_post(post_id)
            decide("post", post_id, ReviewStatus.REFUSED, moderator, rule="insult")
            editing.edit(post_id, by=author, version=post.version, text=f"{post.body} Đã bớt lời.")
        else:
            decide("post", post_id, ReviewStatus(status), moderator, rule="insult")

    def test_leaves_a_placeholder_with_the_rule(self, client: FlaskClient, topic: Topic, moderator: Person) -> None:
        post = answer(topic, body="Lời thô tục không nên thấy.")
        answer(topic)
        refuse("post", post.id, moderator)
        page = page_of(client, topic)
        assert "thô tục" not in page
        assert "theo quy tắc 2" in page
        assert 'id="bai-2"' in page

    def test_topic_takes_its_replies_with_it(
        self, client: FlaskClient, login: Login, board: Board, topic: Topic, moderator: Person
    ) -> None:
        post = answer(topic, body=f"Trong chủ đề này có {SECRET}.")
        refuse("topic", topic.id, moderator)
        for path in (f"chu-de/{topic.id}/", f"chu-de/{topic.id}/atom.xml", f"bai/{post.id}/"):
            assert client.get(f"/dien-dan/{path}").status_code == 404, path
        assert topic.title not in client.get(f"/dien-dan/{board.id}/").text
        assert indexing.topic_documents([topic.id]) == indexing.post_documents([post.id]) == []
        db.session.refresh(board)
        assert (board.topic_count, board.post_count) == (0, 0)
        decide("topic", topic.id, ReviewStatus.PUBLISHED, moderator)
        db.session.refresh(board)
        assert (board.topic_count, board.post_count) == (1, 2)
        assert SECRET in page_of(client, topic)
        assert wrong_counts() == {}

    def test_leaves_notices_too(
        self, topic: Topic, moderator: Person, outbox_drained: Callable[[], int], client: FlaskClient, login: Login
    ) -> None:
        follower = make_known()
        answer(topic, follower)
        answer(topic, body=f"Bài có {SECRET} mà người theo dõi được báo.")
        outbox_drained()
        login(follower)
        told = client.get("/thong-bao/").text
        assert topic.title in told
        assert SECRET not in told
        refuse("topic", topic.id, moderator)
        outbox_drained()
        assert topic.title not in client.get("/thong-bao/").text

    def test_file_opens_for_its_author_and_the_moderators_until_it_is_released(
        self, client: FlaskClient, login: Login, topic: Topic, moderator: Person
    ) -> None:
        author = make_known()
        login(author)
        sent = client.post(
            f"/dien-dan/chu-de/{topic.id}/tra-loi",
            data={"body": "Xin gửi kèm số liệu.", "do": "send", "side": "none", "file": pdf()},
            content_type="multipart/form-data",
        )
        assert sent.status_code == 302, sent.text
        post = post_of(topic, 2)
        found = queries.find_post(post.id, queries.Viewer(author.id))
        assert found is not None
        file_id = found.files[0].id
        path = f"/dien-dan/tep/{file_id}"
        assert opens(client, path)
        login(make_person())
        assert client.get(path).status_code == 404
        assert "so-lieu.pdf" not in page_of(client, topic)
        login(moderator)
        assert opens(client, path)
        decide("post_file", file_id, ReviewStatus.PUBLISHED, moderator)
        login(make_person())
        assert opens(client, path)
        refuse("post", post.id, moderator)
        assert client.get(path).status_code == 404


class TestNamesAndBadges:
    def test_a_board_may_ask_for_real_names(self, client: FlaskClient) -> None:
        board = make_board(names=Names.REAL)
        author = make_known(full_name="Trần Thị Thật", public_name="Chị Kín")
        topic = start(board, author)
        page = page_of(client, topic)
        assert "Trần Thị Thật" in page
        assert "Chị Kín" not in page
        assert f"/dien-dan/nguoi/{author.id}/" not in page

    def test_posts_under_a_real_name_are_not_on_the_page_of_the_chosen_one(
        self, client: FlaskClient, board: Board
    ) -> None:
        author = make_known(full_name="Trần Thị Thật", public_name="Chị Kín")
        start(make_board(names=Names.REAL), author, title="Dưới tên thật của tôi")
        assert client.get(f"/dien-dan/nguoi/{author.id}/").status_code == 404
        start(board, author, title="Dưới tên tự chọn của tôi")
        page = client.get(f"/dien-dan/nguoi/{author.id}/").text
        assert "Dưới tên tự chọn của tôi" in page
        assert "Dưới tên thật của tôi" not in page
        assert "Trần Thị Thật" not in page

    def test_officials_and_organisations_wear_what_we_know_of_them(self, topic: Topic, moderator: Person) -> None:
        checked = make_known(kind="organisation", organisation_checked_at=clock.now())
        unchecked = make_known(kind="organisation")
        found = [answer(topic, who).badge for who in (moderator, checked, unchecked, make_known())]
        assert found == [Badge.OFFICIAL, Badge.ORGANISATION, Badge.UNCHECKED, Badge.PERSON]
        elsewhere = moderator_of(make_board())
        assert answer(topic, elsewhere).badge == Badge.PERSON

    def test_only_who_has_spoken_here_can_be_named(
        self, topic: Topic, client: FlaskClient, outbox_drained: Callable[[], int], login: Login
    ) -> None:
        spoke, silent = make_known(public_name="Chú Tám"), make_known(public_name="Chị Lặng")
        answer(topic, spoke)
        post = answer(topic, body="Theo @Chú-Tám và @chi-lang thì sao?")
        view = queries.find_post(post.id, queries.Viewer())
        assert view is not None
        assert view.mentions == {"Chú-Tám": spoke.id}
        outbox_drained()
        login(spoke)
        assert "nhắc đến bạn" in client.get("/thong-bao/").text
        login(silent)
        assert "nhắc đến bạn" not in client.get("/thong-bao/").text

    def test_a_name_that_two_people_bear_names_nobody(self, topic: Topic) -> None:
        answer(topic, make_known(public_name="Anh Hai"))
        answer(topic, make_known(public_name="Anh Hai"))
        view = queries.find_post(answer(topic, body="Thưa @anh-hai").id, queries.Viewer())
        assert view is not None
        assert view.mentions == {}


class TestAnOfficialAnswer:
    def test_stands_above_the_posts_and_ends_the_waiting(
        self, client: FlaskClient, board: Board, moderator: Person
    ) -> None:
        topic = start(board, kind=TopicKind.QUESTION)
        assert topic.waiting
        answer(topic)
        assert topic.waiting
        post = answer(topic, moderator, body="Có hiệu lực từ tháng bảy.", official=True)
        assert not topic.waiting
        assert topic.answer_post_id == post.id
        page = page_of(client, topic)
        assert page.index('id="tra-loi-chinh-thuc"') < page.index('id="bai-1"')

    def test_is_not_what_a_citizen_says(self, board: Board) -> None:
        topic = start(board, kind=TopicKind.QUESTION)
        assert not answer(topic, official=True).official
        assert topic.answer_post_id is None

    def test_that_is_hidden_is_no_answer(self, board: Board, moderator: Person) -> None:
        topic = start(board, kind=TopicKind.QUESTION)
        post = answer(topic, moderator, official=True)
        other = moderator_of(board)
        refuse("post", post.id, other)
        assert topic.answer_post_id is None
        assert topic.waiting


class TestAProposal:
    def test_counts_each_person_once(self, client: FlaskClient, login: Login, board: Board) -> None:
        topic = start(board, kind=TopicKind.PROPOSAL)
        for word in ("dong-y", "dong-y", "khong-dong-y"):
            login(make_person())
            for _twice in range(2):
                client.post(f"/dien-dan/chu-de/{topic.id}/y-kien", data={"chon": word})
        db.session.refresh(topic)
        assert (topic.agree_count, topic.disagree_count) == (2, 1)
        client.post(f"/dien-dan/chu-de/{topic.id}/y-kien", data={"chon": "none"})
        db.session.refresh(topic)
        assert (topic.agree_count, topic.disagree_count) == (2, 0)
        assert wrong_counts() == {}

    def test_shows_the_most_supported_of_each_side(self, client: FlaskClient, login: Login, board: Board) -> None:
        topic = start(board, kind=TopicKind.PROPOSAL)
        liked = answer(topic, body="Nên làm ngay vì dân cần.", side=Side.FOR)
        against = answer(topic, body="Không nên vì tốn kém.", side=Side.AGAINST)
        for post in (liked, liked, against):
            login(make_person())
            client.post(f"/dien-dan/bai/{post.id}/dong-tinh")
        page = page_of(client, topic)
        said = page[page.index('id="den-nay"') :]
        assert said.index("Nên làm ngay vì dân cần.") < said.index("Không nên vì tốn kém.")
        assert wrong_counts() == {}

    def test_nobody_supports_their_own_post(self, client: FlaskClient, login: Login, topic: Topic) -> None:
        author = make_known()
        post = answer(topic, author)
        login(author)
        assert client.post(f"/dien-dan/bai/{post.id}/dong-tinh").status_code == 422
        db.session.refresh(post)
        assert post.support_count == 0
