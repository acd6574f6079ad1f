"""What an agency promises, and the letters that moderators asked for: every morning, and when something is urgent.

A promise holds for what begins to wait after it was given: nothing becomes late after the fact.
"""

from datetime import timedelta

import sqlalchemy as sa

from accounts import queries as accounts
from accounts.models import Membership, Person
from accounts.policies import Permission, roles_with
from core import clock, outbox
from core.db import db
from core.errors import NotFound, RuleBroken
from core.i18n import SOURCE, speaking
from core.i18n import gettext as _
from core.links import path_to
from moderation.models import Promise, Watch
from moderation.queries import waiting
from notifications.services import notify

TELL = "moderation.tell"
MOST_HOURS = 720
MORNING = 7
"""The hour (Asia/Ho_Chi_Minh) from which summaries go out."""

BETWEEN_ALERTS = timedelta(hours=1)


def promise(agency_id: int, hours: int, *, by: Person) -> None:
    """Within how many hours the agency will decide from now on. Raises NotFound for who does not moderate there."""
    if not accounts.holds_in(by.id, Permission.MODERATE, agency_id):
        raise NotFound
    if not 1 <= hours <= MOST_HOURS:
        raise RuleBroken(_("Từ 1 đến %(n)s giờ.", n=MOST_HOURS), "hours")
    kept = db.session.get(Promise, agency_id)
    if kept is None:
        db.session.add(Promise(agency_id=agency_id, hours=hours))
    else:
        kept.hours = hours
    db.session.flush()


def choose(person: Person, *, daily: bool, urgent: bool) -> Watch:
    """Which letters a moderator wants. The first summary comes the next morning."""
    kept = db.session.get(Watch, person.id)
    if kept is None:
        kept = Watch(person_id=person.id, told_on=clock.today(), looked_at=clock.now())
        db.session.add(kept)
    if urgent and not kept.urgent:
        kept.looked_at = clock.now()
    kept.daily, kept.urgent = daily, urgent
    db.session.flush()
    return kept


def ask_for_letters() -> None:
    """Leave the letters that are due to the worker; called once a minute, and cheap when none are."""
    now, today = clock.now(), clock.today()
    due: list[sa.ColumnElement[bool]] = [sa.and_(Watch.urgent.is_(True), Watch.looked_at <= now - BETWEEN_ALERTS)]
    if clock.local(now).hour >= MORNING:
        due.append(sa.and_(Watch.daily.is_(True), sa.or_(Watch.told_on.is_(None), Watch.told_on < today)))
    for person_id in db.session.scalars(sa.select(Watch.person_id).where(sa.or_(*due), _still_moderates())):
        outbox.enqueue(TELL, {"person_id": person_id})


def _still_moderates() -> "sa.ColumnElement[bool]":
    return sa.exists().where(
        Membership.person_id == Watch.person_id, Membership.role.in_(roles_with(Permission.MODERATE))
    )


@speaking(SOURCE)
def tell(person_id: int) -> None:
    """Send a moderator what is due now, once: the row is held, and says what was told."""
    watch = db.session.scalar(
        sa.select(Watch).where(Watch.person_id == person_id).with_for_update().execution_options(populate_existing=True)
    )
    if watch is None:
        return
    now, today = clock.now(), clock.today()
    if watch.urgent and watch.looked_at <= now - BETWEEN_ALERTS:
        count = waiting.count_newly_urgent(person_id, watch.looked_at, now)
        watch.looked_at = now
        if count:
            _write(person_id, _("%(n)s mục kiểm duyệt cần xem ngay", n=count), newly=count)
    if watch.daily and clock.local(now).hour >= MORNING and (watch.told_on is None or watch.told_on < today):
        watch.told_on = today
        found = waiting.waiting_for(person_id, now)
        if found.total:
            _write(person_id, _("%(n)s mục đang chờ kiểm duyệt", n=_upto(found.total)), newly=0)
    db.session.flush()


def _write(person_id: int, subject: str, *, newly: int) -> None:
    """A letter with figures alone: what waits is read behind the sign-in."""
    found = waiting.waiting_for(person_id, clock.now())
    notify(
        person_id=person_id,
        email=None,
        subject=subject,
        template="moderation_summary",
        path=path_to("moderation.queue") + ("?han=qua" if found.late else ""),
        newly=newly,
        total=_upto(found.total),
        late=_upto(found.late),
        reported=found.reported,
        appeals=found.appeals,
        oldest=f"{clock.local(found.oldest):%H:%M, %d/%m/%Y}" if found.oldest else "",
    )


def _upto(count: int) -> str:
    return f"{count}+" if count >= waiting.COUNTED else str(count)
