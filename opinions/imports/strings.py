"""The shared strings of a workbook, kept in a file on disk: a million long cells take no memory."""

import mmap
import tempfile
from array import array
from typing import IO


class Strings:
    """Texts by number, in the order in which they were added."""

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  # lives as long as this object
        self._ends = array("Q")
        self._size = 0
        self._map: mmap.mmap | None = None

    def __len__(self) -> int:
        return len(self._ends)

    def add(self, text: str) -> None:
        data = text.encode("utf-8", "surrogatepass")
        self._file.write(data)
        self._size += len(data)
        self._ends.append(self._size)

    def __getitem__(self, number: int) -> str:
        """The text, or IndexError: a damaged workbook may ask for any number."""
        if not 0 <= number < len(self._ends):
            raise IndexError(number)
        if self._size == 0:
            return ""
        if self._map is None:
            self._file.flush()
            self._map = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)
        start = self._ends[number - 1] if number else 0
        return self._map[start : self._ends[number]].decode("utf-8", "surrogatepass")

    def close(self) -> None:
        if self._map is not None:
            self._map.close()
        self._file.close()
