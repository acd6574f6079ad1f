"""The round trip through Excel: only what was changed in the file is written, and a person decides every conflict."""

import io
from collections.abc import Mapping

import openpyxl
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from accounts.models import Agency, Person, Role
from consultations.models import Consultation
from core.db import db
from opinions.models import AnswerSheet, Decision, OpinionGroup, Response, ResponseState
from opinions.services import answering, grouping
from tests.conftest import Login
from tests.consultations.drafts import bomb, make_published
from tests.consultations.sending import publish, say
from tests.factories import make_agency, make_staff
from tests.support.queries import CountQueries

pytestmark = pytest.mark.usefixtures("app")
DECISION, REASON, WORDING = 9, 10, 11


@pytest.fixture
def agency() -> Agency:
    return make_agency(name="Bộ Thử nghiệm")


@pytest.fixture
def consultation(agency: Agency) -> Consultation:
    return make_published(agency)


@pytest.fixture
def drafter(agency: Agency) -> Person:
    return make_staff(Role.DRAFTER, agency)


@pytest.fixture
def desk(drafter: Person, login: Login) -> FlaskClient:
    return login(drafter)


def make_group(consultation: Consultation, title: str) -> OpinionGroup:
    comment = say(consultation, "Điều 1", f"Cần nói rõ {title}")
    publish(consultation, comment)
    return grouping.create_group(consultation, comment.document_id, comment.place, [comment.id], title=title, by=None)


def draft(group: OpinionGroup, by: Person, reason: str, version: int = 0) -> Response:
    return answering.draft_response(
        group, decision=Decision.NOT_ACCEPTED, reason=reason, resulting_text="", by=by, version=version
    )


def response_of(group: OpinionGroup) -> Response:
    db.session.expire_all()
    return db.session.scalars(sa.select(Response).where(Response.group_id == group.id)).one()


class Sheet:
    """A table as Excel holds it."""

    def __init__(self, desk: FlaskClient, consultation: Consultation) -> None:
        self.desk, self.consultation = desk, consultation
        answer = desk.get(f"/tiep-thu/{consultation.id}/bang-tra-loi.xlsx")
        assert answer.status_code == 200
        self.book = openpyxl.load_workbook(io.BytesIO(answer.data))
        self.cells = self.book["Trả lời"]

    def row(self, group: OpinionGroup) -> int:
        keys = {cell.value: cell.row for cell in self.cells["A"]}
        return int(keys[f"{self.consultation.id}-{group.id}"])

    def type(self, group: OpinionGroup, decision: str, reason: str, wording: str = "") -> None:
        row = self.row(group)
        for column, text in ((DECISION, decision), (REASON, reason), (WORDING, wording)):
            self.cells.cell(row, column).value = text or None

    def bring_back(self, to: Consultation | None = None, *, status: int = 302) -> str:
        """Upload it; the address of the page that shows the changes, or the page that refuses it."""
        out = io.BytesIO()
        self.book.save(out)
        return upload(self.desk, to or self.consultation, out.getvalue(), status=status)


def upload(desk: FlaskClient, consultation: Consultation, data: bytes, name: str = "bang.xlsx", *, status: int) -> str:
    path = f"/tiep-thu/{consultation.id}/bang-tra-loi/"
    answer = desk.post(path, data={"file": (io.BytesIO(data), name)})
    assert answer.status_code == status, answer.text
    return answer.headers["Location"] if status == 302 else answer.text


def agree(
    desk: FlaskClient, address: str, choices: Mapping[str, str] | None = None, *, status: int = 302, shown: str = ""
) -> str:
    """Press the button below the changes."""
    shown = shown or seen_on(desk.get(address).text)
    answer = desk.post(address, data={"shown": shown, **(choices or {})})
    assert answer.status_code == status, answer.text
    return answer.text


def seen_on(page: str) -> str:
    return page.partition('name="shown"')[2].partition('value="')[2].partition('"')[0]


class TestTheTableInExcel:
    def test_takes_over_what_was_typed_and_leaves_the_rest_alone(
        self, desk: FlaskClient, consultation: Consultation, drafter: Person
    ) -> None:
        first, second, noise = (make_group(consultation, name) for name in ("một", "hai", "ba"))
        draft(second, drafter, "Bản cũ.")
        draft(noise, drafter, "Không ai sửa.")
        sheet = Sheet(desk, consultation)
        sheet.type(first, "Tiếp thu một phần", "Có lý.\nMột phần.", "Câu chữ mới.")
        sheet.type(second, "Không tiếp thu", "Bản mới.")
        address = sheet.bring_back()
        page = desk.get(address).text
        assert "Một phần." in page
        assert "Không ai sửa." not in page
        assert db.session.query(Response).count() == 2  # nothing is written by looking
        agree(desk, address, {"submit": "y"})
        one = response_of(first)
        assert (one.decision, one.reason, one.resulting_text) == (
            Decision.PARTLY,
            "Có lý.\nMột phần.",
            "Câu chữ mới.",
        )
        assert one.state == response_of(second).state == ResponseState.SUBMITTED
        assert response_of(second).reason == "Bản mới."
        assert (response_of(noise).version, response_of(noise).state) == (1, ResponseState.DRAFT)

    def test_says_nothing_when_it_comes_back_as_it_went(
        self, desk: FlaskClient, consultation: Consultation, drafter: Person
    ) -> None:
        group = make_group(consultation, "một")
        draft(group, drafter, "Dòng một\ndòng hai, “ngoặc” và _x0041_.")
        sheet = Sheet(desk, consultation)
        draft(group, drafter, "Người khác vừa sửa.", 1)  # moved on, but this row was not touched in Excel
        assert "không có thay đổi nào" in desk.get(sheet.bring_back()).text

    def test_shows_both_where_somebody_else_was_quicker_and_a_person_chooses(
        self, desk: FlaskClient, consultation: Consultation, drafter: Person, agency: Agency
    ) -> None:
        kept, taken = make_group(consultation, "giữ"), make_group(consultation, "lấy")
        for group in (kept, taken):
            draft(group, drafter, "Bản đầu.")
        sheet = Sheet(desk, consultation)
        other = make_staff(Role.DRAFTER, agency, full_name="Lê Thị Khác")
        for group in (kept, taken):
            draft(group, other, "Bản của người khác.", 1)
            sheet.type(group, "Không tiếp thu", "Bản trong tệp.")
        address = sheet.bring_back()
        page = desk.get(address).text
        assert "Bản của người khác." in page
        assert "Bản trong tệp." in page
        assert "Lê Thị Khác" in page
        assert "Hãy chọn cho từng dòng" in agree(desk, address, {f"chon-{kept.id}": "giu"}, status=422)
        assert response_of(taken).reason == "Bản của người khác."
        agree(desk, address, {f"chon-{kept.id}": "giu", f"chon-{taken.id}": "tep"})
        assert response_of(kept).reason == "Bản của người khác."
        assert response_of(taken).reason == "Bản trong tệp."

    def test_writes_nothing_at_all_when_a_response_changed_while_somebody_looked(
        self, desk: FlaskClient, consultation: Consultation, drafter: Person
    ) -> None:
        first, second = make_group(consultation, "một"), make_group(consultation, "hai")
        sheet = Sheet(desk, consultation)
        for group in (first, second):
            sheet.type(group, "Không tiếp thu", "Trong tệp.")
        address = sheet.bring_back()
        shown = seen_on(desk.get(address).text)
        draft(first, drafter, "Vừa viết.")
        assert "vừa được người khác sửa" in agree(desk, address, shown=shown, status=409)
        assert response_of(first).reason == "Vừa viết."
        assert db.session.scalar(sa.select(sa.func.count()).where(Response.group_id == second.id)) == 0

    def test_does_not_change_what_waits_for_approval_or_is_published(
        self, desk: FlaskClient, consultation: Consultation, drafter: Person
    ) -> None:
        group = make_group(consultation, "một")
        response = draft(group, drafter, "Bản đầu.")
        sheet = Sheet(desk, consultation)
        answering.submit_response(response, by=drafter, version=1)
        sheet.type(group, "Không tiếp thu", "Lén sửa.")
        page = desk.get(sheet.bring_back()).text
        assert "đã công bố nên không sửa được" in page
        assert "Ghi vào trả lời" not in page

    def test_is_taken_over_once(self, desk: FlaskClient, consultation: Consultation) -> None:
        group = make_group(consultation, "một")
        sheet = Sheet(desk, consultation)
        sheet.type(group, "Không tiếp thu", "Trong tệp.")
        address = sheet.bring_back()
        agree(desk, address)
        assert "Đã ghi 1 trả lời" in desk.get(address).text
        listed = desk.get(f"/tiep-thu/{consultation.id}/bang-tra-loi/").text
        assert "bang.xlsx</a>" in listed
        assert "AnswerSheet" not in listed  # the layout has a variable of its own for style sheets
        assert desk.get(f"{address}tep").data[:2] == b"PK"
        assert db.session.scalars(sa.select(AnswerSheet)).one().applied == 1


class TestACellThatIsWrong:
    @pytest.mark.parametrize(
        ("typed", "reason"),
        [
            (("Đồng ý luôn", "Vì thế."), "Không hiểu kết quả “Đồng ý luôn”"),
            (("Tiếp thu", "Vì thế."), "phải ghi câu chữ sau khi sửa"),
            (("Không tiếp thu", ""), "Hãy ghi lý do"),
            (("", "Chỉ có lý do."), "Thiếu kết quả"),
            (("Không tiếp thu", '=HYPERLINK("http://a.b";"x")'), "công thức chưa tính"),
            (("Không tiếp thu", "d" * 20_001), "Dài quá 20000"),
        ],
    )
    def test_is_reported_with_its_row_and_the_others_go_on(
        self, desk: FlaskClient, consultation: Consultation, typed: tuple[str, str], reason: str
    ) -> None:
        wrong, right = make_group(consultation, "sai"), make_group(consultation, "đúng")
        sheet = Sheet(desk, consultation)
        sheet.type(wrong, *typed)
        sheet.type(right, "không  TIẾP thu".replace("  ", " "), "Đúng.")
        address = sheet.bring_back()
        page = desk.get(address).text
        assert reason in page
        assert f'<th scope="row">{sheet.row(wrong)}</th>' in page
        agree(desk, address)
        assert response_of(right).reason == "Đúng."
        assert db.session.query(Response).count() == 1

    def test_in_the_locked_columns_is_reported(self, desk: FlaskClient, consultation: Consultation) -> None:
        groups = [make_group(consultation, name) for name in ("một", "hai", "ba")]
        sheet = Sheet(desk, consultation)
        for group in groups:
            sheet.type(group, "Không tiếp thu", "Trong tệp.")
        rows = [sheet.row(group) for group in groups]
        sheet.cells.cell(rows[0], 1).value = "9999999-1"
        sheet.cells.cell(rows[1], 1).value = sheet.cells.cell(rows[2], 1).value
        sheet.cells.cell(rows[1], 2).value = "không còn"
        page = desk.get(sheet.bring_back()).text
        for reason in ("Mã dòng không phải của dự thảo này", "Cột Dấu đã bị sửa", "đã có ở một dòng phía trên"):
            assert reason in page


class TestAFileThatIsNotOurs:
    def test_is_refused(
        self, desk: FlaskClient, consultation: Consultation, agency: Agency, count_queries: CountQueries
    ) -> None:
        make_group(consultation, "một")
        book, out = openpyxl.Workbook(), io.BytesIO()
        book.create_sheet("Lương", 0).append(["Họ tên", "Lương"])
        book.save(out)
        assert "không phải bảng trả lời" in upload(desk, consultation, out.getvalue(), status=422)
        assert "nội dung không phải" in upload(desk, consultation, b"<html>", status=422)
        assert "Chỉ nhận tệp" in upload(desk, consultation, b"a,b", "a.csv", status=422)
        assert upload(desk, consultation, bomb(), status=422)
        other = make_published(agency)
        make_group(other, "của đợt khác")
        assert "của dự thảo khác" in Sheet(desk, other).bring_back(consultation, status=422)
        assert db.session.query(AnswerSheet).count() == 0

    def test_of_another_agency_is_not_found(self, desk: FlaskClient, login: Login, consultation: Consultation) -> None:
        make_group(consultation, "một")
        address = Sheet(desk, consultation).bring_back()
        stranger = login(make_staff(Role.DRAFTER, make_agency()), desk.application.test_client())
        for path in (address, f"{address}tep", f"/tiep-thu/{consultation.id}/bang-tra-loi.xlsx"):
            assert stranger.get(path).status_code == 404, path


def test_the_pages_ask_the_same_number_of_statements_for_any_number_of_groups(
    desk: FlaskClient, consultation: Consultation, count_queries: CountQueries
) -> None:
    counts = []
    for number in (2, 9):
        groups = [make_group(consultation, f"nhóm {number} {n}") for n in range(number)]
        sheet = Sheet(desk, consultation)
        for group in groups:
            sheet.type(group, "Không tiếp thu", "Vì thế.")
        address = sheet.bring_back()
        db.session.commit()
        with count_queries() as queries:
            desk.get(address)
        with count_queries() as writes:
            agree(desk, address)
        counts.append((len(queries), len(writes)))
    assert counts[0] == counts[1]
