"""The trees of the sample documents, kept so that no change of the parser goes unseen.

After a change that is meant: ``python -m tests.legal.golden`` writes them anew; read the difference before committing.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

from legal.anchors import place_nodes
from legal.nodes import Outline
from tests.legal.documents import FILES, outline

FOLDER = Path(__file__).with_name("golden")


def compact(document: Outline) -> str:
    """One line a node: depth, kind (with » where quoted), number, citation, a hash of heading and text."""
    rows = []
    for place in place_nodes(document.nodes):
        node = place.node
        words = hashlib.sha256(f"{node.label}\n{node.heading}\n{node.text}".encode()).hexdigest()[:10]
        rows.append([place.depth, "»" * node.quoted + node.kind.value, node.number, node.citation, words])
    lines = ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows)
    return f"[\n{lines}\n]\n"


def golden(name: str) -> Path:
    """Where the tree of a sample document is kept."""
    return FOLDER / f"{Path(FILES[name]).stem}.json"


def main() -> None:
    """Write them all; say which changed."""
    FOLDER.mkdir(exist_ok=True)
    for name in FILES:
        text = compact(outline(name))
        if not golden(name).exists() or golden(name).read_text(encoding="utf-8") != text:
            sys.stdout.write(f"{golden(name).name} changed\n")
            golden(name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
