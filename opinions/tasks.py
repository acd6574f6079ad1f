"""The worker's part: tell the authors that they were answered, read files of opinions, group opinions; in portions."""

import logging
from collections.abc import Sequence

import sqlalchemy as sa

from core import outbox
from core.db import transaction
from core.i18n import SOURCE, speaking
from core.outbox import Payload
from opinions.exports import making
from opinions.imports import running
from opinions.queries import public
from opinions.services import answering, asking, assigning, counting, exports, grouping_runs, importing, telling

log = logging.getLogger(__name__)

AT_ONCE = 100
SLICE_SECONDS = 30


@outbox.handles(answering.TELL_TOPIC)
def tell_authors(payloads: Sequence[Payload]) -> None:
    """Write to the next hundred authors, and leave the rest as a new row, in one transaction: nobody is told twice."""
    for payload in payloads:
        with transaction():
            which = {name: payload.get(name) for name in ("response_id", "release_id")}
            rows = public.authors_to_tell(payload["after"], AT_ONCE, **which)
            telling.tell([row.comment_id for row in rows])
            if len(rows) == AT_ONCE:
                outbox.enqueue(answering.TELL_TOPIC, payload | {"after": rows[-1].comment_id})


def ask_for_reminders() -> None:
    """Once a minute: which consultations have answers that are due."""
    with transaction():
        assigning.ask_for_reminders()


outbox.watches(ask_for_reminders)


@outbox.handles(assigning.REMIND_TOPIC)
@speaking(SOURCE)
def remind_officers(payloads: Sequence[Payload]) -> None:
    """Write to those whose day comes near or is past; asking twice writes once."""
    for payload in payloads:
        with transaction():
            assigning.remind(payload["consultation_id"])


@outbox.handles(importing.TOPIC)
@speaking(SOURCE)
def read_batches(payloads: Sequence[Payload]) -> None:
    """Read files that were handed in, a slice at a time: other work gets its turn, and no lease runs out meanwhile."""
    for payload in payloads:
        if not running.run(payload["batch_id"], seconds=SLICE_SECONDS):
            with transaction():
                outbox.enqueue(importing.TOPIC, payload)


@outbox.handles(grouping_runs.GROUP_TOPIC)
def group(payloads: Sequence[Payload]) -> None:
    """Do the next step of a run, and leave the one after it as a new row. A run that fails is given up and says so."""
    from opinions.services.grouping_stages import STAGES  # noqa: PLC0415  # loads scikit-learn, which pages don't need

    for payload in payloads:
        try:
            more = grouping_runs.advance(payload["run_id"], STAGES)
        except sa.exc.OperationalError:  # the database is busy or away: tried again later
            raise
        except Exception as error:
            log.exception("grouping: run %s failed", payload["run_id"])
            grouping_runs.fail(payload["run_id"], error)
            continue
        if more:
            with transaction():
                outbox.enqueue(grouping_runs.GROUP_TOPIC, payload)


@outbox.handles(counting.TOPIC)
def count(payloads: Sequence[Payload]) -> None:
    """Count what pages of very large consultations show."""
    for payload in payloads:
        counting.count(payload["consultation_id"])


outbox.watches(counting.watch)


@outbox.handles(exports.TOPIC)
def make_exports(payloads: Sequence[Payload]) -> None:
    """Make files that somebody asked for; begun anew after a crash."""
    for payload in payloads:
        exports.make_export(payload["export_id"], making.export, making.file_name)


@outbox.handles(asking.REMIND)
def remind_bodies(payloads: Sequence[Payload]) -> None:
    """Write to bodies asked that have not answered when their last day is near."""
    for payload in payloads:
        with transaction():
            asking.remind_before_due(payload["consultation_id"])
