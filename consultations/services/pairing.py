"""Which provision of the version before each provision of a new version continues: proposed, confirmed, corrected.

A pairing is a row of ``provision_pairing``; the lineages of the new version's provisions always agree with the rows.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias, cast

import sqlalchemy as sa

from accounts.models import Person
from consultations.models import Lineage, Provision, ProvisionPairing, Version
from core import clock
from core.db import db
from core.errors import Conflict, NotFound
from core.i18n import gettext as _
from core.text import canonical
from legal.align import Change, Pair, align
from legal.diff import measure
from legal.matching import count_words, full_text
from legal.nodes import Node, Outline

PROVISION = cast("sa.Table", Provision.__table__)
LINEAGE = cast("sa.Table", Lineage.__table__)
PAIRING = cast("sa.Table", ProvisionPairing.__table__)
CHUNK = 5_000

UNLIKE = 0.6
"""Two texts that share less than this are taken for one provision only when a person says so."""
MOVED_UNLIKE = 0.9
SAME_NUMBER = 0.3
"""What an unchanged number weighs, when one part of a split provision is to go on as the whole."""
FEW_WORDS = 8
"""So short a text may stand in several places: that it moved is no more than a guess."""
NEARLY, EQUAL = 0.9, 0.9995
"""As ``legal.align`` tells edited from renumbered and same."""
PARTED = (Change.SPLIT, Change.MERGED)


@dataclass
class Text:
    """A stored version as an outline again. ``row_of`` goes by ``id(node)``, everything else by the provision's id."""

    roots: list[Node] = field(default_factory=list)
    nodes: dict[int, Node] = field(default_factory=dict)
    rows: dict[int, Any] = field(default_factory=dict)
    row_of: dict[int, Any] = field(default_factory=dict)


def read_text(version_id: int) -> Text:
    """The outline of a version, rebuilt from its provisions in one statement."""
    columns = ("id", "lineage_id", "parent_id", "kind", "number", "heading", "text", "citation", "quoted")
    statement = sa.select(*(PROVISION.c[name] for name in columns))
    text = Text()
    for row in db.session.execute(statement.where(PROVISION.c.version_id == version_id).order_by(PROVISION.c.position)):
        label = f"{row.number}." if row.number else ""
        node = Node(row.kind, row.number, row.heading, row.text, row.citation, row.quoted, label=label)
        (text.nodes[row.parent_id].children if row.parent_id else text.roots).append(node)
        text.nodes[row.id], text.rows[row.id], text.row_of[id(node)] = node, row, row
    return text


# --- proposing --------------------------------------------------------------------------------------------------------


def propose(version: Version, before: Version) -> None:
    """Pair a stored version with the one before it, instead of whatever was proposed or confirmed until now.

    The provisions get the lineages of those they continue; provisions that continue none have one of their own.
    """
    db.session.execute(sa.delete(PAIRING).where(PAIRING.c.version_id == version.id))
    old, new = read_text(before.id), read_text(version.id)
    pairs = align(Outline("", old.roots), Outline("", new.roots))
    removed = {pair.old.citation for pair in pairs if pair.old is not None and pair.change is Change.REMOVED}
    rows = [
        {
            "version_id": version.id,
            "old_provision_id": old.row_of[id(pair.old)].id if pair.old is not None else None,
            "new_provision_id": new.row_of[id(pair.new)].id if pair.new is not None else None,
            "change": pair.change,
            "similarity": min(max(pair.similarity, 0.0), 1.0),
            "doubtful": is_doubtful(pair, removed),
        }
        for pair in pairs
    ]
    for chunk in _chunks(rows):
        db.session.execute(sa.insert(PAIRING), chunk)
    _hand_on_lineages(old, new, _main_pairs(pairs))
    db.session.expire_all()


def is_doubtful(pair: Pair, removed: "set[str]") -> bool:
    """Must a person look at it? ``removed``: the citations of the provisions that have no successor."""
    if pair.change in PARTED:
        return True
    if pair.new is None:
        return False
    if pair.old is None:
        return bool(pair.new.citation) and pair.new.citation in removed
    named_alike = bool(pair.new.heading) and canonical(pair.new.heading) == canonical(pair.old.heading)
    if pair.similarity < UNLIKE and not (named_alike and pair.old.number == pair.new.number):
        return True
    short = pair.change is Change.MOVED and count_words(full_text(pair.new)).total() < FEW_WORDS
    return short or (pair.change is Change.MOVED and pair.similarity < MOVED_UNLIKE)


def _main_pairs(pairs: Iterable[Pair]) -> list[tuple[Node, Node]]:
    """One successor and one predecessor each: of what was split or merged, the part that is most like the whole."""
    both = [(pair.old, pair.new, pair.change) for pair in pairs if pair.old is not None and pair.new is not None]
    ranked = sorted(both, key=lambda one: -_rank(one[0], one[1]) if one[2] in PARTED else -2.0)
    taken: set[int] = set()
    main = []
    for old, new, _change in ranked:
        if id(old) not in taken and id(new) not in taken:
            taken |= {id(old), id(new)}
            main.append((old, new))
    return main


def _rank(old: Node, new: Node) -> float:
    """How well a part stands for the whole: by its words, and its number."""
    return _likeness(old, new) + (SAME_NUMBER if old.number == new.number else 0)


def _likeness(old: Node, new: Node) -> float:
    return measure(canonical(full_text(old)), canonical(full_text(new))).similarity


def _hand_on_lineages(old: Text, new: Text, main: Sequence[tuple[Node, Node]]) -> None:
    heirs = [pair for couple in main for pair in (couple, *_quoted_pairs(*couple))]
    kept = {new.row_of[id(b)].id: old.row_of[id(a)].lineage_id for a, b in heirs}
    mine = {row.lineage_id for row in old.rows.values()}
    inherited = [row for row in new.rows.values() if row.lineage_id in mine]
    fresh = dict(zip([row.id for row in inherited], _new_lineages(_document_of(new), len(inherited)), strict=True))
    changed = [
        {"p": row.id, "l": lineage}
        for row in new.rows.values()
        if (lineage := kept.get(row.id, fresh.get(row.id, row.lineage_id))) != row.lineage_id
    ]
    statement = sa.update(PROVISION).where(PROVISION.c.id == sa.bindparam("p")).values(lineage_id=sa.bindparam("l"))
    for chunk in _chunks(changed):
        db.session.execute(statement, chunk)
    lineages = {row.lineage_id for row in new.rows.values()} | set(fresh.values())
    _forget(lineages - mine)


def _document_of(text: Text) -> int:
    first = next(iter(text.rows.values()), None)
    found = db.session.scalar(sa.select(LINEAGE.c.document_id).where(LINEAGE.c.id == first.lineage_id)) if first else 0
    return found or 0


def _quoted_pairs(old: Node, new: Node) -> list[tuple[Node, Node]]:
    """Quoted provisions below two that belong together, by kind and number."""
    there: dict[tuple[str, str], list[Node]] = defaultdict(list)
    for node in old.children:
        if node.quoted:
            there[node.kind, node.number].append(node)
    pairs = []
    for node in new.children:
        if node.quoted and (found := there[node.kind, node.number]):
            couple = (found.pop(0), node)
            pairs += [couple, *_quoted_pairs(*couple)]
    return pairs


def _new_lineages(document_id: int, count: int) -> list[int]:
    if not count:
        return []
    rows = [{"document_id": document_id}] * count
    return list(db.session.scalars(sa.insert(LINEAGE).returning(LINEAGE.c.id), rows))


def _forget(lineages: "set[int]") -> None:
    """Drop those of the lineages that no provision has any more."""
    used = sa.exists().where(PROVISION.c.lineage_id == LINEAGE.c.id)
    for chunk in _chunks(sorted(lineages)):
        db.session.execute(sa.delete(LINEAGE).where(LINEAGE.c.id.in_(chunk), ~used))


def _chunks(rows: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (rows[at : at + CHUNK] for at in range(0, len(rows), CHUNK))


# --- confirming and correcting ----------------------------------------------------------------------------------------


def confirm(pairing: ProvisionPairing, *, by: Person) -> None:
    """The pairing is right as it stands."""
    _must_be_open(pairing)
    pairing.confirmed_by_id, pairing.confirmed_at = by.id, clock.now()
    db.session.flush()


def choose(pairing: ProvisionPairing, old_id: int | None, *, by: Person) -> None:
    """Another predecessor for the new provision of a pairing, or none (``old_id`` None).

    For a provision that was said to go into another one, None says that it was simply removed. What the chosen
    provision, and the one given up, were paired with before is put right, and waits to be confirmed. Provisions below
    the two that had no partner get one where their words agree. Raises NotFound, Conflict.
    """
    _must_be_open(pairing)
    if old_id is not None and old_id == pairing.old_provision_id:
        confirm(pairing, by=by)
        return
    book = _Book(pairing)
    new_id = pairing.new_provision_id
    if new_id is None:
        raise NotFound
    if old_id is not None and (old_id not in book.old.rows or book.old.rows[old_id].quoted):
        raise NotFound
    book.unlink(pairing)
    if old_id is not None:
        for other in list(book.of_old(old_id)):  # a provision that is chosen leaves whatever it was paired with
            book.unlink(other)
        book.link(old_id, new_id)
        book.link_below(old_id, new_id)
    for row in book.settle():
        if (new_id, old_id) == (row.new_provision_id, row.old_provision_id):
            row.confirmed_by_id, row.confirmed_at = by.id, clock.now()
    db.session.flush()


def _must_be_open(pairing: ProvisionPairing) -> None:
    version = db.session.get_one(Version, pairing.version_id)
    if version.published_at is not None:
        raise Conflict(_("Bản này đã công bố nên không sửa được nữa."))


def _needs_a_look(row: ProvisionPairing) -> bool:
    if row.change is Change.MOVED:
        return row.similarity < MOVED_UNLIKE
    lone = row.change is Change.ADDED
    return lone or row.change in PARTED or (row.change is not Change.REMOVED and row.similarity < UNLIKE)


_Values: TypeAlias = tuple[int | None, int | None, Change]


class _Book:
    """All pairings of a version, and both texts. Remembers what was touched, so that ``settle`` puts that right."""

    def __init__(self, pairing: ProvisionPairing) -> None:
        self.version = db.session.get_one(Version, pairing.version_id)
        before = sa.select(Version.id).where(
            Version.document_id == self.version.document_id, Version.number < self.version.number
        )
        self.old = read_text(db.session.scalars(before.order_by(Version.number.desc()).limit(1)).one())
        self.new = read_text(self.version.id)
        self.rows = list(
            db.session.scalars(sa.select(ProvisionPairing).where(ProvisionPairing.version_id == self.version.id))
        )
        self.lineages = {row.id: row.lineage_id for row in self.new.rows.values()}
        self._olds: set[int] = set()
        self._news: set[int] = set()

    def of_old(self, old_id: int) -> list[ProvisionPairing]:
        """The pairings in which an old provision has a successor."""
        return [row for row in self.rows if row.old_provision_id == old_id and row.new_provision_id is not None]

    def of_new(self, new_id: int) -> list[ProvisionPairing]:
        """The pairings in which a new provision has a predecessor."""
        return [row for row in self.rows if row.new_provision_id == new_id and row.old_provision_id is not None]

    def unlink(self, row: ProvisionPairing) -> None:
        self._touch(row.old_provision_id, row.new_provision_id)
        if row.old_provision_id is not None and row.new_provision_id is not None:
            self._drop(row)

    def link(self, old_id: int, new_id: int) -> None:
        similarity = _likeness(self.old.nodes[old_id], self.new.nodes[new_id])
        self._add(old_id, new_id, Change.EDITED, similarity)
        self._touch(old_id, new_id)

    def link_below(self, old_id: int, new_id: int) -> None:
        """Pair the provisions below two that have just been paired, where both are without a partner."""
        below = Outline("", self.old.nodes[old_id].children), Outline("", self.new.nodes[new_id].children)
        for pair in align(*below):
            if pair.old is None or pair.new is None or pair.change in PARTED:
                continue
            old, new = self.old.row_of[id(pair.old)].id, self.new.row_of[id(pair.new)].id
            if not self.of_old(old) and not self.of_new(new):
                self.link(old, new)

    def settle(self) -> list[ProvisionPairing]:
        """Make rows and lineages agree again around what was touched; the rows that changed, unconfirmed."""
        for old_id in sorted(self._olds):
            alone = [row for row in self.rows if row.old_provision_id == old_id and row.new_provision_id is None]
            self._keep_alone(alone, self.of_old(old_id), (old_id, None, Change.REMOVED))
        for new_id in sorted(self._news):
            alone = [row for row in self.rows if row.new_provision_id == new_id and row.old_provision_id is None]
            self._keep_alone(alone, self.of_new(new_id), (None, new_id, Change.ADDED))
        touched = [row for row in self.rows if row.old_provision_id in self._olds or row.new_provision_id in self._news]
        self._settle_lineages([row for row in touched if row.old_provision_id and row.new_provision_id])
        for row in touched:
            row.confirmed_by_id = row.confirmed_at = None
            if row.old_provision_id is not None and row.new_provision_id is not None:
                row.change = self._judge(row)
            row.doubtful = _needs_a_look(row)
        db.session.flush()
        return touched

    def _keep_alone(
        self,
        alone: list[ProvisionPairing],
        links: list[ProvisionPairing],
        values: "_Values",
    ) -> None:
        """A row of its own for a provision without a partner, none for one that has some."""
        if links:
            for row in alone:
                self._drop(row)
        elif not alone:
            self._add(*values, 0.0)

    def _settle_lineages(self, links: list[ProvisionPairing]) -> None:
        taken: set[tuple[str, int]] = set()
        given: dict[int, int] = dict.fromkeys(self._news, 0)
        for row in sorted(links, key=lambda row: (not self._agrees(row), -row.similarity)):
            old_id, new_id = row.old_provision_id, row.new_provision_id
            assert old_id is not None  # noqa: S101  # links have both
            assert new_id is not None  # noqa: S101
            given.setdefault(new_id, 0)
            if ("old", old_id) not in taken and ("new", new_id) not in taken:
                taken |= {("old", old_id), ("new", new_id)}
                given[new_id] = self.old.rows[old_id].lineage_id
        self._give(given)

    def _agrees(self, row: ProvisionPairing) -> bool:
        """Do the two share a lineage already?"""
        old, new = self.old.rows.get(row.old_provision_id or 0), row.new_provision_id or 0
        return old is not None and old.lineage_id == self.lineages.get(new)

    def _give(self, given: "dict[int, int]") -> None:
        """``given``: new provision → lineage, 0 for one of its own. Two never have the same, not even in between."""
        before = {self.lineages[new_id] for new_id in given}
        fresh = _new_lineages(self.version.document_id, sum(1 for lineage in given.values() if not lineage))
        for new_id, lineage in given.items():
            self.lineages[new_id] = lineage or fresh.pop()
            db.session.execute(
                sa.update(PROVISION).where(PROVISION.c.id == new_id).values(lineage_id=self.lineages[new_id])
            )
        _forget(before - set(self.lineages.values()))

    def _judge(self, row: ProvisionPairing) -> Change:
        assert row.old_provision_id is not None  # noqa: S101  # asked of links alone
        assert row.new_provision_id is not None  # noqa: S101
        if len(self.of_old(row.old_provision_id)) > 1:
            return Change.SPLIT
        if len(self.of_new(row.new_provision_id)) > 1:
            return Change.MERGED
        old, new = self.old.rows[row.old_provision_id], self.new.rows[row.new_provision_id]
        home = self.old.rows[old.parent_id].lineage_id if old.parent_id else None
        if home != (self.lineages[new.parent_id] if new.parent_id else None):
            return Change.MOVED
        if row.similarity < NEARLY or (row.similarity < EQUAL and old.number == new.number):
            return Change.EDITED
        return Change.SAME if old.number == new.number else Change.RENUMBERED

    def _touch(self, old_id: int | None, new_id: int | None) -> None:
        self._olds |= {old_id} if old_id is not None else set()
        self._news |= {new_id} if new_id is not None else set()

    def _add(self, old_id: int | None, new_id: int | None, change: Change, similarity: float) -> None:
        row = ProvisionPairing(
            version_id=self.version.id,
            old_provision_id=old_id,
            new_provision_id=new_id,
            change=change,
            similarity=similarity,
        )
        db.session.add(row)
        self.rows.append(row)

    def _drop(self, row: ProvisionPairing) -> None:
        db.session.delete(row)
        self.rows.remove(row)
