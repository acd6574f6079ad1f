"""Which engine the settings name, and which of its indexes serves."""

import shutil
from pathlib import Path
from threading import Lock

from core.i18n import gettext as _
from core.settings import instance_folder, setting
from search import queries
from search.engines.base import Engine, IndexDamaged
from search.engines.postgres import PostgresEngine, list_tables
from search.engines.tantivy import TantivyEngine
from search.engines.whoosh import WhooshEngine
from search.models import SearchIndex
from search.queries import BULK, REBUILD, TOPIC

__all__ = [
    "BULK",
    "REBUILD",
    "TOPIC",
    "IndexMissing",
    "close_all",
    "drop",
    "drop_others",
    "engine",
    "engine_name",
    "exists",
    "index_number",
    "open_index",
]

_KEPT_OPEN = 4
_TABLE = "search_entry_"

_open: dict[Path, Engine] = {}
_opening = Lock()


class IndexMissing(IndexDamaged):
    """There is no index that could serve."""


def engine_name() -> str:
    return str(setting("SEARCH_ENGINE"))


def open_index(number: int) -> Engine:
    """The index of a number, opened once in a process."""
    place = _place(number)
    with _opening:
        if place not in _open:
            while len(_open) >= _KEPT_OPEN:
                _open.pop(next(iter(_open))).close()
            _open[place] = _make(place, number)
        return _open[place]


def _make(place: Path, number: int) -> Engine:
    match engine_name():
        case "tantivy":
            return TantivyEngine(place)
        case "postgres":
            return PostgresEngine(f"{_TABLE}{number}")
    return WhooshEngine(place)


def _place(number: int) -> Path:
    return instance_folder() / "index" / engine_name() / str(number)


def exists(number: int) -> bool:
    """Whether anything of this index is there: a folder may have been removed by hand."""
    return engine_name() == "postgres" or _place(number).is_dir()


def drop(number: int) -> None:
    """Remove an index that serves no longer."""
    if opened := _open.pop(_place(number), None):
        opened.close()
    if engine_name() == "postgres":
        PostgresEngine(f"{_TABLE}{number}").drop()
    else:
        shutil.rmtree(_place(number), ignore_errors=True)


def drop_others(number: int) -> None:
    """Remove all indexes of the engine but this one: damaged ones, and what a killed build left."""
    if engine_name() == "postgres":
        found = list_tables(_TABLE)
    else:
        found = [path.name for path in _place(number).parent.iterdir() if path.is_dir()]
    for name in found:
        other = name.removeprefix(_TABLE)
        if other.isdigit() and int(other) != number:
            drop(int(other))


def index_number() -> int:
    """The number of the index that serves. Raises IndexMissing."""
    state: SearchIndex | None = queries.find_index(engine_name())
    if state is None or state.current is None or not exists(state.current):
        raise IndexMissing(_("Chưa có chỉ mục tìm kiếm. Dựng bằng lệnh: danban search rebuild"))
    return state.current


def engine() -> Engine:
    """The index that serves. Raises IndexMissing."""
    return open_index(index_number())


def close_all() -> None:
    """Give files back."""
    while _open:
        _open.popitem()[1].close()
