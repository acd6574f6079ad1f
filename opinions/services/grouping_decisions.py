"""What people decide about proposals: confirm, rename, merge, split, move, reject. No run overturns any of it.

A line of a proposal is a family (its id) or a single comment (its id, negative): a letter sent in five thousand times
is one line.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from accounts.models import Person
from consultations.models import Comment, Consultation
from core import clock
from core.db import db
from core.errors import Conflict, RuleBroken
from core.i18n import gettext as _
from moderation.models import LEDGER
from opinions.models import (
    FamilyMember,
    GroupingAction,
    GroupingLog,
    GroupMember,
    GroupProposal,
    KeptApart,
    OpinionGroup,
    ProposalMember,
)
from opinions.queries.proposals import LINE
from opinions.services import grouping
from opinions.services.grouping_leaving import UNSEEN, count_groups, lock_groups, mend_proposals

MAX_LINES = 1000


def confirm(
    proposal: GroupProposal, *, by: Person, title: str | None = None, lines: Sequence[int] | None = None
) -> OpinionGroup:
    """Make a proposal a group, or add it to the group it is proposed into. Raises RuleBroken, Conflict, Closed.

    ``lines``: only these; the others stay proposed, and are never proposed into this group again.
    """
    consultation = _begin(proposal)
    members = _members(proposal, lines)
    count = _count(members)
    group = _group_of(proposal, consultation, title, by)
    now = clock.now()
    columns = ("comment_id", "group_id", "added_by_id", "added_at")
    values = members.add_columns(sa.literal(group.id), sa.literal(by.id), sa.literal(now, GroupMember.added_at.type))
    db.session.execute(sa.insert(GroupMember).from_select(columns, values))
    count_groups([group.id])
    _log(proposal, GroupingAction.CONFIRM, count, by)
    _take_out(proposal, members)
    if lines is not None:
        left = sa.select(ProposalMember.comment_id, sa.literal(group.id)).where(
            ProposalMember.proposal_id == proposal.id
        )
        db.session.execute(sa.insert(KeptApart).from_select(["comment_id", "group_id"], left))
        if proposal.group_id is not None:
            proposal.group_id = None
    _settle(proposal)
    return group


def rename(proposal: GroupProposal, title: str, *, by: Person) -> None:
    """Give a proposal the name that its group is to have."""
    if not title:
        raise RuleBroken(_("Hãy ghi tên nhóm."), "title")
    _begin(proposal)
    proposal.title = title
    _log(proposal, GroupingAction.RENAME, _count(_members(proposal, None)), by)
    _settle(proposal)


def merge(proposals: Sequence[GroupProposal], *, by: Person) -> GroupProposal:
    """Put proposals of one place together, into the first. Raises RuleBroken."""
    if len({proposal.id for proposal in proposals}) < 2:
        raise RuleBroken(_("Hãy đánh dấu ít nhất hai đề xuất để gộp."), "proposals")
    first, *others = proposals
    if any((one.document_id, one.place) != (first.document_id, first.place) for one in others):
        raise RuleBroken(_("Chỉ gộp được các đề xuất của cùng một điều khoản."), "proposals")
    _begin(first)
    for other in others:
        _log(other, GroupingAction.MERGE, _count(_members(other, None)), by)
    db.session.execute(
        sa.update(ProposalMember)
        .where(ProposalMember.proposal_id.in_([other.id for other in others]))
        .values(proposal_id=first.id),
        execution_options=UNSEEN,
    )
    first.group_id = first.group_id or next((other.group_id for other in others if other.group_id), None)
    mend_proposals([other.id for other in others])
    _settle(first)
    return first


def split(proposal: GroupProposal, lines: Sequence[int], *, by: Person) -> GroupProposal:
    """Put some lines of a proposal into one of their own. Raises RuleBroken if it would leave nothing."""
    _begin(proposal)
    members = _members(proposal, lines)
    count = _count(members)
    if count == _count(_members(proposal, None)):
        raise RuleBroken(_("Hãy để lại ít nhất một lời trong đề xuất này."), "lines")
    new = _new_proposal(proposal, members)
    _log(proposal, GroupingAction.SPLIT, count, by)
    _settle(new)
    _settle(proposal)
    return new


def move(proposal: GroupProposal, lines: Sequence[int], *, to: GroupProposal, by: Person) -> None:
    """Put some lines of a proposal into another of the same place. Raises RuleBroken."""
    if proposal.id == to.id or (proposal.document_id, proposal.place) != (to.document_id, to.place):
        raise RuleBroken(_("Hãy chọn một đề xuất khác của cùng điều khoản."), "to")
    _begin(proposal)
    members = _members(proposal, lines)
    _log(proposal, GroupingAction.MOVE, _count(members), by)
    _put(members, to)
    _settle(to)
    _settle(proposal)


def reject(proposal: GroupProposal, *, by: Person) -> None:
    """Say that these don't belong together: no run proposes any two lines of them as one again.

    Copies of one text stay one line: each family becomes a proposal of its own. Of a proposal into a group: no run
    proposes these into that group again.
    """
    _begin(proposal)
    everything = _members(proposal, None)
    if proposal.group_id is None and _count_lines(proposal) < 2:
        raise RuleBroken(_("Đề xuất này chỉ có một lời, không có gì để tách. Hãy xác nhận thành nhóm."))
    _log(proposal, GroupingAction.REJECT, _count(everything), by)
    mark = sa.literal(proposal.group_id if proposal.group_id is not None else proposal.id)
    column = "group_id" if proposal.group_id is not None else "proposal_id"
    ids = sa.select(ProposalMember.comment_id, mark).where(ProposalMember.proposal_id == proposal.id)
    db.session.execute(sa.insert(KeptApart).from_select(["comment_id", column], ids))
    for family_id in _families(proposal):
        _new_proposal(proposal, _members(proposal, [family_id]), titled=False)
    _take_out(proposal, _members(proposal, None, everywhere=True))
    if proposal.group_id is None:
        proposal.rejected_at = clock.now()
        db.session.flush()
    else:
        mend_proposals([proposal.id])


# --- parts ------------------------------------------------------------------------------------------------------------


def _begin(proposal: GroupProposal) -> Consultation:
    """Nobody else changes proposals of this consultation meanwhile. Raises Conflict if this one is gone."""
    lock_groups(proposal.consultation_id)
    there = sa.select(GroupProposal.id).where(GroupProposal.id == proposal.id, GroupProposal.rejected_at.is_(None))
    if db.session.scalar(there) is None:
        raise Conflict(_("Đề xuất này vừa được người khác xử lý. Không có gì bị ghi đè."))
    consultation = db.session.get_one(Consultation, proposal.consultation_id)
    grouping.check_open(consultation)
    return consultation


def _members(
    proposal: GroupProposal, lines: Sequence[int] | None, *, everywhere: bool = False
) -> "sa.Select[*tuple[int, ...]]":
    """The ids of the comments of a proposal, or of some of its lines, that are in the ledger (or wherever they are)."""
    if lines is not None and not lines:
        raise RuleBroken(_("Hãy đánh dấu ít nhất một lời."), "lines")
    if lines is not None and len(lines) > MAX_LINES:
        raise RuleBroken(_("Mỗi lần tối đa %(n)s lời.", n=MAX_LINES), "lines")
    statement = sa.select(ProposalMember.comment_id).where(ProposalMember.proposal_id == proposal.id)
    if lines is not None:
        statement = statement.outerjoin(FamilyMember, FamilyMember.comment_id == ProposalMember.comment_id).where(
            LINE.in_(list(lines))
        )
    if not everywhere:
        statement = statement.join(Comment, Comment.id == ProposalMember.comment_id).where(Comment.status.in_(LEDGER))
    return statement


def _count(members: "sa.Select[*tuple[int, ...]]") -> int:
    count = db.session.scalar(sa.select(sa.func.count()).select_from(members.subquery())) or 0
    if not count:
        raise Conflict(_("Các lời này vừa được người khác xử lý. Không có gì bị ghi đè."))
    return count


def _count_lines(proposal: GroupProposal) -> int:
    return (
        db.session.scalar(
            sa.select(sa.func.count(sa.distinct(LINE)))
            .select_from(ProposalMember)
            .outerjoin(FamilyMember, FamilyMember.comment_id == ProposalMember.comment_id)
            .where(ProposalMember.proposal_id == proposal.id)
        )
        or 0
    )


def _families(proposal: GroupProposal) -> Sequence[int]:
    """Families with several comments in the proposal."""
    return db.session.scalars(
        sa.select(FamilyMember.family_id)
        .join(ProposalMember, ProposalMember.comment_id == FamilyMember.comment_id)
        .join(Comment, sa.and_(Comment.id == FamilyMember.comment_id, Comment.status.in_(LEDGER)))
        .where(ProposalMember.proposal_id == proposal.id)
        .group_by(FamilyMember.family_id)
        .having(sa.func.count() > 1)
        .order_by(FamilyMember.family_id)
    ).all()


def _group_of(proposal: GroupProposal, consultation: Consultation, title: str | None, by: Person) -> OpinionGroup:
    if proposal.group_id is not None:
        group = db.session.get_one(OpinionGroup, proposal.group_id)
        grouping.check_unpublished(group.id)
        return group
    group = OpinionGroup(
        consultation_id=consultation.id,
        document_id=proposal.document_id,
        place=proposal.place,
        title=title if title is not None else proposal.title,
        created_by_id=by.id,
        created_at=clock.now(),
        version=1,
    )
    db.session.add(group)
    db.session.flush()
    return group


def _new_proposal(
    source: GroupProposal, members: "sa.Select[*tuple[int, ...]]", *, titled: bool = True
) -> GroupProposal:
    """Some of the comments of a proposal in one of their own."""
    first = db.session.scalar(members.order_by(ProposalMember.comment_id).limit(1))
    if first is None:
        raise Conflict(_("Các lời này vừa được người khác xử lý. Không có gì bị ghi đè."))
    new = GroupProposal(
        consultation_id=source.consultation_id,
        document_id=source.document_id,
        place=source.place,
        comment_id=first,
        title=source.title if titled else "",
        phrases=[],
        created_at=clock.now(),
    )
    db.session.add(new)
    db.session.flush()
    _put(members, new)
    mend_proposals([new.id])
    return new


def _put(members: "sa.Select[*tuple[int, ...]]", to: GroupProposal) -> None:
    db.session.execute(
        sa.update(ProposalMember).where(ProposalMember.comment_id.in_(members)).values(proposal_id=to.id),
        execution_options=UNSEEN,
    )


def _take_out(proposal: GroupProposal, members: "sa.Select[*tuple[int, ...]]") -> None:
    db.session.execute(
        sa.delete(ProposalMember).where(
            ProposalMember.proposal_id == proposal.id, ProposalMember.comment_id.in_(members)
        ),
        execution_options=UNSEEN,
    )


def _settle(proposal: GroupProposal) -> None:
    """From now on this proposal is a person's: no run changes it."""
    proposal.reshaped_at = clock.now()
    db.session.flush()
    mend_proposals([proposal.id])


def _log(proposal: GroupProposal, action: GroupingAction, comments: int, by: Person) -> None:
    db.session.add(
        GroupingLog(
            consultation_id=proposal.consultation_id,
            document_id=proposal.document_id,
            place=proposal.place,
            proposal=proposal.id,
            action=action,
            title=proposal.title,
            comments=comments,
            actor_id=by.id,
            at=clock.now(),
        )
    )
    db.session.flush()
