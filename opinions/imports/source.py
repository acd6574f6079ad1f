"""What every kind of spreadsheet is read as: rows of text, one after the other, in flat memory."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

MAX_ROW_BYTES = 100_000
"""What one row may hold, in UTF-8; a longer one is reported and left out."""
MAX_COLUMNS = 200


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it stands in the file; ``number`` is 1 for the first, blank ones counted.

    ``fault``: why it cannot be read ("encoding", "quotes", "long"). ``spans``: first and last column of cells that were
    merged across; down merged cells their text is repeated.
    """

    number: int
    cells: Sequence[str]
    fault: str = ""
    hidden: bool = False
    spans: Sequence[tuple[int, int]] = ()

    @property
    def is_blank(self) -> bool:
        return not self.fault and not any(cell and not cell.isspace() for cell in self.cells)


@dataclass(frozen=True)
class Facts:
    """What was found out about a file before its rows are read.

    ``expected``: about how many rows it has. ``unread``: names of sheets that are not read.
    """

    kind: str
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    unread: Sequence[str] = ()
    expected: int | None = None
    sheets: Sequence[str] = field(default=())


class Source(Protocol):
    """A spreadsheet that can be read from its beginning, as often as one likes."""

    @property
    def facts(self) -> Facts: ...

    def rows(self) -> Iterator[Row]: ...


def too_long(cells: Sequence[str]) -> bool:
    """Does a row hold more than may be?"""
    letters = sum(map(len, cells))
    if letters * 4 <= MAX_ROW_BYTES:
        return False
    return sum(len(cell.encode("utf-8", "surrogatepass")) for cell in cells) > MAX_ROW_BYTES
