"""Every test runs inside one database transaction that is rolled back, whatever the code under test commits."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from flask import Flask
from sqlalchemy.engine import Connection, Engine

from core.db import db


@contextmanager
def rolled_back(app: Flask) -> Iterator[None]:
    """Give ``db.session`` one connection in a transaction of ours; its commits release savepoints and no more.

    Code that asks the engine for a connection of its own (backup, bulk copies, races) needs a database of its own
    instead: the fixture ``fresh_app``.
    """
    with app.app_context():
        # Flask-SQLAlchemy shows the mapping as read-only; putting a connection in it is its own way of testing.
        engines = cast("dict[str | None, Engine | Connection]", db.engines)
        engine = engines[None]
    db.session.session_factory.configure(join_transaction_mode="create_savepoint")
    assert isinstance(engine, Engine)
    with engine.connect() as connection:
        outer = connection.begin()
        engines[None] = connection
        try:
            with app.app_context():
                yield
        finally:
            engines[None] = engine
            outer.rollback()
