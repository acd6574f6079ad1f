"""Word files made while testing: from raw XML, and whole laws with typed or automatic numbers."""

from __future__ import annotations

import io
import zipfile
from html import escape
from typing import Any

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.text.paragraph import Paragraph

from legal.nodes import Kind, Node, Outline

NS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
LEVELS = {Kind.ARTICLE: 0, Kind.CLAUSE: 1, Kind.POINT: 2}


def package(body: str, **parts: str) -> bytes:
    """A .docx whose body is the given XML; parts are the inside of word/<name>.xml, whole with its root element."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", TYPES)
        file.writestr("word/document.xml", f"<w:document {NS}><w:body>{body}</w:body></w:document>")
        for name, xml in parts.items():
            file.writestr(f"word/{name}.xml", xml)
    return out.getvalue()


def paragraph(text: str, properties: str = "") -> str:
    """One paragraph of plain text; a newline is a manual line break."""
    runs = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(part)}</w:t>' for part in text.split("\n"))
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r>{runs}</w:r></w:p>"


def listed(text: str, level: int, num: int = 1) -> str:
    """A paragraph in an automatic list."""
    return paragraph(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{num}"/></w:numPr>')


def numbering(*levels: tuple[str, str], overrides: str = "") -> str:
    """numbering.xml with one list; each level is (format, text). ``overrides`` is the inside of a second w:num."""
    inside = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for at, (form, text) in enumerate(levels)
    )
    second = f'<w:num w:numId="2"><w:abstractNumId w:val="0"/>{overrides}</w:num>' if overrides else ""
    return (
        f'<w:numbering {NS}><w:abstractNum w:abstractNumId="0">{inside}</w:abstractNum>'
        f'<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>{second}</w:numbering>'
    )


def law(outline: Outline, *, automatic: bool) -> bytes:
    """A law as a Word file. With ``automatic`` the numbers of Điều, Khoản and Điểm come from a list."""
    document = Document()
    if automatic:
        root = document.part.numbering_part.element
        levels = (("decimal", "Điều %1."), ("decimal", "%2."), ("lowerLetter", "%3)"))
        inside = "".join(
            f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
            for at, (form, text) in enumerate(levels)
        )
        first_num = root.find("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}num")
        abstract = parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="99">{inside}</w:abstractNum>')
        first_num.addprevious(abstract)
        root.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="99"><w:abstractNumId w:val="99"/></w:num>'))
    for node in outline.walk():
        _write(document, node, automatic=automatic)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _write(document: Any, node: Node, *, automatic: bool) -> None:
    lines = node.text.split("\n") if node.text else []
    first = node.heading
    if not first and lines and node.label:
        first, lines = lines[0], lines[1:]
    if node.label or first:
        own_list = automatic and node.kind in LEVELS
        words = first if own_list else f"{node.label} {first}".strip()
        made = document.add_paragraph(words)
        if own_list:
            _put_in_list(made, LEVELS[node.kind])
    for line in lines:
        document.add_paragraph(line)


def _put_in_list(made: Paragraph, level: int) -> None:
    xml = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="99"/></w:numPr>'
    made._p.get_or_add_pPr().append(parse_xml(xml))
