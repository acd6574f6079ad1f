"""Reads of the dossier: its named places and what stands in them, and the .zip files made of it."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from consultations.models import Paper
from core.db import db
from core.errors import NotFound
from core.files import StoredFile
from opinions.models import DossierFile

NEWEST = 10


def list_papers(consultation_id: int) -> Sequence[Paper]:
    """With their files, as the drafters put them."""
    return db.session.scalars(
        sa.select(Paper)
        .options(joinedload(Paper.file))
        .where(Paper.consultation_id == consultation_id)
        .order_by(Paper.position, Paper.id)
    ).all()


def list_dossiers(consultation_id: int) -> Sequence[DossierFile]:
    """The newest ones, with their files."""
    return db.session.scalars(
        sa.select(DossierFile)
        .options(joinedload(DossierFile.file))
        .where(DossierFile.consultation_id == consultation_id)
        .order_by(DossierFile.id.desc())
        .limit(NEWEST)
    ).all()


def get_file(consultation_id: int, dossier_id: int) -> StoredFile:
    """Raises NotFound for one of another consultation, or that is not made yet."""
    stored = db.session.scalar(
        sa.select(StoredFile)
        .join(DossierFile, DossierFile.file_id == StoredFile.id)
        .where(DossierFile.id == dossier_id, DossierFile.consultation_id == consultation_id)
    )
    if stored is None:
        raise NotFound
    return stored
