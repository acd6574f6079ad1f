"""Bar charts in a .docx as Word's own (DrawingML, ECMA-376 part 1, chapter 21.2), drawn from figures written into them.

Word and LibreOffice draw them, people may restyle them; there is no workbook behind them.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from docx.document import Document as Paper
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Length, Mm

from core.word import FACE, NOT_XML

CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WIDE, HEAD, LINE = Mm(165), Mm(14), Mm(8)
"""The width of a chart, and how high it is: room around, and for each bar."""
LONGEST_NAME = 60
BAR = "2F4F7F"
SHADES = ("C97F92", "E0BCC5", "CFCBC1", "B5D0BC", "7DB391", "93A9CC", "C3CFE2", "D9C48F", "EBDFC0", "ABA69B")
"""Colours of the parts of a bar, in their order, light enough for black figures on them."""


@dataclass(frozen=True)
class Series:
    """One value for each bar; ``name`` stands in the key where there are several."""

    name: str
    values: Sequence[float]


def bar_chart(paper: Paper, bars: Sequence[str], series: Sequence[Series], *, alt: str, stacked: bool = False) -> None:
    """Lying bars, the first on top, in a paragraph of their own. ``stacked``: the series are parts of a whole bar.

    ``alt``: what a screen reader says; the figures ought to stand in a table beside it.
    """
    package = paper.part.package
    number = sum(1 for part in package.iter_parts() if part.partname.startswith("/word/charts/")) + 1
    name = PackURI(f"/word/charts/chart{number}.xml")
    part = Part(name, CONTENT_TYPE.DML_CHART, _chart(bars, series, stacked=stacked).encode(), package)
    relation = paper.part.relate_to(part, RELATIONSHIP_TYPE.CHART)
    key = HEAD if len(series) > 1 else Mm(0)
    frame = _frame(relation, number, alt, Length(HEAD + key + LINE * len(bars)))
    paragraph = paper.add_paragraph()
    paragraph.paragraph_format.keep_with_next = True
    paragraph.add_run()._r.append(parse_xml(frame))


def _frame(relation: str, number: int, alt: str, height: Length) -> str:
    """Where the chart stands in the text."""
    wp = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
    return (
        f'<w:drawing {nsdecls("w")}><wp:inline xmlns:wp="{wp}" distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{WIDE}" cy="{height}"/>'
        f'<wp:docPr id="{1000 + number}" name="Chart {number}" descr={quoteattr(NOT_XML.sub("", alt))}/>'
        f'<a:graphic xmlns:a="{DRAWING}"><a:graphicData uri="{CHART}">'
        f'<c:chart xmlns:c="{CHART}" xmlns:r="{OFFICE}" r:id="{relation}"/>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing>"
    )


def _chart(bars: Sequence[str], series: Sequence[Series], *, stacked: bool) -> str:
    """The order of elements is that of the schema; Word refuses another."""
    colours = itertools.cycle(SHADES if len(series) > 1 else (BAR,))
    drawn = "".join(
        _series(place, one, bars, colour) for place, (one, colour) in enumerate(zip(series, colours, strict=False))
    )
    grouping, overlap = ("percentStacked", '<c:overlap val="100"/>') if stacked else ("clustered", "")
    legend = '<c:legend><c:legendPos val="b"/><c:overlay val="0"/></c:legend>' if len(series) > 1 else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><c:chartSpace xmlns:c="{CHART}" xmlns:a="{DRAWING}">'
        '<c:roundedCorners val="0"/><c:chart><c:autoTitleDeleted val="1"/><c:plotArea><c:layout/>'
        f'<c:barChart><c:barDir val="bar"/><c:grouping val="{grouping}"/><c:varyColors val="0"/>{drawn}'
        f'<c:gapWidth val="50"/>{overlap}<c:axId val="1"/><c:axId val="2"/></c:barChart>{_axes()}</c:plotArea>'
        f'{legend}<c:plotVisOnly val="1"/></c:chart>'
        "<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>"
        f'<c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr sz="1000"><a:latin typeface="{FACE}"/></a:defRPr></a:pPr></a:p>'
        "</c:txPr></c:chartSpace>"
    )


def _series(place: int, series: Series, bars: Sequence[str], colour: str) -> str:
    fill = f'<c:spPr><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill></c:spPr>'
    shown = "".join(
        f'<c:{what} val="{int(what == "showVal")}"/>'
        for what in ("showLegendKey", "showVal", "showCatName", "showSerName", "showPercent", "showBubbleSize")
    )
    names = _points("str", [_short(bar) for bar in bars])
    values = _points("num", [f"{value:.4g}" if value % 1 else f"{value:.0f}" for value in series.values])
    return (
        f'<c:ser><c:idx val="{place}"/><c:order val="{place}"/><c:tx><c:v>{_short(series.name)}</c:v></c:tx>{fill}'
        f'<c:invertIfNegative val="0"/><c:dLbls>{shown}</c:dLbls><c:cat>{names}</c:cat><c:val>{values}</c:val></c:ser>'
    )


def _points(kind: str, texts: Sequence[str]) -> str:
    points = "".join(f'<c:pt idx="{place}"><c:v>{text}</c:v></c:pt>' for place, text in enumerate(texts))
    return f'<c:{kind}Lit><c:ptCount val="{len(texts)}"/>{points}</c:{kind}Lit>'


def _axes() -> str:
    plain = '<c:majorTickMark val="none"/><c:minorTickMark val="none"/>'
    return (
        '<c:catAx><c:axId val="1"/><c:scaling><c:orientation val="maxMin"/></c:scaling><c:delete val="0"/>'
        f'<c:axPos val="l"/>{plain}<c:tickLblPos val="low"/><c:crossAx val="2"/><c:crosses val="autoZero"/></c:catAx>'
        '<c:valAx><c:axId val="2"/><c:scaling><c:orientation val="minMax"/><c:min val="0"/></c:scaling>'
        f'<c:delete val="1"/><c:axPos val="b"/>{plain}<c:crossAx val="1"/><c:crosses val="max"/></c:valAx>'
    )


def _short(text: str) -> str:
    clean = NOT_XML.sub("", text)
    return escape(clean if len(clean) <= LONGEST_NAME else f"{clean[: LONGEST_NAME - 1]}…")
