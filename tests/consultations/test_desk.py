"""The drafter's pages: from a file to a published draft, and whatever may go wrong on the way."""

import io
import os
import re
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from accounts.models import Agency, Role
from consultations.models import (
    Consultation,
    ConsultationState,
    Document,
    EventKind,
    GuestPolicy,
    Lineage,
    ModerationPolicy,
    Provision,
    Version,
)
from consultations.queries import desk as queries
from consultations.seed import seed_document_kinds
from consultations.services import drafting
from core import clock
from core.files import StoredFile, folder
from tests.conftest import Login
from tests.consultations import drafts
from tests.factories import make_agency, make_person, make_staff
from tests.support.queries import CountQueries

KEPT = (Consultation, Document, Version, Lineage, Provision, StoredFile)


@pytest.fixture
def agency(session: Session) -> Agency:
    seed_document_kinds()
    make_agency()
    return make_agency()


@pytest.fixture
def drafter(login: Login, agency: Agency) -> FlaskClient:
    return login(make_staff(Role.DRAFTER, agency))


def kept(session: Session) -> list[int | None]:
    rows = [session.scalar(sa.select(sa.func.count()).select_from(model)) for model in KEPT]
    disk = [path for path in folder().rglob("*") if path.is_file()] if folder().exists() else []
    return [*rows, len(disk)]


def upload(client: FlaskClient, agency: Agency, data: bytes, name: str, **values: object) -> TestResponse:
    form = {"title": "Luật Thử nghiệm", "kind": "luat", "agency": str(agency.id), **values}
    return client.post("/soan-thao/moi/", data={**form, "file": (io.BytesIO(data), name)})


def newest(session: Session) -> Consultation:
    return session.scalars(sa.select(Consultation).order_by(Consultation.id.desc())).first() or Consultation()


class TestEntrance:
    def test_only_drafters_enter(self, client: FlaskClient, login: Login, agency: Agency, app: Flask) -> None:
        assert client.get("/soan-thao/").status_code == 302
        for person in (make_person(), make_staff(Role.MODERATOR, agency), make_staff(Role.ADMINISTRATOR, agency)):
            assert login(person, app.test_client()).get("/soan-thao/").status_code == 403

    def test_another_agency_is_not_found_anywhere(self, drafter: FlaskClient, session: Session) -> None:
        foreign = drafts.make_draft(make_agency())
        paper = drafting.add_paper(foreign, io.BytesIO(b"%PDF-1"), "a.pdf", title="a", limit=2**20)
        base = f"/soan-thao/{foreign.id}/"
        pages = ["", "dieu-khoan/", "thiet-lap/", "ho-so/", "cong-bo/", "gia-han/", "huy/", "xem-truoc/", "tep-goc"]
        for page in [*pages, f"ho-so/{paper.id}"]:
            assert drafter.get(base + page).status_code == 404, page
        posts = ["dieu-khoan/", "thiet-lap/", "ho-so/", "cong-bo/", "gia-han/", "tam-dung/", "mo-lai/", "huy/"]
        for page in [*posts, f"ho-so/{paper.id}/xoa", f"ho-so/{paper.id}/len"]:
            assert drafter.post(base + page).status_code == 404, page
        session.expire_all()
        assert foreign.state == ConsultationState.DRAFT
        assert len(queries.list_papers(foreign.id)) == 1

    def test_a_drafter_above_reaches_the_units_below_and_not_the_other_way(
        self, login: Login, agency: Agency, app: Flask
    ) -> None:
        unit = make_agency(parent=agency)
        above, below = drafts.make_draft(agency), drafts.make_draft(unit)
        high, low = make_staff(Role.DRAFTER, agency), make_staff(Role.DRAFTER, unit)
        for person, expected in ((high, [200, 200]), (low, [404, 200])):
            client = login(person, app.test_client())
            assert [client.get(f"/soan-thao/{made.id}/").status_code for made in (above, below)] == expected


class TestList:
    def test_shows_own_consultations_with_their_phase(self, drafter: FlaskClient, agency: Agency) -> None:
        drafts.make_draft(agency, title="Luật Còn nháp")
        drafts.make_published(agency, title="Luật Đang mở")
        drafts.make_published(make_agency(), title="Luật Của nơi khác")
        page = drafter.get("/soan-thao/").text
        assert "Luật Còn nháp" in page
        assert "Đang lấy ý kiến" in page
        assert "Luật Của nơi khác" not in page

    def test_its_statements_do_not_grow_with_the_rows(
        self, drafter: FlaskClient, agency: Agency, count_queries: CountQueries
    ) -> None:
        seen = []
        for _ in range(2):
            drafts.make_published(agency)
            drafts.make_draft(agency)
            with count_queries() as statements:
                drafter.get("/soan-thao/")
            seen.append(len(statements))
        assert seen[0] == seen[1] <= 6, statements


class TestNew:
    @pytest.mark.parametrize("kind", ["docx", "txt"])
    def test_a_file_becomes_a_draft_and_leads_to_its_tree(
        self, drafter: FlaskClient, agency: Agency, session: Session, kind: str
    ) -> None:
        data = drafts.word_file() if kind == "docx" else drafts.SMALL.encode()
        answer = upload(drafter, agency, data, f"Dự thảo Luật.{kind}")
        made = newest(session)
        assert answer.headers["Location"] == f"/soan-thao/{made.id}/dieu-khoan/"
        assert (made.state, made.agency_id, made.kind_code) == (ConsultationState.DRAFT, agency.id, "luat")
        assert (clock.local(made.closes_at).date() - clock.today()).days == 20
        page = drafter.get(answer.headers["Location"]).text
        for words in ("Điều 2", "Điểm đ", "Thử lớn.", drafts.version_of(made).file.sha256, "Dự thảo Luật"):
            assert words in page

    @pytest.mark.parametrize("kind", drafts.NOT_DRAFTS)
    def test_what_is_no_draft_leaves_a_message_at_the_field_and_nothing_else(
        self, drafter: FlaskClient, agency: Agency, session: Session, kind: str
    ) -> None:
        name, data, told = drafts.NOT_DRAFTS[kind]
        before = kept(session)
        answer = upload(drafter, agency, data, name)
        assert answer.status_code == 200
        assert 'id="file-loi"' in answer.text
        assert told in answer.text
        assert "Luật Thử nghiệm" in answer.text  # what was typed is still there
        assert kept(session) == before

    def test_a_zip_bomb_and_a_file_too_large_leave_nothing(
        self, drafter: FlaskClient, agency: Agency, session: Session, app: Flask
    ) -> None:
        before = kept(session)
        assert "Tệp nén bất thường" in upload(drafter, agency, drafts.bomb(), "bom.docx").text
        app.config["MAX_DRAFT_MB"] = 1
        assert "Tệp lớn quá 1 MB" in upload(drafter, agency, b"x" * (2**20 + 1), "to.txt").text
        assert kept(session) == before

    def test_without_a_file_it_asks_for_one(self, drafter: FlaskClient, agency: Agency) -> None:
        form = {"title": "Luật", "kind": "luat", "agency": str(agency.id)}
        assert "Hãy chọn tệp dự thảo." in drafter.post("/soan-thao/moi/", data=form).text

    def test_not_for_an_agency_of_others(self, drafter: FlaskClient, session: Session) -> None:
        before = kept(session)
        answer = upload(drafter, make_agency(), drafts.SMALL.encode(), "a.txt")
        assert answer.status_code == 200
        assert kept(session) == before

    def test_a_name_that_climbs_out_of_the_folder_is_only_a_name(
        self, drafter: FlaskClient, agency: Agency, session: Session
    ) -> None:
        upload(drafter, agency, drafts.SMALL.encode(), "../../../etc/passwd.txt")
        stored = drafts.version_of(newest(session)).file
        assert stored.name == "passwd.txt"
        assert Path(os.path.realpath(stored.path)).is_relative_to(os.path.realpath(folder()))


class TestTree:
    def test_a_warning_leads_to_its_place_which_stands_open(self, drafter: FlaskClient, agency: Agency) -> None:
        made = drafts.make_draft(agency)
        anchors = [warning["anchor"] for warning in drafts.version_of(made).warnings]
        assert anchors == ["dieu-2-khoan-2-diem-dd", "dieu-4"]
        page = " ".join(drafter.get(f"/soan-thao/{made.id}/dieu-khoan/").text.split())
        assert all(f'href="#{anchor}"' in page for anchor in anchors)
        folds = dict(re.findall(r'<details id="([^"]+)" ?(open)?', page))
        assert (folds["dieu-2"], folds["dieu-4"], folds["dieu-1"]) == ("open", "open", "")

    def test_the_civil_code_is_shown_whole(
        self, drafter: FlaskClient, agency: Agency, count_queries: CountQueries
    ) -> None:
        read = drafts.read_file("01_bo_luat_dan_su_91_2015_QH13.txt")
        made = drafting.create_consultation(agency, read, drafts.settings(), by=None)
        with count_queries() as statements:
            page = drafter.get(f"/soan-thao/{made.id}/dieu-khoan/").text
        assert len(statements) <= 10, statements
        assert "Điều 689" in page
        assert page.count('<li class="tree__node ') == len(list(read.outline.walk()))

    def test_markup_in_a_draft_is_shown_as_typed(self, drafter: FlaskClient, agency: Agency) -> None:
        made = drafts.make_draft(agency, drafts.SMALL.replace("việc thử", "<script>alert(1)</script>"))
        for page in ("dieu-khoan/", "xem-truoc/"):
            text = drafter.get(f"/soan-thao/{made.id}/{page}").text
            assert "<script>alert" not in text
            assert "&lt;script&gt;" in text

    def test_another_file_replaces_it_and_a_bad_one_does_not(
        self, drafter: FlaskClient, agency: Agency, session: Session
    ) -> None:
        made = drafts.make_draft(agency)
        address = f"/soan-thao/{made.id}/dieu-khoan/"
        before = kept(session)
        answer = drafter.post(address, data={"file": (io.BytesIO(b"%PDF-1.7"), "xau.docx")})
        assert "PDF" in answer.text
        assert "Thử lớn." in answer.text
        assert kept(session) == before
        more = drafts.SMALL + "\nĐiều 5. Thêm\nMột điều nữa.\n"
        drafter.post(address, data={"file": (io.BytesIO(more.encode()), "moi.txt")})
        assert "Một điều nữa." in drafter.get(address).text

    def test_not_after_publishing(self, drafter: FlaskClient, agency: Agency, session: Session) -> None:
        made = drafts.make_published(agency)
        before = kept(session)
        address = f"/soan-thao/{made.id}/dieu-khoan/"
        data = {"file": (io.BytesIO(drafts.SMALL.encode()), "moi.txt")}
        assert drafter.post(address, data=data).status_code == 409
        assert kept(session) == before
        assert "Thay tệp" not in drafter.get(address).text

    def test_the_source_file_comes_back_byte_for_byte(self, drafter: FlaskClient, agency: Agency) -> None:
        made = drafts.make_draft(agency)
        with drafter.get(f"/soan-thao/{made.id}/tep-goc") as answer:
            assert answer.data == drafts.SMALL.encode()
            assert answer.headers["Content-Disposition"].startswith("attachment")


class TestSettings:
    @staticmethod
    def form(**values: str) -> dict[str, str]:
        first = clock.today()
        given = {
            "title": "Luật Thử nghiệm (sửa đổi)",
            "summary": "Nói về việc thử.",
            "kind": "nghi-dinh",
            "opens": first.isoformat(),
            "closes": (first + timedelta(days=45)).isoformat(),
            "short_period_reason": "",
            "guests": GuestPolicy.NAMED,
            "moderation": ModerationPolicy.AFTER,
        }
        return given | values

    def test_are_kept(self, drafter: FlaskClient, agency: Agency, session: Session) -> None:
        made, noise = drafts.make_draft(agency), drafts.make_draft(agency)
        answer = drafter.post(f"/soan-thao/{made.id}/thiet-lap/", data=self.form())
        assert answer.status_code == 302
        session.expire_all()
        assert (made.title, made.kind_code, made.guests, made.moderation) == (
            "Luật Thử nghiệm (sửa đổi)",
            "nghi-dinh",
            GuestPolicy.NAMED,
            ModerationPolicy.AFTER,
        )
        assert noise.title == "Luật Thử nghiệm"
        page = drafter.get(f"/soan-thao/{made.id}/thiet-lap/").text
        assert 'value="Luật Thử nghiệm (sửa đổi)"' in page

    def test_a_short_window_asks_for_the_reason_at_its_field(
        self, drafter: FlaskClient, agency: Agency, session: Session
    ) -> None:
        made = drafts.make_draft(agency)
        closes = (clock.today() + timedelta(days=5)).isoformat()
        address = f"/soan-thao/{made.id}/thiet-lap/"
        page = drafter.post(address, data=self.form(closes=closes)).text
        assert 'id="short_period_reason-loi"' in page
        assert "Ngắn hơn 20 ngày" in page
        answer = drafter.post(address, data=self.form(closes=closes, short_period_reason="Phòng chống bão."))
        assert answer.status_code == 302
        session.expire_all()
        assert made.short_period_reason == "Phòng chống bão."
        assert "Phòng chống bão." in drafter.get(f"/soan-thao/{made.id}/xem-truoc/").text

    @pytest.mark.parametrize(
        ("field", "value"), [("opens", "hôm qua"), ("kind", "thơ"), ("title", " \u200b "), ("guests", "x")]
    )
    def test_nonsense_is_refused_at_its_field(
        self, drafter: FlaskClient, agency: Agency, field: str, value: str
    ) -> None:
        made = drafts.make_draft(agency)
        page = drafter.post(f"/soan-thao/{made.id}/thiet-lap/", data=self.form(**{field: value})).text
        assert f'id="{field}-loi"' in page

    def test_not_after_publishing(self, drafter: FlaskClient, agency: Agency) -> None:
        made = drafts.make_published(agency)
        assert drafter.get(f"/soan-thao/{made.id}/thiet-lap/").status_code == 409
        assert drafter.post(f"/soan-thao/{made.id}/thiet-lap/", data=self.form()).status_code == 409


class TestPapers:
    def test_added_moved_and_removed(self, drafter: FlaskClient, agency: Agency) -> None:
        made = drafts.make_draft(agency)
        address = f"/soan-thao/{made.id}/ho-so/"
        for title in ("Tờ trình", "Bản so sánh"):
            data = {"title": title, "file": (io.BytesIO(b"%PDF-1.7 " + title.encode()), "a.pdf")}
            assert drafter.post(address, data=data).status_code == 302
        second = queries.list_papers(made.id)[1].id
        drafter.post(f"{address}{second}/len")
        assert [paper.title for paper in queries.list_papers(made.id)] == ["Bản so sánh", "Tờ trình"]
        with drafter.get(f"{address}{second}") as answer:
            assert answer.data == b"%PDF-1.7 " + "Bản so sánh".encode()
        drafter.post(f"{address}{second}/xoa")
        assert [paper.title for paper in queries.list_papers(made.id)] == ["Tờ trình"]
        assert drafter.get(f"{address}{second}/xoa").status_code == 405

    def test_a_wrong_file_is_refused_at_the_field(self, drafter: FlaskClient, agency: Agency, session: Session) -> None:
        made = drafts.make_draft(agency)
        before = kept(session)
        data = {"title": "Virus", "file": (io.BytesIO(b"MZ"), "a.pdf")}
        assert "nội dung không phải" in drafter.post(f"/soan-thao/{made.id}/ho-so/", data=data).text
        assert kept(session) == before


class TestPublish:
    def test_after_the_check_it_is_public(self, drafter: FlaskClient, agency: Agency, session: Session) -> None:
        made = drafts.make_draft(agency)
        address = f"/soan-thao/{made.id}/cong-bo/"
        page = drafter.get(address).text
        assert "Nên có:" in page
        assert "Hãy xác nhận đã xem cây điều khoản." in drafter.post(address).text
        assert drafter.post(address, data={"sure": "y"}).status_code == 302
        session.expire_all()
        assert made.state == ConsultationState.PUBLISHED
        assert drafter.get(address).status_code == 409
        assert "Đang lấy ý kiến" in drafter.get(f"/soan-thao/{made.id}/").text

    def test_what_is_missing_stands_in_the_way(self, drafter: FlaskClient, agency: Agency, session: Session) -> None:
        made = drafts.make_draft(agency, opens=clock.today() - timedelta(days=40), days=30)
        address = f"/soan-thao/{made.id}/cong-bo/"
        assert "Còn thiếu:" in drafter.get(address).text
        assert "Ngày đóng đã qua" in drafter.post(address, data={"sure": "y"}).text
        session.expire_all()
        assert made.state == ConsultationState.DRAFT


class TestChanges:
    def test_each_change_with_its_reason_stands_in_the_log(
        self, drafter: FlaskClient, agency: Agency, session: Session
    ) -> None:
        made = drafts.make_published(agency)
        base = f"/soan-thao/{made.id}/"
        later = (clock.today() + timedelta(days=60)).isoformat()
        assert 'id="reason-loi"' in drafter.post(f"{base}tam-dung/").text
        for act, more in (("gia-han/", {"closes": later}), ("tam-dung/", {}), ("mo-lai/", {}), ("huy/", {})):
            answer = drafter.post(base + act, data={"reason": f"Lý do của {act}", **more})
            assert answer.status_code == 302, answer.text
        page = drafter.get(base).text
        assert [f"Lý do của {act}" in page for act in ("gia-han/", "tam-dung/", "mo-lai/", "huy/")] == [True] * 4
        kinds = [event.kind for event in queries.list_events(made.id)]
        assert kinds[1:] == [EventKind.EXTENDED, EventKind.SUSPENDED, EventKind.RESUMED, EventKind.CANCELLED]
        assert "Đã hủy" in page

    def test_one_that_makes_no_sense_is_not_offered_and_not_done(
        self, drafter: FlaskClient, agency: Agency, session: Session
    ) -> None:
        made = drafts.make_published(agency)
        assert "mo-lai" not in drafter.get(f"/soan-thao/{made.id}/").text
        assert drafter.post(f"/soan-thao/{made.id}/mo-lai/", data={"reason": "x"}).status_code == 409
        assert "không làm được việc này" in drafter.get(f"/soan-thao/{made.id}/mo-lai/").text

    def test_an_earlier_day_is_refused_at_the_field(self, drafter: FlaskClient, agency: Agency) -> None:
        made = drafts.make_published(agency)
        early = (clock.today() + timedelta(days=3)).isoformat()
        page = drafter.post(f"/soan-thao/{made.id}/gia-han/", data={"reason": "x", "closes": early}).text
        assert 'id="closes-loi"' in page


class TestBudgets:
    @pytest.mark.parametrize("page", ["", "dieu-khoan/", "thiet-lap/", "ho-so/", "cong-bo/", "xem-truoc/"])
    def test_every_page_takes_few_statements(
        self, drafter: FlaskClient, agency: Agency, count_queries: CountQueries, page: str
    ) -> None:
        made = drafts.make_draft(agency)
        for number in range(3):
            data = b"%PDF-1.7 " + str(number).encode()
            drafting.add_paper(made, io.BytesIO(data), "a.pdf", title="a", limit=2**20)
        with count_queries() as statements:
            answer = drafter.get(f"/soan-thao/{made.id}/{page}")
        assert answer.status_code == 200
        assert len(statements) <= 10, statements
        assert answer.text.count("<h1") == 1
