"""``danban consultation import`` and ``danban legal outline``: as scripts outside the project call them."""

import json
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from consultations import policies
from consultations.models import Consultation, ConsultationState, DocumentKind
from consultations.policies import Phase
from consultations.seed import KINDS, guess_kind, seed_document_kinds
from core import clock
from core.files import StoredFile, folder
from tests.conftest import Danban
from tests.consultations import drafts
from tests.factories import make_agency

WINDOW = ("--opens", "2026-11-01", "--closes", "2026-12-02")


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    path = tmp_path / "Dự thảo.docx"
    path.write_bytes(drafts.word_file())
    return path


def only(session: Session) -> Consultation:
    return session.scalars(sa.select(Consultation)).one()


def nothing_is_kept(session: Session) -> bool:
    rows = sum(session.scalar(sa.select(sa.func.count()).select_from(m)) or 0 for m in (Consultation, StoredFile))
    return rows == 0 and not (folder().exists() and any(p.is_file() for p in folder().rglob("*")))


class TestImport:
    def test_prints_the_id_alone_on_the_last_line(self, session: Session, danban: Danban, draft: Path) -> None:
        make_agency()
        agency = make_agency(code="BYT")
        result = danban(
            *("consultation", "import", str(draft), "--agency", "BYT", "--title", "Luật Thử", *WINDOW, "--publish")
        )
        assert result.exit_code == 0, result.output
        made = only(session)
        assert result.stdout.splitlines()[-1] == str(made.id)
        assert (made.agency_id, made.title, made.kind_code) == (agency.id, "Luật Thử", "luat")
        assert made.opens_at == clock.start_of(date(2026, 11, 1))
        assert made.closes_at == clock.end_of(date(2026, 12, 2))
        assert made.state == ConsultationState.PUBLISHED

    def test_without_publish_it_stays_a_draft(self, session: Session, danban: Danban, draft: Path) -> None:
        make_agency(code="BYT")
        assert (
            danban("consultation", "import", str(draft), "--agency", "BYT", "--title", "Luật Thử", *WINDOW).exit_code
            == 0
        )
        assert only(session).state == ConsultationState.DRAFT

    def test_a_window_in_the_past_is_kept_as_it_was(self, session: Session, danban: Danban, draft: Path) -> None:
        make_agency(code="BYT")
        window = ("--opens", "01/01/2025", "--closes", "31/03/2025")
        result = danban("consultation", "import", str(draft), "--agency", "BYT", "--title", "L", *window, "--publish")
        assert result.exit_code == 0, result.output
        assert policies.phase(only(session), clock.now()) == Phase.CLOSED

    def test_a_real_draft_keeps_its_own_title_when_none_is_given(self, session: Session, danban: Danban) -> None:
        make_agency(code="BCA")
        file = drafts.LEGAL / "07_luat_an_ninh_mang_24_2018.html"
        result = danban("consultation", "import", str(file), "--agency", "BCA", *WINDOW)
        assert result.exit_code == 0, result.output
        assert only(session).title == "LUẬT AN NINH MẠNG"

    @pytest.mark.parametrize(
        ("arguments", "told"),
        [
            (("--agency", "KHONGCO", *WINDOW), "KHONGCO"),
            (("--agency", "BYT", "--opens", "hôm nay"), "không phải là ngày"),
            (("--agency", "BYT", "--opens", "2026-12-02", "--closes", "2026-11-01"), "Ngày đóng phải từ ngày mở"),
            (("--agency", "BYT", "--opens", "2026-11-01", "--closes", "2026-11-05"), "Hãy nêu lý do"),
            (("--agency", "BYT", "--kind", "tho", *WINDOW), "Không có loại văn bản"),
        ],
    )
    def test_wrong_arguments_are_told_in_a_sentence_and_nothing_is_kept(
        self, session: Session, danban: Danban, draft: Path, arguments: tuple[str, ...], told: str
    ) -> None:
        make_agency(code="BYT")
        result = danban("consultation", "import", str(draft), "--title", "Luật Thử", *arguments)
        assert result.exit_code == 2
        assert told in result.stderr
        assert "Traceback" not in result.output
        assert nothing_is_kept(session)

    @pytest.mark.parametrize("kind", drafts.NOT_DRAFTS)
    def test_a_file_that_is_no_draft_leaves_nothing(
        self, session: Session, danban: Danban, tmp_path: Path, kind: str
    ) -> None:
        name, data, told = drafts.NOT_DRAFTS[kind]
        make_agency(code="BYT")
        path = tmp_path / name
        path.write_bytes(data)
        result = danban("consultation", "import", str(path), "--agency", "BYT", "--title", "Luật Thử", *WINDOW)
        assert result.exit_code == 2
        assert told in result.stderr
        assert nothing_is_kept(session)

    def test_a_file_that_is_not_there_is_told(self, session: Session, danban: Danban, tmp_path: Path) -> None:
        make_agency(code="BYT")
        for path in (tmp_path / "khong-co.docx", tmp_path):
            result = danban("consultation", "import", str(path), "--agency", "BYT", "--title", "L", *WINDOW)
            assert result.exit_code == 2
            assert "Không mở được tệp" in result.stderr

    def test_a_short_window_is_taken_with_its_reason(self, session: Session, danban: Danban, draft: Path) -> None:
        make_agency(code="BYT")
        window = ("--opens", "2026-11-01", "--closes", "2026-11-05", "--reason", "Thủ tục rút gọn.")
        result = danban("consultation", "import", str(draft), "--agency", "BYT", "--title", "L", *window, "--publish")
        assert result.exit_code == 0, result.output
        assert only(session).short_period_reason == "Thủ tục rút gọn."


class TestOutline:
    def test_the_json_has_the_fixed_shape(self, danban: Danban) -> None:
        result = danban("legal", "outline", str(drafts.LEGAL / "B_vbhn_22_VPQH_BHYT.txt"), "--json")
        told = json.loads(result.stdout)
        assert set(told) == {"title", "counts", "warnings", "set_aside", "nodes"}
        assert (told["counts"]["chapter"], told["counts"]["article"]) == (10, 57)
        node = told["nodes"][0]
        assert set(node) == {"kind", "number", "heading", "text", "citation", "quoted", "children"}

    def test_without_json_it_reads_like_a_table_of_contents(self, danban: Danban, draft: Path) -> None:
        result = danban("legal", "outline", str(draft))
        assert result.exit_code == 0
        assert "Điều 3, Khoản 2, Điểm 3" in result.stdout
        assert "Điều 2. Giải thích từ ngữ" in result.stdout
        assert "có thể thiếu Điều" in result.stdout

    def test_a_file_that_is_no_draft_is_told(self, danban: Danban, tmp_path: Path) -> None:
        path = tmp_path / "a.docx"
        path.write_bytes(b"%PDF-1.7")
        for file in (path, tmp_path / "khong-co.txt"):
            result = danban("legal", "outline", str(file))
            assert result.exit_code == 2
            assert result.stderr.startswith("danban: ")


class TestSeed:
    def test_adds_what_is_missing_and_leaves_what_an_administrator_changed(self, session: Session) -> None:
        assert seed_document_kinds() == len(KINDS)
        kind = session.get_one(DocumentKind, "luat")
        kind.days = 45
        session.delete(session.get_one(DocumentKind, "thong-tu"))
        session.flush()
        assert seed_document_kinds() == 1
        assert kind.days == 45

    @pytest.mark.parametrize(
        ("title", "code"),
        [
            ("LUẬT AN NINH MẠNG", "luat"),
            ("Dự thảo Nghị định quy định chi tiết", "nghi-dinh"),
            ("Bộ luật Dân sự", "luat"),
            ("Đề án", "khac"),
        ],
    )
    def test_guesses_the_kind_from_the_title(self, title: str, code: str) -> None:
        assert guess_kind(title) == code
