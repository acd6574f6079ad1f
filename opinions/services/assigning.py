"""Who answers which provision, by when; and letters to those whose day comes near or is past."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, timedelta

import sqlalchemy as sa

from accounts.models import Person
from consultations.models import Consultation
from core import clock, outbox
from core.db import db
from core.errors import RuleBroken
from core.i18n import gettext as _
from core.links import path_to
from notifications.services import notify
from opinions.models import ClauseAssignment
from opinions.queries import assignments as queries

REMIND_TOPIC = "opinions.due"
BEFORE = timedelta(days=2)
"""So long before its day an assignment is reminded of; again once when the day is past."""
FIRST_HOUR = 7
"""Of the day in Việt Nam: nobody is written to at night."""


def assign(
    consultation: Consultation,
    places: Collection[tuple[int, int]],
    *,
    officer_id: int | None,
    due_on: date | None,
    by: Person,
) -> int:
    """Give provisions (document, place) to an officer, or to nobody; returns how many.

    Raises RuleBroken for no place, a foreign place, an officer who may not answer here, a day that is past.
    """
    wanted = set(places)
    if not wanted:
        raise RuleBroken(_("Hãy chọn ít nhất một điều khoản."), "places")
    if not wanted <= set(queries.list_places(consultation.id)):
        raise RuleBroken(_("Có điều khoản không thuộc dự thảo này. Hãy tải lại trang."), "places")
    if officer_id is not None and officer_id not in {one.id for one in queries.list_officers(consultation.agency_id)}:
        raise RuleBroken(_("Người này không có quyền trả lời ý kiến ở cơ quan này."), "officer")
    if due_on is not None and due_on < clock.today():
        raise RuleBroken(_("Hạn đã qua. Hãy chọn từ hôm nay trở đi."), "due_on")
    _clear(wanted)
    if officer_id is not None:
        now = clock.now()
        db.session.add_all(
            ClauseAssignment(
                consultation_id=consultation.id,
                document_id=document_id,
                place=place,
                officer_id=officer_id,
                due_on=due_on,
                assigned_by_id=by.id,
                assigned_at=now,
            )
            for document_id, place in sorted(wanted)
        )
    db.session.flush()
    return len(wanted)


def ask_for_reminders() -> None:
    """Leave it to the worker to write to those whose day comes near or is past; called once a minute."""
    if clock.local(clock.now()).hour < FIRST_HOUR:
        return
    for consultation_id in queries.consultations_due(clock.today(), BEFORE):
        outbox.enqueue(REMIND_TOPIC, {"consultation_id": consultation_id})


def remind(consultation_id: int) -> int:
    """Write to the officers of a consultation who have something left that is due: one letter each; returns how many.

    Doing it twice writes once: what was reminded of is noted in the same transaction.
    """
    today = clock.today()
    due = queries.list_due(consultation_id, today, BEFORE)
    if not due:
        return 0
    left = {item.key: item for item in queries.what_is_left(consultation_id).items}
    by_officer: dict[int, list[ClauseAssignment]] = defaultdict(list)
    for one in due:
        one.reminded_on = today
        if any(item.left and item.assignment_id == one.id for item in left.values()):
            by_officer[one.officer_id].append(one)
    title = db.session.get_one(Consultation, consultation_id).title
    for officer_id, assigned in by_officer.items():
        notify(
            person_id=officer_id,
            email=None,
            subject=_("Ý kiến cần trả lời: %(title)s", title=title),
            template="answers_due",
            path=path_to("assigning.left", consultation_id=consultation_id, nguoi=officer_id),
            title=title,
            number=len(assigned),
            overdue=sum(1 for one in assigned if one.due_on and one.due_on < today),
            day=f"{min(one.due_on for one in assigned if one.due_on):%d/%m/%Y}",
        )
    db.session.flush()
    return len(by_officer)


def _clear(places: Collection[tuple[int, int]]) -> None:
    mine = sa.tuple_(ClauseAssignment.document_id, ClauseAssignment.place).in_(sorted(places))
    db.session.execute(sa.delete(ClauseAssignment).where(mine).execution_options(synchronize_session=False))
