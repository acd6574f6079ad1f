"""Provinces and communes by the names that spreadsheets give them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from accounts.models import Agency, AgencyKind, FormerName
from core import clock
from core.db import db
from core.text import fold, words

_BEFORE = ("uy ban nhan dan ", "ubnd ", "hdnd ")
_KINDS = ("thanh pho ", "tinh ", "tp ", "xa ", "phuong ", "dac khu ", "p ", "x ", "thi tran ")


class Units:
    """Finds the official code of a place by its names; a name that several places have is none without its province.

    Rows: code, name, is_province, province (its code).
    """

    def __init__(self, rows: Iterable[Any]) -> None:
        self._provinces: dict[str, str] = {}
        self._communes: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._seen: dict[tuple[str, str], str | None] = {}
        for row in rows:
            for key in _keys(row.name):
                if row.is_province:
                    self._provinces.setdefault(key, row.code)
                else:
                    self._communes[("", key)].add(row.code)
                    self._communes[(row.province, key)].add(row.code)

    def find(self, province: str, commune: str = "") -> str | None:
        """The commune's code, else the province's; None where nothing is found."""
        asked = (province, commune)
        if asked not in self._seen:
            if len(self._seen) > 20_000:
                self._seen.clear()
            self._seen[asked] = self._find(province, commune)
        return self._seen[asked]

    def find_in(self, province_code: str, commune: str) -> str | None:
        """The commune of a province (its code), or of the country if none is given; None where it isn't one place."""
        found = [self._communes.get((province_code, key), set()) for key in _keys(commune)]
        return next((next(iter(codes)) for codes in found if len(codes) == 1), None)

    def _find(self, province: str, commune: str) -> str | None:
        code = next((self._provinces[key] for key in _keys(province) if key in self._provinces), None)
        for key in _keys(commune):
            found = self._communes.get((code or "", key), set())
            if len(found) == 1:
                return next(iter(found))
        return code


def load_units() -> Units:
    """Today's places, under the names that they had before, too."""
    today = clock.today()
    parent = aliased(Agency)
    columns = (
        Agency.code,
        (Agency.kind == AgencyKind.PROVINCE).label("is_province"),
        parent.code.label("province"),
    )
    places = (
        sa.and_(Agency.kind.in_((AgencyKind.PROVINCE, AgencyKind.COMMUNE)), _stands(today)),
        parent.id == Agency.parent_id,
    )
    now = sa.select(Agency.name, *columns).outerjoin(parent, places[1]).where(places[0])
    before = (
        sa.select(FormerName.name, *columns)
        .join(Agency, Agency.id == FormerName.agency_id)
        .outerjoin(parent, places[1])
        .where(places[0])
    )
    return Units([*db.session.execute(now), *db.session.execute(before)])


def list_provinces() -> list[tuple[str, str]]:
    """(code, name) of today's provinces, by name without marks."""
    rows = db.session.execute(
        sa.select(Agency.code, Agency.name).where(Agency.kind == AgencyKind.PROVINCE, _stands(clock.today()))
    )
    named = [(row.code, _without_body(row.name)) for row in rows]
    return sorted(named, key=lambda one: fold(one[1]))


def _stands(on: date) -> "sa.ColumnElement[bool]":
    return sa.or_(Agency.valid_to.is_(None), Agency.valid_to >= on)


def _without_body(name: str) -> str:
    for start in ("Ủy ban nhân dân tỉnh ", "Ủy ban nhân dân thành phố ", "Ủy ban nhân dân "):
        if name.startswith(start):
            return name.removeprefix(start)
    return name


def _keys(name: str) -> list[str]:
    """The names under which a place may stand: whole, and without the word for what it is."""
    key = " ".join(words(fold(name)))
    for start in _BEFORE:
        key = key.removeprefix(start)
    if not key:
        return []
    bare = next((key.removeprefix(kind) for kind in _KINDS if key.startswith(kind)), key)
    return [key] if bare == key else [key, bare]
