"""Rows for every table of a database as it stands, made from what the database itself tells: no model is asked.

For migrations, which must carry data of any revision up and down.
"""

import re
import uuid
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa

ROWS = 2
QUOTED = re.compile(r"'((?:[^']|'')*)'")
KEPT_BY_ALEMBIC = "alembic_version"
# Where a CHECK ties columns together, values that satisfy it: {table: {column: value}}. Numbers count up by row.
FITTING: dict[str, dict[str, Any]] = {
    "provision_pairing": {"similarity": 0.5},
    "kept_apart": {"group_id": None},
    "tick": {"guest_hash": None},
    "measure": {"kind": "suspension", "until": datetime(2026, 3, 1, tzinfo=UTC)},
    "survey": {
        "opens_at": datetime(2026, 1, 1, tzinfo=UTC),
        "closes_at": datetime(2026, 3, 1, tzinfo=UTC),
        "min_cell": 5,
    },
    "consultation": {"opens_at": datetime(2026, 1, 1, tzinfo=UTC), "closes_at": datetime(2026, 3, 1, tzinfo=UTC)},
}


def fill(connection: sa.Connection) -> dict[str, int]:
    """Two rows in every table, every column that can be filled is; returns the number of rows of each table.

    Tables that hold rows already are left as they are.
    """
    metadata = sa.MetaData()
    metadata.reflect(connection)
    inspector = sa.inspect(connection)
    for table in metadata.sorted_tables:
        if table.name != KEPT_BY_ALEMBIC and not _count(connection, table):
            choices = _choices(inspector, table)
            for number in range(1, ROWS + 1):
                connection.execute(sa.insert(table), _row(connection, table, choices, number))
    return counts(connection)


def counts(connection: sa.Connection) -> dict[str, int]:
    metadata = sa.MetaData()
    metadata.reflect(connection)
    return {table.name: _count(connection, table) for table in metadata.sorted_tables if table.name != KEPT_BY_ALEMBIC}


def _count(connection: sa.Connection, table: sa.Table) -> int:
    return connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def _choices(inspector: Any, table: sa.Table) -> dict[str, str]:
    """The first value of every column whose CHECK lists values."""
    found = {}
    for check in inspector.get_check_constraints(table.name):
        values = QUOTED.findall(check["sqltext"])
        unquoted = QUOTED.sub("", check["sqltext"])
        for column in table.columns:
            if values and re.search(rf"\b{re.escape(column.name)}\b", unquoted):
                found[column.name] = values[0]
    return found


def _row(connection: sa.Connection, table: sa.Table, choices: dict[str, str], number: int) -> dict[str, Any]:
    row = {}
    for column in table.columns:
        fitting = FITTING.get(table.name, {})
        if column.name in fitting:
            row[column.name] = fitting[column.name]
        elif column.foreign_keys:
            row[column.name] = _referred(connection, column, number)
        else:
            row[column.name] = choices.get(column.name) or _value(column, number)
    return row


def _referred(connection: sa.Connection, column: "sa.Column[Any]", number: int) -> Any:
    """The key of row ``number`` of the other table; its own first row, or none, where a table points at itself."""
    target = next(iter(column.foreign_keys)).column
    keys = connection.scalars(sa.select(target).order_by(target).limit(number)).all()
    if target.table is column.table and column.nullable:
        return None
    return keys[-1] if keys else None


def _value(column: "sa.Column[Any]", number: int) -> Any:
    kind = column.type
    if isinstance(kind, sa.JSON):
        return {"number": number}
    if isinstance(kind, sa.Boolean):
        return bool(number % 2)
    if isinstance(kind, sa.DateTime):
        return datetime(2026, 1, number, tzinfo=UTC)
    if isinstance(kind, sa.Date):
        return date(2026, 1, number)
    if isinstance(kind, sa.Numeric | sa.Integer):
        return number
    if isinstance(kind, sa.Uuid):
        return uuid.UUID(int=number)
    if isinstance(kind, sa.LargeBinary):
        return b"%d" % number
    return f"{number}"
