"""Figures of the desk: of a whole consultation and of each provision."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

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
from consultations.queries.reading import NO_COMMENTS, Counts
from core.db import db
from legal.nodes import Kind
from moderation.models import LEDGER, ReviewStatus
from opinions.models import GroupMember, OpinionGroup, Response, ResponseState
from opinions.queries.desk import WHOLE_DRAFT, list_documents

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


def list_places(consultation_id: int) -> list[Place]:
    """Every Điều and heading, and every other provision that has opinions, in the order of the draft, with figures."""
    spoken = _counts_by_place(consultation_id)
    places = [Place(document.id, WHOLE_DRAFT, "", document.title, 0) for document in list_documents(consultation_id)]
    rows = db.session.execute(
        sa.select(
            Provision.lineage_id, Provision.citation, Provision.heading, Provision.kind, Document.id, Document.position
        )
        .join(Version, Version.id == Provision.version_id)
        .join(Document, Document.id == Version.document_id)
        .where(Document.consultation_id == consultation_id, Version.id.in_(_latest_versions(consultation_id)))
        .order_by(Document.position, Document.id, Provision.position)
    ).all()
    for row in rows:
        if row.kind == Kind.ARTICLE or (row.id, row.lineage_id) in spoken:
            depth = 0 if row.kind in (Kind.ARTICLE, Kind.HEADING) else 1
            places.append(Place(row.id, row.lineage_id, row.citation, row.heading, depth))
    return _with_figures(consultation_id, places, spoken)


def get_place(consultation_id: int, document_id: int, place: int) -> Place:
    """One place with its figures."""
    spoken = _counts_by_place(consultation_id)
    here = Place(document_id, place, "", "", 0)
    return _with_figures(consultation_id, [here], spoken, (Comment.document_id == document_id, Comment.place == place))[
        0
    ]


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


def _latest_versions(consultation_id: int) -> "sa.Select[int]":
    """Ids of the newest published version of each document."""
    return (
        sa.select(sa.func.max(Version.id))
        .join(Document, Document.id == Version.document_id)
        .where(Document.consultation_id == consultation_id, Version.published_at.is_not(None))
        .group_by(Version.document_id)
    )


def _counts_by_place(consultation_id: int) -> dict[tuple[int, int], Counts]:
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
    spoken: dict[tuple[int, int], Counts],
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
