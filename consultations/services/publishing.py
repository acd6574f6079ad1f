"""Publish a consultation, and what may befall it afterwards: extended, suspended, resumed, cancelled.

Each change leaves an event: the notice on the page, the log, and the ground of a letter to those who take part.
"""

from datetime import date, datetime

import sqlalchemy as sa

from accounts.models import Person
from consultations import indexing, policies
from consultations.models import (
    Consultation,
    ConsultationEvent,
    ConsultationState,
    Document,
    DocumentKind,
    EventKind,
    Provision,
    Version,
)
from consultations.policies import Phase
from consultations.services.drafting import must_be_draft
from core import clock, outbox
from core.db import db
from core.errors import Conflict, RuleBroken
from core.i18n import gettext as _

NOTICE = "consultations.notice"

ALLOWED: dict[EventKind, frozenset[Phase]] = {
    EventKind.EXTENDED: frozenset({Phase.UPCOMING, Phase.OPEN, Phase.SUSPENDED, Phase.CLOSED}),
    EventKind.SUSPENDED: frozenset({Phase.UPCOMING, Phase.OPEN}),
    EventKind.RESUMED: frozenset({Phase.SUSPENDED}),
    EventKind.CANCELLED: frozenset({Phase.UPCOMING, Phase.OPEN, Phase.SUSPENDED}),
}
"""From which phases each change makes sense."""


def publish(consultation: Consultation, *, by: Person | None, backdated: bool = False) -> ConsultationEvent:
    """Put a draft before the people; from now on its text, window and policies stand.

    A window cannot have begun before anybody could read the draft: an earlier opening becomes now, unless the
    consultation was held elsewhere and is only brought in (``backdated``). Raises RuleBroken when something is missing.
    """
    must_be_draft(consultation)
    versions, now = _first_versions(consultation), clock.now()
    if consultation.closes_at <= now and not backdated:
        raise RuleBroken(_("Ngày đóng đã qua. Hãy đặt lại thời gian lấy ý kiến."), "closes")
    opens_at = consultation.opens_at if backdated else max(consultation.opens_at, now)
    _check_period(consultation, opens_at)
    consultation.opens_at = opens_at
    consultation.state = ConsultationState.PUBLISHED
    consultation.published_at = now
    for version in versions:
        version.published_at = now
        indexing.reindex_provisions(version.id)
    indexing.reindex_consultation(consultation.id)
    return _record(consultation, EventKind.PUBLISHED, by)


def extend(consultation: Consultation, closes: date, *, by: Person, reason: str) -> ConsultationEvent:
    """Move the last day: later than it stands, and not in the past."""
    _check_change(consultation, EventKind.EXTENDED, reason)
    before, after = consultation.closes_at, clock.end_of(closes)
    if after <= max(before, clock.now()):
        raise RuleBroken(
            _("Ngày đóng mới phải sau ngày đóng hiện nay (%(date)s) và sau hôm nay.", date=_day(before)), "closes"
        )
    consultation.closes_at = after
    return tell(consultation, EventKind.EXTENDED, by, reason, before=before, after=after)


def suspend(consultation: Consultation, *, by: Person, reason: str) -> ConsultationEvent:
    """Take no opinions for a while; everything stays readable."""
    _check_change(consultation, EventKind.SUSPENDED, reason)
    consultation.state = ConsultationState.SUSPENDED
    return tell(consultation, EventKind.SUSPENDED, by, reason)


def resume(consultation: Consultation, *, by: Person, reason: str) -> ConsultationEvent:
    """Take opinions again, to the day that stands; extending gives back the days that were lost."""
    _check_change(consultation, EventKind.RESUMED, reason)
    consultation.state = ConsultationState.PUBLISHED
    return tell(consultation, EventKind.RESUMED, by, reason)


def cancel(consultation: Consultation, *, by: Person, reason: str) -> ConsultationEvent:
    """End it for good; the page stays, and says so."""
    _check_change(consultation, EventKind.CANCELLED, reason)
    consultation.state = ConsultationState.CANCELLED
    return tell(consultation, EventKind.CANCELLED, by, reason)


def publish_table(consultation: Consultation, *, by: Person) -> ConsultationEvent:
    """Close the book: the table of opinions is public, and from now on no opinion is edited or withdrawn."""
    if consultation.table_published_at is not None:
        raise Conflict(_("Bản tổng hợp đã được công bố."))
    if policies.phase(consultation, clock.now()) != Phase.CLOSED:
        raise RuleBroken(_("Chỉ công bố Bản tổng hợp sau khi đợt lấy ý kiến đã đóng."))
    consultation.table_published_at = clock.now()
    return _record(consultation, EventKind.TABLE_PUBLISHED, by)


def possible_changes(consultation: Consultation, at: datetime) -> list[EventKind]:
    """The changes that make sense now."""
    if consultation.table_published_at is not None:
        return []
    here = policies.phase(consultation, at)
    return [kind for kind, phases in ALLOWED.items() if here in phases]


def _check_change(consultation: Consultation, kind: EventKind, reason: str) -> None:
    """The row is read again under a lock, so that two drafters cannot both change it from the same state."""
    db.session.refresh(consultation, ["state", "closes_at", "table_published_at"], with_for_update=True)
    if kind not in possible_changes(consultation, clock.now()):
        raise Conflict(_("Đợt lấy ý kiến đã đổi trạng thái nên không làm được việc này nữa. Hãy xem lại."))
    if not reason:
        raise RuleBroken(_("Hãy nêu lý do. Lý do được công bố trên trang và gửi đến người tham gia."), "reason")


def _check_period(consultation: Consultation, opens_at: datetime) -> None:
    kind = db.session.get_one(DocumentKind, consultation.kind_code)
    opens, closes = clock.local(opens_at).date(), clock.local(consultation.closes_at).date()
    if policies.is_short(opens, closes, kind.days) and not consultation.short_period_reason:
        raise RuleBroken(
            _(
                "Ngắn hơn %(days)s ngày thường dùng cho %(kind)s. Hãy đặt lại ngày đóng, hoặc nêu lý do.",
                days=kind.days,
                kind=kind.name,
            ),
            "short_period_reason",
        )


def _first_versions(consultation: Consultation) -> list[Version]:
    """The one version that each document has before it is published. Raises RuleBroken where there is no text."""
    versions = list(
        db.session.scalars(
            sa.select(Version)
            .join(Document, Document.id == Version.document_id)
            .where(Document.consultation_id == consultation.id)
            .where(sa.exists().where(Provision.version_id == Version.id))
            .order_by(Document.position, Document.id)
        )
    )
    if not versions:
        raise RuleBroken(_("Chưa có dự thảo. Hãy tải tệp dự thảo lên."), "file")
    return versions


def tell(
    consultation: Consultation,
    kind: EventKind,
    by: Person,
    reason: str,
    *,
    before: datetime | None = None,
    after: datetime | None = None,
    version: Version | None = None,
) -> ConsultationEvent:
    """Record a change (``version``: the one that was published), and ask for the letters to those who take part."""
    event = _record(consultation, kind, by, reason, before=before, after=after)
    if version is not None:
        event.version_number = version.number
        event.document_id = version.document_id if _count_documents(consultation) > 1 else None
    db.session.flush()
    outbox.enqueue(NOTICE, {"event_id": event.id, "after": 0})
    return event


def _record(
    consultation: Consultation,
    kind: EventKind,
    by: Person | None,
    reason: str = "",
    *,
    before: datetime | None = None,
    after: datetime | None = None,
) -> ConsultationEvent:
    event = ConsultationEvent(
        consultation_id=consultation.id,
        kind=kind,
        at=clock.now(),
        actor_id=by.id if by else None,
        reason=reason,
        closes_before=before,
        closes_after=after,
    )
    db.session.add(event)
    db.session.flush()
    return event


def _count_documents(consultation: Consultation) -> int:
    mine = sa.select(sa.func.count()).where(Document.consultation_id == consultation.id)
    return db.session.scalar(mine) or 0


def _day(moment: datetime) -> str:
    return clock.local(moment).strftime("%d/%m/%Y")
