"""How long files and functions may be. What is longer today is listed, and may only get shorter."""

import ast
from collections.abc import Iterator, Mapping

FILE_LINES = 400
FUNCTION_LINES = 40


def sizes(name: str, source: str) -> dict[str, int]:
    """What passes the limits in one file: ``path`` for the file, ``path::function`` for a function, with its lines."""
    found = {}
    if (lines := source.count("\n")) > FILE_LINES:
        found[name] = lines
    if name.endswith(".py"):
        found |= {
            f"{name}::{place}": length for place, length in _functions(ast.parse(source), "") if length > FUNCTION_LINES
        }
    return found


def _functions(node: ast.AST, inside: str) -> Iterator[tuple[str, int]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            place = f"{inside}{child.name}"
            if not isinstance(child, ast.ClassDef):
                yield place, (child.end_lineno or child.lineno) - child.lineno + 1
            yield from _functions(child, f"{place}.")
        else:
            yield from _functions(child, inside)


def faults(found: Mapping[str, int], allowed: Mapping[str, int]) -> list[str]:
    """What is too long and not allowed, has grown, or is allowed more than it needs (keep the gain: lower it)."""
    new = [f"{place} has {size} lines" for place, size in found.items() if size > allowed.get(place, 0)]
    stale = [
        f"{place} is listed with {limit} lines and has {found.get(place, 'fewer than the limit')}: change the list"
        for place, limit in allowed.items()
        if found.get(place, 0) < limit
    ]
    return sorted(new + stale)


def read_list(text: str) -> dict[str, int]:
    """Lines of ``size path`` or ``size path::function``; # begins a comment."""
    lines = [line.partition("#")[0].split() for line in text.splitlines()]
    return {place: int(size) for size, place in filter(None, lines)}
