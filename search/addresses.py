"""The address of a results page: what its arguments are called, and what they ask for. Pure; never raises."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import parse_qsl, urlencode

from core.text import clean
from search.documents import Facet, FacetValue
from search.engines.base import Sort
from search.query.fields import read_date

__all__ = [
    "ARGUMENTS",
    "DEEPEST",
    "PAGE",
    "PARAMETERS",
    "Wish",
    "kept_arguments",
    "normal_address",
    "read_address",
    "read_wish",
    "to_address",
]

PAGE = 20
DEEPEST = 2_000  # how far pages go; who wants more takes the file
_LONGEST = 1_500  # characters of an address that is kept
_LARGEST = 2**31 - 1
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII)

PARAMETERS = {
    Facet.TYPE: "loai",
    Facet.CONSULTATION: "dot",
    Facet.STANCE: "lap-truong",
    Facet.AUTHOR_KIND: "chu-the",
    Facet.CHANNEL: "nguon",
    Facet.AGENCY: "co-quan",
    Facet.PROVINCE: "tinh",
    Facet.MONTH: "thang",
    Facet.LINEAGE: "dieu-khoan",
}
ARGUMENTS = ("q", *PARAMETERS.values(), "tu", "den", "sap-xep")
"""What makes the search; the place on a page ("tu-muc") is no part of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the address of a results page says: the text typed, and what was chosen beside it. Dates are included."""

    typed: str = ""
    chosen: Mapping[Facet, tuple[FacetValue, ...]] = field(default_factory=dict)
    lineage_id: int | None = None  # a provision with all below it
    date_from: date | None = None
    date_to: date | None = None
    offset: int = 0
    limit: int = PAGE
    sort: Sort = Sort.RELEVANCE

    @property
    def is_blank(self) -> bool:
        return not (self.typed.strip() or self.chosen or self.lineage_id or self.date_from or self.date_to)


def read_wish(arguments: Mapping[str, str]) -> Wish:
    """What arguments ask for; what cannot be understood is as if it were not said."""
    chosen: dict[Facet, tuple[FacetValue, ...]] = {
        facet: (value,)
        for facet, name in PARAMETERS.items()
        if facet is not Facet.LINEAGE and (value := _value(facet, arguments.get(name, ""))) is not None
    }
    sort = arguments.get("sap-xep", "")
    return Wish(
        typed=clean(arguments.get("q", "")[:10_000]),
        chosen=chosen,
        lineage_id=_number(arguments.get("dieu-khoan", "")),
        date_from=read_date(arguments.get("tu", "").strip(), last=False),
        date_to=read_date(arguments.get("den", "").strip(), last=True),
        offset=min(_number(arguments.get("tu-muc", "")) or 0, DEEPEST),
        sort=Sort(sort) if sort in list(Sort) else Sort.RELEVANCE,
    )


def read_address(address: str) -> Wish:
    """What the query string of a results page asks for."""
    return read_wish(dict(parse_qsl(address[: 2 * _LONGEST])))


def kept_arguments(arguments: Mapping[str, str]) -> dict[str, str]:
    """Those that make the search, without the empty ones."""
    return {name: value for name in ARGUMENTS if (value := arguments.get(name, "").strip())}


def normal_address(address: str) -> str:
    """A query string as `to_address` makes it: nothing but arguments of a search."""
    return to_address(dict(parse_qsl(address[: 4 * _LONGEST].lstrip("?"))))


def to_address(arguments: Mapping[str, str]) -> str:
    """The query string that is kept; what would make it too long is cut."""
    kept = {name: value[:200] for name, value in kept_arguments(arguments).items()}
    return urlencode(kept)[:_LONGEST]


def _value(facet: Facet, typed: str) -> FacetValue | None:
    typed = typed.strip()[:60]
    if facet is Facet.MONTH and not _MONTH.fullmatch(typed):
        return None
    return _number(typed) if facet.is_number else typed or None


def _number(typed: str) -> int | None:
    typed = typed.strip()
    good = typed.isascii() and typed.isdigit() and len(typed) <= 10
    return int(typed) if good and 0 < int(typed) <= _LARGEST else None
