"""Backup and restore: everything comes back, on both databases, even from a site that is writing."""

import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from app import backup as archives
from app.cli import main
from consultations.models import Comment, Consultation
from core import files
from core.db import Base, db, transaction
from tests.consultations.drafts import make_published
from tests.consultations.sending import say
from tests.factories import make_agency, make_person
from tests.support.databases import Store, make_app


def rows_of_every_table() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, in the order of their keys."""
    return {
        table.name: [tuple(row) for row in db.session.execute(sa.select(table).order_by(*table.primary_key))]
        for table in Base.metadata.sorted_tables
    }


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(main, list(arguments))


@pytest.fixture
def site(fresh_app: Flask) -> Flask:
    """A site with a draft (its file on disk), people and opinions."""
    with transaction():
        consultation = make_published(make_agency())
        for n in range(5):
            say(consultation, "khoản 1 Điều 2", f"Ý kiến {n}")
    return fresh_app


@pytest.fixture
def empty_site(store: Store, tmp_path: Path) -> Iterator[Flask]:
    """Another machine: an empty database and an empty folder."""
    app = make_app(store.empty(), tmp_path / "elsewhere")
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


DERIVED = ("search_index", "search_word")


class TestARestoredSite:
    def test_has_every_row_and_every_file(self, site: Flask, empty_site: Flask, tmp_path: Path) -> None:
        with site.app_context():
            before = rows_of_every_table()
            stored = {path.name: path.read_bytes() for path in files.folder().rglob("*") if path.is_file()}
            assert run(site, "backup", str(tmp_path / "all.tar")).exit_code == 0
        restored = run(empty_site, "restore", str(tmp_path / "all.tar"))
        assert restored.exit_code == 0, restored.output
        with empty_site.app_context():
            after = rows_of_every_table()
            assert [after.pop(name) for name in DERIVED]  # made anew, with the index
            assert after == {name: rows for name, rows in before.items() if name not in DERIVED}
            assert len(before["comment"]) == 5
            assert {path.name: path.read_bytes() for path in files.folder().rglob("*") if path.is_file()} == stored
            assert run(empty_site, "tallies", "check").exit_code == 0

    def test_is_of_one_moment_though_people_were_writing(self, site: Flask, empty_site: Flask, tmp_path: Path) -> None:
        stop = threading.Event()

        def write() -> None:
            with site.app_context():
                while not stop.is_set():
                    with transaction():
                        consultation = db.session.scalars(sa.select(Consultation)).one()
                        say(consultation, "Điều 1", "Giữa lúc sao lưu", person=make_person())
                db.session.remove()

        writer = threading.Thread(target=write)
        writer.start()
        try:
            with site.app_context():
                archives.backup(tmp_path / "all.tar")
        finally:
            stop.set()
            writer.join()
        assert run(empty_site, "restore", str(tmp_path / "all.tar")).exit_code == 0
        with empty_site.app_context():
            checked = run(empty_site, "tallies", "check")
            assert checked.exit_code == 0, checked.output
            assert (db.session.scalar(sa.select(sa.func.count()).select_from(Comment)) or 0) >= 5


class TestARestore:
    def test_into_a_place_that_is_not_empty_is_refused(self, site: Flask, tmp_path: Path) -> None:
        with site.app_context():
            archives.backup(tmp_path / "all.tar")
            before = rows_of_every_table()
            refused = run(site, "restore", str(tmp_path / "all.tar"))
            assert refused.exit_code == 1
            assert "not empty" in refused.output
            assert rows_of_every_table() == before

    def test_of_a_damaged_archive_changes_nothing(self, site: Flask, empty_site: Flask, tmp_path: Path) -> None:
        whole, damaged = tmp_path / "all.tar", tmp_path / "damaged.tar"
        with site.app_context():
            archives.backup(whole)
        folder = tmp_path / "unpacked"
        with tarfile.open(whole) as archive:
            archive.extractall(folder, filter="data")
        copy = folder / archives.DATABASE
        copy.write_bytes(copy.read_bytes()[:-100])
        with tarfile.open(damaged, "w") as archive:
            archive.add(folder, ".")
        refused = run(empty_site, "restore", str(damaged))
        assert refused.exit_code == 1
        assert "damaged" in refused.output
        with empty_site.app_context():
            assert not sa.inspect(db.engine).get_table_names()
