"""Put an agency's own frame of the official table in place, or go back to the default."""

import sqlalchemy as sa

from accounts.models import Agency, Person
from core import clock
from core.db import db
from core.files import StoredFile
from opinions.models import TableTemplate


def use_template(agency: Agency, stored: StoredFile, *, by: Person) -> None:
    """From now on the tables of the agency, and of those below it without one of their own, have this frame."""
    found = db.session.get(TableTemplate, agency.id)
    if found is None:
        found = TableTemplate(agency_id=agency.id)
        db.session.add(found)
    found.file_id, found.changed_by_id, found.changed_at = stored.id, by.id, clock.now()
    db.session.flush()


def use_default(agency: Agency) -> None:
    """Back to the frame of the agency above, or to the default. The file is kept: tables were made with it."""
    db.session.execute(sa.delete(TableTemplate).where(TableTemplate.agency_id == agency.id))
