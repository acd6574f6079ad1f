"""Reads of the papers of a dossier, as the public sees them."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from consultations.models import Consultation, ConsultationState, Paper, PaperSlot
from core.db import db
from core.errors import NotFound
from core.files import StoredFile


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A paper of the dossier."""

    id: int
    title: str
    slot: PaperSlot
    added_at: datetime | None
    name: str
    size: int


def list_papers(consultation_id: int) -> list[PaperLine]:
    """The papers of the dossier, in their order."""
    rows = db.session.execute(
        sa.select(Paper.id, Paper.title, Paper.slot, Paper.added_at, StoredFile.name, StoredFile.size)
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
