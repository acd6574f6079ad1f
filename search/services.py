"""Ask for indexing, do it, rebuild the index, and search it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core import outbox
from core.settings import instance_folder, setting
from search.engines.base import Engine, ProvisionCount, SearchHit, SearchQuery
from search.engines.whoosh import WhooshEngine
from search.registry import ResultCard, sources

TOPIC = "search.index"
BATCH = 500

_open: dict[Path, Engine] = {}


@dataclass(frozen=True)
class Found:
    """A hit with what the database says of it now."""

    hit: SearchHit
    card: ResultCard


@dataclass(frozen=True)
class Findings:
    """One page of what was found. ``total`` and the counts per provision are of the whole."""

    total: int
    found: Sequence[Found]
    by_lineage: Sequence[ProvisionCount]
    took_ms: float


def engine() -> Engine:
    """The engine that the settings name, opened once in a process."""
    folder = instance_folder() / "index" / str(setting("SEARCH_ENGINE"))
    if folder not in _open:
        _open[folder] = WhooshEngine(folder)
    return _open[folder]


def request_indexing(type_: str, ids: Sequence[int]) -> None:
    """Leave it to the worker to look at these rows again: public ones are indexed, the others taken out."""
    for start in range(0, len(ids), BATCH):
        outbox.enqueue(TOPIC, {"type": type_, "ids": list(ids[start : start + BATCH])})


def index(type_: str, ids: Sequence[int]) -> None:
    """Bring the index to what the database says of these rows now."""
    documents = sources()[type_].documents(ids)
    gone = set(ids) - {document.id for document in documents}
    if documents:
        engine().add(documents)
    if gone:
        engine().delete(type_, gone)


def rebuild() -> int:
    """Make the index anew from the database; returns how many documents it holds."""
    engine().clear()
    for source in sources().values():
        for ids in source.batches():
            engine().add(source.documents(ids))
    return engine().count()


def find(query: SearchQuery) -> Findings:
    """Search. A hit that has ceased to be public since it was indexed is left out."""
    result = engine().search(query)
    ids: dict[str, list[int]] = {}
    for hit in result.hits:
        ids.setdefault(hit.type, []).append(hit.id)
    cards = {type_: sources()[type_].cards(wanted) for type_, wanted in ids.items()}
    found = [Found(hit, cards[hit.type][hit.id]) for hit in result.hits if hit.id in cards[hit.type]]
    total = result.total - (len(result.hits) - len(found))
    return Findings(total, found, result.by_lineage, result.took_ms)
