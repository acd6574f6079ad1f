"""An outline and a comparison as text for a terminal (Vietnamese)."""

from __future__ import annotations

from collections import Counter

from legal.align import Change, Pair
from legal.anchors import place_nodes
from legal.nodes import Kind, Node, Outline

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
_CHANGES = {
    Change.SAME: "giữ nguyên",
    Change.EDITED: "sửa",
    Change.MOVED: "chuyển chỗ",
    Change.RENUMBERED: "đổi số",
    Change.SPLIT: "tách",
    Change.MERGED: "gộp",
    Change.ADDED: "thêm",
    Change.REMOVED: "bỏ",
}


def render_outline(outline: Outline) -> str:
    """Tree, counts, warnings and what was set aside, as text."""
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


def render_pairs(pairs: list[Pair]) -> str:
    """A line for each provision that did not stay the same, then how many there are of each change."""
    lines = [_change(pair) for pair in pairs if pair.change is not Change.SAME]
    counts = Counter(pair.change for pair in pairs)
    lines += [
        "",
        "Số lượng: " + ", ".join(f"{name} {counts[change]}" for change, name in _CHANGES.items() if counts[change]),
    ]
    return "\n".join(lines) + "\n"


def _change(pair: Pair) -> str:
    places = [node.citation for node in (pair.old, pair.new) if node is not None]
    share = f" (giống {round(pair.similarity * 100)}%)" if len(places) == 2 else ""
    return f"{_CHANGES[pair.change]}: {' → '.join(dict.fromkeys(places))}{share}"
