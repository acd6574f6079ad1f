"""Letters about a change of a consultation, to those who take part in it: a batch at a time, by the worker."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from accounts.models import Person
from consultations.models import (
    Consultation,
    ConsultationEvent,
    Contributor,
    Document,
    EventKind,
    Submission,
    Verification,
)
from core import outbox
from core.db import db
from core.i18n import gettext as _
from core.mail import send_mail

BATCH = 200


def send_batch(event_id: int, after: int, topic: str) -> None:
    """Write the letters of the next contributors, and leave the rest as one more row of work.

    Somebody who sent several times gets one letter: from the first of their contributors. A letter asked for twice
    carries the same Message-ID.
    """
    event = db.session.get(ConsultationEvent, event_id)
    if event is None:
        return
    consultation = db.session.get_one(Consultation, event.consultation_id)
    title = _title(event, consultation)
    found = _addresses(consultation.id, event.at, after)
    for _contributor_id, address, name in found:
        send_mail(
            address,
            subject(event, consultation),
            "consultation_notice",
            message_id=_message_id(event.id, address),
            name=name,
            event=event,
            consultation=consultation,
            title=title,
        )
    if len(found) == BATCH:
        outbox.enqueue(topic, {"event_id": event_id, "after": found[-1][0]})


def subject(event: ConsultationEvent, consultation: Consultation) -> str:
    """What the letter is about."""
    told = {
        EventKind.EXTENDED: _("Gia hạn lấy ý kiến"),
        EventKind.SUSPENDED: _("Tạm dừng lấy ý kiến"),
        EventKind.RESUMED: _("Tiếp tục lấy ý kiến"),
        EventKind.CANCELLED: _("Hủy đợt lấy ý kiến"),
        EventKind.VERSION_PUBLISHED: _("Dự thảo có bản đính chính") if event.reason else _("Dự thảo có bản mới"),
    }
    return f"{told.get(event.kind, _('Lấy ý kiến'))}: {_title(event, consultation)}"


def _title(event: ConsultationEvent, consultation: Consultation) -> str:
    """Of the text that it is about, where the dossier holds several."""
    document = db.session.get(Document, event.document_id) if event.document_id else None
    return document.title if document else consultation.title


def _addresses(consultation_id: int, sent_before: datetime, after: int) -> Sequence[tuple[int, str, str]]:
    """(contributor, address, name) of up to BATCH people: accounts and guests who confirmed their address."""
    account = sa.and_(Person.email_confirmed_at.is_not(None))
    guest = Contributor.verification == Verification.GUEST_CONFIRMED
    address = sa.case((account, Person.email), (guest, Contributor.email))
    first = sa.func.min(Contributor.id).label("first")
    people = (
        sa.select(first, sa.func.lower(address).label("address"), sa.func.min(Contributor.name).label("name"))
        .join(Submission, Submission.contributor_id == Contributor.id)
        .outerjoin(Person, Person.id == Contributor.person_id)
        .where(Submission.consultation_id == consultation_id, Submission.sent_at <= sent_before)
        .where(address.is_not(None))
        .group_by(sa.func.lower(address))
        .having(first > after)
        .order_by(first)
        .limit(BATCH)
    )
    return [(row.first, row.address, row.name) for row in db.session.execute(people).all()]


def _message_id(event_id: int, address: str) -> str:
    digest = hashlib.sha256(f"{event_id}:{address}".encode()).hexdigest()[:32]
    return f"<notice-{event_id}-{digest}@danban>"
