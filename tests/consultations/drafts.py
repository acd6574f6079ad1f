"""Drafts for tests of the drafter's side: real texts of demo/legal, small ones, and files that are no drafts."""

import io
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from docx import Document as WordDocument

from accounts.models import Agency
from consultations.models import Consultation, Version
from consultations.queries import desk as queries
from consultations.seed import seed_document_kinds
from consultations.services import drafting, publishing
from core import clock

LEGAL = Path(__file__).resolve().parents[2] / "demo" / "legal"
SMALL = """LUẬT THỬ NGHIỆM

Điều 1. Phạm vi điều chỉnh
Luật này quy định về việc thử.

Điều 2. Giải thích từ ngữ
1. Thử là làm lần đầu;
2. Trong đó:
a) Thử nhỏ;
b) Thử vừa;
đ) Thử lớn.

Điều 4. Hiệu lực
Luật này có hiệu lực từ ngày công bố.
"""
"""Điều 3 is missing: one warning at least."""
LIMIT = 50 * 2**20


def word_file(text: str = SMALL) -> bytes:
    """The same text as a .docx, a paragraph a line."""
    paper = WordDocument()
    for line in text.splitlines():
        if line.strip():
            paper.add_paragraph(line)
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def bomb() -> bytes:
    """A .docx whose text unpacks to 120 MB."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b"0" * (120 * 2**20))
    return out.getvalue()


NOT_DRAFTS: dict[str, tuple[str, bytes, str]] = {
    "a pdf renamed": ("du-thao.docx", b"%PDF-1.7\n1 0 obj\n", "PDF"),
    "a damaged pdf": ("du-thao.pdf", b"%PDF-1.7\n1 0 obj\n", "PDF bị hỏng"),
    "a picture": ("du-thao.png", b"\x89PNG\r\n\x1a\n", "Chỉ nhận tệp"),
    "an old Word file under a new name": (
        "du-thao.docx",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "WordDocument".encode("utf-16-le"),
        "đổi đuôi tệp thành .doc",
    ),
    "with a password": (
        "du-thao.docx",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
        "mật khẩu",
    ),
    "an old .doc renamed": ("du-thao.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, ".doc"),
    "empty": ("du-thao.docx", b"", "trống"),
    "only spaces": ("du-thao.txt", b" \n\n ", "trống"),
    "a damaged zip": ("du-thao.docx", b"PK\x03\x04" + b"x" * 100, "hỏng"),
    "prose without any number": ("du-thao.txt", "Một lá thư.\nKính gửi mọi người.".encode(), "Không thấy điều, khoản"),
}


def read(text: str = SMALL, name: str = "du-thao.txt") -> drafting.ReadDraft:
    return drafting.read_draft(io.BytesIO(text.encode()), name, limit=LIMIT)


def read_file(name: str) -> drafting.ReadDraft:
    return drafting.read_draft(io.BytesIO((LEGAL / name).read_bytes()), name, limit=LIMIT)


def settings(opens: date | None = None, days: int = 30, **values: Any) -> drafting.Settings:
    """A window of ``days`` from ``opens`` (today)."""
    seed_document_kinds()
    first = opens or clock.today()
    kind = queries.find_kind("luat")
    assert kind is not None
    given = {"title": "Luật Thử nghiệm", "kind": kind, "opens": first, "closes": first + timedelta(days=days), **values}
    return drafting.Settings(**given)


def make_draft(agency: Agency, text: str = SMALL, **values: Any) -> Consultation:
    """A consultation that is not published yet."""
    return drafting.create_consultation(agency, read(text), settings(**values), by=None)


def make_published(agency: Agency, **values: Any) -> Consultation:
    """A consultation that opens today and closes in 30 days."""
    made = make_draft(agency, **values)
    publishing.publish(made, by=None)
    return made


def version_of(consultation: Consultation) -> Version:
    return queries.get_version(consultation.id)
