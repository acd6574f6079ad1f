"""A document as Akoma Ntoso 3.0 (OASIS LegalDocML), for other systems to read.

Phần, Chương, Mục, Tiểu mục, Điều, Khoản, Điểm become part, chapter, section, subsection, article, paragraph, point.
What has no word there is an ``hcontainer`` with a name (I., II. of texts without Điều; forms; tables) or an ``alinea``
(text without a number of its own, and each run of quoted provisions, which stands in it as mod/quotedStructure; the
quotation marks stay in the text). Regulations *ban hành kèm theo* and appendices are attachments, documents of their
own. What was set aside is not in the file. All the text of the tree is, in its order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby, pairwise
from typing import Any

from lxml import etree

from legal.anchors import ascii_slug, place_nodes
from legal.identity import Identity, identify
from legal.nodes import Kind, Node, Outline
from legal.references import ReferenceIndex

NAMESPACE = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
_ELEMENTS = {
    Kind.PART: ("part", "part"),
    Kind.CHAPTER: ("chapter", "chp"),
    Kind.SECTION: ("section", "sec"),
    Kind.SUBSECTION: ("subsection", "subsec"),
    Kind.ARTICLE: ("article", "art"),
    Kind.CLAUSE: ("paragraph", "para"),
    Kind.POINT: ("point", "point"),
    Kind.PARAGRAPH: ("alinea", "al"),
}
"""Kind → element and its short form in identifiers (Akoma Ntoso Naming Convention 1.0, §5)."""
_CONTAINERS = {
    Kind.HEADING: "muc",
    Kind.TABLE: "bang",
    Kind.SIGNATURE: "phan-ky",
    Kind.PREAMBLE: "mo-dau",
    Kind.APPENDIX: "phu-luc",
    Kind.ANNEXED: "kem-theo",
}
"""Kind → name of its hcontainer, where it has no element or stands where its element may not."""
_ATTACHED = (Kind.ANNEXED, Kind.APPENDIX)
_RESTARTS = (Kind.ARTICLE, Kind.PART)
_BASIS = re.compile(r"(?:Căn cứ|Theo đề nghị|Trên cơ sở|Xét|Thực hiện|Sau khi)\b")
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_EVENTS = "#dan-ban"
_NSMAP: Any = {None: NAMESPACE}
"""The stubs of lxml know no default namespace."""

Element = etree._Element


@dataclass(slots=True, frozen=True)
class Draft:
    """What tells a draft and its versions from others, where their text bears no number and date of its own.

    ``name`` stands in the address of the work, which is the same for all versions; so does ``begun``, the day of the
    first. ``version`` counts from 1. ``lineages``: by anchor, what a provision is known by in every version (its wId).
    """

    name: str
    begun: date
    version: int
    lineages: Mapping[str, str] = field(default_factory=dict)


def to_akn(outline: Outline, *, made: date, identity: Identity | None = None, draft: Draft | None = None) -> bytes:
    """The document as an XML file (UTF-8). ``made`` dates the file, and the draft where it bears no date itself."""
    return _Writer(identity or identify(outline), made, draft).write(outline)


class _Writer:
    """Builds one file; keeps the identifiers that are taken."""

    def __init__(self, identity: Identity, made: date, draft: Draft | None) -> None:
        self._identity = identity
        self._made = made
        self._draft = draft or Draft("du-thao", made, 0)
        self._taken: set[str] = set()
        self._anchors: dict[int, str] = {}
        self._ids: dict[str, str] = {}
        self._texts: list[tuple[Element, str]] = []

    def write(self, outline: Outline) -> bytes:
        self._anchors = {id(place.node): place.anchor for place in place_nodes(outline.nodes)}
        root = etree.Element(f"{{{NAMESPACE}}}akomaNtoso", nsmap=_NSMAP)
        own = [node for node in outline.nodes if node.kind not in _ATTACHED]
        attached = [node for node in outline.nodes if node.kind in _ATTACHED]
        if not own:
            own, attached = attached, []
        bill = _add(root, "bill", name=self._identity.type_slug)
        self._meta(bill, "", outline.title)
        main, heads = _take_heads(own, outline.nodes)
        self._parts(bill, main, "body", "")
        if attached:
            holder = _add(bill, "attachments")
            for node in attached:
                self._attachment(holder, node, heads.get(id(node)))
        self._link(ReferenceIndex.of(outline))
        return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=False)

    def _link(self, index: ReferenceIndex) -> None:
        """References inside the document become links, once every provision has its identifier."""
        for paragraph, anchor in self._texts:
            text = paragraph.text or ""
            before: Element | None = None
            at = 0
            for found in index.find(text, anchor):
                target = self._ids.get(found.target)
                if target is None:
                    continue
                if before is None:
                    paragraph.text = text[: found.start]
                else:
                    before.tail = text[at : found.start]
                before = _add(paragraph, "ref", href=f"#{target}")
                before.text, at = text[found.start : found.end], found.end
            if before is not None:
                before.tail = text[at:]

    # --- documents --------------------------------------------------------------------------------------------------

    def _parts(self, parent: Element, nodes: list[Node], body: str, scope: str) -> None:
        """Preface and preamble, the body itself, and the signature block at its end."""
        if nodes and nodes[0].kind is Kind.PREAMBLE:
            self._opening(parent, nodes[0], scope)
            nodes = nodes[1:]
        last = nodes.pop() if nodes and nodes[-1].kind is Kind.SIGNATURE and not nodes[-1].children else None
        holder = _add(parent, body, eId=self._id(scope, body))
        self._hierarchy(holder, nodes, scope, scope, in_quotation=False)
        if not len(holder):
            _add(_add(holder, "alinea", eId=self._id(scope, "al_1")), "content", eId=self._id(scope, "al_1__content"))
        if last is not None:
            _paragraphs(_add(parent, "conclusions", eId=self._id(scope, "conclusions")), last.text)

    def _opening(self, parent: Element, node: Node, scope: str) -> None:
        """Lines above the legal basis are the preface; from "Căn cứ" on they are the preamble."""
        lines = node.text.split("\n")
        start = next((at for at, line in enumerate(lines) if _BASIS.match(line)), len(lines))
        if start:
            _paragraphs(_add(parent, "preface", eId=self._id(scope, "preface")), "\n".join(lines[:start]))
        if start == len(lines):
            return
        preamble = _add(parent, "preamble", eId=self._id(scope, "preamble"))
        for is_basis, group in groupby(lines[start:], key=lambda line: _BASIS.match(line) is not None):
            if is_basis:
                citations = _add(preamble, "citations", eId=self._id(scope, "cits_1"))
                for number, line in enumerate(group, 1):
                    citation = _add(citations, "citation", eId=self._id(citations.get("eId", ""), f"cit_{number}"))
                    _paragraphs(citation, line)
            else:
                _paragraphs(preamble, "\n".join(group))

    def _attachment(self, holder: Element, node: Node, head: Node | None) -> None:
        attachment = _add(holder, "attachment", eId=self._id("", f"att_{len(holder) + 1}"))
        scope = attachment.get("eId", "")
        self._know(attachment, self._anchors[id(node)])
        if head is None:
            self._name(attachment, node)
        name = ascii_slug(node.heading if node.kind is Kind.ANNEXED else node.label) or _CONTAINERS[node.kind]
        doc = _add(attachment, "doc", name="-".join(name.split("-")[:2]))
        self._meta(doc, scope, f"{node.label} {node.heading}".strip())
        opening = [head.text, node.label, node.heading, node.text] if head is not None else [node.text]
        if any(opening):
            preface = _add(doc, "preface", eId=self._id(scope, "preface"))
            for text in filter(None, opening):
                _paragraphs(preface, text)
        self._parts(doc, list(node.children), "mainBody", scope)

    def _meta(self, parent: Element, component: str, title: str) -> None:
        meta = _add(parent, "meta")
        identification = _add(meta, "identification", source=_EVENTS)
        work = self._work()
        inside = f"!{component}" if component else "!main"
        day = self._identity.issued or self._made
        for level, uri in (
            ("Work", work),
            ("Expression", f"{work}/vie@{day}"),
            ("Manifestation", f"{work}/vie@{day}.akn"),
        ):
            self._level(identification, level, uri, inside, title)
        if not component:
            references = _add(meta, "references", source=_EVENTS)
            body = self._identity.body_slug
            self._organization(references, body, f"vn/{body}", self._identity.body or "Cơ quan ban hành")
            self._organization(references, "dan-ban", "dan-ban", "Dân Bàn")

    def _organization(self, parent: Element, name: str, path: str, shown: str) -> None:
        address = f"/akn/ontology/organization/{path}"
        _add(parent, "TLCOrganization", eId=self._id("", name), href=address, showAs=_clean(shown))

    def _level(self, parent: Element, level: str, uri: str, inside: str, title: str) -> None:
        frbr = _add(parent, f"FRBR{level}")
        this = uri.replace(".akn", f"/{inside}.akn") if level == "Manifestation" else f"{uri}/{inside}"
        _add(frbr, "FRBRthis", value=this)
        _add(frbr, "FRBRuri", value=uri)
        if level == "Work" and title:
            _add(frbr, "FRBRalias", value=_clean(title), name="title")
        _add(frbr, "FRBRdate", **self._date_of(level))
        _add(frbr, "FRBRauthor", href=f"#{'dan-ban' if level == 'Manifestation' else self._identity.body_slug}")
        if level == "Work":
            _add(frbr, "FRBRcountry", value="vn")
            _add(frbr, "FRBRsubtype", value=self._identity.type_slug)
            if self._identity.number:
                _add(frbr, "FRBRnumber", value=self._identity.number)
        elif level == "Expression":
            if self._draft.version:
                _add(frbr, "FRBRversionNumber", value=str(self._draft.version))
            _add(frbr, "FRBRlanguage", language="vie")

    def _date_of(self, level: str) -> dict[str, str]:
        issued = self._identity.issued
        if issued is not None and level != "Manifestation":
            return {"date": str(issued), "name": "issued"}
        return {"date": str(self._draft.begun if level == "Work" else self._made), "name": "made"}

    def _work(self) -> str:
        """The address of the work: country, kind, type, date, number; a draft has a name where it has no number yet."""
        one = self._identity
        number = ascii_slug(one.number) or self._draft.name
        return f"/akn/vn/bill/{one.type_slug}/{one.issued or self._draft.begun}/{number}"

    # --- provisions -------------------------------------------------------------------------------------------------

    def _hierarchy(self, parent: Element, nodes: Iterable[Node], above: str, scope: str, *, in_quotation: bool) -> None:
        """Nodes in order; each run of quoted ones inside a provision of the document itself as one quotation."""
        for quoted, run in groupby(nodes, key=lambda node: node.quoted and not in_quotation):
            if quoted:
                self._quotation(parent, list(run), above)
            else:
                for node in run:
                    self._node(parent, node, above, scope, in_quotation=in_quotation)

    def _quotation(self, parent: Element, nodes: list[Node], above: str) -> None:
        alinea = _add(parent, "alinea", eId=self._id(above, "al_1"))
        content = _add(alinea, "content", eId=self._id(alinea.get("eId", ""), "content"))
        mod = _add(_add(content, "p"), "mod", eId=self._id(alinea.get("eId", ""), "mod_1"))
        structure = _add(mod, "quotedStructure", eId=self._id(mod.get("eId", ""), "qstr_1"))
        own = structure.get("eId", "")
        self._hierarchy(structure, nodes, own, own, in_quotation=True)

    def _node(self, parent: Element, node: Node, above: str, scope: str, *, in_quotation: bool) -> None:
        tag, short = _ELEMENTS.get(node.kind, ("hcontainer", "hcontainer"))
        base = scope if node.kind in _RESTARTS else above
        number = ascii_slug(node.number) or str(sum(1 for one in parent if one.tag == _tag(tag)) + 1)
        element = _add(parent, tag, eId=self._id(base, f"{short}_{number}"))
        if tag == "hcontainer":
            element.set("name", _CONTAINERS[node.kind])
        own = element.get("eId", "")
        anchor = self._anchors.get(id(node), "")
        self._know(element, anchor)
        self._name(element, node)
        if node.children:
            if node.text:
                self._words(_add(element, "intro", eId=self._id(own, "intro")), node.text, anchor)
            inner = own if node.kind in _ATTACHED else scope
            self._hierarchy(element, node.children, own, inner, in_quotation=in_quotation)
            return
        content = _add(element, "content", eId=self._id(own, "content"))
        if node.kind is Kind.TABLE and "\t" in node.text:
            self._table(content, node.text, own)
        else:
            self._words(content, node.text, anchor)

    def _know(self, element: Element, anchor: str) -> None:
        """Remember the identifier of a provision, and write that of its lineage beside it."""
        self._ids[anchor] = element.get("eId", "")
        lineage = self._draft.lineages.get(anchor)
        if lineage:
            element.set("wId", lineage)

    def _words(self, parent: Element, text: str, anchor: str) -> None:
        _paragraphs(parent, text)
        self._texts.extend((paragraph, anchor) for paragraph in parent)

    def _table(self, content: Element, text: str, above: str) -> None:
        table = _add(content, "table", eId=self._id(above, "table_1"))
        for line in text.split("\n"):
            row = _add(table, "tr")
            for cell in line.split("\t"):
                _add(_add(row, "td"), "p").text = _clean(cell)

    @staticmethod
    def _name(element: Element, node: Node) -> None:
        if node.label:
            _add(element, "num").text = _clean(node.label)
        if node.heading:
            _add(element, "heading").text = _clean(node.heading)

    def _id(self, above: str, own: str) -> str:
        """An identifier that is unique in the file; a repeated one gets "-2" and so on."""
        wanted = f"{above}__{own}" if above else own
        found, n = wanted, 2
        while found in self._taken:
            found, n = f"{wanted}-{n}", n + 1
        self._taken.add(found)
        return found


def _take_heads(own: list[Node], nodes: list[Node]) -> tuple[list[Node], dict[int, Node]]:
    """The document's own nodes without the national headings above annexed texts, and those by the text they head."""
    heads = {
        id(after): node
        for node, after in pairwise(nodes)
        if node.kind is Kind.PREAMBLE and after.kind in _ATTACHED and node is not nodes[0]
    }
    taken = {id(node) for node in heads.values()}
    return [node for node in own if id(node) not in taken], heads


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _add(parent: Element, tag: str, /, **attributes: str) -> Element:
    return etree.SubElement(parent, _tag(tag), attributes)


def _paragraphs(parent: Element, text: str) -> None:
    for line in _lines(text):
        _add(parent, "p").text = line


def _lines(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        yield _clean(line)


def _clean(text: str) -> str:
    """What XML cannot hold is replaced by the sign that says so."""
    return _NOT_XML.sub("\ufffd", text)
