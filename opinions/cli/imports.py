"""``danban opinions import``."""

from pathlib import Path

import click
import sqlalchemy as sa
from flask.cli import with_appcontext

from accounts.models import Person
from consultations.models import Batch, BatchState, Channel, Consultation
from core import files
from core.db import db, transaction
from core.errors import DanBanError
from core.files import StoredFile
from opinions.imports import columns, notes, running
from opinions.imports.columns import Field, Layout
from opinions.queries import imports as queries
from opinions.services import importing

LARGEST = 4 * 2**30
"""Bytes that a file may hold here; a page takes less."""


@click.command("import")
@click.argument("consultation_id", type=int)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--channel",
    type=click.Choice([str(one.value) for one in Channel]),
    default=str(Channel.LETTER.value),
    help="By which they came, where the file doesn't say.",
)
@click.option(
    "--map",
    "mapping",
    multiple=True,
    metavar="HEADING=FIELD",
    help=f"What a column holds, where its heading isn't recognised: {', '.join(Field)}.",
)
@click.option("--dry-run", is_flag=True, help="Read everything, say what would happen, write nothing.")
@click.option("--force", is_flag=True, help="Even if the same file is there, or seems to be about another draft.")
@click.option("--errors", type=click.Path(dir_okay=False, path_type=Path), help="Write the report (.csv) here.")
@click.option("--as", "email", help="In whose name.")
@with_appcontext
def import_(
    consultation_id: int,
    file: Path,
    channel: str,
    mapping: tuple[str, ...],
    dry_run: bool,
    force: bool,
    errors: Path | None,
    email: str | None,
) -> None:
    """Bring opinions from a .csv or .xlsx into the ledger of a consultation; run it again to go on after a crash."""
    try:
        batch_id = _batch_to_run(consultation_id, file, channel, mapping, email, force=force, dry_run=dry_run)
        running.run(batch_id, report=_progress)
    except DanBanError as refusal:
        raise click.ClickException(refusal.message) from None
    click.echo(err=True)
    batch = db.session.get_one(Batch, batch_id, populate_existing=True)
    if errors is not None:
        notes.write_report(batch_id, errors)
    if batch.state == BatchState.FAILED:
        raise click.ClickException(batch.failure)
    click.echo(
        f"batch {batch.id} {batch.state}: {batch.rows_read} rows, {batch.rows_taken} opinions, "
        f"{batch.rows_unplaced} of them unplaced, {batch.rows_refused} refused"
    )


def _batch_to_run(
    consultation_id: int,
    file: Path,
    channel: str,
    mapping: tuple[str, ...],
    email: str | None,
    *,
    force: bool,
    dry_run: bool,
) -> int:
    """The batch of this file: one that was begun and not ended goes on, else a new one."""
    with transaction():
        consultation = db.session.get(Consultation, consultation_id)
        if consultation is None:
            raise click.ClickException(f"There is no consultation {consultation_id}.")
        with file.open("rb") as stream:
            stored = files.save_upload(stream, file.name, kinds=running.KINDS, limit=LARGEST)
        batch = queries.find_same_file(consultation_id, stored.sha256)
        if batch is not None and batch.state in (BatchState.RUNNING, BatchState.PAUSED, BatchState.FAILED):
            importing.resume(batch, in_worker=False)
            click.echo(f"batch {batch.id}: going on behind row {batch.position}", err=True)
            return batch.id
        if batch is None or batch.state not in importing.BEFORE_IMPORT:
            batch = _new_batch(consultation, stored, Channel(channel), email, force)
        layout = _with_mapping(Layout.from_json(batch.layout), mapping)
        importing.choose_columns(batch, layout.to_json(), Channel(channel))
        if dry_run:
            importing.start_check(batch, in_worker=False)
            return batch.id
        taken, unplaced = running.look_at(batch)
        if not force and importing.is_doubtful(taken, unplaced):
            raise click.ClickException(importing.doubt(taken, unplaced))
        importing.start_import(batch, force=True, in_worker=False)
        return batch.id


def _new_batch(
    consultation: Consultation, stored: StoredFile, channel: Channel, email: str | None, force: bool
) -> Batch:
    person = db.session.scalar(sa.select(Person).where(Person.email == email.lower())) if email else None
    if email and person is None:
        raise click.ClickException(f"There is nobody with the address {email}.")
    source = running.open_source(stored.path, stored.name)
    layout = running.guess_layout(source, consultation.id)
    return importing.open_batch(
        consultation,
        stored,
        channel=channel,
        layout=layout.to_json(),
        expected=source.facts.expected,
        by=person,
        force=force,
    )


def _with_mapping(layout: Layout, mapping: tuple[str, ...]) -> Layout:
    """The layout with what was said on the command line."""
    keys = [columns.heading_key(heading) for heading in layout.headings]
    chosen = [str(layout.field_of(column) or "") for column in range(len(keys))]
    for one in mapping:
        heading, _sign, name = one.rpartition("=")
        if columns.heading_key(heading) not in keys or name not in set(Field):
            raise click.ClickException(f"--map {one}: no such heading or field. Headings: {', '.join(layout.headings)}")
        chosen = ["" if there == name else there for there in chosen]
        chosen[keys.index(columns.heading_key(heading))] = name
    layout = columns.with_columns(layout, chosen)
    if not layout.can_be_read:
        raise click.ClickException(
            f"Which column holds the opinions? --map HEADING=body. Headings: {', '.join(layout.headings)}"
        )
    return layout


def _progress(row: int, expected: int | None) -> None:
    click.echo(f"\r{row:,} rows" + (f" of about {expected:,}" if expected else ""), nl=False, err=True)
