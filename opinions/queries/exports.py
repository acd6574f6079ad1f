"""Reads of the files that the worker makes or has made."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from core.db import db
from core.errors import NotFound
from core.files import StoredFile
from moderation.models import LEDGER
from opinions.models import ExportFile, ExportKind
from opinions.queries import places

NEWEST = 30
DIRECTLY = 20_000
"""Opinions up to which a file is made while one waits: a few seconds."""


def opinions_in_files(consultation_id: int) -> int:
    """How many opinions stand in each file, from the tallies."""
    counts = places.status_counts(consultation_id)
    return sum(counts.get(status, 0) for status in LEDGER)


def list_exports(consultation_id: int, *, dossiers: bool) -> Sequence[ExportFile]:
    """The newest dossiers, or the newest of all other files; with what is stored."""
    kind = ExportFile.kind == ExportKind.DOSSIER
    return db.session.scalars(
        sa.select(ExportFile)
        .options(joinedload(ExportFile.file))
        .where(ExportFile.consultation_id == consultation_id, kind if dossiers else ~kind)
        .order_by(ExportFile.id.desc())
        .limit(NEWEST)
    ).all()


def get_file(consultation_id: int, export_id: int) -> StoredFile:
    """Raises NotFound for one of another consultation, or that is not made yet."""
    stored = db.session.scalar(
        sa.select(StoredFile)
        .join(ExportFile, ExportFile.file_id == StoredFile.id)
        .where(ExportFile.id == export_id, ExportFile.consultation_id == consultation_id)
    )
    if stored is None:
        raise NotFound
    return stored
