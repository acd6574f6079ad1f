"""What a reader hands to the parser: lines in order, with what the file itself said about each."""

from __future__ import annotations

from dataclasses import dataclass, field

from legal.errors import UnreadableFile
from legal.nodes import OutlineWarning, SetAside


@dataclass(slots=True)
class Line:
    """One line of text: a printed line of a flat file, elsewhere a paragraph or part of one.

    ``number`` counts from 1 in the source. ``whole`` is True where the file marks paragraphs itself, so that the line
    never continues the one before; ``soft`` marks the rest of a paragraph after a manual line break. ``heading`` is
    the level of a heading style, 0 for none. ``page_start`` is set by the page-furniture pass; ``note_rule`` is a
    blank line that looks like the rule above foot-notes.
    """

    number: int
    text: str
    whole: bool = False
    soft: bool = False
    table: bool = False
    heading: int = 0
    page_start: bool = False
    note_rule: bool = False


@dataclass(slots=True)
class Source:
    """All lines of one file; what the reader itself put aside (menus, notes, marks); what it has to warn about."""

    lines: list[Line]
    set_aside: list[SetAside] = field(default_factory=list)
    warnings: list[OutlineWarning] = field(default_factory=list)


MAX_LINES = 15_000
"""Lines with text that a draft may have: five times the Civil Code. The time of all that follows grows with them."""


def check_length(source: Source) -> None:
    """Raises UnreadableFile when there are more lines than any draft has."""
    if sum(1 for line in source.lines if line.text) > MAX_LINES:
        raise too_long()


def too_long() -> UnreadableFile:
    """What is said of a file with more than ``MAX_LINES`` lines."""
    limit = f"{MAX_LINES:,}".replace(",", ".")
    return UnreadableFile(
        f"Tệp có quá nhiều dòng (trên {limit}). Hãy tách phụ lục hoặc chia dự thảo thành nhiều tệp rồi gửi lại.",
        "large",
    )
