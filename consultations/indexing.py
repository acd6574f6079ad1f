"""Drafts, their provisions and comments as search documents, and when they are indexed again."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from accounts.models import Agency, AgencyKind
from consultations.models import (
    Comment,
    Consultation,
    ConsultationState,
    Contributor,
    Document,
    Provision,
    Submission,
    Version,
)
from core.db import db
from moderation.models import ReviewStatus
from search import services as search
from search.documents import SearchDocument
from search.registry import ResultCard

CONSULTATION, PROVISION, COMMENT = "consultation", "provision", "comment"
BATCH = 500


def reindex_comments(ids: Sequence[int]) -> None:
    """Ask the worker to look at these comments again: public ones are indexed, the others taken out."""
    search.request_indexing(COMMENT, ids)


def reindex_provisions(version_id: int) -> None:
    """Ask the worker to index the provisions of a version."""
    ids = db.session.scalars(sa.select(Provision.id).where(Provision.version_id == version_id).order_by(Provision.id))
    search.request_indexing(PROVISION, list(ids))


def reindex_consultation(consultation_id: int) -> None:
    """Ask the worker to look at the draft as a whole: its title and summary."""
    search.request_indexing(CONSULTATION, [consultation_id])


def consultation_documents(ids: Sequence[int]) -> list[SearchDocument]:
    """The public drafts among these, by title and summary."""
    return [
        SearchDocument(
            type=CONSULTATION,
            id=row.id,
            consultation_id=row.id,
            version_id=None,
            lineage_id=None,
            citation="",
            title=row.title,
            body=row.summary,
            created_at=row.published_at,
            context=row.agency,
            agency_id=row.agency_id,
        )
        for row in _public_consultations(ids)
    ]


def comment_documents(ids: Sequence[int]) -> list[SearchDocument]:
    """The published comments among these."""
    rows = db.session.execute(_public_comments().where(Comment.id.in_(ids)))
    return [
        SearchDocument(
            type=COMMENT,
            id=row.id,
            consultation_id=row.consultation_id,
            version_id=row.version_id,
            lineage_id=row.place or None,
            citation=row.citation or "",
            title=row.title,
            body=f"{row.body}\n{row.proposed_text}".strip(),
            stance=str(row.stance),
            created_at=row.created_at,
            contributor=row.public_name,
            channel=str(row.channel),
            agency_id=row.agency_id,
            province=row.province,
            author_kind=str(row.kind),
        )
        for row in rows
    ]


def provision_documents(ids: Sequence[int]) -> list[SearchDocument]:
    """The provisions among these that stand in the public version of a public draft."""
    rows = db.session.execute(_public_provisions().where(Provision.id.in_(ids)))
    above = _headings_above(ids)
    return [
        SearchDocument(
            type=PROVISION,
            id=row.id,
            consultation_id=row.consultation_id,
            version_id=row.version_id,
            lineage_id=row.lineage_id,
            citation=row.citation,
            title=row.heading,
            body=row.text,
            context=". ".join((row.title, *above.get(row.id, ()))),
            created_at=row.published_at,
            agency_id=row.agency_id,
        )
        for row in rows
        if row.heading or row.text
    ]


def consultation_cards(ids: Sequence[int]) -> dict[int, ResultCard]:
    """What the results page shows of public drafts."""
    return {
        row.id: ResultCard(place=row.title, context=row.agency, url=f"/du-thao/{row.id}/")
        for row in _public_consultations(ids)
    }


def comment_cards(ids: Sequence[int]) -> dict[int, ResultCard]:
    """What the results page shows of published comments."""
    rows = db.session.execute(_public_comments().where(Comment.id.in_(ids)))
    return {
        row.id: ResultCard(
            place=row.citation or row.title,
            context=row.title,
            url=f"/du-thao/{row.consultation_id}/dieu-khoan/{row.place}/?y-kien={row.id}#y-kien-{row.id}",
            stance=str(row.stance),
            author=row.public_name,
        )
        for row in rows
    }


def provision_cards(ids: Sequence[int]) -> dict[int, ResultCard]:
    """What the results page shows of provisions."""
    rows = db.session.execute(_public_provisions().where(Provision.id.in_(ids)))
    return {
        row.id: ResultCard(
            place=". ".join(part for part in (row.citation, row.heading) if part),
            context=row.title,
            url=f"/du-thao/{row.consultation_id}/#{row.anchor}",
        )
        for row in rows
    }


def provision_citations(lineage_ids: Collection[int]) -> Mapping[int, str]:
    """What provisions are called in the latest public version that holds them, by lineage."""
    rows = db.session.execute(
        sa.select(Provision.lineage_id, Provision.citation)
        .join(Version, Version.id == Provision.version_id)
        .join(Document, Document.id == Version.document_id)
        .join(Consultation, Consultation.id == Document.consultation_id)
        .where(
            Provision.lineage_id.in_(lineage_ids),
            Version.published_at.is_not(None),
            Consultation.state != ConsultationState.DRAFT,
        )
        .order_by(Version.number)
    )
    return {row.lineage_id: row.citation for row in rows}


def consultation_batches(after: int) -> Iterator[Sequence[int]]:
    """Ids of the public drafts above this one."""
    public = sa.select(Consultation.id).where(Consultation.state != ConsultationState.DRAFT)
    return _batches(public, Consultation.id, after)


def comment_batches(after: int) -> Iterator[Sequence[int]]:
    """Ids of the published comments above this one."""
    return _batches(sa.select(Comment.id).where(Comment.status == ReviewStatus.PUBLISHED), Comment.id, after)


def provision_batches(after: int) -> Iterator[Sequence[int]]:
    """Ids of the provisions of the latest public versions above this one."""
    public = sa.select(Version.id).where(Version.number == _latest_number())
    return _batches(sa.select(Provision.id).where(Provision.version_id.in_(public)), Provision.id, after)


def _public_consultations(ids: Sequence[int]) -> Sequence[Any]:
    return db.session.execute(
        sa.select(
            Consultation.id,
            Consultation.title,
            Consultation.summary,
            Consultation.agency_id,
            sa.func.coalesce(Consultation.published_at, Consultation.created_at).label("published_at"),
            Agency.name.label("agency"),
        )
        .join(Agency, Agency.id == Consultation.agency_id)
        .where(Consultation.id.in_(ids), Consultation.state != ConsultationState.DRAFT)
    ).all()


def _public_comments() -> "sa.Select[*tuple[Any, ...]]":
    place, above = aliased(Agency), aliased(Agency)
    return (
        sa.select(
            Comment.id,
            Comment.consultation_id,
            Comment.place,
            Comment.stance,
            Comment.body,
            Comment.proposed_text,
            Comment.created_at,
            Provision.citation,
            Provision.version_id,
            Contributor.public_name,
            Contributor.kind,
            Submission.channel,
            Consultation.title,
            Consultation.agency_id,
            sa.case((place.kind == AgencyKind.PROVINCE, place.code), else_=above.code).label("province"),
        )
        .join(Submission, Submission.id == Comment.submission_id)
        .join(Contributor, Contributor.id == Comment.contributor_id)
        .outerjoin(place, place.code == Contributor.place_code)
        .outerjoin(above, sa.and_(above.id == place.parent_id, above.kind == AgencyKind.PROVINCE))
        .join(Consultation, Consultation.id == Comment.consultation_id)
        .outerjoin(Provision, Provision.id == Comment.provision_id)
        .where(Comment.status == ReviewStatus.PUBLISHED, Consultation.state != ConsultationState.DRAFT)
    )


def _public_provisions() -> "sa.Select[*tuple[Any, ...]]":
    return (
        sa.select(
            Provision.id,
            Provision.version_id,
            Provision.lineage_id,
            Provision.citation,
            Provision.heading,
            Provision.text,
            Provision.anchor,
            Version.published_at,
            Document.consultation_id,
            Consultation.title,
            Consultation.agency_id,
        )
        .join(Version, Version.id == Provision.version_id)
        .join(Document, Document.id == Version.document_id)
        .join(Consultation, Consultation.id == Document.consultation_id)
        .where(Version.number == _latest_number(), Consultation.state != ConsultationState.DRAFT)
    )


def _headings_above(ids: Sequence[int]) -> dict[int, list[str]]:
    """The names of what provisions stand under, from the top: a clause has no words of its article's name."""
    way = (
        sa.select(Provision.id.label("of"), Provision.parent_id.label("up"))
        .where(Provision.id.in_(ids))
        .cte("way", recursive=True)
    )
    parent = aliased(Provision)
    way = way.union_all(sa.select(way.c.of, parent.parent_id).join(parent, parent.id == way.c.up))
    rows = db.session.execute(
        sa.select(way.c.of, Provision.heading)
        .join(Provision, Provision.id == way.c.up)
        .where(Provision.heading != "")
        .order_by(way.c.of, Provision.depth)
    )
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(row.of, []).append(row.heading)
    return found


def _latest_number() -> "sa.ScalarSelect[Any]":
    """Of the published versions of the document of a row: older ones are read, not searched."""
    other = aliased(Version)
    return (
        sa.select(sa.func.max(other.number))
        .where(other.document_id == Version.document_id, other.published_at.is_not(None))
        .correlate(Version)
        .scalar_subquery()
    )


def _batches(statement: "sa.Select[int]", key: Any, last: int) -> Iterator[Sequence[int]]:
    while ids := db.session.scalars(statement.where(key > last).order_by(key).limit(BATCH)).all():
        yield ids
        last = ids[-1]
