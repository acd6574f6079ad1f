"""Reads of a published draft as the public sees it: its head, papers and notices, the tree, the counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from accounts.models import Agency
from consultations import policies
from consultations.models import (
    CommentTally,
    Consultation,
    ConsultationEvent,
    ConsultationState,
    Document,
    DocumentKind,
    EventKind,
    GuestPolicy,
    Provision,
    Stance,
    Version,
)
from consultations.queries.tree import COLUMNS, Node, linked
from core import clock
from core.db import db
from core.errors import NotFound
from core.files import StoredFile
from legal.nodes import Kind
from moderation.models import ReviewStatus

WHOLE_DRAFT = 0
"""The place of comments that hang on no provision."""

GROUPINGS = frozenset({Kind.PART, Kind.CHAPTER, Kind.SECTION, Kind.SUBSECTION, Kind.ANNEXED, Kind.APPENDIX})
"""Kinds that hold so much below them that their own page names the parts instead of repeating them."""


class Counts(NamedTuple):
    """Published comments of one place, by stance, in the fixed order."""

    support: int = 0
    amend: int = 0
    oppose: int = 0
    ask: int = 0

    @property
    def total(self) -> int:
        return self.support + self.amend + self.oppose + self.ask


NO_COMMENTS = Counts()


@dataclass(slots=True)
class Head:
    """A public consultation with what its pages say about it. Fits ``policies.Window``."""

    id: int
    title: str
    summary: str
    agency_id: int
    agency: str
    agency_code: str
    kind: str
    kind_code: str
    state: ConsultationState
    opens_at: datetime
    closes_at: datetime
    short_period_reason: str
    guests: GuestPolicy
    table_published_at: datetime | None

    @property
    def phase(self) -> policies.Phase:
        return policies.phase(self, clock.now())

    @property
    def is_open(self) -> bool:
        return policies.is_open(self, clock.now())

    @property
    def days_left(self) -> int:
        return days_left(self.closes_at)


@dataclass(frozen=True, slots=True)
class PublishedDocument:
    """A text under consultation and its latest published version; ``sha256`` is that of the file it was read from."""

    id: int
    title: str
    version_id: int
    number: int
    published_at: datetime
    sha256: str
    latest: int = 0

    @property
    def is_latest(self) -> bool:
        return self.latest in (0, self.number)


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that befell the consultation, newest first on the page."""

    kind: EventKind
    at: datetime
    reason: str
    closes_before: datetime | None
    closes_after: datetime | None
    version_number: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A place that can be commented on, in the latest published version that holds it.

    ``provision_id`` is None for the whole draft. ``gone``: a later version no longer holds the provision.
    """

    document_id: int
    document_title: str
    lineage_id: int
    provision_id: int | None
    version_id: int
    version_number: int
    latest_number: int
    position: int
    depth: int
    kind: Kind | None
    heading: str
    text: str
    citation: str
    anchor: str
    quoted: bool

    @property
    def gone(self) -> bool:
        return self.version_number < self.latest_number


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a provision is read with: the lead-ins above it, from the top down, and everything below it, as trees."""

    above: Sequence[Node]
    below: Sequence[Node]


def days_left(closes_at: datetime) -> int:
    """Whole days until the last one, on the calendar of Vietnam; 0 on the last day, below that when it is over."""
    return (clock.local(closes_at).date() - clock.today()).days


def get_head(consultation_id: int) -> Head:
    """A consultation that anybody may read. Raises NotFound for a draft."""
    row = db.session.execute(_heads().where(Consultation.id == consultation_id)).one_or_none()
    if row is None:
        raise NotFound
    return Head(**row._mapping)


def _heads() -> "sa.Select[*tuple[Any, ...]]":
    return (
        sa.select(
            Consultation.id,
            Consultation.title,
            Consultation.summary,
            Consultation.agency_id,
            Agency.name.label("agency"),
            Agency.code.label("agency_code"),
            DocumentKind.name.label("kind"),
            DocumentKind.code.label("kind_code"),
            Consultation.state,
            Consultation.opens_at,
            Consultation.closes_at,
            Consultation.short_period_reason,
            Consultation.guests,
            Consultation.table_published_at,
        )
        .join(Agency, Agency.id == Consultation.agency_id)
        .join(DocumentKind, DocumentKind.code == Consultation.kind_code)
        .where(Consultation.state != ConsultationState.DRAFT)
    )


def list_documents(consultation_id: int) -> list[PublishedDocument]:
    """The texts of a consultation in order, each with its latest published version; those without one are left out."""
    latest = _latest_numbers().where(Version.document_id == Document.id).correlate(Document).scalar_subquery()
    rows = db.session.execute(
        sa.select(
            Document.id,
            Document.title,
            Version.id.label("version_id"),
            Version.number,
            Version.published_at,
            StoredFile.sha256,
        )
        .join(Version, sa.and_(Version.document_id == Document.id, Version.number == latest))
        .join(StoredFile, StoredFile.id == Version.file_id)
        .where(Document.consultation_id == consultation_id)
        .order_by(Document.position, Document.id)
    )
    return [PublishedDocument(**row._mapping) for row in rows]


def get_older(document: PublishedDocument, number: int) -> PublishedDocument:
    """A document in an earlier published version. Raises NotFound when that was never published."""
    row = db.session.execute(
        sa.select(Version.id, Version.number, Version.published_at, StoredFile.sha256)
        .join(StoredFile, StoredFile.id == Version.file_id)
        .where(Version.document_id == document.id, Version.number == number, Version.published_at.is_not(None))
    ).one_or_none()
    if row is None:
        raise NotFound
    return PublishedDocument(
        document.id, document.title, row.id, row.number, row.published_at, row.sha256, latest=document.number
    )


def _latest_numbers() -> "sa.Select[Any]":
    return sa.select(sa.func.max(Version.number)).where(Version.published_at.is_not(None))


def list_notices(consultation_id: int) -> list[Notice]:
    """Extensions, suspensions and the like, newest first; that it was published is no notice."""
    rows = db.session.execute(
        sa.select(
            ConsultationEvent.kind,
            ConsultationEvent.at,
            ConsultationEvent.reason,
            ConsultationEvent.closes_before,
            ConsultationEvent.closes_after,
            ConsultationEvent.version_number,
        )
        .where(ConsultationEvent.consultation_id == consultation_id, ConsultationEvent.kind != EventKind.PUBLISHED)
        .order_by(ConsultationEvent.at.desc(), ConsultationEvent.id.desc())
    )
    return [Notice(**row._mapping) for row in rows]


def public_counts(document_id: int) -> dict[int, Counts]:
    """Published comments of every place of a document that has any, in one statement on the tallies."""
    rows = db.session.execute(
        sa.select(CommentTally.place, *stance_sums())
        .where(CommentTally.document_id == document_id, CommentTally.status == ReviewStatus.PUBLISHED)
        .group_by(CommentTally.place)
    )
    return {place: Counts(*numbers) for place, *numbers in rows if any(numbers)}


def stance_sums() -> "list[sa.ColumnElement[int]]":
    """Four columns: the tallies of each stance added up, in the fixed order."""
    return [
        sa.func.sum(sa.case((CommentTally.stance == stance, CommentTally.count), else_=0)).label(stance.value)
        for stance in Stance
    ]


def place_counts(document_id: int, place: int) -> tuple[Counts, int]:
    """Published comments of one place by stance, and how many more wait for a moderator."""
    rows = db.session.execute(
        sa.select(CommentTally.stance, CommentTally.status, CommentTally.count.label("n")).where(
            CommentTally.document_id == document_id,
            CommentTally.place == place,
            CommentTally.status.in_((ReviewStatus.PUBLISHED, ReviewStatus.PENDING)),
        )
    ).all()
    published = {row.stance.value: row.n for row in rows if row.status == ReviewStatus.PUBLISHED}
    return Counts(**published), sum(row.n for row in rows if row.status == ReviewStatus.PENDING)


def get_place(consultation_id: int, lineage_id: int, document_id: int | None = None) -> Place:
    """A provision where it was last published; lineage 0 is the whole of a document (the first, unless one is named).

    Raises NotFound when this consultation never published it. Signatures and quoted amendments cannot be commented on,
    but have an address like any other provision.
    """
    if lineage_id == WHOLE_DRAFT:
        return _whole_draft(consultation_id, document_id)
    bare = sa.select(Consultation.id).where(Consultation.id == consultation_id)
    row = db.session.execute(_with_place(bare, lineage_id)).one_or_none()
    if row is None:
        raise NotFound
    return _place_of(row)


def get_head_and_place(consultation_id: int, lineage_id: int, document_id: int | None = None) -> tuple[Head, Place]:
    """``get_head`` and ``get_place`` in one statement."""
    if lineage_id == WHOLE_DRAFT:
        return get_head(consultation_id), _whole_draft(consultation_id, document_id)
    heads = _heads().where(Consultation.id == consultation_id)
    row = db.session.execute(_with_place(heads, lineage_id)).one_or_none()
    if row is None:
        raise NotFound
    said = row._mapping
    return Head(**{name: said[name] for name in Head.__slots__}), _place_of(row)


def _with_place(statement: "sa.Select[*tuple[Any, ...]]", lineage_id: int) -> "sa.Select[*tuple[Any, ...]]":
    """A statement on a consultation, with the columns of a place: those of Place, each named place_…"""
    latest = _latest_numbers().where(Version.document_id == Document.id).correlate(Document).scalar_subquery()
    columns = {
        "document_id": Document.id,
        "document_title": Document.title,
        "lineage_id": Provision.lineage_id,
        "provision_id": Provision.id,
        "version_id": Version.id,
        "version_number": Version.number,
        "latest_number": latest,
        "position": Provision.position,
        "depth": Provision.depth,
        "kind": Provision.kind,
        "heading": Provision.heading,
        "text": Provision.text,
        "citation": Provision.citation,
        "anchor": Provision.anchor,
        "quoted": Provision.quoted,
    }
    return (
        statement.add_columns(*[column.label(f"place_{name}") for name, column in columns.items()])
        .join(Document, Document.consultation_id == Consultation.id)
        .join(Version, Version.document_id == Document.id)
        .join(Provision, Provision.version_id == Version.id)
        .where(Provision.lineage_id == lineage_id, Version.published_at.is_not(None))
        .order_by(Version.number.desc())
        .limit(1)
    )


def _place_of(row: Any) -> Place:
    return Place(**{name: row._mapping[f"place_{name}"] for name in Place.__slots__})


def _whole_draft(consultation_id: int, document_id: int | None) -> Place:
    documents = list_documents(consultation_id)
    found = next((one for one in documents if document_id in (None, one.id)), None)
    if found is None:
        raise NotFound
    return Place(
        document_id=found.id,
        document_title=found.title,
        lineage_id=WHOLE_DRAFT,
        provision_id=None,
        version_id=found.version_id,
        version_number=found.number,
        latest_number=found.number,
        position=-1,
        depth=-1,
        kind=None,
        heading="",
        text="",
        citation="",
        anchor="",
        quoted=False,
    )


def get_surroundings(place: Place) -> Surroundings:
    """The provisions above a place and those below it, in one statement. Below a chapter: its articles alone."""
    if place.provision_id is None:
        return Surroundings((), ())
    rows = db.session.execute(
        sa.select(*COLUMNS)
        .where(Provision.id.in_(sa.union_all(_ids_above(place), _ids_below(place))))
        .order_by(Provision.position)
    ).all()
    nodes = linked(rows)
    above = [node for node in nodes if node.depth < place.depth]
    own = next(node for node in nodes if node.lineage_id == place.lineage_id and node.depth == place.depth)
    return Surroundings(above, own.children)


def _ids_above(place: Place) -> "sa.Select[int]":
    """The provision itself and those that hold it."""
    up = sa.select(Provision.id, Provision.parent_id).where(Provision.id == place.provision_id).cte(recursive=True)
    up = up.union_all(sa.select(Provision.id, Provision.parent_id).join(up, Provision.id == up.c.parent_id))
    return sa.select(up.c.id)


def _ids_below(place: Place) -> "sa.Select[int]":
    """Everything from the provision to the next one as high up: two steps along the index of positions."""
    here, after = (Provision.version_id == place.version_id, Provision.position > place.position)
    following = (
        sa.select(Provision.position)
        .where(here, after, Provision.depth <= place.depth)
        .order_by(Provision.position)
        .limit(1)
        .scalar_subquery()
    )
    below = sa.select(Provision.id).where(here, after, Provision.position < sa.func.coalesce(following, 2**31 - 1))
    if place.kind in GROUPINGS:
        below = below.where(Provision.kind.in_((*GROUPINGS, Kind.ARTICLE, Kind.HEADING)))
    return below
