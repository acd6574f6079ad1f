"""Create and upgrade the database with Alembic."""

from alembic import command
from alembic.config import Config
from flask import Flask

from app.config import ROOT


def alembic_config(app: Flask) -> Config:
    """Alembic's settings for this app's database."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["url"] = app.config["SQLALCHEMY_DATABASE_URI"]
    return config


def upgrade(app: Flask, revision: str = "head") -> None:
    command.upgrade(alembic_config(app), revision)


def downgrade(app: Flask, revision: str) -> None:
    command.downgrade(alembic_config(app), revision)
