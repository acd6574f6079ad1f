"""The index is made anew while the old one serves; what is broken is noticed, answered around and mended."""

import errno
import shutil
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from core import outbox
from core.db import db
from search import queries, services
from search.analysis import terms
from search.documents import Key
from search.engines.base import SearchQuery
from search.engines.postgres import list_tables
from search.query import parse
from search.services import Notice, building, opening
from tests.search.conftest import ENGINES
from tests.search.library import Library, change, find, found_ids

Danban = Callable[..., Result]


pytestmark = pytest.mark.parametrize("site_engine", ENGINES, indirect=True)


def keys() -> set[Key]:
    return set(services.engine().fingerprints())


class TestRebuilding:
    def test_holds_what_is_public(self, library: Library) -> None:
        assert keys() == {("note", id_) for id_ in library.public}

    def test_the_old_one_serves_until_the_new_one_is_whole(self, library: Library) -> None:
        before = opening.index_number()
        building._start_or_go_on()
        for _ in range(3):
            assert not services.step().finished
            assert (opening.index_number(), len(found_ids("vườn"))) == (before, 22)
        services.rebuild()
        assert opening.index_number() > before
        assert len(found_ids("vườn")) == 22

    def test_goes_on_where_a_killed_build_stopped(self, library: Library) -> None:
        building._start_or_go_on()
        assert [services.step().id, services.step().id] == [5, 10]
        opening.close_all()  # its process is gone
        told: list[int] = []
        assert services.rebuild(lambda progress: told.append(progress.id)) == 22
        assert told == [16, 21, 23]

    def test_a_batch_whose_place_was_not_noted_is_written_again(self, library: Library) -> None:
        building._start_or_go_on()
        services.step()
        number = queries.get_index(opening.engine_name()).building
        assert number is not None
        opening.open_index(number).add(library.documents([6, 7, 8]))  # and then it was killed
        assert services.rebuild() == 22
        assert services.verify(lambda _seconds: None).is_none

    def test_begins_again_when_asked_to(self, library: Library) -> None:
        building._start_or_go_on()
        services.step()
        told: list[int] = []
        services.rebuild(lambda progress: told.append(progress.id), fresh=True)
        assert told[0] == 5

    def test_catches_up_with_what_changes_meanwhile(self, library: Library) -> None:
        building._start_or_go_on()
        services.step()
        change(library, 2, hidden=True)  # in the part that is written
        change(library, 3, text="ruộng")
        change(library, 22, text="rừng")  # in the part that is not
        services.index("note", [2, 3, 22])
        assert (found_ids("ruộng"), found_ids("rừng")) == (set(), set())  # rows still wait: not believed
        outbox.drain()
        assert (found_ids("ruộng"), found_ids("rừng")) == ({3}, {22})
        services.rebuild()
        assert 2 not in found_ids("vườn")
        assert (found_ids("ruộng"), found_ids("rừng")) == ({3}, {22})
        assert services.verify(lambda _seconds: None).is_none

    def test_serves_a_table_that_the_planner_knows(self, library: Library, site_engine: str) -> None:
        services.rebuild()
        if site_engine == "postgres":
            named = {"name": f"search_entry_{opening.index_number()}"}
            known = db.session.scalar(sa.text("SELECT reltuples FROM pg_class WHERE relname = :name"), named)
            assert known == len(keys()) == 22

    def test_leaves_nothing_of_the_old_ones(self, library: Library, site_engine: str) -> None:
        for _ in range(2):
            services.rebuild()
        number = opening.index_number()
        if site_engine == "postgres":
            assert list_tables(opening._TABLE) == [f"{opening._TABLE}{number}"]
        else:
            assert [path.name for path in opening._place(number).parent.iterdir()] == [str(number)]

    def test_by_the_worker_in_pieces(self, library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("search.tasks._SECONDS", 0.0)
        library.texts[99] = "vườn mới"
        services.request_rebuild()
        services.request_rebuild()
        db.session.commit()
        assert outbox.drain() > 3
        assert 99 in found_ids("mới")


class TestVerifying:
    def test_finds_no_difference_where_there_is_none(self, library: Library, danban: Danban) -> None:
        result = danban("search", "verify")
        assert (result.exit_code, "No difference." in result.output) == (0, True)

    def test_tells_missing_extra_and_stale(self, library: Library, danban: Danban) -> None:
        library.texts[40] = "thiếu"
        library.texts[4] = "sửa"
        library.hidden.add(7)
        result = danban("search", "verify")
        assert result.exit_code == 1
        assert "missing: 1 (note 40)" in result.output
        assert "extra: 1 (note 7)" in result.output
        assert "stale: 1 (note 4)" in result.output

    def test_what_waits_for_the_worker_is_no_difference(self, library: Library) -> None:
        change(library, 4, text="sửa")
        assert services.verify(lambda _seconds: None).is_none
        assert outbox.drain() == 1
        assert services.verify(lambda _seconds: None).is_none

    def test_says_that_there_is_no_index(self, library: Library, danban: Danban, site_engine: str) -> None:
        queries.get_index(site_engine).current = None
        result = danban("search", "verify")
        assert result.exit_code == 1
        assert "danban search rebuild" in result.output


class TestHealing:
    def test_a_site_without_an_index_reads_the_database_and_gets_one(self, library: Library, site_engine: str) -> None:
        db.session.delete(queries.get_index(site_engine))
        db.session.commit()
        assert (find("vườn").notice, len(found_ids("vườn"))) == (Notice.DATABASE, 22)
        assert found_ids("số 13") == found_ids("!!! --") == set()
        services.heal()
        outbox.drain()
        assert (find("vườn").notice, len(found_ids("vườn"))) == (None, 22)

    def test_a_removed_index_is_made_again(self, library: Library, site_engine: str) -> None:
        number = opening.index_number()
        opening.drop(number) if site_engine == "postgres" else shutil.rmtree(opening._place(number))
        assert (find("vườn").notice, find("vườn").total) == (Notice.DATABASE, 22)
        services.heal()
        outbox.drain()
        assert find("vườn").notice is None

    def test_a_damaged_build_begins_again(self, library: Library, site_engine: str) -> None:
        building._start_or_go_on()
        services.step()
        number = queries.get_index(site_engine).building
        assert number is not None
        opening.drop(number)
        if site_engine != "postgres":
            opening._place(number).mkdir()
            (opening._place(number) / "nonsense").write_text("?")
        assert services.rebuild() == 22
        assert services.verify(lambda _seconds: None).is_none

    def test_a_full_disk_leaves_the_index_and_the_work(self, library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(*_args: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        change(library, 5, text="ruộng")
        with monkeypatch.context() as patched:
            patched.setattr(type(services.engine()), "add", full)
            outbox.drain()
        assert outbox.pending() == 1
        assert (found_ids("ruộng"), len(found_ids("vườn"))) == (set(), 21)  # neither its old words nor its new ones
        services.index("note", [5])
        assert services.engine().search(SearchQuery(words=parse("ruộng", terms))).total == 1

    def test_a_change_of_engine_is_healed(self, library: Library, app: Flask, site_engine: str) -> None:
        app.config["SEARCH_ENGINE"] = "tantivy" if site_engine == "whoosh" else "whoosh"
        assert find("vườn").notice is Notice.DATABASE
        services.heal()
        outbox.drain()
        assert find("vườn").notice is None
