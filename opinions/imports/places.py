"""Which provision the words of a cell mean: "điểm a khoản 2 Điều 5", "Đ.5 k.2", "Điều 5-7", "Chung"."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

from core.text import canonical, fold, words
from legal.citations import parse_citation
from legal.nodes import Kind

REMEMBERED = 50_000
LONGEST = 300
WHOLE = frozenset(
    (
        "chung",
        "gop y chung",
        "y kien chung",
        "noi dung chung",
        "van de chung",
        "cac van de chung",
        "nhan xet chung",
        "ca du thao",
        "toan bo",
        "toan bo du thao",
        "toan van",
        "toan van du thao",
        "du thao",
        "ve du thao",
        "tong the",
        "van de khac",
        "y kien khac",
        "khac",
    )
)
_WHOLE = re.compile(
    r"^(y kien |gop y )?(chung |tong the )?(ve |doi voi |cho )?(ca|toan bo|toan van) (noi dung )?(du thao|du an)"
)
_NUMBER = r"\d{1,4}[a-zđ]?"
_SEVERAL = re.compile(
    rf"(?:điều|dieu|đ\.?|khoản|khoan|k\.?)\s*{_NUMBER}\s*(?:[-–—]|đến|den|và|va|,|;|&)\s*"
    rf"(?:(?:các )?(?:điều|dieu|khoản|khoan|đ\.|k\.)\s*)?{_NUMBER}(?!\w)"
)
_ARTICLES = re.compile(rf"(?<!\w)(?:điều|dieu|đ\.)\s*({_NUMBER})(?!\w)")
_CLAUSE_OF_ARTICLE = re.compile(rf"(?:khoản|khoan|k\.?)\s*{_NUMBER}\s*[,;]?\s*(?:của )?(?:điều|dieu|đ\.)\s*{_NUMBER}")
_AT_START = re.compile(
    r"^\s*(?:(?:tại|về|ve|tai)\s+)?((?:(?:điểm|khoản|diem|khoan)\s+\w{1,4}[,;]?\s*){0,2}(?:điều|dieu)\s+\d{1,4}[a-zđ]?"
    r"(?:[,;]?\s*(?:khoản|khoan)\s+\d{1,3}[a-zđ]?)?(?:[,;]?\s*(?:điểm|diem)\s+[a-zđ]\d?(?!\w))?)",
    re.IGNORECASE,
)

Key: TypeAlias = tuple[str | None, str | None, str | None]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where an opinion stands: a provision of a document, or with neither ``place`` nor provision the whole of it."""

    document_id: int
    place: int = 0
    provision_id: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What was made of some words: a spot; ``unplaced`` when nothing was found; ``several`` when they name more."""

    spot: Spot
    unplaced: bool = False
    several: bool = False


class PlaceFinder:
    """The provisions of a consultation's newest versions by their citations.

    ``rows``: document_id, id, parent_id, lineage_id, kind, number, citation, in the order of the draft.
    """

    def __init__(self, rows: Iterable[Any], document_id: int) -> None:
        self._whole = Spot(document_id)
        self._by_numbers: dict[Key, list[tuple[str, Spot]]] = defaultdict(list)
        self._by_words: dict[str, list[Spot]] = defaultdict(list)
        self._seen: dict[str, Finding] = {}
        above: dict[int, tuple[Key, str]] = {}
        for row in rows:
            key, scope = above.get(row.parent_id, ((None, None, None), ""))
            key, scope = _numbered(key, scope, row)
            above[row.id] = (key, scope)
            spot = Spot(row.document_id, row.lineage_id, row.id)
            self._by_words[_words(canonical(row.citation))].append(spot)
            if row.kind in (Kind.ARTICLE, Kind.CLAUSE, Kind.POINT):
                self._by_numbers[key].append((scope, spot))

    def find(self, given: str) -> Finding:
        """What the words of a cell mean; remembered, for a spreadsheet says the same again and again."""
        found = self._seen.get(given)
        if found is None:
            found = self._find(given)
            if len(self._seen) < REMEMBERED:
                self._seen[given] = found
        return found

    def find_in_body(self, body: str) -> Finding:
        """The provision that an opinion names first of all, where no cell says it."""
        found = _AT_START.match(body[:120])
        finding = self.find(" ".join(found[1].split())) if found else self.nowhere
        return finding if found and not finding.unplaced else self.nowhere

    @property
    def nowhere(self) -> Finding:
        return Finding(self._whole, unplaced=True)

    def _find(self, given: str) -> Finding:
        key = " ".join(words(fold(given)))
        if key in WHOLE or _WHOLE.match(key):
            return Finding(self._whole)
        several = _names_several(given)
        named = self._by_words.get(_words(canonical(given)), [])
        if len(named) == 1:
            return Finding(named[0], several=several)
        if key.startswith("phu luc") or (citation := parse_citation(given)) is None:
            return self.nowhere
        candidates = self._by_numbers.get((citation.article, citation.clause, citation.point), [])
        if citation.annexed:
            wanted = fold(citation.annexed)
            candidates = [one for one in candidates if fold(one[0]).startswith(wanted)]
        own = [one for one in candidates if not one[0]] or candidates
        return Finding(own[0][1], several=several) if len(own) == 1 else self.nowhere


def _numbered(key: Key, scope: str, row: Any) -> tuple[Key, str]:
    number = row.number.lower()
    if row.kind is Kind.ANNEXED:
        return (None, None, None), row.citation
    if row.kind is Kind.ARTICLE:
        return (number, None, None), scope
    if row.kind is Kind.CLAUSE:
        return (key[0], number, None), scope
    if row.kind is Kind.POINT:
        return (key[0], key[1], number), scope
    return key, scope


def _words(text: str) -> str:
    return " ".join(words(text))


def _names_several(given: str) -> bool:
    text = " ".join(given.lower().split())
    if len(set(_ARTICLES.findall(text))) > 1:
        return True
    return bool(_SEVERAL.search(_CLAUSE_OF_ARTICLE.sub("điều", text)))
