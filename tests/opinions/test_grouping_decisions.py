"""What people decide about proposals and groups stands, whatever a later run finds."""

import pytest
import sqlalchemy as sa
from flask import Flask

from accounts.models import Agency, Person, Role
from consultations.models import Consultation
from core.db import db
from core.errors import Closed, Conflict, RuleBroken
from opinions.models import FamilyMember, GroupingLog, GroupProposal
from opinions.queries import groups
from opinions.services import grouping, grouping_runs
from opinions.services import grouping_decisions as decisions
from tests.consultations.drafts import make_published
from tests.factories import make_agency, make_staff
from tests.opinions.many import LETTER, Place, add, grouped, place_of, proposals_of, proposed, run

pytestmark = pytest.mark.usefixtures("app")


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


def family_of(comment_id: int) -> int | None:
    member = db.session.get(FamilyMember, comment_id)
    return member.family_id if member else None


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
