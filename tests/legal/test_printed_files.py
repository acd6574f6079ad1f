"""PDF and old Word files, made of a real law by LibreOffice: the same counts as from its text."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from legal.errors import UnreadableFile
from legal.outline import outline_bytes
from legal.readers import doc, read
from tests.legal.documents import outline
from tests.legal.test_hostile_files import pdf
from tests.legal.test_nothing_lost import squeeze, tree_text
from tests.legal.word import law
from tests.support.missing import skip_or_fail

OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "WordDocument".encode("utf-16-le")
HEADER = "CÔNG TY MẪU – TÀI LIỆU LẤY Ý KIẾN"

Convert = Callable[[bytes, str], bytes]


@pytest.fixture(scope="module")
def convert(tmp_path_factory: pytest.TempPathFactory) -> Convert:
    """A .docx as another format, by LibreOffice."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        skip_or_fail("LibreOffice is not here (libreoffice-writer-nogui)")
    folder = tmp_path_factory.mktemp("office")

    def run(data: bytes, form: str) -> bytes:
        (folder / "law.docx").write_bytes(data)
        command = [program, "--headless", f"-env:UserInstallation={(folder / 'profile').as_uri()}"]
        command += ["--convert-to", form, "--outdir", str(folder), str(folder / "law.docx")]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        return (folder / f"law.{form}").read_bytes()

    return run


def printed(name: str) -> bytes:
    """A law as Word would print it: a running header, the number of the page below."""
    document = Document(io.BytesIO(law(outline(name), automatic=False)))
    section = document.sections[0]
    section.header.paragraphs[0].text = HEADER
    field = f'<w:fldSimple {nsdecls("w")} w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple>'
    section.footer.paragraphs[0]._p.append(parse_xml(field))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


class TestPdf:
    def test_gives_the_counts_and_words_of_the_law(self, convert: Convert) -> None:
        document = outline_bytes(convert(printed("02"), "pdf"), "luat.pdf")
        assert document.counts() == outline("02").counts()
        assert document.warnings == []
        assert tree_text(document) == tree_text(outline("02"))
        aside = [(item.text, item.reason) for item in document.set_aside]
        pages = aside.count((HEADER, "đầu trang, chân trang"))
        assert pages > 15
        assert [text for text, reason in aside if reason == "số trang"] == [str(n + 1) for n in range(pages)]
        texts = {squeeze(node.text) for node in outline("02").walk()}  # lines broken at the margin are mended
        assert [node.text[:60] for node in document.walk() if squeeze(node.text) not in texts] == []

    def test_of_a_scan_says_so(self) -> None:
        with pytest.raises(UnreadableFile, match="bản quét"):
            read(pdf(), "a.pdf")


class TestOldWord:
    def test_is_read_through_libreoffice(self, convert: Convert) -> None:
        data = convert(law(outline("04"), automatic=True), "doc")
        assert data.startswith(OLD_WORD[:8])
        assert outline_bytes(data, "nghi-dinh.doc").counts() == outline("04").counts()

    def test_without_libreoffice_says_what_to_do(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("shutil.which", lambda _: None)
        with pytest.raises(UnreadableFile, match=r"chọn “Lưu thành” \.docx") as caught:
            read(OLD_WORD, "a.doc")
        assert caught.value.code == "doc"

    def test_that_never_opens_is_given_up(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        stuck = tmp_path / "soffice"
        stuck.write_text("#!/bin/sh\nsleep 600 & wait\n")
        stuck.chmod(0o755)
        monkeypatch.setattr("shutil.which", lambda _: str(stuck))
        monkeypatch.setattr(doc, "SECONDS", 0.3)
        with pytest.raises(UnreadableFile, match="quá lâu"):
            read(OLD_WORD, "a.doc")

    def test_that_gives_nothing_is_damaged(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("shutil.which", lambda _: "/bin/true")
        with pytest.raises(UnreadableFile, match="bị hỏng"):
            read(OLD_WORD, "a.doc")
