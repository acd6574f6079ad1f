"""Uploaded and generated files: named by their SHA-256 under the instance folder, checked before they are kept."""

import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, BinaryIO

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Mapped, mapped_column

from core import clock, outbox
from core.db import Base, UtcDateTime, db
from core.errors import RuleBroken
from core.i18n import gettext as _
from core.text import clean

CHUNK = 64 * 1024
SWEEP = "files.sweep"
KEPT_BEFORE_SWEEP = timedelta(hours=1)
ZIP, PDF, JPEG, PNG = b"PK\x03\x04", b"%PDF-", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # old Office files, and new ones with a password


@dataclass(frozen=True)
class FileKind:
    """A kind of file: how its name ends, how its bytes begin (None: text), what it is served as."""

    suffix: str
    magic: bytes | None
    media_type: str


DOCX = FileKind(".docx", ZIP, "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
DOC = FileKind(".doc", OLE, "application/msword")
XLSX = FileKind(".xlsx", ZIP, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
PDF_FILE = FileKind(".pdf", PDF, "application/pdf")
JPEG_IMAGE = FileKind(".jpg", JPEG, "image/jpeg")
PNG_IMAGE = FileKind(".png", PNG, "image/png")
CSV = FileKind(".csv", None, "text/csv; charset=utf-8")
JSON_LINES = FileKind(".jsonl", None, "application/jsonl; charset=utf-8")
ZIP_FILE = FileKind(".zip", ZIP, "application/zip")
TEXT = FileKind(".txt", None, "text/plain; charset=utf-8")
HTML = FileKind(".html", None, "text/plain; charset=utf-8")
MARKDOWN = FileKind(".md", None, "text/plain; charset=utf-8")

LETTERS = (PDF_FILE, DOCX, JPEG_IMAGE, PNG_IMAGE)


class StoredFile(Base):
    """A file that was kept. The same bytes are one file on disk, however many rows point at them."""

    __tablename__ = "stored_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    name: Mapped[str] = mapped_column(sa.String(255))
    media_type: Mapped[str] = mapped_column(sa.String(120))
    size: Mapped[int] = mapped_column(sa.BigInteger)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def path(self) -> Path:
        return path_of(self.sha256)


def folder() -> Path:
    return Path(current_app.config["DANBAN_INSTANCE"]) / "files"


def path_of(sha256: str) -> Path:
    return folder() / sha256[:2] / sha256


def save_upload(stream: IO[bytes], name: str, *, kinds: tuple[FileKind, ...], limit: int) -> StoredFile:
    """Keep an uploaded file (bytes ≤ ``limit``) whose name and first bytes agree with one of ``kinds``.

    Raises RuleBroken (field ``file``) with a sentence for the person; nothing is left on disk then.
    """
    kind = _kind_by_name(name, kinds)
    with _temporary() as out:
        try:
            digest, size, head = _copy(stream, out, limit)
            _check(head, size, kind)
            _move_into_place(out.name, digest)
        finally:
            Path(out.name).unlink(missing_ok=True)
    return _remember(digest, name, kind.media_type, size)


def save_bytes(data: bytes, name: str, media_type: str) -> StoredFile:
    """Keep a file that we made ourselves."""
    with _temporary() as out:
        out.write(data)
    digest = hashlib.sha256(data).hexdigest()
    _move_into_place(out.name, digest)
    return _remember(digest, name, media_type, len(data))


def check_name(name: str, kinds: tuple[FileKind, ...]) -> None:
    """Refuse a file by its name alone (RuleBroken, field ``file``)."""
    _kind_by_name(name, kinds)


def forget(stored: StoredFile) -> None:
    """Take a file back. Its row goes now; the worker removes its bytes later, unless another row holds the same."""
    payload = {"sha256": stored.sha256}
    db.session.delete(stored)
    db.session.flush()
    outbox.enqueue(SWEEP, payload, delay=KEPT_BEFORE_SWEEP)


@outbox.handles(SWEEP, batch=50)
def sweep(payloads: Sequence[outbox.Payload]) -> None:
    """Remove files that no row points at; one that was just put into place may belong to a row not yet committed."""
    digests = {payload["sha256"] for payload in payloads}
    held = set(db.session.scalars(sa.select(StoredFile.sha256).where(StoredFile.sha256.in_(digests))))
    db.session.rollback()
    newest = (clock.now() - KEPT_BEFORE_SWEEP / 2).timestamp()
    for path in map(path_of, digests - held):
        if path.exists() and path.stat().st_mtime < newest:
            path.unlink(missing_ok=True)


def _remember(digest: str, name: str, media_type: str, size: int) -> StoredFile:
    stored = StoredFile(sha256=digest, name=safe_name(name), media_type=media_type, size=size, created_at=clock.now())
    db.session.add(stored)
    db.session.flush()
    return stored


def safe_name(name: str) -> str:
    """The last part of a file's name, cleaned, at most 200 characters, its ending kept."""
    base = clean(name.replace("\\", "/").rsplit("/", 1)[-1]).replace("\n", " ") or "tep"
    stem, dot, suffix = base.rpartition(".")
    return base if len(base) <= 200 else f"{stem[:190]}{dot}{suffix[:9]}"


def _temporary() -> "tempfile._TemporaryFileWrapper[bytes]":
    folder().mkdir(parents=True, exist_ok=True)
    return tempfile.NamedTemporaryFile(dir=folder(), prefix=".in-", delete=False)


def _copy(
    stream: IO[bytes], out: "BinaryIO | tempfile._TemporaryFileWrapper[bytes]", limit: int
) -> tuple[str, int, bytes]:
    digest, size, head = hashlib.sha256(), 0, b""
    while chunk := stream.read(CHUNK):
        size += len(chunk)
        if size > limit:
            raise RuleBroken(_("Tệp lớn quá %(n)s MB. Hãy gửi tệp nhỏ hơn.", n=limit // 2**20), "file")
        head = head or chunk[:16]
        digest.update(chunk)
        out.write(chunk)
    out.flush()
    return digest.hexdigest(), size, head


def _kind_by_name(name: str, kinds: tuple[FileKind, ...]) -> FileKind:
    suffix = Path(name.lower()).suffix.replace(".jpeg", ".jpg")
    for kind in kinds:
        if kind.suffix == suffix:
            return kind
    wanted = ", ".join(kind.suffix for kind in kinds)
    raise RuleBroken(_("Chỉ nhận tệp %(kinds)s.", kinds=wanted), "file")


def _check(head: bytes, size: int, kind: FileKind) -> None:
    if size == 0:
        raise RuleBroken(_("Tệp này trống. Hãy chọn lại tệp."), "file")
    if kind.magic == ZIP and head.startswith(OLE):
        raise RuleBroken(
            _("Tệp có đặt mật khẩu hoặc là định dạng cũ. Hãy gửi tệp %(kind)s không đặt mật khẩu.", kind=kind.suffix),
            "file",
        )
    if kind.magic is not None and not head.startswith(kind.magic):
        raise RuleBroken(
            _("Tên tệp là %(kind)s nhưng nội dung không phải. Hãy lưu lại đúng định dạng rồi gửi.", kind=kind.suffix),
            "file",
        )


def _move_into_place(temporary: str, digest: str) -> None:
    target = path_of(digest)
    target.parent.mkdir(parents=True, exist_ok=True)
    Path(temporary).replace(target)
