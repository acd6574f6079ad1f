"""A source of documents that a test changes at will, in place of the real ones: what is public is what it says."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from core.db import db
from search import services
from search.analysis import terms
from search.documents import Facet, SearchDocument
from search.engines.base import SearchQuery
from search.query import parse
from search.registry import ResultCard, Source
from search.services import Findings
from tests.search.asking import document

BATCH = 5


@dataclass
class Library:
    """`texts`: all there is; `hidden`: ids of what nobody may see."""

    texts: dict[int, str] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)

    @property
    def public(self) -> dict[int, str]:
        return {id_: text for id_, text in self.texts.items() if id_ not in self.hidden}

    def documents(self, ids: Sequence[int]) -> list[SearchDocument]:
        public = self.public
        return [document(id_, public[id_], type="note", lineage_id=id_ % 3 + 1) for id_ in ids if id_ in public]

    def batches(self, after: int) -> Iterator[Sequence[int]]:
        while ids := sorted(id_ for id_ in self.public if id_ > after)[:BATCH]:
            yield ids
            after = ids[-1]

    def cards(self, ids: Sequence[int]) -> dict[int, ResultCard]:
        return {id_: ResultCard(place=f"Điều {id_}", context="", url=f"/{id_}") for id_ in ids if id_ in self.public}

    def source(self) -> Source:
        return Source(label=lambda: "Ghi chú", documents=self.documents, batches=self.batches, cards=self.cards)


def find(text: str, limit: int = 50) -> Findings:
    return services.find(SearchQuery(words=parse(text, terms), only={Facet.TYPE: ("note",)}, limit=limit))


def found_ids(text: str) -> set[int]:
    return {item.hit.id for item in find(text).found}


def change(library: Library, id_: int, *, text: str | None = None, hidden: bool | None = None) -> None:
    """Change a note and ask for its indexing, as one committed transaction."""
    if text is not None:
        library.texts[id_] = text
    if hidden is not None:
        (library.hidden.add if hidden else library.hidden.discard)(id_)
    services.request_indexing("note", [id_])
    db.session.commit()
