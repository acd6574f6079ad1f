"""The search page and its command: what is public is found, what is not never is."""

import json
from collections.abc import Callable

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient

from accounts.models import Agency, Role
from consultations.models import Comment, Consultation, Stance
from core.db import db
from moderation import queries as moderation_queries
from moderation import services as moderation
from moderation.models import ReviewStatus
from search import services
from tests.consultations.drafts import make_draft, make_published
from tests.consultations.sending import agency_of, publish, say
from tests.factories import make_agency, make_staff

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def agency(app: Flask) -> Agency:
    return make_agency()


@pytest.fixture
def consultation(agency: Agency) -> Consultation:
    return make_published(agency)


@pytest.fixture
def spoken(consultation: Consultation, outbox_drained: Callable[[], int]) -> Comment:
    """A published opinion in the index, and one that still waits."""
    comment = say(consultation, "khoản 1 Điều 2", "Đề nghị bồi thường đất cho người nghèo", stance=Stance.OPPOSE)
    say(consultation, "khoản 1 Điều 2", "Đề nghị bồi thường nhà cửa")
    publish(consultation, comment)
    db.session.commit()
    outbox_drained()
    return comment


def found(client: FlaskClient, **arguments: object) -> str:
    page = client.get("/tim-kiem/", query_string=arguments)
    assert page.status_code == 200
    return page.text


class TestSearching:
    @pytest.mark.parametrize("typed", ["bồi thường đất", "boi thuong dat", "BỒI THƯỜNG ĐẤT"])
    def test_finds_with_marks_and_without(self, client: FlaskClient, spoken: Comment, typed: str) -> None:
        assert f"y-kien-{spoken.id}" in found(client, q=typed)

    def test_keeps_to_the_marks_that_were_typed(self, client: FlaskClient, spoken: Comment) -> None:
        assert f"y-kien-{spoken.id}" not in found(client, q='"thường dắt"')

    def test_answers_a_slip_with_what_was_meant_and_says_so(self, client: FlaskClient, spoken: Comment) -> None:
        page = found(client, q="bồi thường dắt")
        assert "Không thấy “bồi thường dắt”. Đang hiện kết quả cho “bồi thường đất”." in page
        assert f"y-kien-{spoken.id}" in page

    def test_finds_no_opinion_that_waits_for_a_moderator(self, client: FlaskClient, spoken: Comment) -> None:
        assert "nhà cửa" not in found(client, q="bồi thường").replace('value="bồi thường"', "")

    def test_finds_provisions_by_their_words(self, client: FlaskClient, spoken: Comment) -> None:
        assert "Khoản 1 Điều 2" in found(client, q="thử là làm lần đầu", loai="provision") or "khoản 1 Điều 2" in found(
            client, q="thử là làm lần đầu", loai="provision"
        )

    def test_finds_a_draft_by_its_title_and_by_its_agency(
        self, client: FlaskClient, spoken: Comment, consultation: Consultation
    ) -> None:
        for typed in (consultation.title, agency_of(consultation).name):
            assert f'href="/du-thao/{consultation.id}/"' in found(client, q=f'"{typed}"', loai="consultation")
        assert "<mark>" in found(client, q=consultation.title, loai="consultation")

    def test_narrows_by_stance_consultation_and_provision(self, client: FlaskClient, spoken: Comment) -> None:
        here = f"y-kien-{spoken.id}"
        assert here in found(client, q="bồi thường", **{"lap-truong": "oppose"})
        assert here not in found(client, q="bồi thường", **{"lap-truong": "support"})
        assert here in found(client, q="bồi thường", dot=spoken.consultation_id)
        assert here in found(client, q="bồi thường", **{"dieu-khoan": spoken.place})
        assert here not in found(client, q="bồi thường", **{"dieu-khoan": spoken.place + 1})

    def test_of_nonsense_says_what_to_do(self, client: FlaskClient, spoken: Comment) -> None:
        assert "Thử gõ không dấu" in found(client, q="xyzabc", tu="hôm qua", dot="abc")


class TestAHiddenOpinion:
    def test_is_not_found_even_before_the_index_knows(
        self, client: FlaskClient, consultation: Consultation, spoken: Comment, outbox_drained: Callable[[], int]
    ) -> None:
        moderator = make_staff(Role.MODERATOR, agency_of(consultation))
        case = moderation_queries.get_case_of("comment", spoken.id)
        moderation.undo(case.id, by=moderator, version=case.version)
        assert spoken.status == ReviewStatus.PENDING
        assert f"y-kien-{spoken.id}" not in found(client, q="bồi thường")
        db.session.commit()
        outbox_drained()
        assert ("comment", spoken.id) not in services.engine().fingerprints()


class TestADraftThatIsNotPublished:
    def test_is_not_found(
        self, client: FlaskClient, agency: Agency, outbox_drained: Callable[[], int], danban: Callable[..., Result]
    ) -> None:
        make_draft(agency, "Điều 1. Bí mật\nLời chưa công bố cho ai.\n")
        assert danban("search", "rebuild").exit_code == 0
        assert "Lời chưa công bố" not in found(client, q="chưa công bố cho ai")
        assert set(services.engine().fingerprints()) == set()


class TestTheCommand:
    def test_rebuild_makes_the_same_index(self, spoken: Comment, danban: Callable[..., Result]) -> None:
        before = services.engine().fingerprints()
        assert danban("search", "rebuild").exit_code == 0
        assert services.engine().fingerprints() == before

    def test_query_prints_the_promised_shape(self, spoken: Comment, danban: Callable[..., Result]) -> None:
        result = danban("search", "query", "boi thuong", "--consultation", str(spoken.consultation_id), "--json")
        data = json.loads(result.output.splitlines()[-1])
        assert set(data) == {"total", "hits", "by_provision", "took_ms"}
        assert data["hits"][0]["id"] == spoken.id
        assert data["by_provision"] == [{"citation": "khoản 1 Điều 2", "count": 1}]

    def test_query_understands_what_the_page_does(self, spoken: Comment, danban: Callable[..., Result]) -> None:
        def total(typed: str) -> int:
            return int(json.loads(danban("search", "query", typed, "--json").output.splitlines()[-1])["total"])

        assert total("bồi thường lập-trường:phản-đối loại:ý-kiến") == 1
        assert total("bồi thường lập-trường:ủng-hộ") == 0


class TestAClause:
    def test_is_found_by_the_name_of_its_article(self, client: FlaskClient, spoken: Comment) -> None:
        """Khoản 1 Điều 2 ("Giải thích từ ngữ") says what a trial is, and not that this is an explanation of words."""
        assert "Khoản 1 Điều 2" in found(client, q="giải thích từ ngữ lần đầu", loai="provision")
