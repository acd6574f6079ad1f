"""Cases follow their subjects when those move to another agency, or become a part of something else."""

import sqlalchemy as sa

from accounts.models import Person
from core.db import db
from moderation import queries
from moderation.models import ReviewAction, ReviewCase
from moderation.services import cases


def hold(subject_type: str, ids: "sa.Select[int]") -> None:
    """Lock the cases of these subjects, in the order of their ids: before the subjects, as whoever decides does."""
    db.session.scalars(
        sa.select(ReviewCase.id)
        .where(ReviewCase.subject_type == subject_type, ReviewCase.subject_id.in_(ids))
        .order_by(ReviewCase.id)
        .with_for_update()
    ).all()


def rehome(subject_type: str, ids: "sa.Select[int]", *, agency_id: int, context_id: int) -> None:
    """Put the cases of these subjects before the moderators of another agency. How they stand does not change."""
    db.session.execute(
        sa.update(ReviewCase)
        .where(ReviewCase.subject_type == subject_type, ReviewCase.subject_id.in_(ids))
        .values(agency_id=agency_id, context_id=context_id)
        .execution_options(synchronize_session=False)
    )


def become(case: ReviewCase, subject_type: str, subject_id: int) -> None:
    """The subject of a case has become another thing: its case goes on, with its log, its reports and its appeal."""
    case.subject_type, case.subject_id = subject_type, subject_id
    db.session.flush()


def note(subject_type: str, subject_id: int, action: ReviewAction, *, by: Person, note: str = "") -> ReviewCase:
    """Log what a moderator did to a subject besides deciding about its text; its status stays."""
    case = queries.get_case_of(subject_type, subject_id)
    cases.log(case, case.status, action, by, note=note)
    return case
