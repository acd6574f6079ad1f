"""The outbox: work is asked for with the data or not at all, done at least once, and waits when it fails."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from core import clock, outbox
from core.db import db, transaction
from core.outbox import LEASE, OutboxRow, Payload
from tests.support.clock import FrozenClock

TOPIC = "tests.work"


class Worker:
    """Remembers what it was given; fails while it is told to."""

    def __init__(self) -> None:
        self.calls: list[list[int]] = []
        self.failing = False

    def __call__(self, payloads: Sequence[Payload]) -> None:
        self.calls.append([payload["n"] for payload in payloads])
        if self.failing:
            raise RuntimeError("no")


@pytest.fixture
def worker(app: Flask) -> Iterator[Worker]:
    made = Worker()
    outbox.handles(TOPIC, batch=3)(made)
    yield made
    outbox._topics.pop(TOPIC)


def ask(*numbers: int) -> None:
    with transaction():
        for number in numbers:
            outbox.enqueue(TOPIC, {"n": number})


def rows() -> Sequence[OutboxRow]:
    return db.session.scalars(sa.select(OutboxRow).where(OutboxRow.topic == TOPIC)).all()


class TestTheOutbox:
    def test_does_the_oldest_first_in_batches_and_forgets_them(self, worker: Worker) -> None:
        ask(1, 2, 3, 4)
        assert outbox.drain() >= 4
        assert worker.calls == [[1, 2, 3], [4]]
        assert rows() == []

    def test_holds_nothing_of_a_transaction_that_was_rolled_back(self, worker: Worker) -> None:
        outbox.enqueue(TOPIC, {"n": 1})
        db.session.rollback()
        outbox.drain()
        assert worker.calls == []

    def test_tries_failed_work_again_later_and_keeps_it_until_then(
        self, worker: Worker, frozen_clock: FrozenClock, caplog: pytest.LogCaptureFixture
    ) -> None:
        worker.failing = True
        ask(1)
        outbox.drain()
        outbox.drain()
        assert worker.calls == [[1]]
        assert [(row.attempts, row.last_error) for row in rows()] == [(1, "RuntimeError")]
        worker.failing = False
        frozen_clock.move(minutes=1)
        outbox.drain()
        assert worker.calls == [[1], [1]]
        assert rows() == []

    def test_gives_claimed_work_to_nobody_else_until_the_lease_ends(
        self, worker: Worker, frozen_clock: FrozenClock
    ) -> None:
        ask(1)
        assert len(outbox._claim(TOPIC, 3)) == 1  # a worker that dies now
        outbox.drain()
        assert worker.calls == []
        frozen_clock.move(seconds=LEASE.total_seconds() + 1)
        outbox.drain()
        assert worker.calls == [[1]]

    def test_wakes_the_worker_once_a_commit_and_only_when_there_is_work(
        self, worker: Worker, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        woken: list[int] = []
        monkeypatch.setattr(outbox, "_wakers", [lambda: woken.append(1)])
        with transaction():
            pass
        assert woken == []
        ask(1, 2)
        assert woken == [1]


def test_one_topic_that_fails_stops_no_other(
    app: Flask, worker: Worker, outbox_drained: Callable[[], int], mailbox: Any
) -> None:
    worker.failing = True
    ask(1)
    with transaction():
        outbox.enqueue("mail", {"to": "a@vi-du.vn", "subject": "Xin chào", "body": "Chào bạn", "id": "<2@danban>"})
    outbox_drained()
    assert len(mailbox.to("a@vi-du.vn")) == 1


class TestTheQuickLane:
    def test_does_quick_work_alone(self, worker: Worker) -> None:
        quick = Worker()
        outbox.handles("tests.quick", quick=True)(quick)
        try:
            ask(1)
            with transaction():
                outbox.enqueue("tests.quick", {"n": 2})
            assert outbox.drain_quick() == 1
            assert (worker.calls, quick.calls) == ([], [[2]])
            assert outbox.drain_quick() == 0
        finally:
            outbox._topics.pop("tests.quick")
        assert len(rows()) == 1


class TestWatchers:
    def test_one_that_fails_does_not_keep_the_others(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        called: list[str] = []

        def failing() -> None:
            raise RuntimeError("no")

        monkeypatch.setattr(outbox, "_watchers", [failing, lambda: called.append("yes")])
        outbox.watch()
        assert called == ["yes"]

    def test_work_that_takes_long_says_that_it_lives(self, app: Flask, frozen_clock: FrozenClock) -> None:
        def slow(_payloads: Sequence[Payload]) -> None:
            frozen_clock.move(seconds=LEASE.seconds - 1)
            outbox.still_at_work()
            due.extend(row.due_at for row in rows())

        due: list[datetime] = []
        outbox.handles(TOPIC)(slow)
        ask(1)
        outbox.drain()
        outbox._topics.pop(TOPIC)
        assert due == [clock.now() + LEASE]
        outbox.still_at_work()  # where no handler is at work there is nothing to say
