"""PDF files with a text layer: the printed lines, page by page. What the page adds (running headers, page numbers) and
lines broken at the margin are dealt with as in any text made from PDF.

pypdf and not pdfminer.six: no compiled companion, quicker on the same laws, the same lines.
"""

from __future__ import annotations

import io
import logging
import re
import time
from collections import Counter

from pypdf import PdfReader
from pypdf.errors import DependencyError

from legal.errors import UnreadableFile
from legal.furniture.pages import HEADER, PAGE_NUMBER
from legal.nodes import SetAside
from legal.readers.plain import tidy
from legal.source import Line, Source, check_length

MAX_PAGES = 1_000
MAX_SECONDS = 60.0
"""Pages are read one by one (0.05 s each); a file that takes longer in all is refused."""
_LEAST_LETTERS = 20
"""Letters a page has that is not a picture, on average."""
_NUMBER = re.compile(
    r"[-–—]?\s?\d{1,4}\s?[-–—]?|(?:Trang|Page)\s+\d{1,4}(?:\s?(?:/|of|trên)\s?\d{1,4})?", re.IGNORECASE
)
_DIGITS = re.compile(r"\d+")
_EDGE = 2
"""Running headers and footers stand among so many lines at either edge of a page."""
_OFTEN = 0.5

logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def read_pdf(data: bytes) -> Source:
    """The lines of the text layer. Raises UnreadableFile for scans, locked and damaged files."""
    pages = [[tidy(line) for line in text.split("\n")] for text in _texts(data)]
    pages = [[line for line in page if line] for page in pages]
    letters = sum(sum(c.isalpha() for c in line) for page in pages for line in page)
    if letters < _LEAST_LETTERS * len(pages):
        raise UnreadableFile(
            "Tệp PDF là bản quét (chỉ có hình ảnh, không có chữ) nên không đọc được. Hãy gửi bản .docx của dự thảo.",
            "scan",
        )
    source = Source([])
    shapes = _running(pages)
    for page in pages:
        _add_page(source, page, shapes)
        check_length(source)
    return source


def _texts(data: bytes) -> list[str]:
    try:
        return _read_pages(PdfReader(io.BytesIO(data)))
    except UnreadableFile:
        raise
    except DependencyError as error:  # what pypdf says when another package would be needed to decrypt the file
        raise _locked() from error
    except Exception as error:  # damaged files surface as nearly anything inside pypdf
        raise _damaged() from error


def _read_pages(reader: PdfReader) -> list[str]:
    if reader.is_encrypted and not reader.decrypt(""):
        raise _locked()
    if len(reader.pages) > MAX_PAGES:
        raise UnreadableFile(f"Tệp PDF có trên {MAX_PAGES} trang. Hãy chia nhỏ rồi gửi lại.", "large")
    started = time.monotonic()
    texts: list[str] = []
    for page in reader.pages:
        texts.append(page.extract_text())
        if time.monotonic() - started > MAX_SECONDS:
            raise UnreadableFile("Tệp PDF quá phức tạp, đọc mãi không xong. Hãy gửi bản .docx.", "complex")
    return texts


def _running(pages: list[list[str]]) -> set[str]:
    """The shapes (digits aside) of lines that stand at the edge of most pages."""
    if len(pages) < 3:
        return set()
    counts = Counter(shape for page in pages for shape in {_shape(line) for line in [*page[:_EDGE], *page[-_EDGE:]]})
    return {shape for shape, count in counts.items() if count >= max(3, len(pages) * _OFTEN)}


def _shape(line: str) -> str:
    return _DIGITS.sub("#", line)


def _add_page(source: Source, page: list[str], shapes: set[str]) -> None:
    """Lines of one page; its furniture is set aside, and the first line of the text marked as the start of a page."""
    before = len(source.lines) + len(source.set_aside)
    starts = True
    for at, text in enumerate(page):
        number = before + at + 1
        edge = at < _EDGE or at >= len(page) - _EDGE
        if edge and _shape(text) in shapes:
            reason = PAGE_NUMBER if _NUMBER.fullmatch(text) else HEADER
            source.set_aside.append(SetAside(number, text, reason))
        else:
            source.lines.append(Line(number, text, page_start=starts))
            starts = False


def _locked() -> UnreadableFile:
    return UnreadableFile("Tệp PDF có đặt mật khẩu nên không đọc được. Hãy bỏ mật khẩu rồi gửi lại.", "protected")


def _damaged() -> UnreadableFile:
    return UnreadableFile(
        "Tệp PDF bị hỏng, không mở được. Hãy xuất lại tệp, hoặc gửi bản .docx của dự thảo.", "damaged"
    )
