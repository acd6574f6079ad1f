"""Reads of notifications."""

from datetime import datetime
from typing import TypeAlias

import sqlalchemy as sa

from core.db import db
from core.pagination import Page, paginate
from notifications.models import Notification

PAGE_SIZE = 30

Row: TypeAlias = "sa.Row[tuple[int, str, str, str, datetime, datetime | None]]"


def list_notifications(person_id: int, *, cursor: str | None) -> Page[Row]:
    """What a person was told, newest first. Rows: id, subject, body, path, created_at, read_at."""
    statement = sa.select(
        Notification.id,
        Notification.subject,
        Notification.body,
        Notification.path,
        Notification.created_at,
        Notification.read_at,
    ).where(Notification.person_id == person_id)
    return paginate(statement, [(Notification.id, "id", True)], cursor=cursor, size=PAGE_SIZE)


def count_unread(person_id: int) -> int:
    """How many the person has not marked as read."""
    statement = sa.select(sa.func.count()).select_from(Notification)
    unread = statement.where(Notification.person_id == person_id, Notification.read_at.is_(None))
    return db.session.scalar(unread) or 0


def export_notifications(person_id: int) -> list[dict[str, str | None]]:
    """Every notification of a person, oldest first, ready for JSON."""
    rows = db.session.scalars(
        sa.select(Notification).where(Notification.person_id == person_id).order_by(Notification.id)
    )
    return [
        {
            "subject": row.subject,
            "body": row.body,
            "path": row.path,
            "created_at": row.created_at.isoformat(timespec="seconds"),
            "read_at": row.read_at.isoformat(timespec="seconds") if row.read_at else None,
        }
        for row in rows
    ]
