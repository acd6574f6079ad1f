"""The grammar of references in running text: which words name provisions, and whose.

A reference goes from the small to the large ("điểm a khoản 2 Điều 7 của Luật này"); lists stand on any level ("các
điểm a, b và đ khoản 3 và khoản 4 Điều 12"), and what follows the last member goes for those before it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum, auto
from itertools import pairwise

from legal.nodes import Kind


class Owner(Enum):
    """Whose provision a phrase names: nobody said, this text ("của Luật này"), another ("của Luật Đất đai")."""

    NONE = auto()
    THIS = auto()
    OTHER = auto()


@dataclass(slots=True, frozen=True)
class Step:
    """One level of a phrase: "khoản 2", or "Điều này" (``this``)."""

    kind: Kind
    number: str = ""
    this: bool = False


@dataclass(slots=True, frozen=True)
class Phrase:
    """One provision named: offsets in the text, steps from the large to the small, whose it is."""

    start: int
    end: int
    steps: tuple[Step, ...]
    owner: Owner = Owner.NONE
    owner_name: str = ""


@dataclass(slots=True)
class _Item:
    """A word with its numbers ("khoản 1, 2 và 3") where they stand, or with "này"."""

    kind: Kind
    start: int
    end: int
    numbers: list[tuple[str, int, int]] = field(default_factory=list)
    this: bool = False
    parent: _Item | None = None
    ends: int = 0
    owner: Owner = Owner.NONE
    owner_name: str = ""


_ARABIC = r"\d{1,3}(?:[a-zđ]\d?)?(?![\w%/°]|[.,]\d)"
_LETTER = r"[a-zđ]\d?(?![\w/)])"
_ROMAN = r"(?:[IVXLC]{1,7}[a-z]?|\d{1,3}[a-zđ]?)(?!\w|[.,]\d)"
_SPELLED = r"thứ \w+(?: (?:một|hai|ba|tư|năm|lăm|sáu|bảy|tám|chín))?"
_NEXT = r"\s*(?:,|;|và|hoặc|hay|đến|-|–)\s*(?:đến\s+)?"
_AFTER = (
    r"(?=\s*(?:[,;.:)”\"]|$|(?:và|hoặc|hay|đến|của|thuộc|tại|nêu|trên|này|thì|theo|quy|khoản|[ĐđÐ]iều|Chương|Mục|Phần"
    r"|Luật|Bộ|Nghị|Thông|Quyết|Quy|Pháp|Hiến|Phụ|ban|được|phải|không|có|là|để|mà|đối|trong|như|trừ|kèm|bằng|với|do"
    r"|cho|nhưng|nếu|khi|đã|sẽ|đều|bị|còn|áp|vào|về|từ|sau|trước)\b))"
)
"""What may stand after a further number of a list: "Điều 5, 6 và 7" is a list, "Điều 5, 30 ngày" is not."""


def _list(number: str) -> str:
    return rf"(?P<numbers>{number}(?:{_NEXT}{number}{_AFTER})*)"


def _form(words: str, number: str, *, this: str = "") -> re.Pattern[str]:
    """Word and numbers, or the word with "này" (``this`` where the word must then be spelled otherwise)."""
    return re.compile(rf"(?<!\w)(?:(?:{words})\s+{_list(number)}|(?:{this or words})\s+(?P<this>này)\b)")


_NO_POINT = "".join(f"(?<!{word} )" for word in ("thời", "địa", "quan", "đặc", "ưu", "trọng"))
_NO_CLAUSE = "".join(f"(?<!{word} )" for word in ("tài", "điều", "Điều", "bưu"))
_FORMS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (Kind.POINT, _form(rf"{_NO_POINT}(?:[Cc]ác )?[Đđ]iểm", _LETTER, this=rf"{_NO_POINT}(?<!các )[Đđ]iểm")),
    (Kind.CLAUSE, _form(rf"{_NO_CLAUSE}(?:[Cc]ác )?[Kk]hoản", _ARABIC, this=rf"{_NO_CLAUSE}(?<!các )[Kk]hoản")),
    (Kind.ARTICLE, _form(r"(?:[Cc]ác )?[ĐđÐ]iều", _ARABIC, this="[ĐÐ]iều")),
    (Kind.SUBSECTION, _form("Tiểu mục", _ROMAN)),
    (Kind.SECTION, _form("Mục", _ROMAN)),
    (Kind.CHAPTER, _form(r"(?:[Cc]ác )?[Cc]hương", _ROMAN, this="Chương")),
    (Kind.PART, _form("Phần", f"(?:{_SPELLED}|{_ROMAN})")),
    (Kind.APPENDIX, _form(r"(?:[Cc]ác )?Phụ lục(?:\s+số)?", _ROMAN)),
)
_LEVEL = {
    Kind.POINT: 6, Kind.CLAUSE: 5, Kind.ARTICLE: 4, Kind.SUBSECTION: 3, Kind.SECTION: 2, Kind.CHAPTER: 1, Kind.PART: 0,
    Kind.APPENDIX: 0,
}  # fmt: skip
_NUMBER = re.compile(rf"{_SPELLED}|\w+")
_DIRECT = re.compile(r"\s*,?\s*(?:của|tại|thuộc)?\s*")
_CHAINED = re.compile(
    r"\s*(?:,|;)?\s*(?:và|hoặc|hay|đến|đến hết|cùng)?\s*(?:(?:quy định\s+)?(?:tại|theo|của|thuộc|từ))?\s*"
)
_TYPES = (
    r"(?:[Bb]ộ [Ll]uật|[Ll]uật|Pháp lệnh|Lệnh|Nghị định|Nghị quyết|Thông tư(?: liên tịch)?|Quyết định|Chỉ thị|Kế hoạch"
    r"|Quy chế|Quy định|Điều lệ|Nội quy|Quy tắc|Quy trình|Quy chuẩn|Tiêu chuẩn|Hiến pháp|Đề án|Chương trình|Chiến lược"
    r"|Hướng dẫn|Văn bản|văn bản)"
)
_OF = r"\s*,?\s*(?:nêu trên\s+|nói trên\s+)?"
_ISSUED = r"(?:được\s+)?(?:ban hành\s+)?kèm theo\s+"
_OWN = re.compile(rf"{_OF}(?:của|tại|thuộc|trong)?\s*(?:{_ISSUED})?(?P<name>{_TYPES})\s+này\b")
_ANNEXED = re.compile(
    rf"{_OF}(?:của|tại|thuộc|trong)?\s*(?P<name>{_TYPES})\s+(?:\w+\s+){{0,12}}?{_ISSUED}{_TYPES}\s+này\b"
)
_OTHER = re.compile(
    rf"{_OF}(?:đã được[^.;]{{0,60}}\s)?(?:{_ISSUED})?(?:"
    r"(?:của|thuộc|trong|tại)\s+(?:(?:các|dự thảo)\s+)?(?=[A-ZĐ]|luật|văn bản|hợp đồng|điều ước|bộ luật)"
    rf"|(?:các\s+)?{_TYPES}\b"
    r"|(?:Công ước|Hiệp định|Nghị định thư|Hợp đồng|Điều ước|Tờ trình|Công văn|Danh mục|Biểu|Dự thảo|dự thảo)\b)"
)


def find_phrases(text: str) -> list[Phrase]:
    """Every provision named in a text, in order, not overlapping."""
    phrases: list[Phrase] = []
    for chain in _chains(_items(text), text):
        _set_owners(chain, text)
        _set_parents(chain, text)
        _set_ends(chain)
        held = {id(item.parent) for item in chain if item.parent is not None}
        for item, after in zip(chain, [*chain[1:], None], strict=True):
            phrases.extend(_phrases(item, after, is_parent=id(item) in held))
    return phrases


def _items(text: str) -> list[_Item]:
    found: list[_Item] = []
    for kind, form in _FORMS:
        for match in form.finditer(text):
            item = _Item(kind, match.start(), match.end(), this=match["this"] is not None)
            if not item.this:
                at = match.start("numbers")
                words = _NUMBER.finditer(match["numbers"])
                item.numbers = [(w[0].lower(), at + w.start(), at + w.end()) for w in words if w[0] not in _JOINERS]
            found.append(item)
    found.sort(key=lambda item: item.start)
    return found


_JOINERS = frozenset({"và", "hoặc", "hay", "đến"})


def _chains(items: list[_Item], text: str) -> list[list[_Item]]:
    """Items with nothing but joining words between them belong together."""
    chains: list[list[_Item]] = []
    for item in items:
        if chains and _joined(chains[-1][-1], item, text):
            chains[-1].append(item)
        else:
            chains.append([item])
    return chains


def _joined(before: _Item, after: _Item, text: str) -> bool:
    between = text[before.end : after.start]
    if "\n" in between or before.end > after.start:
        return False
    return _CHAINED.fullmatch(between) is not None


def _set_owners(chain: list[_Item], text: str) -> None:
    """What follows an item says whose it is, and whose those before it are."""
    waiting: list[_Item] = []
    for item in chain:
        waiting.append(item)
        owner, name = _owner(text, item.end)
        if owner is not Owner.NONE:
            for one in waiting:
                one.owner, one.owner_name = owner, name
            waiting = []


def _owner(text: str, at: int) -> tuple[Owner, str]:
    found = _OWN.match(text, at) or _ANNEXED.match(text, at)
    if found:
        return Owner.THIS, found["name"].lower()
    return (Owner.OTHER, "") if _OTHER.match(text, at) else (Owner.NONE, "")


def _set_parents(chain: list[_Item], text: str) -> None:
    """A clause belongs to the article named after it, if the last word before that article leads straight to it."""
    direct = {
        id(after): _LEVEL[before.kind] > _LEVEL[after.kind]
        and _DIRECT.fullmatch(text[before.end : after.start]) is not None
        for before, after in pairwise(chain)
    }
    for at, item in enumerate(chain):
        if item.this or item.kind in (Kind.PART, Kind.APPENDIX):
            continue
        for after in chain[at + 1 :]:
            if _LEVEL[after.kind] < _LEVEL[item.kind]:
                item.parent = after if direct[id(after)] else None
                break


def _set_ends(chain: list[_Item]) -> None:
    """Where a phrase ends that ends in an item: with the item after it, if that says where it stands."""
    for item, after in reversed(list(zip(chain, [*chain[1:], None], strict=True))):
        item.ends = item.end if item.this else item.numbers[0][2]
        if after is not None and item.parent is after and len(item.numbers) < 2:
            item.ends = after.ends


def _phrases(item: _Item, after: _Item | None, *, is_parent: bool) -> list[Phrase]:
    """One phrase a number. A number that only says where smaller ones stand is no phrase of its own."""
    above = _steps(item.parent) if item.parent is not None else ()
    if above is None or (item.parent is None and item.kind in (Kind.POINT, Kind.CLAUSE) and not item.this):
        return []
    if item.this:
        return [] if is_parent else [Phrase(item.start, item.end, (Step(item.kind, this=True),))]
    made = []
    last = len(item.numbers) - 1
    for nth, (number, start, end) in enumerate(item.numbers):
        if nth == 0 and is_parent:
            continue
        begins = item.start if nth == 0 else start
        ends = after.ends if nth == last and after is not None and item.parent is after else end
        made.append(Phrase(begins, ends, (*above, Step(item.kind, number)), item.owner, item.owner_name))
    return made


def _steps(item: _Item) -> tuple[Step, ...] | None:
    """From the large to the small. Divisions above an article are no steps: its number is unique in the text."""
    own = Step(item.kind, this=True) if item.this else Step(item.kind, item.numbers[0][0])
    if item.parent is None or item.this or item.kind is Kind.ARTICLE:
        return None if own.kind in (Kind.CLAUSE, Kind.POINT) and not item.this else (own,)
    above = _steps(item.parent)
    return None if above is None else (*above, own)
