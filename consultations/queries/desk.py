"""What a drafter sees: only consultations of agencies in which they may draft. Another agency's is not found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from accounts import queries as accounts
from accounts.models import Agency, AgencyKind, Person
from accounts.policies import Permission
from consultations.models import (
    Comment,
    CommentTally,
    Consultation,
    ConsultationEvent,
    ConsultationState,
    Document,
    DocumentKind,
    EventKind,
    Lineage,
    Paper,
    ProvisionPairing,
    TreeEdit,
    Version,
)
from consultations.queries.tree import Node, load_tree
from core.db import db
from core.errors import NotFound
from core.files import StoredFile
from moderation.models import LEDGER, ReviewStatus

LONGEST_LIST = 300


@dataclass
class Item:
    """One consultation of the list: enough for ``policies.phase``, and its counts."""

    id: int
    title: str
    state: ConsultationState
    opens_at: datetime
    closes_at: datetime
    agency: str
    kind: str
    table_published_at: datetime | None
    received: int
    pending: int


@dataclass(frozen=True)
class Event:
    """An entry of the log."""

    kind: EventKind
    at: datetime
    reason: str
    closes_before: datetime | None
    closes_after: datetime | None
    actor: str | None


def list_items(person_id: int) -> list[Item]:
    """The consultations a person may draft, drafts first, then by closing date, the latest first; the newest 300."""
    received = _count_comments(LEDGER)
    pending = _count_comments((ReviewStatus.PENDING,))
    rows = db.session.execute(
        sa.select(
            Consultation.id,
            Consultation.title,
            Consultation.state,
            Consultation.opens_at,
            Consultation.closes_at,
            Consultation.table_published_at,
            Agency.name.label("agency"),
            DocumentKind.name.label("kind"),
            received.label("received"),
            pending.label("pending"),
        )
        .join(Agency, Agency.id == Consultation.agency_id)
        .join(DocumentKind, DocumentKind.code == Consultation.kind_code)
        .where(Consultation.agency_id.in_(accounts.agencies_within(person_id, Permission.DRAFT)))
        .order_by((Consultation.state == ConsultationState.DRAFT).desc(), Consultation.closes_at.desc())
        .limit(LONGEST_LIST)
    ).all()
    return [Item(**row._mapping) for row in rows]


def get_consultation(person_id: int, consultation_id: int) -> Consultation:
    """With its agency and kind. Raises NotFound for one of an agency in which the person may not draft."""
    consultation = db.session.scalar(
        sa.select(Consultation)
        .options(joinedload(Consultation.agency), joinedload(Consultation.kind))
        .where(
            Consultation.id == consultation_id,
            Consultation.agency_id.in_(accounts.agencies_within(person_id, Permission.DRAFT)),
        )
    )
    if consultation is None:
        raise NotFound
    return consultation


def get_version(consultation_id: int, document_id: int | None = None) -> Version:
    """The latest version of a document (None: the first one), with its file and its document. Raises NotFound."""
    version = db.session.scalar(_versions(consultation_id, document_id).limit(1))
    if version is None:
        raise NotFound
    return version


def list_versions(consultation_id: int) -> list[Version]:
    """The latest version of each document of a consultation, in order, with its file and its document."""
    return list(db.session.scalars(_versions(consultation_id, None)))


def document_of_lineage(consultation_id: int, lineage_id: int) -> int:
    """The id of the consultation's document in which a lineage is. Raises NotFound."""
    return _document_of(consultation_id, sa.select(Lineage.document_id).where(Lineage.id == lineage_id))


def document_of_step(consultation_id: int, edit_id: int) -> int:
    """The same of a step on a tree."""
    steps = sa.select(Version.document_id).join(TreeEdit, TreeEdit.version_id == Version.id)
    return _document_of(consultation_id, steps.where(TreeEdit.id == edit_id))


def document_of_pairing(consultation_id: int, pairing_id: int) -> int:
    """The same of a pairing."""
    pairings = sa.select(Version.document_id).join(ProvisionPairing, ProvisionPairing.version_id == Version.id)
    return _document_of(consultation_id, pairings.where(ProvisionPairing.id == pairing_id))


def _document_of(consultation_id: int, holder: "sa.Select[int]") -> int:
    found = db.session.scalar(
        sa.select(Document.id).where(Document.consultation_id == consultation_id, Document.id.in_(holder))
    )
    if found is None:
        raise NotFound
    return found


def _versions(consultation_id: int, document_id: int | None) -> "sa.Select[Version]":
    other = aliased(Version)
    later = sa.exists().where(other.document_id == Version.document_id, other.number > Version.number)
    statement = (
        sa.select(Version)
        .options(joinedload(Version.file), joinedload(Version.document))
        .join(Document, Document.id == Version.document_id)
        .where(Document.consultation_id == consultation_id, ~later)
        .order_by(Document.position, Document.id)
    )
    return statement if document_id is None else statement.where(Document.id == document_id)


def list_tree(version: Version) -> list[Node]:
    """The provisions of a version as a tree, published or not."""
    return [node for node in load_tree(version.id) if node.depth == 0]


def warned_anchors(tree: Sequence[Node], version: Version) -> set[str]:
    """The anchors of the provisions that a warning names, and of those above them: a fold with one stands open."""
    named = {warning.get("anchor", "") for warning in version.warnings} - {""}
    found: set[str] = set()
    for node in tree:
        _gather(node, named, found)
    return found


def anchors_above(tree: Sequence[Node], lineage_id: int) -> set[str]:
    """The anchors of a provision and of those above it; none where it isn't in the tree."""
    for node in tree:
        below = anchors_above(node.children, lineage_id)
        if below or node.lineage_id == lineage_id:
            return below | {node.anchor}
    return set()


def list_papers(consultation_id: int) -> list[Paper]:
    return list(
        db.session.scalars(
            sa.select(Paper)
            .options(joinedload(Paper.file))
            .where(Paper.consultation_id == consultation_id)
            .order_by(Paper.position, Paper.id)
        )
    )


def get_paper_file(consultation_id: int, paper_id: int) -> StoredFile:
    stored = db.session.scalar(
        sa.select(StoredFile)
        .join(Paper, Paper.file_id == StoredFile.id)
        .where(Paper.id == paper_id, Paper.consultation_id == consultation_id)
    )
    if stored is None:
        raise NotFound
    return stored


def list_events(consultation_id: int) -> list[Event]:
    """The log, oldest first."""
    rows = db.session.execute(
        sa.select(
            ConsultationEvent.kind,
            ConsultationEvent.at,
            ConsultationEvent.reason,
            ConsultationEvent.closes_before,
            ConsultationEvent.closes_after,
            Person.full_name.label("actor"),
        )
        .outerjoin(Person, Person.id == ConsultationEvent.actor_id)
        .where(ConsultationEvent.consultation_id == consultation_id)
        .order_by(ConsultationEvent.id)
    ).all()
    return [Event(**row._mapping) for row in rows]


def count_comments(consultation_id: int) -> tuple[int, int]:
    """(received: the ledger, of these waiting for a moderator)."""
    rows = db.session.execute(
        sa.select(CommentTally.status, sa.func.sum(CommentTally.count).label("n"))
        .join(Document, Document.id == CommentTally.document_id)
        .where(Document.consultation_id == consultation_id, CommentTally.status.in_(LEDGER))
        .group_by(CommentTally.status)
    ).all()
    by_status: dict[ReviewStatus, int] = {row.status: row.n for row in rows}
    return sum(by_status.values()), by_status.get(ReviewStatus.PENDING, 0)


def list_kinds() -> list[DocumentKind]:
    return list(db.session.scalars(sa.select(DocumentKind).order_by(DocumentKind.position, DocumentKind.name)))


def find_kind(code: str) -> DocumentKind | None:
    return db.session.get(DocumentKind, code)


def may_set_periods(person_id: int) -> bool:
    """Periods hold for every agency: administrators of central bodies and ministries keep them."""
    return accounts.administers_any(person_id, (AgencyKind.CENTRAL, AgencyKind.MINISTRY))


def list_agencies(person_id: int) -> Sequence[Agency]:
    """The agencies for which a person may draft, subtrees included, nearest to the root first."""
    return db.session.scalars(
        sa.select(Agency)
        .where(Agency.id.in_(accounts.agencies_within(person_id, Permission.DRAFT)))
        .order_by(sa.func.length(Agency.path), Agency.name)
        .limit(LONGEST_LIST)
    ).all()


def find_agency(person_id: int, agency_id: int) -> Agency | None:
    """An agency, if the person may draft for it."""
    return db.session.scalar(
        sa.select(Agency).where(
            Agency.id == agency_id, Agency.id.in_(accounts.agencies_within(person_id, Permission.DRAFT))
        )
    )


def _count_comments(statuses: Sequence[ReviewStatus]) -> "sa.ScalarSelect[int]":
    return (
        sa.select(sa.func.count())
        .select_from(Comment)
        .where(Comment.consultation_id == Consultation.id, Comment.status.in_(statuses))
        .scalar_subquery()
    )


def _gather(node: Node, named: set[str], found: set[str]) -> bool:
    below = [_gather(child, named, found) for child in node.children]
    if node.anchor in named or any(below):
        found.add(node.anchor)
        return True
    return False
