"""Whatever the opinions and whatever people decide in whatever order, every opinion is in exactly one place."""

import csv
import io
from collections.abc import Sequence
from random import Random
from typing import TypeVar

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import joinedload

from accounts.models import Person, Role
from consultations.events import Change
from consultations.models import Comment, Consultation, Stance
from core.db import db
from core.errors import DanBanError
from moderation.models import LEDGER
from opinions.exports.entries import Limits, entries
from opinions.exports.making import export
from opinions.models import ExportKind, GroupProposal, OpinionGroup, ProposalMember
from opinions.queries import groups
from opinions.queries import proposals as queries
from opinions.queries.table import table_rows, totals
from opinions.services import grouping
from opinions.services import grouping_decisions as decisions
from opinions.services.grouping_leaving import FIGURES
from tests.consultations.drafts import make_published
from tests.factories import make_agency, make_staff
from tests.opinions.many import LETTER, OTHER, Place, add, grouped, place_of, proposals_of, run, where_each_is, withdraw
from tests.support.limits import SOAK

T = TypeVar("T")
TEXTS = (
    LETTER,
    f"Kính gửi ban soạn thảo. {LETTER}",
    OTHER,
    "Giữ nguyên mức hỗ trợ cho hộ nghèo ở vùng sâu.",
    "Chi phí vận chuyển người bệnh do bên nào chịu?",
    "Cần ghi rõ chi phí vận chuyển người bệnh.",
    "👍",
    "",
)
STEPS = (
    "add",
    "add elsewhere",
    "run",
    "confirm",
    "part",
    "merge",
    "split",
    "move",
    "reject",
    "by hand",
    "take out",
    "withdraw",
    "join",
)


class Desk:
    """A drafter who does anything, in any order; what the rules refuse is no step."""

    def __init__(self, place: Place, person: Person, seed: int) -> None:
        self.place, self.person, self.chance = place, person, Random(seed)

    def do(self, step: str) -> None:
        try:
            with db.session.begin_nested():
                getattr(self, step.replace(" ", "_"))()
        except DanBanError:
            db.session.expire_all()

    def add(self) -> None:
        texts = self.chance.choices(TEXTS, k=self.chance.randint(1, 4))
        add(self.place, texts, self.chance.choice(list(Stance)), status=self.chance.choice(["published", "pending"]))

    def add_elsewhere(self) -> None:
        place = place_of(self.place.consultation, self.chance.choice(["Điều 1", "điểm b khoản 2 Điều 2"]))
        add(place, self.chance.choices(TEXTS, k=5), self.chance.choice(list(Stance)))

    def confirm(self) -> None:
        if found := self._any():
            decisions.confirm(found, by=self.person)

    def part(self) -> None:
        if found := self._any():
            decisions.confirm(found, by=self.person, lines=self._lines(found))

    def merge(self) -> None:
        decisions.merge(self._some(proposals_of(self.place)), by=self.person)

    def split(self) -> None:
        if found := self._any():
            decisions.split(found, self._lines(found), by=self.person)

    def move(self) -> None:
        if (found := self._any()) and (to := self._any()):
            decisions.move(found, self._lines(found), to=to, by=self.person)

    def reject(self) -> None:
        if found := self._any():
            decisions.reject(found, by=self.person)

    def by_hand(self) -> None:
        here = sa.and_(Comment.document_id == self.place.document_id, Comment.place == self.place.place)
        ids = self._some(list(db.session.scalars(sa.select(Comment.id).where(here).order_by(Comment.id))))
        place = self.place
        grouping.create_group(place.consultation, place.document_id, place.place, ids, title="", by=self.person)

    def take_out(self) -> None:
        for group_id, members in self._some(sorted(grouped(self.place).items())):
            grouping.remove_from_group(db.session.get_one(OpinionGroup, group_id), self._some(sorted(members)))

    def withdraw(self) -> None:
        for one in self._some(list(db.session.scalars(sa.select(Comment).order_by(Comment.id))))[:1]:
            withdraw(one)
            grouping.leave_group(one, Change.WITHDRAWN)

    def join(self) -> None:
        grouping.merge_groups(
            [db.session.get_one(OpinionGroup, one) for one in self._some(sorted(grouped(self.place)))]
        )

    def _any(self) -> GroupProposal | None:
        found = proposals_of(self.place)
        return self.chance.choice(found) if found else None

    def _lines(self, found: GroupProposal) -> list[int]:
        return self._some([row.line for row in queries.list_lines(found.id, None).items])

    def _some(self, things: Sequence[T]) -> list[T]:
        return self.chance.sample(list(things), self.chance.randint(0, len(things)))


@pytest.mark.scaled
@given(st.lists(st.sampled_from(STEPS), min_size=4, max_size=10), st.integers(0, 2**16))
@settings(max_examples=150 if SOAK else 6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_opinion_is_in_one_place_and_decisions_stand(app: Flask, steps: list[str], seed: int) -> None:
    agency = make_agency()
    consultation = make_published(agency)
    place = place_of(consultation, "khoản 1 Điều 2")
    desk = Desk(place, make_staff(Role.DRAFTER, agency), seed)
    for step in ("add", "add", "run", *steps, "run"):
        before = grouped(place), _decided(place)
        if step == "run":
            run(consultation)
            assert (grouped(place), _decided(place)) == before, "a run overturned what people decided"
        else:
            desk.do(step)
        _check(place)


def _check(place: Place) -> None:
    found = where_each_is(place.consultation)
    assert set(found.values()) <= {1}
    line = queries.coverage_of_place(place.document_id, place.place)
    whole = queries.coverage(place.consultation.id)
    shown = sum(row.members for row in queries.list_on_place(place.document_id, place.place))
    assert (line.proposed, line.grouped) == (shown, whole.grouped)
    for one in (line, whole):
        assert min(one.grouped, one.proposed, one.ungrouped) >= 0
    assert whole.received == found.total(), "the tallies and the rows agree"
    ungrouped = groups.list_comments(place.document_id, place.place, None, None)
    assert line.ungrouped == len(ungrouped.items) or ungrouped.next_cursor
    _check_figures(place)
    _check_table(place)


def _check_figures(place: Place) -> None:
    """What is kept with a group is what a count finds."""
    kept = {group.id: group for group in db.session.scalars(sa.select(OpinionGroup))}
    counted = {row.id: row for row in groups.figures_of(list(kept))}
    for group_id, group in kept.items():
        for name in FIGURES:
            assert getattr(group, name) == getattr(counted.get(group_id), name, 0), name


def _check_table(place: Place) -> None:
    """Every opinion of the ledger is in one row of the table, or in the number for the rest of its place."""
    ledger = sa.and_(Comment.consultation_id == place.consultation.id, Comment.status.in_(LEDGER))
    everyone = sorted(db.session.scalars(sa.select(Comment.id).where(ledger)))
    rows = list(table_rows(place.consultation.id))
    assert sorted(row.id for row in rows) == everyone
    limits = Limits(names=2, texts=2, loose=3)
    found = list(entries(rows, limits))
    assert sum(one.opinions for one in found) == len(everyone) == totals(place.consultation.id).in_table
    assert all(one.opinions == sum(one.stances.values()) for one in found)
    assert all(len(one.names) <= limits.names and len(one.texts) <= limits.texts for one in found)
    in_groups = {one.first.group_id: one.opinions for one in found if one.first.group_id is not None}
    assert len(in_groups) == sum(one.first.group_id is not None for one in found), "a group is one row"
    assert in_groups == {group_id: len(members) for group_id, members in grouped(place).items() if members}
    for key in {one.place for one in found}:
        loose = [one for one in found if one.place == key and one.first.group_id is None]
        assert [one.is_rest for one in loose[:4]] == [False] * min(len(loose), 3) + [True] * (len(loose) > 3)
        assert len(loose) <= 4
    consultation = db.session.get_one(
        Consultation, place.consultation.id, options=[joinedload(Consultation.agency)], populate_existing=True
    )
    with export(consultation, ExportKind.CSV) as file:
        ids = [row[0] for row in csv.reader(io.StringIO(file.read().decode("utf-8-sig")))][1:]
    assert sorted(int(one) for one in ids if not one.startswith("#")) == everyone


def _decided(place: Place) -> dict[int, frozenset[int]]:
    """The proposals that a person reshaped, with what they hold."""
    rows = db.session.execute(
        sa.select(GroupProposal.id, ProposalMember.comment_id)
        .join(ProposalMember, ProposalMember.proposal_id == GroupProposal.id)
        .where(GroupProposal.reshaped_at.is_not(None), GroupProposal.place == place.place)
    )
    found: dict[int, set[int]] = {}
    for proposal_id, comment_id in rows:
        found.setdefault(proposal_id, set()).add(comment_id)
    return {proposal_id: frozenset(ids) for proposal_id, ids in found.items()}
