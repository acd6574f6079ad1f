"""Mending the parsed tree before it is published: every step, and its undoing."""

import random
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.models import Agency, Person, Role
from consultations.models import EditAction, Provision, TreeEdit, Version
from consultations.queries.mending import STEPS, Item, read_steps, read_tree
from consultations.seed import seed_document_kinds
from consultations.services import drafting, mending, tree
from consultations.services.tree import Press, Words
from core.errors import Conflict, RuleBroken
from legal.nodes import Kind
from tests.conftest import Login
from tests.consultations import drafts
from tests.consultations.trees import (
    NESTED,
    at,
    at_key,
    citations,
    press,
    sound,
    stored,
    text_of,
)
from tests.factories import make_agency, make_staff

DRAFTS = sorted(
    path.name for path in drafts.LEGAL.iterdir() if path.suffix in (".txt", ".html") or "noi_dung" in path.name
)


@pytest.fixture
def agency(session: Session) -> Agency:
    seed_document_kinds()
    make_agency()
    return make_agency()


@pytest.fixture
def person(agency: Agency) -> Person:
    return make_staff(Role.DRAFTER, agency)


@pytest.fixture
def drafter(login: Login, person: Person) -> FlaskClient:
    return login(person)


@pytest.fixture
def version(agency: Agency) -> Version:
    drafts.make_draft(agency)  # noise
    return drafts.version_of(drafts.make_draft(agency, NESTED))


class TestRebuilding:
    @pytest.mark.parametrize("name", DRAFTS)
    def test_a_tree_stored_again_is_what_the_parser_made(self, session: Session, agency: Agency, name: str) -> None:
        made = drafting.create_consultation(agency, drafts.read_file(name), drafts.settings(), by=None)
        version = drafts.version_of(made)
        before = stored(session, version)
        held = mending.hold(version)
        mending.store(held, held.tree)
        assert stored(session, version) == before


class TestSteps:
    def test_kind_number_heading_and_text_change_and_the_rest_follows(
        self, session: Session, version: Version, person: Person
    ) -> None:
        key = at(version, "Điều 3").key
        tree.change(press(version, "Điều 3", person), Words(Kind.ARTICLE, "5", "Thi hành", "Từ ngày công bố."))
        row = session.scalars(sa.select(Provision).where(Provision.lineage_id == key)).one()
        assert (row.citation, row.anchor, row.heading, row.text) == ("Điều 5", "dieu-5", "Thi hành", "Từ ngày công bố.")
        assert "khoản 1 Điều 5" in citations(version)
        gap = [warning for warning in version.warnings if warning["anchor"] == "dieu-5"]
        assert [warning["code"] for warning in gap] == ["gap"]
        tree.change(press(version, "khoản 1 Điều 5", person), Words(Kind.PARAGRAPH, "", "", "Ai thấy thì làm."))
        assert version.counts["clause"] == 3

    def test_what_is_not_edited_stays_to_the_letter(self, session: Session, version: Version, person: Person) -> None:
        odd = " Từ ngày\u00a0ký.\ue000 \n"
        session.execute(sa.update(Provision).where(Provision.citation == "Điều 3").values(text=odd))
        assert tree.change(press(version, "Điều 3", person), Words(Kind.ARTICLE, "3", "Hiệu lực", odd.strip())) is None
        tree.change(press(version, "Điều 3", person), Words(Kind.ARTICLE, "3", "Hiệu lực thi hành", odd.strip()))
        assert at(version, "Điều 3").text == odd

    def test_splitting_reads_the_mark_of_the_second_part(self, version: Version, person: Person) -> None:
        words_ = Words(Kind.ARTICLE, "1", "Phạm vi", "Một.\nĐiều 1a. Đối tượng\nMọi người.\n1. Ai cũng vậy.")
        tree.change(press(version, "Điều 1", person), words_)
        made = tree.split(press(version, "Điều 1", person), "Một.", words_.text.removeprefix("Một.\n"), inside=False)
        assert (made.kind, made.number, made.heading) == (Kind.ARTICLE, "1a", "Đối tượng")
        tree.split(press(version, "Điều 1a", person), "Mọi người.", "1. Ai cũng vậy.", inside=True)
        assert citations(version)[2:5] == ["Điều 1", "Điều 1a", "khoản 1 Điều 1a"]

    def test_splitting_takes_the_children_along(self, version: Version, person: Person) -> None:
        made = tree.split(press(version, "khoản 2 Điều 2", person), "Trong", "đó:", inside=False)
        children = read_tree(version.id).get(made.key).children
        assert [child.citation[:6] for child in children] == ["điểm a", "điểm b"]

    @pytest.mark.parametrize(
        ("first", "second"), [("Trong", "ấy:"), ("Trong đó:", ""), ("", "Trong đó: và"), ("", " ")]
    )
    def test_splitting_loses_and_adds_no_word(
        self, session: Session, version: Version, person: Person, first: str, second: str
    ) -> None:
        before = stored(session, version)
        with pytest.raises(RuleBroken), session.begin_nested():
            tree.split(press(version, "khoản 2 Điều 2", person), first, second, inside=False)
        assert stored(session, version) == before

    def test_merging_keeps_the_mark_with_the_words(self, version: Version, person: Person) -> None:
        tree.merge(press(version, "khoản 1 Điều 2", person))
        merged = at(version, "khoản 1 Điều 2")
        assert merged.text == "Thử là làm lần đầu;\n2. Trong đó:"
        assert [child.citation for child in merged.children] == ["điểm a khoản 1 Điều 2", "điểm b khoản 1 Điều 2"]
        tree.merge(press(version, "khoản 1 Điều 2", person))
        assert at(version, "khoản 1 Điều 2").text.endswith("\na) Thử nhỏ;")
        with pytest.raises(RuleBroken):
            tree.merge(press(version, "khoản 3 Điều 2", person))

    def test_moving_goes_with_everything_below(self, version: Version, person: Person) -> None:
        tree.move(press(version, "Điều 2", person), -1)
        assert citations(version)[2:5] == ["Điều 2", "khoản 1 Điều 2", "khoản 2 Điều 2"]
        assert [warning["code"] for warning in version.warnings] == ["gap", "out_of_order"]
        tree.move(press(version, "Điều 2", person), 1)
        assert version.warnings == []
        with pytest.raises(RuleBroken):
            tree.move(press(version, "Điều 2", person), 1)

    def test_indenting_and_outdenting_keep_the_order(self, version: Version, person: Person) -> None:
        before = text_of(read_tree(version.id))
        tree.outdent(press(version, "khoản 2 Điều 2", person))
        assert [item.number for item in at(version, "Chương I").children] == ["1", "2", "2"]
        moved = at(version, "Chương I").children[2]
        assert [child.number for child in moved.children] == ["a", "b", "3"]
        now = read_tree(version.id)
        tree.indent(Press(version, moved.key, now.fingerprint(now.get(moved.key)), person))
        assert text_of(read_tree(version.id)) == before
        with pytest.raises(RuleBroken):
            tree.indent(press(version, "Điều 1", person))
        with pytest.raises(RuleBroken):
            tree.outdent(press(version, "Chương I", person))

    def test_quoted_goes_down_and_is_not_counted(self, version: Version, person: Person) -> None:
        tree.quote(press(version, "Điều 2", person), True)
        assert version.counts["article"] == 2
        assert all(item.quoted for item in read_tree(version.id).get(at_key(version, "2", Kind.ARTICLE)).walk())
        key = at_key(version, "1", Kind.CLAUSE)
        now = read_tree(version.id)
        with pytest.raises(RuleBroken):
            tree.quote(Press(version, key, now.fingerprint(now.get(key)), person), False)

    def test_rules_of_the_tree(self, session: Session, version: Version, person: Person) -> None:
        before = stored(session, version)
        for kind in (Kind.PARAGRAPH, Kind.ANNEXED):
            with pytest.raises(RuleBroken) as refused:
                tree.change(press(version, "Điều 2", person), Words(kind, "2", "Từ ngữ", ""))
            assert refused.value.field == "kind"
        assert stored(session, version) == before


class TestUndo:
    def test_every_step_is_taken_back_and_done_again(self, session: Session, version: Version, person: Person) -> None:
        states = [stored(session, version)]
        steps: list[Callable[[], object]] = [
            lambda: tree.change(press(version, "Điều 1", person), Words(Kind.ARTICLE, "1", "Tên", "Khác.")),
            lambda: tree.split(press(version, "khoản 2 Điều 2", person), "Trong", "đó:", inside=False),
            lambda: tree.merge(press(version, "Điều 3", person)),
            lambda: tree.move(press(version, "Chương II", person), -1),
            lambda: tree.outdent(press(version, "khoản 1 Điều 2", person)),
            lambda: tree.quote(press(version, "Điều 1", person), True),
        ]
        for step in steps:
            step()
            states.append(stored(session, version))
        for state in reversed(states[:-1]):
            due = read_steps(version.id).undo
            assert due is not None
            tree.undo(version, due.id, by=person)
            assert stored(session, version) == state
        assert read_steps(version.id).undo is None
        for state in states[1:]:
            due = read_steps(version.id).redo
            assert due is not None
            tree.redo(version, due.id, by=person)
            assert stored(session, version) == state
        log = session.scalars(sa.select(TreeEdit).where(TreeEdit.version_id == version.id).order_by(TreeEdit.id)).all()
        assert [edit.action for edit in log[6:]] == [EditAction.UNDONE] * 6 + [EditAction.REDONE] * 6
        assert {edit.person_id for edit in log} == {person.id}

    def test_a_new_step_forgets_what_was_undone(self, version: Version, person: Person) -> None:
        tree.move(press(version, "Điều 2", person), -1)
        tree.undo(version, read_steps(version.id).undo.id, by=person)  # type: ignore[union-attr]  # just made
        tree.quote(press(version, "Điều 1", person), True)
        assert read_steps(version.id).redo is None

    def test_only_the_step_that_was_seen_is_taken_back(self, version: Version, person: Person) -> None:
        tree.move(press(version, "Điều 2", person), -1)
        seen = read_steps(version.id).undo
        tree.quote(press(version, "Điều 1", person), True)
        assert seen is not None
        with pytest.raises(Conflict):
            tree.undo(version, seen.id, by=person)

    def test_the_last_fifty_steps(self, version: Version, person: Person) -> None:
        for n in range(STEPS + 1):
            tree.move(press(version, "Điều 2", person), -1 if n % 2 == 0 else 1)
        for _n in range(STEPS):
            tree.undo(version, read_steps(version.id).undo.id, by=person)  # type: ignore[union-attr]  # there is one
        assert read_steps(version.id).undo is None
        assert citations(version)[2] == "Điều 2"


class TestNothingIsLost:
    @pytest.mark.parametrize("seed", range(8))
    def test_random_steps_keep_every_word_and_can_all_be_undone(
        self, session: Session, version: Version, person: Person, seed: int
    ) -> None:
        dice = random.Random(seed)
        first = stored(session, version)
        for _n in range(25):
            now = read_tree(version.id)
            item = dice.choice(list(now.items.values()))
            act = dice.choice(["split", "split", "merge", "up", "down", "indent", "outdent", "quote", "unquote"])
            before = text_of(now)
            try:
                with session.begin_nested():
                    _step(act, Press(version, item.key, now.fingerprint(item), person), item, dice)
            except RuleBroken:
                assert text_of(read_tree(version.id)) == before
                continue
            after = text_of(read_tree(version.id))
            assert after == before if act not in ("up", "down") else sorted(after) == sorted(before), act
            sound(session, version)
        while (due := read_steps(version.id).undo) is not None:
            tree.undo(version, due.id, by=person)
        assert stored(session, version) == first


def _step(act: str, here: Press, item: Item, dice: random.Random) -> None:
    if act == "split":
        parts = item.text.split(" ")
        cut = dice.randint(0, len(parts))
        tree.split(here, " ".join(parts[:cut]), " ".join(parts[cut:]), inside=dice.random() < 0.5)
    elif act in ("up", "down"):
        tree.move(here, -1 if act == "up" else 1)
    elif act in ("quote", "unquote"):
        tree.quote(here, act == "quote")
    else:
        {"merge": tree.merge, "indent": tree.indent, "outdent": tree.outdent}[act](here)
