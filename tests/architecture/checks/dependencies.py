"""Dependencies: each stands in docs/dependencies.md with a reason, and is imported only at its door."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

ANYWHERE = "any"
NEVER = "none"
# | `Flask` | `flask` | any | why |
ROW = re.compile(
    r"^\| `(?P<name>[^`]+)` \| (?P<modules>[^|]*) \| (?P<doors>[^|]*) \| (?P<reason>[^|]*) \|$", re.MULTILINE
)
QUOTED = re.compile(r"`([^`]+)`")
CANONICAL = re.compile(r"[-_.]+")


@dataclass(frozen=True)
class Dependency:
    """``doors``: patterns of files that may import its modules; ``any`` (contracts say where), ``none`` (it is run)."""

    name: str
    modules: tuple[str, ...]
    doors: tuple[str, ...]
    reason: str


def canonical(requirement: str) -> str:
    """``psycopg[binary]>=3`` → ``psycopg``; ``Flask_Login`` → ``flask-login``."""
    name = re.split(r"[\s\[<>=!~;]", requirement.strip(), maxsplit=1)[0]
    return CANONICAL.sub("-", name).lower()


def read_page(text: str) -> dict[str, Dependency]:
    """The rows of the page's tables, by canonical name."""
    found = {}
    for row in ROW.finditer(text):
        doors = tuple(QUOTED.findall(row["doors"])) or (row["doors"].strip(),)
        found[canonical(row["name"])] = Dependency(
            row["name"], tuple(QUOTED.findall(row["modules"])), doors, row["reason"].strip()
        )
    return found


def undocumented(requirements: Iterable[str], page: Mapping[str, Dependency]) -> list[str]:
    """What setup.cfg asks for and the page does not explain, and what the page explains and nobody asks for."""
    wanted = {canonical(requirement) for requirement in requirements if requirement.strip()}
    found = [f"{name}: not in docs/dependencies.md" for name in wanted - page.keys()]
    found += [f"{name}: in docs/dependencies.md only" for name in page.keys() - wanted]
    return sorted(found + [f"{name}: no reason" for name in page if not page[name].reason])


def unpinned(requirements: Iterable[str], constraints: str) -> list[str]:
    """What constraints.txt does not pin."""
    pinned = {canonical(line) for line in constraints.splitlines() if "==" in line and not line.startswith("#")}
    return sorted({canonical(requirement) for requirement in requirements if requirement.strip()} - pinned)


def strays(name: str, source: str, page: Mapping[str, Dependency]) -> list[str]:
    """Imports in one file of something that has its door elsewhere."""
    return [
        f"{name}: imports {module}, whose door is {', '.join(dependency.doors)}"
        for module in _imports(ast.parse(source, name))
        for dependency in page.values()
        if _of(module, dependency.modules) and not _may(name, dependency.doors)
    ]


def _of(module: str, modules: tuple[str, ...]) -> bool:
    return any(module == ours or module.startswith(f"{ours}.") for ours in modules)


def _may(name: str, doors: tuple[str, ...]) -> bool:
    return ANYWHERE in doors or any(fnmatchcase(name, door) for door in doors)


def _imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
