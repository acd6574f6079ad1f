"""Fixtures.

A test that asks for ``app``, ``client`` or ``session`` runs twice, on SQLite and on PostgreSQL, in a transaction
that is rolled back; one that asks for ``fresh_app`` gets a database of its own; one marked ``browser`` drives
Chromium, mostly against a live site. The app is imported when the first test asks for it: tests of pure parts do
not wait for it.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy.orm import Session

from core import memory, outbox
from core.db import db
from tests.support import chromium
from tests.support.client import Client
from tests.support.clock import FrozenClock
from tests.support.databases import PostgresStore, SqliteStore, Store, make_app
from tests.support.limits import SOAK
from tests.support.mail import Mailbox
from tests.support.missing import skip_or_fail
from tests.support.pages import Pages, watched_pages
from tests.support.postgres import PostgresMissing, running_postgres
from tests.support.queries import counted_queries
from tests.support.site import LiveSite
from tests.support.transactions import rolled_back

if TYPE_CHECKING:
    from accounts.models import Person

BOTH = ("sqlite", "postgresql")
LONGEST_NAME = 60


def pytest_collection_modifyitems(items: list[pytest.Item], config: pytest.Config) -> None:
    """The long forms run when they are asked for (make soak), and are left out without a word otherwise."""
    if SOAK:
        return
    long = [item for item in items if item.get_closest_marker("soak")]
    if long:
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if not item.get_closest_marker("soak")]


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Files and long texts get short names: the same in every process (an archive holds the time), and readable."""
    if isinstance(val, bytes):
        return argname
    if isinstance(val, str) and len(val) > LONGEST_NAME:
        return f"{val[:LONGEST_NAME].encode('unicode_escape').decode()} of {len(val)}"
    return None


# --- databases


@pytest.fixture(scope="session", autouse=True)
def _instance_of_tests(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Nothing that a test makes lands in the tree's own instance folder."""
    os.environ["DANBAN_INSTANCE"] = str(tmp_path_factory.mktemp("instance"))
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    os.environ["TEMPLATE_CACHE"] = str(shared / "templates")  # compiled once for every app and process of a run
    for name in ("DATABASE_URL", "REDIS_URL", "MAIL_URL", "SECRET_KEY", "DANBAN_DEMO", "SITE_URL"):
        os.environ.pop(name, None)


@pytest.fixture(scope="session")
def sqlite_store(tmp_path_factory: pytest.TempPathFactory) -> SqliteStore:
    return SqliteStore(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres_store() -> Iterator[PostgresStore]:
    """A server of our own, or the one at DANBAN_TEST_POSTGRES (a URL whose user may create databases)."""
    with ExitStack() as stack:
        url = os.environ.get("DANBAN_TEST_POSTGRES")
        if url is None:
            try:
                url = stack.enter_context(running_postgres())
            except PostgresMissing as missing:
                skip_or_fail(str(missing))
        store = PostgresStore(url)
        yield store
        store.drop_all()


@pytest.fixture(scope="session", params=BOTH)
def store(request: pytest.FixtureRequest) -> Store:
    """Makes databases; runs what asks for it once on each kind."""
    found: Store = request.getfixturevalue({"sqlite": "sqlite_store", "postgresql": "postgres_store"}[request.param])
    return found


@pytest.fixture(scope="session")
def _app_of_session(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    app = make_app(store.migrated(), tmp_path_factory.mktemp(f"app-{store.name}"))
    app.test_client_class = Client
    memory.settle()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app(_app_of_session: Flask, tmp_path: Path) -> Iterator[Flask]:
    """The app on one of the two databases, inside a transaction that is rolled back; an application context is open."""
    app = _app_of_session
    before = dict(app.config)
    (tmp_path / "instance").mkdir()
    app.config.update(DANBAN_INSTANCE=str(tmp_path / "instance"), MAIL_URL=f"file://{tmp_path / 'mail'}")
    with rolled_back(app):
        yield app
    app.config.clear()
    app.config.update(before)


@pytest.fixture
def fresh_app(store: Store, tmp_path: Path) -> Iterator[Flask]:
    """The app on an empty, migrated database of its own, where commits are real: for backup, races, bulk copies."""
    app = make_app(store.migrated(), tmp_path)
    app.test_client_class = Client
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def session(app: Flask) -> Session:
    """The database session of the test. What it writes is seen by requests of ``client``."""
    return db.session()


# --- requests


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor. Do not use it as a context manager: a request's context ends with the request."""
    return app.test_client()


class Login(Protocol):
    def __call__(self, person: "Person", client: FlaskClient | None = None) -> FlaskClient: ...


@pytest.fixture
def login(client: FlaskClient) -> Login:
    """Sign a person in without the form: ``login(person)`` for ``client``, or ``login(person, app.test_client())``."""

    own = client

    def sign_in(person: "Person", client: FlaskClient | None = None) -> FlaskClient:
        visitor = client or own
        db.session.flush()
        with visitor.session_transaction() as cookie:
            cookie["_user_id"] = person.get_id()
            cookie["_fresh"] = True
        return visitor

    return sign_in


@pytest.fixture
def count_queries() -> Callable[[], AbstractContextManager[list[str]]]:
    """``with count_queries() as queries: client.get(…)``, then ``assert len(queries) <= 12, queries``."""
    return counted_queries


@pytest.fixture
def outbox_drained(app: Flask) -> Callable[[], int]:
    """Do all work that waits in the outbox, as the worker would; returns how many rows were done."""
    return outbox.drain


@pytest.fixture
def mailbox(app: Flask) -> Mailbox:
    """Letters sent in this test, after ``outbox_drained()``."""
    return Mailbox(Path(app.config["MAIL_URL"].removeprefix("file://")))


@pytest.fixture
def frozen_clock() -> Iterator[FrozenClock]:
    """A clock that stands: ``frozen_clock.move(days=31)``."""
    with ExitStack() as stack:
        yield FrozenClock(stack)


class Danban(Protocol):
    def __call__(self, *arguments: str, input: str | None = None) -> Result: ...  # noqa: A002  # as click calls it


@pytest.fixture
def danban(app: Flask) -> Danban:
    """Run a command in this process, on the database of the test: ``danban("tallies", "check").exit_code``."""

    def run(*arguments: str, input: str | None = None) -> Result:  # noqa: A002  # as click calls it
        from app.cli import main

        db.session.commit()
        return app.test_cli_runner().invoke(main, list(arguments), input=input)

    return run


# --- the site and the browser


@pytest.fixture(scope="session")
def make_site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., LiveSite]]:
    """``make_site("postgresql")``: a site after ``danban init``, not started; stopped at the end of the run."""
    sites: list[LiveSite] = []
    initialised: dict[str, Path] = {}

    def make(kind: str = "sqlite", **settings: str) -> LiveSite:
        store: Store = request.getfixturevalue({"sqlite": "sqlite_store", "postgresql": "postgres_store"}[kind])

        def initialise(url: str) -> None:
            initialised[kind] = tmp_path_factory.mktemp(f"initialised-{kind}")
            LiveSite(url, initialised[kind]).danban("init")

        url = store.prepared("initialised", initialise)
        folder = tmp_path_factory.mktemp("site")
        shutil.copytree(initialised[kind], folder, dirs_exist_ok=True)
        sites.append(LiveSite(url, folder, settings=settings))
        return sites[-1]

    yield make
    for site in sites:
        site.stop()


@pytest.fixture(scope="module")
def live_site(make_site: Callable[..., LiveSite]) -> Iterator[LiveSite]:
    """A running site on SQLite, shared by the tests of one file: web and worker of the default deployment."""
    site = make_site()
    site.start()
    yield site
    site.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, started once."""
    executable = chromium.find_chromium()
    if executable is None:
        skip_or_fail("Chromium is not installed: browser tests cannot run (apt-get install chromium)")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=executable, args=chromium.flags())
        yield started
        started.close()


@pytest.fixture
def pages(browser: Browser) -> Iterator[Pages]:
    """Opens pages of visitors who share nothing: ``pages.open(site.url, javascript=False, phone=True)``."""
    with watched_pages(browser) as opened:
        yield opened


@pytest.fixture
def page(pages: Pages, live_site: LiveSite) -> Page:
    """One visitor of the live site, at a desk, with JavaScript."""
    return pages.open(live_site.url)
