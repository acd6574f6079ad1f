"""Files that the desk gives out. They all read opinions.queries.table, as the screen does, and say what they hold.

The official table is a Vietnamese paper whatever language its reader has chosen: its words don't go through gettext.
"""

from collections.abc import Callable
from typing import IO

from opinions.exports import csv, docx, json, xlsx
from opinions.exports.words import Heading

Writer = Callable[[Heading, IO[bytes]], None]

WRITERS: dict[str, tuple[Writer, str]] = {
    "docx": (docx.write, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xlsx": (xlsx.write, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "csv": (csv.write, "text/csv; charset=utf-8"),
    "json": (json.write, "application/json"),
}
