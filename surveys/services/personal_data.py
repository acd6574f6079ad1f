"""What surveys hold of a person: sheets of surveys by name, and what they began and never sent.

Of an anonymous survey there is nothing to hand out or to take away: no row leads from the person to what they answered
(docs/adr/0012-anonymity-by-schema.md); that they took part stays, under a keyed hash.
"""

from typing import Any

import sqlalchemy as sa

from accounts.registry import PersonalData
from core.db import db
from surveys.models import Answer, Door, SheetDraft, SheetOwner, Survey
from surveys.services.respondents import key_of


def export_sheets(person_id: int) -> list[dict[str, Any]]:
    """Every answer of the sheets that a person sent under their name, as it is stored, oldest sheet first."""
    rows = db.session.execute(
        sa.select(
            Survey.title, SheetOwner.sent_at, Answer.question, Answer.sub, Answer.option, Answer.number, Answer.text
        )
        .join(SheetOwner, SheetOwner.sheet_id == Answer.sheet_id)
        .join(Survey, Survey.id == Answer.survey_id)
        .where(SheetOwner.person_id == person_id)
        .order_by(SheetOwner.sent_at, Answer.sheet_id, Answer.question, Answer.sub, Answer.option)
    )
    return [{**row._mapping, "sent_at": row.sent_at.isoformat(timespec="seconds")} for row in rows]


def erase_owner(person_id: int) -> None:
    """Their sheets become nobody's and still count; what they never sent goes."""
    db.session.execute(sa.update(SheetOwner).where(SheetOwner.person_id == person_id).values(person_id=None))
    begun = sa.and_(SheetDraft.door == Door.ACCOUNT, SheetDraft.sent.is_(False))
    survey_ids = db.session.scalars(sa.select(SheetDraft.survey_id).where(begun).distinct()).all()
    keys = [key_of(survey_id, Door.ACCOUNT, str(person_id)) for survey_id in survey_ids]
    db.session.execute(sa.delete(SheetDraft).where(begun, SheetDraft.key.in_(keys)))


PERSONAL_DATA = PersonalData("surveys", export_sheets, erase_owner)
