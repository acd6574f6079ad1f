"""A poster with the address of a survey as a QR code: A4 upright in vectors, as SVG or as PDF to print."""

import io
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import groupby
from pathlib import Path

import segno

A4 = (210, 297)
CODE_SIDE, QUIET = 120, 17
"""Millimetres; the margin is four modules, as ISO/IEC 18004 asks."""
TITLE_CHARACTERS, AGENCY_CHARACTERS = 26, 42
MOST_LINES = 5
FONTS = Path(__file__).parent / "fonts"
POINT = 25.4 / 72


@dataclass(frozen=True)
class Line:
    """Words in the middle of the page; ``y`` of their baseline and ``size``, in millimetres."""

    words: str
    y: float
    size: float
    bold: bool = False


@dataclass(frozen=True)
class Poster:
    """What stands where; ``code_y``: the upper edge of the code, in millimetres."""

    title: str
    lines: list[Line]
    code_y: float
    address: str


def lay_out(title: str, agency: str, words: str, address: str) -> Poster:
    """The agency above, the title, the code, what to do with it, and the address for those who type."""
    above = textwrap.wrap(agency, AGENCY_CHARACTERS)[:2]
    lines = [Line(part, 26 + 9 * number, 7) for number, part in enumerate(above)]
    first = 36 + 9 * len(above)
    told = textwrap.wrap(title, TITLE_CHARACTERS)[:MOST_LINES]
    lines += [Line(part, first + 13 * number, 11, bold=True) for number, part in enumerate(told)]
    code_y = first + 13 * (len(told) - 1) + QUIET
    below = code_y + CODE_SIDE + QUIET
    lines += [Line(words, below + 5, 9, bold=True), Line(address, below + 16, 6)]
    return Poster(title, lines, code_y, address)


def svg(poster: Poster) -> str:
    """The words are text, in whatever serif face the printer has."""
    code = _code(poster.address)
    scale = CODE_SIDE / len(code.matrix)
    path = "".join(f"M{x} {y}h{width}v1h-{width}z" for x, y, width in _runs(code))
    parts = [_text(line) for line in poster.lines]
    parts.append(f'<path transform="translate({_left(CODE_SIDE)} {poster.code_y}) scale({scale:.4f})" d="{path}"/>')
    width, height = A4
    sizes = f'width="{width}mm" height="{height}mm" viewBox="0 0 {width} {height}"'
    ground = f'<title>{escape(poster.title)}</title><rect width="{width}" height="{height}" fill="#fff"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {sizes}>{ground}{"".join(parts)}</svg>'


def pdf(poster: Poster, language: str) -> bytes:
    """The same page with its face in it: every printer shows the same marks."""
    from fpdf import FPDF  # noqa: PLC0415  # brings Pillow and fontTools, which no page needs

    page = FPDF(unit="mm", format="A4")
    page.set_title(poster.title)
    page.set_lang(language)
    page.add_font("serif", "", FONTS / "NotoSerif-Regular.ttf")
    page.add_font("serif", "B", FONTS / "NotoSerif-Bold.ttf")
    page.add_page()
    for line in poster.lines:
        page.set_font("serif", "B" if line.bold else "", line.size / POINT)
        page.text(_left(page.get_string_width(line.words)), line.y, line.words)
    code = _code(poster.address)
    side = CODE_SIDE / len(code.matrix)
    for x, y, width in _runs(code):
        page.rect(_left(CODE_SIDE) + x * side, poster.code_y + y * side, width * side, side, style="F")
    out = io.BytesIO()
    page.output(out)
    return out.getvalue()


def _code(address: str) -> segno.QRCode:
    """Corrects a quarter of the code: posters get wet and scratched."""
    return segno.make(address, error="q", micro=False)


def _runs(code: segno.QRCode) -> Iterator[tuple[int, int, int]]:
    """Dark modules that touch, as (x, y, width): drawn apart they would show hairlines."""
    for y, row in enumerate(code.matrix):
        for dark, run in groupby(enumerate(row), key=lambda one: bool(one[1])):
            if dark:
                found = [x for x, _module in run]
                yield found[0], y, len(found)


def _left(width: float) -> float:
    return (A4[0] - width) / 2


def _text(line: Line) -> str:
    weight = ' font-weight="700"' if line.bold else ""
    place = f'x="{A4[0] / 2}" y="{line.y}" font-size="{line.size}" text-anchor="middle"'
    return f'<text {place} font-family="Noto Serif, Times New Roman, serif"{weight}>{escape(line.words)}</text>'
