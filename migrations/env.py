"""Alembic's environment. Offline mode is not offered: a migration is tried on a real database before it is kept."""

import sqlalchemy as sa
from alembic import context

import app.models  # noqa: F401  # fills the metadata
from core.db import Base, UtcDateTime


def render(kind: str, item: object, _context: object) -> str | bool:
    """Migrations name no type of ours, so that they stay true when the code moves on."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


def run() -> None:
    # One connection at a time, closed at the end, so that SQLite can swap tables.
    engine = sa.create_engine(context.config.attributes["url"], poolclass=sa.pool.NullPool)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            render_item=render,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
