"""The database that migrations build is the one that the models describe; with data in it they go up and down."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from flask import Flask

import app.models  # noqa: F401  # fills the metadata
from app import database
from core.db import Base
from tests.architecture.checks.migrations import differences, shape
from tests.architecture.checks.rows import counts, fill
from tests.architecture.checks.tree import ROOT
from tests.support.databases import Store, make_app

MIGRATIONS = ROOT / "migrations"


@contextmanager
def connected(app: Flask) -> Iterator[sa.Connection]:
    engine = sa.create_engine(app.config["SQLALCHEMY_DATABASE_URI"], poolclass=sa.NullPool)
    with engine.begin() as connection:
        yield connection


@pytest.fixture
def empty_app(store: Store, tmp_path: Path) -> Flask:
    """An app on a database without tables."""
    return make_app(store.empty(), tmp_path)


class TestShape:
    def test_is_numbered_and_free_of_models_with_one_head(self) -> None:
        assert shape(MIGRATIONS) == []

    def test_planted_faults_are_found(self, tmp_path: Path) -> None:
        versions = tmp_path / "versions"
        versions.mkdir()
        (versions / "0001_initial.py").write_text('revision = "0001"\ndown_revision = None\n')
        (versions / "0002_more.py").write_text(
            'revision = "abc"\ndown_revision = "0001"\nfrom accounts.models import Person\n'
        )
        (versions / "0004_Later-on.py").write_text('import core.db\nrevision = "0004"\ndown_revision = "0001"\n')
        (versions / "0005_gap.py").write_text('revision = "0005"\ndown_revision = "0004"\n')
        assert shape(tmp_path) == [
            "0002_more.py: its revision is 'abc'",
            "0002_more.py: imports accounts.models",
            "0004_Later-on.py: the name is not NNNN_short_name.py",
            "0004_Later-on.py: imports core.db",
            "0005_gap.py: is number 4 in order",
            "heads: 0005, abc",
        ]


class TestAutogenerate:
    def test_finds_nothing_to_do(self, empty_app: Flask) -> None:
        database.upgrade(empty_app)
        with connected(empty_app) as connection:
            assert differences(connection, Base.metadata) == []

    def test_planted_differences_are_found(self, empty_app: Flask) -> None:
        there = sa.MetaData()
        sa.Table("thing", there, sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(10)))
        wanted = sa.MetaData()
        sa.Table(
            "thing",
            wanted,
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("name", sa.String(20), index=True),
            sa.Column("more", sa.Integer),
            sa.CheckConstraint("id > 0", name="ck_thing_positive"),
        )
        with connected(empty_app) as connection:
            there.create_all(connection)
            found = "\n".join(differences(connection, wanted))
        for part in ("add_column", "modify_type", "add_index", "ck_thing_positive"):
            assert part in found


class TestWithData:
    def test_up_step_by_step_with_rows_in_every_table_then_down_and_up_again(self, empty_app: Flask) -> None:
        revisions = [script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()][::-1]
        for revision in revisions:
            database.upgrade(empty_app, revision)
            with connected(empty_app) as connection:
                filled = fill(connection)
            assert filled, revision
            assert all(filled.values()), filled
        for revision in [*revisions[-2::-1], "base"]:
            database.downgrade(empty_app, revision)
        with connected(empty_app) as connection:
            assert counts(connection) == {}
        database.upgrade(empty_app)
        with connected(empty_app) as connection:
            assert differences(connection, Base.metadata) == []
            assert set(counts(connection)) == set(filled)

    def test_an_upgrade_may_be_repeated_and_keeps_the_rows(self, empty_app: Flask) -> None:
        database.upgrade(empty_app)
        with connected(empty_app) as connection:
            filled = fill(connection)
        database.upgrade(empty_app)
        with connected(empty_app) as connection:
            assert counts(connection) == filled

    def test_dossiers_asked_for_before_the_upgrade_are_made_after_it_and_back(self, empty_app: Flask) -> None:
        payload: sa.ColumnClause[dict[str, int]] = sa.column("payload", sa.JSON())
        outbox = sa.table("outbox", *(sa.column(name) for name in ("topic", "due_at", "attempts")), payload)
        old, other = ("opinions.dossier", {"dossier_id": 7}), ("core.other", {"dossier_id": 8})
        rows = [dict(zip(("topic", "payload"), row, strict=True)) for row in (old, other)]
        database.upgrade(empty_app, "0001")
        with connected(empty_app) as connection:
            connection.execute(outbox.insert().values(due_at=sa.func.current_timestamp(), attempts=0), rows)

        def waiting() -> list[tuple[str, dict[str, int]]]:
            with connected(empty_app) as connection:
                found = connection.execute(sa.select(outbox.c.topic, outbox.c.payload).order_by(outbox.c.topic))
                return [(row.topic, row.payload) for row in found]

        database.upgrade(empty_app, "0002")
        assert waiting() == [other, ("opinions.export", {"export_id": 7})]
        database.downgrade(empty_app, "0001")
        assert waiting() == [other, old]
