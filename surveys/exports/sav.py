"""Sheets as .sav for SPSS, R and PSPP: choices as numbers with labels, ``NO_ANSWER`` as a missing value of the user's.

pyreadstat writes from a whole data frame, so this is the one format that is not streamed: numbers take 8 bytes a cell.
"""

import tempfile
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from core.i18n import gettext as _
from surveys.exports.columns import SEEN, Cell, Column, Table
from surveys.exports.content import HEAD, Content, statement
from surveys.exports.sheets import sheets_of

if TYPE_CHECKING:
    import pandas

NO_ANSWER = -999_999.0
"""Saw the question, did not answer; less than any number that a scale can hold. Not asked: system-missing."""
LONGEST_NAME, LONGEST_LABEL, LONGEST_VALUE_LABEL, LONGEST_TEXT = 64, 250, 115, 8_000
"""Bytes that SPSS takes; a text is cut to 8,000, whole ones are in the other formats."""
RESERVED = frozenset({"all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with"})


def write(content: Content, out: IO[bytes]) -> None:
    """Write the file."""
    import pandas  # noqa: PLC0415  # takes a second and 60 MB, which no page needs

    table = Table(content.questions)
    names = sav_names(table.columns)
    stored: list[Any] = [[] if column.holds == "text" else array("d") for column in table.columns]
    codes = [{code: float(n) for n, (code, _label) in enumerate(c.values, start=1)} for c in table.columns]
    heads: tuple[Any, ...] = ([], array("d"), [])
    for sheet in sheets_of(content.survey_id):
        for place, cell in enumerate(table.cells(sheet.rows)):
            text = table.columns[place].holds == "text"
            stored[place].append(_text(cell) if text else _number(cell, codes[place]))
        for head, value in zip(heads, (str(sheet.id), float(sheet.version), sheet.channel), strict=True):
            head.append(value)
    frame = pandas.DataFrame(dict(zip((*HEAD, *names), (*heads, *stored), strict=True)), copy=False)
    _write(frame, content, dict(zip(names, table.columns, strict=True)), out)


def _write(frame: "pandas.DataFrame", content: Content, columns: dict[str, Column], out: IO[bytes]) -> None:
    import pyreadstat  # noqa: PLC0415  # brings pandas

    coded = {name: column for name, column in columns.items() if column.holds != "text"}
    labels: dict[str, str | None] = {name: _cut(column.label, LONGEST_LABEL) for name, column in columns.items()}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheets.sav"
        pyreadstat.write_sav(
            frame,
            str(path),
            file_label=_cut(content.title, 60),
            note=[_cut(line, 80) for line in statement(content)],
            column_labels=labels,
            variable_value_labels={name: dict(_labels(column)) for name, column in coded.items()},
            missing_ranges={name: [NO_ANSWER] for name in coded},
            variable_measure={
                name: "scale" if column.holds in ("number", "rank") else "nominal" for name, column in columns.items()
            },
            row_compress=True,
        )
        with path.open("rb") as written:
            while part := written.read(2**20):
                out.write(part)


def sav_names(columns: list[Column]) -> list[str]:
    """The names of the columns as SPSS takes them: at most 64 letters, no word of its language, none twice."""
    found: list[str] = []
    taken = {head.lower() for head in HEAD}
    for number, column in enumerate(columns, start=1):
        name = f"{column.name}_v" if column.name in RESERVED | taken or column.name.endswith("_") else column.name
        if len(name) > LONGEST_NAME or name in taken:
            name = f"{name[: LONGEST_NAME - 8]}_{number:05}v"
        taken.add(name)
        found.append(name)
    return found


def _labels(column: Column) -> Iterator[tuple[float, str]]:
    yield NO_ANSWER, _("Không trả lời")
    for number, (_code, label) in enumerate(column.values, start=1):
        yield float(number), _cut(label, LONGEST_VALUE_LABEL)


def _number(cell: Cell, codes: dict[str, float]) -> float:
    if cell is None:
        return float("nan")
    return (NO_ANSWER if cell == SEEN else codes.get(cell, float("nan"))) if isinstance(cell, str) else cell


def _text(cell: Cell) -> str:
    return "" if cell is None else _cut(str(cell), LONGEST_TEXT)


def _cut(text: str, size: int) -> str:
    """At most so many bytes of UTF-8, no letter cut in two."""
    return text.encode()[:size].decode(errors="ignore")
