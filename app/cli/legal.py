"""``danban legal …``: the parser from the shell. Needs no database."""

import json
import sys
from pathlib import Path

import click

from core import clock
from legal.akn import to_akn
from legal.align import align
from legal.errors import UnreadableFile
from legal.nodes import Outline
from legal.outline import outline_file, render_outline
from legal.render import render_pairs

WRONG_INPUT = 2


@click.group()
def legal() -> None:
    """Legal documents: read a draft, compare two versions, pass one on."""


@legal.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="The whole tree as JSON.")
def outline(file: Path, as_json: bool) -> None:
    """The tree of a draft FILE (.docx, .doc, .pdf, .txt, .html, .md), its counts and its warnings."""
    parsed = _parse(file)
    if as_json:
        click.echo(json.dumps(parsed.to_json(), ensure_ascii=False, indent=1))
    else:
        click.echo(render_outline(parsed), nl=False)


@legal.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Every pair as JSON, those that stayed the same too.")
def diff(old: Path, new: Path, as_json: bool) -> None:
    """What became of every provision of OLD in NEW, two versions of one draft."""
    pairs = align(_parse(old), _parse(new))
    if as_json:
        click.echo(json.dumps([pair.to_json() for pair in pairs], ensure_ascii=False, indent=1))
    else:
        click.echo(render_pairs(pairs), nl=False)


@legal.command()
@click.argument("file", type=click.Path(path_type=Path))
def akn(file: Path) -> None:
    """A draft FILE as Akoma Ntoso 3.0 (XML), on standard output."""
    click.echo(to_akn(_parse(file), made=clock.today()))


def _parse(file: Path) -> Outline:
    try:
        return outline_file(file)
    except UnreadableFile as unreadable:
        click.echo(f"danban: {unreadable.message}", err=True)
        sys.exit(WRONG_INPUT)
