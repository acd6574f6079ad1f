"""How a flat file is laid out: broken at the width of a page, or one paragraph a line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from legal.source import Line

_ENDS = re.compile(r"[.;:!?…][”\"’)\]]*[.;,]?$|[”\"][.;,]?$")
_FIRST_WORD = re.compile(r"\S+")
_DANGLING = frozenset(
    re.findall(
        r"\w+",
        "tại của và hoặc theo về với cho từ đến do bởi trong các những một số điều khoản điểm mục chương phần luật này",
    )
)
_BODY_LINE = 40
_TAIL = 12


@dataclass(slots=True, frozen=True)
class Layout:
    """Whether lines are broken at a margin, and how many characters a full line holds."""

    wrapped: bool
    width: int

    @classmethod
    def of(cls, lines: list[Line]) -> Layout:
        """The layout of a document: wrapped when many lines run on into a line that begins with a small letter."""
        texts = [line.text for line in lines if line.text and not line.table]
        flat = [line.text for line in lines if line.text and not line.table and not line.whole]
        if len(flat) < 10 or len(flat) * 2 < len(texts):
            return cls(False, 0)
        runs = sum(1 for a, b in pairwise(flat) if len(a) > _BODY_LINE and not finished(a) and b[0].islower())
        if runs * 8 < len(flat) and runs < 40:
            return cls(False, 0)
        lengths = sorted(len(text) for text in flat if len(text) > _BODY_LINE)
        return cls(True, lengths[int(len(lengths) * 0.9)] if lengths else 0)

    def is_full(self, text: str, following: str, share: float = 0.9) -> bool:
        """Whether the first word of the following line would not have fitted on this one."""
        word = _FIRST_WORD.match(following)
        return len(text) + 1 + len(word[0] if word else "") > self.width * share


def finished(text: str) -> bool:
    """Whether a line ends like a sentence or a list item."""
    return _ENDS.search(text[-_TAIL:]) is not None


def dangles(text: str) -> bool:
    """Whether a line ends in a comma or in a word that wants another one, so that the next line goes on with it."""
    return text.endswith((",", "-", "(", "/")) or text.rsplit(" ", 1)[-1].lower() in _DANGLING
