"""The worker's part: tell the authors that they were answered, a hundred at a time."""

from collections.abc import Sequence

from core import outbox
from core.db import transaction
from core.outbox import Payload
from opinions.queries import public
from opinions.services import answering, telling

AT_ONCE = 100


@outbox.handles(answering.TELL_TOPIC)
def tell_authors(payloads: Sequence[Payload]) -> None:
    """Write to the next hundred authors, and leave the rest as a new row, in one transaction: nobody is told twice."""
    for payload in payloads:
        with transaction():
            rows = public.authors_to_tell(payload["response_id"], payload["after"], AT_ONCE)
            telling.tell([row.comment_id for row in rows])
            if len(rows) == AT_ONCE:
                outbox.enqueue(answering.TELL_TOPIC, payload | {"after": rows[-1].comment_id})
