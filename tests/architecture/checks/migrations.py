"""Migrations: numbered, one line of descent, free of models, true to the models."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

NAME = re.compile(r"(\d{4})_[a-z0-9]+(?:_[a-z0-9]+)*\.py")
# sqlalchemy and alembic, and what Python itself brings; nothing of ours.
OURS = frozenset(
    {
        "app",
        "core",
        "legal",
        "accounts",
        "notifications",
        "moderation",
        "search",
        "consultations",
        "forums",
        "surveys",
        "opinions",
        "demo",
        "tests",
    }
)


def shape(folder: Path) -> list[str]:
    """Names that are not NNNN_short_name or not the revision's number, imports of ours, gaps, more heads than one."""
    found = []
    files = sorted(path for path in (folder / "versions").glob("*.py") if path.name != "__init__.py")
    for number, path in enumerate(files, start=1):
        named = NAME.fullmatch(path.name)
        if not named:
            found.append(f"{path.name}: the name is not NNNN_short_name.py")
        elif int(named[1]) != number:
            found.append(f"{path.name}: is number {number} in order")
        tree = ast.parse(path.read_text())
        if named and _revision(tree) != named[1]:
            found.append(f"{path.name}: its revision is {_revision(tree)!r}")
        found += [f"{path.name}: imports {module}" for module in _imports(tree) if module.partition(".")[0] in OURS]
    return found + _heads(folder)


def _heads(folder: Path) -> list[str]:
    heads = ScriptDirectory(str(folder)).get_heads()
    return [] if len(heads) == 1 else [f"heads: {', '.join(sorted(heads)) or 'none'}"]


def _revision(tree: ast.Module) -> object:
    for node in tree.body:
        targets = [node.target] if isinstance(node, ast.AnnAssign) else getattr(node, "targets", [])
        if any(isinstance(target, ast.Name) and target.id == "revision" for target in targets):
            value = getattr(node, "value", None)
            return value.value if isinstance(value, ast.Constant) else None
    return None


def _imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def differences(connection: sa.Connection, metadata: sa.MetaData) -> list[str]:
    """What autogenerate would write, and CHECK constraints (which it does not look at) that differ by name."""
    context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
    found = [repr(difference) for difference in compare_metadata(context, metadata)]
    inspector = sa.inspect(connection)
    for table in metadata.sorted_tables:
        if inspector.has_table(table.name):
            found += _check_differences(inspector, table)
    return found


def _check_differences(inspector: Any, table: sa.Table) -> Iterator[str]:
    wanted = {str(check.name) for check in table.constraints if isinstance(check, sa.CheckConstraint)}
    there = {str(check["name"]) for check in inspector.get_check_constraints(table.name)}
    if wanted != there:
        yield f"{table.name}: CHECK {sorted(wanted - there)} missing, {sorted(there - wanted)} too many"
