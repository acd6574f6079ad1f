"""What can be found. Features register their types; ``app`` wires them."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from search.documents import SearchDocument


@dataclass(frozen=True)
class ResultCard:
    """What the results page takes from the database about a hit. ``place``: where it stands, "Khoản 5 Điều 22"."""

    place: str
    context: str
    url: str
    stance: str | None = None
    author: str = ""


@dataclass(frozen=True)
class Source:
    """A type of thing that is indexed. All three give only what everybody may see, at the moment they are called.

    ``documents`` and ``cards`` take ids and leave out what is not public; ``batches`` walks through all ids above the
    one given, ascending, some hundreds at a time.
    """

    label: Callable[[], str]
    documents: Callable[[Sequence[int]], list[SearchDocument]]
    batches: Callable[[int], Iterator[Sequence[int]]]
    cards: Callable[[Sequence[int]], dict[int, ResultCard]]


_sources: dict[str, Source] = {}
_citations: list[Callable[[Collection[int]], Mapping[int, str]]] = []


def register(type_: str, source: Source) -> None:
    """Make a type known to the index."""
    _sources[type_] = source


def sources() -> dict[str, Source]:
    return _sources


def cite_with(citations: Callable[[Collection[int]], Mapping[int, str]]) -> None:
    """Who knows what a provision is called in the public version of its draft, by lineage."""
    _citations[:] = [citations]


def citations(lineage_ids: Collection[int]) -> Mapping[int, str]:
    """What provisions are called; those that nobody may see are left out."""
    return _citations[0](lineage_ids) if _citations and lineage_ids else {}
