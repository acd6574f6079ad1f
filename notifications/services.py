"""Tell people what happened: on their page, and by letter."""

from typing import Any

import sqlalchemy as sa

from accounts import queries as accounts
from accounts.registry import PersonalData
from core import clock
from core.db import db
from core.links import address_of
from core.mail import render_message, send_mail
from notifications.models import Notification
from notifications.queries import export_notifications


def notify(
    person_id: int | None, email: str | None, subject: str, template: str, path: str, **context: Any
) -> Notification | None:
    """Tell a person with an account (``person_id``), or a guest (``email`` alone), in the present transaction.

    ``template`` is ``templates/emails/<template>.txt``: the page shows its block ``body``, the letter is the whole.
    ``path`` is where it happened, on this site; the letter ends with its full address. A person's letter goes to their
    confirmed address, not to ``email``; none goes to who took their consent back. Returns what the page will show.
    """
    told = {"path": path, "url": address_of(path), **context}
    if person_id is None:
        if email:
            send_mail(email, subject, template, **told)
        return None
    person = accounts.find_person(person_id)
    if person is None or not person.is_active:
        return None
    told = {"name": person.full_name, **told}
    notification = Notification(
        person_id=person.id,
        subject=subject[:300],
        body=render_message(template, **told),
        path=path,
        created_at=clock.now(),
    )
    db.session.add(notification)
    db.session.flush()
    if person.email_confirmed_at is not None and not accounts.has_withdrawn(person.id):
        send_mail(person.email, subject, template, **told)
    return notification


def mark_read(person_id: int, notification_id: int | None = None) -> None:
    """Mark one notification of a person as read, or all of them. Another person's is left alone."""
    unread = sa.update(Notification).where(Notification.person_id == person_id, Notification.read_at.is_(None))
    if notification_id is not None:
        unread = unread.where(Notification.id == notification_id)
    db.session.execute(unread.values(read_at=clock.now()))


def erase_notifications(person_id: int) -> None:
    """Forget what a person was told."""
    db.session.execute(sa.delete(Notification).where(Notification.person_id == person_id))


PERSONAL_DATA = PersonalData("notifications", export_notifications, erase_notifications)
