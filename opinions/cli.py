"""``danban opinions``."""

import shutil
from pathlib import Path

import click
import sqlalchemy as sa
from flask.cli import AppGroup
from sqlalchemy.orm import joinedload

from consultations.models import Consultation
from core.db import db
from opinions.exports.making import WRITERS
from opinions.exports.making import export as make_file

group = AppGroup("opinions", help="Opinions received: export.")


@group.command()
@click.argument("consultation_id", type=int)
@click.option("--format", "format_", type=click.Choice(sorted(WRITERS)), required=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
def export(consultation_id: int, format_: str, out: Path) -> None:
    """Write the official table (docx, xlsx) or all comments (csv, json) of a consultation to a file."""
    consultation = db.session.scalar(
        sa.select(Consultation).options(joinedload(Consultation.agency)).where(Consultation.id == consultation_id)
    )
    if consultation is None:
        raise click.ClickException(f"There is no consultation {consultation_id}.")
    unfinished = out.with_name(f".{out.name}.unfinished")
    with make_file(consultation, format_) as made, unfinished.open("wb") as file:
        shutil.copyfileobj(made, file)
    unfinished.replace(out)
    click.echo(str(out))
