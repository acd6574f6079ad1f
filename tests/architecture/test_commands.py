"""Every promised command is there, with its options."""

import click

from app.cli import main
from tests.architecture.checks.commands import faults

PROMISED: dict[str, set[str]] = {
    "init": set(),
    "serve": {"--host", "--port"},
    "worker": set(),
    "demo": set(),
    "legal outline": {"--json"},
    "legal diff": {"--json"},
    "legal akn": set(),
    "consultation import": {"--agency", "--title", "--opens", "--closes", "--publish"},
    "opinions import": set(),
    "opinions group": set(),
    "opinions export": {"--format", "--out"},
    "search rebuild": set(),
    "search query": {"--consultation", "--json"},
    "tallies check": set(),
    "health": set(),
    "backup": set(),
    "restore": set(),
    "user create": {"--role", "--agency"},
}
# Each comes with its feature.
NOT_YET: set[str] = set()


def test_every_promised_command_is_there() -> None:
    assert isinstance(main, click.Group)
    assert faults(main, PROMISED, NOT_YET) == []


def test_planted_faults_are_found() -> None:
    @click.group()
    def planted() -> None: ...

    @planted.group()
    def legal() -> None: ...

    @legal.command()
    @click.option("--text")
    def outline(text: str) -> None: ...

    @legal.command()
    def diff() -> None: ...

    promised = {"init": set(), "legal outline": {"--json", "--text"}, "legal diff": set(), "legal akn": set()}
    assert faults(planted, promised, {"legal diff", "legal akn"}) == [
        "init: missing",
        "legal diff: is there: strike it from the list of those to come",
        "legal outline: no --json",
    ]
