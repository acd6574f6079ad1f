"""The whole way from a file to its outline, and the outline as text for the shell."""

from __future__ import annotations

from pathlib import Path

from legal.anchors import place_nodes
from legal.nodes import Kind, Node, Outline
from legal.parser import parse
from legal.readers import read

_LABELS = {
    "part": "Phần",
    "chapter": "Chương",
    "section": "Mục",
    "subsection": "Tiểu mục",
    "article": "Điều",
    "clause": "Khoản",
    "point": "Điểm",
    "heading": "Mục (I, II …)",
    "annexed": "Văn bản kèm theo",
    "appendix": "Phụ lục",
}
_WIDTH = 100


def outline_file(path: str | Path) -> Outline:
    """The outline of a file. Raises UnreadableFile with a sentence for the person who sent it."""
    return parse(read(Path(path)))


def outline_bytes(data: bytes, name: str) -> Outline:
    """The same for an upload held in memory; the name only helps to tell formats apart."""
    return parse(read(data, name))


def render_outline(outline: Outline) -> str:
    """Tree, counts, warnings and what was set aside, as text for a terminal (Vietnamese)."""
    lines = [outline.title or "(không có tên)", ""]
    lines.extend("  " * place.depth + _line(place.node) for place in place_nodes(outline.nodes))
    lines += ["", "Số lượng: " + ", ".join(f"{_LABELS[k]} {n}" for k, n in outline.counts().items() if n)]
    if outline.set_aside:
        lines.append(f"Để riêng (không thuộc văn bản): {len(outline.set_aside)} mục")
    lines.append(f"Cảnh báo: {len(outline.warnings)}")
    lines.extend(f"  dòng {w.line}: {w.message}" + (f" ({w.citation})" if w.citation else "") for w in outline.warnings)
    return "\n".join(lines) + "\n"


def _line(node: Node) -> str:
    names = {Kind.PREAMBLE: "[Phần mở đầu]", Kind.SIGNATURE: "[Phần ký]", Kind.TABLE: "[Bảng]"}
    label = names.get(node.kind, node.label)
    text = " ".join(f"{node.heading} {node.text}".split())
    line = f"{label} {text}".strip()
    line = line if len(line) <= _WIDTH else line[: _WIDTH - 1].rstrip() + "…"
    return f"» {line}" if node.quoted else line
