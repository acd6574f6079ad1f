"""How a new version was paired with the one before, as its drafter goes through it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from consultations.models import Document, Provision, ProvisionPairing, Version
from consultations.queries.comparing import all_words_of
from consultations.queries.tree import Node, load_tree
from core.db import db
from core.errors import NotFound
from core.text import fold
from legal.align import Change
from legal.diff import Segment, redline
from legal.nodes import Kind

PAGE_SIZE = 20
MOST_CANDIDATES = 40
LONGEST_SHOWN = 6_000
"""Letters of a provision that the list compares; a longer one is read on the pages of both versions."""


@dataclass(frozen=True)
class PairLine:
    """A pairing with both texts, what stands below the provisions included. ``segments``: the words marked."""

    id: int
    change: Change
    similarity: float
    doubtful: bool
    confirmed_at: datetime | None
    old: Node | None
    new: Node | None
    segments: Sequence[Segment]

    @property
    def waits(self) -> bool:
        return self.doubtful and self.confirmed_at is None


@dataclass(frozen=True)
class Progress:
    """How many pairings of each change there are, how many are doubtful, how many of those wait."""

    counts: dict[Change, int]
    doubtful: int
    waiting: int


def get_document(consultation_id: int, document_id: int | None = None) -> Document:
    """A document of a consultation; without an id, the first. Raises NotFound."""
    statement = sa.select(Document).where(Document.consultation_id == consultation_id)
    if document_id is not None:
        statement = statement.where(Document.id == document_id)
    document = db.session.scalar(statement.order_by(Document.position, Document.id).limit(1))
    if document is None:
        raise NotFound
    return document


def get_pairing(version: Version | None, pairing_id: int) -> ProvisionPairing:
    """A pairing of this version. Raises NotFound."""
    pairing = db.session.get(ProvisionPairing, pairing_id)
    if pairing is None or version is None or pairing.version_id != version.id:
        raise NotFound
    return pairing


def get_progress(version: Version) -> Progress:
    """The counts of a version, in one statement."""
    waits = sa.and_(ProvisionPairing.doubtful.is_(True), ProvisionPairing.confirmed_at.is_(None))
    rows = db.session.execute(
        sa.select(
            ProvisionPairing.change,
            sa.func.count().label("n"),
            sa.func.sum(sa.case((ProvisionPairing.doubtful.is_(True), 1), else_=0)).label("doubtful"),
            sa.func.sum(sa.case((waits, 1), else_=0)).label("waiting"),
        )
        .where(ProvisionPairing.version_id == version.id)
        .group_by(ProvisionPairing.change)
    ).all()
    found = {row.change: row.n for row in rows}
    counts = {change: found[change] for change in Change if change in found}
    return Progress(counts, sum(row.doubtful for row in rows), sum(row.waiting for row in rows))


def list_lines(version: Version, before: Version, *, change: Change | None, number: int) -> tuple[list[PairLine], bool]:
    """A page of the pairings, numbered from 1: those that wait (``change`` None), or all of one change.

    In the order of the draft; and whether there are more.
    """
    statement = _lines(version)
    if change is None:
        statement = statement.where(ProvisionPairing.doubtful.is_(True), ProvisionPairing.confirmed_at.is_(None))
    else:
        statement = statement.where(ProvisionPairing.change == change)
    rows = db.session.execute(statement.limit(PAGE_SIZE + 1).offset((max(number, 1) - 1) * PAGE_SIZE)).all()
    if not rows:
        return [], False
    olds, news = _by_lineage(before), _by_lineage(version)
    return [_line(row, olds, news) for row in rows[:PAGE_SIZE]], len(rows) > PAGE_SIZE


def get_line(pairing: ProvisionPairing, version: Version, before: Version) -> PairLine:
    """One pairing as ``list_lines`` shows it."""
    row = db.session.execute(_lines(version).where(ProvisionPairing.id == pairing.id)).one()
    return _line(row, _by_lineage(before), _by_lineage(version))


def list_candidates(before: Version, words: str, like: Node | None) -> list[Node]:
    """Provisions of the version before whose citation, name or text holds the words: the same kind first; 40 at most.

    Without words: those whose citation is the most like the one of ``like``.
    """
    nodes = [node for node in load_tree(before.id) if not node.quoted and node.kind is not Kind.SIGNATURE]
    if not words:
        number = like.number if like is not None else ""
        found = [node for node in nodes if like is not None and node.kind == like.kind and node.number == number]
        return found[:MOST_CANDIDATES]
    sought = fold(words)
    cited = [node for node in nodes if fold(node.citation).startswith(sought)]
    said = [node for node in nodes if sought in fold(f"{node.citation} {node.heading} {node.text}")]
    found = [*cited, *[node for node in said if node not in cited]]
    return sorted(found, key=lambda node: like is not None and node.kind != like.kind)[:MOST_CANDIDATES]


def get_provision_id(version: Version, lineage_id: int) -> int:
    """The provision of a version that has this lineage. Raises NotFound."""
    found = db.session.scalar(
        sa.select(Provision.id).where(Provision.version_id == version.id, Provision.lineage_id == lineage_id)
    )
    if found is None:
        raise NotFound
    return found


def _lines(version: Version) -> "sa.Select[*tuple[Any, ...]]":
    old, new = aliased(Provision), aliased(Provision)
    return (
        sa.select(
            ProvisionPairing.id,
            ProvisionPairing.change,
            ProvisionPairing.similarity,
            ProvisionPairing.doubtful,
            ProvisionPairing.confirmed_at,
            old.lineage_id.label("old_lineage"),
            new.lineage_id.label("new_lineage"),
        )
        .outerjoin(old, old.id == ProvisionPairing.old_provision_id)
        .outerjoin(new, new.id == ProvisionPairing.new_provision_id)
        .where(ProvisionPairing.version_id == version.id)
        .order_by(sa.func.coalesce(new.position, old.position), ProvisionPairing.id)
    )


def _by_lineage(version: Version) -> dict[int, Node]:
    return {node.lineage_id: node for node in load_tree(version.id)}


def _line(row: Any, olds: "dict[int, Node]", news: "dict[int, Node]") -> PairLine:
    old = olds[row.old_lineage] if row.old_lineage else None
    new = news[row.new_lineage] if row.new_lineage else None
    before, after = (all_words_of(node)[:LONGEST_SHOWN] if node else "" for node in (old, new))
    return PairLine(
        row.id, row.change, row.similarity, row.doubtful, row.confirmed_at, old, new, redline(before, after)
    )
