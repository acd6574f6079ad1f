"""A whole file: furniture away, sections apart, each section read, then citations and checks."""

from __future__ import annotations

import re
from bisect import bisect_right

from legal.citations import cite
from legal.furniture import clear_furniture
from legal.markers import is_upper
from legal.nodes import Kind, Node, Outline, OutlineWarning
from legal.parser.checks import check
from legal.parser.layout import Layout
from legal.parser.section import SectionParser
from legal.parser.sections import ATTACHED, Section, divide
from legal.parser.title import find_title
from legal.source import Line, Source

_SENTENCE_END = re.compile(r"[.;:][”\"]?[.;]?$")
_SHORT_HEADING = 200


def parse(source: Source) -> Outline:
    """The tree of a document with its warnings and what was set aside."""
    lines, aside = clear_furniture(source)
    layout = Layout.of(lines)
    nodes: list[Node] = []
    warnings = list(source.warnings)
    for section in divide(lines):
        nodes.extend(_read_section(section, layout, warnings))
    for node in nodes:
        for one in node.walk():
            _settle_heading(one)
    cite(nodes)
    warnings.extend(check(nodes))
    warnings.sort(key=lambda w: w.line)
    return Outline(find_title(nodes), nodes, _place_warnings(warnings, nodes), aside)


def _read_section(section: Section, layout: Layout, warnings: list[OutlineWarning]) -> list[Node]:
    if section.kind is None:
        parser = SectionParser(section, layout)
        nodes = parser.run()
        warnings.extend(parser.warnings)
        return nodes
    nodes = [_heading_above(section.before)] if section.before else []
    root = _root(section)
    parser = SectionParser(section, layout)
    root.children = parser.run()
    warnings.extend(parser.warnings)
    return [*nodes, root]


def _heading_above(lines: list[Line]) -> Node:
    texts = [line.text for line in lines if line.text]
    return Node(Kind.PREAMBLE, text="\n".join(texts), line=lines[0].number)


def _root(section: Section) -> Node:
    """The node of an annexed text or appendix: its heading lines are taken out of the section's lines."""
    assert section.kind is not None  # noqa: S101 - the caller looked
    first = next(index for index, line in enumerate(section.lines) if line.text)
    line = section.lines[first]
    mark = section.mark
    if mark is None:
        root = Node(section.kind, heading=line.text, line=line.number)
    else:
        root = Node(section.kind, mark.number, mark.rest, line=line.number, label=mark.label)
    end = _read_heading(root, section.lines, first + 1)
    section.lines = section.lines[end:]
    return root


def _read_heading(root: Node, lines: list[Line], start: int) -> int:
    """Name and "(Kèm theo …)" of an annexed text or appendix; returns the first line after them."""
    attached = next((at for at in range(start, min(start + 12, len(lines))) if ATTACHED.match(lines[at].text)), None)
    if attached is not None:
        words = [line.text for line in lines[start:attached] if line.text]
        root.heading = " ".join([root.heading, *words]).strip()
        end, note = attached, ""
        while end < len(lines) and end < attached + 6 and lines[end].text:
            note = f"{note} {lines[end].text}".strip()
            end += 1
            if note.endswith((")", ").")) or not note.startswith("("):
                break
        root.text = note
        return end
    index = start
    while index < len(lines) and index < start + 6:
        text = lines[index].text
        if text and not is_upper(text):
            break
        if text:
            root.heading = f"{root.heading} {text}".strip()
        elif root.heading:
            break
        index += 1
    return index


def _settle_heading(node: Node) -> None:
    """What stands after "Điều 5." is a name, or, where it ends like a sentence, already the text."""
    if node.kind not in (Kind.ARTICLE, Kind.HEADING) or not _SENTENCE_END.search(node.heading):
        return
    has_units = any(child.kind in (Kind.CLAUSE, Kind.POINT) and child.quoted == node.quoted for child in node.children)
    if has_units and not node.text and len(node.heading) < _SHORT_HEADING and node.heading.endswith("."):
        return
    node.text = f"{node.heading}\n{node.text}" if node.text else node.heading
    node.heading = ""


def _place_warnings(warnings: list[OutlineWarning], nodes: list[Node]) -> list[OutlineWarning]:
    """Warnings that only know their line get the citation of the last provision that begins on or before it."""
    starts = [(node.line, node.citation) for top in nodes for node in top.walk() if node.citation and not node.quoted]
    lines = [line for line, _ in starts]
    placed = []
    for given in warnings:
        at = bisect_right(lines, given.line)
        citation = given.citation or (starts[at - 1][1] if at and given.line else "")
        placed.append(OutlineWarning(given.code, citation, given.message, given.line))
    return placed
