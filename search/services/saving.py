"""Searches that people keep, and letters when one finds something new."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from accounts.models import Person
from accounts.queries import list_permissions
from accounts.registry import PersonalData
from core import clock, outbox
from core.db import db
from core.errors import NotFound, RuleBroken
from core.i18n import gettext as _
from core.links import address_of, path_to
from core.signing import sign, unsign
from notifications.services import notify
from search import saved_queries
from search.addresses import normal_address, read_address
from search.documents import Key
from search.engines.base import Sort
from search.models import SavedSearch
from search.services.asking import to_query
from search.services.finding import keys

__all__ = [
    "EVERY",
    "MOST_SAVED",
    "PERSONAL_DATA",
    "SEEN_KEPT",
    "WATCH",
    "ask_for_news",
    "delete_search",
    "found_by",
    "look_for_news",
    "rename_search",
    "save_search",
    "unwatch_by_token",
    "watch_search",
]

WATCH = "search.watch"  # topic of the outbox
EVERY = timedelta(hours=24)
MOST_SAVED = 50
SEEN_KEPT = 5_000  # of what a watched search finds, the newest: what is older is not news
_TOKEN_AGE = timedelta(days=400)
_PURPOSE = "saved-search"


def save_search(person: Person, *, name: str, address: str, is_watched: bool) -> SavedSearch:
    """Keep a search under a name that the person has not used yet."""
    if saved_queries.count_saved(person.id) >= MOST_SAVED:
        raise RuleBroken(_("Bạn đã lưu %(n)s kết quả tìm. Hãy bỏ bớt trước khi lưu thêm.", n=MOST_SAVED))
    if saved_queries.is_name_used(person.id, name):
        raise RuleBroken(_("Bạn đã dùng tên này. Hãy đặt tên khác."))
    kept = normal_address(address)
    if not kept:
        raise RuleBroken(_("Chưa có gì để lưu: hãy tìm trước, rồi lưu kết quả."))
    saved = SavedSearch(person_id=person.id, name=name, address=kept, created_at=clock.now(), is_watched=False)
    db.session.add(saved)
    if is_watched:
        watch_search(saved, on=True)
    db.session.flush()
    return saved


def rename_search(saved: SavedSearch, name: str) -> None:
    """Another name, not used yet."""
    if name != saved.name and saved_queries.is_name_used(saved.person_id, name):
        raise RuleBroken(_("Bạn đã dùng tên này. Hãy đặt tên khác."))
    saved.name = name
    db.session.flush()


def watch_search(saved: SavedSearch, *, on: bool) -> None:
    """Write to the person when it finds something that it does not find now, or stop it."""
    saved.is_watched = on
    saved.checked_at = clock.now() if on else None
    saved.seen = [_word(key) for key in found_by(saved)[0]] if on else None
    db.session.flush()


def delete_search(saved: SavedSearch) -> None:
    db.session.delete(saved)
    db.session.flush()


def found_by(saved: SavedSearch, limit: int = SEEN_KEPT) -> tuple[list[Key], int]:
    """What it finds now, the newest first, and how much in all. Staff may search by author, others may not."""

    is_staff = bool(list_permissions(saved.person_id))
    query = to_query(read_address(saved.address), is_staff=is_staff)
    return keys(replace(query, sort=Sort.NEWEST, offset=0, limit=limit))


def unwatch_by_token(token: str) -> SavedSearch:
    """Stop the letters that the link in a letter belongs to."""
    saved = saved_queries.find_saved(unsign(_PURPOSE, token, max_age=_TOKEN_AGE) or 0)
    if saved is None:
        raise NotFound
    watch_search(saved, on=False)
    return saved


# --- news ------------------------------------------------------------------------------------------------------------


def ask_for_news() -> None:
    """Leave it to the worker to look at the searches that are due; called once a minute."""
    for id_ in saved_queries.claim_due(clock.now() - EVERY, clock.now()):
        outbox.enqueue(WATCH, {"id": id_})


def look_for_news(ids: Sequence[int]) -> None:
    """Write to those whose searches find what they did not find before. Doing it twice writes once."""
    for saved in saved_queries.list_watched(ids):
        found = [_word(key) for key in found_by(saved)[0]]
        seen = set(saved.seen or ())
        new = [word for word in found if word not in seen]
        saved.seen = found
        if new:
            _write(saved, len(new))


def _write(saved: SavedSearch, number: int) -> None:
    path = f"{path_to('search.search')}?{saved.address}&sap-xep={Sort.NEWEST}"
    token = sign(_PURPOSE, saved.id)
    notify(
        saved.person_id,
        None,
        _("%(n)s kết quả mới cho “%(name)s”", n=number, name=saved.name),
        "saved_search",
        path,
        search_name=saved.name,
        number=number,
        stop=address_of(path_to("search.unwatch", token=token)),
        manage=address_of(path_to("search.saved_searches")),
    )


def _word(key: Key) -> str:
    return f"{key[0]}:{key[1]}"


# --- personal data ---------------------------------------------------------------------------------------------------


def _erase(person_id: int) -> None:
    db.session.execute(sa.delete(SavedSearch).where(SavedSearch.person_id == person_id))


PERSONAL_DATA = PersonalData("saved_searches", saved_queries.export_saved, _erase)
