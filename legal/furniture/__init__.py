"""What belongs to the page and not to the law: found before parsing and set aside with a reason."""

from __future__ import annotations

from dataclasses import replace

from legal.furniture.footnotes import set_footnotes_aside
from legal.furniture.pages import set_pages_aside
from legal.nodes import SetAside
from legal.source import Line, Source


def clear_furniture(source: Source) -> tuple[list[Line], list[SetAside]]:
    """The lines of the law alone (blank lines kept, page breaks marked), and all that was set aside, in order."""
    aside = list(source.set_aside)
    lines = set_pages_aside([replace(line) for line in source.lines], aside)
    lines = set_footnotes_aside(lines, aside)
    aside.sort(key=lambda item: item.line)
    return lines, aside
