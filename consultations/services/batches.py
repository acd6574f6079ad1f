"""Batches of opinions: written a chunk at a time, counted at once, published or taken back together.

A chunk is one transaction: its rows, their tallies, and the position of the batch. An import that is killed therefore
goes on behind the last whole chunk, and the database itself refuses a row that is already there.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias

import sqlalchemy as sa

from consultations.models import (
    Batch,
    BatchNote,
    BatchState,
    Comment,
    Consultation,
    Contributor,
    ContributorKind,
    Stance,
    Submission,
    Verification,
)
from consultations.registry import BATCH
from consultations.services import receipts, tallies
from core import bulk, clock
from core.db import db, rows_changed
from core.errors import Conflict
from core.i18n import gettext as _
from core.text import spelled
from moderation import services as moderation
from moderation.models import ReviewCase, ReviewStatus

KNOWN_AT_MOST = 50_000
"""Bodies of one batch that are remembered, so that all rows of a body are one contributor."""

ContributorKey: TypeAlias = tuple[str, str, str | None]
SubmissionKey: TypeAlias = tuple[int, str, datetime, int | None]


@dataclass(frozen=True, slots=True)
class Target:
    """The batch that is written, as far as its rows need it: the row in the database changes with every chunk."""

    id: int
    consultation_id: int


class Sender(NamedTuple):
    """Who sent an imported opinion, and how. ``people``: for how many it says that it speaks."""

    kind: ContributorKind
    name: str
    public_name: str
    place_code: str | None
    channel: str
    sent_at: datetime
    people: int | None

    @property
    def key(self) -> ContributorKey:
        """The same for one sender in several rows; a body is one in however many spellings."""
        is_person = self.kind is ContributorKind.INDIVIDUAL
        return (self.kind, self.name.casefold() if is_person else spelled(self.name), self.place_code)


class Imported(NamedTuple):
    """A row of the file that became an opinion; ``row`` is 1 for the first row of the file."""

    row: int
    sender: Sender
    document_id: int
    provision_id: int | None
    place: int
    place_given: str
    unplaced: bool
    stance: Stance
    body: str
    proposed_text: str
    fingerprint: str


class Note(NamedTuple):
    """What there is to say of a row; ``refused``: it did not become an opinion."""

    row: int
    code: str
    refused: bool = False
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Chunk:
    """What was read between two positions of a file."""

    after: int
    upto: int
    opinions: Sequence[Imported]
    notes: Sequence[Note]

    @property
    def refused(self) -> int:
        return sum(note.refused for note in self.notes)

    @property
    def unplaced(self) -> int:
        return sum(one.unplaced for one in self.opinions)


class Senders:
    """Who has spoken in a batch so far.

    A body (agency, organisation) is one contributor in all its rows. A person is one in rows that follow each other:
    two rows far apart with one name may be two people. After a chunk that could not be written: begin anew.
    """

    def __init__(self, batch_id: int) -> None:
        self._bodies: dict[ContributorKey, int] = {}
        self._submissions: dict[SubmissionKey, int] = {}
        self._last: tuple[ContributorKey, int] | None = None
        self._last_submission: tuple[SubmissionKey, int] | None = None
        self._recall(batch_id)

    def find(self, sender: Sender, key: ContributorKey) -> tuple[int | None, int | None]:
        """(contributor, submission) that this sender already has."""
        if self._last is not None and self._last[0] == key:
            contributor_id: int | None = self._last[1]
        else:
            contributor_id = self._bodies.get(key)
        if contributor_id is None:
            return None, None
        sent = (contributor_id, sender.channel, sender.sent_at, sender.people)
        if self._last_submission is not None and self._last_submission[0] == sent:
            return contributor_id, self._last_submission[1]
        return contributor_id, self._submissions.get(sent)

    def remember(self, sender: Sender, key: ContributorKey, contributor_id: int, submission_id: int) -> None:
        sent = (contributor_id, sender.channel, sender.sent_at, sender.people)
        self._last, self._last_submission = (key, contributor_id), (sent, submission_id)
        if sender.kind != ContributorKind.INDIVIDUAL and len(self._submissions) < KNOWN_AT_MOST:
            self._bodies.setdefault(key, contributor_id)
            self._submissions.setdefault(sent, submission_id)

    def _recall(self, batch_id: int) -> None:
        """From what a run before this one has written."""
        rows = _senders_of(batch_id)
        bodies = (
            rows.where(Contributor.kind != ContributorKind.INDIVIDUAL)
            .group_by(Submission.id, Contributor.id)
            .order_by(sa.func.min(Comment.batch_row))
            .limit(KNOWN_AT_MOST)
        )
        last = rows.order_by(Comment.batch_row.desc()).limit(1)
        for statement in (bodies, last):
            for row in db.session.execute(statement):
                sender = _sender_of(row)
                self.remember(sender, sender.key, row.contributor_id, row.submission_id)


def _senders_of(batch_id: int) -> "sa.Select[*tuple[Any, ...]]":
    return (
        sa.select(
            Submission.id.label("submission_id"),
            Submission.channel,
            Submission.sent_at,
            Submission.people,
            Contributor.id.label("contributor_id"),
            Contributor.kind,
            Contributor.name,
            Contributor.public_name,
            Contributor.place_code,
        )
        .select_from(Comment)
        .join(Submission, Submission.id == Comment.submission_id)
        .join(Contributor, Contributor.id == Comment.contributor_id)
        .where(Comment.batch_id == batch_id)
    )


def _sender_of(row: Any) -> Sender:
    return Sender(row.kind, row.name, row.public_name, row.place_code, str(row.channel), row.sent_at, row.people)


def write_chunk(batch: Target, chunk: Chunk, senders: Senders) -> None:
    """Write a chunk and move the batch behind it, in the present transaction.

    Raises Conflict when the batch isn't at ``chunk.after`` and running: somebody paused it, or another worker reads it.
    """
    _move(batch.id, chunk, BatchState.RUNNING)
    _write_notes(batch.id, chunk.notes)
    if not chunk.opinions:
        return
    comments = _write_senders(batch, chunk.opinions, senders)
    bulk.insert_rows(_table(Comment), COMMENT_COLUMNS, comments)
    counted = Counter((one.document_id, one.place, one.stance, ReviewStatus.PENDING) for one in chunk.opinions)
    tallies.add_in_bulk(counted)


def count_chunk(batch: Target, chunk: Chunk) -> None:
    """What a dry run does with a chunk: counts and notes are kept, opinions are not. Raises Conflict as above."""
    _move(batch.id, chunk, BatchState.CHECKING)
    _write_notes(batch.id, chunk.notes)


def finish(batch: Batch) -> None:
    """The file was read to its end: what came of it goes before the moderators, as one thing."""
    batch.state, batch.moved_at, batch.rows_expected = BatchState.DONE, clock.now(), batch.rows_read
    if batch.rows_taken:
        open_case(batch)
    db.session.flush()


def open_case(batch: Batch) -> ReviewCase:
    """Put a batch before the moderators of its agency."""
    consultation = db.session.get_one(Consultation, batch.consultation_id)
    return moderation.open_case(
        BATCH,
        batch.id,
        agency_id=consultation.agency_id,
        context_id=consultation.id,
        place_id=None,
        status=ReviewStatus.PENDING,
        actor_id=batch.created_by_id,
    )


CONTRIBUTOR_COLUMNS = ("id", "kind", "verification", "name", "public_name", "place_code")
SUBMISSION_COLUMNS = (
    "id",
    "consultation_id",
    "contributor_id",
    "channel",
    "receipt_code",
    "sent_at",
    "confirmed_at",
    "people",
)
COMMENT_COLUMNS = (
    "id",
    "submission_id",
    "contributor_id",
    "consultation_id",
    "document_id",
    "provision_id",
    "place",
    "stance",
    "body",
    "proposed_text",
    "fingerprint",
    "created_at",
    "batch_id",
    "batch_row",
    "place_given",
    "unplaced",
    "status",
)


def _write_senders(batch: Target, opinions: Sequence[Imported], senders: Senders) -> list[bulk.Row]:
    """Write contributors and submissions that are new; returns the rows of the comments."""
    count = len(opinions)
    ids = [bulk.reserve_ids(_table(model), count) for model in (Contributor, Submission, Comment)]
    contributors: list[bulk.Row] = []
    submissions: list[bulk.Row] = []
    comments: list[bulk.Row] = []
    codes = iter(receipts.new_codes(count))
    imported = Verification.IMPORTED.value
    for one in opinions:
        sender = one.sender
        key = sender.key
        contributor_id, submission_id = senders.find(sender, key)
        if contributor_id is None:
            contributor_id = next(ids[0])
            contributors.append(
                [contributor_id, sender.kind.value, imported, sender.name, sender.public_name, sender.place_code]
            )
        if submission_id is None:
            submission_id = next(ids[1])
            sent = [sender.channel, next(codes), sender.sent_at, sender.sent_at, sender.people]
            submissions.append([submission_id, batch.consultation_id, contributor_id, *sent])
        senders.remember(sender, key, contributor_id, submission_id)
        comments.append([next(ids[2]), submission_id, contributor_id, *_said(batch, one)])
    bulk.insert_rows(_table(Contributor), CONTRIBUTOR_COLUMNS, contributors)
    bulk.insert_rows(_table(Submission), SUBMISSION_COLUMNS, submissions)
    return comments


def _said(batch: Target, one: Imported) -> tuple[Any, ...]:
    """The columns of a comment behind its ids."""
    return (
        batch.consultation_id,
        one.document_id,
        one.provision_id,
        one.place,
        one.stance.value,
        one.body,
        one.proposed_text,
        one.fingerprint,
        one.sender.sent_at,
        batch.id,
        one.row,
        one.place_given,
        one.unplaced,
        ReviewStatus.PENDING.value,
    )


def _move(batch_id: int, chunk: Chunk, state: BatchState) -> None:
    taken, refused = len(chunk.opinions), chunk.refused
    moved = rows_changed(
        sa.update(Batch)
        .where(Batch.id == batch_id, Batch.position == chunk.after, Batch.state == state)
        .values(
            position=chunk.upto,
            rows_read=Batch.rows_read + taken + refused,
            rows_taken=Batch.rows_taken + taken,
            rows_refused=Batch.rows_refused + refused,
            rows_unplaced=Batch.rows_unplaced + chunk.unplaced,
            moved_at=clock.now(),
        )
        .execution_options(synchronize_session=False)
    )
    if moved != 1:
        raise Conflict(_("Lô này vừa được dừng lại, hoặc đang được nhập ở nơi khác."))


def _write_notes(batch_id: int, notes: Sequence[Note]) -> None:
    rows = [[batch_id, note.row, note.code, note.refused, note.detail[:200]] for note in notes]
    bulk.insert_rows(_table(BatchNote), ("batch_id", "row", "code", "refused", "detail"), rows)


def _table(model: type[Any]) -> sa.Table:
    table: sa.Table = model.metadata.tables[model.__tablename__]
    return table
