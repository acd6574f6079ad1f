"""Spreadsheets come into the ledger whole: every row is an opinion or has a reason, once, whatever stops it."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Role
from consultations.models import BatchState, Comment, Consultation, Contributor, Stance, Submission, Verification
from consultations.registry import BATCH
from consultations.services import batches
from core import outbox
from core.db import db
from core.errors import Closed, Conflict, RuleBroken
from core.files import StoredFile
from moderation import queries as moderation_queries
from moderation import services as moderation
from moderation.models import ReviewLog, ReviewStatus
from opinions.exports import words
from opinions.imports import columns, notes, running
from opinions.imports.columns import Layout
from opinions.models import GroupMember
from opinions.queries import imports as queries
from opinions.queries.table import table_rows, totals
from opinions.services import grouping, importing
from tests.consultations.drafts import make_published
from tests.consultations.sending import agency_of, provision, say
from tests.factories import make_agency, make_staff
from tests.opinions.sheets import HEADINGS, adds_up, as_csv, as_xlsx, bring, open_batch, opinions_of, read_on
from tests.support.limits import SOAK

pytestmark = pytest.mark.usefixtures("app")

ROWS = [
    ("khoản 1 Điều 2", "Nguyễn Văn An", "Nên nói rõ hơn", "Đề nghị sửa"),
    ("Đ.2 k.2", "Sở Tư pháp Hà Nội", "Nhất trí với dự thảo", "Nhất trí"),
    ("Chung", "Trần Thị Bình", "Dự thảo dễ hiểu", "Đồng ý"),
    ("Tờ trình", "Sở Tư pháp Hà Nội", "Tờ trình còn dài", "Góp ý"),
    ("Điều 4", "Lê Chi", "Không nên có hiệu lực ngay", "Không đồng ý"),
    ("điểm đ khoản 2 Điều 2", "Lê Chi", "Thử lớn là gì?", "Hỏi"),
]


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    """With noise: another consultation, and an opinion that came by itself."""
    other = make_published(make_agency())
    say(other, "khoản 1 Điều 2", "Ý kiến của đợt khác")
    made = make_published(make_agency(name="Bộ Thử nghiệm"))
    say(made, "khoản 1 Điều 2", "Ý kiến tự gửi")
    return made


class TestImport:
    @pytest.mark.parametrize(("name", "make"), [("y-kien.csv", as_csv), ("y-kien.xlsx", as_xlsx)])
    def test_understands_the_four_usual_headings(self, consultation: Consultation, name: str, make: Any) -> None:
        batch = bring(consultation, make(ROWS), name)
        made = opinions_of(batch)
        assert (batch.state, batch.rows_read, batch.rows_taken, batch.rows_refused) == (BatchState.DONE, 6, 6, 0)
        assert [one.body for one in made] == [row[2] for row in ROWS]
        assert [one.stance for one in made] == [
            Stance.AMEND, Stance.SUPPORT, Stance.SUPPORT, Stance.AMEND, Stance.OPPOSE, Stance.ASK,
        ]  # fmt: skip
        found = [provision(consultation, citation).lineage_id for citation in (
            "khoản 1 Điều 2", "khoản 2 Điều 2", "Điều 4", "điểm đ khoản 2 Điều 2",
        )]  # fmt: skip
        assert [one.place for one in made] == [found[0], found[1], 0, 0, found[2], found[3]]
        assert adds_up()

    def test_counts_at_once_and_shows_nothing_to_the_public(self, consultation: Consultation) -> None:
        before = totals(consultation.id).in_table
        batch = bring(consultation, as_csv(ROWS))
        assert totals(consultation.id).in_table == before + 6
        assert {one.status for one in opinions_of(batch)} == {ReviewStatus.PENDING}

    def test_keeps_what_it_cannot_place_until_a_person_does(self, consultation: Consultation) -> None:
        batch = bring(consultation, as_csv(ROWS))
        assert batch.rows_unplaced == queries.count_unplaced(consultation.id) == 1
        [waiting] = queries.list_unplaced(consultation.id)
        assert (waiting.given, waiting.count, waiting.example) == ("Tờ trình", 1, "Tờ trình còn dài")
        there = provision(consultation, "Điều 1")
        spot = {"document_id": opinions_of(batch)[0].document_id, "place": there.lineage_id, "provision_id": there.id}
        assert importing.place_unplaced(consultation, "Tờ trình", **spot) == 1
        placed = opinions_of(batch)[3]
        assert (placed.place, placed.unplaced, placed.place_given) == (there.lineage_id, False, "Tờ trình")
        assert queries.count_unplaced(consultation.id) == 0
        assert adds_up()

    def test_leaves_a_grouped_opinion_where_a_person_put_it(self, consultation: Consultation) -> None:
        batch = bring(consultation, as_csv([ROWS[3], ("Tờ trình", "Ai đó", "Tờ trình ngắn", "")]))
        first, second = opinions_of(batch)
        grouping.create_group(consultation, first.document_id, 0, [first.id], title="Về tờ trình", by=None)
        there = provision(consultation, "Điều 1")
        done = importing.place_unplaced(
            consultation, "Tờ trình", document_id=first.document_id, place=there.lineage_id, provision_id=there.id
        )
        assert done == 1
        assert [one.place for one in opinions_of(batch)] == [0, there.lineage_id]
        assert second.id != first.id

    def test_says_of_every_row_that_it_left_out_why(self, consultation: Consultation) -> None:
        batch = bring(
            consultation, as_csv([*ROWS[:1], ("Điều 1", "Không nói gì", "", ""), ("", "", "x" * 100_001, "")])
        )
        assert (batch.rows_read, batch.rows_taken, batch.rows_refused) == (3, 1, 2)
        lines = "".join(notes.report(batch.id)).splitlines()
        assert lines[1].startswith("3,không nhập,Không có nội dung góp ý.")
        assert lines[2].startswith("4,không nhập,Dòng dài quá 100 kB.")

    def test_counts_a_body_once_and_namesakes_apart(self, consultation: Consultation) -> None:
        rows = [("Điều 1", who, f"Lời {number}", "") for number, who in enumerate(
            ("Nguyễn An", "Sở Y tế", "Nguyễn An", "Nguyễn An", "SỞ Y TẾ")
        )]  # fmt: skip
        made = opinions_of(bring(consultation, as_csv(rows)))
        who = [one.contributor_id for one in made]
        assert who[1] == who[4]
        assert who[2] == who[3] != who[0]
        assert made[2].submission_id == made[3].submission_id

    def test_says_for_how_many_a_letter_speaks_and_adds_nothing_up(self, consultation: Consultation) -> None:
        headings = (*HEADINGS, "Số người", "Ngày nhận", "Kênh", "Tỉnh")
        row = (
            "Điều 1",
            "Thôn Đông",
            "Xin giữ đình làng",
            "",
            "1.200 chữ ký",
            "05/03/2026",
            "Phiếu giấy",
            "Nơi Không Có",
        )
        batch = bring(consultation, as_csv([row], headings))
        [found] = [one for one in table_rows(consultation.id) if one.batch_id == batch.id]
        assert words.contributor(found).endswith("nói thay 1.200 người)")
        assert (found.people, str(found.channel), words.day(found.created_at)) == (1200, "paper", "05/03/2026")
        assert found.verification == Verification.IMPORTED
        assert [note.code for note in queries.count_notes(batch.id)] == ["province"]


class TestSameFile:
    def test_is_refused_with_the_batch_it_is_in(self, consultation: Consultation) -> None:
        first = bring(consultation, as_csv(ROWS))
        with pytest.raises(RuleBroken, match=f"lô số {first.id}"):
            open_batch(consultation, as_csv(ROWS), "ten-khac.csv")

    def test_may_be_forced_or_come_again_once_it_was_cancelled(self, consultation: Consultation) -> None:
        first = bring(consultation, as_csv(ROWS))
        second = bring(consultation, as_csv(ROWS), force=True)
        assert second.rows_taken == 6
        importing.cancel(first, by=None)
        importing.cancel(second, by=None)
        assert open_batch(consultation, as_csv(ROWS)).state == BatchState.NEW

    def test_of_another_draft_is_doubted(self, consultation: Consultation) -> None:
        rows = [(f"Điều {number + 90}", "Ai đó", f"Lời {number}", "") for number in range(30)]
        batch = open_batch(consultation, as_csv(rows))
        assert importing.is_doubtful(*running.look_at(batch))
        importing.start_check(batch, in_worker=False)
        db.session.commit()
        batch = read_on(batch)
        with pytest.raises(RuleBroken, match="30 trong 30"):
            importing.start_import(batch)


class TestLayout:
    def test_remembers_what_was_mapped_by_hand(self, consultation: Consultation) -> None:
        headings = ("Cột lạ", "Ai", "Nói gì")
        batch = open_batch(consultation, as_csv([("Điều 1", "An", "Một")], headings))
        layout = Layout.from_json(batch.layout)
        assert not layout.can_be_read
        chosen = columns.with_columns(layout, ["place", "name", "body"])
        importing.choose_columns(batch, chosen.to_json(), batch.channel)
        importing.start_import(batch, in_worker=False)
        db.session.commit()
        assert read_on(batch).rows_taken == 1
        again = bring(consultation, as_csv([("Điều 4", "Bình", "Hai")], headings))
        assert [one.body for one in opinions_of(again)] == ["Hai"]

    def test_a_file_without_rows_is_refused(self, consultation: Consultation) -> None:
        with pytest.raises(RuleBroken, match="không có dòng nào"):
            open_batch(consultation, as_csv([]))


class TestDryRun:
    def test_writes_nothing_but_what_there_is_to_say(self, consultation: Consultation) -> None:
        before = totals(consultation.id)
        batch = open_batch(consultation, as_csv(ROWS))
        importing.start_check(batch, in_worker=False)
        db.session.commit()
        batch = read_on(batch)
        assert (batch.state, batch.rows_taken, batch.rows_unplaced) == (BatchState.CHECKED, 6, 1)
        assert totals(consultation.id) == before
        importing.start_import(batch, in_worker=False)
        db.session.commit()
        assert read_on(batch).rows_taken == len(opinions_of(batch)) == 6


class TestStopping:
    @settings(
        max_examples=60 if SOAK else 8,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(data=st.data())
    def test_any_death_and_resumption_leaves_exactly_the_rows(
        self, consultation: Consultation, data: st.DataObject
    ) -> None:
        count = data.draw(st.integers(1, 40))
        who = data.draw(st.lists(st.sampled_from(["An", "Bình", "Sở Y tế", "UBND xã"]), min_size=count, max_size=count))
        rows = [("Điều 1", name, f"Lời {number}", "") for number, name in enumerate(who)]
        whole = opinions_of(bring(consultation, as_csv(rows), force=True))
        size, deaths = data.draw(st.integers(1, 12)), data.draw(st.sets(st.integers(1, 40), max_size=5))
        batch = open_batch(consultation, as_csv(rows), force=True)
        importing.start_import(batch, force=True, in_worker=False)
        db.session.commit()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(running, "ROWS_AT_ONCE", size)
            _die_now_and_then(patch, deaths)
            for _attempt in range(len(deaths) + 1):
                try:
                    running.run(batch.id)
                except KeyboardInterrupt:
                    db.session.rollback()
        made = opinions_of(batch)
        assert [(one.batch_row, one.body) for one in made] == [(one.batch_row, one.body) for one in whole]
        assert _pattern(made) == _pattern(whole)
        assert adds_up()

    def test_a_paused_batch_waits_and_goes_on(
        self, consultation: Consultation, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(running, "ROWS_AT_ONCE", 2)
        batch = open_batch(consultation, as_csv(ROWS))
        importing.start_import(batch, in_worker=False)
        db.session.commit()
        assert running.run(batch.id, seconds=0) is False
        importing.pause(batch)
        db.session.commit()
        assert running.run(batch.id) is True
        assert len(opinions_of(batch)) == 2
        importing.resume(batch, in_worker=False)
        db.session.commit()
        assert [one.batch_row for one in opinions_of(read_on(batch))] == [2, 3, 4, 5, 6, 7]

    def test_two_readers_of_one_batch_write_it_once(
        self, consultation: Consultation, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(running, "ROWS_AT_ONCE", 2)
        batch = open_batch(consultation, as_csv(ROWS))
        importing.start_import(batch, in_worker=False)
        db.session.commit()
        batch_id = batch.id
        seen: list[int] = []

        def second_reader(row: int, _expected: int | None) -> None:
            if not seen:
                seen.append(row)
                running.run(batch_id)

        running.run(batch_id, report=second_reader)
        assert len(opinions_of(batch)) == 6
        assert adds_up()

    def test_the_worker_reads_it_in_slices(self, consultation: Consultation, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(running, "ROWS_AT_ONCE", 1)
        monkeypatch.setattr("opinions.tasks.SLICE_SECONDS", 0)
        batch = open_batch(consultation, as_csv(ROWS))
        importing.start_import(batch)
        db.session.commit()
        outbox.drain()
        assert db.session.get_one(type(batch), batch.id, populate_existing=True).state == BatchState.DONE
        assert len(opinions_of(batch)) == 6

    def test_a_file_that_breaks_off_fails_the_batch_with_a_reason(self, consultation: Consultation) -> None:
        batch = open_batch(consultation, as_csv(ROWS))
        importing.start_import(batch, in_worker=False)
        batch.file_id = open_batch(consultation, as_xlsx(ROWS), "x.xlsx").file_id
        db.session.commit()
        stored = db.session.get_one(StoredFile, batch.file_id)
        stored.path.write_bytes(b"PK\x03\x04 broken")
        batch = read_on(batch)
        assert (batch.state, batch.failure[:14]) == (BatchState.FAILED, "Tệp bị hỏng, k")


class TestModeration:
    def test_one_decision_publishes_the_whole_batch_and_can_be_undone(self, consultation: Consultation) -> None:
        batch = bring(consultation, as_csv(ROWS))
        moderator = make_staff(Role.MODERATOR, agency_of(consultation))
        case = moderation_queries.get_case_of(BATCH, batch.id)
        moderation.decide(case.id, ReviewStatus.PUBLISHED, by=moderator, version=case.version)
        db.session.commit()
        outbox.drain()
        assert {one.status for one in opinions_of(batch)} == {ReviewStatus.PUBLISHED}
        assert all(one.published_at for one in opinions_of(batch))
        assert adds_up()
        entries = db.session.scalar(sa.select(sa.func.count()).where(ReviewLog.case_id == case.id))
        assert entries == 2  # handed in, decided: one each, however many opinions
        moderation.undo(case.id, by=moderator, version=case.version)
        db.session.commit()
        outbox.drain()
        assert {one.status for one in opinions_of(batch)} == {ReviewStatus.PENDING}
        assert adds_up()

    def test_a_cancelled_batch_leaves_the_ledger_and_its_groups(self, consultation: Consultation) -> None:
        before = totals(consultation.id).in_table
        batch = bring(consultation, as_csv(ROWS))
        first = opinions_of(batch)[0]
        grouping.create_group(consultation, first.document_id, first.place, [first.id], title="Nhóm", by=None)
        importing.cancel(batch, by=None)
        db.session.commit()
        outbox.drain()
        assert {one.status for one in opinions_of(batch)} == {ReviewStatus.WITHDRAWN}
        assert totals(consultation.id).in_table == before
        assert db.session.get(GroupMember, first.id) is None
        assert adds_up()

    def test_nothing_comes_in_once_the_table_is_published(self, consultation: Consultation) -> None:
        batch = open_batch(consultation, as_csv(ROWS))
        consultation.table_published_at = consultation.closes_at
        db.session.flush()
        with pytest.raises(Closed):
            importing.start_import(batch)

    def test_a_batch_that_was_begun_is_not_begun_anew(self, consultation: Consultation) -> None:
        batch = bring(consultation, as_csv(ROWS))
        with pytest.raises(Conflict):
            importing.start_check(batch)


def _die_now_and_then(patch: pytest.MonkeyPatch, deaths: set[int]) -> None:
    """The nth chunk is written, but the process dies before it is committed."""
    write, calls = batches.write_chunk, [0]

    def write_or_die(*arguments: Any) -> None:
        write(*arguments)
        calls[0] += 1
        if calls[0] in deaths:
            raise KeyboardInterrupt

    patch.setattr(batches, "write_chunk", write_or_die)


def _pattern(made: list[Comment]) -> list[tuple[int, int]]:
    """Who is the same as whom, and which rows came together: independent of ids."""
    names: dict[Any, int] = {}
    return [
        (
            names.setdefault(("c", one.contributor_id), len(names)),
            names.setdefault(("s", one.submission_id), len(names)),
        )
        for one in made
    ]


def test_no_contributor_or_submission_is_left_without_an_opinion(consultation: Consultation) -> None:
    bring(consultation, as_csv(ROWS))
    for model, column in ((Contributor, Comment.contributor_id), (Submission, Comment.submission_id)):
        assert not db.session.scalar(sa.select(model.id).where(model.id.not_in(sa.select(column))).limit(1))
