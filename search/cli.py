"""``danban search``."""

import json
import sys
from collections.abc import Iterable
from dataclasses import replace

import click
from flask.cli import AppGroup

from search import services
from search.addresses import Wish
from search.documents import Facet, Key
from search.engines.base import IndexDamaged
from search.services import Difference, Findings
from search.services.asking import to_query
from search.services.building import Progress

group = AppGroup("search", help="Search, and the index behind it.")

_SHOWN = 10  # keys of a difference


@group.command()
@click.option("--fresh", is_flag=True, help="Begin at the beginning, where a build was left half-way.")
def rebuild(fresh: bool) -> None:
    """Make the index anew from the database, while the old one serves."""
    done = services.rebuild(_tell, fresh=fresh)
    click.echo(f"{done} documents indexed.")


def _tell(progress: Progress) -> None:
    click.echo(f"{progress.done} documents, at {progress.type} {progress.id}", err=True)


@group.command()
def verify() -> None:
    """Compare the index with the database; ends with 1 where they differ."""
    try:
        difference = services.verify()
    except IndexDamaged as damaged:
        raise click.ClickException(damaged.message) from None
    _show(difference)
    if not difference.is_none:
        sys.exit(1)


def _show(difference: Difference) -> None:
    click.echo(f"{difference.checked} public documents.")
    for name, keys in (("missing", difference.missing), ("extra", difference.extra), ("stale", difference.stale)):
        if keys:
            click.echo(f"{name}: {len(keys)} ({_names(keys[:_SHOWN])}{' …' if len(keys) > _SHOWN else ''})")
    click.echo("No difference." if difference.is_none else "The index differs from the database.")


def _names(keys: Iterable[Key]) -> str:
    return ", ".join(f"{type_} {id_}" for type_, id_ in keys)


@group.command()
@click.argument("text")
@click.option("--consultation", type=int, help="Only in this consultation.")
@click.option("--limit", default=20, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def query(text: str, consultation: int | None, limit: int, as_json: bool) -> None:
    """Find TEXT, written as on the results page, in what is public."""
    chosen = {Facet.CONSULTATION: (consultation,)} if consultation is not None else {}
    wish = Wish(typed=text, chosen=chosen, limit=limit)
    findings = services.find(replace(to_query(wish, is_staff=True), facets=(Facet.LINEAGE,)))
    if as_json:
        click.echo(json.dumps(as_dict(findings), ensure_ascii=False))
        return
    click.echo(f"{findings.total} found in {findings.took_ms:.1f} ms")
    if findings.notice:
        click.echo("There is no index: read from the database.")
    for item in findings.found:
        click.echo(f"{item.hit.type} {item.hit.id}\t{item.card.place}\t{''.join(part.text for part in item.snippet)}")


def as_dict(findings: Findings) -> dict[str, object]:
    """The shape that scripts rely on."""
    return {
        "total": findings.total,
        "hits": [
            {
                "type": item.hit.type,
                "id": item.hit.id,
                "citation": item.card.place,
                "score": item.hit.score,
                "snippet": "".join(part.text for part in item.snippet),
            }
            for item in findings.found
        ],
        "by_provision": [{"citation": row.citation, "count": row.count} for row in findings.by_lineage],
        "took_ms": findings.took_ms,
    }
