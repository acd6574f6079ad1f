"""Two published versions of a document, provision by provision: what stayed, changed, moved, came and went."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from consultations.models import Provision, ProvisionPairing, Version
from consultations.queries.tree import Node, load_tree
from core.db import db
from core.files import StoredFile
from legal.align import Change
from legal.diff import Segment, redline
from legal.nodes import Kind

HEADS = frozenset(
    {
        Kind.PART,
        Kind.CHAPTER,
        Kind.SECTION,
        Kind.SUBSECTION,
        Kind.ANNEXED,
        Kind.APPENDIX,
        Kind.ARTICLE,
        Kind.HEADING,
        Kind.PREAMBLE,
        Kind.SIGNATURE,
    }
)
"""Kinds with which a new piece of the comparison begins; what is smaller stands in the piece of its article."""

KINDS = (Kind.ARTICLE, Kind.CLAUSE, Kind.POINT)
"""The kinds that the summary counts apart; all others together."""


@dataclass(frozen=True)
class PublishedVersion:
    """A published version. ``reason``: what it puts right, if it is a corrigendum."""

    id: int
    number: int
    published_at: datetime
    reason: str
    sha256: str


@dataclass(frozen=True)
class Entry:
    """A provision in both versions, or in one. ``kin``: what it was split from, or went into: (lineage, citation)."""

    old: Node | None
    new: Node | None
    change: Change
    kin: tuple[tuple[int, str], ...] = ()

    @property
    def node(self) -> Node:
        node = self.new or self.old
        assert node is not None  # noqa: S101  # one of them is there
        return node

    @property
    def part(self) -> bool:
        """A part of what was split or merged, whose lineage is another one's."""
        return bool(self.kin)

    @property
    def changed(self) -> bool:
        return self.change is not Change.SAME

    @property
    def anchor(self) -> str:
        return self.node.anchor if self.new else f"cu-{self.node.anchor}"

    @cached_property
    def segments(self) -> Sequence[Segment]:
        """The words, marked where they changed. A part stands whole: its words are not new, nor gone."""
        if self.part:
            return [Segment("same", words_of(self.node))]
        return redline(words_of(self.old) if self.old else "", words_of(self.new) if self.new else "")

    @property
    def edited(self) -> bool:
        """Are the words of a provision that stands in both versions different?"""
        return self.old is not None and self.new is not None and any(one.op != "same" for one in self.segments)


@dataclass(frozen=True)
class Block:
    """A piece of the comparison: an article with all that stands in it, or the head of a chapter."""

    entries: Sequence[Entry]

    @property
    def head(self) -> Entry:
        return self.entries[0]

    @property
    def changes(self) -> int:
        return sum(entry.changed for entry in self.entries)


@dataclass(frozen=True)
class Comparison:
    """Everything, in the order of the newer version; what was removed stands where it stood."""

    old: PublishedVersion
    new: PublishedVersion
    entries: Sequence[Entry]

    @cached_property
    def blocks(self) -> Sequence[Block]:
        groups: list[list[Entry]] = []
        for entry in self.entries:
            if entry.node.kind in HEADS or not groups:
                groups.append([])
            groups[-1].append(entry)
        return [Block(group) for group in groups]

    @cached_property
    def summary(self) -> dict[Change, Counter[str]]:
        """How many provisions of each kind (article, clause, point, other) each change befell; same ones left out."""
        found: dict[Change, Counter[str]] = {}
        for change in Change:
            kinds = [entry.node.kind for entry in self.entries if entry.change is change and entry.changed]
            if kinds:
                found[change] = Counter(kind.value if kind in KINDS else "other" for kind in kinds)
        return found

    def about(self, lineage_id: int) -> Sequence[Block]:
        """One provision and what stands below it, in either version; with what it was split into or merged with."""
        wanted: set[int] = set()
        for entry in self.entries:
            kin = {lineage for lineage, _citation in entry.kin}
            if entry.node.lineage_id == lineage_id or lineage_id in kin:
                wanted |= kin | {node.lineage_id for side in (entry.old, entry.new) if side for node in _walk(side)}
        shown = [entry for entry in self.entries if entry.node.lineage_id in wanted]
        return [Block(shown)] if shown else []


def list_versions(document_id: int) -> list[PublishedVersion]:
    """The published versions of a document, oldest first."""
    rows = db.session.execute(
        sa.select(Version.id, Version.number, Version.published_at, Version.reason, StoredFile.sha256)
        .join(StoredFile, StoredFile.id == Version.file_id)
        .where(Version.document_id == document_id, Version.published_at.is_not(None))
        .order_by(Version.number)
    )
    return [PublishedVersion(**row._mapping) for row in rows]


def compare(old: PublishedVersion, new: PublishedVersion, document_id: int) -> Comparison:
    """Compare any two versions, the older one first, in three statements."""
    steps = _steps(document_id, old.number, new.number)
    return Comparison(old, new, _Join(load_tree(old.id), load_tree(new.id), steps).entries())


def words_of(node: Node) -> str:
    """What a provision itself says: its name and text, and the articles that it quotes; not what stands below it."""
    lines = [node.heading, node.text]
    lines += [f"{child.number}. {words_of(child)}" if child.number else words_of(child) for child in _quoted(node)]
    return "\n".join(line for line in lines if line)


def all_words_of(node: Node) -> str:
    """The same with everything below it."""
    lines = [node.heading, node.text]
    lines += [
        f"{child.number}. {all_words_of(child)}" if child.number else all_words_of(child) for child in node.children
    ]
    return "\n".join(line for line in lines if line)


def _quoted(node: Node) -> Iterable[Node]:
    return (child for child in node.children if child.quoted)


def _walk(node: Node) -> Iterable[Node]:
    yield node
    for child in node.children:
        yield from _walk(child)


@dataclass(frozen=True)
class _Step:
    """A pairing on the way from one version to a later one, by lineages."""

    old: int
    new: int
    change: Change


def _steps(document_id: int, after: int, until: int) -> list[_Step]:
    old, new = aliased(Provision), aliased(Provision)
    rows = db.session.execute(
        sa.select(old.lineage_id, new.lineage_id, ProvisionPairing.change)
        .join(Version, Version.id == ProvisionPairing.version_id)
        .join(old, old.id == ProvisionPairing.old_provision_id)
        .join(new, new.id == ProvisionPairing.new_provision_id)
        .where(Version.document_id == document_id, Version.number > after, Version.number <= until)
        .where(ProvisionPairing.change.in_((Change.MOVED, Change.SPLIT, Change.MERGED)))
        .order_by(Version.number, ProvisionPairing.id)
    )
    return [_Step(*row) for row in rows]


@dataclass
class _Join:
    """Both trees brought together by lineage."""

    olds: Sequence[Node]
    news: Sequence[Node]
    steps: Sequence[_Step]
    _split_from: dict[int, int] = field(default_factory=dict)
    _merged_into: dict[int, int] = field(default_factory=dict)
    _marks: dict[int, set[Change]] = field(default_factory=lambda: defaultdict(set))

    def entries(self) -> list[Entry]:
        self._read_steps()
        old = {node.lineage_id: node for node in self.olds if not node.quoted}
        new = {node.lineage_id: node for node in self.news if not node.quoted}
        gone = self._gone(old, new)
        entries = list(gone.get(0, ()))
        for lineage, node in new.items():
            entries.append(self._standing(node, old))
            entries.extend(gone.get(lineage, ()))
        return entries

    def _read_steps(self) -> None:
        for step in self.steps:
            if step.old == step.new:
                self._marks[step.new].add(step.change)
            elif step.change is Change.SPLIT:
                self._split_from[step.new] = step.old
            else:
                self._merged_into[step.old] = step.new

    def _gone(self, old: "dict[int, Node]", new: "dict[int, Node]") -> "dict[int, list[Entry]]":
        """What the newer version no longer has, by the lineage after which it stands (0: at the very start)."""
        gone: dict[int, list[Entry]] = defaultdict(list)
        before = 0
        for lineage, node in old.items():
            if lineage in new:
                before = before if Change.MOVED in self._marks[lineage] else lineage
                continue
            target = _follow(lineage, self._merged_into, new)
            if target is None:
                gone[before].append(Entry(node, None, Change.REMOVED))
            else:
                gone[before].append(Entry(node, None, Change.MERGED, ((target, new[target].citation),)))
        return gone

    def _standing(self, node: Node, old: "dict[int, Node]") -> Entry:
        before = old.get(node.lineage_id)
        if before is not None:
            return Entry(before, node, self._change(before, node))
        source = _follow(node.lineage_id, self._split_from, old)
        if source is None:
            return Entry(None, node, Change.ADDED)
        return Entry(None, node, Change.SPLIT, ((source, old[source].citation),))

    def _change(self, old: Node, new: Node) -> Change:
        marks = self._marks.get(new.lineage_id, set())
        for change in (Change.SPLIT, Change.MERGED, Change.MOVED):
            if change in marks:
                return change
        if words_of(old) != words_of(new):
            return Change.EDITED
        return Change.SAME if old.number == new.number else Change.RENUMBERED


def _follow(lineage: int, way: "dict[int, int]", there: "dict[int, Node]") -> int | None:
    """Where a way of steps ends among ``there``; None when it leads nowhere."""
    seen: set[int] = set()
    while lineage in way and lineage not in seen:
        seen.add(lineage)
        lineage = way[lineage]
        if lineage in there:
            return lineage
    return None
