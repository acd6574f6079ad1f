"""Opinions in any number, for measuring search: phrases of the laws in demo/legal as people quote them. Seeded."""

import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import accumulate
from pathlib import Path

from core.text import fold
from search.documents import SearchDocument

LAWS = Path(__file__).resolve().parent.parent / "demo" / "legal"
PROVISIONS = 2_000  # of four drafts
_CONSULTATIONS = 4
_OPENING = """
Tôi đề nghị|Theo tôi|Kính gửi ban soạn thảo|Gia đình tôi cho rằng|Cần quy định rõ|Đề nghị bỏ|Đề nghị bổ sung|Tôi không
đồng ý với|Nhất trí với|Chưa hợp lý ở chỗ|Người dân quê tôi hỏi|Cơ quan tôi kiến nghị|Xin hỏi vì sao|Ở xã tôi
"""
_CLOSING = """
để người dân dễ thực hiện|vì thực tế ở cơ sở rất khó|cho phù hợp với thực tiễn|kẻo thiệt thòi cho người nghèo|trong
thời hạn hợp lý|và công khai cho dân biết|như luật hiện hành|rất mong được tiếp thu|xin cảm ơn|thì mới khả thi
"""
_SURNAME = "Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Hồ|Ngô|Dương|Lý"
_NAME = "An|Bình|Chi|Dung|Giang|Hà|Hải|Hạnh|Hiếu|Hoa|Hùng|Hương|Lan|Linh|Long|Mai|Minh|Nam|Nga|Ngọc|Sơn|Thảo"
_STANCES = ("support", "amend", "amend", "oppose", "ask")
_CHANNELS = ("web", "web", "web", "letter", "meeting", "paper", "vneid")


def _choices(text: str) -> list[str]:
    return [choice.strip() for choice in text.replace("\n", " ").split("|")]


_OPENINGS, _CLOSINGS, _SURNAMES, _NAMES = map(_choices, (_OPENING, _CLOSING, _SURNAME, _NAME))


@cache
def read_phrases() -> tuple[str, ...]:
    """Pieces of sentences of the laws, four to eighteen words each, in no order."""
    texts = (path.read_text(encoding="utf-8-sig") for path in sorted(LAWS.glob("*.txt")))
    pieces = (re.sub(r"\s+", " ", piece).strip(' -–“”"') for text in texts for piece in re.split(r"[.;:,\n]", text))
    found = [piece for piece in dict.fromkeys(pieces) if 4 <= len(piece.split()) <= 18]
    random.Random(7).shuffle(found)
    return tuple(found)


def opinions(first: int, last: int) -> Iterator[SearchDocument]:
    """The opinions of these numbers, of some 45 words each; the same whoever asks, in whatever pieces.

    A tenth is typed without marks; few provisions get most of them, as few phrases do.
    """
    phrases = read_phrases()
    popular = list(accumulate(1 / (rank + 20) for rank in range(len(phrases))))
    places = list(accumulate(1 / (rank + 5) for rank in range(PROVISIONS)))
    start = datetime(2026, 1, 1, tzinfo=UTC)
    chance = random.Random()
    for number in range(first, last + 1):
        chance.seed(number)
        place = chance.choices(range(PROVISIONS), cum_weights=places)[0]
        picked = chance.choices(phrases, cum_weights=popular, k=chance.choice((1, 2, 2, 3, 3, 4, 6)))
        body = f"{chance.choice(_OPENINGS)} {', '.join(picked)} {chance.choice(_CLOSINGS)}."
        yield SearchDocument(
            type="comment",
            id=number,
            consultation_id=place % _CONSULTATIONS + 1,
            version_id=1,
            lineage_id=place + 1,
            citation=f"khoản {place % 7 + 1} Điều {place // 7 + 1}",
            title="",
            body=fold(body) if number % 10 == 0 else body,
            stance=chance.choice(_STANCES),
            created_at=start + timedelta(seconds=number * 17),
            contributor=f"{chance.choice(_SURNAMES)} {chance.choice(_NAMES)} {chance.choice(_NAMES)}",
            channel=chance.choice(_CHANNELS),
            agency_id=place % _CONSULTATIONS + 1,
            province=f"{chance.randrange(34) + 1:02}",
            author_kind="organisation" if number % 9 == 0 else "individual",
        )
