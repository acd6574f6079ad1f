"""Numbers as Vietnamese legal texts print them: roman, arabic, spelled, suffixed, and the letters of Điểm."""

from __future__ import annotations

import re

LETTERS = "abcdđeghiklmnopqrstuvxy"
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_ROMAN_RE = re.compile(r"M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_UNITS = {
    "nhất": 1,
    "một": 1,
    "hai": 2,
    "nhì": 2,
    "ba": 3,
    "tư": 4,
    "bốn": 4,
    "năm": 5,
    "lăm": 5,
    "sáu": 6,
    "bảy": 7,
    "bẩy": 7,
    "tám": 8,
    "chín": 9,
}

Order = tuple[int, int, int]
"""A sortable number: the main number, then a letter suffix (0 for none), then a number after the letter."""


def roman(text: str) -> int | None:
    """The value of an upper-case roman numeral, or None."""
    if not text or not _ROMAN_RE.fullmatch(text):
        return None
    total = 0
    for here, after in zip(text, text[1:] + " ", strict=True):
        value = _ROMAN[here]
        total += -value if _ROMAN.get(after, 0) > value else value
    return total


def spelled(text: str) -> int | None:
    """The value of "thứ nhất", "thứ mười hai" …, or None."""
    words = text.lower().split()
    if len(words) < 2 or words[0] != "thứ":
        return None
    rest = words[1:]
    if rest[0] == "mười":
        return 10 + (_UNITS.get(rest[1], 0) if len(rest) > 1 else 0)
    value = _UNITS.get(rest[0])
    if value is None:
        return None
    if len(rest) > 1 and rest[1] == "mươi":
        return value * 10 + (_UNITS.get(rest[2], 0) if len(rest) > 2 else 0)
    return value


def letter_rank(letter: str) -> int:
    """The place of a letter in the order of Điểm (a=1 … d=4, đ=5, e=6 …); f, j, w, z stand after their neighbour."""
    place = LETTERS.find(letter)
    if place >= 0:
        return (place + 1) * 10
    return (LETTERS.find({"f": "e", "j": "i", "w": "v", "z": "y"}.get(letter, "y")) + 1) * 10 + 5


_ARABIC = re.compile(r"(\d+)([a-zđ]?)(\d*)")
_POINT = re.compile(r"([a-zđ])(\d*)")


def order(number: str) -> Order | None:
    """A sortable form of an arabic ("12a", "3b1"), roman ("IV", "IVa") or spelled number, or None."""
    text = number.strip()
    found = _ARABIC.fullmatch(text.lower())
    if found:
        return int(found[1]), letter_rank(found[2]) if found[2] else 0, int(found[3] or 0)
    word = spelled(text)
    if word is not None:
        return word, 0, 0
    plain = roman(text)
    if plain is not None:
        return plain, 0, 0
    suffixed = roman(text[:-1])
    if suffixed is not None:
        return suffixed, letter_rank(text[-1].lower()), 0
    return None


def point_order(number: str) -> Order | None:
    """A sortable form of a Điểm ("đ", "b1"), or None."""
    found = _POINT.fullmatch(number.lower())
    return (letter_rank(found[1]), 0, int(found[2] or 0)) if found else None


def follows(before: Order | None, after: Order, *, letters: bool = False) -> bool:
    """Whether ``after`` comes next (inserted ones too: 7a after 7, b1 after b); None stands before the first."""
    if before is None:
        return after[0] == (10 if letters else 1) and after[1:] == (0, 0)
    step = 10 if letters else 1
    if after[0] - after[0] % step == before[0] - before[0] % step + step:
        return True
    if letters and before[0] < after[0] < before[0] + 20:
        return True
    return after[0] == before[0] and after[1:] > before[1:] and _near(before[1:], after[1:])


def _near(before: tuple[int, int], after: tuple[int, int]) -> bool:
    """Whether a suffix comes right after another: none → a → b, none → 1 → 2."""
    if before[0] == after[0]:
        return after[1] == before[1] + 1
    return 0 < after[0] - before[0] <= 15
