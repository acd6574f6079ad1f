"""Web pages: the law's own part is found by where its Điều stand; menus, scripts and forms around it are set aside."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from legal.errors import UnreadableFile
from legal.nodes import SetAside
from legal.readers.plain import tidy
from legal.readers.tables import cells_to_text, is_layout_text
from legal.source import Line, Source

MENU = "phần của trang web"

_HTML = re.compile(r"\s*(?:<\?xml[^>]{0,200}\?>\s*)?<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_BLOCKS = frozenset(
    re.findall(
        r"\w+",
        "address article aside blockquote body caption center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 "
        "h6 header hr label legend li main nav ol option p pre section select table tbody td textarea tfoot th thead "
        "tr ul",
    )
)
_SKIPPED = frozenset(["head", "iframe", "noscript", "object", "script", "style", "svg", "template"])
_CHROME = frozenset(["aside", "button", "footer", "nav", "select", "textarea"])
_HEADINGS = {f"h{n}": n for n in range(1, 7)}
_MARK = re.compile(r"(?:Điều|ĐIỀU)\s+\d{1,4}[a-zđ]?\s*[.:]")
_OTHER_MARK = re.compile(r"(?:[IVX]{1,5}|\d{1,2})\.\s*\S.{20,}")
_LAW_SIGNS = ("CỘNG HÒA XÃ HỘI", "CỘNG HOÀ XÃ HỘI", "Căn cứ", "Nơi nhận")

Element = Any


@dataclass(slots=True)
class _Piece:
    """A line and the element that holds it, before it is known whether it is the law's."""

    line: Line
    owner: Element
    link: int


def looks_like_html(text: str) -> bool:
    """Whether a text begins like a web page."""
    return _HTML.match(text[:2000].lstrip("\ufeff")) is not None


def read_html(text: str) -> Source:
    """The law inside a page; all other visible text is set aside."""
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        root = lxml_html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableFile("Trang web bị hỏng, không đọc được. Hãy gửi tệp .docx của dự thảo.", "damaged") from error
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise UnreadableFile("Trang web lồng nhau quá sâu, không đọc được. Hãy gửi tệp .docx của dự thảo.", "damaged")
    pieces = _Collector().collect(root)
    main = _main_part(pieces)
    source = Source([])
    for piece, ours in zip(pieces, main, strict=True):
        if ours:
            source.lines.append(piece.line)
        elif piece.line.text:
            source.set_aside.append(SetAside(piece.line.number, piece.line.text, MENU))
    return source


class _Collector:
    """Walks the tree without recursion and cuts its text into lines at blocks and line breaks."""

    def __init__(self) -> None:
        self.pieces: list[_Piece] = []
        self._words: list[str] = []
        self._link = 0
        self._in_link = 0
        self._soft = False
        self._skip: Element | None = None

    def collect(self, root: Element) -> list[_Piece]:
        for event, element in etree.iterwalk(root, events=("start", "end")):
            if event == "start":
                self._start(element)
            else:
                self._end(element)
        self._flush(root)
        return self.pieces

    def _start(self, element: Element) -> None:
        if self._skip is not None:
            return
        tag = element.tag
        if tag in _SKIPPED:
            self._skip = element
            return
        if tag in _BLOCKS or tag == "br":
            self._flush(element.getparent() if element.getparent() is not None else element, soft=tag == "br")
        if tag == "table" and _is_data(element):
            self._table(element)
            self._skip = element
            return
        self._in_link += tag == "a" and bool(element.get("href"))
        self._add(element.text)

    def _end(self, element: Element) -> None:
        tag = element.tag
        if self._skip is not None:
            if self._skip is not element:
                return
            self._skip = None
        else:
            self._in_link -= tag == "a" and bool(element.get("href"))
            if tag in _BLOCKS:
                self._flush(element)
        self._add(element.tail)

    def _add(self, text: str | None) -> None:
        if text:
            self._words.append(text)
            if self._in_link:
                self._link += len(text.strip())

    def _flush(self, owner: Element, *, soft: bool = False) -> None:
        text = tidy("".join(self._words).replace("\n", " ").replace("\r", " "))
        self._words.clear()
        if text:
            line = Line(len(self.pieces) + 1, text, whole=True, soft=self._soft, heading=_HEADINGS.get(owner.tag, 0))
            self.pieces.append(_Piece(line, owner, self._link))
        self._soft = soft and (bool(text) or self._soft)
        self._link = 0

    def _table(self, table: Element) -> None:
        for row in table.iter("tr"):
            cells = [tidy(" ".join(cell.itertext()).replace("\n", " ")) for cell in row if cell.tag in ("td", "th")]
            text = cells_to_text(cells)
            if text:
                self.pieces.append(_Piece(Line(len(self.pieces) + 1, text, whole=True, table=True), row, 0))


def _is_data(table: Element) -> bool:
    """A table of figures, and not one that only places the heading, the signature or the whole page."""
    rows = table.findall(".//tr")
    if len(rows) < 2 or table.find(".//table") is not None or table.find(".//script") is not None:
        return False
    wide = sum(1 for row in rows if len(row.findall("td")) + len(row.findall("th")) > 1)
    return wide * 2 >= len(rows) and not is_layout_text(" ".join(" ".join(table.itertext()).split()))


def _main_part(pieces: list[_Piece]) -> list[bool]:
    """For each piece, whether it belongs to the document rather than to the page around it."""
    marks = [p for p in pieces if _MARK.match(p.line.text)] or [p for p in pieces if _OTHER_MARK.match(p.line.text)]
    root = _common(marks)
    if root is None:
        return [not _in_chrome(p.owner) for p in pieces]
    steps = _steps_up(pieces, root)
    rings: dict[int, list[_Piece]] = {}
    for piece, step in zip(pieces, steps, strict=True):
        rings.setdefault(step, []).append(piece)
    kept = list(rings.pop(0, []))
    signs = _signs(kept)
    widest = 0
    for step in sorted(rings):
        if not _worth_widening(rings[step], signs, len(kept)):
            break
        kept += rings[step]
        signs |= _signs(rings[step])
        widest = step
    return [step <= widest for step in steps]


def _common(marks: list[_Piece]) -> Element | None:
    """The deepest element that holds at least four fifths of the marks (None when there are fewer than three)."""
    if len(marks) < 3:
        return None
    counts: Counter[Element] = Counter(mark.owner for mark in marks)
    levels: dict[int, set[Element]] = defaultdict(set)
    depths: dict[Element, int] = {}
    for owner in counts:
        levels[_depth(owner, depths)].add(owner)
    for depth in range(max(levels), 0, -1):
        for element in levels[depth]:
            if counts[element] * 5 >= len(marks) * 4:
                return element
            parent = element.getparent()
            if parent is not None:
                levels[depth - 1].add(parent)
                counts[parent] += counts[element]
    return None


def _depth(element: Element, known: dict[Element, int]) -> int:
    """How deep an element lies; every element on the way up is looked at once in all calls."""
    path = [element]
    while path[-1] not in known and path[-1].getparent() is not None:
        path.append(path[-1].getparent())
    depth = known.setdefault(path[-1], 1)
    for one in reversed(path[:-1]):
        depth += 1
        known[one] = depth
    return depth


def _steps_up(pieces: list[_Piece], root: Element) -> list[int]:
    """How many elements up from the root each piece comes into view; 0 for what stands inside it."""
    known: dict[Element, int] = {element: up for up, element in enumerate([root, *root.iterancestors()])}
    steps = []
    for piece in pieces:
        path = []
        element = piece.owner
        while element is not None and element not in known:
            path.append(element)
            element = element.getparent()
        step = known[element] if element is not None else len(known)
        known.update(dict.fromkeys(path, step))
        steps.append(step)
    return steps


def _signs(pieces: list[_Piece]) -> set[str]:
    return {sign for sign in _LAW_SIGNS if any(sign in piece.line.text for piece in pieces)}


def _worth_widening(extra: list[_Piece], signs: set[str], kept: int) -> bool:
    """Whether the next element up adds the law's own heading or signature, and little of a menu."""
    links = sum(p.link for p in extra)
    length = sum(len(p.line.text) for p in extra)
    return bool(_signs(extra) - signs) and links * 10 < length * 3 and len(extra) < max(120, kept)


def _in_chrome(element: Element) -> bool:
    return element.tag in _CHROME or any(up.tag in _CHROME for up in element.iterancestors())
