"""Cards of provisions and drafts, for texts elsewhere that point at them (``core.references``)."""

from collections.abc import Sequence

import sqlalchemy as sa

from consultations.models import Consultation, ConsultationState, Document, Provision, Version
from core.db import db
from core.links import path_to
from core.references import Card


def provision_cards(lineage_ids: Sequence[int]) -> dict[int, Card]:
    """Provisions by lineage, as they stand in the latest public version that holds them."""
    rows = db.session.execute(
        sa.select(
            Provision.id,
            Provision.lineage_id,
            Provision.citation,
            Provision.heading,
            Provision.text,
            Consultation.id.label("consultation_id"),
            Consultation.title,
        )
        .join(Version, Version.id == Provision.version_id)
        .join(Document, Document.id == Version.document_id)
        .join(Consultation, Consultation.id == Document.consultation_id)
        .where(
            Provision.lineage_id.in_(lineage_ids),
            Version.published_at.is_not(None),
            Consultation.state != ConsultationState.DRAFT,
        )
        .order_by(Version.number)
    ).all()
    below = _first_below([row.id for row in rows if not row.text])
    return {
        row.lineage_id: Card(
            title=". ".join(part for part in (_first_upper(row.citation), row.heading) if part),
            context=row.title,
            text=row.text or below.get(row.id, ""),
            url=path_to("consultations.provision", consultation_id=row.consultation_id, lineage_id=row.lineage_id),
        )
        for row in rows
    }


def consultation_cards(ids: Sequence[int]) -> dict[int, Card]:
    """Public consultations."""
    rows = db.session.execute(
        sa.select(Consultation.id, Consultation.title, Consultation.summary).where(
            Consultation.id.in_(ids), Consultation.state != ConsultationState.DRAFT
        )
    )
    return {
        row.id: Card(row.title, "", row.summary, path_to("consultations.reading", consultation_id=row.id))
        for row in rows
    }


def _first_below(provision_ids: Sequence[int]) -> dict[int, str]:
    """The first words below provisions that have none of their own: an article speaks in its clauses."""
    if not provision_ids:
        return {}
    rows = db.session.execute(
        sa.select(Provision.parent_id, Provision.number, Provision.text)
        .where(Provision.parent_id.in_(provision_ids), Provision.text != "")
        .order_by(Provision.position.desc())
    )
    return {row.parent_id: f"{row.number}. {row.text}" if row.number else row.text for row in rows}


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]
