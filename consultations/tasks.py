"""What the worker does for consultations."""

from collections.abc import Sequence

from consultations.services import notices
from consultations.services.publishing import NOTICE
from core import outbox
from core.db import transaction


@outbox.handles(NOTICE)
def send_notices(payloads: Sequence[outbox.Payload]) -> None:
    """Letters about an extension, a suspension and the like; see ``notices.send_batch``."""
    for payload in payloads:
        with transaction():
            notices.send_batch(payload["event_id"], payload["after"], NOTICE)
