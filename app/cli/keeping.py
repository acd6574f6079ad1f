"""Keep what was entrusted: backup, restore, the check of the tallies, and a look at the whole site."""

import sys
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from app import backup as archives
from app.health import look
from consultations.services import tallies as comment_tallies
from consultations.services import ticks
from forums.services import counting as forum_counts
from search import services as search


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def backup(file: Path) -> None:
    """Write the database and all files to FILE (.tar), while the site serves."""
    try:
        manifest = archives.backup(file.resolve())
    except archives.BackupError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{file}: {manifest['database']} at revision {manifest['revision']}, {manifest['files']} files.")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def restore(file: Path) -> None:
    """Put FILE into an empty database and an empty instance folder, and make the search index anew."""
    try:
        manifest = archives.restore(file.resolve())
    except archives.BackupError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"Restored: made {manifest['made_at']}, {manifest['files']} files.")
    click.echo(f"{search.rebuild()} documents indexed.")


@click.group()
def tallies() -> None:
    """Counts of opinions that are kept as they change."""


@tallies.command()
@with_appcontext
def check() -> None:
    """Recount every opinion, tick and post and compare with the kept tallies; exit code 1 when any differs."""
    differences = comment_tallies.differences()
    for (document_id, place, stance, status), (kept, counted) in sorted(differences.items()):
        click.echo(f"document {document_id} place {place} {stance} {status}: kept {kept}, counted {counted}")
    ticked = ticks.differences()
    for (item_id, verification, agrees), (kept, counted) in sorted(ticked.items()):
        click.echo(f"tick item {item_id} {verification} agrees={agrees}: kept {kept}, counted {counted}")
    posts = forum_counts.differences()
    for where, (kept, counted) in sorted(posts.items()):
        click.echo(f"{where}: kept {kept}, counted {counted}")
    found = len(differences) + len(ticked) + len(posts)
    click.echo(f"{found} differences." if found else "No difference.")
    sys.exit(1 if found else 0)


@click.command()
@with_appcontext
def health() -> None:
    """Say how the parts of the site stand and what there is to do; exit code 1 when there is anything."""
    try:
        checks = look()
    except SQLAlchemyError as error:
        raise click.ClickException(f"the database cannot be read ({type(error).__name__}): see `danban init`") from None
    for check in checks:
        click.echo(f"{'good' if check.is_well else 'ACT '}  {check.name}: {check.seen}")
        if check.advice:
            click.echo(f"      {check.advice}")
    sys.exit(0 if all(check.is_well for check in checks) else 1)


COMMANDS = (backup, restore, tallies, health)
