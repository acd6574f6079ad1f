"""What the readers of tables share: a row as text, and telling tables of figures from tables that only place text."""

from __future__ import annotations

import re

_STRUCTURE = re.compile(r"(?:^|\s)(?:Điều|ĐIỀU)\s+\d{1,4}[a-zđ]?\s*[.:]\s")
_HEADING = ("CỘNG HÒA XÃ HỘI", "CỘNG HOÀ XÃ HỘI", "Nơi nhận", "NƠI NHẬN")


def cells_to_text(cells: list[str]) -> str:
    """One row: cells with a tab between them; empty when all cells are."""
    return "\t".join(cells).strip("\t") if any(cells) else ""


def is_layout_text(text: str) -> bool:
    """Whether a table holds the national heading, the signature block or provisions, and so is no table of figures."""
    return any(sign in text for sign in _HEADING) or _STRUCTURE.search(text) is not None
