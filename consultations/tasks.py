"""What the worker does for consultations."""

from collections.abc import Sequence

from consultations.services import batch_verdicts, intakes, notices, pairing, retention
from consultations.services.drafting import read_outline
from consultations.services.publishing import NOTICE
from core import outbox
from core.db import db, transaction
from core.errors import RuleBroken
from core.i18n import SOURCE, speaking


@outbox.handles(NOTICE)
def send_notices(payloads: Sequence[outbox.Payload]) -> None:
    """Letters about an extension, a suspension and the like; see ``notices.send_batch``."""
    for payload in payloads:
        with transaction():
            notices.send_batch(payload["event_id"], payload["after"], NOTICE)


@outbox.handles(pairing.PAIR, batch=50)
def pair_versions(payloads: Sequence[outbox.Payload]) -> None:
    """Pair versions with the ones before; however many steps asked for it, each is worked out once.

    Nothing is held while it is worked out, and all of it is written at once: a worker that dies leaves nothing half.
    """
    for version_id in sorted({payload["version_id"] for payload in payloads}):
        proposal = pairing.work_out(version_id)
        db.session.rollback()
        if proposal is not None:
            with transaction():
                pairing.carry_out(proposal)


@outbox.handles(intakes.READ)
@speaking(SOURCE)
def read_files(payloads: Sequence[outbox.Payload]) -> None:
    """Read files that were handed in as next versions; what is wrong with one is kept for the person to see."""
    for payload in payloads:
        stored = intakes.file_to_read(payload["intake_id"])
        if stored is None:
            continue
        path, name = stored.path, stored.name
        db.session.rollback()
        try:
            outline = read_outline(path.read_bytes(), name)
        except RuleBroken as refusal:
            with transaction():
                intakes.refuse(payload["intake_id"], refusal.message)
        else:
            with transaction():
                intakes.accept(payload["intake_id"], outline)


@outbox.handles(batch_verdicts.TOPIC)
def carry_verdicts_out(payloads: Sequence[outbox.Payload]) -> None:
    """Give the opinions of a batch its status, some at a time; the rest is a new row, left in the same transaction."""
    for payload in payloads:
        with transaction():
            last = batch_verdicts.carry_on(payload["batch_id"], payload["after"])
            if last is not None:
                outbox.enqueue(batch_verdicts.TOPIC, payload | {"after": last})


@outbox.watches
def _watch() -> None:
    """Once a minute: is there something that nobody can send any more?"""
    with transaction():
        retention.ask_to_forget()


@outbox.handles(retention.TOPIC)
def forget_drafts(_payloads: Sequence[outbox.Payload]) -> None:
    """Forget what was never sent, some at a time."""
    more = True
    while more:
        with transaction():
            more = retention.forget_drafts()
