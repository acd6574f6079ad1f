"""Databases for tests: migrated once, then cloned as often as a test wants an empty one of its own."""

import os
import shutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.engine import make_url

Prepare = Callable[[str], None]  # takes the URL of an empty database


class Store(ABC):
    """Makes databases of one kind. The first is prepared (migrated), the others are clones of it."""

    name: str

    def __init__(self) -> None:
        self._numbers = count()
        self._prepared: dict[str, str] = {}

    @abstractmethod
    def empty(self) -> str:
        """The URL of a new database without tables."""

    @abstractmethod
    def clone(self, url: str) -> str:
        """The URL of a copy; nobody may be connected to the original."""

    def prepared(self, key: str, prepare: Prepare) -> str:
        """The URL of a new database as ``prepare`` leaves it; it runs once for each key."""
        if key not in self._prepared:
            url = self.empty()
            prepare(url)
            self._prepared[key] = url
        return self.clone(self._prepared[key])

    def migrated(self) -> str:
        """The URL of a new database with the tables of today and nothing in them."""
        return self.prepared("migrated", migrate)


class SqliteStore(Store):
    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def empty(self) -> str:
        return f"sqlite:///{self._folder / f'test-{next(self._numbers)}.sqlite3'}"

    def clone(self, url: str) -> str:
        copy = self.empty()
        shutil.copyfile(_path(url), _path(copy))
        return copy


class PostgresStore(Store):
    name = "postgresql"

    def __init__(self, server_url: str) -> None:
        super().__init__()
        self._server = sa.create_engine(server_url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        # A server that was given to us may serve several test runs at once.
        self._prefix = f"danban_test_{os.getpid()}"

    def empty(self) -> str:
        return self._create("TEMPLATE template0 ENCODING 'UTF8'")

    def clone(self, url: str) -> str:
        return self._create(f'TEMPLATE "{make_url(url).database}"')

    def drop_all(self) -> None:
        """Remove what was made; a server of our own needs none of it."""
        with self._server.connect() as connection:
            for number in range(next(self._numbers)):
                connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{self._prefix}_{number}" WITH (FORCE)')

    def _create(self, how: str) -> str:
        name = f"{self._prefix}_{next(self._numbers)}"
        with self._server.connect() as connection:
            connection.exec_driver_sql(f'CREATE DATABASE "{name}" {how}')
        return self._server.url.set(database=name).render_as_string(hide_password=False)


def _path(url: str) -> Path:
    name = make_url(url).database
    assert name, url
    return Path(name)


def test_settings(url: str, folder: Path) -> dict[str, Any]:
    """Settings of an app under test: everything it writes stays in the folder, nothing wakes a worker."""
    return {
        "TESTING": True,
        "SECRET_KEY": "not a secret: tests",
        "SQLALCHEMY_DATABASE_URI": url,
        "DANBAN_INSTANCE": str(folder / "instance"),
        "MAIL_URL": f"file://{folder / 'mail'}",
        "WAKE_WORKER": False,
        "TEMPLATE_CACHE": os.environ.get("TEMPLATE_CACHE", str(folder / "templates")),
        "WTF_CSRF_ENABLED": False,
    }


def make_app(url: str, folder: Path, more: Mapping[str, Any] | None = None) -> Flask:
    """An app on this database, with its instance folder and its mail in ``folder``."""
    from app import create_app

    (folder / "instance").mkdir(parents=True, exist_ok=True)
    return create_app(test_settings(url, folder) | dict(more or {}))


def migrate(url: str) -> None:
    """Bring an empty database to the tables of today, by the migrations."""
    from app import database

    folder = Path(os.environ["DANBAN_INSTANCE"])
    database.upgrade(make_app(url, folder))
