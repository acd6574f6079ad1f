"""The command ``danban``. Packages bring their own groups; this one adds init, serve, worker, backup and the demo."""

import sys

import click
from flask import Flask
from flask.cli import FlaskGroup

from app.cli import keeping, people, run
from app.cli.demo import demo
from app.cli.legal import legal
from app.config import WrongSetting
from app.factory import create_app
from consultations.cli import consultation
from moderation.cli import moderation
from opinions.cli import group as opinions
from search.cli import group as search


def _make_app() -> Flask:
    try:
        return create_app()
    except WrongSetting as wrong:
        raise SystemExit(f"danban: {wrong}") from None


@click.group(cls=FlaskGroup, create_app=_make_app, add_default_commands=False, add_version_option=False)
def main() -> None:
    """Dân Bàn: consultation on draft legal documents, clause by clause."""


for command in (
    *run.COMMANDS,
    *people.COMMANDS,
    *keeping.COMMANDS,
    consultation,
    demo,
    legal,
    moderation,
    opinions,
    search,
):
    main.add_command(command)

if __name__ == "__main__":
    sys.exit(main())
