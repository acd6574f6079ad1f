"""What a document says about itself above its first provision: number, date, issuing body, type of document."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from legal.anchors import ascii_slug
from legal.markers import is_upper
from legal.nodes import Kind, Outline
from legal.parser.signature import is_passing_formula

_NUMBER = re.compile(r"(?:Luật|Bộ luật|Nghị quyết|Pháp lệnh)?\s*[Ss]ố:?\s*(\d{1,5}(?:/\d{4})?/[A-ZĐ0-9-]+)")
_DATE = re.compile(r"ngày\s+(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+(\d{4})")
_NOT_A_BODY = ("CỘNG HÒA", "CỘNG HOÀ", "ĐỘC LẬP", "LUẬT", "BỘ LUẬT", "VĂN BẢN", "DỰ THẢO", "THE ", "SỐ")
TYPES = (
    "bộ luật", "luật", "pháp lệnh", "lệnh", "nghị định", "nghị quyết", "thông tư liên tịch", "thông tư", "quyết định",
    "chỉ thị", "kế hoạch", "quy chế", "quy định", "điều lệ", "hiến pháp", "đề án", "chương trình", "phụ lục",
)  # fmt: skip
"""The types of documents as titles begin with them, in lower case; the longer of two that begin alike comes first."""
_HEAD = 14
"""So many lines of the preamble may hold number and date of the document itself; further down they are other texts'."""


@dataclass(slots=True, frozen=True)
class Identity:
    """What names a document. Empty or None where its text does not say: drafts have no number and no date."""

    number: str = ""
    issued: date | None = None
    body: str = ""
    type: str = ""

    @property
    def body_slug(self) -> str:
        """The issuing body for addresses ("quoc-hoi"); a fixed word where it is not known."""
        return ascii_slug(self.body) or "co-quan-ban-hanh"

    @property
    def type_slug(self) -> str:
        """The type for addresses ("nghi-dinh"); "van-ban" where it is not known."""
        return ascii_slug(self.type) or "van-ban"


def identify(outline: Outline) -> Identity:
    """Number, date, body and type as the head of the document prints them."""
    first = outline.nodes[0] if outline.nodes else None
    lines = first.text.split("\n") if first is not None and first.kind is Kind.PREAMBLE else []
    head = [line for line in lines if line][:_HEAD]
    basis = next((at for at, line in enumerate(head) if line.startswith("Căn cứ")), len(head))
    head = head[:basis]
    number = next((found[1] for line in head if (found := _NUMBER.fullmatch(line))), "")
    title = outline.title.lower().removeprefix("dự thảo ")
    issued = _issued(head) or _passed(outline)
    return Identity(number, issued, _body(head), next((t for t in TYPES if title.startswith(t)), ""))


def _issued(head: list[str]) -> date | None:
    """The date beside the place ("Hà Nội, ngày …"); a date inside a sentence is another document's."""
    for line in head:
        found = _DATE.search(line)
        if found and len(line) < 60 and line.endswith(found[0]):
            return _day(found)
    return None


def _passed(outline: Outline) -> date | None:
    """The day on which the National Assembly passed it, from the closing formula."""
    for node in outline.nodes:
        if node.kind is Kind.SIGNATURE:
            line = node.text.split("\n")[0]
            found = _DATE.search(line) if is_passing_formula(line) else None
            return _day(found) if found else None
    return None


def _day(found: re.Match[str]) -> date | None:
    try:
        return date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        return None


def _body(head: list[str]) -> str:
    for line in head:
        if is_upper(line) and line.lower().startswith(TYPES):
            break
        if is_upper(line) and len(line) < 80 and not line.startswith(_NOT_A_BODY):
            return line.strip(" -_:")
    return ""
