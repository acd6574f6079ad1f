"""The references in the words of a version ("khoản 2 Điều 7 của Luật này"): where they stand, and what they name."""

from collections.abc import Iterator, Mapping, Sequence

from consultations.queries.tree import Node, roots
from legal.references import Entry, Reference, ReferenceIndex

References = Mapping[str, Sequence[Reference]]
"""By the anchor of the provision in whose text they stand; a provision without any is left out."""


def find_references(nodes: Sequence[Node], title: str) -> References:
    """All of them. ``nodes`` is a whole version in document order, ``title`` that of its document."""
    index = ReferenceIndex(_entries(roots(nodes), None), title=title)
    found = {node.anchor: index.find(node.text, node.anchor) for node in nodes if node.text}
    return {anchor: references for anchor, references in found.items() if references}


def _entries(nodes: Sequence[Node], parent: str | None) -> Iterator[Entry]:
    for node in nodes:
        yield Entry(node.anchor, node.kind, node.number, parent, node.quoted, node.heading, node.text)
        yield from _entries(node.children, node.anchor)


def mark(nodes: Sequence[Node], references: References) -> None:
    """Hand these nodes, and all below them, their references."""
    for node in nodes:
        node.references = references.get(node.anchor, ())
        mark(node.children, references)
