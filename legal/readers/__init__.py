"""Files in, lines out: one reader per format behind ``read``. The format is told from the bytes, not from the name."""

from __future__ import annotations

from pathlib import Path

from legal.errors import UnreadableFile
from legal.readers.archive import is_zip
from legal.readers.doc import read_doc
from legal.readers.docx import read_docx
from legal.readers.html import looks_like_html, read_html
from legal.readers.markdown import read_markdown
from legal.readers.pdf import read_pdf
from legal.readers.plain import decode, read_plain
from legal.source import Source, check_length

MAX_BYTES = 50 * 1024 * 1024
"""The largest file that is opened at all."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read(source: str | Path | bytes, name: str = "") -> Source:
    """The lines of a draft. ``source`` is a path or the bytes; ``name`` helps to tell .md and .html from text.

    Raises UnreadableFile, whose message can be shown to the person who sent the file.
    """
    data, name = _load(source, name)
    suffix = Path(name).suffix.lower()
    if not data.strip():
        raise UnreadableFile(
            "Tệp trống, không có nội dung nào. Hãy kiểm tra lại và gửi tệp có nội dung dự thảo.", "empty"
        )
    result = _read_bytes(data, suffix)
    if not any(line.text for line in result.lines):
        raise UnreadableFile(
            "Tệp không có chữ nào đọc được (có thể chỉ chứa hình ảnh). Hãy gửi tệp .docx có nội dung dự thảo.", "empty"
        )
    check_length(result)
    return result


def _load(source: str | Path | bytes, name: str) -> tuple[bytes, str]:
    if isinstance(source, bytes):
        size, data = len(source), source
    else:
        path = Path(source)
        name = name or path.name
        try:
            size = path.stat().st_size
            data = b"" if size > MAX_BYTES else path.read_bytes()
        except OSError as error:
            raise UnreadableFile(
                f"Không mở được tệp {path}. Hãy kiểm tra đường dẫn và quyền đọc.", "missing"
            ) from error
    if size > MAX_BYTES:
        raise UnreadableFile(f"Tệp quá lớn. Hãy gửi tệp dưới {MAX_BYTES // 1024 // 1024} MB.", "large")
    return data, name


def _read_bytes(data: bytes, suffix: str) -> Source:
    if data.startswith(b"%PDF") or data[:1024].lstrip().startswith(b"%PDF"):
        return read_pdf(data)
    if data.startswith(_OLE):
        return _read_ole(data)
    if is_zip(data):
        return read_docx(data)
    if suffix in (".docx", ".docm", ".dotx"):
        raise UnreadableFile(
            "Tệp có đuôi .docx nhưng không phải tệp Word. Hãy mở bằng Word, chọn “Lưu thành” .docx rồi gửi lại.", "kind"
        )
    text = decode(data)
    if suffix in (".html", ".htm", ".xhtml") or looks_like_html(text):
        return read_html(text)
    if suffix in (".md", ".markdown"):
        return read_markdown(text)
    return read_plain(text)


def _read_ole(data: bytes) -> Source:
    """Old Word files and password-protected .docx are both OLE containers; the latter hold an EncryptedPackage."""
    if "EncryptedPackage".encode("utf-16-le") in data[: 4 * 1024 * 1024]:
        raise UnreadableFile("Tệp có đặt mật khẩu nên không đọc được. Hãy bỏ mật khẩu rồi gửi lại.", "protected")
    if "WordDocument".encode("utf-16-le") not in data:
        raise UnreadableFile(
            "Đây không phải tệp Word (có thể là bảng tính hoặc trình chiếu kiểu cũ). Hãy gửi dự thảo dạng .docx.",
            "kind",
        )
    return read_doc(data)
