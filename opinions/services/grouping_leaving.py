"""What follows for families, proposals and groups when comments come, change or go."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from consultations.models import Consultation
from core.db import db
from opinions.models import FamilyMember, GroupProposal, OpinionFamily, OpinionGroup, ProposalMember
from opinions.queries import groups
from opinions.queries import proposals as queries

UNSEEN = {"synchronize_session": False}
FIGURES = ("members", "texts", "people", "support", "amend", "oppose", "ask")


def lock_groups(consultation_id: int) -> None:
    """Runs and people change the groups of a consultation one after another."""
    db.session.execute(sa.select(Consultation.id).where(Consultation.id == consultation_id).with_for_update())


def leave(comment_ids: Sequence[int]) -> None:
    """Comments changed or left the ledger: they are in no family and in no proposal any more."""
    leave_proposals(comment_ids)
    mine = FamilyMember.comment_id.in_(comment_ids)
    families = list(db.session.scalars(sa.select(FamilyMember.family_id).where(mine).distinct()))
    if families:
        db.session.execute(sa.delete(FamilyMember).where(mine), execution_options=UNSEEN)
        _mend_families(families)
        db.session.expire_all()


def leave_proposals(comment_ids: Sequence[int]) -> None:
    """Comments are proposed no more."""
    mine = ProposalMember.comment_id.in_(comment_ids)
    proposals = list(db.session.scalars(sa.select(ProposalMember.proposal_id).where(mine).distinct()))
    if proposals:
        db.session.execute(sa.delete(ProposalMember).where(mine), execution_options=UNSEEN)
        mend_proposals(proposals)


def mend_proposals(proposal_ids: Sequence[int]) -> None:
    """After comments left proposals: those that are empty go, those that lost their typical comment get another.

    Their figures are counted anew.
    """
    db.session.flush()
    lost = ~sa.exists().where(
        ProposalMember.proposal_id == GroupProposal.id, ProposalMember.comment_id == GroupProposal.comment_id
    )
    first = (
        sa.select(sa.func.min(ProposalMember.comment_id))
        .where(ProposalMember.proposal_id == GroupProposal.id)
        .scalar_subquery()
    )
    open_ones = sa.and_(GroupProposal.id.in_(proposal_ids), GroupProposal.rejected_at.is_(None))
    db.session.execute(sa.delete(GroupProposal).where(open_ones, first.is_(None)), execution_options=UNSEEN)
    db.session.execute(
        sa.update(GroupProposal).where(open_ones, lost).values(comment_id=first), execution_options=UNSEEN
    )
    if figures := queries.figures_of(proposal_ids):
        db.session.execute(sa.update(GroupProposal), [dict(row._mapping) for row in figures])
    db.session.expire_all()


def count_groups(group_ids: Collection[int]) -> None:
    """Count the figures of groups anew, after comments came or went. Of two writers the second counts both."""
    db.session.flush()
    mine = sa.select(OpinionGroup).where(OpinionGroup.id.in_(group_ids)).order_by(OpinionGroup.id)
    locked = db.session.scalars(mine.with_for_update(key_share=True)).all()
    counted = {row.id: row for row in groups.figures_of([group.id for group in locked])}
    for group in locked:
        for name in FIGURES:
            setattr(group, name, getattr(counted.get(group.id), name, 0))
    db.session.flush()


def _mend_families(family_ids: Sequence[int]) -> None:
    """Families without members go; one that lost the comment it had its text from has it from the next."""
    lost = ~sa.exists().where(
        FamilyMember.family_id == OpinionFamily.id, FamilyMember.comment_id == OpinionFamily.first_comment_id
    )
    least = sa.select(sa.func.min(FamilyMember.comment_id))
    first = least.where(FamilyMember.family_id == OpinionFamily.id).scalar_subquery()
    mine = OpinionFamily.id.in_(family_ids)
    db.session.execute(sa.delete(OpinionFamily).where(mine, first.is_(None)), execution_options=UNSEEN)
    db.session.execute(
        sa.update(OpinionFamily).where(mine, lost).values(first_comment_id=first), execution_options=UNSEEN
    )
