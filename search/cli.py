"""``danban search``."""

import json

import click
from flask.cli import AppGroup

from search import services
from search.engines.base import SearchQuery, SearchResult

group = AppGroup("search", help="Search, and the index behind it.")


@group.command()
def rebuild() -> None:
    """Make the index anew from the database."""
    click.echo(f"{services.rebuild()} documents indexed.")


@group.command()
@click.argument("text")
@click.option("--consultation", type=int, help="Only in this consultation.")
@click.option("--limit", default=20, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def query(text: str, consultation: int | None, limit: int, as_json: bool) -> None:
    """Find TEXT in drafts and published comments."""
    wanted = (consultation,) if consultation is not None else None
    result = services.engine().search(SearchQuery(text=text, consultation_ids=wanted, limit=limit))
    if as_json:
        click.echo(json.dumps(as_dict(result), ensure_ascii=False))
        return
    click.echo(f"{result.total} found in {result.took_ms:.1f} ms")
    for hit in result.hits:
        click.echo(f"{hit.type} {hit.id}\t{hit.citation}\t{''.join(part.text for part in hit.snippet)}")


def as_dict(result: SearchResult) -> dict[str, object]:
    """The shape that scripts rely on."""
    return {
        "total": result.total,
        "hits": [
            {
                "type": hit.type,
                "id": hit.id,
                "citation": hit.citation,
                "score": hit.score,
                "snippet": "".join(part.text for part in hit.snippet),
            }
            for hit in result.hits
        ],
        "by_provision": [{"citation": row.citation, "count": row.count} for row in result.by_lineage],
        "took_ms": result.took_ms,
    }
