"""The whole way from a file to its outline."""

from __future__ import annotations

from pathlib import Path

from legal.nodes import Outline
from legal.parser import parse
from legal.readers import read
from legal.render import render_outline

__all__ = ["outline_bytes", "outline_file", "render_outline"]


def outline_file(path: str | Path) -> Outline:
    """The outline of a file. Raises UnreadableFile with a sentence for the person who sent it."""
    return parse(read(Path(path)))


def outline_bytes(data: bytes, name: str) -> Outline:
    """The same for an upload held in memory; the name only helps to tell formats apart."""
    return parse(read(data, name))
