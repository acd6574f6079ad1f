"""Documentation that says what the code does: settings, packages, commands, targets, links, names."""

import ast
import importlib
import re
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import click

from tests.architecture.checks import commands

FENCED = re.compile(r"^```[^\n]*\n(.*?)^```", re.DOTALL | re.MULTILINE)
INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
LINK = re.compile(r"\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)|<(?:img|a)\s[^>]*?(?:src|href)=\"([^\"]+)\"")
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*$", re.MULTILINE)
FIRST_CELL = re.compile(r"^\|\s*`([^`]+)`\s*\|", re.MULTILINE)
DANBAN = re.compile(r"^danban ((?:[a-z]+ ?)*)(.*)$")
DANBAN_IN_SHELL = re.compile(r"bin/(danban [^;&|#\n]*)")
MAKE = re.compile(r"(?:^|&& |; )make ([a-z-]+)", re.MULTILINE)
TARGET = re.compile(r"^([a-z][a-z -]*):(?!=)", re.MULTILINE)
OPTION = re.compile(r"(?<!\S)--[a-z-]+")
FILE = re.compile(r"^(?:[\w.-]+/)+[\w.-]+\.[a-z]+$")
BOLD = re.compile(r"\*\*([^*\n]+)\*\*")
CAMEL = re.compile(r"^[A-Z][a-z]+(?:[A-Z][a-z]+)*$")
PLACEHOLDER = "NNNN"


@dataclass(frozen=True)
class Page:
    """A page of the documentation: its path from the root, and its text."""

    name: str
    text: str

    @property
    def blocks(self) -> str:
        """What stands in fenced blocks."""
        return "\n".join(FENCED.findall(self.text))

    @property
    def spans(self) -> list[str]:
        """What stands between backticks in the prose, in order."""
        return INLINE.findall(FENCED.sub("", self.text))

    @property
    def anchors(self) -> set[str]:
        """Where a link may point inside the page, as the usual sites make them from headings."""
        headings = (INLINE.sub(r"\1", text) for text in HEADING.findall(FENCED.sub("", self.text)))
        return {re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for text in headings}


# --- settings


def settings_read(source: str) -> set[str]:
    """The variables that a module takes from ``environ``: by ``.get``, by ``[…]`` or through a function of its own."""
    return {name for node in ast.walk(ast.parse(source)) if (name := _setting(node))}


def _setting(node: ast.AST) -> str | None:
    if isinstance(node, ast.Subscript) and _is_environ(node.value):
        return _text(node.slice)
    if not isinstance(node, ast.Call):
        return None
    if isinstance(node.func, ast.Attribute) and node.func.attr == "get" and _is_environ(node.func.value):
        return _text(node.args[0])
    if len(node.args) > 1 and _is_environ(node.args[0]):
        return _text(node.args[1])
    return None


def _is_environ(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id == "environ"


def _text(node: ast.AST) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def setting_faults(source: str, page: Page) -> list[str]:
    """Settings that are read and not in the page's table, and the other way about."""
    read, listed = settings_read(source), {name for name in FIRST_CELL.findall(page.text) if name.isupper()}
    return _both_ways(read, listed, page.name)


# --- packages, topics


def listing_faults(there: Iterable[str], page: Page, heading: str) -> list[str]:
    """Things that have no row in the table below a heading of the page, and rows of things that are not there."""
    section = re.split(r"^## ", page.text.partition(f"\n## {heading}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]
    return _both_ways(set(there), set(FIRST_CELL.findall(section)), page.name)


def _both_ways(there: set[str], listed: set[str], name: str) -> list[str]:
    found = [f"{name}: nothing about {missing}" for missing in there - listed]
    return sorted(found + [f"{name}: {extra} is not there" for extra in listed - there])


# --- commands


def command_faults(group: click.Group, page: Page) -> list[str]:
    """Commands of ``danban`` and their options that the page names and nobody has."""
    named = [*page.spans, *DANBAN_IN_SHELL.findall(page.blocks)]
    calls = (match for text in named if (match := DANBAN.match(text)))
    return sorted({f"{page.name}: {fault}" for call in calls for fault in _call_faults(group, call[1], call[2])})


def _call_faults(group: click.Group, words: str, rest: str) -> Iterator[str]:
    there = set(commands.names(group))
    parts = words.split()
    names = [" ".join(parts[:length]) for length in range(len(parts), 0, -1)]
    if not parts:
        return
    if (name := next((name for name in names if name in there), None)) is None:
        if not any(command.startswith(f"{names[0]} ") for command in there):
            yield f"there is no danban {names[0]}"
        return
    known = commands.options(group, name)
    yield from (f"danban {name} has no {option}" for option in OPTION.findall(rest) if option not in known)


def target_faults(makefile: str, page: Page) -> list[str]:
    """Targets of make that the page names and the Makefile does not have."""
    there = {name for names in TARGET.findall(makefile) for name in names.split()}
    named = {name for text in (*page.spans, page.blocks) for name in MAKE.findall(text)}
    return sorted(f"{page.name}: there is no make {name}" for name in named - there)


# --- links and names


def link_faults(page: Page, root: Path, read: Callable[[Path], str]) -> list[str]:
    """Links to files that are not there, and to headings that no page has."""
    found = []
    for target in (first or second for first, second in LINK.findall(FENCED.sub("", page.text))):
        address = urlsplit(target)
        if address.scheme or address.netloc:
            continue
        path = (root / page.name).parent / unquote(address.path) if address.path else None
        if path is not None and not path.exists():
            found.append(f"{page.name}: no file {target}")
        elif address.fragment and (path is None or path.suffix == ".md"):
            there = page if path is None else Page("", read(path))
            found += [] if unquote(address.fragment) in there.anchors else [f"{page.name}: no heading {target}"]
    return found


def file_faults(page: Page, root: Path) -> list[str]:
    """Files named between backticks (``app/config.py``) that are not there."""
    named = {span for span in page.spans if FILE.match(span) and PLACEHOLDER not in span}
    return sorted(f"{page.name}: no file {name}" for name in named if not (root / name).exists())


def name_faults(page: Page, packages: Container[str], known: Container[str]) -> list[str]:
    """Dotted names between backticks that begin with a package of ours and lead nowhere. ``known``: names of topics."""
    dotted = {span for span in page.spans if re.fullmatch(r"[a-z_]+(?:\.\w+)+", span)}
    ours = {name for name in dotted if name.partition(".")[0] in packages and name not in known}
    return sorted(f"{page.name}: no {name}" for name in ours if not _leads_somewhere(name))


def _leads_somewhere(name: str) -> bool:
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found: object = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for part in parts[length:]:
            if not hasattr(found, part) and part not in getattr(found, "__annotations__", {}):
                return False
            found = getattr(found, part, None)
        return True
    return False


def screen_word_faults(page: Page, messages: Container[str], excused: Container[str]) -> list[str]:
    """Words in bold, which a guide keeps for what stands on the screens, that no screen says."""
    said = {word.strip() for word in BOLD.findall(page.text)}
    return sorted(
        f"{page.name}: no screen says {word}" for word in said if word not in messages and word not in excused
    )


# --- glossary


def glossary_faults(
    page: Page, models: Collection[str], classes: Container[str], excused: Mapping[str, str]
) -> list[str]:
    """Models that the glossary does not name and nobody excused; names in it that no class has; needless excuses."""
    named = {part for span in page.spans for part in span.split(".")[:1] if CAMEL.match(part)}
    found = [f"{name}: not in {page.name}" for name in set(models) - named - excused.keys()]
    found += [f"{name}: in {page.name}, but no class" for name in named if name not in classes]
    found += [f"{name}: excused without need" for name in excused if name in named or name not in models]
    return sorted(found)


def classes_of(source: str) -> set[str]:
    """The names of the classes of one file."""
    return {node.name for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ClassDef)}
