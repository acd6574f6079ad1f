"""What somebody is writing and has not sent. Nothing typed is lost: one writer's drafts are gathered, never dropped."""

import hashlib
import secrets
from collections.abc import Sequence
from typing import IO

import sqlalchemy as sa

from consultations.models import DraftAttachment, DraftComment, Stance, SubmissionDraft
from consultations.queries import drafts as queries
from consultations.queries.drafts import Owner
from consultations.queries.places import Place
from consultations.services.comments import check_text, proposal
from core import clock, files
from core.db import db
from core.errors import RuleBroken
from core.files import StoredFile
from core.i18n import gettext as _

MAX_LETTERS = 5


def new_token() -> str:
    """A secret for the cookie of one browser; the database holds its hash alone."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """What the database holds of a token. It is random and long, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def hold(owner: Owner, consultation_id: int) -> SubmissionDraft | None:
    """The owner's one unsent submission to a consultation, held for writing; None if there is none.

    What lies scattered (two tabs that began at once, or a guest's draft and that of the person they signed in as) is
    gathered into the oldest.
    """
    found = db.session.scalars(
        sa.select(SubmissionDraft)
        .where(
            owner.condition,
            SubmissionDraft.consultation_id == consultation_id,
            SubmissionDraft.submission_id.is_(None),
        )
        .order_by(SubmissionDraft.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    if not found:
        return None
    draft, *others = found
    if others:
        _gather(draft, others)
    draft.person_id = owner.person_id or draft.person_id
    db.session.flush()
    return draft


def open_draft(owner: Owner, consultation_id: int) -> SubmissionDraft:
    """The same; a new one if there is none. The owner has a token: without one only the person finds it again."""
    return hold(owner, consultation_id) or _new_draft(owner, consultation_id)


def adopt(owner: Owner) -> None:
    """Somebody signed in: what they wrote in this browser as a guest is now found by them, wherever they sign in."""
    if owner.token_hash is None or owner.person_id is None:
        return
    for consultation_id in queries.consultations_with_guest_drafts(owner.token_hash):
        hold(owner, consultation_id)


def keep_comment(
    draft: SubmissionDraft, place: Place, *, stance: Stance, body: str, proposed_text: str
) -> DraftComment:
    """Keep what was written about a place, instead of what was kept before. Texts come cleaned.

    Raises RuleBroken for a text that is empty or too long; an unchanged wording is no proposal.
    """
    proposed_text = proposal(proposed_text, place.text)
    check_text(body, proposed_text)
    kept = db.session.scalar(
        sa.select(DraftComment).where(
            DraftComment.draft_id == draft.id,
            DraftComment.document_id == place.document_id,
            DraftComment.place == place.lineage_id,
        )
    )
    if kept is None:
        kept = DraftComment(draft_id=draft.id, document_id=place.document_id, place=place.lineage_id)
        db.session.add(kept)
    kept.provision_id, kept.stance, kept.body, kept.proposed_text = place.provision_id, stance, body, proposed_text
    kept.updated_at = draft.updated_at = clock.now()
    db.session.flush()
    return kept


def remove_comment(draft: SubmissionDraft, comment_id: int) -> None:
    """Take a comment out; one that is not there, or another's, is no matter."""
    db.session.execute(sa.delete(DraftComment).where(DraftComment.id == comment_id, DraftComment.draft_id == draft.id))
    draft.updated_at = clock.now()


def attach(draft: SubmissionDraft, stream: IO[bytes], name: str, *, limit: int) -> None:
    """Keep a letter (≤ ``limit`` bytes, one of core.files.LETTERS). The same letter twice is one.

    Raises RuleBroken (field ``file``); nothing is kept then.
    """
    held = db.session.scalars(
        sa.select(StoredFile.sha256)
        .join(DraftAttachment, DraftAttachment.file_id == StoredFile.id)
        .where(DraftAttachment.draft_id == draft.id)
    ).all()
    if len(held) >= MAX_LETTERS:
        raise RuleBroken(_("Mỗi phiếu đính kèm tối đa %(n)s tệp. Hãy gỡ bớt một tệp.", n=MAX_LETTERS), "file")
    stored = files.save_upload(stream, name, kinds=files.LETTERS, limit=limit)
    if stored.sha256 in held:
        files.forget(stored)
        return
    db.session.add(DraftAttachment(draft_id=draft.id, file_id=stored.id))
    draft.updated_at = clock.now()
    db.session.flush()


def detach(draft: SubmissionDraft, attachment_id: int) -> None:
    """Take a letter out, and its file with it."""
    attachment = db.session.scalar(
        sa.select(DraftAttachment).where(DraftAttachment.id == attachment_id, DraftAttachment.draft_id == draft.id)
    )
    if attachment is None:
        return
    stored = db.session.get_one(StoredFile, attachment.file_id)
    db.session.delete(attachment)
    db.session.flush()
    files.forget(stored)


def discard(draft_ids: Sequence[int]) -> None:
    """Take drafts away, with the words and letters that were not sent."""
    attached = sa.select(DraftAttachment.file_id).where(DraftAttachment.draft_id.in_(draft_ids))
    letters = db.session.scalars(sa.select(StoredFile).where(StoredFile.id.in_(attached))).all()
    for table, column in (
        (DraftAttachment, DraftAttachment.draft_id),
        (DraftComment, DraftComment.draft_id),
        (SubmissionDraft, SubmissionDraft.id),
    ):
        db.session.execute(sa.delete(table).where(column.in_(draft_ids)).execution_options(synchronize_session=False))
    for letter in letters:
        files.forget(letter)


def _new_draft(owner: Owner, consultation_id: int) -> SubmissionDraft:
    now = clock.now()
    draft = SubmissionDraft(
        token_hash=owner.token_hash or "",
        consultation_id=consultation_id,
        person_id=owner.person_id,
        created_at=now,
        updated_at=now,
    )
    db.session.add(draft)
    db.session.flush()
    return draft


def _gather(draft: SubmissionDraft, others: Sequence[SubmissionDraft]) -> None:
    """Move everything into one draft. Where two hold a comment on one place, the later takes in the earlier's words."""
    ids = [draft.id, *(other.id for other in others)]
    items = db.session.scalars(
        sa.select(DraftComment).where(DraftComment.draft_id.in_(ids)).order_by(DraftComment.updated_at, DraftComment.id)
    ).all()
    by_place: dict[tuple[int, int], list[DraftComment]] = {}
    for item in items:
        by_place.setdefault((item.document_id, item.place), []).append(item)
    for same in by_place.values():
        *earlier, last = same
        for item in earlier:
            _take_in(last, item)
            db.session.delete(item)
    db.session.flush()
    for same in by_place.values():
        same[-1].draft_id = draft.id
    db.session.execute(sa.update(DraftAttachment).where(DraftAttachment.draft_id.in_(ids)).values(draft_id=draft.id))
    db.session.flush()
    for other in others:
        db.session.delete(other)
    db.session.flush()


def _take_in(last: DraftComment, earlier: DraftComment) -> None:
    """Add the words of an earlier comment that the later one does not hold."""
    if earlier.body and earlier.body not in last.body:
        last.body = f"{earlier.body}\n\n{last.body}".strip()
    if earlier.proposed_text and not last.proposed_text:
        last.proposed_text = earlier.proposed_text
    elif earlier.proposed_text and earlier.proposed_text != last.proposed_text:
        before = _("Câu chữ đề nghị lúc trước: %(words)s", words=earlier.proposed_text)
        last.body = f"{last.body}\n\n{before}".strip()
