"""The page that compares two versions, and the reading page of an older one."""

import io
import re

import pytest
from docx import Document as WordDocument
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from consultations.models import Consultation
from consultations.queries import comparing
from legal.align import Change
from tests.consultations import drafts, texts
from tests.support.queries import CountQueries

BUDGET = 12


@pytest.fixture
def consultation(session: Session) -> Consultation:
    made = texts.make_first()
    texts.add_version(made)
    texts.make_first()  # noise
    return made


def page_of(client: FlaskClient, consultation: Consultation, query: str = "") -> str:
    answer = client.get(f"/du-thao/{consultation.id}/so-sanh{query}")
    assert answer.status_code == 200
    return answer.text


def entry(page: str, anchor: str) -> str:
    found = re.search(rf'<section class="compare__entry[^>]*?id="{anchor}".*?</section>', page, re.DOTALL)
    assert found is not None, anchor
    return " ".join(re.sub(r"<span class=\"sr\">.*?</span>", "", found[0]).split())


def compare(consultation: Consultation, old: int = 0, new: int = -1) -> comparing.Comparison:
    document = texts.document_of(consultation)
    versions = comparing.list_versions(document.id)
    return comparing.compare(versions[old], versions[new], document.id)


class TestCompare:
    def test_tells_what_became_of_every_provision(self, consultation: Consultation) -> None:
        found = {
            (one.old.citation if one.old else "", one.new.citation if one.new else ""): one.change
            for one in compare(consultation).entries
            if one.changed
        }
        assert found == {
            ("khoản 1 Điều 2", "khoản 1 Điều 2"): Change.EDITED,
            ("khoản 2 Điều 2", ""): Change.REMOVED,
            ("khoản 3 Điều 2", "khoản 2 Điều 2"): Change.RENUMBERED,
            ("khoản 2 Điều 3", "khoản 3 Điều 2"): Change.MOVED,
            ("", "Điều 5"): Change.ADDED,
        }

    def test_what_is_gone_stands_where_it_stood(self, consultation: Consultation) -> None:
        names = [one.node.citation for one in compare(consultation).entries if one.node.citation]
        at = names.index("khoản 2 Điều 2")
        assert names[at - 1 : at + 2] == ["khoản 1 Điều 2", "khoản 2 Điều 2", "khoản 2 Điều 2"]

    def test_any_two_versions_can_be_compared(self, consultation: Consultation) -> None:
        texts.add_version(
            consultation, texts.SECOND.replace("năm ngày làm", "bảy ngày làm").replace("Điều 5", "Điều 6")
        )
        changes = {one.node.citation: one.change for one in compare(consultation).entries if one.changed}
        assert changes["khoản 3 Điều 2"] == Change.MOVED
        assert changes["Điều 6"] == Change.ADDED
        assert {one.change for one in compare(consultation, 1).entries if one.changed} == {
            Change.EDITED,
            Change.RENUMBERED,
        }

    def test_splits_and_merges_name_the_other_provision(self, session: Session) -> None:
        made = texts.make_first()
        whole = "Người thử phải báo cáo kết quả bằng văn bản cho cơ quan quản lý trong vòng mười ngày"
        part = "trường hợp bất khả kháng thì được gia hạn thêm không quá năm ngày làm việc kể từ ngày hết hạn báo cáo"
        long = texts.FIRST.replace(f"3. {whole}.", f"3. {whole}; {part}.")
        made = texts.make_first(long)
        texts.add_version(made, long.replace(f"3. {whole}; {part}.", f"3. {whole}.\n4. {part.capitalize()}."))
        parts = [one for one in compare(made).entries if one.part]
        assert [(one.change, one.new.citation if one.new else "", one.kin[0][1]) for one in parts] == [
            (Change.SPLIT, "khoản 4 Điều 2", "khoản 3 Điều 2")
        ]
        again = texts.make_first(long.replace(f"3. {whole}; {part}.", f"3. {whole}.\n4. {part.capitalize()}."))
        texts.add_version(again, long)
        merged = [one for one in compare(again).entries if one.part]
        assert [(one.change, one.old.citation if one.old else "", one.kin[0][1]) for one in merged] == [
            (Change.MERGED, "khoản 4 Điều 2", "khoản 3 Điều 2")
        ]


class TestPage:
    def test_marks_words_and_shows_only_what_changed(self, client: FlaskClient, consultation: Consultation) -> None:
        page = page_of(client, consultation)
        edited = entry(page, "dieu-2-khoan-1")
        assert re.search(r"<del>\s*ba\s*</del>\s*<ins>\s*năm\s*</ins>", edited)
        assert "bỏ" in entry(page, "cu-dieu-2-khoan-2")
        assert "trước là khoản 2 Điều 3" in entry(page, "dieu-2-khoan-3")
        assert 'id="dieu-3-khoan-1"' not in page
        assert 'id="dieu-4"' not in page
        assert 'id="dieu-3-khoan-1"' in page_of(client, consultation, "?xem=tat-ca")

    def test_two_columns_keep_old_and_new_apart(self, client: FlaskClient, consultation: Consultation) -> None:
        edited = entry(page_of(client, consultation, "?kieu=hai-cot"), "dieu-2-khoan-1")
        left, right = edited.split("</div> <div>")[:2] if "</div> <div>" in edited else edited.split("Bản mới")
        assert "<del>" in left
        assert "<ins>" not in left
        assert "<ins>" in right
        assert "<del>" not in right

    def test_sums_up_by_kind_of_change(self, client: FlaskClient, consultation: Consultation) -> None:
        page = page_of(client, consultation)
        rows = re.findall(r'<th scope="row">\s*(.*?)\s*</th>(.*?)</tr>', page, re.DOTALL)
        found = {name: [int(n) for n in re.findall(r"<td[^>]*>\s*(\d+)", cells)] for name, cells in rows}
        assert found == {
            "Sửa": [0, 1, 0, 0],
            "Chuyển chỗ": [0, 1, 0, 0],
            "Đổi số": [0, 1, 0, 0],
            "Thêm": [1, 0, 0, 0],
            "Bỏ": [0, 1, 0, 0],
        }

    def test_one_provision_alone(self, client: FlaskClient, consultation: Consultation) -> None:
        lineage = texts.provision(drafts.version_of(consultation), "khoản 3 Điều 2").lineage_id
        page = page_of(client, consultation, f"?tu=1&den=2&dieu-khoan={lineage}")
        assert re.findall(r'<section class="compare__entry[^>]*?id="([^"]*)"', page) == ["dieu-2-khoan-3"]

    @pytest.mark.parametrize("query", ["?tu=1&den=3", "?tu=2&den=2", "?tu=0", "?van-ban=x&tu=9"])
    def test_versions_that_are_not_there_are_not_found(
        self, client: FlaskClient, consultation: Consultation, query: str
    ) -> None:
        assert client.get(f"/du-thao/{consultation.id}/so-sanh{query}").status_code == 404

    def test_a_version_that_waits_is_nobodys_business(self, client: FlaskClient, session: Session) -> None:
        made = texts.make_first()
        texts.upload(made)
        assert client.get(f"/du-thao/{made.id}/so-sanh").status_code == 404
        assert client.get(f"/du-thao/{made.id}/?ban=2").status_code == 404
        assert "năm ngày" not in client.get(f"/du-thao/{made.id}/").text

    def test_a_real_law_stays_within_the_budget(
        self, client: FlaskClient, session: Session, count_queries: CountQueries
    ) -> None:
        made = texts.make_real()
        with count_queries() as queries:
            page = page_of(client, made)
        assert len(queries) <= BUDGET, queries
        assert page.count('class="compare__block') == 30
        with count_queries() as queries:
            page_of(client, made, "?xem=tat-ca&trang=2&kieu=hai-cot")
        assert len(queries) <= BUDGET, queries


class TestReading:
    def test_shows_the_latest_version_and_leads_to_the_comparison(
        self, client: FlaskClient, consultation: Consultation
    ) -> None:
        page = client.get(f"/du-thao/{consultation.id}/").text
        assert "năm ngày làm việc" in page
        assert f"/du-thao/{consultation.id}/so-sanh?tu=1&amp;den=2" in page
        assert "So với dự thảo 1" in page
        assert "Công bố dự thảo 2." in page

    def test_an_older_version_stays_readable_but_takes_no_comment(
        self, client: FlaskClient, consultation: Consultation, count_queries: CountQueries
    ) -> None:
        with count_queries() as queries:
            page = client.get(f"/du-thao/{consultation.id}/?ban=1").text
        assert len(queries) <= BUDGET, queries
        assert "ba ngày làm việc" in page
        assert "Bạn đang đọc dự thảo 1." in page
        assert "data-gop-y" not in page
        assert client.get(f"/du-thao/{consultation.id}/?ban=3").status_code == 404


class TestWordFile:
    """The comparison table as .docx."""

    def rows_of(self, client: FlaskClient, consultation: Consultation, query: str = "") -> list[list[str]]:
        answer = client.get(f"/du-thao/{consultation.id}/so-sanh.docx{query}")
        assert answer.status_code == 200
        table = WordDocument(io.BytesIO(answer.data)).tables[1]
        return [[cell.text for cell in row.cells] for row in table.rows]

    def test_has_old_new_and_what_happened(self, client: FlaskClient, consultation: Consultation) -> None:
        head, *rows = self.rows_of(client, consultation)
        assert head == ["DỰ THẢO CŨ", "DỰ THẢO MỚI", "LÝ DO, GHI CHÚ"]
        assert [row[2] for row in rows] == [
            "Sửa đổi.",
            "Bỏ.",
            "Đổi số, trước là khoản 3 Điều 2.",
            "Chuyển từ khoản 2 Điều 3.",
            "Bổ sung.",
        ]
        assert rows[0][0] == "Khoản 1 Điều 2\nNgười thử được thử trong ba ngày làm việc kể từ ngày đăng ký."
        assert rows[0][1] == "Khoản 1 Điều 2\nNgười thử được thử trong năm ngày làm việc kể từ ngày đăng ký."
        assert rows[1][1] == rows[4][0] == ""
        everything = self.rows_of(client, consultation, "?xem=tat-ca")
        assert len(everything) > len(rows) + 1

    def test_marks_the_words(self, client: FlaskClient, consultation: Consultation) -> None:
        answer = client.get(f"/du-thao/{consultation.id}/so-sanh.docx")
        edited = WordDocument(io.BytesIO(answer.data)).tables[1].rows[1]
        runs = [run for cell in edited.cells for paragraph in cell.paragraphs for run in paragraph.runs]
        assert [run.text.strip() for run in runs if run.font.strike] == ["ba"]
        assert [run.text.strip() for run in runs if run.font.underline and run.font.bold] == ["năm"]

    def test_a_draft_with_one_version_has_none(self, client: FlaskClient, session: Session) -> None:
        assert client.get(f"/du-thao/{texts.make_first().id}/so-sanh.docx").status_code == 404
