"""Web and worker of the default deployment under one process, which loads the code and makes each by a fork of itself.

So a site starts in the time of one start, one that died is back at once, and the code is in memory once.
"""

import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from multiprocessing.context import ForkProcess
from types import FrameType
from typing import Any, TypeAlias

import click
from flask import Flask
from gunicorn.app.base import BaseApplication

from app.factory import create_app
from core import jobs, memory

GRACE_SECONDS = 20
LOOK_SECONDS = 0.3
_FORK = multiprocessing.get_context("fork")

Part: TypeAlias = Callable[[], None]


class _Web(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """gunicorn with settings of ours, and no file of its own."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        app = create_app()
        memory.settle()
        return app


def serve_web(host: str, port: int, workers: int, threads: int) -> None:
    """Serve until told to stop. A web process is replaced after so many requests, not all at one time."""
    _Web(
        {
            "bind": f"{host}:{port}",
            "workers": workers,
            "threads": threads,
            "worker_class": "gthread",
            "preload_app": True,
            "control_socket_disable": True,
            "timeout": 120,
            "max_requests": 20_000,
            "max_requests_jitter": 2_000,
        }
    ).run()


def work() -> None:
    """Be the worker until told to stop."""
    jobs.run_worker(create_app())


def supervise(parts: Mapping[str, Part]) -> None:
    """Keep these running; start one again when it dies; stop all on SIGINT or SIGTERM.

    Whoever calls this has opened no database and started no thread: a fork would share the one and lose the other.
    """
    stopping = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    memory.settle()
    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    running = {name: _start(part) for name, part in parts.items()}
    while not stopping:
        time.sleep(LOOK_SECONDS)
        for name, process in running.items():
            if not process.is_alive() and not stopping:
                click.echo(f"{name} ended with {process.exitcode}; starting it again", err=True)
                time.sleep(LOOK_SECONDS)
                running[name] = _start(parts[name])
    _stop_all(list(running.values()))


def run_apart(part: Part) -> None:
    """Do something in a process of its own, so that this one stays as `supervise` needs it. Raises SystemExit."""
    process = _FORK.Process(target=part)
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit(process.exitcode)


def _start(part: Part) -> ForkProcess:
    process = _FORK.Process(target=_begin, args=(part,))
    process.start()
    return process


def _begin(part: Part) -> None:
    # Its own session: a Ctrl+C in the terminal reaches only the supervisor, which passes it on in order.
    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # a file, in every process that we start
    part()


def _stop_all(processes: list[ForkProcess]) -> None:
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + GRACE_SECONDS
    for process in processes:
        process.join(max(0.1, deadline - time.monotonic()))
        if process.is_alive():
            process.kill()
            process.join()
