"""Mending the parsed tree before it is published: every step, its undoing, and whose tree it is."""

import random
import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.models import Agency, Person, Role
from consultations.models import Consultation, Document, EditAction, Lineage, Provision, TreeEdit, Version
from consultations.queries.mending import STEPS, Item, Tree, read_steps, read_tree
from consultations.seed import seed_document_kinds
from consultations.services import drafting, mending, publishing, tree
from consultations.services.tree import Press, Words
from core.db import db
from core.errors import Conflict, RuleBroken
from core.text import words
from legal.nodes import Kind
from tests.conftest import Login
from tests.consultations import drafts
from tests.factories import make_agency, make_staff

NESTED = """QUYẾT ĐỊNH

Chương I
QUY ĐỊNH CHUNG

Điều 1. Phạm vi
Quyết định này quy định việc thử.

Điều 2. Từ ngữ
1. Thử là làm lần đầu;
2. Trong đó:
a) Thử nhỏ;
b) Thử vừa;
3. Thôi là không làm.

Chương II
HIỆU LỰC

Điều 3. Hiệu lực
Từ ngày ký.
1. Ai thấy thì làm.
"""

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


def at(version: Version, citation: str) -> Item:
    return next(item for item in read_tree(version.id).walk() if item.citation == citation)


def press(version: Version, citation: str, by: Person) -> Press:
    now = read_tree(version.id)
    item = next(item for item in now.walk() if item.citation == citation)
    return Press(version, item.key, now.fingerprint(item), by)


def citations(version: Version) -> list[str]:
    return [item.citation for item in read_tree(version.id).walk()]


def text_of(now: Tree) -> list[str]:
    """Every word of the tree, marks included, in order."""
    return words(" ".join(tree.printed(item) for item in now.walk()))


def stored(session: Session, version: Version) -> list[tuple[Any, ...]]:
    """Everything of the rows but their ids, parents by anchor; and what follows from them.

    But for the line in the file: a warning that goes and comes back does not know it any more.
    """
    rows = session.scalars(sa.select(Provision).where(Provision.version_id == version.id).order_by(Provision.position))
    found = list(rows)
    anchors = {row.id: row.anchor for row in found}
    session.refresh(version)
    return [
        (row.lineage_id, anchors.get(row.parent_id or 0), row.position, row.depth, row.kind, row.number, row.heading,
         row.text, row.citation, row.anchor, row.quoted)
        for row in found
    ] + [([{**warning, "line": 0} for warning in version.warnings], version.counts)]  # fmt: skip


def sound(session: Session, version: Version) -> None:
    """Positions without a gap, parents before their children, one level below them."""
    rows = session.scalars(sa.select(Provision).where(Provision.version_id == version.id).order_by(Provision.position))
    seen: dict[int, Provision] = {}
    for position, row in enumerate(rows):
        assert row.position == position
        parent = seen[row.parent_id] if row.parent_id is not None else None
        assert row.depth == (parent.depth + 1 if parent else 0)
        seen[row.id] = row


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


def at_key(version: Version, number: str, kind: Kind) -> int:
    return next(item.key for item in read_tree(version.id).walk() if (item.number, item.kind) == (number, kind))


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


def page_of(version: Version, key: int) -> str:
    return f"/soan-thao/{consultation_of(version)}/dieu-khoan/{key}/"


def consultation_of(version: Version) -> int:
    document = db.session.get_one(Document, version.document_id)
    return document.consultation_id


def seen(version: Version, citation: str) -> str:
    now = read_tree(version.id)
    return now.fingerprint(next(item for item in now.walk() if item.citation == citation))


class TestPages:
    def test_the_tree_leads_to_each_node_and_a_saved_one_leads_back(
        self, drafter: FlaskClient, version: Version
    ) -> None:
        item = at(version, "Điều 3")
        address = page_of(version, item.key)
        assert address in drafter.get(f"/soan-thao/{consultation_of(version)}/dieu-khoan/").text
        page = drafter.get(address).text
        assert "Sửa Điều 3" in page
        form = {"kind": "article", "number": "3", "heading": "Thi hành", "text": "Từ ngày ký."}
        answer = drafter.post(address, data={**form, "seen": seen(version, "Điều 3")})
        assert answer.headers["Location"].endswith(f"/dieu-khoan/?tai={item.key}#dieu-3")
        assert at(version, "Điều 3").heading == "Thi hành"
        page = drafter.get(answer.headers["Location"]).text
        assert "Hoàn tác" in page
        answer = drafter.post(address, data={**form, "seen": seen(version, "Điều 3"), "tiep": "1"})
        following = at(version, "khoản 1 Điều 3").key
        assert answer.headers["Location"].endswith(f"/dieu-khoan/{following}/#o-day")

    def test_every_step_has_its_button_and_comes_back_to_the_node(self, drafter: FlaskClient, version: Version) -> None:
        address = page_of(version, at(version, "khoản 2 Điều 2").key)
        for act in ("len", "xuong", "vao", "ra", "trich", "bo-trich", "gop"):
            page = drafter.get(address).text
            assert f'action="{address}{act}"' in page, act
            found = re.search(r'name="seen" value="(\w+)"', page)
            assert found is not None
            answer = drafter.post(address + act, data={"seen": found[1]})
            assert answer.headers["Location"] == f"{address}#o-day", act
            assert read_steps(version.id).undo is not None, act
        due = read_steps(version.id).undo
        assert due is not None
        undo = f"/soan-thao/{consultation_of(version)}/dieu-khoan/hoan-tac/{due.id}"
        drafter.post(undo, data={"tu": "0"})
        assert read_steps(version.id).redo is not None

    def test_a_text_is_split_at_a_line(self, drafter: FlaskClient, version: Version, person: Person) -> None:
        key = at(version, "Điều 1").key
        tree.change(press(version, "Điều 1", person), Words(Kind.ARTICLE, "1", "Phạm vi", "Một.\nHai.\n1. Ba."))
        page = drafter.get(page_of(version, key) + "?dong=2").text
        assert re.search(r"<textarea[^>]*second[^>]*>\s*1\. Ba\.</textarea>", page)
        form = {"first": "Một.\r\nHai.", "second": "1. Ba.", "place": "inside", "whole": seen(version, "Điều 1")}
        answer = drafter.post(page_of(version, key) + "tach", data=form)
        assert answer.headers["Location"].endswith(f"/{at(version, 'khoản 1 Điều 1').key}/#o-day")
        refused = drafter.post(
            page_of(version, key) + "tach", data={**form, "second": "1. Bốn.", "whole": seen(version, "Điều 1")}
        )
        assert refused.status_code == 422
        assert "đúng bằng lời văn đang có" in refused.text

    def test_two_at_once_overwrite_nothing_and_keep_what_was_typed(
        self, drafter: FlaskClient, version: Version, agency: Agency
    ) -> None:
        key = at(version, "Điều 3").key
        before = seen(version, "Điều 3")
        other = make_staff(Role.DRAFTER, agency)
        tree.change(press(version, "Điều 3", other), Words(Kind.ARTICLE, "3", "Của người kia", "Từ ngày ký."))
        mine = {"kind": "article", "number": "3", "heading": "Của tôi", "text": "Từ ngày ký.", "seen": before}
        answer = drafter.post(page_of(version, key), data=mine)
        assert answer.status_code == 422
        for words_ in (f"{other.full_name} vừa sửa chỗ này", "Của tôi", "Của người kia"):
            assert words_ in answer.text
        drafter.post(page_of(version, key) + "gop", data={"seen": before})
        assert at(version, "Điều 3").heading == "Của người kia"

    def test_elsewhere_two_may_work_at_once(self, version: Version, person: Person) -> None:
        mine = press(version, "Điều 3", person)
        tree.change(press(version, "điểm a khoản 2 Điều 2", person), Words(Kind.POINT, "a", "", "Thử bé;"))
        assert tree.change(mine, Words(Kind.ARTICLE, "3", "Thi hành", "Từ ngày ký.")) is not None


class TestWhoseTree:
    def test_another_agency_and_another_draft_are_not_found(
        self, drafter: FlaskClient, agency: Agency, version: Version
    ) -> None:
        foreign = drafts.version_of(drafts.make_draft(make_agency()))
        key = at(foreign, "Điều 1").key
        borrowed = f"/soan-thao/{consultation_of(version)}/dieu-khoan/{key}/"
        for base in (page_of(foreign, key), borrowed):
            assert drafter.get(base).status_code == 404
            for act in ("", "tach", "gop", "len", "trich"):
                data = {"kind": "article", "first": "a", "second": "b", "place": "after"}
                assert drafter.post(base + act, data=data).status_code == 404, act
        assert drafter.post(f"/soan-thao/{consultation_of(foreign)}/dieu-khoan/hoan-tac/1").status_code == 404

    def test_a_published_tree_stands(
        self, drafter: FlaskClient, session: Session, version: Version, person: Person
    ) -> None:
        made = session.get_one(Consultation, consultation_of(version))
        here = press(version, "Điều 3", person)
        tree.quote(here, True)
        due = read_steps(version.id).undo
        assert due is not None
        publishing.publish(made, by=person)
        before = stored(session, version)
        here = press(version, next(c for c in citations(version) if c.startswith("Điều 3")), person)
        for step in (tree.merge, tree.indent, lambda _: tree.undo(version, due.id, by=person)):
            with pytest.raises(Conflict):
                step(here)
        address = page_of(version, here.key)
        assert drafter.get(address).status_code == 409
        assert drafter.post(address + "trich", data={"seen": here.seen}).status_code == 409
        assert address not in drafter.get(f"/soan-thao/{made.id}/dieu-khoan/").text
        assert stored(session, version) == before

    def test_another_file_forgets_the_steps(self, session: Session, version: Version, person: Person) -> None:
        made = session.get_one(Consultation, consultation_of(version))
        tree.split(press(version, "Điều 3", person), "Từ ngày", "ký.", inside=True)
        tree.undo(version, read_steps(version.id).undo.id, by=person)  # type: ignore[union-attr]  # just made
        document = version.document_id
        drafting.replace_draft(version, made, drafts.read())
        lone = sa.select(Lineage.id).where(
            Lineage.document_id == document, ~sa.exists().where(Provision.lineage_id == Lineage.id)
        )
        assert session.scalars(lone).all() == []
        assert session.scalar(sa.select(sa.func.count()).select_from(TreeEdit)) == 0
