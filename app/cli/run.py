"""Run the site: init, serve, worker."""

from functools import partial

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from accounts.seed import seed_agencies
from app import database, supervisor
from consultations.seed import seed_document_kinds
from core import jobs
from core.db import transaction


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
    web = partial(supervisor.serve_web, host, port, workers, threads)
    supervisor.supervise({"web": web, "worker": supervisor.work})


def _app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # the proxy's own way to it
    return app


COMMANDS = (init, serve, worker)
