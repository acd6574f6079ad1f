"""Engines under killed writers, damaged files, forks and several processes: detected, reported, and mended by clear."""

import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.db import db
from search.analysis import terms
from search.documents import SearchDocument
from search.engines.base import REBUILD_COMMAND, Engine, IndexDamaged, SearchQuery
from search.engines.postgres import PostgresEngine
from search.engines.tantivy import TantivyEngine
from search.engines.whoosh import WhooshEngine
from search.engines.whoosh.files import _NAME
from search.query import parse
from tests.search.conftest import MakeEngine
from tests.support.damage import put_in_place
from tests.support.databases import PostgresStore, make_app

ROOT = Path(__file__).resolve().parent.parent.parent
START = datetime(2026, 1, 1, tzinfo=UTC)


def _rename_files(folder: Path) -> None:
    for path in list(folder.iterdir()):
        path.rename(path.with_name(path.name.replace(_NAME, "f0a0")))


def _rewrite_format(folder: Path) -> None:
    (folder / "format.json").write_text('{"name": "f0a0"}')


@dataclass(frozen=True)
class Kind:
    """An engine of files, and which files it has. ``row``: what makes a row of a document, to put a full disk there."""

    make: Callable[[Path], WhooshEngine | TantivyEngine]
    segments: tuple[str, ...]
    contents: str
    locks: tuple[str, ...]
    row: str
    full: Exception
    make_older: Callable[[Path], None]


KINDS = {
    "whoosh": Kind(
        WhooshEngine,
        segments=("*.seg",),
        contents="*.toc",
        locks=("danban.lock", f"{_NAME}_WRITELOCK"),
        row="search.engines.whoosh.files.row",
        full=OSError(28, "No space left on device"),
        make_older=_rename_files,
    ),
    "tantivy": Kind(
        TantivyEngine,
        segments=("*.idx", "*.pos", "*.term", "*.fast"),
        contents="meta.json",
        locks=("danban.lock", ".tantivy-writer.lock", ".tantivy-meta.lock"),
        row="search.engines.tantivy.files.row",
        full=ValueError('An IO error occurred: Os { code: 28, kind: StorageFull, message: "No space left" }'),
        make_older=_rewrite_format,
    ),
}

# Adds batches of ten for ever, each batch of one number; says so when a batch is in.
WRITER = """
import sys
sys.path.insert(0, {root!r})
from pathlib import Path
from tests.search.test_safety import KINDS, batch
engine = KINDS[{kind!r}].make(Path({folder!r}))
for number in range(int(sys.argv[1]), 10**6):
    engine.add(batch(number))
    print(number, flush=True)
"""
WRITER_IN_POSTGRES = """
import sys
sys.path.insert(0, {root!r})
from pathlib import Path
from search.engines.postgres import PostgresEngine
from tests.search.test_safety import batch
from tests.support.databases import make_app
with make_app({url!r}, Path({folder!r})).app_context():
    engine = PostgresEngine("search_entry_1")
    for number in range(int(sys.argv[1]), 10**6):
        engine.add(batch(number))
        print(number, flush=True)
"""


def document(id_: int, body: str) -> SearchDocument:
    return SearchDocument(
        type="comment",
        id=id_,
        consultation_id=1,
        version_id=1,
        lineage_id=1,
        citation="Điều 1",
        title="",
        body=body,
        created_at=START,
    )


def batch(number: int) -> list[SearchDocument]:
    """Ten documents that say which batch they are of; they replace those of twenty batches before."""
    return [document(number % 20 * 10 + each, f"lô số{number} đất {'đai ' * each}") for each in range(10)]


def asked(text: str) -> SearchQuery:
    return SearchQuery(words=parse(text, terms), limit=50)


def kill_writers(engine: Engine, script: str, kills: int) -> None:
    """Kill some while they write: what was in stays, what was being written is in whole or not at all."""
    chance = random.Random(2)
    number = 0
    for _ in range(kills):
        command = [sys.executable, "-c", script, str(number)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline()  # it is under way
            time.sleep(chance.uniform(0, 0.25))
            writer.send_signal(signal.SIGKILL)
            said = [int(line) for line in writer.stdout.read().split()]
        number = max([number, *said])
        engine.check()
        found = [engine.search(asked(f"số{number + ahead}")).total for ahead in range(3)]
        assert found[0] == 10
        assert set(found) <= {0, 10}
        number += 2
        engine.add(batch(number))  # nobody holds the lock
    assert engine.count() <= 200


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    return KINDS[request.param]


@pytest.fixture
def engine(kind: Kind, tmp_path: Path) -> Iterator[WhooshEngine | TantivyEngine]:
    made = kind.make(tmp_path / "index")
    made.clear()
    yield made
    made.close()


FileEngine = WhooshEngine | TantivyEngine


class TestKilledWriters:
    def test_lose_nothing_that_was_in_and_leave_no_half(
        self, engine: FileEngine, request: pytest.FixtureRequest
    ) -> None:
        name = request.node.callspec.params["kind"]
        kill_writers(engine, WRITER.format(root=str(ROOT), kind=name, folder=str(engine.folder)), kills=4)
        assert len(list(engine.folder.iterdir())) < 100  # what killed writers left is swept

    def test_lose_nothing_in_postgresql(self, postgres_store: PostgresStore, tmp_path: Path) -> None:
        url = postgres_store.migrated()
        with make_app(url, tmp_path).app_context():
            engine = PostgresEngine("search_entry_1")
            engine.clear()
            script = WRITER_IN_POSTGRES.format(root=str(ROOT), url=url, folder=str(tmp_path / "writer"))
            kill_writers(engine, script, kills=2)
            db.session.remove()
            db.engine.dispose()

    def test_leave_locks_that_stop_nobody(self, engine: FileEngine, kind: Kind) -> None:
        engine.add([document(1, "đất")])
        for name in kind.locks:
            (engine.folder / name).write_text("999999")
        engine.add([document(2, "đất")])
        assert engine.count() == 2


def _read_for_ever(name: str, folder: Path, errors: "multiprocessing.Queue[str]", stop: "Stop") -> None:
    engine = KINDS[name].make(folder)
    try:
        while not stop.is_set():
            total = engine.search(asked("đất")).total
            if total % 10:
                errors.put(f"saw half a batch: {total}")
    except Exception as error:
        errors.put(repr(error))


class TestSeveralProcesses:
    def test_readers_see_whole_batches_while_one_writes(
        self, engine: FileEngine, request: pytest.FixtureRequest
    ) -> None:
        name = request.node.callspec.params["kind"]
        engine.add(batch(0))
        with _readers(name, engine.folder) as errors:
            until = time.monotonic() + 2
            number = 0
            while time.monotonic() < until or number < 12:  # a busy machine takes longer
                number += 1
                engine.add(batch(number))
        assert errors.empty(), errors.get()

    def test_a_fork_and_its_parent_do_not_disturb_each_other(self, engine: FileEngine) -> None:
        engine.add(batch(1) + batch(2))
        assert engine.search(asked("số2")).total == 10  # before the fork as well: what it leaves behind is inherited
        child = os.fork()
        if child == 0:
            right = all(engine.search(asked("số2")).total == 10 for _ in range(50))
            os._exit(0 if right else 1)
        for _ in range(50):
            assert engine.search(asked("số1")).total == 10
        assert os.waitpid(child, 0)[1] == 0

    def test_names_of_files_do_not_come_from_the_seed(self, engine: FileEngine) -> None:
        for id_ in range(5):
            random.seed(1)
            engine.add([document(id_, "đất")])
        assert engine.count() == 5


class Stop:
    """What of an event of multiprocessing is used."""

    def is_set(self) -> bool: ...  # type: ignore[empty-body]  # only its form counts


@contextmanager
def _readers(name: str, folder: Path) -> "Iterator[multiprocessing.Queue[str]]":
    """Two processes that search all the time; what they complain of."""
    context = multiprocessing.get_context("spawn")
    errors: multiprocessing.Queue[str] = context.Queue()
    stop = context.Event()
    readers = [context.Process(target=_read_for_ever, args=(name, folder, errors, stop)) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        yield errors
    finally:
        stop.set()
        for reader in readers:
            reader.join(20)


# Whoosh leaves files to the garbage collector when it cannot read them.
@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
class TestDamage:
    @pytest.fixture(autouse=True)
    def _documents(self, engine: FileEngine) -> None:
        engine.add([document(id_, f"đất {id_} " * 50) for id_ in range(100)])
        assert engine.count() == 100  # it is open, at this state

    @pytest.fixture
    def segments(self, engine: FileEngine, kind: Kind) -> list[Path]:
        return sorted(path for pattern in kind.segments for path in engine.folder.glob(pattern))

    @pytest.fixture
    def contents(self, engine: FileEngine, kind: Kind) -> Path:
        return next(engine.folder.glob(kind.contents))

    def refuses(self, engine: FileEngine, kind: Kind) -> None:
        """A process that opens the damaged index says so, with the way out; clear is it."""
        fresh = kind.make(engine.folder)
        with pytest.raises(IndexDamaged, match=REBUILD_COMMAND):
            fresh.check()
        fresh.clear()
        assert fresh.count() == 0
        fresh.add([document(1, "vườn")])
        assert fresh.search(asked("vườn")).total == 1
        fresh.check()
        assert engine.count() == 1  # the one that was open all along follows

    def notices_at_once(self, engine: FileEngine, kind: Kind) -> None:
        with pytest.raises(IndexDamaged, match=REBUILD_COMMAND):
            kind.make(engine.folder).search(asked("đất"))
        self.refuses(engine, kind)

    @pytest.mark.parametrize("left", [0, 0.3, 0.9, 0.999])
    def test_a_cut_file_is_noticed_at_once(
        self, engine: FileEngine, kind: Kind, segments: list[Path], left: float
    ) -> None:
        whole = segments[0].read_bytes()
        put_in_place(segments[0], whole[: int(len(whole) * left)])
        self.notices_at_once(engine, kind)

    def test_bytes_too_many_are_noticed_at_once(self, engine: FileEngine, kind: Kind, segments: list[Path]) -> None:
        put_in_place(segments[0], segments[0].read_bytes() + b"\0" * 100)
        self.notices_at_once(engine, kind)

    def test_a_missing_file_is_noticed_at_once(self, engine: FileEngine, kind: Kind, segments: list[Path]) -> None:
        segments[0].unlink()
        self.notices_at_once(engine, kind)

    def test_a_flipped_byte_anywhere_is_noticed_by_a_check(
        self, engine: FileEngine, kind: Kind, segments: list[Path]
    ) -> None:
        for path in segments:
            whole = path.read_bytes()
            for place in {len(whole) * part // 8 for part in range(8)}:
                put_in_place(path, whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
                with pytest.raises(IndexDamaged, match=REBUILD_COMMAND):
                    kind.make(engine.folder).check()
            put_in_place(path, whole)
        segments[0].unlink()
        self.refuses(engine, kind)

    @pytest.mark.parametrize("content", [None, b"", b"nonsense", b"{}", b"\0" * 500])
    def test_a_missing_or_broken_table_of_contents(
        self, engine: FileEngine, kind: Kind, contents: Path, content: bytes | None
    ) -> None:
        contents.unlink() if content is None else put_in_place(contents, content)
        with pytest.raises(IndexDamaged):
            kind.make(engine.folder).add([document(1, "đất")])
        self.refuses(engine, kind)

    def test_a_broken_list_of_sizes(self, engine: FileEngine, kind: Kind) -> None:
        (engine.folder / "sizes.json").write_text("{")
        self.refuses(engine, kind)

    def test_an_index_of_an_older_analysis(self, engine: FileEngine, kind: Kind) -> None:
        kind.make_older(engine.folder)
        self.notices_at_once(engine, kind)

    def test_a_full_disk_is_no_damage(self, engine: FileEngine, kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(*_args: object) -> None:
            raise kind.full

        with monkeypatch.context() as patched:
            patched.setattr(kind.row, full)
            with pytest.raises(OSError, match="No space"):
                engine.add([document(500, "đất")])
        assert engine.count() == 100
        engine.add([document(500, "đất")])
        assert engine.count() == 101


@pytest.mark.parametrize("make_engine", ["postgres"], indirect=True)
class TestDamageInPostgresql:
    @pytest.mark.parametrize(
        "damage",
        [
            "DROP TABLE search_entry_1",
            "COMMENT ON TABLE search_entry_1 IS 'f0a0'",
            "ALTER TABLE search_entry_1 DROP COLUMN words",
        ],
    )
    def test_of_the_table_is_noticed_at_once(self, make_engine: MakeEngine, damage: str) -> None:
        engine = make_engine()
        engine.clear()
        engine.add([document(1, "đất")])
        db.session.execute(sa.text(damage))
        with pytest.raises(IndexDamaged, match=REBUILD_COMMAND):
            make_engine().search(asked("đất"))
        engine.clear()
        engine.add([document(2, "vườn")])
        assert make_engine().search(asked("vườn")).total == 1
