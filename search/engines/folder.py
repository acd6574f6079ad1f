"""What engines that keep files in a folder share: the right to write, checksums of files, and how damage is said."""

import errno
import fcntl
import json
import os
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import DanBanError
from core.i18n import gettext as _
from search.engines.base import REBUILD_COMMAND, IndexBusy, IndexDamaged

__all__ = ["LOCK_SECONDS", "Checksums", "FolderLock", "damaged", "reporting_damage"]

LOCK_SECONDS = 20.0
_DISK_TROUBLE = {errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS, errno.EMFILE, errno.ENFILE}
_RUST_PANIC = "PanicException"  # of pyo3: derived from BaseException, so that no one catches it by chance


def damaged(why: str) -> IndexDamaged:
    return IndexDamaged(
        _(
            "Chỉ mục tìm kiếm không đọc được (%(why)s). Dựng lại bằng lệnh: %(command)s",
            why=why,
            command=REBUILD_COMMAND,
        )
    )


@contextmanager
def reporting_damage() -> Iterator[None]:
    """Whatever an engine stumbles over in its own files is damage; a full or forbidden disk stays what it is."""
    try:
        yield
    except DanBanError:
        raise
    except OSError as error:
        if error.errno in _DISK_TROUBLE:
            raise
        raise damaged(str(error)) from error
    except Exception as error:
        _raise_full_disk(error)
        raise damaged(f"{type(error).__name__}: {error}") from error
    except BaseException as error:
        if type(error).__name__ != _RUST_PANIC:
            raise
        raise damaged(str(error)) from error


def _raise_full_disk(error: Exception) -> None:
    """An engine that is not Python says a full disk in words of its own."""
    for code in _DISK_TROUBLE:
        if f"os error {code})" in str(error) or f"code: {code}," in str(error):
            raise OSError(code, os.strerror(code)) from error


class FolderLock:
    """The right to write in a folder: one thread of one process; the system takes it back from a process that dies."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._threads = threading.RLock()
        self._depth = 0
        self._file = -1

    @contextmanager
    def held(self, seconds: float) -> Iterator[None]:
        """May be taken again inside by the same thread. Raises IndexBusy."""
        if not self._threads.acquire(timeout=seconds):
            raise _busy()
        try:
            if not self._depth:
                self._file = self._take(seconds)
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                if not self._depth:
                    os.close(self._file)
        finally:
            self._threads.release()

    def _take(self, seconds: float) -> int:
        self.folder.mkdir(parents=True, exist_ok=True)
        file = os.open(self.folder / "danban.lock", os.O_RDWR | os.O_CREAT, 0o600)
        until = time.monotonic() + seconds
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > until:
                    os.close(file)
                    raise _busy() from None
                time.sleep(0.02)
            else:
                return file


def _busy() -> IndexBusy:
    return IndexBusy(_("Một tiến trình khác đang ghi chỉ mục tìm kiếm. Hãy thử lại."))


class Checksums:
    """Sizes and checksums of files that never change once written, in a file beside them."""

    NAME = "sizes.json"

    def __init__(self, folder: Path, belongs: Callable[[Path], bool]) -> None:
        self.folder = folder
        self._belongs = belongs

    def write(self) -> None:
        """Of all files there are; new ones are read once."""
        old = self._read()
        found = (path for path in self.folder.iterdir() if self._belongs(path))
        sums = {path.name: old.get(path.name) or [path.stat().st_size, _crc(path)] for path in found}
        fresh = self.folder / f"{self.NAME}.tmp"
        fresh.write_text(json.dumps(sums))
        fresh.replace(self.folder / self.NAME)

    def check_sizes(self) -> None:
        """Raise IndexDamaged where a file has not the size it was written with; quick."""
        for name, (size, _sum) in self._read().items():
            path = self.folder / name
            if path.exists() and path.stat().st_size != size:
                raise damaged(name)

    def check(self) -> None:
        """Raise IndexDamaged where a file has not the content it was written with; reads all of it."""
        for name, (_size, crc) in self._read().items():
            path = self.folder / name
            if path.exists() and _crc(path) != crc:
                raise damaged(name)

    def _read(self) -> dict[str, list[int]]:
        try:
            sums: dict[str, list[int]] = json.loads((self.folder / self.NAME).read_text())
        except FileNotFoundError:  # nothing was written yet, or its writer was killed just before
            return {}
        return sums


def _crc(path: Path) -> int:
    value = 0
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            value = zlib.crc32(piece, value)
    return value
