"""Quotation marks: how many are left open."""

from __future__ import annotations

import re

_OPEN = re.compile("[“„]+")
_CLOSE = re.compile("”+")


def balance(text: str) -> int:
    """Opened minus closed curly quotes; doubled marks count once."""
    if "“" not in text and "”" not in text and "„" not in text:
        return 0
    return len(_OPEN.findall(text)) - len(_CLOSE.findall(text))
