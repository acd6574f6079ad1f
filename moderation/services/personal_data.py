"""What moderation holds of a person: handed out on their request, and made nobody's when their account is erased.

Law 91/2025/QH15. What they wrote to the moderators goes, and what was written to them about a measure; that something
was reported, appealed or decided stays in the log, which holds no words.
"""

from typing import Any

import sqlalchemy as sa

from accounts.registry import PersonalData
from core.db import db
from moderation.models import Appeal, Measure, RefusedName, Report, ReviewCase, Watch
from moderation.queries.measures import measures_of


def export(person_id: int) -> dict[str, Any]:
    """A person's reports and appeals, and the measures against them, ready for JSON."""
    refused = db.session.get(RefusedName, person_id)
    reports = db.session.scalars(sa.select(Report).where(Report.reporter_id == person_id).order_by(Report.id))
    appeals = db.session.execute(
        sa.select(Appeal, ReviewCase.subject_type)
        .join(ReviewCase, ReviewCase.id == Appeal.case_id)
        .where(ReviewCase.author_id == person_id)
        .order_by(Appeal.case_id)
    )
    return {
        "reports": [
            {"rule": one.rule, "note": one.note, "at": one.reported_at.isoformat(timespec="seconds")} for one in reports
        ],
        "appeals": [
            {
                "about": row.subject_type,
                "reason": row.Appeal.reason,
                "at": row.Appeal.appealed_at.isoformat(timespec="seconds"),
                "granted": row.Appeal.granted,
            }
            for row in appeals
        ],
        "refused_name": refused.name if refused else None,
        "measures": [_measure(row.Measure, row.agency) for row in measures_of(person_id)],
    }


def _measure(measure: Measure, agency: str) -> dict[str, Any]:
    return {
        "kind": measure.kind.value,
        "agency": agency,
        "rule": measure.rule,
        "note": measure.note,
        "at": measure.given_at.isoformat(timespec="seconds"),
        "until": measure.until.isoformat(timespec="seconds") if measure.until else None,
        "lifted_at": measure.lifted_at.isoformat(timespec="seconds") if measure.lifted_at else None,
    }


def erase(person_id: int) -> None:
    """Take their words out of reports and appeals, and what was said to them out of measures."""
    theirs = sa.select(ReviewCase.id).where(ReviewCase.author_id == person_id)
    db.session.execute(sa.update(Report).where(Report.reporter_id == person_id).values(note=""))
    db.session.execute(
        sa.update(Appeal)
        .where(Appeal.case_id.in_(theirs))
        .values(reason="")
        .execution_options(synchronize_session=False)
    )
    db.session.execute(sa.update(Measure).where(Measure.person_id == person_id).values(note=""))
    db.session.execute(sa.delete(RefusedName).where(RefusedName.person_id == person_id))
    db.session.execute(sa.delete(Watch).where(Watch.person_id == person_id))


PERSONAL_DATA = PersonalData("moderation", export, erase)
