"""Families: copies and variants of one text find each other, and keep their number."""

import pytest
from flask import Flask

from accounts.models import Agency
from consultations.events import Change
from consultations.models import Comment, Consultation
from core import clock
from core.db import db
from opinions.models import FamilyMember, OpinionFamily
from opinions.queries import families
from opinions.services import grouping, grouping_runs
from opinions.services.grouping_stages import STAGES
from tests.consultations.drafts import make_published
from tests.factories import make_agency
from tests.opinions.many import LETTER, OTHER, Place, add, place_of, run

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def agency(app: Flask) -> Agency:
    return make_agency(name="Bộ Thử nghiệm")


@pytest.fixture
def consultation(agency: Agency) -> Consultation:
    return make_published(agency)


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
