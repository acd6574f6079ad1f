"""The fixtures keep what they promise: other tests rest on them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Error
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accounts.models import Agency, AgencyKind, Person, PersonKind
from core import clock
from core.access import public
from core.db import db, transaction, transactional
from tests.conftest import Login
from tests.support.clock import FrozenClock
from tests.support.pages import Pages
from tests.support.queries import counted_queries

NAMES = sa.select(Agency.code).order_by(Agency.code)


def _agency(code: str) -> Agency:
    return Agency(code=code, name=code, kind=AgencyKind.MINISTRY, path="/")


class TestApp:
    @pytest.mark.parametrize("turn", [1, 2])
    def test_what_a_test_commits_is_gone_in_the_next(self, session: Session, turn: int) -> None:
        assert session.scalars(NAMES).all() == []
        with transaction():
            session.add(_agency("A"))
        assert session.scalars(NAMES).all() == ["A"]

    def test_a_refused_row_leaves_what_was_committed_before_it(self, session: Session) -> None:
        with transaction():
            session.add(_agency("A"))
        with pytest.raises(IntegrityError), transaction():
            session.add(_agency("A"))
        assert session.scalars(NAMES).all() == ["A"]

    def test_runs_on_both_databases(self, app: Flask, request: pytest.FixtureRequest) -> None:
        assert db.engine.dialect.name in request.node.name

    def test_keeps_files_in_the_folder_of_the_test(self, app: Flask, tmp_path: Path) -> None:
        assert Path(app.config["DANBAN_INSTANCE"]).is_relative_to(tmp_path)


class TestClient:
    """On an app of its own, for a route is added to it."""

    @pytest.fixture
    def visitor(self, fresh_app: Flask) -> FlaskClient:
        @fresh_app.post("/test-write")
        @public
        @transactional
        def write() -> str:
            before = ",".join(db.session.scalars(NAMES))
            db.session.execute(sa.update(Agency).values(name="changed"))
            return before

        return fresh_app.test_client()

    def test_a_request_sees_what_the_test_wrote_and_the_test_what_the_request_did(self, visitor: FlaskClient) -> None:
        agency = _agency("A")
        db.session.add(agency)
        assert visitor.post("/test-write").text == "A"
        assert agency.name == "changed"

    def test_a_request_has_a_session_of_its_own(self, visitor: FlaskClient, fresh_app: Flask) -> None:
        seen: list[int] = []
        fresh_app.teardown_request(lambda _error: seen.append(id(db.session())))
        visitor.post("/test-write")
        assert seen
        assert seen[0] != id(db.session())


class TestLogin:
    def test_signs_in_one_visitor_and_no_other(self, app: Flask, session: Session, login: Login) -> None:
        person = Person(
            email="lan@example.vn",
            password_hash="",
            full_name="Lan",
            public_name="Lan",
            kind=PersonKind.INDIVIDUAL,
            email_confirmed_at=clock.now(),
            created_at=clock.now(),
        )
        session.add(person)
        client = login(person)
        with client.session_transaction() as cookie:
            assert cookie["_user_id"] == person.get_id()
        with app.test_client().session_transaction() as cookie:
            assert "_user_id" not in cookie


class TestCountQueries:
    def test_counts_statements_but_not_savepoints(self, session: Session) -> None:
        with counted_queries() as queries:
            session.scalars(NAMES).all()
            session.commit()
            session.scalars(NAMES).all()
        assert len(queries) == 2, queries


@pytest.mark.xdist_group("together")
class TestGroups:
    """Without them every process that gets a browser test of a file sets up a site of its own."""

    def test_are_known_to_whoever_shares_out_the_tests(self, request: pytest.FixtureRequest) -> None:
        if hasattr(request.config, "workerinput"):
            assert request.node.nodeid.endswith("@together")


class TestFrozenClock:
    def test_stands_until_it_is_moved(self, frozen_clock: FrozenClock) -> None:
        frozen_clock.set(datetime(2026, 1, 31, tzinfo=UTC))
        frozen_clock.move(days=1)
        assert clock.now() == datetime(2026, 2, 1, tzinfo=UTC)


@pytest.mark.browser
class TestPages:
    def test_a_script_error_is_noticed(self, pages: Pages) -> None:
        page = pages.open("http://127.0.0.1")
        page.set_content("<script>throw new Error('planted')</script>")
        assert any("planted" in trouble for trouble in pages.watch.troubles)
        pages.watch.forgive("planted")

    def test_a_request_to_another_host_is_noticed(self, pages: Pages) -> None:
        page = pages.open("http://127.0.0.1")
        page.route("**", lambda route: route.abort())
        with pytest.raises(Error):
            page.goto("http://elsewhere.example/")
        assert any("elsewhere.example" in trouble for trouble in pages.watch.troubles)
        pages.watch.forgive("elsewhere.example")
        pages.watch.forgive("ERR_FAILED")
