"""Files that are not what they say, broken, locked or dangerous: refused with a sentence of their own, quickly."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from pypdf import PdfWriter

from legal.errors import UnreadableFile
from legal.outline import outline_bytes
from legal.readers import MAX_BYTES, read
from tests.legal.word import NS, package, paragraph
from tests.support.limits import within

BODY = paragraph("Điều 1. Một")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENTITIES = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY file SYSTEM "file:///etc/passwd">]>'
)


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in parts.items():
            file.writestr(name.replace("__", "/"), data)
    return out.getvalue()


def with_entities() -> bytes:
    xml = f"{ENTITIES}<w:document {NS}><w:body><w:p><w:r><w:t>&file;&b;</w:t></w:r></w:p></w:body></w:document>"
    return zipped(**{"word/document.xml": xml.encode()})


def locked_zip() -> bytes:
    data = bytearray(package(paragraph("Điều 1. Một")))
    central = data.find(b"PK\x01\x02")
    while central >= 0:
        data[central + 8] |= 1
        central = data.find(b"PK\x01\x02", central + 4)
    return bytes(data)


def pdf(password: str = "") -> bytes:
    """Three pages without a letter, as a scanner makes them."""
    writer = PdfWriter()
    for _ in range(3):
        writer.add_blank_page(595, 842)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


REFUSED = {
    "empty": (b"", "a.docx", "empty"),
    "only spaces": (b" \n\t ", "a.txt", "empty"),
    "broken pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "a.docx", "damaged"),
    "scan": (pdf(), "a.pdf", "scan"),
    "locked pdf": (pdf(password="x"), "a.pdf", "protected"),
    "text renamed docx": ("Điều 1. Một".encode(), "a.docx", "kind"),
    "spreadsheet renamed docx": (zipped(**{"xl/workbook.xml": b"<x/>"}), "a.docx", "kind"),
    "other zip": (zipped(**{"readme.txt": b"x"}), "a.docx", "kind"),
    "cut zip": (package(paragraph("Điều 1. Một"))[:-60], "a.docx", "damaged"),
    "broken xml": (zipped(**{"word/document.xml": b"<w:document"}), "a.docx", "damaged"),
    "entities": (with_entities(), "a.docx", "damaged"),
    "bomb": (zipped(**{"word/document.xml": b" " * 60_000_000}), "a.docx", "bomb"),
    "password": (OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 100, "a.docx", "protected"),
    "locked zip": (locked_zip(), "a.docx", "protected"),
    "old spreadsheet": (OLE + b"\0" * 600 + "Workbook".encode("utf-16-le"), "a.doc", "kind"),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "a.txt", "binary"),
    "no text in word": (package("<w:p/><w:tbl/>"), "a.docx", "empty"),
    "no body": (zipped(**{"word/document.xml": f"<w:document {NS}/>".encode()}), "a.docx", "empty"),
}


class TestRefusedFiles:
    @pytest.mark.scaled
    @pytest.mark.parametrize("case", REFUSED)
    def test_have_a_code_and_a_sentence(self, case: str) -> None:
        data, name, code = REFUSED[case]
        with within(2), pytest.raises(UnreadableFile) as caught:
            outline_bytes(data, name)
        assert caught.value.code == code
        assert caught.value.message.endswith(".")
        assert len(caught.value.message) > 30

    def test_have_different_sentences_for_different_reasons(self) -> None:
        messages: dict[str, str] = {}
        for data, name, code in REFUSED.values():
            with pytest.raises(UnreadableFile) as caught:
                outline_bytes(data, name)
            messages.setdefault(code, caught.value.message)
        assert len(set(messages.values())) == len(messages)

    def test_over_the_size_are_not_even_opened(self, tmp_path: Path) -> None:
        large = tmp_path / "large.docx"
        with large.open("wb") as file:
            file.truncate(MAX_BYTES + 1)
        with pytest.raises(UnreadableFile, match="MB") as caught:
            read(large)
        assert caught.value.code == "large"

    def test_nested_without_end_are_refused(self) -> None:
        body = "<w:sdt><w:sdtContent>" * 100 + paragraph("Điều 1. Một") + "</w:sdtContent></w:sdt>" * 100
        with pytest.raises(UnreadableFile):
            read(package(body))

    def test_of_html_nested_too_deep_are_refused_rather_than_cut(self) -> None:
        page = "<html><body>" + "<div>" * 5000 + "Điều 1. Một" + "</div>" * 5000 + "<p>hết</p></body></html>"
        with pytest.raises(UnreadableFile, match="quá sâu"):
            read(page.encode(), "a.html")


class TestStrangeButHarmlessFiles:
    @pytest.mark.scaled
    def test_with_a_paragraph_of_two_megabytes_are_read(self) -> None:
        with within(3):
            document = outline_bytes(("Điều 1. Một\n" + "rất dài " * 250_000).encode(), "a.txt")
        assert document.counts()["article"] == 1

    @pytest.mark.scaled
    def test_with_ten_thousand_clauses_are_read_in_time(self) -> None:
        text = "\n".join(f"Điều {n}. Tên điều\n1. Một.\n2. Hai.\na) nhỏ;\nb) nhỏ." for n in range(1, 2501))
        with within(4):
            document = outline_bytes(text.encode(), "a.txt")
        assert (document.counts()["article"], document.counts()["clause"]) == (2500, 5000)

    @pytest.mark.scaled
    @pytest.mark.parametrize(
        "line", ["“" * 50_000, "Điều " * 20_000, "1." * 30_000, "(" * 50_000 + "a)", "- " * 50_000, "I" * 60_000]
    )
    def test_with_a_hostile_line_are_read_in_time(self, line: str) -> None:
        with within(2):
            document = outline_bytes(f"Điều 1. Một\n{line}\nĐiều 2. Hai\nhết.".encode(), "a.txt")
        assert [node.number for node in document.walk() if node.kind == "article"][-1] == "2"

    def test_with_macros_are_read_without_them(self) -> None:
        data = zipped(
            **{
                "word/document.xml": f"<w:document {NS}><w:body>{BODY}</w:body></w:document>".encode(),
                "word/vbaProject.bin": OLE,
            }
        )
        assert [line.text for line in read(data, "a.docm").lines] == ["Điều 1. Một"]
