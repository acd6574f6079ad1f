"""The title of a document, as its first lines print it."""

from __future__ import annotations

import re

from legal.markers import is_upper
from legal.nodes import Kind, Node

_TYPES = (
    "BỘ LUẬT", "LUẬT", "PHÁP LỆNH", "LỆNH", "NGHỊ ĐỊNH", "NGHỊ QUYẾT", "THÔNG TƯ", "THÔNG TƯ LIÊN TỊCH", "QUYẾT ĐỊNH",
    "CHỈ THỊ", "KẾ HOẠCH", "QUY CHẾ", "QUY ĐỊNH", "ĐIỀU LỆ", "HIẾN PHÁP", "ĐỀ ÁN", "CHƯƠNG TRÌNH", "TỜ TRÌNH",
    "CÔNG ĐIỆN", "DỰ THẢO LUẬT", "DỰ THẢO NGHỊ ĐỊNH", "DỰ THẢO THÔNG TƯ", "DỰ THẢO NGHỊ QUYẾT",
)  # fmt: skip
_STOP = re.compile(
    r"(?:Căn cứ|Theo đề nghị|Trên cơ sở|Xét|QUYẾT NGHỊ|QUYẾT ĐỊNH:|QUỐC HỘI\b|CHÍNH PHỦ$|BỘ TRƯỞNG|_{3}"
    r"|Luật .{1,200}số )"
)
_INLINE = re.compile(r"(?:Bộ luật|Luật|Nghị định|Nghị quyết|Thông tư|Quyết định|Chỉ thị|Pháp lệnh|Hiến pháp)\s+\S.*")
_LONGEST = 400
_MAX_LINES = 6


def find_title(nodes: list[Node]) -> str:
    """Type and name ("NGHỊ ĐỊNH Ban hành Quy chế …"), "" when the document shows none."""
    for node in nodes:
        if node.kind is Kind.PREAMBLE:
            found = _in_preamble([line for line in node.text.split("\n") if line])
            if found:
                return found
        if node.kind in (Kind.APPENDIX, Kind.ANNEXED):
            return " ".join(part for part in (node.label.rstrip(" .:–—-"), node.heading) if part)
    return ""


def _in_preamble(lines: list[str]) -> str:
    for index, line in enumerate(lines):
        if is_upper(line) and line.rstrip(" :*").startswith(_TYPES) and not line.endswith(":"):
            return _collect(lines[index:])
    return next(
        (line for line in lines if _INLINE.fullmatch(line) and len(line) < _LONGEST and not line.endswith((".", ";"))),
        "",
    )


def _collect(lines: list[str]) -> str:
    words = [lines[0]]
    for line in lines[1:_MAX_LINES]:
        if _STOP.match(line) or len(" ".join(words)) + len(line) > _LONGEST:
            break
        words.append(line)
    return " ".join(words).strip()
