"""``danban moderation``: the log can be checked."""

import sys

import click
from flask.cli import with_appcontext

from core.db import transaction
from moderation.services import sealing


@click.group()
def moderation() -> None:
    """The log of moderation."""


@moderation.command()
@with_appcontext
def verify() -> None:
    """Check that nobody changed, added or took out an entry of the log; exit code 1 when somebody did."""
    faults = sealing.verify()
    for fault in faults:
        click.echo(
            f"seal {fault.seal_id}: made over {fault.sealed} entries, found {fault.found}, or the chain is broken"
        )
    waiting = sealing.unsealed()
    click.echo(f"{len(faults)} faults." if faults else "The log is whole.")
    click.echo(f"{waiting} entries not sealed yet.")
    sys.exit(1 if faults else 0)


@moderation.command()
@with_appcontext
def seal() -> None:
    """Seal what is not sealed yet; the worker does so after every change."""
    with transaction():
        count = sealing.seal()
    click.echo(f"{count} entries sealed.")
