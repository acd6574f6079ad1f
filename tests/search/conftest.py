"""Engines to test: each on its own, made by number, so that two may share a place."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest
from flask import Flask

from core.db import db
from search import registry, services
from search.engines.base import Engine
from search.engines.postgres import PostgresEngine
from search.engines.tantivy import TantivyEngine
from search.engines.whoosh import WhooshEngine
from search.services import building, opening
from tests.search.library import Library
from tests.support.databases import PostgresStore, make_app
from tests.support.transactions import rolled_back

ENGINES = ("whoosh", "tantivy", "postgres")
MakeEngine: TypeAlias = Callable[[], Engine]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The engine of PostgreSQL searches in PostgreSQL only, and for the others one database is enough."""
    unwanted = ("[sqlite-postgres", "[postgresql-whoosh", "[postgresql-tantivy")
    items[:] = [item for item in items if not any(pair in item.name for pair in unwanted)]


@pytest.fixture
def site_engine(request: pytest.FixtureRequest, app: Flask) -> Iterator[str]:
    """The site with an engine (a parameter)."""
    app.config["SEARCH_ENGINE"] = request.param
    yield request.param
    opening.close_all()


@pytest.fixture(scope="session")
def _app_on_postgres(postgres_store: PostgresStore, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    app = make_app(postgres_store.migrated(), tmp_path_factory.mktemp("engine"))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def _in_postgres(_app_on_postgres: Flask) -> Iterator[None]:
    with rolled_back(_app_on_postgres):
        yield


@pytest.fixture(params=ENGINES)
def make_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MakeEngine]:
    """Opens the one index of the test, once more with each call."""
    if request.param == "postgres":
        request.getfixturevalue("_in_postgres")
    made: list[Engine] = []

    def make() -> Engine:
        match request.param:
            case "whoosh":
                made.append(WhooshEngine(tmp_path / "index"))
            case "tantivy":
                made.append(TantivyEngine(tmp_path / "index"))
            case _:
                made.append(PostgresEngine("search_entry_1"))
        return made[-1]

    yield make
    for engine in made:
        engine.close()


@pytest.fixture
def engine(make_engine: MakeEngine) -> Engine:
    """An empty index."""
    made = make_engine()
    made.clear()
    return made


@pytest.fixture
def library(site_engine: str, monkeypatch: pytest.MonkeyPatch) -> Library:
    """Twenty-three notes, one of them hidden, indexed: all there is to find."""
    made = Library({id_: f"vườn số {id_}" for id_ in range(1, 24)}, hidden={13})
    monkeypatch.setattr(registry, "_sources", {"note": made.source()})
    monkeypatch.setattr(building, "_BATCHES", 1)
    services.rebuild()
    return made
