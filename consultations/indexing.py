"""Comments and provisions as search documents, and when they are indexed again."""

from collections.abc import Sequence

from core import outbox

TOPIC = "search.index"


def reindex_comments(ids: Sequence[int]) -> None:
    """Ask the worker to look at these comments again: public ones are indexed, the others taken out."""
    if ids:
        outbox.enqueue(TOPIC, {"type": "comment", "ids": list(ids)})


def reindex_provisions(version_id: int) -> None:
    """Ask the worker to index the provisions of a published version."""
    outbox.enqueue(TOPIC, {"type": "version", "ids": [version_id]})
