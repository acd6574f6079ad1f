"""The filters of a query: ``điều:7 lập-trường:phản-đối từ:2026-01-01``. Pure; never raises.

A name may be typed with marks or without, a value as a word with hyphens or in quotes. What a value means (which
stances there are, which channels) is handed in as `Names`. A filter that makes no sense is left out and remarked on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from core.text import slug
from search.query.words import QUOTES, in_quotes

FIELDS_TAKEN = 16


class Field(StrEnum):
    """What can be filtered by."""

    ARTICLE = "dieu"
    CLAUSE = "khoan"
    POINT = "diem"
    STANCE = "lap-truong"
    CHANNEL = "nguon"
    TYPE = "loai"
    AUTHOR = "tac-gia"
    FROM = "tu"
    TO = "den"


Names = Mapping[Field, Mapping[str, str]]
"""What the values are called: `{Field.STANCE: {"phan-doi": "oppose"}}`, names as `core.text.slug` makes them."""


class RemarkKind(StrEnum):
    """Why a filter was left out."""

    UNKNOWN_VALUE = "unknown value"
    BAD_DATE = "bad date"
    DATES_REVERSED = "dates reversed"
    BAD_NUMBER = "bad number"
    STAFF_ONLY = "staff only"
    NOT_NEGATED = "cannot be negated"


class Remark(NamedTuple):
    kind: RemarkKind
    typed: str  # "lập-trường:abc"
    field: Field


class _Typed(NamedTuple):
    field: Field
    value: str
    minus: bool
    typed: str


@dataclass(slots=True)
class Filters:
    """All must hold; of several values of one filter any. `never`: without these. Dates are included, Vietnam's."""

    places: dict[Field, str] = field(default_factory=dict)  # article, clause, point → number
    only: dict[Field, tuple[str, ...]] = field(default_factory=dict)
    never: dict[Field, tuple[str, ...]] = field(default_factory=dict)
    author: str = ""
    date_from: date | None = None
    date_to: date | None = None

    def __bool__(self) -> bool:
        return bool(
            self.places or self.only or self.never or self.author or self.date_from or self.date_to,
        )


_NAMES = "|".join(
    [
        "điều|dieu",
        "khoản|khoan",
        "điểm|diem",
        "lập[-_ ]trường|lap[-_]truong",
        "nguồn|nguon|kênh|kenh",
        "loại|loai",
        "tác[-_ ]giả|tac[-_]gia|người[-_ ]góp[-_ ]ý|nguoi[-_]gop[-_]y",
        "từ|tu",
        "đến|den",
    ]
)
_FIELD = re.compile(
    rf"(?<!\S)(?P<minus>[-−–])?(?P<name>{_NAMES}):(?:[{QUOTES}](?P<quoted>[^{QUOTES}]*)(?:[{QUOTES}]|$)|(?P<value>\S*))",
    re.IGNORECASE,
)
_ALIASES = {"kenh": Field.CHANNEL, "nguoi-gop-y": Field.AUTHOR}
_NUMBER = re.compile(r"\d{1,4}[a-zđ]?\d?$", re.IGNORECASE)
_LETTER = re.compile(r"[a-zđ]\d{0,2}$", re.IGNORECASE)


def take_fields(text: str) -> tuple[str, list[_Typed]]:
    """The text without its filters, and the filters; those inside quotation marks are words."""
    taken: list[_Typed] = []

    def take(match: re.Match[str]) -> str:
        if len(taken) == FIELDS_TAKEN or in_quotes(text, match.start()):
            return match.group()
        name = slug(match["name"])
        value = match["quoted"] if match["quoted"] is not None else match["value"]
        taken.append(_Typed(_ALIASES.get(name) or Field(name), value.strip(" ,;."), bool(match["minus"]), match[0]))
        return " "

    return _FIELD.sub(take, text), taken


def read_fields(typed: list[_Typed], names: Names) -> tuple[Filters, list[Remark]]:
    """What the filters mean, and what of them means nothing."""
    filters, remarks = Filters(), []
    for each in typed:
        kind = _READERS[each.field](filters, each, names)
        if kind is not None:
            remarks.append(Remark(kind, each.typed, each.field))
    if filters.date_from and filters.date_to and filters.date_from > filters.date_to:
        remarks.append(Remark(RemarkKind.DATES_REVERSED, "", Field.FROM))
        filters.date_from, filters.date_to = filters.date_to, filters.date_from
    return filters, remarks


_Reader = Callable[[Filters, _Typed, Names], RemarkKind | None]


def _read_place(filters: Filters, typed: _Typed, names: Names) -> RemarkKind | None:
    del names
    pattern = _LETTER if typed.field is Field.POINT else _NUMBER
    if not pattern.match(typed.value):
        return RemarkKind.BAD_NUMBER
    if typed.minus:
        return RemarkKind.NOT_NEGATED
    filters.places[typed.field] = typed.value.lower()
    return None


def _read_choice(filters: Filters, typed: _Typed, names: Names) -> RemarkKind | None:
    value = names.get(typed.field, {}).get(slug(typed.value))
    if value is None:
        return RemarkKind.UNKNOWN_VALUE
    chosen = filters.never if typed.minus else filters.only
    chosen[typed.field] = tuple(dict.fromkeys((*chosen.get(typed.field, ()), value)))
    return None


def _read_author(filters: Filters, typed: _Typed, names: Names) -> RemarkKind | None:
    del names
    if typed.minus:
        return RemarkKind.NOT_NEGATED
    filters.author = f"{filters.author} {typed.value.replace('-', ' ')}".strip()
    return None if filters.author else RemarkKind.UNKNOWN_VALUE


def _read_date(filters: Filters, typed: _Typed, names: Names) -> RemarkKind | None:
    del names
    day = read_date(typed.value, last=typed.field is Field.TO)
    if day is None:
        return RemarkKind.BAD_DATE
    if typed.minus:
        return RemarkKind.NOT_NEGATED
    if typed.field is Field.FROM:
        filters.date_from = day
    else:
        filters.date_to = day
    return None


_READERS: dict[Field, _Reader] = {
    Field.ARTICLE: _read_place,
    Field.CLAUSE: _read_place,
    Field.POINT: _read_place,
    Field.STANCE: _read_choice,
    Field.CHANNEL: _read_choice,
    Field.TYPE: _read_choice,
    Field.AUTHOR: _read_author,
    Field.FROM: _read_date,
    Field.TO: _read_date,
}

_YEAR_FIRST = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?$", re.ASCII)
_DAY_FIRST = re.compile(r"(?:(\d{1,2})[-/.])?(\d{1,2})[-/.](\d{4})$", re.ASCII)


def read_date(text: str, *, last: bool) -> date | None:
    """2026-01-31, 31/01/2026, 2026-01, 01/2026, 2026; of a month or a year the first day, or the last."""
    if match := _YEAR_FIRST.match(text):
        year, month, day = match.groups()
    elif match := _DAY_FIRST.match(text):
        day, month, year = match.groups()
    else:
        return None
    try:
        if day:
            return date(int(year), int(month), int(day))
        first = date(int(year), int(month or (12 if last else 1)), 1)
        return _last_day_of_month(first) if last else first
    except ValueError:
        return None


def _last_day_of_month(first: date) -> date:
    if first.month == 12:
        return first.replace(day=31)
    return first.replace(month=first.month + 1) - timedelta(days=1)
