"""From lines to the tree."""

from __future__ import annotations

from legal.parser.parse import parse

__all__ = ["parse"]
