"""Small files, small functions: something stops the monsters."""

from pathlib import Path

from tests.architecture.checks.sizes import FILE_LINES, FUNCTION_LINES, faults, read_list, sizes
from tests.architecture.checks.tree import read, tree_files

# A migration is written once; catalogues and data are as long as they are.
EXEMPT = ("migrations/versions/", "translations/", "docs/", "demo/legal/")
LIST = Path(__file__).with_name("sizes.txt")


def test_nothing_is_longer_than_the_list_allows() -> None:
    files = [path for path in tree_files(".py", ".html", ".css", ".js") if not path.as_posix().startswith(EXEMPT)]
    found: dict[str, int] = {}
    for path in files:
        found |= sizes(path.as_posix(), read(path) or "")
    assert faults(found, read_list(LIST.read_text())) == []


def test_a_planted_long_file_is_found() -> None:
    assert faults(sizes("x.css", "\n" * (FILE_LINES + 1)), {}) == [f"x.css has {FILE_LINES + 1} lines"]
    assert sizes("x.css", "\n" * FILE_LINES) == {}


def test_a_planted_long_function_is_found() -> None:
    body = "        pass\n" * FUNCTION_LINES
    source = f"class A:\n    def long(self):\n{body}\n    def short(self):\n        pass\n"
    assert faults(sizes("x.py", source), {}) == [f"x.py::A.long has {FUNCTION_LINES + 1} lines"]


def test_the_list_only_shrinks() -> None:
    assert faults({"x.py": 450}, {"x.py": 500}) == ["x.py is listed with 500 lines and has 450: change the list"]
    assert faults({"x.py": 501}, {"x.py": 500}) == ["x.py has 501 lines"]
    assert len(faults({}, {"x.py": 500})) == 1
    assert faults({"x.py": 500}, read_list("# why\n500 x.py  # because\n")) == []
