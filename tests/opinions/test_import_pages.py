"""The pages of the import: columns before rows, a dry run before the ledger, one opinion after another by hand."""

import io

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from accounts.models import Role
from consultations.models import Batch, BatchState, Comment, Consultation, Contributor, Stance, Submission
from consultations.registry import COMMENT
from core import outbox
from core.db import db
from moderation import queries as moderation_queries
from tests.conftest import Login
from tests.consultations.drafts import make_published
from tests.consultations.sending import agency_of, provision
from tests.factories import make_agency, make_staff
from tests.opinions.sheets import as_csv, bring, opinions_of
from tests.support.queries import CountQueries

pytestmark = pytest.mark.usefixtures("app")
ROWS = [
    ("khoản 1 Điều 2", "Nguyễn Văn An", "Nên nói rõ hơn", "Đề nghị sửa"),
    ("Tờ trình", "Sở Tư pháp", "Tờ trình còn dài", "Góp ý"),
    ("Điều 1", "Không nói gì", "", ""),
]

FORM = {
    "channel": "phone",
    "received": "2026-03-05",
    "province": "",
    "commune": "",
    "name": "Bà Nguyễn Thị Tư",
    "kind": "",
    "people": "",
    "place": "2.1",
    "stance": "oppose",
    "body": "Không nên.",
    "proposed_text": "",
}


@pytest.fixture
def consultation() -> Consultation:
    return make_published(make_agency(name="Bộ Thử nghiệm"))


@pytest.fixture
def desk(consultation: Consultation, login: Login) -> FlaskClient:
    return login(make_staff(Role.DRAFTER, agency_of(consultation)))


def upload(desk: FlaskClient, consultation: Consultation, data: bytes, name: str = "y-kien.csv", **more: str) -> Batch:
    form = {"file": (io.BytesIO(data), name), "channel": "letter", **more}
    answer = desk.post(f"/tiep-thu/{consultation.id}/nhap/", data=form)
    assert answer.status_code == 302, answer.text
    return db.session.scalars(sa.select(Batch).order_by(Batch.id.desc()).limit(1)).one()


def again(batch: Batch) -> Batch:
    return db.session.get_one(Batch, batch.id, populate_existing=True)


class TestFromFileToLedger:
    def test_upload_preview_dry_run_import(self, desk: FlaskClient, consultation: Consultation) -> None:
        batch = upload(desk, consultation, as_csv(ROWS))
        page = desk.get(f"/tiep-thu/lo/{batch.id}/").text
        assert "Nên nói rõ hơn" in page
        assert "khoản 1 Điều 2" in page
        assert "Không có nội dung góp ý." in page
        assert opinions_of(batch) == []
        desk.post(f"/tiep-thu/lo/{batch.id}/chay-thu")
        outbox.drain()
        assert (again(batch).state, again(batch).rows_taken, opinions_of(batch)) == (BatchState.CHECKED, 2, [])
        desk.post(f"/tiep-thu/lo/{batch.id}/nhap")
        assert 'data-progress="on"' in desk.get(f"/tiep-thu/lo/{batch.id}/").text
        outbox.drain()
        assert [one.body for one in opinions_of(batch)] == ["Nên nói rõ hơn", "Tờ trình còn dài"]
        assert "đã nhập xong" in desk.get(f"/tiep-thu/lo/{batch.id}/").text
        assert "Tờ trình còn dài" in desk.get(f"/tiep-thu/{consultation.id}/chua-gan/").text

    def test_columns_are_changed_by_hand(self, desk: FlaskClient, consultation: Consultation) -> None:
        batch = upload(desk, consultation, as_csv([("Ý một", "Điều 1")], ("Cột A", "Cột B")))
        assert "Hãy cho biết cột nào là nội dung góp ý" in desk.get(f"/tiep-thu/lo/{batch.id}/").text
        form = {"cot_000": "", "cot_001": "place", "channel": "paper", "header": "1"}
        refused = desk.post(f"/tiep-thu/lo/{batch.id}/cot", data=form)
        assert refused.status_code == 422
        assert "Hãy cho biết cột nào" in refused.text
        desk.post(f"/tiep-thu/lo/{batch.id}/cot", data=form | {"cot_000": "body"})
        assert "Ý một" in desk.get(f"/tiep-thu/lo/{batch.id}/").text
        desk.post(f"/tiep-thu/lo/{batch.id}/cot", data=form | {"cot_000": "body", "header": "0"})
        assert again(batch).layout["header_row"] == 0

    def test_the_same_file_twice_keeps_the_page_and_says_where_it_is(
        self, desk: FlaskClient, consultation: Consultation
    ) -> None:
        first = upload(desk, consultation, as_csv(ROWS))
        form = {"file": (io.BytesIO(as_csv(ROWS)), "x.csv"), "channel": "letter"}
        refused = desk.post(f"/tiep-thu/{consultation.id}/nhap/", data=form)
        assert refused.status_code == 422
        assert f"lô số {first.id}" in refused.text
        assert upload(desk, consultation, as_csv(ROWS), force="y").id != first.id

    def test_the_report_and_the_original_are_handed_out(self, desk: FlaskClient, consultation: Consultation) -> None:
        batch = bring(consultation, as_csv(ROWS))
        assert "4,không nhập,Không có nội dung góp ý." in desk.get(f"/tiep-thu/lo/{batch.id}/bao-cao.csv").text
        assert desk.get(f"/tiep-thu/lo/{batch.id}/tep").data == as_csv(ROWS)

    def test_what_is_no_spreadsheet_is_refused_at_the_field(
        self, desk: FlaskClient, consultation: Consultation
    ) -> None:
        for data, name in ((b"%PDF-1.7", "a.pdf"), (b"PK\x03\x04 none", "a.xlsx"), (b"", "a.csv")):
            form = {"file": (io.BytesIO(data), name), "channel": "letter"}
            assert desk.post(f"/tiep-thu/{consultation.id}/nhap/", data=form).status_code == 422
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Batch)) == 0

    def test_another_agency_finds_nothing(self, consultation: Consultation, login: Login) -> None:
        batch = bring(consultation, as_csv(ROWS))
        stranger = login(make_staff(Role.DRAFTER, make_agency()))
        for address in (
            f"lo/{batch.id}/",
            f"lo/{batch.id}/tep",
            f"lo/{batch.id}/bao-cao.csv",
            f"{consultation.id}/nhap/",
        ):
            assert stranger.get(f"/tiep-thu/{address}").status_code == 404
        assert stranger.post(f"/tiep-thu/lo/{batch.id}/huy").status_code == 404

    def test_costs_the_same_however_many_rows(
        self,
        desk: FlaskClient,
        consultation: Consultation,
        count_queries: CountQueries,
    ) -> None:
        small = bring(consultation, as_csv(ROWS))
        large = bring(consultation, as_csv([(f"mục {n}", f"Người {n}", f"Lời {n}", "") for n in range(60)]))
        asked = []
        for batch in (small, large):
            with count_queries() as queries:
                desk.get(f"/tiep-thu/lo/{batch.id}/")
                desk.get(f"/tiep-thu/{consultation.id}/chua-gan/")
                desk.get(f"/tiep-thu/{consultation.id}/nhap/")
            asked.append(len(queries))
        assert asked[0] == asked[1] <= 36


class TestPlacing:
    def test_all_that_said_the_same_are_placed_at_once(self, desk: FlaskClient, consultation: Consultation) -> None:
        batch = bring(consultation, as_csv([ROWS[1]] * 3))
        address = f"/tiep-thu/{consultation.id}/chua-gan/"
        refused = desk.post(address, data={"given": "Tờ trình", "place": "Điều 99"})
        assert refused.status_code == 422
        assert "Dự thảo không có điều khoản này" in refused.text
        desk.post(address, data={"given": "Tờ trình", "place": "Điều 4"})
        assert {one.place for one in opinions_of(batch)} == {provision(consultation, "Điều 4").lineage_id}


class TestByHand:
    def test_is_saved_and_the_next_begins_with_what_seldom_changes(
        self, desk: FlaskClient, consultation: Consultation
    ) -> None:
        answer = desk.post(f"/tiep-thu/{consultation.id}/nhap-ho/", data=FORM | {"people": "12"})
        made = db.session.scalars(sa.select(Comment).order_by(Comment.id.desc()).limit(1)).one()
        assert (made.body, made.stance) == ("Không nên.", Stance.OPPOSE)
        assert made.place == provision(consultation, "khoản 1 Điều 2").lineage_id
        sent = db.session.get_one(Submission, made.submission_id)
        assert (str(sent.channel), sent.people) == ("phone", 12)
        assert moderation_queries.get_case_of(COMMENT, made.id).awaiting
        after = desk.get(answer.location).text
        assert "Bà Nguyễn Thị Tư" in after
        assert "Không nên." not in after

    @pytest.mark.parametrize(
        ("field", "value", "says"),
        [
            ("place", "Điều 99", "Dự thảo không có điều khoản này"),
            ("place", "Điều 1 và Điều 4", "Hãy ghi một điều khoản"),
            ("name", "", "Hãy ghi tên"),
            ("body", "", "Hãy viết ý kiến"),
            ("received", "2126-01-01", "không thể ở sau hôm nay"),
            ("people", "0", "Hãy ghi một số từ 1"),
            ("commune", "Xã Không Có", "Không có xã, phường này"),
        ],
    )
    def test_a_refusal_keeps_what_was_typed(
        self, desk: FlaskClient, consultation: Consultation, field: str, value: str, says: str
    ) -> None:
        answer = desk.post(f"/tiep-thu/{consultation.id}/nhap-ho/", data=FORM | {field: value})
        assert answer.status_code == 422
        assert says in answer.text
        assert "2.1" in answer.text or field == "place"
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Contributor)) == 0
