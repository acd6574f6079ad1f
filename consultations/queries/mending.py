"""The tree of a version that is being mended: its nodes with their neighbours, and the steps taken so far.

A node is known by its lineage, which stays when number, place and anchor change.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa

from accounts.models import Person
from consultations.models import EditAction, Provision, TreeEdit
from core.db import db
from core.errors import NotFound
from legal.nodes import Kind

STEPS = 50
"""So many steps can be undone, one after the other."""
_WINDOW = 400
Facts = dict[int, dict[str, Any]]


@dataclass(slots=True, eq=False)
class Item:
    """A node. ``key``: its lineage; ``form``: the words before the number of a blank form ("Mẫu số")."""

    key: int
    kind: Kind
    number: str = ""
    heading: str = ""
    text: str = ""
    quoted: bool = False
    form: str = ""
    citation: str = ""
    anchor: str = ""
    parent: "Item | None" = None
    children: "list[Item]" = field(default_factory=list)

    def walk(self) -> "Iterator[Item]":
        """This node and all below it, in document order."""
        stack = [self]
        while stack:
            here = stack.pop()
            yield here
            stack.extend(reversed(here.children))

    @property
    def depth(self) -> int:
        return 0 if self.parent is None else self.parent.depth + 1

    @property
    def path(self) -> "list[Item]":
        """The nodes above it, from the root."""
        return [] if self.parent is None else [*self.parent.path, self.parent]


@dataclass(slots=True)
class Tree:
    """All nodes of a version. ``rows``: what is stored, by lineage."""

    version_id: int
    roots: list[Item] = field(default_factory=list)
    items: dict[int, Item] = field(default_factory=dict)
    rows: dict[int, Any] = field(default_factory=dict)

    def get(self, key: int) -> Item:
        """Raises NotFound."""
        found = self.items.get(key)
        if found is None:
            raise NotFound
        return found

    def walk(self) -> Iterator[Item]:
        for root in self.roots:
            yield from root.walk()

    def siblings(self, item: Item) -> list[Item]:
        """The list in which a node stands."""
        return self.roots if item.parent is None else item.parent.children

    def beside(self, item: Item, step: int) -> Item | None:
        """The sibling so many places further (or, below zero, before)."""
        row = self.siblings(item)
        at = row.index(item) + step
        return row[at] if 0 <= at < len(row) else None

    def around(self, item: Item) -> tuple[Item | None, Item | None]:
        """The nodes before and after it in document order."""
        order = list(self.walk())
        at = order.index(item)
        return (order[at - 1] if at else None), (order[at + 1] if at + 1 < len(order) else None)

    def following(self, item: Item) -> Item | None:
        """What "merge with the next" takes: the first child, or else the next sibling."""
        return item.children[0] if item.children else self.beside(item, 1)

    def facts(self) -> Facts:
        """What a step may change of each node, as JSON can keep it; everything else follows from it."""
        found: Facts = {}
        _gather(self.roots, None, found)
        return found

    def fingerprint(self, item: Item) -> str:
        """Changes when the node, its children or anything beside it does: what a person saw when they pressed."""
        row = self.siblings(item)
        near = [one for step in (-1, 0, 1) if (one := self.beside(item, step)) is not None]
        near += [*item.children[:1], *([item.parent] if item.parent else [])]
        keys = [[one.key for one in group] for group in (row, item.children)]
        text = json.dumps([self.version_id, keys, [_fact(one) for one in near]])
        return hashlib.sha256(text.encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Edit:
    """A step as a page shows it. ``name``: of the person; None where nobody is known."""

    id: int
    action: EditAction
    lineage: int
    citation: str
    at: datetime
    name: str | None
    target_id: int | None


@dataclass(frozen=True)
class Steps:
    """The last step of all, the one to be undone and the one to be redone; ``count``: steps that stand."""

    last: Edit | None = None
    undo: Edit | None = None
    redo: Edit | None = None
    count: int = 0


def read_tree(version_id: int) -> Tree:
    """The tree of a version, in one statement."""
    table = cast("sa.Table", Provision.__table__)
    tree = Tree(version_id)
    by_id: dict[int | None, Item] = {}
    for row in db.session.execute(
        sa.select(table).where(table.c.version_id == version_id).order_by(table.c.position)
    ).mappings():
        parent = by_id.get(row["parent_id"])
        item = Item(
            row["lineage_id"], row["kind"], row["number"], row["heading"], row["text"], row["quoted"],
            _form(row["kind"], row["number"], row["citation"]), row["citation"], row["anchor"], parent,
        )  # fmt: skip
        (tree.roots if parent is None else parent.children).append(item)
        by_id[row["id"]] = tree.items[item.key] = item
        tree.rows[item.key] = row
    return tree


def read_steps(version_id: int) -> Steps:
    """What can be undone and redone: the steps are replayed, their contents are not read."""
    rows = db.session.execute(
        sa.select(
            TreeEdit.id,
            TreeEdit.action,
            TreeEdit.lineage,
            TreeEdit.citation,
            TreeEdit.at,
            Person.full_name.label("name"),
            TreeEdit.target_id,
        )
        .outerjoin(Person, Person.id == TreeEdit.person_id)
        .where(TreeEdit.version_id == version_id)
        .order_by(TreeEdit.id.desc())
        .limit(_WINDOW)
    ).all()
    edits = [Edit(**row._mapping) for row in reversed(rows)]
    done: list[Edit] = []
    undone: list[Edit] = []
    for edit in edits:
        if edit.action is EditAction.UNDONE:
            undone += [done.pop()] if done else []
        elif edit.action is EditAction.REDONE:
            done += [undone.pop()] if undone else []
        else:
            done.append(edit)
            undone.clear()
    undo = done[-1] if done and len(undone) < STEPS else None
    return Steps(edits[-1] if edits else None, undo, undone[-1] if undone else None, len(done))


def _form(kind: Kind, number: str, citation: str) -> str:
    """ "Mẫu số" of a blank form cited as "Mẫu số 01 Phụ lục II"; nothing for other headings."""
    words, found, _rest = citation.partition(f" {number}")
    return words if kind is Kind.HEADING and number and found and words[:1] in ("M", "B") else ""


def _gather(row: list[Item], parent: int | None, found: Facts) -> None:
    after = None
    for item in row:
        found[item.key] = {**_fact(item), "parent": parent, "after": after}
        after = item.key
        _gather(item.children, item.key, found)


def _fact(item: Item) -> dict[str, Any]:
    return {
        "kind": item.kind.value,
        "number": item.number,
        "heading": item.heading,
        "text": item.text,
        "quoted": item.quoted,
        "form": item.form,
    }
