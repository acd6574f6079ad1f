"""Figures that agencies report: with their paper, corrected by a new entry, never overwritten, never added up."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from accounts.models import Role
from consultations.models import Comment, Consultation
from core import clock, files
from core.db import db
from core.errors import Closed, Conflict, RuleBroken
from opinions.models import ReportedTally, ReportSource
from opinions.queries import reported as queries
from opinions.services.reporting import Report, correct_report, enter_report
from tests.conftest import Login
from tests.consultations.drafts import make_published
from tests.consultations.sending import agency_of, provision
from tests.factories import make_agency, make_staff
from tests.support.queries import CountQueries

PDF = b"%PDF-1.7\n" + b"bien ban " * 50
FORM = {
    "agency": "UBND tỉnh Lào Cai",
    "province": "",
    "place": "khoản 1 Điều 2",
    "source": "meeting",
    "held_on": "2026-03-05",
    "meetings": "12",
    "agree": "900",
    "disagree": "20",
    "other": "5",
}


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    other = make_published(make_agency())
    enter_report(other, report(other, agree=7), make_paper(), by=None)
    return make_published(make_agency(name="Bộ Thử nghiệm"))


@pytest.fixture
def desk(consultation: Consultation, login: Login) -> FlaskClient:
    return login(make_staff(Role.DRAFTER, agency_of(consultation)))


def make_paper() -> files.StoredFile:
    return files.save_upload(io.BytesIO(PDF), "bien-ban.pdf", kinds=files.LETTERS, limit=10_000)


def report(consultation: Consultation, **values: Any) -> Report:
    place = provision(consultation, "khoản 1 Điều 2")
    document_id = db.session.scalars(
        sa.text("SELECT document_id FROM version WHERE id = :id").bindparams(id=place.version_id)
    ).one()
    given = {
        "document_id": document_id,
        "place": place.lineage_id,
        "agency": "UBND tỉnh Lào Cai",
        "place_code": None,
        "source": ReportSource.MEETING,
        "held_on": date(2026, 3, 5),
        "meetings": 12,
        "agree": 900,
        "disagree": 20,
        "other": 5,
    }
    return Report(**(given | values))


class TestReportedFigures:
    def test_are_corrected_by_a_new_entry_and_counted_once(self, consultation: Consultation) -> None:
        first = enter_report(consultation, report(consultation), make_paper(), by=None)
        enter_report(consultation, report(consultation, agency="UBND tỉnh Lai Châu", agree=100), make_paper(), by=None)
        mended = correct_report(consultation, first, report(consultation, agree=90), None, by=None, reason="Thừa số 0.")
        total = queries.total(consultation.id)
        assert (total.entries, total.agencies, total.agree, total.meetings) == (2, 2, 190, 24)
        assert queries.by_place(consultation.id) == {(first.document_id, first.place): total}
        assert queries.on_place(first.document_id, first.place) == total
        assert queries.on_place(first.document_id, 0) is None
        assert [(row.id, row.agree, row.counts) for row in queries.list_history(first)] == [
            (first.id, 900, False),
            (mended.id, 90, True),
        ]
        assert [row.id for row in queries.list_history(mended)] == [first.id, mended.id]
        assert mended.file_id == first.file_id

    def test_are_corrected_once_with_a_reason(self, consultation: Consultation) -> None:
        first = enter_report(consultation, report(consultation), make_paper(), by=None)
        with pytest.raises(RuleBroken):
            correct_report(consultation, first, report(consultation), None, by=None, reason="")
        correct_report(consultation, first, report(consultation), None, by=None, reason="Sai.")
        with pytest.raises(Conflict):
            correct_report(consultation, first, report(consultation), None, by=None, reason="Sai nữa.")

    @pytest.mark.parametrize("wrong", [{"agree": -1}, {"other": 200_000_001}, {"agency": ""}, {"held_on": date.max}])
    def test_that_cannot_be_are_refused(self, consultation: Consultation, wrong: dict[str, Any]) -> None:
        with pytest.raises(RuleBroken):
            enter_report(consultation, report(consultation, **wrong), make_paper(), by=None)

    def test_are_refused_once_the_table_is_published(self, consultation: Consultation) -> None:
        consultation.table_published_at = clock.now()
        with pytest.raises(Closed):
            enter_report(consultation, report(consultation), make_paper(), by=None)


class TestThePages:
    def test_take_a_report_correct_it_and_hand_everything_out(
        self, consultation: Consultation, desk: FlaskClient
    ) -> None:
        path = f"/tiep-thu/{consultation.id}/so-lieu/"
        made = desk.post(path, data={**FORM, "file": (io.BytesIO(PDF), "bb.pdf")})
        assert made.status_code == 302, made.text
        assert desk.get(made.location + "van-ban").data == PDF
        page = desk.get(made.location).text
        assert 'value="khoản 1 Điều 2"' in page
        corrected = desk.post(made.location, data={**FORM, "agree": "90", "reason": "Thừa số 0."})
        assert corrected.status_code == 302, corrected.text
        assert "không được tính nữa" in desk.get(made.location).text
        assert "Thừa số 0." in desk.get(corrected.location).text
        again = desk.post(made.location, data={**FORM, "reason": "Hai lần."})
        assert (again.status_code, "vừa được người khác đính chính" in again.text) == (409, True)
        data = desk.get(f"/tiep-thu/{consultation.id}/so-lieu.csv").text
        assert "2 dòng, trong đó 1 dòng được tính, 1 dòng đã được đính chính" in data
        assert db.session.scalar(sa.select(sa.func.count(Comment.id))) == 0

    @pytest.mark.parametrize(
        ("wrong", "says"),
        [
            ({"place": "Điều 99"}, "Dự thảo không có điều khoản này"),
            ({"agree": "nhiều"}, "Hãy nhập một số nguyên"),
            ({"file": b"MZ"}, "nội dung không phải"),
            ({"held_on": (clock.today() + timedelta(days=2)).isoformat()}, "ở sau hôm nay"),
        ],
    )
    def test_say_what_is_wrong_and_keep_what_was_typed(
        self, consultation: Consultation, desk: FlaskClient, wrong: dict[str, Any], says: str
    ) -> None:
        given = {**FORM, **wrong, "file": (io.BytesIO(wrong.get("file", PDF)), "bb.pdf")}
        answer = desk.post(f"/tiep-thu/{consultation.id}/so-lieu/", data=given)
        assert (answer.status_code, says in answer.text) == (422, True)
        assert 'value="UBND tỉnh Lào Cai"' in answer.text
        count = sa.select(sa.func.count()).where(ReportedTally.consultation_id == consultation.id)
        assert db.session.scalar(count) == 0

    def test_are_not_another_agency_s(self, consultation: Consultation, login: Login) -> None:
        stranger = login(make_staff(Role.DRAFTER, make_agency()))
        assert stranger.get(f"/tiep-thu/{consultation.id}/so-lieu/").status_code == 404

    def test_ask_as_often_for_many_entries_as_for_one(
        self, consultation: Consultation, desk: FlaskClient, count_queries: CountQueries
    ) -> None:
        asked = []
        for n in range(6):
            enter_report(consultation, report(consultation, agency=f"Xã {n}"), make_paper(), by=None)
            db.session.commit()
            with count_queries() as queries_:
                assert desk.get(f"/tiep-thu/{consultation.id}/so-lieu/").status_code == 200
            asked.append(len(queries_))
        assert asked[0] == asked[-1] <= 15
