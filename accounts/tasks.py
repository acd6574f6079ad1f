"""What the worker does for accounts."""

from collections.abc import Sequence

from accounts.services.identity import RESET_TOPIC, send_reset
from core import outbox
from core.db import transaction
from core.outbox import Payload


@outbox.handles(RESET_TOPIC)
def send_resets(payloads: Sequence[Payload]) -> None:
    """Look up who asked for a new password. Doing it twice sends two letters with the same power, which is no harm."""
    for payload in payloads:
        with transaction():
            send_reset(payload["email"])
