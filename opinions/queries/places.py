"""Figures of the desk: of a whole consultation and of each provision."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from consultations.models import (
    Comment,
    CommentTally,
    Document,
    Provision,
    Version,
)
from consultations.queries.reading import GROUPINGS, NO_COMMENTS, Counts
from core.db import db
from core.i18n import gettext as _
from legal.nodes import Kind
from moderation.models import LEDGER, NOT_IN_LEDGER, ReviewStatus
from opinions.models import GroupMember, OpinionGroup, Response, ResponseState
from opinions.queries import counted
from opinions.queries.counted import Distinct, Figures
from opinions.queries.desk import WHOLE_DRAFT, list_documents

Spoken: TypeAlias = dict[tuple[int, int], Counts]
"""Opinions of the ledger by (document, place)."""

HEADS = frozenset({Kind.ARTICLE, Kind.HEADING})
"""Kinds that a row of the overview and a cell of the heat map stand for."""

HEAT_STEPS = (1, 5, 20, 100, 500)
"""From how many opinions each step of the heat map begins."""


@dataclass
class Place:
    """A provision (or the whole draft) on the overview, with its figures (None: nobody has counted them yet)."""

    document_id: int
    place: int
    name: str
    heading: str
    depth: int
    counts: Counts = NO_COMMENTS
    distinct: int | None = 0
    people: int | None = 0
    grouped: int = 0
    responses: dict[ResponseState | None, int] = field(default_factory=dict)
    under: "Place | None" = None
    counted_at: datetime | None = None

    def below(self, article: "Place") -> bool:
        return self.under is article

    @property
    def ungrouped(self) -> int:
        return self.counts.total - self.grouped


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
class Survey:
    """A consultation on one page: what has opinions, place by place, the whole draft as a heat map, and its figures."""

    places: list[Place]
    heat: list[HeatRow]
    figures: Figures
    grouped: int
    answered: int
    """Opinions in a group; in one whose response is published."""


@dataclass
class _Grouped:
    """Opinions of the ledger in groups of a place, those of them with a published response, groups by its state."""

    members: int = 0
    answered: int = 0
    responses: dict[ResponseState | None, int] = field(default_factory=dict)


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


def status_counts(consultation_id: int) -> dict[ReviewStatus, int]:
    """How many comments stand in each status, from the tallies."""
    rows = db.session.execute(
        sa.select(CommentTally.status, sa.func.sum(CommentTally.count))
        .join(Document, Document.id == CommentTally.document_id)
        .where(Document.consultation_id == consultation_id)
        .group_by(CommentTally.status)
    )
    return {row[0]: int(row[1]) for row in rows if row[1]}


def survey(consultation_id: int) -> Survey:
    """Everything from one reading of the tallies, the draft, the groups and what was counted."""
    spoken, nodes = _counts_by_place(consultation_id), _provisions(consultation_id)
    received = sum(counts.total for counts in spoken.values())
    found = counted.distinct(consultation_id, received)
    grouped = _grouped(consultation_id)
    return Survey(
        _with_figures(_list_places(consultation_id, spoken, nodes), spoken, found, grouped),
        _heat_map(spoken, nodes),
        found.figures(received),
        sum(one.members for one in grouped.values()),
        sum(one.answered for one in grouped.values()),
    )


def get_place(consultation_id: int, document_id: int, place: int) -> Place:
    """One place with its figures."""
    key = (document_id, place)
    here = Place(document_id, place, "", "", 0)
    here.counts = _counts_by_place(consultation_id).get(key, NO_COMMENTS)
    found = counted.distinct_of_place(consultation_id, key, here.counts.total)
    here.distinct, here.people = found.places.get(key, (None, None))
    here.counted_at = found.at
    return here


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
    """In the order of the draft; the Điều of what was spoken to stands above it."""
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
    return places


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
    places: list[Place], spoken: Spoken, found: Distinct, grouped: dict[counted.Key, _Grouped]
) -> list[Place]:
    unknown = (None, None) if found.texts is None else (0, 0)
    for place in places:
        key = (place.document_id, place.place)
        place.counts = spoken.get(key, NO_COMMENTS)
        place.distinct, place.people = found.places.get(key, unknown)
        if key in grouped:
            place.grouped, place.responses = grouped[key].members, grouped[key].responses
    return places


def _grouped(consultation_id: int) -> dict[counted.Key, _Grouped]:
    found: dict[counted.Key, _Grouped] = defaultdict(_Grouped)
    for row in _groups_by_place(consultation_id):
        here = found[row.document_id, row.place]
        here.responses[row.state] = row.n
        here.members += row.members
        here.answered += row.members if row.state == ResponseState.PUBLISHED else 0
    for row in _left_after_their_answer(consultation_id):
        here = found[row.document_id, row.place]
        here.members -= row.n
        here.answered -= row.n
    return found


def _groups_by_place(consultation_id: int) -> "sa.Result[*tuple[Any, ...]]":
    """Rows (document_id, place, state, n, members): groups by the state of their response (None: not written)."""
    return db.session.execute(
        sa.select(
            OpinionGroup.document_id,
            OpinionGroup.place,
            Response.state,
            sa.func.count().label("n"),
            sa.func.sum(OpinionGroup.members).label("members"),
        )
        .outerjoin(Response, Response.group_id == OpinionGroup.id)
        .where(OpinionGroup.consultation_id == consultation_id)
        .group_by(OpinionGroup.document_id, OpinionGroup.place, Response.state)
    )


def _left_after_their_answer(consultation_id: int) -> "sa.Result[*tuple[Any, ...]]":
    """Rows (document_id, place, n): members of groups that left the ledger once their response was published.

    Written so that databases begin with what left, which is little, and not with the members of all groups.
    """
    other = aliased(Comment)
    left = sa.select(other.id).where(other.consultation_id == consultation_id, other.status.in_(NOT_IN_LEDGER))
    is_member = sa.select(GroupMember.comment_id).where(GroupMember.comment_id == Comment.id).exists()
    return db.session.execute(
        sa.select(Comment.document_id, Comment.place, sa.func.count().label("n"))
        .where(Comment.id.in_(left), is_member)
        .group_by(Comment.document_id, Comment.place)
    )
