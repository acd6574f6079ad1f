"""Figures of the desk: of a whole consultation and of each provision."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

import sqlalchemy as sa

from consultations.models import (
    Comment,
    CommentTally,
    Contributor,
    Document,
    Provision,
    Verification,
    Version,
)
from consultations.queries.reading import GROUPINGS, NO_COMMENTS, Counts
from core.db import db
from core.i18n import gettext as _
from legal.nodes import Kind
from moderation.models import LEDGER, ReviewStatus
from opinions.models import GroupMember, OpinionGroup, Response, ResponseState
from opinions.queries.desk import WHOLE_DRAFT, list_documents

Spoken: TypeAlias = dict[tuple[int, int], Counts]
"""Opinions of the ledger by (document, place)."""

HEADS = frozenset({Kind.ARTICLE, Kind.HEADING})
"""Kinds that a row of the overview and a cell of the heat map stand for."""

HEAT_STEPS = (1, 5, 20, 100, 500)
"""From how many opinions each step of the heat map begins."""

WHO = sa.func.coalesce(Contributor.person_id, -Contributor.id)
"""One number a person, whatever they sent; each guest counts as one."""


@dataclass
class Place:
    """A provision (or the whole draft) on the overview, with its figures."""

    document_id: int
    place: int
    name: str
    heading: str
    depth: int
    counts: Counts = NO_COMMENTS
    distinct: int = 0
    people: int = 0
    grouped: int = 0
    responses: dict[ResponseState | None, int] = field(default_factory=dict)
    under: "Place | None" = None

    def below(self, article: "Place") -> bool:
        return self.under is article

    @property
    def ungrouped(self) -> int:
        return self.counts.total - self.grouped


@dataclass(frozen=True)
class Figures:
    """The three counts of written opinions, side by side, never added: received, distinct texts, distinct people."""

    received: int
    distinct: int
    people: int
    verified: int


@dataclass
class Cell:
    """A Điều on the heat map: everything said to it and below it."""

    document_id: int
    place: int
    label: str
    heading: str
    counts: Counts = NO_COMMENTS

    @property
    def n(self) -> int:
        return self.counts.total

    @property
    def step(self) -> int:
        """How dark the cell is, 0 to 5."""
        return bisect_right(HEAT_STEPS, self.n)


@dataclass
class HeatRow:
    """A chapter (or a document without chapters) with its Điều."""

    title: str
    heading: str
    cells: list[Cell] = field(default_factory=list)


@dataclass(frozen=True)
class _Node:
    """A provision of the newest version, as far as the figures need it."""

    document_id: int
    lineage_id: int
    kind: Kind
    number: str
    citation: str
    heading: str

    @property
    def label(self) -> str:
        return f"{_('Điều')} {self.number}" if self.kind == Kind.ARTICLE else self.number


def figures(consultation_id: int, *conditions: "sa.ColumnElement[bool]") -> Figures:
    """The three counts over the ledger, of the whole consultation or narrowed by conditions on Comment."""
    verified = sa.case((Contributor.verification == Verification.ACCOUNT, WHO))
    row = db.session.execute(
        sa.select(
            sa.func.count(Comment.id),
            sa.func.count(sa.distinct(Comment.fingerprint)),
            sa.func.count(sa.distinct(WHO)),
            sa.func.count(sa.distinct(verified)),
        )
        .join(Contributor, Contributor.id == Comment.contributor_id)
        .where(Comment.consultation_id == consultation_id, Comment.status.in_(LEDGER), *conditions)
    ).one()
    return Figures(*row)


def status_counts(consultation_id: int) -> dict[ReviewStatus, int]:
    """How many comments stand in each status, from the tallies."""
    rows = db.session.execute(
        sa.select(CommentTally.status, sa.func.sum(CommentTally.count))
        .join(Document, Document.id == CommentTally.document_id)
        .where(Document.consultation_id == consultation_id)
        .group_by(CommentTally.status)
    )
    return {row[0]: int(row[1]) for row in rows if row[1]}


def survey(consultation_id: int) -> tuple[list[Place], list[HeatRow]]:
    """What has opinions, place by place, and the whole draft as a heat map, from one reading of both."""
    spoken, nodes = _counts_by_place(consultation_id), _provisions(consultation_id)
    return _list_places(consultation_id, spoken, nodes), _heat_map(spoken, nodes)


def get_place(consultation_id: int, document_id: int, place: int) -> Place:
    """One place with its figures."""
    here = Place(document_id, place, "", "", 0)
    only = (Comment.document_id == document_id, Comment.place == place)
    return _with_figures(consultation_id, [here], _counts_by_place(consultation_id), only)[0]


def citations(places: Iterable[tuple[int, int]]) -> dict[tuple[int, int], str]:
    """The citations of places, for lists of groups."""
    wanted = set(places)
    rows = db.session.execute(
        sa.select(Version.document_id, Provision.lineage_id, Provision.citation)
        .join(Version, Version.id == Provision.version_id)
        .where(Provision.lineage_id.in_([place for _, place in wanted]))
        .order_by(Version.number)
    )
    return {(row.document_id, row.lineage_id): row.citation for row in rows}


def _list_places(consultation_id: int, spoken: Spoken, nodes: list[_Node]) -> list[Place]:
    """In the order of the draft, with figures; the Điều of what was spoken to stands above it."""
    places = [Place(document.id, WHOLE_DRAFT, "", document.title, 0) for document in list_documents(consultation_id)]
    article: Place | None = None
    for node in nodes:
        key = (node.document_id, node.lineage_id)
        if node.kind in HEADS:
            article = Place(*key, node.citation, node.heading, 0)
        elif node.kind in GROUPINGS:
            article = None
        if key not in spoken:
            continue
        if article is not None and places[-1] is not article and not places[-1].below(article):
            places.append(article)
        if node.kind not in HEADS:
            places.append(Place(*key, node.citation, node.heading, 1, under=article))
    return _with_figures(consultation_id, places, spoken)


def _heat_map(spoken: Spoken, nodes: list[_Node]) -> list[HeatRow]:
    """The whole draft, a cell each Điều, in rows by the nearest division above."""
    rows: list[HeatRow] = []
    for node in nodes:
        if node.kind in GROUPINGS:
            rows.append(HeatRow(node.citation[:1].upper() + node.citation[1:], node.heading))
            continue
        rows = rows or [HeatRow("", "")]
        if node.kind in HEADS:
            rows[-1].cells.append(Cell(node.document_id, node.lineage_id, node.label, node.heading))
        if rows[-1].cells and (counts := spoken.get((node.document_id, node.lineage_id))):
            cell = rows[-1].cells[-1]
            cell.counts = Counts(*(a + b for a, b in zip(cell.counts, counts, strict=True)))
    return [row for row in rows if row.cells]


def _provisions(consultation_id: int) -> list[_Node]:
    rows = db.session.execute(
        sa.select(
            Document.id, Provision.lineage_id, Provision.kind, Provision.number, Provision.citation, Provision.heading
        )
        .join(Version, Version.id == Provision.version_id)
        .join(Document, Document.id == Version.document_id)
        .where(
            Document.consultation_id == consultation_id,
            Version.id.in_(_latest_versions(consultation_id)),
            Provision.quoted.is_(False),
        )
        .order_by(Document.position, Document.id, Provision.position)
    )
    return [_Node(*row) for row in rows]


def _latest_versions(consultation_id: int) -> "sa.Select[int]":
    """Ids of the newest published version of each document."""
    return (
        sa.select(sa.func.max(Version.id))
        .join(Document, Document.id == Version.document_id)
        .where(Document.consultation_id == consultation_id, Version.published_at.is_not(None))
        .group_by(Version.document_id)
    )


def _counts_by_place(consultation_id: int) -> Spoken:
    amounts: dict[tuple[int, int], dict[str, int]] = defaultdict(dict)
    rows = db.session.execute(
        sa.select(
            CommentTally.document_id,
            CommentTally.place,
            CommentTally.stance,
            sa.func.sum(CommentTally.count).label("n"),
        )
        .join(Document, Document.id == CommentTally.document_id)
        .where(Document.consultation_id == consultation_id, CommentTally.status.in_(LEDGER))
        .group_by(CommentTally.document_id, CommentTally.place, CommentTally.stance)
    )
    for row in rows:
        if row.n:
            amounts[(row.document_id, row.place)][str(row.stance)] = int(row.n)
    return {key: Counts(**stances) for key, stances in amounts.items()}


def _with_figures(
    consultation_id: int,
    places: list[Place],
    spoken: Spoken,
    only: "tuple[sa.ColumnElement[bool], ...]" = (),
) -> list[Place]:
    by_key = {(place.document_id, place.place): place for place in places}
    for key, counts in spoken.items():
        if key in by_key:
            by_key[key].counts = counts
    distinct = db.session.execute(
        sa.select(
            Comment.document_id,
            Comment.place,
            sa.func.count(sa.distinct(Comment.fingerprint)).label("texts"),
            sa.func.count(sa.distinct(WHO)).label("people"),
            sa.func.count(GroupMember.comment_id).label("grouped"),
        )
        .join(Contributor, Contributor.id == Comment.contributor_id)
        .outerjoin(GroupMember, GroupMember.comment_id == Comment.id)
        .where(Comment.consultation_id == consultation_id, Comment.status.in_(LEDGER), *only)
        .group_by(Comment.document_id, Comment.place)
    )
    for row in distinct:
        if place := by_key.get((row.document_id, row.place)):
            place.distinct, place.people, place.grouped = row.texts, row.people, row.grouped
    states = db.session.execute(
        sa.select(OpinionGroup.document_id, OpinionGroup.place, Response.state, sa.func.count().label("n"))
        .outerjoin(Response, Response.group_id == OpinionGroup.id)
        .where(OpinionGroup.consultation_id == consultation_id)
        .group_by(OpinionGroup.document_id, OpinionGroup.place, Response.state)
    )
    for document_id, lineage_id, state, number in states:
        if place := by_key.get((document_id, lineage_id)):
            place.responses[state] = number
    return places
