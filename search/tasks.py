"""The worker's part: rows of the outbox become changes of the index, as few writes as can be."""

from collections.abc import Sequence

from core import outbox
from core.db import transaction
from core.outbox import Payload
from search import services
from search.services import building, saving

_SECONDS = 5.0  # of building at once; other work is done in between

outbox.watches(services.heal)


def ask_for_news() -> None:
    """Once a minute: which watched searches are due."""
    with transaction():
        saving.ask_for_news()


outbox.watches(ask_for_news)


@outbox.handles(saving.WATCH, batch=20)
def look_for_news(payloads: Sequence[Payload]) -> None:
    """Search again, and write to those who watch."""
    with transaction():
        saving.look_for_news([payload["id"] for payload in payloads])


@outbox.handles(services.TOPIC, batch=20, quick=True)
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
