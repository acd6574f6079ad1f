"""Reads of batches: one, those of a consultation, what was said of their rows, and what still hangs on no provision."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from accounts import queries as accounts
from accounts.models import Person
from accounts.policies import Permission
from consultations.models import (
    Batch,
    BatchNote,
    BatchState,
    Comment,
    Consultation,
    Contributor,
    Document,
    Provision,
    Version,
)
from core.db import db
from core.errors import NotFound
from core.files import StoredFile
from moderation.models import LEDGER
from opinions.models import GroupMember

BATCHES_SHOWN = 100
WORDS_SHOWN = 100
NOTES_AT_ONCE = 1000
REMEMBERED = 20


@dataclass(frozen=True)
class Unplaced:
    """Opinions that named their place with the same words: how many, and one of them."""

    given: str
    count: int
    example: str
    who: str


def get_batch(person_id: int, batch_id: int) -> Batch:
    """A batch with its file, of a consultation that the person may answer."""
    batch = db.session.scalar(
        sa.select(Batch)
        .options(joinedload(Batch.file))
        .join(Consultation, Consultation.id == Batch.consultation_id)
        .where(
            Batch.id == batch_id,
            Consultation.agency_id.in_(accounts.agencies_within(person_id, Permission.ANSWER)),
        )
    )
    if batch is None:
        raise NotFound
    return batch


def list_batches(consultation_id: int) -> Sequence[Any]:
    """Rows (Batch, file_name, full_name), newest first, at most a hundred."""
    return db.session.execute(
        sa.select(Batch, StoredFile.name.label("file_name"), Person.full_name)
        .join(StoredFile, StoredFile.id == Batch.file_id)
        .outerjoin(Person, Person.id == Batch.created_by_id)
        .where(Batch.consultation_id == consultation_id)
        .order_by(Batch.id.desc())
        .limit(BATCHES_SHOWN)
    ).all()


def find_same_file(consultation_id: int, sha256: str) -> Batch | None:
    """The first batch of the same bytes that was not cancelled."""
    return db.session.scalar(
        sa.select(Batch)
        .where(
            Batch.consultation_id == consultation_id,
            Batch.sha256 == sha256,
            Batch.state != BatchState.CANCELLED,
        )
        .order_by(Batch.id)
        .limit(1)
    )


def has_opinions(batch_id: int) -> bool:
    """Is anything of the batch in the ledger?"""
    return bool(db.session.scalar(sa.select(sa.exists().where(Comment.batch_id == batch_id))))


def list_layouts(consultation_id: int) -> Sequence[dict[str, Any]]:
    """The layouts of the last batches of a consultation, newest first."""
    return db.session.scalars(
        sa.select(Batch.layout)
        .where(Batch.consultation_id == consultation_id, Batch.state != BatchState.NEW)
        .order_by(Batch.id.desc())
        .limit(REMEMBERED)
    ).all()


def count_notes(batch_id: int) -> Sequence[Any]:
    """Rows (code, refused, n): how often each thing was said, refusals first."""
    number = sa.func.count().label("n")
    return db.session.execute(
        sa.select(BatchNote.code, BatchNote.refused, number)
        .where(BatchNote.batch_id == batch_id)
        .group_by(BatchNote.code, BatchNote.refused)
        .order_by(BatchNote.refused.desc(), number.desc())
    ).all()


def iterate_notes(batch_id: int) -> Iterator[Any]:
    """Rows (row, code, refused, detail) in the order of the file, read a thousand at a time."""
    after: tuple[int, str] = (0, "")
    key = sa.tuple_(BatchNote.row, BatchNote.code)
    while True:
        rows = db.session.execute(
            sa.select(BatchNote.row, BatchNote.code, BatchNote.refused, BatchNote.detail)
            .where(BatchNote.batch_id == batch_id, key > sa.tuple_(*[sa.literal(value) for value in after]))
            .order_by(BatchNote.row, BatchNote.code)
            .limit(NOTES_AT_ONCE)
        ).all()
        yield from rows
        if len(rows) < NOTES_AT_ONCE:
            return
        after = (rows[-1].row, rows[-1].code)


def list_provisions(consultation_id: int) -> Sequence[Any]:
    """Rows (document_id, id, parent_id, lineage_id, kind, number, citation, heading) of the newest public versions.

    In the order of the draft, without what stands inside quoted amendments.
    """
    newest = (
        sa.select(sa.func.max(Version.id))
        .join(Document, Document.id == Version.document_id)
        .where(Document.consultation_id == consultation_id, Version.published_at.is_not(None))
        .group_by(Version.document_id)
    )
    return db.session.execute(
        sa.select(
            Version.document_id,
            Provision.id,
            Provision.parent_id,
            Provision.lineage_id,
            Provision.kind,
            Provision.number,
            Provision.citation,
            Provision.heading,
        )
        .join(Version, Version.id == Provision.version_id)
        .join(Document, Document.id == Version.document_id)
        .where(Version.id.in_(newest), Provision.quoted.is_(False))
        .order_by(Document.position, Document.id, Provision.position)
    ).all()


def first_document(consultation_id: int) -> int:
    """The document on which opinions about the whole stand. Raises NotFound for a consultation without one."""
    found = db.session.scalar(
        sa.select(Document.id)
        .where(Document.consultation_id == consultation_id)
        .order_by(Document.position, Document.id)
        .limit(1)
    )
    if found is None:
        raise NotFound
    return found


def count_unplaced(consultation_id: int) -> int:
    """How many opinions of the ledger still hang on no provision."""
    return db.session.scalar(sa.select(sa.func.count()).where(*_unplaced(consultation_id))) or 0


def list_unplaced(consultation_id: int) -> Sequence[Unplaced]:
    """The words by which they named their place, most frequent first, each with one opinion as an example."""
    number, first = sa.func.count().label("n"), sa.func.min(Comment.id).label("first")
    grouped = (
        sa.select(Comment.place_given, number, first)
        .where(*_unplaced(consultation_id))
        .group_by(Comment.place_given)
        .order_by(number.desc(), Comment.place_given)
        .limit(WORDS_SHOWN)
        .subquery()
    )
    rows = db.session.execute(
        sa.select(grouped.c.place_given, grouped.c.n, Comment.body, Comment.proposed_text, Contributor.public_name)
        .join(Comment, Comment.id == grouped.c.first)
        .join(Contributor, Contributor.id == Comment.contributor_id)
        .order_by(grouped.c.n.desc(), grouped.c.place_given)
    )
    return [Unplaced(row.place_given, row.n, row.body or row.proposed_text, row.public_name) for row in rows]


def unplaced_ids(consultation_id: int, given: str, limit: int) -> Sequence[int]:
    """Ids of unplaced opinions with these words that nobody has put into a group, oldest first."""
    grouped = sa.exists().where(GroupMember.comment_id == Comment.id)
    return db.session.scalars(
        sa.select(Comment.id)
        .where(*_unplaced(consultation_id), Comment.place_given == given, ~grouped)
        .order_by(Comment.id)
        .limit(limit)
    ).all()


def _unplaced(consultation_id: int) -> "tuple[sa.ColumnElement[bool] | sa.TextClause, ...]":
    return (Comment.consultation_id == consultation_id, _UNPLACED, Comment.status.in_(LEDGER))


_UNPLACED = sa.text("comment.unplaced")
"""In the very words of ix_comment_unplaced: SQLite uses a partial index for no others."""
