"""Store a mended tree: what follows from the nodes (places, anchors, citations, counts, warnings) is made anew.

Only rows that differ are written. What a step changed is kept as a delta, so that it can be taken back.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from consultations.models import Consultation, Document, Lineage, Version
from consultations.queries.mending import Facts, Item, Tree, read_tree
from consultations.services import pairing
from consultations.services.outlines import PROVISION, anchors_of, words_of
from core.db import db
from core.errors import Conflict
from core.i18n import gettext as _
from legal.anchors import place_nodes
from legal.citations import cite
from legal.nodes import Kind, Node, Outline
from legal.parser.checks import check

CHECKED = ("gap", "duplicate", "out_of_order", "empty_article", "no_provisions")
"""Warnings about the tree, which are made anew; those about the file stay."""
WRITTEN = ("parent_id", "position", "depth", "kind", "number", "heading", "text", "citation", "anchor", "quoted")
Delta = list[dict[str, Any]]


@dataclass
class Mending:
    """A version held for one step: the tree to be changed, and what it was."""

    version: Version
    tree: Tree
    before: Facts


def must_be_open(version: Version) -> None:
    """Raises Conflict once a version is published."""
    if version.published_at is not None:
        raise Conflict(_("Bản này đã công bố nên cây điều khoản giữ nguyên."))


def hold(version: Version) -> Mending:
    """The tree of a version that nobody else changes until the transaction ends. Raises Conflict when published."""
    db.session.execute(
        sa.select(Version.id)
        .join(Document, Document.id == Version.document_id)
        .join(Consultation, Consultation.id == Document.consultation_id)
        .where(Version.id == version.id)
        .with_for_update()
    )
    db.session.refresh(version)
    must_be_open(version)
    tree = read_tree(version.id)
    return Mending(version, tree, tree.facts())


def new_key(version: Version) -> int:
    """A lineage for a new node."""
    made = Lineage(document_id=version.document_id)
    db.session.add(made)
    db.session.flush()
    return made.id


def difference(before: Facts, after: Facts) -> Delta:
    """For each node that changed, by lineage, the fields that differ; null where there was or is no node."""
    delta: Delta = []
    for key in sorted(before.keys() | after.keys()):
        was, now = before.get(key), after.get(key)
        if was is not None and now is not None:
            fields = [name for name in was if was[name] != now[name]]
            if not fields:
                continue
            was, now = {name: was[name] for name in fields}, {name: now[name] for name in fields}
        delta.append({"key": key, "before": was, "after": now})
    return delta


def apply(tree: Tree, delta: Delta, *, back: bool) -> Tree:
    """The tree with a step taken back or done again. Raises Conflict where it is no longer as the step left it."""
    facts = tree.facts()
    for row in delta:
        here, wanted = (row["after"], row["before"]) if back else (row["before"], row["after"])
        now = facts.get(row["key"])
        if (now is None) is not (here is None) or any(now[name] != here[name] for name in here or () if now):
            raise Conflict(_("Chỗ này đã khác trước nên không hoàn tác được nữa. Không có gì bị thay đổi."))
        if wanted is None:
            del facts[row["key"]]
        else:
            facts[row["key"]] = {**(now or {}), **wanted}
    return _rebuilt(tree, facts)


def _rebuilt(tree: Tree, facts: Facts) -> Tree:
    made = Tree(tree.version_id, rows=tree.rows)
    after: dict[tuple[int | None, int | None], int] = {}
    for key, fact in facts.items():
        words = {name: fact[name] for name in ("number", "heading", "text", "quoted", "form")}
        made.items[key] = Item(key, Kind(fact["kind"]), **words)
        after[fact["parent"], fact["after"]] = key
    waiting: list[Item | None] = [None]
    placed = 0
    while waiting:
        parent = waiting.pop()
        row = made.roots if parent is None else parent.children
        key_of_parent = None if parent is None else parent.key
        following = after.get((key_of_parent, None))
        while following is not None:
            item = made.items[following]
            item.parent = parent
            row.append(item)
            waiting.append(item)
            placed += 1
            following = after.get((key_of_parent, following))
    if placed != len(facts):
        raise Conflict(_("Chỗ này đã khác trước nên không hoàn tác được nữa. Không có gì bị thay đổi."))
    return made


# --- writing ----------------------------------------------------------------------------------------------------------


def store(held: Mending, tree: Tree) -> None:
    """Write the tree of a version: rows, counts and warnings; a next version is paired again with the one before."""
    nodes, keys = _outline(tree)
    cite(nodes)
    places = place_nodes(nodes)
    anchors = anchors_of(places)
    rows: dict[int, dict[str, Any]] = {}
    for position, (place, anchor) in enumerate(zip(places, anchors, strict=True)):
        key = keys[id(place.node)]
        rows[key] = {
            "lineage": key,
            "parent": keys[id(place.parent)] if place.parent is not None else None,
            "position": position,
            "depth": place.depth,
            "kind": place.node.kind,
            "anchor": anchor,
            "quoted": place.node.quoted,
            **words_of(place),
        }
        place.node.line = position + 1  # so that a warning names its node
    version = held.version
    version.warnings = _warnings(held, nodes, [keys[id(place.node)] for place in places], rows)
    version.counts = Outline("", nodes).counts()
    _write(version, held.tree.rows, rows)
    db.session.flush()
    db.session.expire_all()
    pairing.request(version)


def _outline(tree: Tree) -> tuple[list[Node], dict[int, int]]:
    """The nodes of legal/, and the lineage of each by ``id(node)``."""
    made: dict[int, Node] = {}
    keys: dict[int, int] = {}
    roots: list[Node] = []
    for item in tree.walk():
        label = f"{item.form} {item.number}" if item.form else item.number
        node = Node(item.kind, item.number, item.heading, item.text, quoted=item.quoted, label=label)
        made[item.key] = node
        keys[id(node)] = item.key
        (roots if item.parent is None else made[item.parent.key].children).append(node)
    return roots, keys


def _warnings(
    held: Mending, nodes: list[Node], order: list[int], rows: dict[int, dict[str, Any]]
) -> list[dict[str, Any]]:
    """The file's own warnings at their places, and legal's checks of the new tree; sorted by place."""
    key_of = {row["anchor"]: key for key, row in held.tree.rows.items()}
    lines: dict[int, int] = {}
    kept = []
    for warning in held.version.warnings:
        key = key_of.get(warning.get("anchor", ""))
        if warning["code"] in CHECKED:
            lines.setdefault(key or 0, warning["line"])
            continue
        here = rows.get(key) if key is not None else None
        moved = {"anchor": here["anchor"], "citation": here["citation"]} if here else {"anchor": ""}
        kept.append((here["position"] if here else -1, {**warning, **moved}))
    for found in check(nodes):
        key = order[found.line - 1] if found.line else 0
        made = {
            "code": found.code,
            "citation": found.citation,
            "message": found.message,
            "line": lines.get(key, 0),
            "anchor": rows[key]["anchor"] if key else "",
        }
        kept.append((found.line - 1, made))
    return [warning for _place, warning in sorted(kept, key=lambda one: one[0])]


def _write(version: Version, old: dict[int, Any], new: dict[int, dict[str, Any]]) -> None:
    """Rows that differ are first put out of the way: two may not share a position or an anchor, not even in between."""
    ids: dict[int, int] = {key: row["id"] for key, row in old.items()}
    added = [key for key in new if key not in ids]
    gone = [ids[key] for key in ids if key not in new]
    changed = [key for key, row in new.items() if key in ids and _differs(old[key], _values(row, ids))]
    _park([*gone, *(ids[key] for key in changed)])
    for key in added:  # after its parent: new nodes come in document order
        values = _values(new[key], ids)
        statement = sa.insert(PROVISION).values(version_id=version.id, lineage_id=key, **values)
        ids[key] = db.session.execute(statement.returning(PROVISION.c.id)).scalar_one()
    update = sa.update(PROVISION).where(PROVISION.c.id == sa.bindparam("p"))
    update = update.values({name: sa.bindparam(f"to_{name}") for name in WRITTEN})
    for chunk in _chunks(changed):
        batch = [{"p": ids[key], **{f"to_{n}": v for n, v in _values(new[key], ids).items()}} for key in chunk]
        db.session.connection().execute(update, batch)
    pairing.let_go(gone)
    for chunk in _chunks(gone):
        db.session.execute(sa.delete(PROVISION).where(PROVISION.c.id.in_(chunk)))


def _values(row: dict[str, Any], ids: dict[int, int]) -> dict[str, Any]:
    """The columns of a row; a parent that is not stored yet has no id."""
    parent = row["parent"]
    return {
        "parent_id": ids.get(parent, 0) if parent is not None else None,
        **{name: row[name] for name in WRITTEN if name != "parent_id"},
    }


def _differs(old: Any, new: dict[str, Any]) -> bool:
    return any(old[name] != new[name] for name in WRITTEN)


def _park(ids: list[int]) -> None:
    for chunk in _chunks(ids):
        statement = sa.update(PROVISION).where(PROVISION.c.id.in_(chunk))
        away = sa.literal("~").concat(sa.cast(PROVISION.c.id, sa.String))
        db.session.execute(statement.values(position=-PROVISION.c.id, anchor=away))


def _chunks(items: list[int], size: int = 2_000) -> Iterator[list[int]]:
    return (items[at : at + size] for at in range(0, len(items), size))
