"""What the contract tests of engines share: documents, noise and short ways to ask."""

from datetime import UTC, datetime, timedelta
from typing import Any

from search.analysis import terms
from search.documents import Facet, SearchDocument
from search.engines.base import Engine, SearchQuery, SearchResult
from search.query import parse

START = datetime(2026, 1, 1, tzinfo=UTC)
NOISE = 900  # ids of rows that must never be found by what a test looks for


def document(id_: int, body: str, **changes: Any) -> SearchDocument:
    values: dict[str, Any] = {
        "type": "comment",
        "consultation_id": 1,
        "version_id": 1,
        "lineage_id": 70,
        "citation": "Điều 9",
        "title": "",
        "created_at": START + timedelta(hours=id_),
    }
    return SearchDocument(id=id_, body=body, **(values | changes))


def add_noise(engine: Engine) -> None:
    engine.add(
        [
            document(NOISE, "Mức phạt tiền lương tháng mười hai", consultation_id=9, lineage_id=99, stance="ask"),
            document(NOISE + 1, "Trường học, bệnh viện, trạm y tế", consultation_id=9, lineage_id=None),
        ]
    )


def ask(engine: Engine, text: str, **filters: Any) -> SearchResult:
    """Search; `types`, `consultations` … are short for `only`."""
    short = {
        "types": Facet.TYPE,
        "consultations": Facet.CONSULTATION,
        "lineages": Facet.LINEAGE,
        "stances": Facet.STANCE,
    }
    only = {short[name]: filters.pop(name) for name in list(filters) if name in short}
    return engine.search(SearchQuery(words=parse(text, terms), only=only, **filters))


def found(engine: Engine, text: str, **filters: Any) -> list[int]:
    result = ask(engine, text, **filters)
    assert result.total >= len(result.hits)
    return [hit.id for hit in result.hits]
