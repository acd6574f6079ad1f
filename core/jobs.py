"""The worker: a Huey consumer that drains the outbox when a commit wakes it, and once a minute whatever happens."""

import logging
import threading
import time
from pathlib import Path

from flask import Flask
from huey import Huey, RedisHuey, SqliteHuey, crontab
from huey.consumer import Consumer
from huey.exceptions import HueyException

from core import memory, outbox

log = logging.getLogger(__name__)

QUICK_SECONDS = 1.0  # between two looks for quick work


def make_queue(app: Flask) -> Huey:
    """The queue that carries wake-up calls: Redis where ``REDIS_URL`` is set, else a SQLite file of the instance."""
    if url := app.config.get("REDIS_URL"):
        return RedisHuey("danban", url=url, results=False)
    path = Path(app.config["DANBAN_INSTANCE"]) / "queue.sqlite3"
    path.parent.mkdir(parents=True, exist_ok=True)
    return SqliteHuey("danban", filename=str(path), results=False, fsync=False, timeout=5)


def init_app(app: Flask) -> None:
    queue = make_queue(app)
    app.extensions["danban.queue"] = queue

    def drain() -> None:
        with app.app_context():
            outbox.drain()

    def watch_and_drain() -> None:
        with app.app_context():
            outbox.watch()
            outbox.drain()

    wake_task = queue.task(name="drain")(drain)
    queue.periodic_task(crontab(minute="*"), name="drain_every_minute")(watch_and_drain)

    def wake() -> None:
        try:
            wake_task()
        except (HueyException, OSError) as error:
            # The row is safe in the database; the drain of the next minute finds it.
            log.warning("the worker could not be woken: %s", type(error).__name__)

    app.extensions["danban.wake"] = wake
    if app.config.get("WAKE_WORKER", True):
        outbox.on_commit(wake)


def run_worker(app: Flask) -> None:
    """Run the consumer until it is told to stop."""
    memory.settle()
    with app.app_context():
        outbox.watch()
    threading.Thread(target=_quick_lane, args=(app,), daemon=True).start()
    app.extensions["danban.wake"]()  # what was left by a worker that died
    Consumer(app.extensions["danban.queue"], workers=1, periodic=True, initial_delay=0.05, max_delay=0.5).run()


def _quick_lane(app: Flask) -> None:
    """Do what must not wait behind an export or a rebuild, as long as the process lives."""
    while True:
        try:
            with app.app_context():
                outbox.drain_quick()
        except Exception:  # a database that is away comes back
            log.exception("the quick lane stumbled")
        time.sleep(QUICK_SECONDS)
