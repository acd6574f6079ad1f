"""A file that takes long to read, handed in as the next version: kept at once, read by the worker, then paired.

Nothing is held while it is read, and what it gives is written in one transaction: a worker that dies leaves nothing
half, and the file is read again.
"""

from pathlib import Path
from typing import IO

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from consultations.models import Document, Intake, IntakeState, Version
from consultations.services import pairing, versions
from consultations.services.drafting import DRAFTS
from consultations.services.outlines import add_version
from core import clock, files, outbox
from core.db import db
from core.errors import Conflict
from legal.nodes import Outline

READ = "consultations.read"
READ_AT_ONCE = {files.DOC.suffix: 0, files.PDF_FILE.suffix: 100 * 1024}
"""Bytes of a file that is read while the person waits: LibreOffice takes 2–10 s to start, a page of .pdf 0.05 s."""
OTHERS_AT_ONCE = 2 * 2**20
"""Other files are read at some megabytes a second."""


def takes_long(name: str, size: int) -> bool:
    """Is the worker to read it?"""
    return size > READ_AT_ONCE.get(Path(name.lower()).suffix, OTHERS_AT_ONCE)


def hand_in(document: Document, stream: IO[bytes], name: str, *, limit: int, reason: str = "") -> Intake:
    """Keep a file of at most ``limit`` bytes for the worker, instead of one that waits. Raises Conflict, RuleBroken."""
    versions.must_take(document)
    stored = files.save_upload(stream, name, kinds=DRAFTS, limit=limit)
    versions.must_differ(document, stored.sha256)
    take_back(document)
    made = Intake(document_id=document.id, file_id=stored.id, reason=reason, created_at=clock.now())
    db.session.add(made)
    db.session.flush()
    outbox.enqueue(READ, {"intake_id": made.id})
    return made


def find(document_id: int) -> Intake | None:
    """What waits for a document, or was refused, with its file."""
    return db.session.scalar(
        sa.select(Intake).options(joinedload(Intake.file)).where(Intake.document_id == document_id)
    )


def take_back(document: Document) -> None:
    """Forget what was handed in for a document, if anything was."""
    intake = find(document.id)
    if intake is not None:
        _drop(intake)
        files.forget(intake.file)


# --- the worker -------------------------------------------------------------------------------------------------------


def file_to_read(intake_id: int) -> files.StoredFile | None:
    """The file that waits; None when it was taken back or refused."""
    intake = db.session.scalar(sa.select(Intake).options(joinedload(Intake.file)).where(Intake.id == intake_id))
    return intake.file if intake is not None and intake.state is IntakeState.WAITING else None


def refuse(intake_id: int, message: str) -> None:
    """It cannot be read: the person is told on the page where they handed it in."""
    intake = _held(intake_id)
    if intake is not None:
        intake.state, intake.message = IntakeState.REFUSED, message


def accept(intake_id: int, outline: Outline) -> Version | None:
    """The version that was read, instead of one that waits already; it is paired next."""
    intake = _held(intake_id)
    if intake is None:
        return None
    document = db.session.get_one(Document, intake.document_id)
    try:
        versions.must_take(document)
    except Conflict as conflict:  # cancelled meanwhile
        refuse(intake_id, conflict.message)
        return None
    versions.discard_next(document)
    stored, reason = db.session.get_one(files.StoredFile, intake.file_id), intake.reason
    _drop(intake)
    made = add_version(document, stored, outline)
    made.reason = reason
    db.session.flush()
    pairing.request(made)
    return made


def _held(intake_id: int) -> Intake | None:
    statement = sa.select(Intake).where(Intake.id == intake_id, Intake.state == IntakeState.WAITING)
    return db.session.scalar(statement.with_for_update().execution_options(populate_existing=True))


def _drop(intake: Intake) -> None:
    db.session.delete(intake)
    db.session.flush()
