"""Counting SQL statements: a page's budget must not grow with its rows."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, TypeAlias

from sqlalchemy import event
from sqlalchemy.engine import Engine

CountQueries: TypeAlias = Callable[[], AbstractContextManager[list[str]]]
"""The fixture ``count_queries``."""

HOUSEKEEPING = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT", "PRAGMA")


@contextmanager
def counted_queries() -> Iterator[list[str]]:
    """The statements sent to any database inside the block, without savepoints and the like: ``len(queries) <= 12``."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(HOUSEKEEPING):
            statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", note)
