"""A poster with the address of a survey as a QR code: an A4 drawing in vectors, and the code alone as PDF."""

import io
import textwrap
from html import escape

import segno

A4 = (210, 297)
CODE_SIDE = 120
LINE_CHARACTERS, MOST_LINES = 26, 5


def svg(title: str, agency: str, words: str, address: str) -> str:
    """A4 upright, sizes in millimetres. The words are text, in whatever serif face the printer has."""
    lines = textwrap.wrap(title, LINE_CHARACTERS)[:MOST_LINES]
    parts = [_text(agency, 28, 7)]
    parts += [_text(line, 46 + 13 * number, 11, bold=True) for number, line in enumerate(lines)]
    top = 54 + 13 * len(lines)
    modules, path = _modules(address)
    scale = CODE_SIDE / modules
    parts.append(f'<path transform="translate({(A4[0] - CODE_SIDE) / 2} {top}) scale({scale:.4f})" d="{path}"/>')
    parts.append(_text(words, top + CODE_SIDE + 16, 9, bold=True))
    parts.append(_text(address, top + CODE_SIDE + 27, 6))
    width, height = A4
    sizes = f'width="{width}mm" height="{height}mm" viewBox="0 0 {width} {height}"'
    ground = f'<title>{escape(title)}</title><rect width="{width}" height="{height}" fill="#fff"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {sizes}>{ground}{"".join(parts)}</svg>'


def pdf(address: str) -> bytes:
    """The code alone, 12 cm wide."""
    code = _code(address)
    out = io.BytesIO()
    points = CODE_SIDE / 25.4 * 72
    code.save(out, kind="pdf", border=4, scale=points / code.symbol_size(border=4)[0])
    return out.getvalue()


def _code(address: str) -> segno.QRCode:
    """Corrects a quarter of the code: posters get wet and scratched."""
    return segno.make(address, error="q", micro=False)


def _modules(address: str) -> tuple[int, str]:
    """How many modules a side, and the dark ones as a path of unit squares."""
    matrix = _code(address).matrix
    dark = ((x, y) for y, row in enumerate(matrix) for x, module in enumerate(row) if module)
    return len(matrix), "".join(f"M{x} {y}h1v1h-1z" for x, y in dark)


def _text(words: str, y: float, size: float, *, bold: bool = False) -> str:
    weight = ' font-weight="700"' if bold else ""
    place = f'x="{A4[0] / 2}" y="{y}" font-size="{size}" text-anchor="middle"'
    return f'<text {place} font-family="Noto Serif, Times New Roman, serif"{weight}>{escape(words)}</text>'
