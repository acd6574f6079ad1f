"""Reads of a published draft as the public sees it: its head, papers and notices, the tree, the counts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import takewhile
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
    Paper,
    Provision,
    Stance,
    Version,
)
from core import clock
from core.db import db
from core.errors import NotFound
from core.files import StoredFile
from core.text import unify_tones
from legal.nodes import Kind
from moderation.models import ReviewStatus

WHOLE_DRAFT = 0
"""The place of comments that hang on no provision."""

NATIONAL_TITLE = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
LONGEST_HEAD_LINE = 60
"""Letters: longer lines of a preamble without "Căn cứ" are no part of its printed head."""

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


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A paper of the dossier."""

    id: int
    title: str
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that befell the consultation, newest first on the page."""

    kind: EventKind
    at: datetime
    reason: str
    closes_before: datetime | None
    closes_after: datetime | None


@dataclass(slots=True)
class Node:
    """A provision of a published version, in the shape that macros/law.html and macros/outline.html take."""

    index: int
    lineage_id: int
    depth: int
    kind: Kind
    number: str
    heading: str
    text: str
    citation: str
    anchor: str
    quoted: bool
    children: "list[Node]" = field(default_factory=list)

    @property
    def rows(self) -> list[list[str]]:
        """The cells of a table: a row a line, a tab between cells. Empty when nothing tells the columns apart."""
        if self.kind != Kind.TABLE or "\t" not in self.text:
            return []
        return [line.split("\t") for line in self.text.split("\n")]

    @property
    def printed_head(self) -> list[str]:
        """The lines of a preamble that are printed as a head (national title, name of the body, of the document)."""
        lines = self.text.split("\n")
        return lines[: _length_of_head(lines)]

    @property
    def grounds(self) -> list[str]:
        """The rest of a preamble: the grounds (Căn cứ …), and who issues the document."""
        lines = self.text.split("\n")
        return lines[_length_of_head(lines) :]

    @property
    def title_parts(self) -> tuple[str, str]:
        """The heading of an annexed text: the words in capitals that it begins with (QUY CHẾ), and the rest."""
        words = self.heading.split()
        capitals = list(takewhile(str.isupper, words))
        return " ".join(capitals), " ".join(words[len(capitals) :])


def _length_of_head(lines: Sequence[str]) -> int:
    """How many lines come before the grounds; where a list or a long sentence comes first, how many before that."""
    grounds = next((at for at, line in enumerate(lines) if line.startswith("Căn cứ")), len(lines))
    listed = any(line[:1].isdigit() or line.endswith((":", ";")) for line in lines[:grounds])
    if grounds < len(lines) and not listed:
        return grounds
    return next((at for at, line in enumerate(lines) if len(line) > LONGEST_HEAD_LINE), len(lines))


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


def _latest_numbers() -> "sa.Select[Any]":
    return sa.select(sa.func.max(Version.number)).where(Version.published_at.is_not(None))


def list_papers(consultation_id: int) -> list[PaperLine]:
    """The papers of the dossier, in their order."""
    rows = db.session.execute(
        sa.select(Paper.id, Paper.title, StoredFile.name, StoredFile.size)
        .join(StoredFile, StoredFile.id == Paper.file_id)
        .where(Paper.consultation_id == consultation_id)
        .order_by(Paper.position, Paper.id)
    )
    return [PaperLine(**row._mapping) for row in rows]


def get_paper_file(consultation_id: int, paper_id: int) -> StoredFile:
    """The file of a paper of a public consultation. Raises NotFound."""
    stored = db.session.scalar(
        sa.select(StoredFile)
        .join(Paper, Paper.file_id == StoredFile.id)
        .join(Consultation, Consultation.id == Paper.consultation_id)
        .where(Paper.id == paper_id, Consultation.id == consultation_id, Consultation.state != ConsultationState.DRAFT)
    )
    if stored is None:
        raise NotFound
    return stored


def list_notices(consultation_id: int) -> list[Notice]:
    """Extensions, suspensions and the like, newest first; that it was published is no notice."""
    rows = db.session.execute(
        sa.select(
            ConsultationEvent.kind,
            ConsultationEvent.at,
            ConsultationEvent.reason,
            ConsultationEvent.closes_before,
            ConsultationEvent.closes_after,
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


_COLUMNS = (
    Provision.lineage_id,
    Provision.depth,
    Provision.kind,
    Provision.number,
    Provision.heading,
    Provision.text,
    Provision.citation,
    Provision.anchor,
    Provision.quoted,
)


def has_printed_head(nodes: Sequence[Node]) -> bool:
    """Does the text bring the national title of its own paper along?"""
    return any(NATIONAL_TITLE in unify_tones(node.text.upper()) for node in nodes[:2] if node.kind == Kind.PREAMBLE)


def load_tree(version_id: int) -> list[Node]:
    """Every provision of a version in document order, each with its children. Roots are the nodes of depth 0."""
    rows = db.session.execute(
        sa.select(*_COLUMNS).where(Provision.version_id == version_id).order_by(Provision.position)
    )
    return _linked(rows)


def _linked(rows: Iterable[Any]) -> list[Node]:
    """Nodes of rows in document order, children put below their parents."""
    nodes: list[Node] = []
    open_nodes: list[Node] = []
    for index, row in enumerate(rows):
        node = Node(index, *row)
        while open_nodes and open_nodes[-1].depth >= node.depth:
            open_nodes.pop()
        if open_nodes:
            open_nodes[-1].children.append(node)
        open_nodes.append(node)
        nodes.append(node)
    return nodes


def roots(nodes: Sequence[Node]) -> list[Node]:
    """The nodes that no other holds: those as high up as the first."""
    return [node for node in nodes if node.depth <= nodes[0].depth] if nodes else []


def get_place(consultation_id: int, lineage_id: int, document_id: int | None = None) -> Place:
    """A provision where it was last published; lineage 0 is the whole of a document (the first, unless one is named).

    Raises NotFound when this consultation never published it. Signatures and quoted amendments cannot be commented on,
    but have an address like any other provision.
    """
    if lineage_id == WHOLE_DRAFT:
        return _whole_draft(consultation_id, document_id)
    latest = _latest_numbers().where(Version.document_id == Document.id).correlate(Document).scalar_subquery()
    row = db.session.execute(
        sa.select(
            Document.id.label("document_id"),
            Document.title.label("document_title"),
            Provision.lineage_id,
            Provision.id.label("provision_id"),
            Version.id.label("version_id"),
            Version.number.label("version_number"),
            latest.label("latest_number"),
            Provision.position,
            Provision.depth,
            Provision.kind,
            Provision.heading,
            Provision.text,
            Provision.citation,
            Provision.anchor,
            Provision.quoted,
        )
        .join(Version, Version.id == Provision.version_id)
        .join(Document, Document.id == Version.document_id)
        .where(
            Provision.lineage_id == lineage_id,
            Version.published_at.is_not(None),
            Document.consultation_id == consultation_id,
        )
        .order_by(Version.number.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        raise NotFound
    return Place(**row._mapping)


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
        sa.select(*_COLUMNS)
        .where(Provision.id.in_(sa.union_all(_ids_above(place), _ids_below(place))))
        .order_by(Provision.position)
    ).all()
    nodes = _linked(rows)
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
