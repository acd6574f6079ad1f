"""The drafter's pages for the next version: upload, confirm, correct, publish; without JavaScript."""

import io
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.models import Role
from consultations.models import Consultation, Version
from consultations.services import drafting
from consultations.services.pairing_texts import find_before
from core.db import db
from legal.align import Change
from legal.nodes import Outline
from tests.conftest import Login
from tests.consultations import drafts, sending, texts
from tests.factories import make_agency, make_staff
from tests.support.queries import CountQueries

BUDGET = 16


@pytest.fixture
def consultation(session: Session) -> Consultation:
    return texts.make_first()


@pytest.fixture
def desk(consultation: Consultation, login: Login) -> FlaskClient:
    return login(make_staff(Role.DRAFTER, sending.agency_of(consultation)))


def path(consultation: Consultation, rest: str = "") -> str:
    return f"/soan-thao/{consultation.id}/ban-moi/{rest}"


def file_of(text: str) -> tuple[io.BytesIO, str]:
    return io.BytesIO(text.encode()), "du-thao-2.txt"


class TestUpload:
    def test_leads_to_the_pairs(self, desk: FlaskClient, consultation: Consultation) -> None:
        form = desk.get(path(consultation)).text
        assert "Đăng bản mới của dự thảo" in form
        answer = desk.post(path(consultation), data={"file": file_of(texts.SECOND), "kind": "next"})
        assert (answer.status_code, answer.location) == (302, path(consultation))
        page = desk.get(path(consultation)).text
        assert "Dự thảo 2, chưa công bố" in page
        assert drafts.version_of(consultation).published_at is None

    @pytest.mark.parametrize(("name", "data", "words"), drafts.NOT_DRAFTS.values(), ids=list(drafts.NOT_DRAFTS))
    def test_what_is_no_draft_is_refused_at_its_field(
        self, desk: FlaskClient, consultation: Consultation, name: str, data: bytes, words: str
    ) -> None:
        answer = desk.post(path(consultation), data={"file": (io.BytesIO(data), name), "kind": "next"})
        assert answer.status_code == 422
        assert words in answer.text
        assert drafts.version_of(consultation).number == 1

    def test_a_corrigendum_needs_its_reason_and_tells_it(self, desk: FlaskClient, consultation: Consultation) -> None:
        sent = {"file": file_of(texts.SECOND), "kind": "corrigendum"}
        assert "Hãy nêu lý do đính chính." in desk.post(path(consultation), data=sent).text
        sent = {"file": file_of(texts.SECOND), "kind": "corrigendum", "reason": "Tệp trước thiếu Điều 5."}
        desk.post(path(consultation), data=sent)
        assert "Tệp trước thiếu Điều 5." in desk.get(path(consultation)).text
        assert "đính chính" not in desk.get(f"/du-thao/{consultation.id}/").text
        texts.publish(consultation, drafts.version_of(consultation))
        page = desk.get(f"/du-thao/{consultation.id}/").text
        assert "Dự thảo 2 là bản đính chính" in page
        assert "Công bố dự thảo 2, bản đính chính." in page
        assert page.count("Tệp trước thiếu Điều 5.") == 2  # at the head, and among the notices
        assert "năm ngày làm việc" in page
        assert "bản đính chính" in desk.get(f"/du-thao/{consultation.id}/so-sanh").text

    def test_the_wrong_file_stays_readable_and_says_what_was_wrong(
        self, client: FlaskClient, consultation: Consultation
    ) -> None:
        comment = sending.say(consultation, "khoản 1 Điều 2")
        texts.add_version(consultation, reason="Tệp trước thiếu Điều 5.")
        page = client.get(f"/du-thao/{consultation.id}/?ban=1").text
        for words in ("Tệp của dự thảo 1 bị sai", "Tệp trước thiếu Điều 5.", "ba ngày làm việc", "Đọc bản mới nhất"):
            assert words in page
        assert "Dự thảo 2 đã sửa" in client.get(f"/du-thao/{consultation.id}/dieu-khoan/{comment.place}/").text

    def test_a_next_draft_is_no_corrigendum(self, client: FlaskClient, consultation: Consultation) -> None:
        texts.add_version(consultation)
        for rest in ("", "?ban=1"):
            assert "đính chính" not in client.get(f"/du-thao/{consultation.id}/{rest}").text

    def test_holds_no_lock_while_the_file_is_read(
        self, desk: FlaskClient, consultation: Consultation, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        held: list[bool] = []
        read = drafting.read_outline

        def reading(data: bytes, name: str) -> Outline:
            held.append(db.session().in_transaction())
            return read(data, name)

        monkeypatch.setattr(drafting, "read_outline", reading)
        desk.post(path(consultation), data={"file": file_of(texts.SECOND), "kind": "next"})
        assert held == [False]

    def test_is_for_the_drafters_of_the_agency(self, login: Login, consultation: Consultation) -> None:
        stranger = login(make_staff(Role.DRAFTER, make_agency()))
        assert stranger.get(path(consultation)).status_code == 404
        assert stranger.post(path(consultation), data={"file": file_of(texts.SECOND)}).status_code == 404


class TestPairs:
    @pytest.fixture
    def version(self, consultation: Consultation) -> Version:
        """Two doubtful pairs: an edited clause, and one that moved."""
        made = texts.upload(consultation)
        for cited in ("khoản 1 Điều 2", "khoản 3 Điều 2"):
            texts.pairing_of(made, cited).doubtful = True
        return made

    def test_those_that_wait_are_shown_with_both_texts(
        self, desk: FlaskClient, consultation: Consultation, version: Version
    ) -> None:
        page = desk.get(path(consultation)).text
        assert "2 chỗ cần xác nhận" in page
        assert re.search(r"<del>.*?ba\s*</del>", page, re.DOTALL)
        assert re.search(r"<ins>.*?năm\s*</ins>", page, re.DOTALL)
        assert len(re.findall(r'id="cap-\d+"', page)) == 2
        assert "Xác nhận hết 2 chỗ rồi mới công bố được." in page

    def test_each_change_has_its_list(self, desk: FlaskClient, consultation: Consultation, version: Version) -> None:
        page = desk.get(path(consultation, "?loai=added")).text
        assert re.findall(r"<span>(Không có điều khoản cũ[^<]*)</span>", page) == ["Không có điều khoản cũ → Điều 5"]

    def test_confirm_choose_and_none_then_publish(
        self, desk: FlaskClient, consultation: Consultation, version: Version
    ) -> None:
        first, second = texts.waiting(version)
        before = find_before(version)
        assert before is not None
        assert desk.post(path(consultation, f"cap/{first.id}/dung")).status_code == 303
        desk.post(path(consultation, "cong-bo"))
        assert "Còn 1 chỗ chưa xác nhận." in desk.get(path(consultation)).text
        page = desk.get(path(consultation, f"cap/{second.id}/?tim=khong phai tra tien")).text
        lineage = re.findall(r'name="old"\s+value="(\d+)"', page)
        assert len(lineage) == 1
        assert desk.post(path(consultation, f"cap/{second.id}/"), data={"old": lineage[0]}).status_code == 303
        row = texts.pairing_of(version, "khoản 3 Điều 2")
        assert row.confirmed_at is not None
        assert row.old_provision_id == texts.provision(before, "khoản 2 Điều 2").id
        desk.post(path(consultation, f"cap/{row.id}/khong"))
        assert texts.pairing_of(version, "khoản 3 Điều 2").change == Change.ADDED
        for waits in texts.waiting(version):
            desk.post(path(consultation, f"cap/{waits.id}/dung"))
        desk.post(path(consultation, "cong-bo"))
        assert "Đã công bố dự thảo 2." in desk.get(f"/soan-thao/{consultation.id}/").text
        assert "năm ngày làm việc" in desk.get(f"/du-thao/{consultation.id}/").text

    def test_a_pair_of_another_consultation_is_not_found(
        self, desk: FlaskClient, consultation: Consultation, version: Version
    ) -> None:
        other = texts.make_first()
        stranger = texts.pairings(texts.upload(other))[0]
        for rest in (f"cap/{stranger.id}/dung", f"cap/{stranger.id}/khong", f"cap/{stranger.id}/"):
            assert desk.post(path(consultation, rest), data={"old": "1"}).status_code == 404

    def test_a_version_that_waits_can_be_taken_back(
        self, desk: FlaskClient, consultation: Consultation, version: Version
    ) -> None:
        desk.post(path(consultation, "bo"))
        assert drafts.version_of(consultation).number == 1
        assert "Đăng bản mới của dự thảo" in desk.get(path(consultation)).text


def test_a_real_law_stays_within_the_budget(session: Session, login: Login, count_queries: CountQueries) -> None:
    made = texts.make_real()
    version = drafts.version_of(made)
    version.published_at = None
    for row in texts.pairings(version):
        row.confirmed_at = None
    desk = login(make_staff(Role.DRAFTER, sending.agency_of(made)))
    with count_queries() as queries:
        page = desk.get(path(made)).text
    assert len(queries) <= BUDGET, queries
    assert len(re.findall(r'id="cap-\d+"', page)) == 20
