"""Provisions as another package quotes them: by lineage, in the words of the latest published version."""

from dataclasses import dataclass

import sqlalchemy as sa

from consultations.models import Provision
from consultations.queries.reading import list_documents
from core.db import db


@dataclass(frozen=True)
class Quoted:
    """One provision: ``citation`` ("khoản 2 Điều 7"; empty where it has none), its heading and its text."""

    lineage_id: int
    citation: str
    heading: str
    text: str


def quoted_provisions(consultation_id: int) -> dict[int, Quoted]:
    """Every provision of the published versions of a consultation, in document order; two or three statements."""
    version_ids = [document.version_id for document in list_documents(consultation_id)]
    rows = db.session.execute(
        sa.select(Provision.lineage_id, Provision.citation, Provision.heading, Provision.text)
        .where(Provision.version_id.in_(version_ids))
        .order_by(Provision.version_id, Provision.position)
    )
    return {row.lineage_id: Quoted(row.lineage_id, row.citation, row.heading, row.text) for row in rows}
