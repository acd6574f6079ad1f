"""Group comments that say the same. A group points at comments; nothing is merged away, no comment is in two groups."""

from collections.abc import Sequence

import sqlalchemy as sa

from accounts.models import Person
from consultations.events import Change
from consultations.models import Comment, Consultation
from core import clock
from core.db import db
from core.errors import Closed, Conflict, RuleBroken
from core.i18n import gettext as _
from moderation.models import LEDGER
from opinions.models import (
    DepartureReason,
    GroupDeparture,
    GroupMember,
    GroupProposal,
    KeptApart,
    OpinionGroup,
    Response,
    ResponseState,
)
from opinions.services.grouping_leaving import count_groups, leave, leave_proposals, lock_groups

MAX_AT_ONCE = 1000


def create_group(
    consultation: Consultation,
    document_id: int,
    place: int,
    comment_ids: Sequence[int],
    *,
    title: str,
    by: Person | None,
) -> OpinionGroup:
    """A new group of ungrouped comments on one place. Raises RuleBroken or Conflict (one is in a group by now)."""
    check_open(consultation)
    group = OpinionGroup(
        consultation_id=consultation.id,
        document_id=document_id,
        place=place,
        title=title,
        created_by_id=by.id if by else None,
        created_at=clock.now(),
        version=1,
    )
    db.session.add(group)
    db.session.flush()
    add_to_group(group, comment_ids, by=by)
    return group


def add_to_group(group: OpinionGroup, comment_ids: Sequence[int], *, by: Person | None) -> None:
    """Put comments that are in no group into this one. They stand on its place and in the ledger."""
    wanted = set(comment_ids)
    if not wanted:
        raise RuleBroken(_("Hãy chọn ít nhất một ý kiến."), "comments")
    if len(wanted) > MAX_AT_ONCE:
        raise RuleBroken(_("Mỗi lần gom tối đa %(n)s ý kiến.", n=MAX_AT_ONCE), "comments")
    check_unpublished(group.id)
    fit = set(
        db.session.scalars(
            sa.select(Comment.id).where(
                Comment.id.in_(wanted),
                Comment.document_id == group.document_id,
                Comment.place == group.place,
                Comment.status.in_(LEDGER),
            )
        )
    )
    if fit != wanted:
        raise RuleBroken(
            _("Có ý kiến đã rút, bị từ chối, hoặc thuộc điều khoản khác. Hãy xem lại lựa chọn."), "comments"
        )
    if db.session.scalar(sa.select(GroupMember.comment_id).where(GroupMember.comment_id.in_(wanted)).limit(1)):
        raise Conflict(_("Có ý kiến vừa được người khác gom vào nhóm. Không có gì bị ghi đè."))
    leave_proposals(sorted(wanted))
    now = clock.now()
    db.session.add_all(
        GroupMember(comment_id=comment_id, group_id=group.id, added_by_id=by.id if by else None, added_at=now)
        for comment_id in sorted(wanted)
    )
    count_groups([group.id])


def remove_from_group(group: OpinionGroup, comment_ids: Sequence[int]) -> None:
    """Take comments out of a group; they stand ungrouped again. An emptied group that has no response goes.

    No run proposes them into this group again.
    """
    check_unpublished(group.id)
    taken = sa.select(GroupMember.comment_id, sa.literal(group.id)).where(
        GroupMember.group_id == group.id, GroupMember.comment_id.in_(list(comment_ids))
    )
    db.session.execute(sa.insert(KeptApart).from_select(["comment_id", "group_id"], taken))
    db.session.execute(
        sa.delete(GroupMember).where(GroupMember.group_id == group.id, GroupMember.comment_id.in_(list(comment_ids)))
    )
    count_groups([group.id])
    _drop_if_empty(group.id)


def merge_groups(groups: Sequence[OpinionGroup]) -> OpinionGroup:
    """Put groups of one place together: into the one that has a response, else into the first.

    Raises RuleBroken (fewer than two, two places, or two responses), Closed (one is published).
    """
    if len({group.id for group in groups}) < 2:
        raise RuleBroken(_("Hãy đánh dấu ít nhất hai nhóm để gộp."), "groups")
    if len({(group.document_id, group.place) for group in groups}) > 1:
        raise RuleBroken(_("Chỉ gộp được các nhóm của cùng một điều khoản."), "groups")
    lock_groups(groups[0].consultation_id)
    for group in groups:
        check_unpublished(group.id)
    ids = [group.id for group in groups]
    answered = list(db.session.scalars(sa.select(Response.group_id).where(Response.group_id.in_(ids))))
    if len(answered) > 1:
        raise RuleBroken(_("Hai nhóm đều đã có trả lời. Hãy giữ một trả lời rồi gộp."), "groups")
    kept = next((group for group in groups if group.id in answered), groups[0])
    others = [group_id for group_id in ids if group_id != kept.id]
    for table in (GroupMember, GroupDeparture, GroupProposal, KeptApart):
        db.session.execute(
            sa.update(table).where(table.group_id.in_(others)).values(group_id=kept.id),
            execution_options={"synchronize_session": False},
        )
    db.session.execute(sa.delete(OpinionGroup).where(OpinionGroup.id.in_(others)))
    kept.version += 1
    count_groups([kept.id])
    return kept


def rename_group(group: OpinionGroup, title: str) -> None:
    """The name under which the group stands in the table."""
    check_unpublished(group.id)
    group.title = title
    group.version += 1
    db.session.flush()


def leave_group(comment: Comment, change: Change) -> None:
    """A comment was edited, withdrawn or refused: it leaves family, proposal and group, and the desk is told.

    A group whose response is published keeps its members: what was answered was answered.
    """
    leave([comment.id])
    member = db.session.get(GroupMember, comment.id)
    if member is None or _is_published(member.group_id):
        return
    db.session.add(
        GroupDeparture(
            comment_id=comment.id, group_id=member.group_id, reason=DepartureReason(change.value), at=clock.now()
        )
    )
    db.session.delete(member)
    count_groups([member.group_id])


def mark_departures_seen(consultation_id: int, document_id: int, place: int) -> None:
    """Somebody has looked at what left the groups of a place."""
    groups = sa.select(OpinionGroup.id).where(
        OpinionGroup.consultation_id == consultation_id,
        OpinionGroup.document_id == document_id,
        OpinionGroup.place == place,
    )
    db.session.execute(
        sa.update(GroupDeparture)
        .where(GroupDeparture.group_id.in_(groups), GroupDeparture.seen_at.is_(None))
        .values(seen_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def check_open(consultation: Consultation) -> None:
    """Raises Closed once the table is published."""
    if consultation.table_published_at is not None:
        raise Closed(_("Bản tổng hợp đã công bố nên không gom nhóm được nữa."))


def check_unpublished(group_id: int) -> None:
    """Raises Closed once the group's response is published."""
    if _is_published(group_id):
        raise Closed(_("Trả lời của nhóm này đã công bố nên nhóm không đổi được nữa."))


def _is_published(group_id: int) -> bool:
    return bool(
        db.session.scalar(
            sa.select(Response.id).where(Response.group_id == group_id, Response.state == ResponseState.PUBLISHED)
        )
    )


def _drop_if_empty(group_id: int) -> None:
    used = (
        sa.select(GroupMember.comment_id).where(GroupMember.group_id == group_id),
        sa.select(Response.id).where(Response.group_id == group_id),
        sa.select(GroupDeparture.id).where(GroupDeparture.group_id == group_id),
    )
    if not any(db.session.scalar(statement.limit(1)) for statement in used):
        db.session.execute(sa.delete(OpinionGroup).where(OpinionGroup.id == group_id))
