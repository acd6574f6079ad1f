"""How a provision is cited ("điểm đ khoản 2 Điều 7"), and reading a citation that a person typed."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from core.text import fold, nfc
from legal.nodes import Kind, Node

_FIXED = {Kind.PREAMBLE: "Phần mở đầu", Kind.SIGNATURE: "Phần ký"}
_WORDS = {
    Kind.PART: "Phần",
    Kind.CHAPTER: "Chương",
    Kind.SECTION: "Mục",
    Kind.SUBSECTION: "Tiểu mục",
    Kind.ARTICLE: "Điều",
    Kind.CLAUSE: "khoản",
    Kind.POINT: "điểm",
    Kind.HEADING: "mục",
    Kind.PARAGRAPH: "đoạn",
    Kind.TABLE: "bảng",
}


@dataclass(slots=True, frozen=True)
class Scope:
    """The ending of citations here (" của Quy chế", " Phụ lục I"), and whether chapters are numbered anew per Phần."""

    ending: str = ""
    chapters_restart: bool = False
    appendix: bool = False


def cite(nodes: list[Node]) -> None:
    """Give every node its citation."""
    _cite(nodes, "", Scope(chapters_restart=_chapters_restart(nodes)))
    annexed = [node for node in nodes if node.kind is Kind.ANNEXED]
    types = Counter(_type_of(node) for node in annexed)
    for node in annexed:
        name = _type_of(node) if types[_type_of(node)] == 1 else _name_of(node)
        node.citation = _name_of(node)
        _cite(node.children, "", Scope(f" của {name}", _chapters_restart(node.children)))
    _name_headings_above(nodes)


def _name_headings_above(nodes: list[Node]) -> None:
    for node, after in pairwise(nodes):
        if node.kind is Kind.PREAMBLE and after.kind is Kind.ANNEXED:
            node.citation = f"Phần mở đầu của {_type_of(after)}"


def _type_of(node: Node) -> str:
    """ "Quy chế" for an annexed text headed "QUY CHẾ Làm việc của Chính phủ"."""
    words = node.heading.split()
    size = 2 if len(words) > 1 else 1
    return " ".join(words[:size]).capitalize()


def _name_of(node: Node) -> str:
    rest = " ".join(node.heading.split()[2:])
    rest = rest.lower() if rest.isupper() else rest[:1].lower() + rest[1:]
    return f"{_type_of(node)} {rest}".strip()


def _chapters_restart(nodes: list[Node]) -> bool:
    numbers = Counter(
        child.number
        for node in nodes
        if node.kind is Kind.PART
        for child in node.children
        if child.kind is Kind.CHAPTER
    )
    return any(count > 1 for count in numbers.values())


def _cite(nodes: list[Node], above: str, scope: Scope, host: str = "") -> None:
    """``above`` is the citation of the parent without the scope's ending; ``host`` the provision that quotes."""
    seen: Counter[Kind] = Counter()
    for node in nodes:
        seen[node.kind] += 1
        if node.kind is Kind.ANNEXED:
            continue
        if node.kind is Kind.APPENDIX:
            node.citation = f"Phụ lục {node.number}".strip()
            _cite(node.children, "", Scope(f" {node.citation}", appendix=True))
            continue
        quoting = host or (f"{above}{scope.ending}" if node.quoted else "")
        base = "" if node.quoted and not host else above
        own = _own(node, seen[node.kind], base, scope)
        node.citation = f"{own}{scope.ending}" if not node.quoted else _quoted(own, quoting)
        _cite(node.children, own, scope, quoting if node.quoted else "")


def _quoted(own: str, host: str) -> str:
    return f"{own} (trích tại {host})" if host else own


def _own(node: Node, nth: int, above: str, scope: Scope) -> str:
    if node.kind in _FIXED:
        return _FIXED[node.kind]
    if node.kind is Kind.HEADING and node.label[:1] in "MmBb" and not node.children:
        return node.label.rstrip(" .:–—-") or f"mục {node.number}"
    word = f"{_WORDS[node.kind]} {node.number or nth}"
    stands_alone = node.kind in (Kind.ARTICLE, Kind.PART) or (node.kind is Kind.CHAPTER and not scope.chapters_restart)
    if stands_alone or not above:
        return word
    if node.kind is Kind.HEADING and not above.startswith("Phần"):
        return word
    return f"{word} {above}"


# --- reading ----------------------------------------------------------------------------------------------------------


@dataclass(slots=True, frozen=True)
class Citation:
    """What a typed citation names; numbers as printed in texts ("7a", "đ"), None where it names none."""

    article: str | None = None
    clause: str | None = None
    point: str | None = None
    annexed: str | None = None

    def __str__(self) -> str:
        parts = [(self.point, "điểm"), (self.clause, "khoản"), (self.article, "Điều")]
        label = " ".join(f"{word} {number}" for number, word in parts if number)
        return f"{label} của {self.annexed}" if self.annexed else label


_ARTICLE = re.compile(r"(?<!\w)(?:điều|dieu|đ|d)\s?[.:]?\s?(\d{1,4}[a-zđ]?\d?)(?!\w)")
_CLAUSE = re.compile(r"(?<!\w)(?:khoản|khoan|k)\s?[.:]?\s?(\d{1,3}[a-zđ]?\d?)(?!\w)")
_POINT = re.compile(r"(?<!\w)(?:điểm|diem)\s?[.:]?\s?([a-zđ]\d?)(?!\w)|(?<!\w)đ[.:]\s?([a-zđ]\d?)(?!\w)")
_ANNEXED = re.compile(
    r"(?:của|tại|kèm theo|cua|tai)\s+(quy chế|quy định|điều lệ|nội quy|quy tắc|chương trình|kế hoạch|đề án)"
)
_BARE = re.compile(r"(\d{1,4}[a-zđ]?)(?:\s?[./-]\s?(\d{1,3}[a-zđ]?))?(?:\s?[./-]?\s?([a-zđ]\d?))?")


def parse_citation(text: str) -> Citation | None:
    """What a person typed ("điểm a khoản 2 Điều 5", "Đ.5 k.2", "khoan 2 dieu 5", "5.2.a"); None if none."""
    words = " ".join(nfc(text).lower().split())
    bare = _BARE.fullmatch(words)
    if bare:
        return Citation(bare[1], bare[2], bare[3])
    article, clause, point = _ARTICLE.search(words), _CLAUSE.search(words), _POINT.search(words)
    annexed = _ANNEXED.search(words)
    if not (article or clause or point):
        return None
    return Citation(
        article[1] if article else None,
        clause[1] if clause else None,
        (point[1] or point[2]) if point else None,
        annexed[1].capitalize() if annexed else None,
    )


def find_provision(nodes: list[Node], citation: Citation) -> Node | None:
    """The document's own provision that a citation names, or None; without an article, the first that matches."""
    scopes: list[list[Node]] = [nodes]
    annexed = [node for node in nodes if node.kind is Kind.ANNEXED]
    if citation.annexed:
        scopes = [node.children for node in annexed if fold(_name_of(node)).startswith(fold(citation.annexed))]
    else:
        scopes.extend(node.children for node in annexed)
    for scope in scopes:
        found = _find_in(scope, citation)
        if found is not None:
            return found
    return None


def _find_in(nodes: list[Node], citation: Citation) -> Node | None:
    wanted = ((Kind.ARTICLE, citation.article), (Kind.CLAUSE, citation.clause), (Kind.POINT, citation.point))
    within = nodes
    node: Node | None = None
    for kind, number in wanted:
        if number is None:
            continue
        node = next((one for one in _own_nodes(within) if one.kind is kind and one.number.lower() == number), None)
        if node is None:
            return None
        within = node.children
    return node


def _own_nodes(nodes: list[Node]) -> list[Node]:
    found: list[Node] = []
    for node in nodes:
        if node.quoted or node.kind in (Kind.ANNEXED, Kind.APPENDIX):
            continue
        found.append(node)
        found.extend(_own_nodes(node.children))
    return found
