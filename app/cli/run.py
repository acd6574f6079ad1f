"""Run the site: init, serve, worker."""

import os
import signal
import subprocess
import sys
import time
from types import FrameType

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from accounts.seed import seed_agencies
from app import database
from consultations.seed import seed_document_kinds
from core import jobs
from core.db import transaction

GRACE_SECONDS = 20


@click.command()
@with_appcontext
def init() -> None:
    """Create or upgrade the database; seed the agencies and the kinds of documents."""
    database.upgrade(_app())
    with transaction():
        seed_document_kinds()
        added = seed_agencies()
    click.echo(f"The database is ready. Agencies added: {added}.")


@click.command()
@with_appcontext
def worker() -> None:
    """Do the slow work: mail, indexing, exports."""
    jobs.run_worker(_app())


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=2, show_default=True, help="Web processes.")
@click.option("--threads", default=4, show_default=True, help="Threads of each web process.")
def serve(host: str, port: int, workers: int, threads: int) -> None:
    """Web and worker of the default deployment, in the foreground, until Ctrl+C."""
    environ = os.environ | {"PYTHONUNBUFFERED": "1"}
    commands = {
        "web": [
            *(sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", f"{host}:{port}"),
            *(
                "--workers",
                str(workers),
                "--threads",
                str(threads),
                "--worker-class",
                "gthread",
                "--preload",
                "--no-control-socket",
            ),
            *("--timeout", "120", "--max-requests", "20000", "--max-requests-jitter", "2000"),
        ],
        "worker": [sys.executable, "-m", "app.cli", "worker"],
    }
    supervise(commands, environ)


def _app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # the proxy's own way to it
    return app


def supervise(commands: dict[str, list[str]], environ: dict[str, str]) -> None:
    """Keep these processes running; start one again when it dies; stop all on SIGINT or SIGTERM."""
    stopping = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    running = {name: _start(command, environ) for name, command in commands.items()}
    while not stopping:
        time.sleep(0.3)
        for name, process in running.items():
            if process.poll() is not None and not stopping:
                click.echo(f"{name} ended with {process.returncode}; starting it again", err=True)
                time.sleep(1)
                running[name] = _start(commands[name], environ)
    _stop_all(list(running.values()))


def _start(command: list[str], environ: dict[str, str]) -> "subprocess.Popen[bytes]":
    # Its own session: a Ctrl+C in the terminal reaches only us, and we pass it on in order.
    return subprocess.Popen(command, env=environ, start_new_session=True)


def _stop_all(processes: "list[subprocess.Popen[bytes]]") -> None:
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + GRACE_SECONDS
    for process in processes:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()


COMMANDS = (init, serve, worker)
