"""What is searched: one flat document for a row of any kind. Pure."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias
from zoneinfo import ZoneInfo

from core.text import fold

__all__ = ["Facet", "FacetValue", "Key", "SearchDocument", "place_token"]

Key: TypeAlias = tuple[str, int]  # type and id of a document
FacetValue: TypeAlias = str | int

_HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
_STEP = re.compile(r"(?i)\b(phần|chương|mục|tiểu mục|điều|khoản|điểm|phụ lục)\s+([\w-]+)")


class Facet(StrEnum):
    """What documents are counted and filtered by. CONSULTATION, LINEAGE and AGENCY are numbers, the others text."""

    TYPE = "type"
    CONSULTATION = "consultation"
    LINEAGE = "lineage"
    STANCE = "stance"
    CHANNEL = "channel"
    AGENCY = "agency"
    PROVINCE = "province"
    AUTHOR_KIND = "author_kind"
    MONTH = "month"  # "2026-01", in Asia/Ho_Chi_Minh

    @property
    def is_number(self) -> bool:
        return self in (Facet.CONSULTATION, Facet.LINEAGE, Facet.AGENCY)


def place_token(kind: str, number: str) -> str:
    """How a step of a citation is written for filters: ("Điều", "12a") → "dieu:12a"; "đ" and "d" stay two letters."""
    return f"{fold(kind).replace(' ', '-')}:{number.lower()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchDocument:
    """One row as the index knows it. `type` and `id` together are its key: adding it again replaces it.

    Only what everybody may see is ever made into a document; the page takes text, address, status and author from the
    database, by key. `created_at` is UTC and aware.
    """

    type: str  # "comment", "provision", …: the name under which the feature registered it
    id: int
    consultation_id: int
    version_id: int | None
    lineage_id: int | None  # None: about the whole draft
    citation: str  # "điểm đ khoản 2 Điều 7"; searched, and filtered by its steps
    title: str
    body: str
    created_at: datetime
    stance: str | None = None
    contributor: str | None = None  # the public name, searched too
    context: str = ""  # what it stands under: the title of the draft, the headings above; searched too
    channel: str | None = None
    agency_id: int | None = None  # whose consultation it is
    province: str | None = None  # official code, of the author
    author_kind: str | None = None  # individual, organisation, guest …

    @property
    def key(self) -> Key:
        return (self.type, self.id)

    @property
    def facets(self) -> Mapping[Facet, FacetValue | None]:
        """What it is counted under; None: not at all."""
        return {
            Facet.TYPE: self.type,
            Facet.CONSULTATION: self.consultation_id,
            Facet.LINEAGE: self.lineage_id,
            Facet.STANCE: self.stance,
            Facet.CHANNEL: self.channel,
            Facet.AGENCY: self.agency_id,
            Facet.PROVINCE: self.province,
            Facet.AUTHOR_KIND: self.author_kind,
            Facet.MONTH: self.created_at.astimezone(_HANOI).strftime("%Y-%m"),
        }

    @property
    def places(self) -> tuple[str, ...]:
        """The steps of its citation: ("diem:đ", "khoan:2", "dieu:7")."""
        return tuple(place_token(kind, number) for kind, number in _STEP.findall(self.citation))

    @property
    def fingerprint(self) -> int:
        """63 bits of everything in it: two that differ in anything differ here."""
        values = (
            self.title,
            self.body,
            self.citation,
            self.contributor,
            self.context,
            self.version_id,
            self.created_at.timestamp(),
            *self.facets.values(),
        )
        digest = hashlib.blake2b(repr(values).encode(errors="surrogatepass"), digest_size=8).digest()
        return int.from_bytes(digest) >> 1
