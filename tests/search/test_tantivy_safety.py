"""The Tantivy engine under killed writers, damaged files, forks and several processes."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from search.engines.base import REBUILD_COMMAND, IndexDamaged
from search.engines.tantivy import TantivyEngine
from tests.search.test_whoosh_safety import ROOT, asked, batch, document

# Adds batches of ten for ever, each batch of one number; says so when a batch is in.
WRITER = """
import sys
sys.path.insert(0, {root!r})
from tests.search.test_whoosh_safety import batch
from search.engines.tantivy import TantivyEngine
engine = TantivyEngine({folder!r})
for number in range(int(sys.argv[1]), 10**6):
    engine.add(batch(number))
    print(number, flush=True)
"""


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[TantivyEngine]:
    made = TantivyEngine(tmp_path / "index")
    made.clear()
    yield made
    made.close()


class TestKilledWriters:
    def test_lose_nothing_that_was_in_and_leave_no_half(self, engine: TantivyEngine) -> None:
        chance = random.Random(2)
        number = 0
        for _ in range(3):
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
            found = [engine.search(asked(f"số{number + ahead}")).total for ahead in range(3)]
            assert found[0] == 10
            assert set(found) <= {0, 10}  # the batch that was being written is in whole or not at all
            number += 2
            engine.add(batch(number))  # nobody holds the lock
        assert engine.count() <= 200

    def test_a_fork_and_its_parent_do_not_disturb_each_other(self, engine: TantivyEngine) -> None:
        engine.add(batch(1) + batch(2))
        assert engine.count() == 20
        child = os.fork()
        if child == 0:
            right = all(engine.search(asked("số2")).total == 10 for _ in range(50))
            os._exit(0 if right else 1)
        for _ in range(50):
            assert engine.search(asked("số1")).total == 10
        assert os.waitpid(child, 0)[1] == 0


class TestDamage:
    @pytest.fixture(autouse=True)
    def _documents(self, engine: TantivyEngine) -> None:
        engine.add([document(id_, f"đất {id_} " * 50) for id_ in range(100)])
        assert engine.count() == 100

    def refuses(self, engine: TantivyEngine) -> None:
        """A process that opens the damaged index says so, with the way out; clear is it."""
        fresh = TantivyEngine(engine.folder)
        with pytest.raises(IndexDamaged, match=REBUILD_COMMAND):
            fresh.check()
        fresh.clear()
        assert fresh.count() == 0
        fresh.add([document(1, "vườn")])
        assert fresh.search(asked("vườn")).total == 1
        fresh.check()
        assert engine.count() == 1  # the one that was open all along follows

    def segment_files(self, engine: TantivyEngine) -> list[Path]:
        return sorted(path for path in engine.folder.iterdir() if path.suffix in (".idx", ".pos", ".term", ".fast"))

    @pytest.mark.parametrize("left", [0, 0.9])
    def test_a_cut_file_is_noticed_at_once(self, engine: TantivyEngine, left: float) -> None:
        path = self.segment_files(engine)[0]
        os.truncate(path, int(path.stat().st_size * left))
        with pytest.raises(IndexDamaged, match=REBUILD_COMMAND):
            TantivyEngine(engine.folder).search(asked("đất"))
        self.refuses(engine)

    def test_a_flipped_byte_anywhere_is_noticed_by_a_check(self, engine: TantivyEngine) -> None:
        for path in self.segment_files(engine):
            whole = path.read_bytes()
            place = len(whole) // 2
            path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
            with pytest.raises(IndexDamaged, match=REBUILD_COMMAND):
                TantivyEngine(engine.folder).check()
            path.write_bytes(whole)
        path.unlink()
        self.refuses(engine)

    @pytest.mark.parametrize("content", [b"", b"nonsense", b"{}"])
    def test_a_broken_table_of_contents(self, engine: TantivyEngine, content: bytes) -> None:
        (engine.folder / "meta.json").write_bytes(content)
        with pytest.raises(IndexDamaged):
            TantivyEngine(engine.folder).add([document(1, "đất")])
        self.refuses(engine)

    def test_a_missing_table_of_contents(self, engine: TantivyEngine) -> None:
        (engine.folder / "meta.json").unlink()
        self.refuses(engine)

    def test_an_index_of_an_older_analysis(self, engine: TantivyEngine) -> None:
        (engine.folder / "format.json").write_text('{"name": "f0a0"}')
        self.refuses(engine)

    def test_a_full_disk_is_no_damage(self, engine: TantivyEngine, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(*_args: object) -> None:
            raise ValueError('An IO error occurred: Os { code: 28, kind: StorageFull, message: "No space left" }')

        with monkeypatch.context() as patched:
            patched.setattr("search.engines.tantivy.files.row", full)
            with pytest.raises(OSError, match="No space"):
                engine.add([document(500, "đất")])
        assert engine.count() == 100
        engine.add([document(500, "đất")])
        assert engine.count() == 101
