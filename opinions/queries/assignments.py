"""Who answers which provision, and what is left of it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from accounts.models import Agency, Membership, Person
from accounts.policies import Permission, roles_with
from consultations.models import CommentTally, Document, Provision, Version
from core.db import db
from legal.nodes import Kind
from moderation.models import LEDGER
from opinions.models import ClauseAssignment, GroupMember, OpinionGroup, Response, ResponseState
from opinions.queries.desk import WHOLE_DRAFT

ASSIGNED = frozenset({Kind.ARTICLE, Kind.HEADING})
"""Kinds that the list of provisions to assign always offers; others where something was said or is assigned."""


@dataclass(frozen=True)
class Node:
    """A provision of the newest version, with its parent's place (0: none)."""

    document_id: int
    place: int
    parent: int
    kind: Kind | None
    citation: str
    heading: str


@dataclass
class Item:
    """A provision with what was said to it alone, and whose it is; the nearest assignment at or above it holds."""

    node: Node
    said: int = 0
    grouped: int = 0
    answered: int = 0
    states: dict[ResponseState | None, int] = field(default_factory=dict)
    assignment_id: int | None = None
    officer_id: int | None = None
    officer: str = ""
    due_on: date | None = None
    is_own: bool = False

    @property
    def key(self) -> tuple[int, int]:
        return (self.node.document_id, self.node.place)

    @property
    def left(self) -> int:
        """Opinions without a published response."""
        return self.said - self.answered

    @property
    def ungrouped(self) -> int:
        return self.said - self.grouped

    @property
    def due(self) -> str:
        return f"{self.due_on:%d/%m/%Y}" if self.due_on else ""

    def is_overdue(self, today: date) -> bool:
        return bool(self.left and self.due_on and self.due_on < today)


@dataclass(frozen=True)
class Left:
    """What is left of a consultation: every provision that was spoken to, in the order of the draft."""

    items: list[Item]
    places: list[Item]
    """All provisions that can be assigned."""

    def by_officer(self) -> list[tuple[int | None, str, list[Item]]]:
        """(person, name, what is left of theirs), by name; what is nobody's stands last."""
        found: dict[tuple[int | None, str], list[Item]] = defaultdict(list)
        for item in self.items:
            if item.left:
                found[(item.officer_id, item.officer)].append(item)
        ordered = sorted(found.items(), key=lambda one: (one[0][0] is None, one[0][1]))
        return [(person_id, name, items) for (person_id, name), items in ordered]


def list_officers(agency_id: int) -> Sequence[Any]:
    """Who may answer in an agency, by name: rows (id, full_name)."""
    here, root = sa.orm.aliased(Agency), sa.orm.aliased(Agency)
    return db.session.execute(
        sa.select(Person.id, Person.full_name)
        .join(Membership, Membership.person_id == Person.id)
        .join(root, root.id == Membership.agency_id)
        .join(here, here.path.startswith(root.path))
        .where(here.id == agency_id, Membership.role.in_(roles_with(Permission.ANSWER)))
        .distinct()
        .order_by(Person.full_name, Person.id)
    ).all()


def list_places(consultation_id: int) -> list[tuple[int, int]]:
    """(document, place) of everything that can be assigned: the whole draft, and what any published version holds."""
    rows = db.session.execute(
        sa.select(Version.document_id, Provision.lineage_id)
        .join(Version, Version.id == Provision.version_id)
        .join(Document, Document.id == Version.document_id)
        .where(Document.consultation_id == consultation_id, Version.published_at.is_not(None))
        .distinct()
    )
    found = [(row.document_id, row.lineage_id) for row in rows]
    return found + [(document_id, WHOLE_DRAFT) for document_id in sorted({one for one, _place in found})]


def what_is_left(consultation_id: int) -> Left:
    """Every provision with its figures and its officer. Five queries, whatever the number of opinions."""
    nodes, assigned = _nodes(consultation_id), _assignments(consultation_id)
    said, groups = _said(consultation_id), _groups(consultation_id)
    items = [Item(node, said=said.get((node.document_id, node.place), 0)) for node in nodes]
    known = {item.key for item in items}
    gone = [key for key in said if key not in known]
    items += [Item(Node(*key, 0, None, "", ""), said=said[key]) for key in gone]
    parents = {(node.document_id, node.place): node.parent for node in nodes}
    for item in items:
        for state, opinions, number in groups.get(item.key, ()):
            item.states[state] = number
            item.grouped += opinions
            item.answered += opinions if state == ResponseState.PUBLISHED else 0
        _give(item, parents, assigned)
    places = [item for item in items if item.said or item.is_own or item.node.kind in ASSIGNED or not item.node.place]
    return Left([item for item in items if item.said], places)


def consultations_due(today: date, before: timedelta) -> Sequence[int]:
    """Consultations with an assignment that somebody is to be reminded of."""
    return db.session.scalars(
        sa.select(ClauseAssignment.consultation_id).where(_to_remind(today, before)).distinct()
    ).all()


def list_due(consultation_id: int, today: date, before: timedelta) -> Sequence[ClauseAssignment]:
    """The assignments of a consultation that somebody is to be reminded of, locked."""
    return db.session.scalars(
        sa.select(ClauseAssignment)
        .where(ClauseAssignment.consultation_id == consultation_id, _to_remind(today, before))
        .order_by(ClauseAssignment.id)
        .with_for_update()
    ).all()


def _to_remind(today: date, before: timedelta) -> "sa.ColumnElement[bool]":
    """Near its day and not reminded yet; or past its day and not reminded since."""
    near = sa.and_(ClauseAssignment.reminded_on.is_(None), ClauseAssignment.due_on <= today + before)
    past = sa.and_(ClauseAssignment.reminded_on <= ClauseAssignment.due_on, ClauseAssignment.due_on < today)
    return sa.or_(near, past)


def _give(item: Item, parents: dict[tuple[int, int], int], assigned: dict[tuple[int, int], Any]) -> None:
    """Find whose a provision is: its own assignment, else the nearest above, else that of the whole draft."""
    document_id, place = item.key
    item.is_own = item.key in assigned
    while (found := assigned.get((document_id, place))) is None and place != WHOLE_DRAFT:
        place = parents.get((document_id, place), WHOLE_DRAFT)
    if found is not None:
        item.assignment_id, item.officer_id = found.id, found.officer_id
        item.officer, item.due_on = found.full_name, found.due_on


def _nodes(consultation_id: int) -> list[Node]:
    """The newest version of every document, each headed by the document itself (place 0), in the order of the draft."""
    newest = (
        sa.select(sa.func.max(Version.id))
        .join(Document, Document.id == Version.document_id)
        .where(Document.consultation_id == consultation_id, Version.published_at.is_not(None))
        .group_by(Version.document_id)
    )
    parent = sa.orm.aliased(Provision)
    rows = db.session.execute(
        sa.select(
            Document.id,
            Document.title,
            Provision.lineage_id,
            Provision.kind,
            Provision.citation,
            Provision.heading,
            parent.lineage_id.label("parent"),
        )
        .join(Version, Version.id == Provision.version_id)
        .join(Document, Document.id == Version.document_id)
        .outerjoin(parent, parent.id == Provision.parent_id)
        .where(Version.id.in_(newest), Provision.quoted.is_(False))
        .order_by(Document.position, Document.id, Provision.position)
    )
    nodes: list[Node] = []
    for row in rows:
        if not nodes or nodes[-1].document_id != row.id:
            nodes.append(Node(row.id, WHOLE_DRAFT, WHOLE_DRAFT, None, "", row.title))
        nodes.append(Node(row.id, row.lineage_id, row.parent or WHOLE_DRAFT, row.kind, row.citation or "", row.heading))
    return nodes


def _assignments(consultation_id: int) -> dict[tuple[int, int], Any]:
    rows = db.session.execute(
        sa.select(
            ClauseAssignment.id,
            ClauseAssignment.document_id,
            ClauseAssignment.place,
            ClauseAssignment.officer_id,
            ClauseAssignment.due_on,
            Person.full_name,
        )
        .join(Person, Person.id == ClauseAssignment.officer_id)
        .where(ClauseAssignment.consultation_id == consultation_id)
    )
    return {(row.document_id, row.place): row for row in rows}


def _said(consultation_id: int) -> dict[tuple[int, int], int]:
    rows = db.session.execute(
        sa.select(CommentTally.document_id, CommentTally.place, sa.func.sum(CommentTally.count).label("n"))
        .join(Document, Document.id == CommentTally.document_id)
        .where(Document.consultation_id == consultation_id, CommentTally.status.in_(LEDGER))
        .group_by(CommentTally.document_id, CommentTally.place)
    )
    return {(row.document_id, row.place): int(row.n) for row in rows if row.n}


def _groups(consultation_id: int) -> dict[tuple[int, int], list[tuple[ResponseState | None, int, int]]]:
    """By place: (state of the response, opinions, groups)."""
    rows = db.session.execute(
        sa.select(
            OpinionGroup.document_id,
            OpinionGroup.place,
            Response.state,
            sa.func.count(GroupMember.comment_id).label("opinions"),
            sa.func.count(sa.distinct(OpinionGroup.id)).label("groups"),
        )
        .join(GroupMember, GroupMember.group_id == OpinionGroup.id)
        .outerjoin(Response, Response.group_id == OpinionGroup.id)
        .where(OpinionGroup.consultation_id == consultation_id)
        .group_by(OpinionGroup.document_id, OpinionGroup.place, Response.state)
    )
    found: dict[tuple[int, int], list[tuple[ResponseState | None, int, int]]] = defaultdict(list)
    for row in rows:
        found[(row.document_id, row.place)].append((row.state, row.opinions, row.groups))
    return found
