"""The worker's part: rows of the outbox become changes of the index, as few writes as can be."""

from collections.abc import Sequence

from core import outbox
from core.outbox import Payload
from search import services


@outbox.handles(services.TOPIC, batch=200)
def index(payloads: Sequence[Payload]) -> None:
    """Index what is asked for; asking twice does no harm."""
    wanted: dict[str, dict[int, None]] = {}
    for payload in payloads:
        wanted.setdefault(payload["type"], {}).update(dict.fromkeys(payload["ids"]))
    for type_, ids in wanted.items():
        services.index(type_, list(ids))
