"""Files that take long to read: kept at once, read by the worker, refused where the person sees it."""

import io
import shutil
import subprocess

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.models import Role
from consultations.models import Consultation, Intake, IntakeState
from consultations.services import drafting, intakes, pairing, publishing
from core import outbox
from core.errors import RuleBroken
from core.files import StoredFile
from tests.conftest import Login
from tests.consultations import drafts, sending, texts
from tests.factories import make_staff
from tests.support.clock import FrozenClock
from tests.support.missing import skip_or_fail


@pytest.fixture(scope="module")
def office_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The next version as LibreOffice writes it."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        skip_or_fail("LibreOffice is not here (libreoffice-writer-nogui)")
    folder = tmp_path_factory.mktemp("office")
    (folder / "a.docx").write_bytes(drafts.word_file(texts.SECOND))
    for form in ("doc", "pdf"):
        command = [program, "--headless", f"-env:UserInstallation={(folder / 'profile').as_uri()}"]
        command += ["--convert-to", form, "--outdir", str(folder), str(folder / "a.docx")]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
    return {form: (folder / f"a.{form}").read_bytes() for form in ("doc", "pdf")}


@pytest.fixture
def consultation(session: Session) -> Consultation:
    texts.make_first()  # noise
    return texts.make_first()


@pytest.fixture
def desk(consultation: Consultation, login: Login, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A drafter; .txt files count as slow ones."""
    monkeypatch.setitem(intakes.READ_AT_ONCE, ".txt", 0)
    return login(make_staff(Role.DRAFTER, sending.agency_of(consultation)))


def path(consultation: Consultation, rest: str = "") -> str:
    return f"/soan-thao/{consultation.id}/ban-moi/{rest}"


def hand_in(
    desk: FlaskClient, consultation: Consultation, text: str = texts.SECOND, name: str = "ban-2.txt", **more: str
) -> str:
    """The page one lands on."""
    sent = {"file": (io.BytesIO(text.encode()), name), "kind": "next", **more}
    answer = desk.post(path(consultation), data=sent)
    assert (answer.status_code, answer.location) == (302, path(consultation)), answer.text
    return desk.get(path(consultation)).text


class TestTheWorker:
    def test_reads_and_pairs_while_the_page_says_how_far_it_is(
        self, desk: FlaskClient, session: Session, consultation: Consultation
    ) -> None:
        page = hand_in(desk, consultation, kind="corrigendum", reason="Tệp trước thiếu Điều 5.")
        assert "Đã nhận tệp ban-2.txt" in page
        assert "Xem đã xong chưa" in page
        assert drafts.version_of(consultation).number == 1
        outbox.drain()
        version = drafts.version_of(consultation)
        assert (version.number, version.reason) == (2, "Tệp trước thiếu Điều 5.")
        assert texts.changes(version)["Điều 5"] == "added"
        assert "Dự thảo 2, chưa công bố" in desk.get(path(consultation)).text
        assert session.scalars(sa.select(Intake)).all() == []

    def test_tells_what_is_wrong_with_a_file_and_asks_for_another(
        self, desk: FlaskClient, consultation: Consultation
    ) -> None:
        hand_in(desk, consultation, "Một lá thư.\nKính gửi mọi người.")
        outbox.drain()
        page = desk.get(path(consultation)).text
        assert "Không đọc được tệp ban-2.txt" in page
        assert "Không thấy điều, khoản" in page
        assert "Tải lên và ghép điều khoản" in page
        hand_in(desk, consultation)
        outbox.drain()
        assert drafts.version_of(consultation).number == 2

    def test_dying_while_it_reads_leaves_nothing_half_and_the_file_is_read_again(
        self,
        frozen_clock: FrozenClock,
        desk: FlaskClient,
        session: Session,
        consultation: Consultation,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        hand_in(desk, consultation)
        with monkeypatch.context() as dying:
            dying.setattr(pairing, "request", _die)
            outbox.drain()
        assert drafts.version_of(consultation).number == 1
        assert [one.state for one in session.scalars(sa.select(Intake))] == [IntakeState.WAITING]
        frozen_clock.move(minutes=1)
        outbox.drain()
        assert drafts.version_of(consultation).number == 2

    def test_a_newer_file_and_taking_back_leave_nothing_to_read(
        self, desk: FlaskClient, session: Session, consultation: Consultation
    ) -> None:
        hand_in(desk, consultation)
        hand_in(desk, consultation, texts.SECOND.replace("năm ngày", "sáu ngày"))
        outbox.drain()
        assert "sáu ngày" in texts.provision(drafts.version_of(consultation), "khoản 1 Điều 2").text
        hand_in(desk, consultation)
        assert desk.post(path(consultation, "bo")).status_code == 303
        outbox.drain()
        assert drafts.version_of(consultation).number == 1
        assert session.scalars(sa.select(StoredFile.name).where(StoredFile.name == "ban-2.txt")).all() == []

    def test_a_consultation_cancelled_meanwhile_gets_no_version(
        self, desk: FlaskClient, session: Session, consultation: Consultation
    ) -> None:
        hand_in(desk, consultation)
        publishing.cancel(consultation, by=make_staff(Role.DRAFTER, sending.agency_of(consultation)), reason="Thôi.")
        outbox.drain()
        assert drafts.version_of(consultation).number == 1
        assert [one.state for one in session.scalars(sa.select(Intake))] == [IntakeState.REFUSED]


class TestAtTheDoor:
    def test_the_public_file_and_renamed_ones_are_refused_at_once(
        self, desk: FlaskClient, consultation: Consultation
    ) -> None:
        sent = {"file": (io.BytesIO(texts.FIRST.encode()), "ban-2.txt"), "kind": "next"}
        assert "giống hệt" in desk.post(path(consultation), data=sent).text
        sent = {"file": (io.BytesIO(b"PK\x03\x04"), "du-thao.doc"), "kind": "next"}
        answer = desk.post(path(consultation), data=sent)
        assert (answer.status_code, "nội dung không phải" in answer.text) == (422, True)

    def test_slow_kinds_and_large_files_are_left_to_the_worker(self) -> None:
        assert intakes.takes_long("DU-THAO.DOC", 1)
        assert intakes.takes_long("a.pdf", 200 * 1024)
        assert not intakes.takes_long("a.pdf", 50 * 1024)
        assert not intakes.takes_long("a.docx", 2**20)
        assert intakes.takes_long("a.docx", 3 * 2**20)


OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "WordDocument".encode("utf-16-le")


def test_an_old_word_file_without_libreoffice_says_what_to_do(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with pytest.raises(RuleBroken, match="Lưu thành"):
        drafting.read_draft(io.BytesIO(OLD_WORD), "du-thao.doc", limit=drafts.LIMIT)


class TestOfficeFiles:
    @pytest.mark.parametrize("form", ["doc", "pdf"])
    def test_become_versions_like_any_other(
        self, desk: FlaskClient, consultation: Consultation, office_files: dict[str, bytes], form: str
    ) -> None:
        sent = {"file": (io.BytesIO(office_files[form]), f"DU-THAO-2.{form.upper()}"), "kind": "next"}
        assert desk.post(path(consultation), data=sent).status_code == 302
        outbox.drain()
        assert texts.changes(drafts.version_of(consultation))["khoản 3 Điều 2"] == "moved"


def _die(*_args: object) -> None:
    raise MemoryError
