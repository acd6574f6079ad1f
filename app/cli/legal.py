"""``danban legal …``: the parser from the shell. Needs no database."""

import json
import sys
from pathlib import Path
from typing import NoReturn

import click

from core.i18n import gettext as _
from legal.errors import UnreadableFile
from legal.nodes import Node, Outline
from legal.parser import parse
from legal.readers import read

WRONG_INPUT = 2
WIDEST = 100


@click.group()
def legal() -> None:
    """Legal documents: read a draft."""


@legal.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="The whole tree as JSON.")
def outline(file: Path, as_json: bool) -> None:
    """The tree of a draft FILE (.docx, .txt, .html, .md), its counts and its warnings."""
    parsed = _parse(file)
    if as_json:
        click.echo(json.dumps(parsed.to_json(), ensure_ascii=False, indent=1))
    else:
        click.echo("\n".join(_lines(parsed)))


def _parse(file: Path) -> Outline:
    try:
        return parse(read(file))
    except UnreadableFile as unreadable:
        _stop(unreadable.message)
    except OSError:
        _stop(_("Không mở được tệp %(file)s.", file=file))


def _lines(parsed: Outline) -> list[str]:
    counts = ", ".join(f"{name} {n}" for name, n in parsed.counts().items() if n)
    lines = [parsed.title, counts, ""]
    for node in parsed.nodes:
        lines += _branch(node, 0)
    if parsed.warnings:
        lines += ["", f"{len(parsed.warnings)} warnings:"]
        lines += [f"  line {w.line}: {w.message}" if w.line else f"  {w.message}" for w in parsed.warnings]
    if parsed.set_aside:
        lines += ["", f"{len(parsed.set_aside)} set aside:"]
        lines += [f"  line {s.line} ({s.reason}): {_short(s.text)}" for s in parsed.set_aside]
    return lines


def _branch(node: Node, depth: int) -> list[str]:
    mark = node.label or f"{node.kind.value} {node.number}".strip()
    own = "  " * depth + f"{'“ ' if node.quoted else ''}{mark} {_short(node.heading or node.text)}".rstrip()
    return [own, *(line for child in node.children for line in _branch(child, depth + 1))]


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= WIDEST else line[: WIDEST - 1] + "…"


def _stop(message: str) -> NoReturn:
    click.echo(f"danban: {message}", err=True)
    sys.exit(WRONG_INPUT)
