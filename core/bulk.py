"""Many rows at once, past the ORM and in the session's own transaction: executemany on SQLite, COPY on PostgreSQL."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from core.db import UtcDateTime, db

Row = list[Any]


def reserve_ids(table: sa.Table, count: int) -> Iterator[int]:
    """Ids that nobody else gets. Only inside a write transaction: SQLite's are those after the highest there is."""
    if _is_postgresql():
        sequence = sa.func.pg_get_serial_sequence(table.name, "id")
        asked = sa.select(sa.func.nextval(sequence)).select_from(sa.func.generate_series(1, count).alias())
        return iter(db.session.scalars(asked).all())
    last = db.session.scalar(sa.select(sa.func.max(table.c.id))) or 0
    return iter(range(last + 1, last + 1 + count))


def insert_rows(table: sa.Table, columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Insert rows of values as the database takes them: an enumeration by its value, a moment as aware datetime.

    Columns that are not named get their default. The rows belong to this function from now on.
    """
    if not rows:
        return
    defaults = _defaults(table, columns)
    names = [*columns, *defaults]
    for row in rows if defaults else ():
        row.extend(defaults.values())
    if _is_postgresql():
        _copy(table, names, rows)
    else:
        _execute_many(table, names, rows)


def _defaults(table: sa.Table, columns: Sequence[str]) -> dict[str, Any]:
    """What the model gives to columns that were not named."""
    unnamed = [column for column in table.columns if column.name not in columns and column.default is not None]
    return {column.name: column.default.arg for column in unnamed if isinstance(column.default, sa.ColumnDefault)}


def _copy(table: sa.Table, names: Sequence[str], rows: Sequence[Row]) -> None:
    into = ", ".join(f'"{name}"' for name in names)
    cursor: Any = db.session.connection().connection.cursor()
    with cursor, cursor.copy(f'COPY "{table.name}" ({into}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)


def _execute_many(table: sa.Table, names: Sequence[str], rows: Sequence[Row]) -> None:
    moments = [position for position, name in enumerate(names) if isinstance(table.c[name].type, UtcDateTime)]
    if moments:
        shown = _writer_of_moments()
        for row in rows:
            for position in moments:
                if row[position] is not None:
                    row[position] = shown(row[position])
    into, places = ", ".join(f'"{name}"' for name in names), ", ".join("?" * len(names))
    cursor = db.session.connection().connection.cursor()
    cursor.executemany(f'INSERT INTO "{table.name}" ({into}) VALUES ({places})', rows)  # noqa: S608  # our own names
    cursor.close()


def _writer_of_moments() -> Callable[[datetime], Any]:
    """How the database of this session keeps a moment; a spreadsheet holds few different ones."""
    dialect = db.session.connection().dialect
    process: Any = UtcDateTime().dialect_impl(dialect).bind_processor(dialect)
    return lru_cache(10_000)(process)


def _is_postgresql() -> bool:
    return db.session.get_bind().dialect.name == "postgresql"
