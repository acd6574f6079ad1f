"""Files of the index that serves are cut or changed: it is noticed, answered around and mended."""

import errno
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from core import outbox
from search import services
from search.services import Notice, building, opening
from tests.search.library import Library, change, find, found_ids
from tests.support.damage import put_in_place

Danban = Callable[..., Result]

pytestmark = [
    pytest.mark.parametrize("site_engine", ["whoosh", "tantivy"], indirect=True),
    # Whoosh leaves files to the garbage collector when it cannot read them.
    pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def file_of_index() -> Path:
    """A file of the index that serves, the largest."""
    files = (path for path in opening._place(opening.index_number()).iterdir() if path.suffix not in (".lock", ".json"))
    return max(files, key=lambda path: path.stat().st_size)


class TestDamagedFiles:
    def test_a_cut_file_is_noticed_by_the_next_search(self, library: Library) -> None:
        path = file_of_index()
        put_in_place(path, path.read_bytes()[:-9])
        opening.close_all()
        assert (find("vườn").notice, find("vườn").total) == (Notice.DATABASE, 22)
        outbox.drain()
        assert (find("vườn").notice, find("vườn").total) == (None, 22)
        assert services.verify(lambda _seconds: None).is_none

    def test_a_wrong_byte_is_noticed_by_verify(self, library: Library, danban: Danban) -> None:
        path = file_of_index()
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        put_in_place(path, bytes(content))
        assert danban("search", "verify").exit_code == 1

    def test_damage_met_by_the_worker_loses_nothing(self, library: Library) -> None:
        path = file_of_index()
        put_in_place(path, path.read_bytes()[:-9])
        opening.close_all()
        change(library, 5, text="ruộng")
        outbox.drain()
        assert (found_ids("ruộng"), len(found_ids("vườn"))) == ({5}, 21)

    def test_a_full_disk_in_the_middle_of_a_build_is_no_damage(
        self, library: Library, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_args: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        building._start_or_go_on()
        services.step()
        with monkeypatch.context() as patched:
            patched.setattr("search.engines.folder.Checksums.write", full)
            with pytest.raises(OSError, match="No space"):
                services.step()
        assert (find("vườn").notice, find("vườn").total) == (None, 22)
        assert services.rebuild() == 22
        assert services.verify(lambda _seconds: None).is_none
