"""What people do with a batch: hand a file in, choose its columns, start, pause, go on, take it back."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from accounts.models import Person
from consultations.events import Change
from consultations.models import Batch, BatchNote, BatchState, Channel, Consultation, ConsultationState
from consultations.services import batch_verdicts, placing
from core import clock, outbox
from core.db import db
from core.errors import Closed, Conflict, RuleBroken
from core.files import StoredFile
from core.i18n import gettext as _
from moderation.models import ReviewStatus
from opinions.models import DepartureReason, GroupDeparture, GroupMember, Response, ResponseState
from opinions.queries import imports as queries
from opinions.services.grouping_leaving import count_groups, leave

TOPIC = "opinions.import"
STILL = timedelta(minutes=2)
"""After so long without a step, whoever was reading a file is taken to be gone."""
PLACED_AT_ONCE = 5000
DOUBTFUL_ROWS = 20
DOUBTFUL_SHARE = 0.5

BEFORE_IMPORT = (BatchState.NEW, BatchState.CHECKED, BatchState.FAILED)
ENDED = (BatchState.DONE, BatchState.CANCELLED)


def open_batch(
    consultation: Consultation,
    stored: StoredFile,
    *,
    channel: Channel,
    layout: Mapping[str, Any],
    expected: int | None,
    by: Person | None,
    force: bool = False,
) -> Batch:
    """A new batch of a file whose rows have not been read yet.

    Raises Closed once the table is published, RuleBroken (field ``file``) for a file that is there already, unless
    forced.
    """
    check_open(consultation)
    if consultation.state == ConsultationState.DRAFT:
        raise Closed(_("Đợt lấy ý kiến chưa công bố nên chưa nhận ý kiến."))
    if not force:
        _refuse_a_second_time(consultation.id, stored.sha256)
    now = clock.now()
    batch = Batch(
        consultation_id=consultation.id,
        file_id=stored.id,
        sha256=stored.sha256,
        channel=channel,
        layout=dict(layout),
        state=BatchState.NEW,
        rows_expected=expected,
        created_by_id=by.id if by else None,
        created_at=now,
        moved_at=now,
        status=ReviewStatus.PENDING,
    )
    db.session.add(batch)
    db.session.flush()
    return batch


def _refuse_a_second_time(consultation_id: int, sha256: str) -> None:
    same = queries.find_same_file(consultation_id, sha256)
    if same is not None:
        day = f"{clock.local(same.created_at):%d/%m/%Y}"
        raise RuleBroken(_("Tệp này đã được nhập ở lô số %(id)s ngày %(day)s.", id=same.id, day=day), "file")


def choose_columns(batch: Batch, layout: Mapping[str, Any], channel: Channel) -> None:
    """Keep which column holds what; what a dry run found before no longer counts."""
    _check_state(batch, BEFORE_IMPORT)
    batch.layout, batch.channel = dict(layout), channel
    _forget(batch)
    batch.state = BatchState.NEW
    db.session.flush()


def start_check(batch: Batch, *, in_worker: bool = True) -> None:
    """Begin a dry run: everything is read and understood, nothing is written but what there is to say."""
    _check_state(batch, BEFORE_IMPORT)
    _forget(batch)
    _go(batch, BatchState.CHECKING, in_worker)


def start_import(batch: Batch, *, force: bool = False, in_worker: bool = True) -> None:
    """Begin the import. Raises RuleBroken when most rows name provisions that this draft does not have."""
    _check_state(batch, BEFORE_IMPORT)
    check_open(db.session.get_one(Consultation, batch.consultation_id))
    if not force and is_doubtful(batch.rows_taken, batch.rows_unplaced):
        raise RuleBroken(doubt(batch.rows_taken, batch.rows_unplaced), "force")
    _forget(batch)
    _go(batch, BatchState.RUNNING, in_worker)


def pause(batch: Batch) -> None:
    """Stop behind the chunk that is being written."""
    _change_state(batch, (BatchState.RUNNING,), BatchState.PAUSED)


def resume(batch: Batch, *, in_worker: bool = True) -> None:
    """Go on behind the last row that was written: after a pause, a failure, or a reader that died."""
    if batch.state == BatchState.RUNNING and clock.now() - batch.moved_at < STILL and in_worker:
        raise Conflict(_("Lô này đang được nhập."))
    _check_state(batch, (BatchState.PAUSED, BatchState.RUNNING, BatchState.FAILED))
    check_open(db.session.get_one(Consultation, batch.consultation_id))
    if not queries.has_opinions(batch.id):
        _forget(batch)  # it may have been the dry run that failed
    _go(batch, BatchState.RUNNING, in_worker)


def cancel(batch: Batch, *, by: Person | None) -> None:
    """Give a batch up: its opinions leave the ledger. Not once moderators have published it, or the table is out."""
    if batch.state == BatchState.CANCELLED:
        return
    check_open(db.session.get_one(Consultation, batch.consultation_id))
    if batch.status == ReviewStatus.PUBLISHED:
        raise Closed(_("Lô này đã công bố nên không hủy được nữa."))
    batch_verdicts.take_back(batch, by=by)


def fail(batch_id: int, message: str) -> None:
    """The file cannot be read on: say why; what was written stays."""
    db.session.execute(
        sa.update(Batch)
        .where(Batch.id == batch_id, Batch.state.not_in(ENDED))
        .values(state=BatchState.FAILED, failure=message, moved_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def is_doubtful(taken: int, unplaced: int) -> bool:
    """Do so many rows name no provision of this draft that the file may be about another one?"""
    return taken >= DOUBTFUL_ROWS and unplaced > taken * DOUBTFUL_SHARE


def doubt(taken: int, unplaced: int) -> str:
    """The sentence for it."""
    return _(
        "%(n)s trong %(all)s dòng ghi điều khoản không có trong dự thảo này. Có phải nhầm đợt lấy ý kiến?",
        n=unplaced,
        all=taken,
    )


def place_unplaced(
    consultation: Consultation, given: str, *, document_id: int, place: int, provision_id: int | None
) -> int:
    """Put all opinions that named their place with these words on a provision; returns how many there were.

    Those that somebody has put into a group stay where they are.
    """
    check_open(consultation)
    done = 0
    while ids := queries.unplaced_ids(consultation.id, given, PLACED_AT_ONCE):
        moved = placing.place_comments(ids, document_id=document_id, place=place, provision_id=provision_id)
        if moved == 0:
            break
        done += moved
    return done


def leave_groups(comment_ids: list[int], change: Change) -> None:
    """Comments left the ledger together: they leave families, proposals and groups whose response isn't published."""
    leave(comment_ids)
    members = db.session.execute(
        sa.select(GroupMember.comment_id, GroupMember.group_id)
        .outerjoin(Response, Response.group_id == GroupMember.group_id)
        .where(
            GroupMember.comment_id.in_(comment_ids),
            sa.or_(Response.id.is_(None), Response.state != ResponseState.PUBLISHED),
        )
    ).all()
    if not members:
        return
    now, reason = clock.now(), DepartureReason(change.value)
    db.session.execute(
        sa.insert(GroupDeparture),
        [{"comment_id": one.comment_id, "group_id": one.group_id, "reason": reason, "at": now} for one in members],
    )
    db.session.execute(
        sa.delete(GroupMember)
        .where(GroupMember.comment_id.in_([one.comment_id for one in members]))
        .execution_options(synchronize_session=False)
    )
    count_groups({one.group_id for one in members})


def check_open(consultation: Consultation) -> None:
    """Opinions come in until the table is published, after the window, too: letters are late."""
    if consultation.table_published_at is not None:
        raise Closed(_("Bản tổng hợp đã công bố nên không nhập thêm ý kiến được nữa."))


def _go(batch: Batch, state: BatchState, in_worker: bool) -> None:
    batch.state, batch.failure, batch.moved_at = state, "", clock.now()
    db.session.flush()
    if in_worker:
        outbox.enqueue(TOPIC, {"batch_id": batch.id})


def _forget(batch: Batch) -> None:
    """Back to before the first row. Only while nothing of the batch is in the ledger."""
    if queries.has_opinions(batch.id):
        raise Conflict(_("Lô này đã nhập một phần. Hãy tiếp tục hoặc hủy lô."))
    db.session.execute(sa.delete(BatchNote).where(BatchNote.batch_id == batch.id))
    batch.position = batch.rows_read = batch.rows_taken = batch.rows_refused = batch.rows_unplaced = 0


def _check_state(batch: Batch, allowed: tuple[BatchState, ...]) -> None:
    db.session.refresh(batch, with_for_update={"of": Batch})
    if batch.state not in allowed:
        raise Conflict(_("Lô này vừa chuyển sang trạng thái khác. Hãy tải lại trang để xem."))


def _change_state(batch: Batch, allowed: tuple[BatchState, ...], to: BatchState) -> None:
    _check_state(batch, allowed)
    batch.state, batch.moved_at = to, clock.now()
    db.session.flush()
