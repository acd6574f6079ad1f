"""Families and proposed groups: what the machine finds, and that what people decided stands."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from accounts.models import Agency, Person, Role
from consultations.events import Change
from consultations.models import Comment, Consultation, Stance
from core import clock
from core.db import db
from core.errors import Closed, Conflict, RuleBroken
from opinions.analysis import hook
from opinions.models import FamilyMember, GroupingLog, GroupingRun, GroupProposal, OpinionFamily, RunStage
from opinions.queries import families, groups, runs
from opinions.queries import proposals as queries
from opinions.services import grouping, grouping_families, grouping_runs, grouping_stages
from opinions.services import grouping_decisions as decisions
from opinions.services.grouping_stages import STAGES
from tests.conftest import Danban
from tests.consultations.drafts import make_published
from tests.factories import make_agency, make_staff
from tests.opinions.many import LETTER, OTHER, Place, add, grouped, place_of, proposals_of, proposed, run

pytestmark = pytest.mark.usefixtures("app")

THEMES = [
    [f"{opening} rút ngắn thời hạn cấp thẻ bảo hiểm {closing}" for opening, closing in pairs]
    for pairs in [
        [("Đề nghị", "xuống năm ngày"), ("Theo tôi nên", "vì chờ quá lâu"), ("Mong ban soạn thảo", "cho dân đỡ khổ")]
    ]
] + [
    [
        "Ai sẽ chi trả chi phí vận chuyển người bệnh lên tuyến trên?",
        "Chi phí vận chuyển người bệnh do bên nào chịu, xin nói rõ.",
        "Cần ghi rõ chi phí vận chuyển người bệnh do quỹ trả.",
    ]
]


@pytest.fixture
def agency(app: Flask) -> Agency:
    return make_agency(name="Bộ Thử nghiệm")


@pytest.fixture
def consultation(agency: Agency) -> Consultation:
    return make_published(agency)


@pytest.fixture
def drafter(agency: Agency) -> Person:
    return make_staff(Role.DRAFTER, agency)


@pytest.fixture
def place(consultation: Consultation) -> Place:
    return place_of(consultation, "khoản 1 Điều 2")


@pytest.fixture
def other_place(consultation: Consultation) -> Place:
    return place_of(consultation, "Điều 1")


def family_of(comment_id: int) -> int | None:
    member = db.session.get(FamilyMember, comment_id)
    return member.family_id if member else None


class TestFamilies:
    def test_hold_copies_and_variants_of_a_letter_wherever_they_were_sent(
        self, place: Place, other_place: Place
    ) -> None:
        ids = add(place, [LETTER, LETTER.upper(), f"Kính gửi ban soạn thảo. {LETTER} Xin cảm ơn.", OTHER])
        ids += add(other_place, [LETTER.replace("bệnh viện", "bệnh vệin")])
        run(place.consultation)
        assert len({family_of(one) for one in (*ids[:3], ids[4])}) == 1
        assert family_of(ids[0]) is not None
        assert family_of(ids[3]) is None

    def test_count_raw_distinct_texts_and_people(self, place: Place) -> None:
        add(place, [LETTER, LETTER, f"{LETTER} Xin cảm ơn."])
        run(place.consultation)
        (row,) = families.list_families(place.consultation.id, None).items
        assert (row.members, row.texts, row.people) == (3, 2, 3)
        figures = families.figures_of(row.id)
        assert (figures.received, figures.distinct, figures.people) == (3, 2, 3)
        assert [one.copies for one in families.list_variants(row.id, None).items] == [2, 1]

    def test_keep_apart_what_says_not_and_what_names_another_number(self, place: Place) -> None:
        texts = [LETTER, LETTER.replace("đề nghị giữ", "đề nghị không giữ")]
        texts += [f"{OTHER} Thời hạn là 30 ngày.", f"{OTHER} Thời hạn là 60 ngày."]
        ids = add(place, texts * 2)
        run(place.consultation)
        assert len({family_of(one) for one in ids}) == 4

    def test_leave_out_what_is_not_in_the_ledger(self, place: Place) -> None:
        add(place, [LETTER, LETTER], status="withdrawn")
        add(place, [LETTER])
        run(place.consultation)
        assert families.list_families(place.consultation.id, None).items == []

    def test_grow_and_keep_their_number(self, place: Place) -> None:
        ids = add(place, [LETTER, LETTER])
        run(place.consultation)
        before = family_of(ids[0])
        ids += add(place, [f"{LETTER} Trân trọng.", LETTER])
        run(place.consultation)
        assert {family_of(one) for one in ids} == {before}
        assert db.session.get_one(OpinionFamily, before).members == 4

    def test_lose_what_was_edited_and_take_their_text_from_the_next(self, place: Place) -> None:
        ids = add(place, [LETTER, LETTER, LETTER])
        run(place.consultation)
        family_id = family_of(ids[0])
        grouping.leave_group(db.session.get_one(Comment, ids[0]), Change.EDITED)
        assert family_of(ids[0]) is None
        assert db.session.get_one(OpinionFamily, family_id, populate_existing=True).first_comment_id == ids[1]

    def test_do_not_take_in_what_was_edited_while_they_were_worked_out(self, place: Place) -> None:
        ids = add(place, [LETTER, LETTER, LETTER])
        run_id = grouping_runs.request_run(place.consultation, by=None).id
        db.session.commit()
        for _ in range(2):
            grouping_runs.advance(run_id, STAGES)
        edited = db.session.get_one(Comment, ids[0])
        edited.edited_at = clock.now()
        db.session.commit()
        list(grouping_runs.watch(run_id, STAGES))
        assert family_of(ids[0]) is None
        assert db.session.get_one(OpinionFamily, family_of(ids[1])).first_comment_id == ids[1]


class TestProposals:
    def test_put_together_what_says_the_same_in_other_words(self, place: Place) -> None:
        first, second = (set(add(place, texts)) for texts in THEMES)
        add(place, ["Không có gì thêm."])
        run(place.consultation)
        assert proposed(place) == [first, second]
        row = queries.list_on_place(place.document_id, place.place)[1]
        assert any("chi phí vận chuyển" in phrase for phrase in row.phrases), row.phrases

    def test_make_a_letter_of_many_copies_one_line(self, place: Place) -> None:
        ids = add(place, [LETTER] * 12)
        run(place.consultation)
        assert proposed(place) == [set(ids)]
        (row,) = queries.list_on_place(place.document_id, place.place)
        assert (row.members, row.distinct, row.people, row.lines) == (12, 1, 12, 1)
        assert len(queries.list_lines(row.id, None).items) == 1

    def test_never_put_support_and_opposition_together_unless_asked(self, place: Place) -> None:
        pro, con = add(place, [LETTER] * 2, Stance.SUPPORT), add(place, [LETTER] * 2, Stance.OPPOSE)
        run(place.consultation)
        assert proposed(place) == [set(pro), set(con)]
        run(place.consultation, mixed=True)
        assert proposed(place) == [{*pro, *con}]

    def test_stay_on_one_place(self, place: Place, other_place: Place) -> None:
        here, there = add(place, [LETTER] * 2), add(other_place, [LETTER] * 3)
        run(place.consultation)
        assert (proposed(place), proposed(other_place)) == ([set(here)], [set(there)])

    def test_are_the_same_in_every_run_and_keep_their_numbers(self, place: Place) -> None:
        for texts in THEMES:
            add(place, texts)
        run(place.consultation)
        before = {(one.id, one.title) for one in proposals_of(place)}, proposed(place)
        run(place.consultation)
        assert ({(one.id, one.title) for one in proposals_of(place)}, proposed(place)) == before

    def test_are_named_by_no_language_model_unless_somebody_sets_one(
        self, place: Place, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert hook.namer is None

        class Silent:
            def name(self, provision: str, opinions: object) -> str | None:
                raise RuntimeError(provision)

        class Poet(Silent):
            def name(self, provision: str, opinions: object) -> str | None:
                return f"Nhóm về: {provision}"

        add(place, [LETTER] * 2)
        monkeypatch.setattr(hook, "namer", Silent())
        run(place.consultation)
        assert proposals_of(place)[0].title.startswith("Tôi đề nghị giữ nguyên")
        monkeypatch.setattr(hook, "namer", Poet())
        run(place.consultation)
        assert proposals_of(place)[0].title == "Nhóm về: Thử là làm lần đầu;"


class TestWhatPeopleDecide:
    @pytest.fixture
    def ids(self, place: Place) -> list[int]:
        """A letter in three copies and a variant of its own words, proposed as one; another opinion alone."""
        ids = add(place, [LETTER] * 3)
        ids += add(
            place,
            ["Giữ nguyên mức hỗ trợ cho hộ nghèo ở vùng sâu.", "Đường đến bệnh viện tỉnh còn xa, giá thuốc tăng."],
        )
        run(place.consultation)
        assert proposed(place) == [set(ids)]
        return ids

    def again(self, place: Place) -> None:
        run(place.consultation)

    def test_confirmed_is_a_group_of_all_of_them(self, place: Place, drafter: Person, ids: list[int]) -> None:
        (proposal,) = proposals_of(place)
        group = decisions.confirm(proposal, by=drafter)
        assert grouped(place) == {group.id: set(ids)}
        self.again(place)
        assert (grouped(place), proposed(place)) == ({group.id: set(ids)}, [])
        assert db.session.scalars(sa.select(GroupingLog.action)).all() == ["confirm"]

    def test_confirmed_in_part_leaves_the_rest_proposed_and_out_of_that_group(
        self, place: Place, drafter: Person, ids: list[int]
    ) -> None:
        (proposal,) = proposals_of(place)
        letter = family_of(ids[0])
        assert letter is not None
        group = decisions.confirm(proposal, by=drafter, lines=[letter])
        assert (grouped(place), proposed(place)) == ({group.id: set(ids[:3])}, [set(ids[3:])])
        decisions.reject(proposals_of(place)[0], by=drafter)
        self.again(place)
        assert (grouped(place), proposed(place)) == ({group.id: set(ids[:3])}, [])

    def test_renamed_keeps_its_name(self, place: Place, drafter: Person, ids: list[int]) -> None:
        decisions.rename(proposals_of(place)[0], "Giữ mức hỗ trợ", by=drafter)
        add(place, [LETTER])
        self.again(place)
        assert "Giữ mức hỗ trợ" in {one.title for one in proposals_of(place)}
        with pytest.raises(RuleBroken):
            decisions.rename(proposals_of(place)[0], "", by=drafter)

    def test_merged_stays_merged(self, place: Place, drafter: Person, ids: list[int]) -> None:
        more = add(place, ["Vì sao thẻ mới phải dán ảnh?"] * 2)
        self.again(place)
        kept = decisions.merge(proposals_of(place), by=drafter)
        self.again(place)
        assert proposed(place) == [{*ids, *more}]
        assert [one.id for one in proposals_of(place)] == [kept.id]

    def test_split_stays_split(self, place: Place, drafter: Person, ids: list[int]) -> None:
        decisions.split(proposals_of(place)[0], [-ids[3], -ids[4]], by=drafter)
        self.again(place)
        assert proposed(place) == [set(ids[:3]), set(ids[3:])]
        with pytest.raises(RuleBroken):
            decisions.split(proposals_of(place)[1], [-ids[3], -ids[4]], by=drafter)

    def test_moved_stays_where_it_was_put(self, place: Place, drafter: Person, ids: list[int]) -> None:
        more = add(place, ["Vì sao thẻ mới phải dán ảnh?"] * 2)
        self.again(place)
        first, second = proposals_of(place)
        decisions.move(first, [-ids[4]], to=second, by=drafter)
        self.again(place)
        assert proposed(place) == [set(ids[:4]), {*more, ids[4]}]

    def test_rejected_is_not_proposed_together_again(self, place: Place, drafter: Person, ids: list[int]) -> None:
        decisions.reject(proposals_of(place)[0], by=drafter)
        assert proposed(place) == [set(ids[:3])], "copies of one letter are still one line"
        self.again(place)
        assert proposed(place) == [set(ids[:3])]
        (letter,) = proposals_of(place)
        with pytest.raises(RuleBroken):
            decisions.reject(letter, by=drafter)

    def test_new_opinions_are_proposed_into_the_group(self, place: Place, drafter: Person, ids: list[int]) -> None:
        group = decisions.confirm(proposals_of(place)[0], by=drafter)
        new = add(place, [LETTER, "Mức hỗ trợ cho hộ nghèo vùng sâu vùng xa nên giữ nguyên"])
        self.again(place)
        assert (grouped(place), proposed(place)) == ({group.id: set(ids)}, [set(new)])
        (proposal,) = proposals_of(place)
        assert proposal.group_id == group.id
        decisions.confirm(proposal, by=drafter)
        assert grouped(place) == {group.id: {*ids, *new}}

    def test_refused_and_taken_out_are_not_proposed_into_the_group_again(
        self, place: Place, drafter: Person, ids: list[int]
    ) -> None:
        group = decisions.confirm(proposals_of(place)[0], by=drafter)
        grouping.remove_from_group(group, [ids[4]])
        new = add(place, [LETTER])
        self.again(place)
        assert proposed(place) == [set(new)]
        decisions.reject(proposals_of(place)[0], by=drafter)
        self.again(place)
        assert grouped(place) == {group.id: set(ids[:4])}
        assert [one for one in proposals_of(place) if one.group_id] == []

    def test_what_was_grouped_by_hand_leaves_its_proposal(self, place: Place, drafter: Person, ids: list[int]) -> None:
        grouping.create_group(place.consultation, place.document_id, place.place, ids[:1], title="", by=drafter)
        assert proposed(place) == [set(ids[1:])]
        assert [row.id for row in groups.list_comments(place.document_id, place.place, None, None).items] == []

    def test_two_groups_are_merged_into_the_one_with_an_answer(
        self, place: Place, drafter: Person, ids: list[int]
    ) -> None:
        first, second = (
            grouping.create_group(place.consultation, place.document_id, place.place, [one], title="", by=drafter)
            for one in ids[:2]
        )
        kept = grouping.merge_groups([first, second])
        assert grouped(place) == {kept.id: set(ids[:2])}
        with pytest.raises(RuleBroken):
            grouping.merge_groups([kept])

    def test_nobody_decides_twice_or_after_the_table_is_published(
        self, place: Place, drafter: Person, ids: list[int]
    ) -> None:
        (proposal,) = proposals_of(place)
        copy = GroupProposal(**{c.key: getattr(proposal, c.key) for c in GroupProposal.__table__.columns})
        decisions.confirm(proposal, by=drafter)
        with pytest.raises(Conflict):
            decisions.confirm(copy, by=drafter)
        place.consultation.table_published_at = sa.func.now()
        db.session.flush()
        db.session.refresh(place.consultation)
        with pytest.raises(Closed):
            grouping_runs.request_run(place.consultation, by=drafter)


class TestARun:
    def test_is_done_by_the_worker_in_steps(self, place: Place, outbox_drained: Callable[[], int]) -> None:
        add(place, [LETTER] * 3)
        db.session.commit()
        outbox_drained()
        found = grouping_runs.request_run(place.consultation, by=None)
        grouping_runs.enqueue(found)
        run_id = found.id
        db.session.commit()
        assert outbox_drained() == len(STAGES)
        done = db.session.get_one(GroupingRun, run_id, populate_existing=True)
        assert (done.stage, done.families, done.proposals) == (RunStage.DONE, 1, 1)
        assert runs.progress_of(done).percent == 100

    def test_is_one_at_a_time(self, place: Place) -> None:
        first = grouping_runs.request_run(place.consultation, by=None)
        assert grouping_runs.request_run(place.consultation, by=None).id == first.id

    def test_goes_on_after_a_crash_and_begins_again_without_its_files(
        self, place: Place, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(grouping_families, "READ_AT_ONCE", 2)
        ids = add(place, [LETTER] * 5)
        run_id = grouping_runs.request_run(place.consultation, by=None).id
        db.session.commit()
        for _ in range(4):
            grouping_runs.advance(run_id, STAGES)
        (grouping_runs._folder(run_id) / grouping_families.JOINED).unlink()
        list(grouping_runs.watch(run_id, STAGES))
        assert proposed(place) == [set(ids)]

    def test_writes_once_when_two_workers_do_the_same_step(self, place: Place) -> None:
        add(place, [LETTER] * 3)
        run_id = grouping_runs.request_run(place.consultation, by=None).id
        db.session.commit()
        for _ in range(2):
            grouping_runs.advance(run_id, STAGES)

        def overtaken(run: GroupingRun, folder: object) -> grouping_runs.Step:
            step = grouping_families.keep(run, grouping_runs._folder(run_id))
            db.session.rollback()
            grouping_runs.advance(run_id, STAGES)
            return step

        grouping_runs.advance(run_id, {**STAGES, RunStage.KEEPING: overtaken})
        list(grouping_runs.watch(run_id, STAGES))
        assert db.session.scalar(sa.select(sa.func.count()).select_from(OpinionFamily)) == 1

    def test_that_fails_says_so_and_lets_another_be_asked_for(
        self, place: Place, outbox_drained: Callable[[], int], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        add(place, [LETTER] * 3)

        def broken(*_: object) -> None:
            raise ValueError("không đọc được")

        monkeypatch.setitem(grouping_stages.STAGES, RunStage.JOINING, broken)
        found = grouping_runs.request_run(place.consultation, by=None)
        grouping_runs.enqueue(found)
        db.session.commit()
        outbox_drained()
        db.session.refresh(found)
        assert (found.stage, found.error) == (RunStage.FAILED, "ValueError")
        assert grouping_runs.request_run(place.consultation, by=None).id != found.id

    def test_leaves_alone_what_was_decided_while_it_was_worked_out(self, place: Place, drafter: Person) -> None:
        ids = add(place, [LETTER] * 3)
        run_id = grouping_runs.request_run(place.consultation, by=None).id
        db.session.commit()
        for _ in range(3):
            grouping_runs.advance(run_id, STAGES)

        def slow(run: GroupingRun, folder: object) -> grouping_runs.Step:
            step = grouping_stages.propose(run, grouping_runs._folder(run_id))
            grouping.create_group(place.consultation, place.document_id, place.place, ids[:1], title="", by=drafter)
            db.session.commit()
            return step

        grouping_runs.advance(run_id, {**STAGES, RunStage.PROPOSING: slow})
        assert (list(grouped(place).values()), proposed(place)) == ([set(ids[:1])], [set(ids[1:])])

    def test_is_a_command(self, place: Place, danban: Danban) -> None:
        add(place, [LETTER] * 3)
        done = danban("opinions", "group", str(place.consultation.id))
        assert done.exit_code == 0, done.output
        assert "3 opinions, 1 new families, 1 proposals" in done.output
        assert danban("opinions", "group", "987654").exit_code == 1
