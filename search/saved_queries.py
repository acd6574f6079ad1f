"""Reads of the searches that people keep."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from core.db import db
from core.errors import NotFound
from search.models import SavedSearch

_AT_ONCE = 100


def list_saved(person_id: int) -> list[SavedSearch]:
    """A person's searches, by name."""
    rows = sa.select(SavedSearch).where(SavedSearch.person_id == person_id).order_by(SavedSearch.name)
    return list(db.session.scalars(rows))


def count_saved(person_id: int) -> int:
    return db.session.scalar(sa.select(sa.func.count()).where(SavedSearch.person_id == person_id)) or 0


def is_name_used(person_id: int, name: str) -> bool:
    """Whether the person has a search of that name."""
    named = sa.exists().where(SavedSearch.person_id == person_id, SavedSearch.name == name)
    return bool(db.session.scalar(sa.select(named)))


def get_saved(person_id: int, saved_id: int) -> SavedSearch:
    """A person's own search; another's is not there."""
    saved = find_saved(saved_id)
    if saved is None or saved.person_id != person_id:
        raise NotFound
    return saved


def find_saved(saved_id: int) -> SavedSearch | None:
    return db.session.get(SavedSearch, saved_id)


def claim_due(before: datetime, now: datetime) -> list[int]:
    """Ids of watched searches not looked at since then, the longest waiting first; from now on they are looked at."""
    due = (
        sa.select(SavedSearch.id)
        .where(SavedSearch.is_watched, SavedSearch.checked_at <= before)
        .order_by(SavedSearch.checked_at)
        .limit(_AT_ONCE)
    )
    ids = list(db.session.scalars(due))
    if ids:
        claimed = sa.update(SavedSearch).where(SavedSearch.id.in_(ids), SavedSearch.checked_at <= before)
        ids = list(db.session.scalars(claimed.values(checked_at=now).returning(SavedSearch.id)))
    return ids


def list_watched(ids: Sequence[int]) -> list[SavedSearch]:
    """Those of these that are watched still."""
    return list(db.session.scalars(sa.select(SavedSearch).where(SavedSearch.id.in_(ids), SavedSearch.is_watched)))


def export_saved(person_id: int) -> list[dict[str, Any]]:
    """For the copy of a person's data."""
    return [
        {
            "name": saved.name,
            "address": saved.address,
            "watched": saved.is_watched,
            "created_at": saved.created_at.isoformat(),
        }
        for saved in list_saved(person_id)
    ]
