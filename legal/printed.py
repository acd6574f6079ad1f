"""The mark of a provision as papers print it ("Điều 5.", "2.", "đ)"), and the provision with it."""

from __future__ import annotations

from legal.nodes import Kind

_MARKS = {
    Kind.PART: "Phần {}",
    Kind.CHAPTER: "Chương {}",
    Kind.SECTION: "Mục {}",
    Kind.SUBSECTION: "Tiểu mục {}",
    Kind.ARTICLE: "Điều {}.",
    Kind.CLAUSE: "{}.",
    Kind.POINT: "{})",
    Kind.HEADING: "{}.",
    Kind.APPENDIX: "Phụ lục {}",
}


def printed_mark(kind: Kind, number: str) -> str:
    """The mark, as ``legal.markers`` reads it again; empty without a number."""
    return _MARKS.get(kind, "{}").format(number) if number else ""


def printed_words(kind: Kind, mark: str, heading: str, text: str) -> str:
    """Mark, heading and text of one provision, without what is below it."""
    head = f"{mark} {heading}".strip()
    inline = kind in (Kind.CLAUSE, Kind.POINT) and not heading
    return (" " if inline else "\n").join(part for part in (head, text) if part)
