"""The whole dossier as one .zip: papers by their slots, every posted version, comparisons, the table, the certificate.

Written file by file: what is large goes through a temporary file, so that memory stays flat.
"""

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import IO

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from consultations.exports import comparison
from consultations.models import Consultation, Paper, PaperSlot
from consultations.queries.comparing import PublishedVersion, compare, list_versions
from core import clock
from core.db import db
from core.files import path_of
from core.links import address_of, path_to
from core.text import slug
from opinions.exports import asked, certificate, docx, reported, xlsx
from opinions.exports.apart import figures
from opinions.exports.words import Heading, day
from opinions.queries import asked as bodies
from opinions.queries import places
from opinions.queries import reported as reports
from opinions.queries.apart import Apart
from opinions.queries.posting import list_postings

CHUNK = 1 << 20
IN_MEMORY = 1 << 20
SLOTS = {
    PaperSlot.REQUEST: "Văn bản đề nghị",
    PaperSlot.SUBMISSION: "Tờ trình",
    PaperSlot.REVIEW_OF_PRACTICE: "Báo cáo tổng kết thi hành",
    PaperSlot.REVIEW_OF_TREATIES: "Báo cáo rà soát điều ước quốc tế",
    PaperSlot.ASSESSMENT: "Bản đánh giá thủ tục, phân quyền, giới",
    PaperSlot.COMPARISON: "Bản so sánh, thuyết minh",
    PaperSlot.OPINIONS: "Bản tổng hợp ý kiến đã ký",
    PaperSlot.OTHER: "Tài liệu khác",
}
"""What each slot is called in the files; the papers of a dossier: Law 64/2025/QH15, Điều 34."""
Writer = Callable[[IO[bytes]], None]


class _Packed:
    """A .zip in the making, and the list of what is in it: (name, bytes, SHA-256)."""

    def __init__(self, out: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED)
        self.held: list[tuple[str, int, str]] = []

    def add_path(self, name: str, path: Path) -> None:
        with path.open("rb") as file:
            self.add(name, file)

    def add_made(self, name: str, write: Writer) -> None:
        with tempfile.SpooledTemporaryFile(IN_MEMORY) as made:
            write(made)
            made.seek(0)
            self.add(name, made)

    def add(self, name: str, file: IO[bytes]) -> None:
        digest, size = hashlib.sha256(), 0
        entry = zipfile.ZipInfo(name, clock.local(clock.now()).timetuple()[:6])
        entry.compress_type = zipfile.ZIP_DEFLATED
        with self._zip.open(entry, "w", force_zip64=True) as target:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
                target.write(chunk)
        self.held.append((name, size, digest.hexdigest()))

    def finish(self, contents: str) -> None:
        self._zip.writestr("00-muc-luc.txt", contents.encode())
        self._zip.close()


def write(consultation: Consultation, heading: Heading, apart: Apart, out: IO[bytes]) -> None:
    """Write the .zip. Its list of contents says what is missing, and gives the SHA-256 of every file."""
    packed = _Packed(out)
    papers = _list_papers(consultation.id)
    for number, paper in enumerate(papers, 1):
        name = f"{slug(SLOTS[paper.slot])}-{slug(paper.title)[:60]}{Path(paper.file.name).suffix.lower()}"
        packed.add_path(f"ho-so/{number:02}-{name}", paper.file.path)
    for posting in list_postings(consultation.id):
        name = f"du-thao/{posting.document_id}-du-thao-{posting.number}{Path(posting.file_name).suffix}"
        packed.add_path(name, path_of(posting.sha256))
    for name, made in _made(consultation, heading, apart):
        packed.add_made(name, made)
    packed.finish(_contents(heading, papers, packed.held))


def _made(consultation: Consultation, heading: Heading, apart: Apart) -> Iterator[tuple[str, Writer]]:
    """The files that the site makes."""
    page = address_of(path_to("consultations.reading", consultation_id=consultation.id))
    yield "ban-tong-hop.docx", lambda out: docx.write(heading, out)
    yield "ban-tong-hop.xlsx", lambda out: xlsx.write(heading, out)
    yield "xac-nhan-dang-tai.docx", lambda out: certificate.write(heading, out, address=page)
    yield "so-lieu.json", lambda out: _write_json(figures(apart), out)
    if apart.asked.asked:
        listed = bodies.all_bodies(consultation.id)
        yield "co-quan-duoc-lay-y-kien.csv", lambda out: asked.write_bodies(listed, apart.asked, out)
    if apart.reported.entries:
        cited = places.citations(reports.by_place(consultation.id))
        rows = reports.all_rows(consultation.id)
        yield "so-lieu-tong-hop.csv", lambda out: reported.write_reports(rows, cited, out)
    yield from _comparisons(consultation, heading)


def _comparisons(consultation: Consultation, heading: Heading) -> Iterator[tuple[str, Writer]]:
    """Each version with the one before."""
    postings = list_postings(consultation.id)
    for document_id, title in dict.fromkeys((one.document_id, one.document) for one in postings):
        versions = list_versions(document_id)
        for old, new in pairwise(versions):
            made = partial(_compare, old, new, document_id, title, heading)
            yield f"so-sanh/{document_id}-du-thao-{old.number}-{new.number}.docx", made


def _compare(
    old: PublishedVersion, new: PublishedVersion, document_id: int, title: str, heading: Heading, out: IO[bytes]
) -> None:
    found = compare(old, new, document_id)
    comparison.write(found, out, title=title, agency=heading.agency, made_at=heading.made_at, only_changed=False)


def _contents(heading: Heading, papers: list[Paper], held: list[tuple[str, int, str]]) -> str:
    have = {paper.slot for paper in papers}
    missing = [SLOTS[slot] for slot in PaperSlot if slot not in have and slot is not PaperSlot.OTHER]
    lines = [
        f"HỒ SƠ: {heading.title}",
        f"Cơ quan: {heading.agency}. Lập ngày {day(heading.made_at)}, {clock.local(heading.made_at):%H:%M}.",
        f"Chưa có trong hồ sơ: {'; '.join(missing)}." if missing else "Mọi mục của hồ sơ đều có tài liệu.",
        "",
        *(f"{name}\t{size} byte\tSHA-256 {digest}" for name, size, digest in held),
        "",
        *(f"{SLOTS[paper.slot]}: {paper.title} ({paper.file.name})" for paper in papers),
    ]
    return "\r\n".join(lines) + "\r\n"


def _list_papers(consultation_id: int) -> list[Paper]:
    """In the order of the slots, then as the drafters put them."""
    papers = db.session.scalars(
        sa.select(Paper)
        .options(joinedload(Paper.file))
        .where(Paper.consultation_id == consultation_id)
        .order_by(Paper.position, Paper.id)
    ).all()
    order = list(PaperSlot)
    return sorted(papers, key=lambda paper: order.index(paper.slot))


def _write_json(data: object, out: IO[bytes]) -> None:
    out.write(json.dumps(data, ensure_ascii=False, indent=2).encode())
