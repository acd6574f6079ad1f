"""Pages by cursor: the hundredth costs what the first does, and new rows never shift what is being read."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from core.db import db

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """Part of a list. Cursors are opaque text for the ``trang`` parameter; None where there is no further page."""

    items: Sequence[T]
    next_cursor: str | None = None
    prev_cursor: str | None = None


def encode_cursor(values: Sequence[Any], *, backwards: bool = False) -> str:
    raw = json.dumps([backwards, *values], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decode_cursor(cursor: str | None, length: int) -> tuple[bool, list[int]] | None:
    """(backwards, key values), or None for no cursor or one that was tampered with: the first page answers both."""
    if not cursor:
        return None
    try:
        backwards, *values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, TypeError):
        return None
    bounded = all(isinstance(value, int) and abs(value) < 2**62 for value in values)
    if not isinstance(backwards, bool) or len(values) != length or not bounded:
        return None
    return backwards, values


def paginate(
    statement: "sa.Select[*tuple[Any, ...]]",
    keys: Sequence[tuple["sa.ColumnElement[Any] | Any", str, bool]],
    *,
    cursor: str | None,
    size: int,
) -> Page[Any]:
    """One page of rows ordered by ``keys``: (column, name of that attribute on the row, descending).

    Keys are integers, together unique, and all run the same way. Rows come as ``Row``; one more than ``size`` is read.
    """
    decoded = decode_cursor(cursor, len(keys))
    backwards, values = decoded if decoded else (False, None)
    descending = keys[0][2] != backwards
    columns = [key[0] for key in keys]
    if values is not None:
        here, there = sa.tuple_(*columns), sa.tuple_(*[sa.literal(value) for value in values])
        statement = statement.where(here < there if descending else here > there)
    order = [column.desc() if descending else column.asc() for column in columns]
    rows = list(db.session.execute(statement.order_by(*order).limit(size + 1)).all())
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()

    def cursor_of(row: Any, *, back: bool) -> str:
        return encode_cursor([getattr(row, key[1]) for key in keys], backwards=back)

    has_next, has_prev = (True, more) if backwards else (more, values is not None)
    return Page(
        items=rows,
        next_cursor=cursor_of(rows[-1], back=False) if rows and has_next else None,
        prev_cursor=cursor_of(rows[0], back=True) if rows and has_prev else None,
    )
