"""``danban opinions``."""

import shutil
from pathlib import Path

import click
import sqlalchemy as sa
from flask.cli import AppGroup
from sqlalchemy.orm import joinedload

from consultations.models import Consultation
from core.db import db, transaction
from core.errors import DanBanError
from opinions.cli.imports import import_
from opinions.exports.making import export as make_file
from opinions.models import ExportKind
from opinions.services import grouping_runs

group = AppGroup("opinions", help="Opinions received: import, group, export.")


@group.command()
@click.argument("consultation_id", type=int)
@click.option("--format", "format_", type=click.Choice(sorted(ExportKind)), required=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
def export(consultation_id: int, format_: str, out: Path) -> None:
    """Write the table (docx, theo-van-de), all opinions (xlsx, csv, jsonl), a report or the dossier to a file."""
    consultation = db.session.scalar(
        sa.select(Consultation).options(joinedload(Consultation.agency)).where(Consultation.id == consultation_id)
    )
    if consultation is None:
        raise click.ClickException(f"There is no consultation {consultation_id}.")
    unfinished = out.with_name(f".{out.name}.unfinished")
    with make_file(consultation, ExportKind(format_)) as made, unfinished.open("wb") as file:
        shutil.copyfileobj(made, file)
    unfinished.replace(out)
    click.echo(str(out))


@group.command("group")
@click.argument("consultation_id", type=int)
@click.option("--across-stances", is_flag=True, help="Propose support and opposition as one where they say the same.")
def group_(consultation_id: int, across_stances: bool) -> None:
    """Find copies of one text and propose groups; run it again to go on after a crash. People decide on the desk."""
    from opinions.services.grouping_stages import STAGES  # noqa: PLC0415  # loads scikit-learn: not for each command

    facts = ""
    with transaction():
        consultation = db.session.get(Consultation, consultation_id)
        if consultation is None:
            raise click.ClickException(f"There is no consultation {consultation_id}.")
        try:
            run_id = grouping_runs.request_run(consultation, by=None, mixed=across_stances).id
        except DanBanError as refusal:
            raise click.ClickException(refusal.message) from None
    for run in grouping_runs.watch(run_id, STAGES):
        click.echo(f"\r{run.stage:<10}{run.done:>12,} of {run.total:,}\x1b[K", nl=False, err=True)
        facts = f"run {run.id}: {run.opinions:,} opinions, {run.families:,} new families, {run.proposals:,} proposals"
    click.echo(err=True)
    click.echo(facts)


group.add_command(import_)
