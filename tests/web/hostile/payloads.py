"""The payloads of tests/data/xss, joined into pieces that fit a field."""

import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "data" / "xss"
MARK = re.compile(r"alert|javascript|script|onerror|<IMG", re.IGNORECASE)
"""Hardly a piece is without one of these: what a page must hold to be worth looking at."""

_BYTES = re.compile(r"(?:\\x[0-9A-Fa-f]{2})+")
_LINK = re.compile(r"https?://|www\.|\]\(", re.IGNORECASE)


@cache
def published() -> tuple[str, ...]:
    """One a line, as they were published."""
    return tuple(line for path in sorted(FOLDER.glob("*.txt")) for line in path.read_text("utf-8").split("\n") if line)


@cache
def payloads() -> tuple[str, ...]:
    """Those, and the ones that speak of characters (``\\x0B``) with the characters themselves."""
    meant = (_BYTES.sub(_characters, line) for line in published())
    return tuple(dict.fromkeys((*published(), *meant)))


@cache
def pieces(letters: int, joint: str, links: int = 1_000) -> tuple[str, ...]:
    """All payloads in as few texts as hold at most so many letters and links each; a longer payload is left out."""
    made: list[list[str]] = [[]]
    for payload in payloads():
        if len(payload) > letters or len(_LINK.findall(payload)) > links:
            continue
        text = joint.join([*made[-1], payload])
        if len(text) > letters or len(_LINK.findall(text)) > links:
            made.append([])
        made[-1].append(payload)
    return tuple(joint.join(piece) for piece in made)


def is_hostile(text: object) -> bool:
    return isinstance(text, str) and MARK.search(text) is not None


def _characters(match: re.Match[str]) -> str:
    return bytes.fromhex(match[0].replace("\\x", "")).decode("utf-8", "replace")
