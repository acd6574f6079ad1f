"""Seconds are measured in ``benchmarks/`` and in the long run, never asserted by a test of ``make test``."""

import ast
from pathlib import Path

from tests.architecture.checks.tree import ROOT, read, tree_files

DOOR = Path("tests/support/limits.py")
STOPWATCHES = {"process_time", "perf_counter", "thread_time", "timeit"}


def stopwatches(source: str) -> list[int]:
    """The lines that read a clock made for measuring."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if (isinstance(node, ast.Attribute) and node.attr in STOPWATCHES)
        or (isinstance(node, ast.Name) and node.id in STOPWATCHES)
    ]


def test_only_the_door_to_time_measures() -> None:
    files = [path for path in tree_files(".py") if path.parts[0] == "tests" and path != DOOR]
    assert len(files) > 100
    assert [path for path in files if stopwatches(read(path) or "")] == []


def test_a_planted_stopwatch_is_seen() -> None:
    planted = "import time\n\nstarted = time.process_time()\nassert time.perf_counter() - started < 2\n"
    assert stopwatches(planted) == [3, 4]
    assert stopwatches((ROOT / DOOR).read_text())
