"""What the worker does for moderation."""

from collections.abc import Sequence

from core import outbox
from core.db import transaction
from moderation.services import alike, likeness, promising, sealing
from moderation.services.cases import SEAL

COMPARED_AT_ONCE = 200


@outbox.handles(SEAL, batch=1000)
def seal_log(payloads: Sequence[outbox.Payload]) -> None:
    """Seal what was logged since the last time, however often that was asked for; and look at what is new."""
    with transaction():
        sealing.seal()
    new = sorted({case_id for payload in payloads for case_id in payload.get("new", ())})
    for start in range(0, len(new), COMPARED_AT_ONCE):
        with transaction():
            likeness.mark_repeated(new[start : start + COMPARED_AT_ONCE])


@outbox.handles(alike.DECIDE_NEAR)
def decide_near(payloads: Sequence[outbox.Payload]) -> None:
    """Decide the cases that a moderator saw beside another one; see ``alike.carry_on_near``."""
    for payload in payloads:
        with transaction():
            alike.carry_on_near(payload)


@outbox.handles(alike.DECIDE_ALIKE)
def decide_alike(payloads: Sequence[outbox.Payload]) -> None:
    """Carry a decision to other cases with the same text; see ``alike.carry_on``."""
    for payload in payloads:
        with transaction():
            alike.carry_on(payload)


@outbox.watches
def _watch() -> None:
    """Once a minute: are letters to moderators due?"""
    with transaction():
        promising.ask_for_letters()


@outbox.handles(promising.TELL)
def tell_moderators(payloads: Sequence[outbox.Payload]) -> None:
    """Send each of these moderators what is due; see ``promising.tell``."""
    for payload in payloads:
        with transaction():
            promising.tell(payload["person_id"])
