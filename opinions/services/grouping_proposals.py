"""Propose groups on one place. What a person decided stands: groups, reshaped proposals and every no are left alone."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import sqlalchemy as sa

from consultations.models import Comment, Consultation, Provision, Stance, Version
from core import bulk, clock
from core.db import db
from opinions.analysis import hook
from opinions.analysis.clusters import Anchor, Unit
from opinions.analysis.sketching import Material, Sketched
from opinions.models import (
    FamilyMember,
    GroupMember,
    GroupProposal,
    KeptApart,
    OpinionGroup,
    ProposalMember,
    Response,
    ResponseState,
)
from opinions.queries import families
from opinions.queries import proposals as queries
from opinions.services.grouping_leaving import UNSEEN, lock_groups, mend_proposals

CAMPS = {Stance.SUPPORT: "for", Stance.OPPOSE: "against", Stance.AMEND: "change", Stance.ASK: "change"}
"""Who supports and who opposes are never proposed as one; who asks and who wants a change may be."""
READ_OF_GROUP = 30
"""So many texts of an existing group are compared with new opinions."""
CLOSED = (ResponseState.SUBMITTED, ResponseState.APPROVED, ResponseState.PUBLISHED)

Line: TypeAlias = tuple[int, str]
"""A family (its id) or a comment (its id, negative), and a camp."""


@dataclass
class Place:
    """What is to be grouped on a place: the comments of each line, and where they were proposed until now."""

    document_id: int
    place: int
    lines: dict[Line, list[int]] = field(default_factory=lambda: defaultdict(list))
    proposed: dict[int, int] = field(default_factory=dict)


def read(document_id: int, place: int, *, mixed: bool = False) -> tuple[Place, Material | None]:
    """The place as it is, and what its proposals are worked out from: None where no opinion is free.

    ``mixed``: across stances too.
    """
    here = _read(document_id, place, mixed=mixed)
    if not here.lines:
        return here, None
    members, units = _units(here)
    anchors, home = _groups(here, mixed=mixed)
    homes = [home.get(line) for line in here.lines]
    return here, Material(members, units, anchors, homes, _provision_text(here))


# --- reading ----------------------------------------------------------------------------------------------------------


def _read(document_id: int, place: int, *, mixed: bool) -> Place:
    here = Place(document_id, place)
    for row in queries.free_comments(document_id, place):
        line = row.family_id if row.family_id is not None else -row.id
        here.lines[line, "" if mixed else CAMPS[row.stance]].append(row.id)
        if row.proposal_id is not None:
            here.proposed[row.id] = row.proposal_id
    return here


def _units(here: Place) -> tuple[list[list[int]], list[Unit]]:
    """The comments of each line, and what is to be compared."""
    members = list(here.lines.values())
    texts = queries.texts_of([comments[0] for comments in members])
    no = _kept_apart(here)
    return members, [
        Unit(
            text=texts[comments[0]],
            weight=len(comments),
            camp=camp,
            apart=frozenset(number for comment in comments for number in no[comment] if number > 0),
            barred=frozenset(-number for comment in comments for number in no[comment] if number < 0),
        )
        for (_, camp), comments in here.lines.items()
    ]


def _kept_apart(here: Place) -> dict[int, list[int]]:
    """Of each comment what people said it is not in: rejected proposals (their ids) and groups (theirs, negative)."""
    found: dict[int, list[int]] = defaultdict(list)
    rows = db.session.execute(
        sa.select(KeptApart.comment_id, sa.func.coalesce(KeptApart.proposal_id, -KeptApart.group_id))
        .join(Comment, Comment.id == KeptApart.comment_id)
        .where(Comment.document_id == here.document_id, Comment.place == here.place)
    )
    for comment_id, number in rows:
        found[comment_id].append(number)
    return found


def _groups(here: Place, *, mixed: bool) -> tuple[list[Anchor], dict[Line, int]]:
    """The groups that may still take opinions, and in which of them each family is already."""
    rows = db.session.execute(
        sa.select(GroupMember.group_id, Comment.id, Comment.stance, FamilyMember.family_id, Comment.fingerprint)
        .join(OpinionGroup, OpinionGroup.id == GroupMember.group_id)
        .join(Comment, Comment.id == GroupMember.comment_id)
        .outerjoin(FamilyMember, FamilyMember.comment_id == Comment.id)
        .outerjoin(Response, sa.and_(Response.group_id == OpinionGroup.id, Response.state.in_(CLOSED)))
        .where(OpinionGroup.document_id == here.document_id, OpinionGroup.place == here.place, Response.id.is_(None))
        .order_by(GroupMember.group_id, Comment.id)
    ).all()
    shown: dict[int, dict[str, int]] = defaultdict(dict)
    camps: dict[int, set[str]] = defaultdict(set)
    home: dict[Line, int] = {}
    for row in rows:
        camp = "" if mixed else CAMPS[row.stance]
        camps[row.group_id].add(camp)
        if len(shown[row.group_id]) < READ_OF_GROUP:
            shown[row.group_id].setdefault(row.fingerprint, row.id)
        if row.family_id is not None:
            home.setdefault((row.family_id, camp), row.group_id)
    texts = queries.texts_of([comment for first in shown.values() for comment in first.values()])
    anchors = [
        Anchor(group_id, [texts[comment] for comment in first.values()], frozenset(camps[group_id]))
        for group_id, first in shown.items()
    ]
    return anchors, home


def _provision_text(here: Place) -> str:
    if hook.namer is None:
        return ""
    return (
        db.session.scalar(
            sa.select(Provision.text)
            .join(Version, Version.id == Provision.version_id)
            .where(Provision.lineage_id == here.place, Version.document_id == here.document_id)
            .order_by(Version.number.desc())
            .limit(1)
        )
        or ""
    )


# --- writing ----------------------------------------------------------------------------------------------------------


def write(consultation: Consultation, here: Place, found: Sequence[Sketched]) -> int:
    """Put the proposals in the place of the earlier ones that nobody touched; returns how many there are now.

    What people did while it was worked out counts: comments that are in a group or a reshaped proposal by now, or have
    changed, are left out. A proposal that holds mostly the same comments as before keeps its id.
    """
    lock_groups(consultation.id)
    free: dict[int, int | None] = {
        row.id: row.proposal_id for row in queries.free_comments(here.document_id, here.place)
    }
    for sketched in found:
        sketched.comments = [comment for comment in sketched.comments if comment in free]
    found = [sketched for sketched in found if sketched.comments and (sketched.group_id or len(sketched.comments) > 1)]
    ids = _proposal_ids(consultation, here, found, free)
    wanted = {comment: ids[at] for at, sketched in enumerate(found) for comment in sketched.comments}
    _move_members({comment: held for comment, held in free.items() if held is not None}, wanted)
    _drop_untouched(here, keep=set(ids))
    for part in families.portions(ids):
        mend_proposals(part)
    return len(found)


def _proposal_ids(
    consultation: Consultation, here: Place, found: Sequence[Sketched], held: dict[int, int | None]
) -> list[int]:
    earlier = _untouched(here)
    ids: list[int] = []
    for sketched in found:
        overlap = Counter(number for comment in sketched.comments if (number := held[comment]) in earlier)
        best = max(overlap, key=lambda number: (overlap[number], -(number or 0)), default=None)
        proposal = earlier.pop(best) if best is not None else _new(consultation, here)
        proposal.group_id, proposal.comment_id = sketched.group_id, _still(sketched)
        proposal.title, proposal.phrases = sketched.title[:300], sketched.phrases
        db.session.add(proposal)
        db.session.flush()
        ids.append(proposal.id)
    return ids


def _new(consultation: Consultation, here: Place) -> GroupProposal:
    return GroupProposal(
        consultation_id=consultation.id, document_id=here.document_id, place=here.place, created_at=clock.now()
    )


def _still(sketched: Sketched) -> int:
    return sketched.typical if sketched.typical in sketched.comments else sketched.comments[0]


def _untouched(here: Place) -> dict[int, GroupProposal]:
    """Open proposals of the place that no person has reshaped."""
    rows = db.session.scalars(
        sa.select(GroupProposal).where(
            GroupProposal.document_id == here.document_id,
            GroupProposal.place == here.place,
            GroupProposal.reshaped_at.is_(None),
            GroupProposal.rejected_at.is_(None),
        )
    )
    return {proposal.id: proposal for proposal in rows}


def _move_members(held: dict[int, int], wanted: dict[int, int]) -> None:
    gone = [comment for comment, proposal in held.items() if wanted.get(comment) != proposal]
    for part in families.portions(gone):
        db.session.execute(
            sa.delete(ProposalMember).where(ProposalMember.comment_id.in_(part)),
            execution_options=UNSEEN,
        )
    new = [[comment, proposal] for comment, proposal in wanted.items() if held.get(comment) != proposal]
    bulk.insert_rows(ProposalMember.metadata.tables["proposal_member"], ("comment_id", "proposal_id"), new)


def _drop_untouched(here: Place, *, keep: Iterable[int]) -> None:
    empty = [proposal_id for proposal_id in _untouched(here) if proposal_id not in keep]
    for part in families.portions(empty):
        db.session.execute(
            sa.delete(GroupProposal).where(GroupProposal.id.in_(part)),
            execution_options=UNSEEN,
        )
