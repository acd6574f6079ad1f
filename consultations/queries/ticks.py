"""Reads of ticks: what is asked, how it stands, what one has ticked oneself; and the places that can be asked about."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from consultations.models import Document, Provision, Tick, TickItem, TickTally, Verification, Version
from consultations.policies import Voter
from consultations.queries.reading import GROUPINGS, WHOLE_DRAFT
from core.db import db
from core.errors import NotFound
from legal.nodes import Kind

READ_AT_ONCE = 1000
NOT_ASKED = (*GROUPINGS, Kind.PREAMBLE, Kind.SIGNATURE, Kind.TABLE, Kind.PARAGRAPH)


@dataclass(slots=True)
class Item:
    """What is asked, with its tally. ``citation`` is empty for the whole draft; ``text`` is the provision's own."""

    id: int
    document_id: int
    document: str
    place: int
    question: str
    closed_at: datetime | None
    agree: int
    disagree: int
    verified: int
    citation: str = ""
    heading: str = ""
    text: str = ""
    position: int = -1

    @property
    def total(self) -> int:
        return self.agree + self.disagree

    @property
    def guests(self) -> int:
        return self.total - self.verified


def list_items(consultation_id: int, *, place: tuple[int, int] | None = None) -> list[Item]:
    """In the order of the draft, those of one (document, place) or all, in two statements at most."""
    statement = (
        sa.select(
            TickItem.id,
            TickItem.document_id,
            Document.title.label("document"),
            TickItem.place,
            TickItem.question,
            TickItem.closed_at,
            _sum(TickTally.agrees).label("agree"),
            _sum(sa.not_(TickTally.agrees)).label("disagree"),
            _sum(TickTally.verification == Verification.ACCOUNT).label("verified"),
        )
        .join(Document, Document.id == TickItem.document_id)
        .outerjoin(TickTally, TickTally.item_id == TickItem.id)
        .where(TickItem.consultation_id == consultation_id)
        .group_by(TickItem.id, Document.id)
        .order_by(Document.position, Document.id, TickItem.id)
    )
    if place is not None:
        statement = statement.where(TickItem.document_id == place[0], TickItem.place == place[1])
    items = [Item(**row._mapping) for row in db.session.execute(statement)]
    _name(items)
    documents = list(dict.fromkeys(item.document_id for item in items))
    return sorted(items, key=lambda item: (documents.index(item.document_id), item.position, item.id))


@dataclass(frozen=True, slots=True)
class TickTotals:
    """All ticks of a consultation. One person may tick several items: they are no number of people."""

    items: int = 0
    agree: int = 0
    disagree: int = 0
    verified: int = 0

    @property
    def total(self) -> int:
        return self.agree + self.disagree


def totals_statement(consultation_id: int) -> "sa.Select[*tuple[Any, ...]]":
    """One row with the fields of TickTotals, from the tallies."""
    return (
        sa.select(
            sa.func.count(sa.distinct(TickItem.id)).label("items"),
            _sum(TickTally.agrees).label("agree"),
            _sum(sa.not_(TickTally.agrees)).label("disagree"),
            _sum(TickTally.verification == Verification.ACCOUNT).label("verified"),
        )
        .select_from(TickItem)
        .outerjoin(TickTally, TickTally.item_id == TickItem.id)
        .where(TickItem.consultation_id == consultation_id)
    )


def get_item(consultation_id: int, item_id: int) -> TickItem:
    """Raises NotFound for one of another consultation."""
    item = db.session.scalar(
        sa.select(TickItem).where(TickItem.id == item_id, TickItem.consultation_id == consultation_id)
    )
    if item is None:
        raise NotFound
    return item


def latest_number(document_id: int) -> int:
    """The number of the newest published version of a document: the one that a reader has before them."""
    found = sa.select(sa.func.max(Version.number)).where(
        Version.document_id == document_id, Version.published_at.is_not(None)
    )
    return db.session.scalar(found) or 1


def own_ticks(items: Sequence[Item], voter: Voter | None) -> dict[int, Tick]:
    """What the voter ticked, by item."""
    if voter is None or not items:
        return {}
    own = Tick.person_id == voter.person_id if voter.person_id is not None else Tick.guest_hash == voter.guest_hash
    ids = [item.id for item in items]
    return {tick.item_id: tick for tick in db.session.scalars(sa.select(Tick).where(Tick.item_id.in_(ids), own))}


def list_askable(consultation_id: int) -> Sequence[Any]:
    """Provisions of the newest published versions that may be asked about, in order.

    Rows: document_id, document, lineage_id, citation, heading.
    """
    latest = sa.select(sa.func.max(Version.id)).where(Version.published_at.is_not(None)).group_by(Version.document_id)
    return db.session.execute(
        sa.select(
            Document.id.label("document_id"),
            Document.title.label("document"),
            Provision.lineage_id,
            Provision.citation,
            Provision.heading,
        )
        .join(Version, Version.document_id == Document.id)
        .join(Provision, Provision.version_id == Version.id)
        .where(
            Document.consultation_id == consultation_id,
            Version.id.in_(latest),
            Provision.quoted.is_(False),
            Provision.kind.not_in(NOT_ASKED),
            Provision.citation != "",
        )
        .order_by(Document.position, Document.id, Provision.position)
    ).all()


def tick_rows(consultation_id: int) -> Iterator[Any]:
    """Every tick without its person, oldest first, read a thousand at a time.

    Rows: item_id, verification, agrees, word, version_number, changed_at.
    """
    statement = (
        sa.select(Tick.item_id, Tick.verification, Tick.agrees, Tick.word, Tick.version_number, Tick.changed_at)
        .join(TickItem, TickItem.id == Tick.item_id)
        .where(TickItem.consultation_id == consultation_id)
        .order_by(Tick.id)
    )
    return iter(db.session.execute(statement.execution_options(yield_per=READ_AT_ONCE)))


def _sum(condition: "sa.SQLColumnExpression[bool]") -> "sa.ColumnElement[int]":
    return sa.cast(sa.func.coalesce(sa.func.sum(sa.case((condition, TickTally.count), else_=0)), 0), sa.BigInteger)


def _name(items: Sequence[Item]) -> None:
    """Give items the words of the newest published version that holds their place."""
    places = {item.place for item in items} - {WHOLE_DRAFT}
    if not places:
        return
    rows = db.session.execute(
        sa.select(
            Provision.lineage_id, Provision.citation, Provision.heading, Provision.text, Provision.position
        )
        .join(Version, Version.id == Provision.version_id)
        .where(Provision.lineage_id.in_(places), Version.published_at.is_not(None))
        .order_by(Version.number)
    )  # fmt: skip
    found = {row.lineage_id: row for row in rows}
    for item in items:
        if row := found.get(item.place):
            item.citation, item.heading, item.text, item.position = row.citation, row.heading, row.text, row.position
