"""A draft becomes a tree of rows: whole, in order, with parents, anchors, citations and lineages."""

import io
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from consultations.models import Consultation, Document, Lineage, Paper, Provision, Version
from consultations.queries import desk as queries
from consultations.services import drafting, publishing
from core import clock, files
from core.errors import Conflict, NotFound, RuleBroken
from core.files import StoredFile
from core.outbox import drain
from legal.anchors import place_nodes
from legal.nodes import Outline
from tests.consultations import drafts
from tests.factories import make_agency, make_person
from tests.support.clock import FrozenClock
from tests.support.limits import within
from tests.support.queries import CountQueries


def rows_of(session: Session, version: Version) -> list[Provision]:
    return list(
        session.scalars(sa.select(Provision).where(Provision.version_id == version.id).order_by(Provision.position))
    )


def count(session: Session, model: type) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def walked(outline: Outline) -> list[tuple[str, str, str, str, str, bool]]:
    return [(n.kind.value, n.number, n.heading, n.text, n.citation, n.quoted) for n in outline.walk()]


class TestAddVersion:
    @pytest.mark.parametrize(
        "name",
        [
            "B_vbhn_22_VPQH_BHYT.txt",
            "02_luat_51_2024_QH15_sua_doi_BHYT.txt",
            "06_nghi_quyet_122_NQ-CP_2026_khong_co_dieu.txt",
        ],
    )
    def test_keeps_every_node_of_a_real_draft_in_order(self, session: Session, name: str) -> None:
        drafts.make_draft(make_agency())
        read = drafts.read_file(name)
        made = drafting.create_consultation(make_agency(), read, drafts.settings(), by=None)
        rows = rows_of(session, drafts.version_of(made))
        kept = [(r.kind.value, r.number, r.heading, r.text, r.citation, r.quoted) for r in rows]
        assert kept == walked(read.outline)
        assert [r.position for r in rows] == list(range(len(rows)))

    def test_ties_each_provision_to_its_parent_its_own_lineage_and_a_unique_anchor(self, session: Session) -> None:
        noise = drafts.make_draft(make_agency())
        read = drafts.read_file("03_nghi_dinh_158_2025_BHXH_phu_luc.txt")
        made = drafting.create_consultation(make_agency(), read, drafts.settings(), by=None)
        rows = rows_of(session, drafts.version_of(made))
        places = place_nodes(read.outline.nodes)
        index = {id(place.node): n for n, place in enumerate(places)}
        for row, place in zip(rows, places, strict=True):
            expected = rows[index[id(place.parent)]].id if place.parent else None
            assert (row.parent_id, row.depth) == (expected, place.depth)
        assert len({row.lineage_id for row in rows}) == len(rows)
        assert len({row.anchor for row in rows}) == len(rows)
        assert {row.lineage_id for row in rows}.isdisjoint(
            row.lineage_id for row in rows_of(session, drafts.version_of(noise))
        )

    def test_keeps_warnings_with_their_place_and_counts_and_what_was_set_aside(self, session: Session) -> None:
        version = drafts.version_of(drafts.make_draft(make_agency()))
        assert version.counts["article"] == 3
        assert version.warnings
        assert version.warnings[0]["anchor"] in {row.anchor for row in rows_of(session, version)}
        read = drafts.read_file("02_luat_51_2024_QH15_sua_doi_BHYT.txt")
        other = drafting.create_consultation(make_agency(), read, drafts.settings(), by=None)
        aside = drafts.version_of(other).set_aside
        assert [entry["text"] for entry in aside] == [entry.text for entry in read.outline.set_aside]
        assert aside

    @pytest.mark.scaled
    def test_the_civil_code_takes_about_a_second_and_few_statements(
        self, session: Session, count_queries: CountQueries
    ) -> None:
        read = drafts.read_file("01_bo_luat_dan_su_91_2015_QH13.txt")
        agency, settings = make_agency(), drafts.settings()
        with count_queries() as statements, within(5):  # about 0.5
            made = drafting.create_consultation(agency, read, settings, by=None)
        rows = rows_of(session, drafts.version_of(made))
        assert len(rows) == len(list(read.outline.walk())) > 2_400
        assert len(statements) <= 40, len(statements)

    def test_numbers_and_anchors_too_long_for_their_columns_lose_nothing(self, session: Session) -> None:
        read = drafts.read()
        long = read.outline.nodes[-1]
        long.number, long.heading, long.citation = "9" * 80, "Tên điều", "khoản 1 " * 60
        made = drafting.create_consultation(make_agency(), read, drafts.settings(), by=None)
        row = next(r for r in rows_of(session, drafts.version_of(made)) if "9" * 80 in r.heading)
        assert row.heading == "9" * 80 + " Tên điều"
        assert len(row.citation) <= 300


class TestReadDraft:
    def test_reads_word_files_made_of_the_same_text(self, app: Flask) -> None:
        read = drafting.read_draft(io.BytesIO(drafts.word_file()), "Dự thảo.docx", limit=drafts.LIMIT)
        assert read.outline.counts()["article"] == 3
        assert [n.number for n in read.outline.walk() if n.kind.value == "point"] == ["a", "b", "đ"]

    @pytest.mark.parametrize("kind", drafts.NOT_DRAFTS)
    def test_refuses_what_is_no_draft_with_a_sentence_at_the_field(self, session: Session, kind: str) -> None:
        name, data, told = drafts.NOT_DRAFTS[kind]
        with pytest.raises(RuleBroken) as refusal:
            drafting.read_draft(io.BytesIO(data), name, limit=drafts.LIMIT)
        assert refusal.value.field == "file"
        assert told in refusal.value.message

    def test_refuses_a_zip_bomb(self, app: Flask) -> None:
        with pytest.raises(RuleBroken, match="Tệp nén bất thường"):
            drafting.read_draft(io.BytesIO(drafts.bomb()), "bom.docx", limit=drafts.LIMIT)

    def test_refuses_what_is_larger_than_the_limit_without_reading_it_all(self, app: Flask) -> None:
        stream = io.BytesIO(b"x" * (3 * 2**20))
        with pytest.raises(RuleBroken, match="Tệp lớn quá 1 MB"):
            drafting.read_draft(stream, "to.txt", limit=2**20)

    def test_a_document_with_headings_and_no_dieu_is_a_draft(self, app: Flask) -> None:
        read = drafts.read_file("06_nghi_quyet_122_NQ-CP_2026_khong_co_dieu.txt")
        assert read.outline.counts()["article"] == 0
        assert read.outline.counts()["heading"] > 0


class TestSettings:
    def test_the_usual_period_is_proposed_when_no_closing_date_is_given(
        self, frozen_clock: FrozenClock, app: Flask
    ) -> None:
        opens = date(2026, 3, 2)
        made = drafting.create_consultation(make_agency(), drafts.read(), drafts.settings(opens, closes=None), by=None)
        assert clock.local(made.closes_at).date() == date(2026, 3, 22)
        assert clock.local(made.closes_at).strftime("%H:%M:%S") == "23:59:59"

    def test_a_shorter_window_asks_for_the_reason_and_keeps_it(self, app: Flask) -> None:
        made = drafts.make_draft(make_agency())
        with pytest.raises(RuleBroken) as refusal:
            drafting.change_settings(made, drafts.settings(days=19))
        assert refusal.value.field == "short_period_reason"
        drafting.change_settings(made, drafts.settings(days=19, short_period_reason="Thiên tai."))
        assert made.short_period_reason == "Thiên tai."
        drafting.change_settings(made, drafts.settings(days=20, short_period_reason="Thiên tai."))
        assert made.short_period_reason == ""

    def test_refuses_a_window_that_ends_before_it_begins(self, app: Flask) -> None:
        made = drafts.make_draft(make_agency())
        with pytest.raises(RuleBroken) as refusal:
            drafting.change_settings(made, drafts.settings(days=-1))
        assert refusal.value.field == "closes"

    def test_a_published_consultation_keeps_its_settings(self, app: Flask) -> None:
        made = drafts.make_published(make_agency())
        with pytest.raises(Conflict):
            drafting.change_settings(made, drafts.settings(days=60))


class TestReplaceDraft:
    def test_replaces_the_tree_and_leaves_other_drafts_alone(self, session: Session) -> None:
        agency = make_agency()
        noise, made = drafts.make_draft(agency), drafts.make_draft(agency)
        before = len(rows_of(session, drafts.version_of(noise)))
        lineages = count(session, Lineage)
        old = drafts.version_of(made)
        drafting.replace_draft(old, made, drafts.read(drafts.SMALL + "\nĐiều 5. Thêm\nMột điều nữa.\n"))
        assert drafts.version_of(made).counts["article"] == 4
        assert drafts.version_of(made).number == 1
        assert count(session, Version) == 2
        assert len(rows_of(session, drafts.version_of(noise))) == before
        assert count(session, Lineage) == lineages + 2 or count(session, Lineage) == lineages + 1

    def test_a_published_text_cannot_be_replaced(self, app: Flask) -> None:
        made = drafts.make_published(make_agency())
        with pytest.raises(Conflict):
            drafting.replace_draft(drafts.version_of(made), made, drafts.read())

    def test_the_old_file_goes_unless_another_draft_holds_the_same_bytes(
        self, session: Session, frozen_clock: FrozenClock
    ) -> None:
        agency = make_agency()
        one, two = drafts.make_draft(agency), drafts.make_draft(agency)
        shared = drafts.version_of(one).file.path
        drafting.replace_draft(drafts.version_of(one), one, drafts.read(drafts.SMALL + "\nĐiều 5. Thêm\nA.\n"))
        frozen_clock.set(datetime.now(UTC) + timedelta(hours=3))
        drain()
        assert shared.exists()
        drafting.replace_draft(drafts.version_of(two), two, drafts.read(drafts.SMALL + "\nĐiều 5. Thêm\nB.\n"))
        frozen_clock.move(hours=3)
        drain()
        assert not shared.exists()
        assert drafts.version_of(two).file.path.exists()


class TestPapers:
    @staticmethod
    def add(consultation: Consultation, title: str) -> Paper:
        data = b"%PDF-1.7\n" + title.encode()
        return drafting.add_paper(consultation, io.BytesIO(data), "to-trinh.pdf", title=title, limit=2**20)

    def test_papers_stand_in_the_order_that_was_set(self, app: Flask) -> None:
        made, noise = drafts.make_draft(make_agency()), drafts.make_draft(make_agency())
        self.add(noise, "của đợt khác")
        for title in ("một", "hai", "ba"):
            self.add(made, title)
        third = queries.list_papers(made.id)[2]
        drafting.raise_paper(made, third.id)
        assert [paper.title for paper in queries.list_papers(made.id)] == ["một", "ba", "hai"]
        drafting.remove_paper(made, third.id)
        assert [paper.title for paper in queries.list_papers(made.id)] == ["một", "hai"]

    def test_a_paper_of_another_consultation_is_not_found(self, app: Flask) -> None:
        made, noise = drafts.make_draft(make_agency()), drafts.make_draft(make_agency())
        foreign = self.add(noise, "của đợt khác")
        with pytest.raises(NotFound):
            drafting.remove_paper(made, foreign.id)

    def test_papers_stand_once_it_is_published_and_new_ones_are_marked(self, app: Flask) -> None:
        made = drafts.make_draft(make_agency())
        paper = self.add(made, "một")
        publishing.publish(made, by=make_person())
        with pytest.raises(Conflict):
            drafting.remove_paper(made, paper.id)
        later = self.add(made, "hai")
        assert (paper.added_at, later.added_at is not None) == (None, True)
        with pytest.raises(Conflict):
            drafting.remove_paper(made, later.id)

    def test_refuses_a_program_and_keeps_nothing(self, session: Session) -> None:
        made = drafts.make_draft(make_agency())
        before = count(session, StoredFile), sorted(files_on_disk())
        with pytest.raises(RuleBroken):
            drafting.add_paper(made, io.BytesIO(b"MZ\x90"), "a.exe", title="a", limit=2**20)
        with pytest.raises(RuleBroken):
            drafting.add_paper(made, io.BytesIO(b"MZ\x90"), "a.pdf", title="a", limit=2**20)
        assert (count(session, StoredFile), sorted(files_on_disk())) == before


def files_on_disk() -> list[Path]:
    return [path for path in files.folder().rglob("*") if path.is_file()] if files.folder().exists() else []


def test_documents_carry_the_title(session: Session) -> None:
    made = drafts.make_draft(make_agency())
    drafting.change_settings(made, drafts.settings(title="Luật Thử nghiệm (sửa đổi)"))
    document = session.scalars(sa.select(Document).where(Document.consultation_id == made.id)).one()
    session.refresh(document)
    assert document.title == "Luật Thử nghiệm (sửa đổi)"
