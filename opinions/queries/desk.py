"""What the desk shows: figures of a consultation, of each provision, and the comments and groups of one provision.

Ownership is checked by loading: a consultation of another agency is not found.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from accounts import queries as accounts
from accounts.models import Agency, Person
from accounts.policies import Permission
from consultations.models import (
    Comment,
    CommentTally,
    Consultation,
    ConsultationState,
    Contributor,
    Document,
    Provision,
    Submission,
    Verification,
    Version,
)
from consultations.queries.reading import NO_COMMENTS, Counts
from core.db import db
from core.errors import NotFound
from core.pagination import Page, paginate
from legal.nodes import Kind
from moderation.models import LEDGER, ReviewStatus
from opinions.models import GroupDeparture, GroupMember, OpinionGroup, Response, ResponseLog, ResponseState

PAGE_SIZE = 50
WHOLE_DRAFT = 0

WHO = sa.func.coalesce(Contributor.person_id, -Contributor.id)
"""One number a person, whatever they sent; each guest counts as one."""


@dataclass(frozen=True)
class Desk:
    """A consultation in the list of desks. Figures are of the ledger."""

    id: int
    title: str
    agency: str
    closes_at: datetime
    received: int
    waiting: int


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


@dataclass(frozen=True)
class GroupRow:
    """A group with its figures and the state of its response (None: not written)."""

    id: int
    title: str
    place: int
    document_id: int
    members: int
    distinct: int
    people: int
    state: ResponseState | None
    counts: Counts


def list_desks(person_id: int) -> list[Desk]:
    """The public consultations that a person may answer, latest closing first, at most a hundred."""
    received = (
        sa.select(sa.func.coalesce(sa.func.sum(CommentTally.count), 0))
        .join(Document, Document.id == CommentTally.document_id)
        .where(Document.consultation_id == Consultation.id, CommentTally.status.in_(LEDGER))
        .scalar_subquery()
    )
    waiting = (
        sa.select(sa.func.count())
        .select_from(Response)
        .join(OpinionGroup, OpinionGroup.id == Response.group_id)
        .where(OpinionGroup.consultation_id == Consultation.id, Response.state == ResponseState.SUBMITTED)
        .scalar_subquery()
    )
    rows = db.session.execute(
        sa.select(
            Consultation.id,
            Consultation.title,
            Agency.name.label("agency"),
            Consultation.closes_at,
            received.label("received"),
            waiting.label("waiting"),
        )
        .join(Agency, Agency.id == Consultation.agency_id)
        .where(
            Consultation.state != ConsultationState.DRAFT,
            Consultation.agency_id.in_(accounts.agencies_within(person_id, Permission.ANSWER)),
        )
        .order_by(Consultation.closes_at.desc(), Consultation.id.desc())
        .limit(100)
    )
    return [Desk(**row._mapping) for row in rows]


def get_consultation(person_id: int, consultation_id: int, permission: str = Permission.ANSWER) -> Consultation:
    """A public consultation with its agency, if the person holds the permission there."""
    consultation = db.session.scalar(
        sa.select(Consultation)
        .options(joinedload(Consultation.agency))
        .where(
            Consultation.id == consultation_id,
            Consultation.state != ConsultationState.DRAFT,
            Consultation.agency_id.in_(accounts.agencies_within(person_id, permission)),
        )
    )
    if consultation is None:
        raise NotFound
    return consultation


def get_group(person_id: int, group_id: int) -> OpinionGroup:
    """A group of a consultation that the person may answer."""
    group = db.session.scalar(
        sa.select(OpinionGroup)
        .join(Consultation, Consultation.id == OpinionGroup.consultation_id)
        .where(
            OpinionGroup.id == group_id,
            Consultation.agency_id.in_(accounts.agencies_within(person_id, Permission.ANSWER)),
        )
    )
    if group is None:
        raise NotFound
    return group


def find_response(group_id: int) -> Response | None:
    return db.session.scalar(sa.select(Response).where(Response.group_id == group_id))


def list_response_log(response_id: int) -> Sequence[Any]:
    """Rows (at, to_state, note, name), oldest first."""
    return db.session.execute(
        sa.select(ResponseLog.at, ResponseLog.to_state, ResponseLog.note, Person.full_name.label("name"))
        .outerjoin(Person, Person.id == ResponseLog.actor_id)
        .where(ResponseLog.response_id == response_id)
        .order_by(ResponseLog.id)
    ).all()


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
    places = [Place(document.id, WHOLE_DRAFT, "", document.title, 0) for document in _documents(consultation_id)]
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


def find_provision(consultation_id: int, document_id: int, place: int) -> Provision | None:
    """The provision of a place in the latest version; None for the whole draft. Raises NotFound for a foreign place."""
    if document_id not in {document.id for document in _documents(consultation_id)}:
        raise NotFound
    if place == WHOLE_DRAFT:
        return None
    provision = db.session.scalar(
        sa.select(Provision)
        .join(Version, Version.id == Provision.version_id)
        .where(Version.document_id == document_id, Provision.lineage_id == place, Version.published_at.is_not(None))
        .order_by(Version.number.desc())
        .limit(1)
    )
    if provision is None:
        raise NotFound
    return provision


def list_comments(document_id: int, place: int, group_id: int | None, cursor: str | None) -> Page[Any]:
    """Comments of the ledger on a place: those of one group, or (None) those in no group; oldest first."""
    statement = (
        sa.select(
            Comment.id,
            Comment.stance,
            Comment.body,
            Comment.proposed_text,
            Comment.status,
            Comment.created_at,
            Comment.edited_at,
            Comment.support_count,
            Contributor.public_name,
            Contributor.kind,
            Contributor.verification,
            Contributor.organisation_checked_at,
            Submission.channel,
        )
        .join(Contributor, Contributor.id == Comment.contributor_id)
        .join(Submission, Submission.id == Comment.submission_id)
        .outerjoin(GroupMember, GroupMember.comment_id == Comment.id)
        .where(
            Comment.document_id == document_id,
            Comment.place == place,
            GroupMember.group_id.is_(None) if group_id is None else GroupMember.group_id == group_id,
        )
    )
    if group_id is None:
        statement = statement.where(Comment.status.in_(LEDGER))
    return paginate(statement, [(Comment.id, "id", False)], cursor=cursor, size=PAGE_SIZE)


def list_groups(
    consultation_id: int, *, place: tuple[int, int] | None = None, state: ResponseState | None = None
) -> list[GroupRow]:
    """The groups of a consultation, of one place or with one state of response; largest first, at most 200."""
    statement = (
        sa.select(
            OpinionGroup.id,
            OpinionGroup.title,
            OpinionGroup.place,
            OpinionGroup.document_id,
            Response.state,
            sa.func.count(Comment.id).label("members"),
            sa.func.count(sa.distinct(Comment.fingerprint)).label("distinct"),
            sa.func.count(sa.distinct(WHO)).label("people"),
            *(sa.func.count(sa.case((Comment.stance == stance, 1))).label(stance) for stance in Counts._fields),
        )
        .outerjoin(Response, Response.group_id == OpinionGroup.id)
        .outerjoin(GroupMember, GroupMember.group_id == OpinionGroup.id)
        .outerjoin(Comment, Comment.id == GroupMember.comment_id)
        .outerjoin(Contributor, Contributor.id == Comment.contributor_id)
        .where(OpinionGroup.consultation_id == consultation_id)
        .group_by(OpinionGroup.id, Response.state)
        .order_by(sa.func.count(Comment.id).desc(), OpinionGroup.id)
        .limit(200)
    )
    if place is not None:
        statement = statement.where(OpinionGroup.document_id == place[0], OpinionGroup.place == place[1])
    if state is not None:
        statement = statement.where(Response.state == state)
    return [
        GroupRow(
            id=row.id,
            title=row.title,
            place=row.place,
            document_id=row.document_id,
            members=row.members,
            distinct=row.distinct,
            people=row.people,
            state=row.state,
            counts=Counts(row.support, row.amend, row.oppose, row.ask),
        )
        for row in db.session.execute(statement)
    ]


def list_departures(document_id: int, place: int) -> Sequence[Any]:
    """Comments that left a group of this place, not yet looked at: rows (comment_id, group_id, title, reason, at)."""
    return db.session.execute(
        sa.select(
            GroupDeparture.comment_id,
            GroupDeparture.group_id,
            OpinionGroup.title,
            GroupDeparture.reason,
            GroupDeparture.at,
        )
        .join(OpinionGroup, OpinionGroup.id == GroupDeparture.group_id)
        .where(OpinionGroup.document_id == document_id, OpinionGroup.place == place, GroupDeparture.seen_at.is_(None))
        .order_by(GroupDeparture.id)
        .limit(50)
    ).all()


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


def _documents(consultation_id: int) -> Sequence[Document]:
    return db.session.scalars(
        sa.select(Document).where(Document.consultation_id == consultation_id).order_by(Document.position, Document.id)
    ).all()


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
