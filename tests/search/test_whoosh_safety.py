"""The Whoosh engine under killed writers, damaged files, forks and several processes."""

import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from search.analysis import terms
from search.documents import SearchDocument
from search.engines.base import REBUILD_COMMAND, IndexBusy, IndexDamaged, SearchQuery
from search.engines.whoosh import _NAME, WhooshEngine
from search.query import parse

ROOT = Path(__file__).resolve().parent.parent.parent
START = datetime(2026, 1, 1, tzinfo=UTC)

# Adds batches of ten for ever, each batch of one number; says so when a batch is in.
WRITER = """
import sys
sys.path.insert(0, {root!r})
from tests.search.test_whoosh_safety import batch
from search.engines.whoosh import WhooshEngine
engine = WhooshEngine({folder!r})
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


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[WhooshEngine]:
    made = WhooshEngine(tmp_path / "index")
    made.clear()
    yield made
    made.close()


def segment_files(engine: WhooshEngine) -> list[Path]:
    return sorted(engine.folder.glob("*.seg"))


class TestKilledWriters:
    def test_lose_nothing_that_was_in_and_leave_no_half(self, engine: WhooshEngine) -> None:
        chance = random.Random(2)
        number = 0
        for _ in range(6):
            script = WRITER.format(root=str(ROOT), folder=str(engine.folder))
            command = [sys.executable, "-c", script, str(number)]
            with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
                assert writer.stdout is not None
                assert writer.stdout.readline()  # it is under way
                time.sleep(chance.uniform(0, 0.25))
                writer.send_signal(signal.SIGKILL)
                said = [int(line) for line in writer.stdout.read().split()]
            number = max([number, *said])
            engine.check()
            # The batch that was being written is in whole or not at all.
            found = [engine.search(asked(f"số{number + ahead}")).total for ahead in range(3)]
            assert found[0] == 10
            assert set(found) <= {0, 10}
            number += 2
            engine.add(batch(number))  # nobody holds the lock
        assert engine.count() <= 200
        assert len(list(engine.folder.iterdir())) < 60  # what killed writers left is swept

    def test_a_lock_file_left_over_stops_nobody(self, engine: WhooshEngine) -> None:
        engine.add([document(1, "đất")])
        for name in ("danban.lock", f"{_NAME}_WRITELOCK"):
            (engine.folder / name).write_text("999999")
        engine.add([document(2, "đất")])
        assert engine.count() == 2

    def test_a_writer_that_never_ends_is_reported(self, engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("search.engines.whoosh.LOCK_SECONDS", 0.2)
        with engine._locked(), pytest.raises(IndexBusy):
            WhooshEngine(engine.folder).add([document(1, "đất")])


def _read_for_ever(folder: Path, errors: "multiprocessing.Queue[str]", stop: object) -> None:
    engine = WhooshEngine(folder)
    try:
        while not stop.is_set():  # type: ignore[attr-defined]
            total = engine.search(asked("đất")).total
            if total % 10:
                errors.put(f"saw half a batch: {total}")
    except Exception as error:
        errors.put(repr(error))


class TestSeveralProcesses:
    def test_readers_see_whole_batches_while_one_writes(self, engine: WhooshEngine) -> None:
        engine.add(batch(0))
        context = multiprocessing.get_context("spawn")
        errors: multiprocessing.Queue[str] = context.Queue()
        stop = context.Event()
        readers = [context.Process(target=_read_for_ever, args=(engine.folder, errors, stop)) for _ in range(2)]
        for reader in readers:
            reader.start()
        try:
            until = time.monotonic() + 3
            number = 0
            while time.monotonic() < until or number < 12:  # a busy machine takes longer
                number += 1
                engine.add(batch(number))
        finally:
            stop.set()
            for reader in readers:
                reader.join(20)
        assert errors.empty(), errors.get()

    def test_a_fork_and_its_parent_do_not_disturb_each_other(self, engine: WhooshEngine) -> None:
        engine.add(batch(1) + batch(2))
        assert engine.count() == 20
        child = os.fork()
        if child == 0:
            right = all(engine.search(asked("số2")).total == 10 for _ in range(50))
            os._exit(0 if right else 1)
        for _ in range(50):
            assert engine.search(asked("số1")).total == 10
        assert os.waitpid(child, 0)[1] == 0

    def test_names_of_segments_do_not_come_from_the_seed(self, engine: WhooshEngine) -> None:
        for id_ in range(5):
            random.seed(1)
            engine.add([document(id_, "đất")])
        assert engine.count() == 5


# Whoosh leaves files to the garbage collector when it cannot read them.
@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
class TestDamage:
    @pytest.fixture(autouse=True)
    def _documents(self, engine: WhooshEngine) -> None:
        engine.add([document(id_, f"đất {id_} " * 50) for id_ in range(100)])
        assert engine.count() == 100  # it is open, at this state

    def refuses(self, engine: WhooshEngine) -> None:
        """A process that opens the damaged index says so, with the way out; clear is it."""
        fresh = WhooshEngine(engine.folder)
        with pytest.raises(IndexDamaged, match=REBUILD_COMMAND):
            fresh.check()
        fresh.clear()
        assert fresh.count() == 0
        fresh.add([document(1, "vườn")])
        assert fresh.search(asked("vườn")).total == 1
        fresh.check()
        assert engine.count() == 1  # the one that was open all along follows

    @pytest.mark.parametrize("left", [0, 0.3, 0.9, 0.999])
    def test_a_cut_segment_is_noticed_at_once(self, engine: WhooshEngine, left: float) -> None:
        path = segment_files(engine)[0]
        os.truncate(path, int(path.stat().st_size * left))
        with pytest.raises(IndexDamaged, match=REBUILD_COMMAND):
            WhooshEngine(engine.folder).count()
        self.refuses(engine)

    def test_bytes_too_many_are_noticed_at_once(self, engine: WhooshEngine) -> None:
        with segment_files(engine)[0].open("ab") as file:
            file.write(b"\0" * 100)
        with pytest.raises(IndexDamaged, match=REBUILD_COMMAND):
            WhooshEngine(engine.folder).count()
        self.refuses(engine)

    def test_a_flipped_byte_anywhere_is_noticed_by_a_check(self, engine: WhooshEngine) -> None:
        path = segment_files(engine)[0]
        whole = path.read_bytes()
        for place in range(0, len(whole), len(whole) // 25):
            path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
            with pytest.raises(IndexDamaged, match=REBUILD_COMMAND):
                WhooshEngine(engine.folder).check()
        self.refuses(engine)

    def test_a_missing_segment(self, engine: WhooshEngine) -> None:
        segment_files(engine)[0].unlink()
        with pytest.raises(IndexDamaged):
            WhooshEngine(engine.folder).count()
        self.refuses(engine)

    def test_a_missing_table_of_contents(self, engine: WhooshEngine) -> None:
        next(engine.folder.glob("*.toc")).unlink()
        with pytest.raises(IndexDamaged):
            WhooshEngine(engine.folder).add([document(1, "đất")])
        self.refuses(engine)

    @pytest.mark.parametrize("content", [b"", b"nonsense", b"\0" * 500])
    def test_a_broken_table_of_contents(self, engine: WhooshEngine, content: bytes) -> None:
        next(engine.folder.glob("*.toc")).write_bytes(content)
        with pytest.raises(IndexDamaged):
            WhooshEngine(engine.folder).add([document(1, "đất")])
        self.refuses(engine)

    def test_a_broken_list_of_sizes(self, engine: WhooshEngine) -> None:
        (engine.folder / "sizes.json").write_text("{")
        self.refuses(engine)

    def test_an_index_of_an_older_analysis(self, engine: WhooshEngine) -> None:
        for path in list(engine.folder.iterdir()):
            path.rename(path.with_name(path.name.replace(_NAME, "f0a0")))
        self.refuses(engine)

    def test_a_full_disk_is_no_damage(self, engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(*_args: object) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patched:
            patched.setattr("search.engines.whoosh._row", full)
            with pytest.raises(OSError, match="No space"):
                engine.add([document(500, "đất")])
        assert engine.count() == 100
        engine.add([document(500, "đất")])
        assert engine.count() == 101
