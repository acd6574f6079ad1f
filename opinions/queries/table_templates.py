"""The agency's own frame of the official table."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from accounts import queries as accounts
from accounts.models import Agency
from accounts.policies import Permission
from consultations.models import Consultation
from core.db import db
from core.errors import NotFound
from core.files import StoredFile
from opinions.models import TableTemplate


def find_template(consultation_id: int) -> StoredFile | None:
    """The frame that holds for a consultation: its agency's, or that of the nearest agency above; None: the default."""
    mine, above = aliased(Agency), aliased(Agency)
    return db.session.scalar(
        sa.select(StoredFile)
        .join(TableTemplate, TableTemplate.file_id == StoredFile.id)
        .join(above, above.id == TableTemplate.agency_id)
        .join(mine, mine.path.startswith(above.path))
        .join(Consultation, Consultation.agency_id == mine.id)
        .where(Consultation.id == consultation_id)
        .order_by(sa.func.length(above.path).desc())
        .limit(1)
    )


def list_agencies(person_id: int) -> Sequence[Any]:
    """The agencies that a person administers in a role there, with their frames: rows (Agency, file, changed_at)."""
    mine = [agency.id for agency in accounts.list_agencies(person_id, Permission.ADMINISTER)]
    return db.session.execute(
        sa.select(Agency, StoredFile.name.label("file"), TableTemplate.changed_at)
        .outerjoin(TableTemplate, TableTemplate.agency_id == Agency.id)
        .outerjoin(StoredFile, StoredFile.id == TableTemplate.file_id)
        .where(Agency.id.in_(mine))
        .order_by(Agency.name)
    ).all()


def get_agency(person_id: int, agency_id: int) -> Agency:
    """An agency that the person administers. Raises NotFound."""
    reached = accounts.agencies_within(person_id, Permission.ADMINISTER)
    agency = db.session.scalar(sa.select(Agency).where(Agency.id == agency_id, Agency.id.in_(reached)))
    if agency is None:
        raise NotFound
    return agency


def get_file(agency_id: int) -> StoredFile | None:
    """The agency's own frame, if it has one."""
    return db.session.scalar(
        sa.select(StoredFile)
        .join(TableTemplate, TableTemplate.file_id == StoredFile.id)
        .where(TableTemplate.agency_id == agency_id)
    )
