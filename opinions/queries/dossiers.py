"""Reads of the dossier: its named places and what stands in them."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from consultations.models import Paper
from core.db import db


def list_papers(consultation_id: int) -> Sequence[Paper]:
    """With their files, as the drafters put them."""
    return db.session.scalars(
        sa.select(Paper)
        .options(joinedload(Paper.file))
        .where(Paper.consultation_id == consultation_id)
        .order_by(Paper.position, Paper.id)
    ).all()
