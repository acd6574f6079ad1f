"""Reads of official letters: the list, one with its passages, and which letter an opinion was taken from."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from consultations.models import Attachment, Comment, Contributor, Provision, Submission, Version
from core.db import db
from core.errors import NotFound
from core.pagination import Page, paginate
from opinions.models import LetterPassage, OfficialLetter

PAGE_SIZE = 50


def list_letters(consultation_id: int, cursor: str | None) -> Page[Any]:
    """Submissions that came with a file, newest first, read already or not.

    Rows: submission_id, letter_id (None: not opened yet), number, name, organisation_checked_at, sent_at, passages.
    """
    passages = (
        sa.select(sa.func.count())
        .where(LetterPassage.letter_id == OfficialLetter.id)
        .correlate(OfficialLetter)
        .scalar_subquery()
    )
    has_file = sa.exists().where(Attachment.submission_id == Submission.id)
    statement = (
        sa.select(
            Submission.id.label("submission_id"),
            OfficialLetter.id.label("letter_id"),
            OfficialLetter.number,
            Contributor.name,
            Contributor.kind,
            Contributor.organisation_checked_at,
            Submission.sent_at,
            passages.label("passages"),
        )
        .join(Contributor, Contributor.id == Submission.contributor_id)
        .outerjoin(OfficialLetter, OfficialLetter.submission_id == Submission.id)
        .where(Submission.consultation_id == consultation_id, has_file)
    )
    return paginate(statement, [(Submission.id, "submission_id", True)], cursor=cursor, size=PAGE_SIZE)


def get_letter(letter_id: int) -> OfficialLetter:
    """With its file. Raises NotFound. Whoever asks must check the consultation."""
    letter = db.session.scalar(
        sa.select(OfficialLetter).options(joinedload(OfficialLetter.file)).where(OfficialLetter.id == letter_id)
    )
    if letter is None:
        raise NotFound
    return letter


def get_submission(consultation_id: int, submission_id: int) -> Submission:
    """With its contributor. Raises NotFound for one of another consultation."""
    found = db.session.scalar(
        sa.select(Submission)
        .options(joinedload(Submission.contributor))
        .where(Submission.id == submission_id, Submission.consultation_id == consultation_id)
    )
    if found is None:
        raise NotFound
    return found


def list_passages(letter_id: int) -> Sequence[Any]:
    """What was hung, in the order of the letter's hanging: rows (comment_id, sentences, document_id, place, stance,
    body, status, citation)."""
    newest = (
        sa.select(sa.func.max(Provision.id))
        .join(Version, Version.id == Provision.version_id)
        .where(Provision.lineage_id == Comment.place, Version.published_at.is_not(None))
        .correlate(Comment)
        .scalar_subquery()
    )
    return db.session.execute(
        sa.select(
            LetterPassage.comment_id,
            LetterPassage.sentences,
            Comment.document_id,
            Comment.place,
            Comment.stance,
            Comment.body,
            Comment.status,
            Provision.citation,
        )
        .join(Comment, Comment.id == LetterPassage.comment_id)
        .outerjoin(Provision, Provision.id == newest)
        .where(LetterPassage.letter_id == letter_id)
        .order_by(LetterPassage.comment_id)
    ).all()


def letters_of(comment_ids: Sequence[int]) -> dict[int, Any]:
    """From which letter opinions were taken: rows (comment_id, letter_id, number, sentences) by comment."""
    rows = db.session.execute(
        sa.select(LetterPassage.comment_id, LetterPassage.letter_id, OfficialLetter.number, LetterPassage.sentences)
        .join(OfficialLetter, OfficialLetter.id == LetterPassage.letter_id)
        .where(LetterPassage.comment_id.in_(comment_ids))
    )
    return {row.comment_id: row for row in rows}
