"""Hostile and broken input, thousands of cases: no crash, nothing lost, no case over two seconds.

The short form runs always; ``make soak`` runs 12,000 cases.
"""

from __future__ import annotations

import io
import random
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from legal.align import align
from legal.errors import UnreadableFile
from legal.outline import outline_bytes
from legal.parser import parse
from legal.readers import read
from tests.legal.documents import outline, path
from tests.legal.test_generated import LINES, write
from tests.legal.test_nothing_lost import missing
from tests.legal.word import law, listed, numbering, package, paragraph
from tests.support.limits import SOAK, within

pytestmark = pytest.mark.scaled

SECONDS = 2
NAMES = ("a.txt", "a.md", "a.html", "a.docx", "a.pdf", "a.doc", "a")


def check(data: bytes, name: str) -> bool:
    """Whether the case was read. It must be read whole or refused with a sentence, and in time."""
    sentence = ""
    source = document = None
    with within(SECONDS):
        try:
            source = read(data, name)
            document = parse(source)
        except UnreadableFile as refused:
            sentence = refused.message
    if source is None or document is None:
        assert sentence.endswith(".")
        return False
    assert missing(source, document) == ""
    return True


# --- bytes of real files, damaged -----------------------------------------------------------------------------------


def seeds() -> list[tuple[bytes, str]]:
    """Small real files of every kind that needs no other program."""
    clauses = "".join(listed(f"Khoản {n}", 1) for n in range(9))
    lists = package(
        paragraph("Điều 1. Một") + clauses + "<w:tbl><w:tr><w:tc>" + paragraph("ô") + "</w:tc></w:tr></w:tbl>",
        numbering=numbering(("decimal", "Điều %1."), ("decimal", "%2.")),
        footnotes=f'<w:footnotes xmlns:w="x">{paragraph("ghi chú")}</w:footnotes>',
    )
    return [
        (path("02").read_text(encoding="utf-8")[:9_000].encode(), "a.txt"),
        (path("08b").read_text(encoding="utf-8")[:7_000].encode(), "a.md"),
        (path("07").read_text(encoding="utf-8")[:9_000].encode(), "a.html"),
        (law(outline("06"), automatic=True), "a.docx"),
        (lists, "a.docx"),
    ]


class Mutator:
    """Damages files, seeded."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def damage(self, data: bytes) -> bytes:
        """A few random edits of the bytes: changed, cut, doubled, moved."""
        out = bytearray(data)
        for _ in range(self._random.randint(1, 8)):
            at, size = self._random.randrange(len(out) or 1), self._random.randint(1, 60)
            kind = self._random.randrange(4)
            if kind == 0:
                out[at : at + 1] = self._random.randbytes(1)
            elif kind == 1:
                del out[at : at + size]
            elif kind == 2:
                out[at:at] = out[at : at + size] * self._random.randint(1, 20)
            else:
                out[at:at] = self._random.choice(SPLINTERS)
        return bytes(out)

    def damage_text(self, data: bytes) -> bytes:
        """The same to characters, so that it stays text."""
        text = data.decode("utf-8")
        for _ in range(self._random.randint(1, 8)):
            at, size = self._random.randrange(len(text) or 1), self._random.randint(1, 400)
            piece = text[at : at + size]
            put = self._random.choice(["", piece * 2, self._random.choice(BITS_OF_TEXT), piece[::-1], piece.upper()])
            text = text[:at] + put + text[at + size :]
        return text.encode("utf-8", "replace")

    def damage_parts(self, data: bytes) -> bytes:
        """A .docx whose parts are damaged inside a sound zip, so that what reads them is reached."""
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
            for info in old.infolist():
                part = old.read(info)
                if info.filename.startswith("word/") and info.filename.endswith(".xml") and self._random.random() < 0.5:
                    part = self._xml(part)
                if self._random.random() > 0.03:
                    new.writestr(info.filename, part)
        return out.getvalue()

    def _xml(self, part: bytes) -> bytes:
        """Attributes and elements changed so that the XML mostly stays well formed."""
        text = part.decode("utf-8", "replace")
        for _ in range(self._random.randint(1, 6)):
            old, new = self._random.choice(SWAPS)
            places = [at for at in range(len(text)) if text.startswith(old, at)][:200] if len(text) < 400_000 else []
            if places:
                at = self._random.choice(places)
                text = text[:at] + new + text[at + len(old) :]
        return text.encode("utf-8", "replace")


SPLINTERS = [
    "Điều 1. ".encode(), "“".encode(), "”".encode(), b"\n\n", b"\x00", b"\xff\xfe", b"<table><tr><td>", b"]]>",
    b"<!ENTITY a 'b'>", "PHỤ LỤC I\n".encode(), b"\x0c", b"1. ", b"</w:p>", b"| a | b |\n", b"&#0;", b"&#x10FFFF;",
    "1\u0300\u0301\u0302".encode(), "\u202e\u200b".encode(), b"<div>" * 40,
]  # fmt: skip
BITS_OF_TEXT = [
    "Điều 1. ", "“", "”", "\n\n", "\n1. ", "\na) ", "PHỤ LỤC I\n", "QUY CHẾ\n(Kèm theo Nghị định số 1)\n", "\f",
    "\n| a | b |\n", "<table><tr><td>a<td>b<tr><td>c", "<div>" * 40, "</p>", "&#0;", "&nbsp;", "1\u0300\u0302",
    "\u202e", "\r", "\n> ", "\t", "\n\n\n\n",
]  # fmt: skip
SWAPS = [
    ('w:val="1"', 'w:val="99999999999"'), ('w:val="0"', 'w:val="-1"'), ('w:val="decimal"', 'w:val="lowerRoman"'),
    ("%1", "%9"), ("<w:p>", "<w:p><w:p/>"), ("</w:p>", "</w:p><w:p/>"), ("</w:r>", "<w:ins><w:r/></w:ins></w:r>"),
    ("<w:numPr>", "<w:numPr><w:ilvl w:val='8'/>"), ("w:numId", "w:numid"), ("<w:tc>", "<w:tc><w:tbl/>"),
    ("<w:pPr>", "<w:pPr><w:pStyle w:val='x'/>"), ("Điều", "Đie\u0302\u0300u"), ("w:abstractNumId", "w:numStyleLink"),
    ("w:start", "w:lvlRestart"), ("<w:r>", "<w:r><w:br/><w:br/>"), ("<w:t", "<w:delText"), ("w:body", "w:bodi"),
]  # fmt: skip


def damage_all(rounds: int, seed: int) -> tuple[int, int]:
    """Damage every seed file so many times; how many cases there were and how many could still be read."""
    mutator = Mutator(seed)
    cases = held = 0
    for data, name in seeds():
        for n in range(rounds):
            gentle = mutator.damage_parts if name == "a.docx" else mutator.damage_text
            broken = gentle(data) if n % 4 else mutator.damage(data)
            held += check(broken, name)
            cases += 1
    return cases, held


class TestDamagedFiles:
    def test_are_read_or_refused(self) -> None:
        cases, held = damage_all(12, seed=1)
        assert cases == 60
        assert cases * 0.3 < held

    @pytest.mark.soak
    @pytest.mark.parametrize("seed", range(10))
    def test_are_read_or_refused_in_the_thousands(self, seed: int) -> None:
        cases, held = damage_all(140, seed=100 + seed)
        assert cases == 700
        assert cases * 0.3 < held


# --- made-up texts ----------------------------------------------------------------------------------------------------

BITS = st.lists(
    st.one_of(
        st.text(max_size=30),
        st.sampled_from(BITS_OF_TEXT),
        st.sampled_from(["Điều 1. ", "\nĐiều 2", "\n1. ", "\na) ", "“", "”", '"', "\n", "\f", "PHỤ LỤC I\n",
                         "Chương I\n", "<p>", "<table>", "<td>", "| ", "> ", "# ", "\nSTT\n", "Mẫu số 01\n",
                         "Nơi nhận:\n", "%PDF", "\n12 Ghi chú", "luật1", "PK\x03\x04", "\u0300"]),
    ),
    max_size=60,
).map("".join)  # fmt: skip
MANY = 2_500 if SOAK else 60


class TestMadeUpText:
    @given(BITS, st.sampled_from(NAMES))
    @settings(max_examples=MANY, deadline=None, suppress_health_check=list(HealthCheck))
    def test_is_read_whole_or_refused(self, text: str, name: str) -> None:
        check(text.encode("utf-8", "replace"), name)

    @given(st.binary(max_size=3_000), st.sampled_from(NAMES))
    @settings(max_examples=MANY // 2, deadline=None, suppress_health_check=list(HealthCheck))
    def test_of_any_bytes_is_read_whole_or_refused(self, data: bytes, name: str) -> None:
        check(data, name)

    @given(LINES, LINES)
    @settings(max_examples=MANY // 2, deadline=None, suppress_health_check=list(HealthCheck))
    def test_is_aligned_with_any_other(self, old: list[tuple[str, str]], new: list[tuple[str, str]]) -> None:
        first, second = (
            outline_bytes(
                ("\n".join(mark + rest for mark, rest in lines) + "\nhết").encode("utf-8", "replace"), "a.txt"
            )
            for lines in (old, new)
        )
        with within(SECONDS):
            pairs = align(first, second)
        named = {id(pair.new) for pair in pairs if pair.new is not None}
        assert named == {id(node) for node in second.walk() if not node.quoted}


# --- as large as is allowed -------------------------------------------------------------------------------------------

LARGE = 14_990 if SOAK else 3_000
"""Lines: as many as are allowed, where their time is held."""
LINE_BOMBS = {
    "clauses": "Điều 1. x\n" + "\n".join(f"{n}. Khoản" for n in range(1, LARGE)),
    "one number": "Điều 1. x\n" + "1. Một\n" * LARGE,
    "points": "Điều 1. x\n1. y\n" + "a) Một\n" * LARGE,
    "quotations": "Điều 1. x như sau:\n" + "“1. y”\n" * LARGE,
    "appendices": "Điều 1. x\n" + "PHỤ LỤC I\nTÊN\n" * (LARGE // 2),
    "running text": "Cơ quan, tổ chức, cá nhân có trách nhiệm thực hiện\n" * LARGE,
}


class TestTheLargestFilesAllowed:
    @pytest.mark.parametrize("name", LINE_BOMBS)
    def test_as_text_are_read_in_time(self, name: str) -> None:
        assert check(LINE_BOMBS[name].encode(), "a.txt")

    @pytest.mark.parametrize("body", [paragraph("Điều 1. Một"), listed("Một", 0)])
    def test_as_word_are_read_in_time(self, body: str) -> None:
        assert check(package(body * LARGE, numbering=numbering(("decimal", "Điều %1."))), "a.docx")

    def test_as_a_page_nested_deep_are_read_in_time(self) -> None:
        assert check(("<html><body>" + "<div>" * 200 + "<p>Điều 1. x</p>" * LARGE).encode(), "a.html")

    @pytest.mark.parametrize(
        ("data", "name"),
        [
            (("Một\n" * 15_001).encode(), "a.txt"),
            (b"\n" * 61_000 + b"x", "a.txt"),
            (package(paragraph("Một") * 15_001), "a.docx"),
            (package("<w:tbl>" + ("<w:tr>" + "<w:tc><w:p/></w:tc>" * 50 + "</w:tr>") * 1_000 + "</w:tbl>"), "a.docx"),
        ],
        ids=["lines", "empty lines", "paragraphs", "cells"],
    )
    def test_when_larger_are_refused_with_what_to_do(self, data: bytes, name: str) -> None:
        with pytest.raises(UnreadableFile, match="chia dự thảo thành nhiều tệp"):
            read(data, name)


def test_a_generated_law_survives_being_written_as_word() -> None:
    text = write([[("Cơ quan, tổ chức chịu trách nhiệm.", ["Một;", "Hai."])] for _ in range(3)])
    assert check(package("".join(paragraph(line) for line in text.split("\n"))), "a.docx")
