"""The database: one declarative base, one session, one way to commit.

Services flush; the edge commits once: ``@transactional`` on a view, ``with transaction()`` in the shell and the worker.
"""

import enum
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

import sqlalchemy as sa
from flask import Flask, has_request_context, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.orm import DeclarativeBase, Session

P = ParamSpec("P")
R = TypeVar("R")

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
BUSY_TIMEOUT_MS = 15_000

_writing: ContextVar[bool] = ContextVar("writing", default=False)


class Base(DeclarativeBase):
    """Base of every model."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base)


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An aware moment in UTC on every database; a naive one is refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone was given to the database")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None or value.tzinfo is not None:
            return value and value.astimezone(UTC)
        return value.replace(tzinfo=UTC)


def str_enum(kind: type[enum.StrEnum], name: str) -> sa.Enum:
    """A column that holds the values of a StrEnum as text, with a CHECK constraint called ``name``."""
    return sa.Enum(
        kind,
        name=name,
        native_enum=False,
        length=30,
        create_constraint=True,
        values_callable=lambda members: [str(member.value) for member in members],
    )


def _configure(connection: Any, _record: object) -> None:
    if isinstance(connection, sqlite3.Connection):
        _configure_sqlite(connection)
    else:
        connection.execute("SET jit = off")  # pages ask for little: compiling a statement takes longer than running it
        connection.commit()


def _configure_sqlite(connection: sqlite3.Connection) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, below
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=NORMAL", f"busy_timeout={BUSY_TIMEOUT_MS}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Writers take the lock at once: a reader that turns writer half-way would be refused, not made to wait."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _is_writing() else "BEGIN")


def _is_writing() -> bool:
    return _writing.get() or (has_request_context() and request.method not in SAFE_METHODS)


def listen(engine: type[Engine] | Engine) -> None:
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin_sqlite)


listen(Engine)


def init_app(app: Flask) -> None:
    db.init_app(app)


def insert(table: type[Base] | sa.Table) -> postgresql.Insert | sqlite.Insert:
    """INSERT as this database speaks it: with ``on_conflict_do_nothing`` and ``on_conflict_do_update``."""
    speaks = postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    return speaks(table)


def rows_changed(statement: sa.Update | sa.Delete, session: Session | None = None) -> int:
    """Run it in the session of the request, or in another; how many rows it met."""
    return cast("sa.CursorResult[Any]", (session or db.session).execute(statement)).rowcount


@contextmanager
def transaction() -> Iterator[None]:
    """One write transaction outside a request: commits at the end, rolls back on any error."""
    token = _writing.set(True)
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    finally:
        _writing.reset(token)


@contextmanager
def beside() -> Iterator[Session]:
    """A short write transaction of its own beside the session's, which may be reading: for telling of progress."""
    with Session(db.engine, join_transaction_mode="create_savepoint") as session, session.begin():
        yield session


def transactional(view: Callable[P, R]) -> Callable[P, R]:
    """Commit once after the view; roll everything back if it raises."""

    @wraps(view)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            response = view(*args, **kwargs)
            db.session.commit()
        except BaseException:
            db.session.rollback()
            raise
        return response

    return run


def let_go_of_locks() -> None:
    """End the transaction before something slow that needs no database, so that nobody waits for it.

    For views that have only read so far; what they loaded is read again when it is used.
    """
    db.session.commit()
