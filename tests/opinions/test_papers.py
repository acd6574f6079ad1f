"""The narrative report, the table by problems, and the agency's own frame of the official table."""

import io
import zipfile
from typing import Any

import docx
import pytest
from flask.testing import FlaskClient

from accounts.models import Agency, Person, Role
from consultations.models import Consultation, Stance
from core.db import db
from opinions.exports import table_template
from opinions.models import Decision, TableTemplate
from opinions.services import answering, grouping
from tests.conftest import Login
from tests.consultations.drafts import bomb, make_published
from tests.consultations.sending import publish, say
from tests.factories import make_agency, make_staff

pytestmark = pytest.mark.usefixtures("app")


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
def administrator(agency: Agency, login: Login) -> FlaskClient:
    return login(make_staff(Role.ADMINISTRATOR, agency))


def answered(consultation: Consultation, where: str, title: str, drafter: Person, *, out: bool = True) -> None:
    comment = say(consultation, where, f"Nên nói rõ về {title}", stance=Stance.AMEND)
    publish(consultation, comment)
    group = grouping.create_group(
        consultation, comment.document_id, comment.place, [comment.id], title=title, by=drafter
    )
    response = answering.draft_response(
        group, decision=Decision.NOT_ACCEPTED, reason=f"Lý do {title}.", resulting_text="", by=drafter, version=0
    )
    if out:
        answering.submit_response(response, by=drafter, version=response.version)
        approver = make_staff(Role.APPROVER, db.session.get_one(Agency, consultation.agency_id))
        answering.publish_response(response, by=approver, version=response.version)


def text_of(data: bytes) -> str:
    paper = docx.Document(io.BytesIO(data))
    return "\n".join(p.text for p in table_template._paragraphs(paper))


def rows_of(data: bytes) -> list[list[str]]:
    (table,) = (one for one in docx.Document(io.BytesIO(data)).tables if "CHỦ THỂ GÓP Ý" in one.rows[0].cells[1].text)
    return [[cell.text for cell in row.cells] for row in table.rows]


class TestTheNarrativeReport:
    def test_tells_counts_problems_and_answers_with_charts_above_their_tables(
        self, consultation: Consultation, drafter: Person, login: Login
    ) -> None:
        answered(consultation, "Điều 1", "thời hạn", drafter)
        answered(consultation, "khoản 1 Điều 2", "chi phí", drafter, out=False)
        sent = login(drafter).get(f"/tiep-thu/{consultation.id}/tai-ve/bao-cao")
        assert sent.status_code == 200
        said = text_of(sent.data)
        for words in (
            "Đã nhận 2 ý kiến",
            "thời hạn (Điều 1; 1 ý kiến). Không tiếp thu: Lý do thời hạn.",
            "BỘ THỬ NGHIỆM",
        ):
            assert words in said
        assert "Lý do chi phí" not in said  # what isn't published is not told
        assert "Chưa có trả lời được công bố." in said
        with zipfile.ZipFile(io.BytesIO(sent.data)) as packed:
            charts = [name for name in packed.namelist() if name.startswith("word/charts/")]
        assert len(charts) >= 4
        assert said.count("Biểu đồ") == 0  # the words for screen readers stand in the drawing

    def test_of_an_empty_consultation_says_so(self, consultation: Consultation, drafter: Person, login: Login) -> None:
        sent = login(drafter).get(f"/tiep-thu/{consultation.id}/tai-ve/bao-cao")
        assert "Đã nhận 0 ý kiến" in text_of(sent.data)

    def test_of_another_agency_is_not_found(self, consultation: Consultation, login: Login) -> None:
        stranger = login(make_staff(Role.DRAFTER, make_agency()))
        for paper in ("tai-ve/bao-cao", "tai-ve/theo-van-de"):
            assert stranger.get(f"/tiep-thu/{consultation.id}/{paper}").status_code == 404


def test_the_table_by_problems_puts_groups_of_one_name_together(
    consultation: Consultation, drafter: Person, login: Login
) -> None:
    answered(consultation, "Điều 1", "Thời hạn", drafter)
    answered(consultation, "khoản 1 Điều 2", "Chi phí", drafter)
    answered(consultation, "khoản 2 Điều 2", "Thời hạn", drafter)
    say(consultation, "Điều 1", "Chưa vào nhóm nào")
    rows = rows_of(login(drafter).get(f"/tiep-thu/{consultation.id}/tai-ve/theo-van-de").data)
    assert [row[0] for row in rows[1:]] == ["Chi phí", "Thời hạn", "Thời hạn", "Vấn đề khác"]
    assert rows[2][2].startswith("Điều 1")
    assert rows[3][2].startswith("Khoản 2 Điều 2")
    by_clause = rows_of(login(drafter).get(f"/tiep-thu/{consultation.id}/tai-ve/docx").data)
    assert len(by_clause) == len(rows)


class TestTheAgencysOwnFrame:
    def upload(
        self, administrator: FlaskClient, agency: Agency, data: bytes, name: str = "mau.docx", **more: str
    ) -> Any:
        form = {"file": (io.BytesIO(data), name), **more}
        return administrator.post(f"/quan-tri/mau-ban-tong-hop/{agency.id}/", data=form)

    def frame(self, *lines: str) -> bytes:
        paper, out = docx.Document(), io.BytesIO()
        for line in lines:
            paper.add_paragraph(line)
        paper.save(out)
        return out.getvalue()

    def test_is_looked_at_used_and_given_up(
        self, consultation: Consultation, agency: Agency, drafter: Person, administrator: FlaskClient, login: Login
    ) -> None:
        answered(consultation, "Điều 1", "Thời hạn", drafter)
        mine = self.frame("Mẫu riêng của {{CƠ QUAN}}", "Tổng số {{số ý kiến}} ý kiến", "{{bảng}}", "{{ghi chú}}")
        seen = self.upload(administrator, agency, mine, xem="1")
        assert seen.status_code == 200
        assert "Tổng số 123 ý kiến" in text_of(seen.data)
        assert db.session.query(TableTemplate).count() == 0  # a look keeps nothing in place
        assert self.upload(administrator, agency, mine).status_code == 302
        desk, path = login(drafter, administrator.application.test_client()), f"/tiep-thu/{consultation.id}/tai-ve/docx"
        made = desk.get(path).data
        assert "Mẫu riêng của BỘ THỬ NGHIỆM" in text_of(made)
        assert "Tổng số 1 ý kiến" in text_of(made)
        assert rows_of(made)[1][3].startswith("Không tiếp thu.")
        assert "Lập lúc" in text_of(made)
        assert administrator.get(f"/quan-tri/mau-ban-tong-hop/{agency.id}/mau.docx").data == mine
        assert administrator.post(f"/quan-tri/mau-ban-tong-hop/{agency.id}/mac-dinh").status_code == 302
        assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text_of(desk.get(path).data)

    def test_holds_for_agencies_below_without_one(
        self, agency: Agency, administrator: FlaskClient, drafter: Person, login: Login
    ) -> None:
        below = make_agency(parent=agency, name="Cục Thử")
        consultation = make_published(below)
        self.upload(administrator, agency, self.frame("Mẫu của {{cơ quan}}", "{{bảng}}"))
        desk = login(drafter, administrator.application.test_client())
        assert "Mẫu của Cục Thử" in text_of(desk.get(f"/tiep-thu/{consultation.id}/tai-ve/docx").data)

    def test_default_can_be_changed_and_brought_back(self, agency: Agency, administrator: FlaskClient) -> None:
        default = administrator.get("/quan-tri/mau-ban-tong-hop/mac-dinh.docx").data
        assert self.upload(administrator, agency, default).status_code == 302

    def test_is_refused_with_a_sentence(self, agency: Agency, administrator: FlaskClient) -> None:
        good = self.frame("{{bảng}}")
        for data, name, refusal in (
            (self.frame("Không có chỗ"), "a.docx", "Phải có đúng một đoạn"),
            (self.frame("{{bảng}}", "{{bảng}}"), "a.docx", "Phải có đúng một đoạn"),
            (self.frame("{{bảng}}", "{{mật khẩu}}"), "a.docx", "Không hiểu: {{mật khẩu}}"),
            (bomb(), "a.docx", "nén bất thường"),
            (with_part(good, "word/vbaProject.bin", b"x"), "a.docx", "macro"),
            (
                with_part(
                    good,
                    "word/_rels/settings.xml.rels",
                    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
                    b"<Relationship "
                    b'Id="r1" Type="http://x/attachedTemplate" Target="http://a.b/t.dotm" TargetMode="External"/>'
                    b"</Relationships>",
                ),
                "a.docx",
                "lấy từ nơi khác",
            ),
            (b"PK\x03\x04 khong phai", "a.docx", "hỏng"),
            (good, "a.pdf", "Chỉ nhận tệp"),
        ):
            answer = self.upload(administrator, agency, data, name)
            assert answer.status_code == 422, refusal
            assert refusal in answer.text
        assert db.session.query(TableTemplate).count() == 0

    def test_of_another_agency_is_not_found(self, agency: Agency, login: Login) -> None:
        stranger = login(make_staff(Role.ADMINISTRATOR, make_agency()))
        assert self.upload(stranger, agency, self.frame("{{bảng}}")).status_code == 404
        assert stranger.post(f"/quan-tri/mau-ban-tong-hop/{agency.id}/mac-dinh").status_code == 404

    def test_takes_hostile_titles_as_words(
        self, agency: Agency, administrator: FlaskClient, drafter: Person, login: Login
    ) -> None:
        consultation = make_published(agency, title="Luật <b>&\x0b {{bảng}} {{cơ quan}}")
        self.upload(administrator, agency, self.frame("Về {{tên dự thảo}}", "{{bảng}}"))
        desk = login(drafter, administrator.application.test_client())
        made = desk.get(f"/tiep-thu/{consultation.id}/tai-ve/docx")
        assert made.status_code == 200
        assert "{{bảng}} {{cơ quan}}" in text_of(made.data)


def with_part(data: bytes, name: str, part: bytes) -> bytes:
    """The same file with one more part."""
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as packed:
        packed.writestr(name, part)
    return out.getvalue()
