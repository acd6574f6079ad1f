"""The results page: how a query was understood, facets, the draft by hits, other readings, files; and their limits."""

import csv
import io
import json
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from accounts.models import Agency, Role
from consultations.models import Consultation, Stance
from core.db import db
from search.models import SearchIndex
from tests.consultations.drafts import make_published
from tests.consultations.sending import publish, say
from tests.factories import make_agency, make_staff
from tests.support.queries import CountQueries

pytestmark = pytest.mark.usefixtures("app")

HOSTILE = [
    "x" * 10_000,
    "đất " * 3_000,
    "OR " * 2_000,
    "đất OR " * 1_500,
    "-" * 5_000,
    "- - | | OR OR",
    "* ? ~ ^ [a TO z]",
    "***",
    "\u202eđất\u202c \u200f",
    "'; DROP TABLE comment; --",
    '" OR 1=1',
    "words:đất AND key:*",
    "điều: khoản: từ: loại: -tác-giả:",
    "điều:" + "9" * 500,
    "\x00\x01",
    "{{ 7*7 }} <script>alert(1)</script>",
    "%s %(n)s %",
    "đất" + "\u0301" * 500,
    "§7.2 =dat @nguyen",
]


NONSENSE: list[dict[str, str]] = [
    {"dot": "abc"},
    {"dot": "99999999999999999999"},
    {"dieu-khoan": "-1"},
    {"tu": "2026-02-31", "den": "x"},
    {"tu-muc": "999999999999"},
    {"thang": "'; --"},
    {"thang": "2026-13"},
    {"lap-truong": "x" * 5_000},
    {"sap-xep": "nope", "loai": "nope"},
]


@pytest.fixture
def agency(app: Flask) -> Agency:
    return make_agency()


@pytest.fixture
def consultation(agency: Agency, outbox_drained: Callable[[], int]) -> Consultation:
    """Three published opinions on two articles, one that waits, and the draft itself, all indexed."""
    made = make_published(agency)
    comments = [
        say(made, "khoản 1 Điều 2", "Đề nghị bồi thường đất cho người nghèo", stance=Stance.OPPOSE),
        say(made, "khoản 1 Điều 2", "Bồi thường đất phải theo giá thị trường", stance=Stance.SUPPORT),
        say(made, "Điều 1", "=CMD() bồi thường đất nông nghiệp", stance=Stance.AMEND),
    ]
    say(made, "Điều 1", "Bồi thường bí mật chưa duyệt tuyệt nhiên")
    for comment in comments:
        publish(made, comment)
    db.session.commit()
    outbox_drained()
    return made


def page_of(client: FlaskClient, **arguments: object) -> str:
    page = client.get("/tim-kiem/", query_string=arguments)
    assert page.status_code == 200
    return page.text


class TestUnderstanding:
    def test_is_silent_about_plain_words(self, client: FlaskClient, consultation: Consultation) -> None:
        assert "Đã hiểu là" not in page_of(client, q="bồi thường")

    def test_is_told_in_plain_words(self, client: FlaskClient, consultation: Consultation) -> None:
        page = page_of(client, q='"bồi thường" -nhà lập-trường:phản-đối điều:2 khoản:1 từ:2020')
        assert "có các từ liền nhau: “bồi thường”" in page
        assert "không có: “nhà”" in page
        assert "chỉ ở khoản 1 Điều 2" in page
        assert "lập trường: không đồng ý" in page
        assert "từ ngày 01/01/2020" in page
        assert "người nghèo" in page
        assert "giá thị trường" not in page

    def test_of_a_filter_that_makes_no_sense_says_so_and_goes_on(
        self, client: FlaskClient, consultation: Consultation
    ) -> None:
        page = page_of(client, q="bồi thường từ:hôm-qua loại:abc")
        assert "Bỏ qua “từ:hôm-qua”" in page
        assert "Bỏ qua “loại:abc”" in page
        assert "người nghèo" in page

    def test_offers_the_marks_that_were_left_out(self, client: FlaskClient, consultation: Consultation) -> None:
        page = page_of(client, q="boi thuong dat")
        assert "Có phải bạn muốn tìm:" in page
        assert "bồi thường đất</a>" in page

    def test_of_a_long_question_answers_with_a_part_of_it(
        self, client: FlaskClient, consultation: Consultation
    ) -> None:
        page = page_of(client, q="người nghèo bị thu hồi ruộng vườn thì bồi thường ra sao")
        assert "Không nơi nào có đủ mọi từ" in page
        assert "người nghèo" in page

    def test_of_anything_is_a_page(self, client: FlaskClient, consultation: Consultation) -> None:
        for typed in HOSTILE:
            assert "<script>alert" not in page_of(client, q=typed)
            assert client.get("/tim-kiem/goi-y", query_string={"q": typed}).status_code == 200


class TestAuthors:
    def test_are_searched_by_staff_alone(
        self, client: FlaskClient, consultation: Consultation, agency: Agency, login: Callable[..., FlaskClient]
    ) -> None:
        typed = "bồi thường tác-giả:không-có-ai-tên-này"
        page = page_of(client, q=typed)
        assert "chỉ dành cho cán bộ" in page
        assert "người nghèo" in page
        login(make_staff(Role.DRAFTER, agency))
        page = page_of(client, q=typed)
        assert "chỉ dành cho cán bộ" not in page
        assert "người nghèo" not in page


class TestNarrowing:
    def test_counts_all_that_was_found(self, client: FlaskClient, consultation: Consultation) -> None:
        page = page_of(client, q="bồi thường")
        for name in ("Lập trường", "Điều khoản"):
            assert f">{name}</h3>" in page
        assert page.count("lap-truong=oppose") >= 1

    def test_by_a_provision_takes_what_lies_below_it(
        self, client: FlaskClient, consultation: Consultation, app: Flask
    ) -> None:
        from core import slots

        divisions = slots.content("search.outline", consultation.id)
        second = next(each for one in divisions for each in one.articles if each.label == "Điều 2")
        page = page_of(client, q="bồi thường", dot=consultation.id, **{"dieu-khoan": second.lineage_id})
        assert "người nghèo" in page
        assert "nông nghiệp" not in page
        assert 'aria-current="true"' in page

    def test_shows_where_in_the_draft_the_hits_are(self, client: FlaskClient, consultation: Consultation) -> None:
        page = page_of(client, q="bồi thường")
        assert "Ở đâu trong dự thảo" in page
        assert "2 kết quả" in page
        assert "Số kết quả ở mỗi điều" in page

    def test_by_nonsense_is_a_page(self, client: FlaskClient, consultation: Consultation) -> None:
        for arguments in NONSENSE:
            page_of(client, q="bồi thường", **arguments)


class TestWhatIsHidden:
    def test_is_in_no_answer_count_completion_or_file(self, client: FlaskClient, consultation: Consultation) -> None:
        for typed in ("bồi thường bí mật", "tuyệt nhiên", "tuyet nhien"):
            page = page_of(client, q=typed)
            assert "chưa duyệt" not in page
            assert "nhiên</a>" not in page
            assert "chưa duyệt" not in client.get("/tim-kiem/ket-qua.csv", query_string={"q": typed}).text
        assert "nhiên" not in "".join(json.loads(client.get("/tim-kiem/goi-y?q=tuyệt nh").text))


class TestCompletions:
    def test_restore_the_words_before_and_go_on(self, client: FlaskClient, consultation: Consultation) -> None:
        offered = json.loads(client.get("/tim-kiem/goi-y", query_string={"q": "boi thuong da"}).text)
        assert "bồi thường đất" in offered
        offered = json.loads(client.get("/tim-kiem/goi-y", query_string={"q": "bồi thường"}).text)
        assert "bồi thường đất" in offered

    def test_are_words_of_what_everybody_may_see(self, client: FlaskClient, consultation: Consultation) -> None:
        assert "bồi thường" in json.loads(client.get("/tim-kiem/goi-y", query_string={"q": "boi th"}).text)
        elsewhere = {"q": "boi th", "dot": consultation.id + 1}
        assert json.loads(client.get("/tim-kiem/goi-y", query_string=elsewhere).text) == []


class TestTheFile:
    def test_holds_what_was_found_and_says_what_it_is(self, client: FlaskClient, consultation: Consultation) -> None:
        answer = client.get("/tim-kiem/ket-qua.csv", query_string={"q": "bồi thường", "loai": "comment"})
        assert answer.mimetype == "text/csv"
        rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
        assert rows[0][:4] == ["Loại", "Điều khoản", "Đợt lấy ý kiến", "Lập trường"]
        assert len([row for row in rows[1:] if not row[0].startswith("#")]) == 3
        assert any("3 dòng trong 3 kết quả" in row[0] for row in rows)

    def test_holds_no_formula(self, client: FlaskClient, consultation: Consultation) -> None:
        text = client.get("/tim-kiem/ket-qua.csv", query_string={"q": "nông nghiệp"}).text
        assert "'=CMD()" in text
        assert ",=CMD()" not in text


class TestQueries:
    def test_are_as_many_however_much_is_found(
        self,
        client: FlaskClient,
        consultation: Consultation,
        outbox_drained: Callable[[], int],
        count_queries: CountQueries,
    ) -> None:
        def count() -> int:
            with count_queries() as counted:
                page_of(client, q="bồi thường đất")
            return len(counted)

        count()
        before = count()
        for number in range(30):
            comment = say(consultation, "khoản 1 Điều 2", f"Bồi thường đất lần thứ {number}")
            publish(consultation, comment)
        db.session.commit()
        outbox_drained()
        assert count() == before
        assert before <= 20


class TestWithoutAnIndex:
    def test_the_database_answers_and_the_page_says_so(self, client: FlaskClient, consultation: Consultation) -> None:
        db.session.execute(sa.delete(SearchIndex))
        page = page_of(client, q="bồi thường đất")
        assert "Mục lục tìm kiếm đang được làm lại" in page
        assert "người nghèo" in page
        assert "chưa duyệt" not in page
