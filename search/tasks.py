"""The worker's part: rows of the outbox become changes of the index, as few writes as can be."""

from collections.abc import Sequence

from core import outbox
from core.db import transaction
from core.outbox import Payload
from search import services
from search.services import building

_SECONDS = 5.0  # of building at once; other work is done in between

outbox.watches(services.heal)


@outbox.handles(services.TOPIC, batch=200)
def index(payloads: Sequence[Payload]) -> None:
    """Index what is asked for; asking twice does no harm."""
    wanted: dict[str, dict[int, None]] = {}
    for payload in payloads:
        wanted.setdefault(payload["type"], {}).update(dict.fromkeys(payload["ids"]))
    for type_, ids in wanted.items():
        services.index(type_, list(ids))


@outbox.handles(services.BULK, batch=4)
def index_many(payloads: Sequence[Payload]) -> None:
    """The same for thousands at once, a few hundred at a time, so that single changes need not wait for them."""
    index(payloads)


@outbox.handles(services.REBUILD)
def rebuild(_payloads: Sequence[Payload]) -> None:
    """Build for some seconds, and ask for more of it."""
    if not building.work(_SECONDS):
        with transaction():
            outbox.enqueue(services.REBUILD, {})
