"""The official table: every opinion of the ledger in exactly one row, in the row of its provision, and nothing else."""

import csv
import io
import json
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy.orm import joinedload

from accounts.models import Role
from consultations.models import Consultation
from core.db import db
from moderation.models import ReviewStatus
from opinions.exports import words
from opinions.exports.making import export
from opinions.models import Decision, ExportKind
from opinions.queries.table import table_rows, totals
from opinions.services import answering, grouping
from tests.consultations import texts
from tests.consultations.drafts import make_published
from tests.consultations.sending import Said, agency_of, comments_of, provision, publish, refuse, say, send
from tests.factories import make_agency, make_staff
from tests.support.queries import CountQueries

pytestmark = pytest.mark.usefixtures("app")
FORMULA = '=HYPERLINK("http://vi-du.vn","bấm")'


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    made = make_published(make_agency(name="Bộ Thử nghiệm"))
    return db.session.get_one(Consultation, made.id, options=[joinedload(Consultation.agency)], populate_existing=True)


@pytest.fixture
def other(app: Flask) -> Consultation:
    """Noise: another consultation with an opinion of its own."""
    made = make_published(make_agency())
    say(made, "khoản 1 Điều 2", "Ý kiến của đợt khác")
    return made


def answer(consultation: Consultation, comments: list[Any], decision: Decision = Decision.ACCEPTED) -> None:
    """Group these comments and publish a response to them."""
    first = comments[0]
    group = grouping.create_group(
        consultation, first.document_id, first.place, [c.id for c in comments], title="Cùng muốn một điều", by=None
    )
    drafter, approver = (make_staff(role, agency_of(consultation)) for role in (Role.DRAFTER, Role.APPROVER))
    response = answering.draft_response(
        group, decision=decision, reason="Tiếp thu vì có lý.", resulting_text="Thử vừa và nhỏ;", by=drafter, version=0
    )
    answering.submit_response(response, by=drafter, version=response.version)
    answering.publish_response(response, by=approver, version=response.version)


def word_rows(consultation: Consultation) -> list[list[str]]:
    """The texts of the big table's rows; a cell that goes on from the row above is empty."""
    with export(consultation, ExportKind.TABLE) as file:
        paper = Document(io.BytesIO(file.read()))
    table = next(table for table in paper.tables if len(table.columns) == 4)
    return [
        ["\n".join(t.text or "" for t in cell.iter(qn("w:t"))) for cell in row._tr.findall(qn("w:tc"))]
        for row in table.rows
    ]


class TestTheWordTable:
    def test_puts_each_opinion_into_the_row_of_its_provision_in_the_order_of_the_draft(
        self, consultation: Consultation, other: Consultation
    ) -> None:
        send(consultation, Said("điểm b khoản 2 Điều 2", "Ý kiến về điểm b"), Said("Điều 1", "Ý kiến về Điều 1"))
        send(consultation, Said("", "Ý kiến chung"))
        rows = word_rows(consultation)
        assert rows[0] == [
            "NHÓM VẤN ĐỀ HOẶC ĐIỀU, KHOẢN",
            "CHỦ THỂ GÓP Ý",
            "NỘI DUNG GÓP Ý",
            "NỘI DUNG TIẾP THU, GIẢI TRÌNH",
        ]
        assert [row[0] for row in rows[1:]] == ["Chung", "Điều 1. Phạm vi điều chỉnh", "Điểm b khoản 2 Điều 2"]
        assert ["Ý kiến chung" in rows[1][2], "Ý kiến về Điều 1" in rows[2][2], "Ý kiến về điểm b" in rows[3][2]] == [
            True,
            True,
            True,
        ]

    def test_makes_a_group_one_row_with_its_answer_and_merges_the_provision(self, consultation: Consultation) -> None:
        told = [say(consultation, "điểm b khoản 2 Điều 2", f"Lý do thứ {n}") for n in range(3)]
        answer(consultation, told[:2])
        grouped, loose = word_rows(consultation)[1:]
        assert [grouped[0], loose[0]] == ["Điểm b khoản 2 Điều 2", ""]
        assert grouped[2].startswith("Cùng muốn một điều: 2 ý kiến (đề nghị sửa: 2).")
        assert all(f"Lý do thứ {n}" in grouped[2] for n in (0, 1))
        assert "Tiếp thu vì có lý." in grouped[3]
        assert "Thử vừa và nhỏ;" in grouped[3]
        assert ("Lý do thứ 2" in loose[2], loose[3]) == (True, "")
        (group_id,) = {row.group_id for row in table_rows(consultation.id)} - {None}
        with export(consultation, ExportKind.ANNEX) as file:
            sheet = load_workbook(io.BytesIO(file.read()))["Bảng tổng hợp"]
        groups = [row[5] for row in sheet.iter_rows(min_row=2, values_only=True)]
        assert groups == [f"{group_id}. Cùng muốn một điều"] * 2 + [None], "the annex names the group by its number"

    def test_shows_no_answer_before_it_is_published(self, consultation: Consultation) -> None:
        comment = say(consultation, "Điều 1")
        group = grouping.create_group(consultation, comment.document_id, comment.place, [comment.id], title="", by=None)
        drafter = make_staff(Role.DRAFTER, agency_of(consultation))
        answering.draft_response(
            group, decision=Decision.NOT_ACCEPTED, reason="Lời còn bí mật", resulting_text="", by=drafter, version=0
        )
        assert "Lời còn bí mật" not in str(word_rows(consultation))

    def test_repeats_its_heading_row_and_lies_across_a4(self, consultation: Consultation) -> None:
        with export(consultation, ExportKind.TABLE) as file:
            paper = Document(io.BytesIO(file.read()))
        section = paper.sections[0]
        assert [round((length or 0) / Mm(1)) for length in (section.page_width, section.page_height)] == [297, 210]
        assert paper.styles["Normal"].font.name == "Times New Roman"
        table = next(table for table in paper.tables if len(table.columns) == 4)
        assert list(table.rows[0]._tr.iter(qn("w:tblHeader")))

    def test_marks_organisations_that_nobody_has_checked(self, consultation: Consultation) -> None:
        send(consultation, Said("Điều 1"), organisation="Hội Làm vườn")
        assert word_rows(consultation)[1][1] == "Hội Làm vườn (chưa xác minh)"


class TestWhatIsLeftOut:
    def test_is_refused_spam_withdrawn_and_unconfirmed_and_is_stated_by_status(
        self, consultation: Consultation, other: Consultation
    ) -> None:
        kept, gone = say(consultation, "Điều 1", "Ở lại"), say(consultation, "Điều 1", "Bị từ chối")
        publish(consultation, kept)
        refuse(consultation, gone)
        send(consultation, Said("Điều 1", "Khách"), guest="Anh Ba", email="ba@vi-du.vn")
        found = totals(consultation.id)
        assert found.received == 3
        assert found.in_table == len(list(table_rows(consultation.id))) == 1
        assert found.left_out == {ReviewStatus.REFUSED: 1, ReviewStatus.UNCONFIRMED: 1}
        with export(consultation, ExportKind.CSV) as file:
            text = file.read().decode("utf-8-sig")
        assert "1 bị từ chối theo quy tắc" in text
        assert "Bị từ chối\n" not in text
        assert "Khách" not in text


class TestHostileText:
    def test_is_no_formula_in_excel_and_none_in_csv(self, consultation: Consultation) -> None:
        say(consultation, "Điều 1", FORMULA)
        with export(consultation, ExportKind.ANNEX) as file:
            sheet = load_workbook(io.BytesIO(file.read()))["Bảng tổng hợp"]
        cell = sheet.cell(2, 3)
        assert cell.data_type == "s"
        assert FORMULA in str(cell.value)
        assert sheet.cell(2, 3).hyperlink is None
        with export(consultation, ExportKind.CSV) as file:
            row = list(csv.reader(io.StringIO(file.read().decode("utf-8-sig"))))[1]
        assert row[5] == f"'{FORMULA}"

    def test_stands_raw_in_json_lines(self, consultation: Consultation) -> None:
        say(consultation, "Điều 1", FORMULA)
        with export(consultation, ExportKind.JSON_LINES) as file:
            about, comment = map(json.loads, file)
        assert comment["body"] == FORMULA
        assert about["totals"]["received"] == 1


class TestEveryFormat:
    @pytest.mark.parametrize("count", [3, 30])
    def test_reads_the_same_number_of_statements_for_any_number_of_opinions(
        self, consultation: Consultation, count_queries: CountQueries, count: int
    ) -> None:
        author = None
        for n in range(count):
            comment = say(consultation, "Điều 1", f"Ý kiến {n}", person=author)
            author = author or _author(comment)
        with count_queries() as queries:
            export(consultation, ExportKind.CSV).close()
        assert len(queries) <= 7, queries

    def test_agrees_with_the_others(self, consultation: Consultation) -> None:
        bodies = [f"Ý kiến số {n}" for n in range(4)]
        for body in bodies:
            say(consultation, "khoản 1 Điều 2", body)
        with export(consultation, ExportKind.ANNEX) as file:
            sheet = load_workbook(io.BytesIO(file.read()))["Bảng tổng hợp"]
        in_excel = [str(row[2]).split("\n")[1] for row in sheet.iter_rows(min_row=2, values_only=True)]
        in_word = [row[2].split("\n")[1] for row in word_rows(consultation)[1:]]
        assert in_excel == in_word == bodies

    def test_names_the_place_as_the_draft_does(self, consultation: Consultation) -> None:
        comment = say(consultation, "điểm đ khoản 2 Điều 2")
        row = next(table_rows(consultation.id))
        assert row.id == comment.id
        assert words.place(row) == "Điểm đ khoản 2 Điều 2"
        assert provision(consultation, "điểm đ khoản 2 Điều 2").lineage_id == comment.place


def _author(comment: Any) -> Any:
    from accounts.models import Person
    from consultations.models import Contributor

    contributor = db.session.get_one(Contributor, comment.contributor_id)
    return db.session.get(Person, contributor.person_id)


def test_a_submission_is_one_however_many_opinions_it_holds(consultation: Consultation) -> None:
    submission = send(consultation, Said("Điều 1"), Said("khoản 1 Điều 2"))
    assert len(comments_of(submission)) == 2
    assert totals(consultation.id).submissions == 1


class TestTwoVersions:
    """Khoản 3 Điều 2 of the first version is khoản 2 of the second; khoản 2 is gone; khoản 2 Điều 3 moved up."""

    @pytest.fixture
    def drafted(self, app: Flask) -> Consultation:
        made = texts.make_first()
        for cited in ("khoản 2 Điều 3", "khoản 2 Điều 2", "khoản 3 Điều 2", ""):
            say(made, cited, f"Dự thảo 1, {cited or 'chung'}")
        texts.add_version(made)
        for cited in ("khoản 2 Điều 2", "Điều 5", "khoản 1 Điều 2", ""):
            say(made, cited, f"Dự thảo 2, {cited or 'chung'}")
        return db.session.get_one(
            Consultation, made.id, options=[joinedload(Consultation.agency)], populate_existing=True
        )

    def test_opinions_on_one_lineage_share_a_row_in_the_order_of_the_newest(
        self, drafted: Consultation, other: Consultation
    ) -> None:
        rows = [(row.citation, row.body, row.gone_since) for row in table_rows(drafted.id)]
        assert rows == [
            (None, "Dự thảo 1, chung", 0),
            (None, "Dự thảo 2, chung", 0),
            ("khoản 1 Điều 2", "Dự thảo 2, khoản 1 Điều 2", 0),
            ("khoản 2 Điều 2", "Dự thảo 1, khoản 3 Điều 2", 0),
            ("khoản 2 Điều 2", "Dự thảo 2, khoản 2 Điều 2", 0),
            ("khoản 3 Điều 2", "Dự thảo 1, khoản 2 Điều 3", 0),
            ("Điều 5", "Dự thảo 2, Điều 5", 0),
            ("khoản 2 Điều 2", "Dự thảo 1, khoản 2 Điều 2", 2),
        ]

    def test_totals_reconcile_and_what_is_gone_says_so(self, drafted: Consultation) -> None:
        found = totals(drafted.id)
        assert found.received == found.in_table == len(list(table_rows(drafted.id))) == 8
        places = [row[0] for row in word_rows(drafted)[1:]]
        assert places == [
            "Chung",
            "",
            "Khoản 1 Điều 2",
            "Khoản 2 Điều 2",
            "",
            "Khoản 3 Điều 2",
            "Điều 5. Chuyển tiếp",
            "Khoản 2 Điều 2 (không còn ở dự thảo 2)",
        ]

    def test_a_version_that_is_not_public_changes_nothing(self, app: Flask) -> None:
        made = texts.make_first()
        say(made, "khoản 2 Điều 2")
        texts.upload(made)
        assert [(row.citation, row.gone_since) for row in table_rows(made.id)] == [("khoản 2 Điều 2", 0)]
