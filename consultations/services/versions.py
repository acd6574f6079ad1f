"""The next version of a published draft: uploaded, its provisions paired with those before, then published.

Until it is published nobody but its drafters sees it; what people said stays with the provision it was said about.
"""

import hashlib
from dataclasses import dataclass

import sqlalchemy as sa

from accounts.models import Person
from consultations import indexing
from consultations.models import (
    Consultation,
    ConsultationEvent,
    ConsultationState,
    Document,
    EventKind,
    ProvisionPairing,
    Version,
)
from consultations.services import pairing, publishing
from consultations.services.drafting import ReadDraft, keep_draft
from consultations.services.outlines import drop_version
from core import clock, files
from core.db import db
from core.errors import Conflict, RuleBroken
from core.i18n import gettext as _


@dataclass(frozen=True)
class Latest:
    """The last published version of a document, and the one after it that is not published yet."""

    published: Version
    next: Version | None


def upload(document: Document, draft: ReadDraft, *, reason: str = "") -> Version:
    """Keep a file as the next version, not published; one that waits already is replaced.

    ``reason``: what was wrong with the last one, if this is only its corrigendum. Raises Conflict, RuleBroken.
    """
    must_take(document)
    must_differ(document, _sha256(draft))
    discard_next(document)
    made = keep_draft(document, draft)
    made.reason = reason
    db.session.flush()
    pairing.request(made)
    return made


def must_take(document: Document) -> None:
    """Raises Conflict where a document takes no next version; else nobody else adds one until the transaction ends."""
    _locked(document)
    get_latest(document)


def must_differ(document: Document, sha256: str) -> None:
    """Refuse the file that is public already."""
    stored = db.session.get_one(files.StoredFile, get_latest(document).published.file_id)
    if sha256 == stored.sha256:
        raise RuleBroken(_("Tệp này giống hệt tệp của bản đang công bố. Hãy chọn tệp của bản mới."), "file")


def discard_next(document: Document) -> None:
    """Take back the version that waits, if one does."""
    waiting = get_latest(document).next
    if waiting is not None:
        discard(waiting)


def discard(version: Version) -> None:
    """Take back a version that was never published, with its pairings and its file. Raises Conflict."""
    if version.published_at is not None:
        raise Conflict(_("Bản này đã công bố nên không bỏ được nữa."))
    stored = db.session.get_one(files.StoredFile, version.file_id)
    drop_version(version)
    files.forget(stored)


def publish(version: Version, *, by: Person) -> ConsultationEvent:
    """Put a version before the people; the one before it stays readable. Those who take part are told.

    Raises Conflict when it is published already, RuleBroken while a doubtful pairing waits.
    """
    document = db.session.get_one(Document, version.document_id)
    consultation = _locked(document)
    db.session.refresh(version, ["published_at", "pairs_due"], with_for_update=True)
    if version.published_at is not None:
        raise Conflict(_("Bản này đã được công bố."))
    if version.pairs_due:
        raise RuleBroken(_("Máy đang ghép bản này với bản trước. Hãy đợi một lát rồi công bố."))
    if waiting := count_waiting(version):
        raise RuleBroken(_("Còn %(n)s chỗ chưa xác nhận. Hãy xem hết rồi công bố.", n=waiting))
    before = get_latest(document).published
    pairing.hand_on_lineages(version)
    version.published_at = clock.now()
    db.session.flush()
    for changed in (version, before):
        indexing.reindex_provisions(changed.id)
    return publishing.tell(consultation, EventKind.VERSION_PUBLISHED, by, version.reason, version=version)


def get_latest(document: Document) -> Latest:
    """The end of a document's versions. Raises Conflict when none is published."""
    published = sa.select(Version).where(Version.document_id == document.id, Version.published_at.is_not(None))
    last = db.session.scalar(published.order_by(Version.number.desc()).limit(1))
    if last is None:
        raise Conflict(_("Dự thảo chưa công bố. Hãy thay tệp ở trang cây điều khoản."))
    following = sa.select(Version).where(Version.document_id == document.id, Version.number > last.number)
    return Latest(last, db.session.scalar(following.order_by(Version.number.desc()).limit(1)))


def count_waiting(version: Version) -> int:
    """Doubtful pairings that nobody has confirmed."""
    statement = sa.select(sa.func.count()).where(
        ProvisionPairing.version_id == version.id,
        ProvisionPairing.doubtful.is_(True),
        ProvisionPairing.confirmed_at.is_(None),
    )
    return db.session.scalar(statement) or 0


def _sha256(draft: ReadDraft) -> str:
    draft.stream.seek(0)
    digest = hashlib.file_digest(draft.stream, "sha256").hexdigest()  # type: ignore[arg-type]  # any stream of bytes
    draft.stream.seek(0)
    return digest


def _locked(document: Document) -> Consultation:
    """The consultation, held until the transaction ends, so that two drafters do not add a version at once."""
    statement = sa.select(Consultation).where(Consultation.id == document.consultation_id)
    consultation = db.session.scalars(statement.with_for_update().execution_options(populate_existing=True)).one()
    if consultation.state in (ConsultationState.DRAFT, ConsultationState.CANCELLED):
        raise Conflict(_("Chỉ đăng bản mới cho dự thảo đã công bố và không bị hủy."))
    return consultation
