"""Mending the tree of a next version: its pairs follow, and what a person decided about them stays."""

import random
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from accounts.models import Person, Role
from consultations.models import Consultation, Provision, ProvisionPairing, Version
from consultations.queries.mending import read_steps, read_tree
from consultations.services import pairing, pairing_choices, tree, versions
from consultations.services.pairing_texts import find_before
from consultations.services.tree import Press, Words
from core import outbox
from core.db import db
from core.errors import Conflict, RuleBroken
from legal.align import Change
from legal.nodes import Kind
from tests.consultations import drafts, sending, texts
from tests.consultations.trees import press, sound, stored
from tests.factories import make_staff


@pytest.fixture
def consultation(session: Session) -> Consultation:
    texts.upload(texts.make_first())  # noise: another draft whose next version waits
    return texts.make_first()


@pytest.fixture
def person(consultation: Consultation) -> Person:
    return make_staff(Role.DRAFTER, sending.agency_of(consultation))


@pytest.fixture
def version(consultation: Consultation) -> Version:
    return texts.upload(consultation)


def first_of(version: Version) -> Version:
    before = find_before(version)
    assert before is not None
    return before


def ends(version: Version) -> "list[tuple[int | None, int | None, Change, bool]]":
    """The pairings without their own ids."""
    return [(row.old_provision_id, row.new_provision_id, row.change, row.main) for row in texts.pairings(version)]


def old_of(version: Version, citation: str) -> str | None:
    """What the provision with this citation continues."""
    row = texts.pairing_of(version, citation)
    found = [one.citation for one in _provisions(first_of(version)) if one.id == row.old_provision_id]
    return found[0] if found else None


def _provisions(version: Version) -> list[Provision]:
    return list(db.session.scalars(sa.select(Provision).where(Provision.version_id == version.id)))


class TestStep:
    def test_pairs_follow_the_tree(self, version: Version, person: Person) -> None:
        assert old_of(version, "khoản 3 Điều 2") == "khoản 2 Điều 3"
        tree.change(press(version, "khoản 3 Điều 2", person), Words(Kind.CLAUSE, "3", "", texts.FRESH))
        assert texts.pairing_of(version, "khoản 3 Điều 2").change is Change.ADDED
        gone = texts.provision(first_of(version), "khoản 2 Điều 3").id
        assert [row.change for row in texts.pairings(version) if row.old_provision_id == gone] == [Change.REMOVED]

    def test_undone_gives_the_same_pairs_again(self, session: Session, version: Version, person: Person) -> None:
        before, tree_before = ends(version), stored(session, version)
        tree.change(press(version, "khoản 3 Điều 2", person), Words(Kind.CLAUSE, "3", "", texts.FRESH))
        tree.move(press(version, "Điều 3", person), -1)
        while (due := read_steps(version.id).undo) is not None:
            tree.undo(version, due.id, by=person)
        assert stored(session, version) == tree_before
        assert ends(version) == before

    def test_never_touches_the_public_version(self, session: Session, version: Version, person: Person) -> None:
        before = stored(session, first_of(version))
        tree.merge(press(version, "Điều 3", person))
        tree.quote(press(version, "Điều 4", person), True)
        assert stored(session, first_of(version)) == before
        with pytest.raises(Conflict):
            tree.merge(press(first_of(version), "Điều 3", person))

    def test_lineages_follow_the_mended_tree_when_it_is_published(
        self, session: Session, consultation: Consultation, version: Version, person: Person
    ) -> None:
        comment = sending.say(consultation, "khoản 2 Điều 3")
        tree.merge(press(version, "khoản 1 Điều 2", person))
        tree.outdent(press(version, "khoản 3 Điều 2", person))
        key = read_tree(version.id)
        moved = next(item for item in key.walk() if "công khai" in item.text)
        texts.publish(consultation, version)
        found = session.scalars(sa.select(Provision).where(Provision.id == key.rows[moved.key]["id"])).one()
        assert found.lineage_id == comment.place
        lineages = [row.lineage_id for row in _provisions(version)]
        assert len(lineages) == len(set(lineages))


class TestDecisions:
    def test_a_chosen_pair_and_a_confirmed_one_stay_whatever_else_is_mended(
        self, version: Version, person: Person
    ) -> None:
        odd = texts.provision(first_of(version), "khoản 2 Điều 2").id
        pairing_choices.choose(texts.pairing_of(version, "khoản 3 Điều 2"), odd, by=person)
        pairing_choices.confirm(texts.pairing_of(version, "khoản 1 Điều 2"), by=person)
        tree.change(press(version, "Điều 5", person), Words(Kind.ARTICLE, "5", "Điều khoản chuyển tiếp", "Làm tiếp."))
        tree.move(press(version, "khoản 3 Điều 2", person), -1)
        row = texts.pairing_of(version, "khoản 3 Điều 2")
        assert (row.old_provision_id, row.confirmed_by_id, row.main) == (odd, person.id, True)
        assert texts.pairing_of(version, "khoản 1 Điều 2").confirmed_by_id == person.id
        assert len(ends(version)) == len(set(ends(version)))

    def test_new_stays_new(self, version: Version, person: Person) -> None:
        pairing_choices.choose(texts.pairing_of(version, "khoản 1 Điều 2"), None, by=person)
        tree.move(press(version, "Điều 5", person), -1)
        row = texts.pairing_of(version, "khoản 1 Điều 2")
        assert (row.change, row.confirmed_by_id) == (Change.ADDED, person.id)

    def test_of_a_provision_that_is_split_stays_with_the_first_part(self, version: Version, person: Person) -> None:
        pairing_choices.confirm(texts.pairing_of(version, "khoản 2 Điều 2"), by=person)
        tree.split(
            press(version, "khoản 2 Điều 2", person),
            "Người thử phải báo cáo kết quả bằng văn bản",
            "cho cơ quan quản lý trong vòng mười ngày.",
            inside=False,
        )
        kept = texts.pairing_of(version, "khoản 2 Điều 2")
        assert (kept.confirmed_by_id, kept.main) == (person.id, True)
        assert old_of(version, "khoản 2 Điều 2") == "khoản 3 Điều 2"
        second = next(item for item in read_tree(version.id).walk() if item.text.startswith("cho cơ quan"))
        row = next(
            row
            for row in texts.pairings(version)
            if row.new_provision_id == read_tree(version.id).rows[second.key]["id"]
        )
        assert (row.main, row.confirmed_at) == (False, None)

    def test_of_a_provision_that_is_merged_goes_with_it_and_the_whole_keeps_its_own(
        self, version: Version, person: Person
    ) -> None:
        for cited in ("khoản 1 Điều 2", "khoản 2 Điều 2"):
            pairing_choices.confirm(texts.pairing_of(version, cited), by=person)
        tree.merge(press(version, "khoản 1 Điều 2", person))
        rows = {row.old_provision_id: row for row in texts.pairings(version)}
        whole, part = (rows[texts.provision(first_of(version), f"khoản {n} Điều 2").id] for n in (1, 3))
        assert (whole.confirmed_by_id, whole.main) == (person.id, True)
        assert whole.new_provision_id == texts.provision(version, "khoản 1 Điều 2").id
        assert (part.change, part.new_provision_id, part.main) == (Change.MERGED, whole.new_provision_id, False)
        assert part in texts.waiting(version)

    def test_that_it_is_new_is_asked_again_when_another_is_merged_into_it(
        self, version: Version, person: Person
    ) -> None:
        pairing_choices.choose(texts.pairing_of(version, "khoản 1 Điều 2"), None, by=person)
        tree.merge(press(version, "khoản 1 Điều 2", person))
        assert texts.pairing_of(version, "khoản 1 Điều 2").confirmed_at is None

    def test_that_it_did_not_go_into_another_stays(self, version: Version, person: Person) -> None:
        tree.merge(press(version, "khoản 1 Điều 2", person))
        gone = texts.provision(first_of(version), "khoản 3 Điều 2").id
        row = next(row for row in texts.pairings(version) if row.old_provision_id == gone)
        pairing_choices.choose(row, None, by=person)
        tree.move(press(version, "Điều 5", person), -1)
        again = next(row for row in texts.pairings(version) if row.old_provision_id == gone)
        assert (again.change, again.new_provision_id) == (Change.REMOVED, None)


class TestConsistency:
    @pytest.mark.parametrize("seed", range(4))
    def test_whatever_is_done_every_provision_has_its_row_and_one_heir(
        self, session: Session, consultation: Consultation, version: Version, person: Person, seed: int
    ) -> None:
        dice = random.Random(seed)
        for _n in range(12):
            now = read_tree(version.id)
            item = dice.choice(list(now.items.values()))
            here = Press(version, item.key, now.fingerprint(item), person)
            step = dice.choice(STEPS)
            try:
                with session.begin_nested():
                    step(here)
            except RuleBroken:
                continue
            _decide(version, dice, person)
            sound(session, version)
            _must_agree(version)
        texts.publish(consultation, version)
        lineages = [row.lineage_id for row in _provisions(version)]
        assert len(lineages) == len(set(lineages))


STEPS: "list[Callable[[Press], object]]" = [
    tree.merge,
    tree.indent,
    tree.outdent,
    lambda here: tree.move(here, 1),
    lambda here: tree.quote(here, True),
    lambda here: tree.quote(here, False),
]


def _decide(version: Version, dice: random.Random, person: Person) -> None:
    rows = [row for row in texts.pairings(version) if row.new_provision_id is not None]
    row = dice.choice(rows)
    if dice.random() < 0.5:
        pairing_choices.confirm(row, by=person)
    else:
        olds = [None, *(one.id for one in _provisions(first_of(version)) if not one.quoted)]
        pairing_choices.choose(row, dice.choice(olds), by=person)


def _must_agree(version: Version) -> None:
    rows = texts.pairings(version)
    own = {one.id for one in _provisions(version) if not one.quoted}
    assert {row.new_provision_id for row in rows} - {None} == own
    before = {one.id for one in _provisions(first_of(version)) if not one.quoted}
    assert {row.old_provision_id for row in rows} - {None} == before
    main = [row for row in rows if row.main]
    assert len({row.old_provision_id for row in main}) == len({row.new_provision_id for row in main}) == len(main)
    paired = {row.new_provision_id for row in rows if row.old_provision_id and row.new_provision_id}
    alone = [row.new_provision_id for row in rows if row.old_provision_id is None]
    assert not paired & set(alone)
    assert len(alone) == len(set(alone))


class TestLongDrafts:
    """Above ``AT_ONCE`` provisions the worker pairs, after the request."""

    @pytest.fixture
    def version(self, consultation: Consultation, monkeypatch: pytest.MonkeyPatch) -> Version:
        monkeypatch.setattr(pairing, "AT_ONCE", 10)
        return texts.upload(consultation)

    def test_are_paired_by_the_worker_and_not_published_before(
        self, session: Session, version: Version, person: Person
    ) -> None:
        assert (version.pairs_due, texts.pairings(version)) == (True, [])
        with pytest.raises(RuleBroken, match="đang ghép"):
            versions.publish(version, by=person)
        outbox.drain()
        session.refresh(version)
        assert not version.pairs_due
        assert texts.changes(version)["khoản 3 Điều 2"] == "moved"
        versions.publish(version, by=person)

    def test_decisions_wait_while_pairs_are_due(self, session: Session, version: Version, person: Person) -> None:
        outbox.drain()
        tree.move(press(version, "Điều 5", person), -1)
        with pytest.raises(Conflict, match="đang ghép lại"):
            pairing_choices.confirm(texts.pairings(version)[0], by=person)
        outbox.drain()
        pairing_choices.confirm(texts.pairings(version)[0], by=person)

    def test_what_was_worked_out_for_an_older_tree_is_not_written(
        self, session: Session, version: Version, person: Person
    ) -> None:
        proposal = pairing.work_out(version.id)
        assert proposal is not None
        tree.quote(press(version, "Điều 5", person), True)
        pairing.carry_out(proposal)
        assert (version.pairs_due, texts.pairings(version)) == (True, [])
        outbox.drain()
        session.refresh(version)
        assert not version.pairs_due
        assert texts.provision(version, "Điều 5").id not in {row.new_provision_id for row in texts.pairings(version)}

    def test_a_version_that_went_meanwhile_is_forgotten(
        self, session: Session, version: Version, consultation: Consultation
    ) -> None:
        versions.discard(version)
        outbox.drain()
        assert drafts.version_of(consultation).number == 1
        assert (
            session.scalars(sa.select(ProvisionPairing.id).where(ProvisionPairing.version_id == version.id)).all() == []
        )
