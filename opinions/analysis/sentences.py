"""Cut the paragraphs of a letter into sentences that can be marked. Nothing is added, nothing left out."""

import re
from collections.abc import Iterable

_END = re.compile(r"(?<=[.!?;…])\s+(?=[“\"(\-–]?[A-ZÀ-ỸĐ0-9])")
_NUMBER = re.compile(r"^(?:\d{1,3}|[a-zđ]|[IVX]{1,5})[.)]$")
_SHORT = re.compile(r"(?:^|\s)(?:TP|Th|TS|PGS|GS|ThS|Bs|Ông|Bà|Mr|St|v\.v|Đ|K|NĐ|TT|QĐ|STT|Tr|tr)\.$")


def sentences(paragraphs: Iterable[str]) -> list[tuple[int, str]]:
    """(number of the paragraph, sentence), in order; paragraphs without a word are passed over.

    "1. Về Điều 5" and "TP. Huế" are not torn.
    """
    found: list[tuple[int, str]] = []
    for number, paragraph in enumerate(paragraphs):
        found += [(number, sentence) for sentence in _cut(" ".join(paragraph.split()))]
    return found


def _cut(text: str) -> list[str]:
    pieces: list[str] = []
    for piece in _END.split(text):
        if pieces and (_NUMBER.match(pieces[-1]) or _SHORT.search(pieces[-1])):
            pieces[-1] = f"{pieces[-1]} {piece}"
        elif piece:
            pieces.append(piece)
    return pieces
