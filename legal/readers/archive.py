"""Opening a .docx as the zip file it is, without being hurt by it."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from lxml import etree

from legal.errors import UnreadableFile

MAX_UNPACKED = 200 * 1024 * 1024
"""Bytes all parts together may claim to unpack to."""
MAX_RATIO = 300
"""How many times larger than packed one large part may be."""
MAX_PARTS = 5_000
MAX_XML = 40 * 1024 * 1024
"""Bytes one XML part that we read may hold."""

Element = Any
"""An lxml element; its stubs do not know namespaced XPath results."""


def is_zip(data: bytes) -> bool:
    """Whether the bytes begin like a zip file."""
    return data[:4] in (b"PK\x03\x04", b"PK\x05\x06")


class Archive:
    """The parts of an Office file, read one by one within limits."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            self._infos = {info.filename: info for info in self._zip.infolist()}
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
            raise _damaged() from error
        self._check()

    def _check(self) -> None:
        total = sum(info.file_size for info in self._infos.values())
        swollen = any(
            info.file_size > 5_000_000 and info.file_size > MAX_RATIO * max(info.compress_size, 1)
            for info in self._infos.values()
        )
        if total > MAX_UNPACKED or swollen or len(self._infos) > MAX_PARTS:
            raise UnreadableFile(
                "Tệp nén bất thường: khi mở ra quá lớn nên hệ thống không nhận. Hãy lưu lại bằng Word rồi gửi lại.",
                "bomb",
            )
        if any(info.flag_bits & 0x1 for info in self._infos.values()):
            raise UnreadableFile("Tệp có đặt mật khẩu nên không đọc được. Hãy bỏ mật khẩu rồi gửi lại.", "protected")

    def names(self) -> list[str]:
        """The names of all parts."""
        return list(self._infos)

    def has(self, name: str) -> bool:
        """Whether the file has this part."""
        return name in self._infos

    def xml(self, name: str) -> Element:
        """The root element of an XML part: no network, no entities, bounded size. Damaged XML raises UnreadableFile."""
        info = self._infos[name]
        try:
            with self._zip.open(info) as stream:
                data = stream.read(MAX_XML + 1)
        except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, ValueError, RuntimeError) as error:
            raise _damaged() from error
        except Exception as error:  # zlib.error and friends of other compressions
            if type(error).__module__ in ("zlib", "_lzma", "lzma"):
                raise _damaged() from error
            raise
        if len(data) > MAX_XML:
            raise UnreadableFile("Nội dung tệp quá lớn. Hãy chia nhỏ hoặc bỏ bớt hình ảnh rồi gửi lại.", "large")
        return parse_xml(data)


def parse_xml(data: bytes) -> Element:
    """XML without entities, network or huge trees; a document type with entities is refused."""
    if b"<!ENTITY" in data[:100_000] or b"<!DOCTYPE" in data[:100_000]:
        raise UnreadableFile(
            "Tệp chứa khai báo không an toàn nên hệ thống không nhận. Hãy lưu lại bằng Word rồi gửi lại.", "damaged"
        )
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise _damaged() from error


def _damaged() -> UnreadableFile:
    return UnreadableFile("Tệp bị hỏng, không mở được. Hãy mở bằng Word, lưu lại thành .docx rồi gửi lại.", "damaged")
