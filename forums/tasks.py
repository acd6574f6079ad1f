"""What the worker does for the boards."""

from collections.abc import Sequence

from core import outbox
from core.db import transaction
from forums.services import drafts, notices, summing
from forums.services.publishing import PHRASES


@outbox.handles(notices.TELL)
def tell(payloads: Sequence[outbox.Payload]) -> None:
    """Tell a hundred people of a post; see ``notices.tell_some``."""
    for payload in payloads:
        with transaction():
            notices.tell_some(payload["post_id"], payload["after"])


@outbox.handles(notices.TAKE_BACK)
def take_back(payloads: Sequence[outbox.Payload]) -> None:
    """Take the title of a hidden topic out of notices."""
    for payload in payloads:
        with transaction():
            notices.blank(payload["topic_id"])


@outbox.handles(PHRASES, batch=20)
def count_phrases(payloads: Sequence[outbox.Payload]) -> None:
    """Count key phrases anew; however many posts asked for it, each topic is worked out once."""
    for topic_id in sorted({payload["topic_id"] for payload in payloads}):
        summing.sum_up(topic_id)


@outbox.watches
def forget_drafts() -> None:
    """Once a minute: what was begun long ago and never sent goes."""
    with transaction():
        drafts.forget_old()
