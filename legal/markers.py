"""What a line begins with: Phần, Chương, Mục, Tiểu mục, Điều, a Khoản, a Điểm, a roman heading, a Phụ lục or a Mẫu.

Only the form of the line is looked at. Whether a mark is one of the document's own, and not words that a broken line
happens to begin with, is for the parser, which knows what came before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from legal.nodes import Kind
from legal.numbering import Order, order, point_order, roman, spelled


@dataclass(slots=True, frozen=True)
class Mark:
    """A mark at the start of a line: its kind, number as printed, the whole label, what follows it on the line.

    ``firm`` is False where the form alone does not prove it (no dot after "Điều 5", a word after "Chương 2").
    """

    kind: Kind
    number: str
    label: str
    rest: str
    order: Order | None
    firm: bool = True
    quote: bool = False


QUOTES = '“„"”'
_LEAD = re.compile(r"[“„\"]{1,2}\s?")
_ROMAN = r"[IVXLCDM]{1,7}"
_DIVISION = re.compile(
    rf"(?P<word>Phần|PHẦN|Chương|CHƯƠNG|Mục|MỤC|Tiểu mục|TIỂU MỤC|Tiểu Mục)\s+"
    rf"(?P<number>(?:thứ|THỨ|Thứ)\s+\w+(?:\s+(?:mươi|MƯƠI|một|MỘT|hai|HAI|ba|BA|tư|TƯ|năm|NĂM|lăm|LĂM|sáu|SÁU|bảy|BẢY|tám|TÁM|chín|CHÍN)){{0,2}}"
    rf"|{_ROMAN}[a-zđA-ZĐ]?\b|\d{{1,3}}[a-zđ]?\b)(?P<end>\s?[.:]?)(?P<dash>\s*[–—-]?)\s*(?P<rest>.*)"
)
_ARTICLE = re.compile(
    r"(?P<word>[ĐÐ]iều|[ĐÐ]IỀU)\s+(?P<number>\d{1,4}\s?[a-zđ]?\d?)\b\s?(?P<end>[.:/]{0,2})(?P<rest>.*)"
)
_CLAUSE = re.compile(r"(?P<number>\d{1,4}[a-zđ]?\d?)\s?(?P<end>\.{1,2})(?!\d)(?P<rest>.*)")
_POINT = re.compile(r"(?P<number>[a-zđ]\d?)\s?(?P<end>\)|[.\/](?=\s))(?P<rest>.*)")
_HEADING = re.compile(rf"(?P<number>{_ROMAN})\s?(?P<end>[.\-–—/:])(?!\w)\s*(?P<rest>.*)")
_APPENDIX = re.compile(
    r"(?P<word>Phụ lục|PHỤ LỤC|Phụ Lục)"
    rf"(?P<number>\s+(?:số\s+|SỐ\s+|Số\s+)?(?:{_ROMAN}[a-z]?|\d{{1,3}}[a-zA-Z]?|[A-Z]\d?)\b)?"
    r"(?P<end>\s?[.:]?)(?P<dash>\s*[–—-]?)\s*(?P<rest>.*)"
)
_FORM = re.compile(
    r"(?P<word>Mẫu|MẪU|Biểu mẫu|BIỂU MẪU|Biểu|BIỂU)(?:\s+(?:số|SỐ|Số))?:?\s+"
    r"(?P<number>\d{1,3}(?:[.-]\d{1,2})?[a-zA-ZđĐ]?)\b(?P<rest>.*)"
)
_KINDS = {"phần": Kind.PART, "chương": Kind.CHAPTER, "mục": Kind.SECTION, "tiểu mục": Kind.SUBSECTION}
_FIRST = frozenset('PpCcMmTtĐÐđBb“„"IVXLCD0123456789abcdeghiklmnoqrsuvxyfjwzSsVvAaHh')


def find_mark(text: str) -> Mark | None:
    """The mark at the start of a line (an opening quote before it allowed), or None."""
    if not text or text[0] not in _FIRST:
        return None
    lead = _LEAD.match(text)
    body = text[lead.end() :] if lead else text
    found = _mark(body)
    if found is None:
        return None
    prefix = lead[0] if lead else ""
    return Mark(found.kind, found.number, prefix + found.label, found.rest, found.order, found.firm, bool(lead))


def _mark(body: str) -> Mark | None:
    """By the first letter: most lines can be one kind of mark at most."""
    if body[:1] in "ĐÐ":
        return _article(body)
    if body[:1].isdigit() or body[:1].islower():
        return _small(body)
    return _division(body) or _heading(body) or _appendix(body)


def _make(kind: Kind, number: str, body: str, rest: str, at: Order | None, firm: bool) -> Mark:
    rest_at = len(body) - len(rest.lstrip())
    return Mark(kind, number, body[:rest_at].rstrip(), rest.strip(), at, firm)


def _division(body: str) -> Mark | None:
    found = _DIVISION.match(body)
    if not found:
        return None
    number, rest = found["number"], found["rest"]
    at = _spelled_order(number) if number[:3].lower() == "thứ" else order(number)
    if at is None:
        return None
    closed = bool(found["end"].strip() or found["dash"].strip())
    firm = not rest or is_upper(rest) or (closed and starts_upper(rest))
    if not firm and not starts_upper(rest):
        return None
    return _make(_KINDS[found["word"].lower()], number.strip(), body, rest, at, firm)


def _spelled_order(number: str) -> Order | None:
    value = spelled(number)
    return (value, 0, 0) if value is not None else None


def _article(body: str) -> Mark | None:
    found = _ARTICLE.match(body)
    if not found:
        return None
    number, end, rest = found["number"].replace(" ", ""), found["end"], found["rest"]
    if len(found["number"].split()) > 1 and not end:
        return None
    firm = bool(end)
    if not end and rest.strip() and not starts_upper(rest.strip()):
        return None
    return _make(Kind.ARTICLE, number, body, rest, order(number), firm)


def _small(body: str) -> Mark | None:
    found = _CLAUSE.match(body)
    if found:
        rest = found["rest"]
        if rest and not rest[0].isspace() and not (rest[0].isupper() or rest[0] in QUOTES):
            return None
        return _make(Kind.CLAUSE, found["number"], body, rest, order(found["number"]), True)
    found = _POINT.match(body)
    if found:
        firm = found["end"] == ")"
        return _make(Kind.POINT, found["number"], body, found["rest"], point_order(found["number"]), firm)
    return None


def _heading(body: str) -> Mark | None:
    found = _HEADING.match(body)
    if found and roman(found["number"]) is not None and found["rest"]:
        return _make(Kind.HEADING, found["number"], body, found["rest"], order(found["number"]), True)
    return None


def _appendix(body: str) -> Mark | None:
    found = _APPENDIX.match(body)
    if not found:
        return None
    number = (found["number"] or "").strip()
    rest = found["rest"]
    closed = bool(found["end"].strip() or found["dash"].strip())
    if rest and not (is_upper(rest) or rest.startswith("(") or (closed and starts_upper(rest))):
        return None
    if not number and rest and not (is_upper(rest) or rest.startswith("(")):
        return None
    bare = re.sub(r"^(?:số|SỐ|Số)\s+", "", number)
    return _make(Kind.APPENDIX, bare, body, rest, order(bare), True)


def find_form(text: str) -> Mark | None:
    """The head of a blank form ("Mẫu số 01 (Dành cho …)"), or None. Looked for only inside appendices."""
    found = _FORM.match(text)
    if not found:
        return None
    rest = found["rest"].strip()
    if rest and not (rest[0] in "(-–—:." or is_upper(rest)):
        return None
    return Mark(Kind.HEADING, found["number"], text[: len(text) - len(rest)].rstrip(), rest, None, True)


def is_upper(text: str) -> bool:
    """Whether a text is written in capitals (at least one letter, and no small ones beyond a stray few)."""
    letters = [c for c in text if c.isalpha()]
    return bool(letters) and sum(c.islower() for c in letters) * 10 <= len(letters)


def starts_upper(text: str) -> bool:
    """Whether the first character begins a name or a sentence: a capital, a digit, a quotation mark, a bracket."""
    return bool(text) and (text[0].isupper() or text[0].isdigit() or text[0] in QUOTES or text[0] == "(")
