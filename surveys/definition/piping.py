"""Earlier answers in later words: ``{{code}}`` in a text shows what was answered to the question of that code."""

import re
from collections.abc import Callable

from surveys.definition.shape import MATRICES, Kind

PIPE = re.compile(r"\{\{\s*([a-z][a-z0-9_]{0,39})\s*\}\}")
NOT_PIPED = MATRICES | {Kind.FILE}
"""Kinds whose answers are no words for a sentence."""


def piped_codes(text: str) -> list[str]:
    """The codes that a text shows, in order."""
    return PIPE.findall(text)


def fill(text: str, words_of: Callable[[str], str | None]) -> str:
    """The text with answers in it; "…" for one that is not there. Plain text: whoever shows it escapes it."""
    return PIPE.sub(lambda match: words_of(match[1]) or "…", text)
