"""Proposed groups: those of a place, one with what it holds, and what a run has to know of a place."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from accounts import queries as accounts
from accounts.policies import Permission
from consultations.models import Comment, CommentTally, Consultation, Contributor, Document
from consultations.queries.reading import Counts
from core.db import db
from core.errors import NotFound
from core.pagination import Page, paginate
from moderation.models import LEDGER, NOT_IN_LEDGER
from opinions.models import (
    FamilyMember,
    GroupingLog,
    GroupMember,
    GroupProposal,
    OpinionFamily,
    OpinionGroup,
    ProposalMember,
)
from opinions.queries.counted import WHO

ON_A_PLACE = 100
ROWS = 50
LINE = sa.func.coalesce(FamilyMember.family_id, -ProposalMember.comment_id)
"""A line of a proposal: a family (its id), or one comment (its id, negative)."""


@dataclass(frozen=True)
class ProposalRow:
    """An open proposal with its figures. ``text``: the most typical opinion; ``lines``: how many to decide on."""

    id: int
    title: str
    phrases: Sequence[str]
    group_id: int | None
    group_title: str | None
    is_reshaped: bool
    text: str
    members: int
    distinct: int
    people: int
    lines: int
    counts: Counts


@dataclass(frozen=True)
class Coverage:
    """Where the opinions of the ledger are: each in exactly one of the three."""

    received: int
    grouped: int
    proposed: int

    @property
    def ungrouped(self) -> int:
        return self.received - self.grouped - self.proposed


def list_on_place(document_id: int, place: int) -> list[ProposalRow]:
    """The open proposals of a place, largest first, at most a hundred."""
    statement = _proposals().where(GroupProposal.document_id == document_id, GroupProposal.place == place)
    return _rows(statement.order_by(GroupProposal.members.desc(), GroupProposal.id).limit(ON_A_PLACE))


def get_row(proposal_id: int) -> ProposalRow | None:
    return next(iter(_rows(_proposals().where(GroupProposal.id == proposal_id))), None)


def list_lines(proposal_id: int, cursor: str | None) -> Page[Any]:
    """What a proposal holds, a family or a comment a line: rows (line, first, copies, stances, body, proposed_text).

    Families first, the one with the most copies at the top; then single ones from the oldest. A family shows its text.
    """
    lines = (
        sa.select(
            sa.func.min(ProposalMember.comment_id).label("first"),
            sa.func.count().label("copies"),
            LINE.label("line"),
            *(sa.func.count(sa.case((Comment.stance == stance, 1))).label(stance) for stance in Counts._fields),
        )
        .join(Comment, Comment.id == ProposalMember.comment_id)
        .outerjoin(FamilyMember, FamilyMember.comment_id == ProposalMember.comment_id)
        .where(ProposalMember.proposal_id == proposal_id, Comment.status.in_(LEDGER))
        .group_by(LINE)
        .subquery()
    )
    before = (-lines.c.first).label("before")
    shown = sa.func.coalesce(OpinionFamily.first_comment_id, lines.c.first)
    statement = (
        sa.select(lines, before, Comment.body, Comment.proposed_text, Contributor.public_name)
        .outerjoin(OpinionFamily, OpinionFamily.id == lines.c.line)
        .join(Comment, Comment.id == shown)
        .join(Contributor, Contributor.id == Comment.contributor_id)
    )
    keys = [(lines.c.copies, "copies", True), (before, "before", True)]
    return paginate(statement, keys, cursor=cursor, size=ROWS)


def coverage(consultation_id: int) -> Coverage:
    """Of a whole consultation."""
    return _coverage(
        CommentTally.document_id.in_(sa.select(Document.id).where(Document.consultation_id == consultation_id)),
        OpinionGroup.consultation_id == consultation_id,
        GroupProposal.consultation_id == consultation_id,
        Comment.consultation_id == consultation_id,
    )


def coverage_of_place(document_id: int, place: int) -> Coverage:
    return _coverage(*(sa.and_(table.document_id == document_id, table.place == place) for table in _ON_PLACES))


_ON_PLACES = (CommentTally, OpinionGroup, GroupProposal, Comment)


def _coverage(
    tallied: "sa.ColumnElement[bool]",
    grouped: "sa.ColumnElement[bool]",
    proposed: "sa.ColumnElement[bool]",
    written: "sa.ColumnElement[bool]",
) -> Coverage:
    """From tallies, figures and indexes alone: it costs little however many opinions there are.

    Members of a group are in the ledger, but for those that left it after their response was published.
    """
    received = sa.select(sa.func.coalesce(sa.func.sum(CommentTally.count), 0)).where(
        tallied, CommentTally.status.in_(LEDGER)
    )
    members = sa.select(sa.func.coalesce(sa.func.sum(OpinionGroup.members), 0)).where(grouped)
    gone = sa.select(Comment.id).where(written, Comment.status.in_(NOT_IN_LEDGER))
    left = sa.select(sa.func.count()).select_from(GroupMember).where(GroupMember.comment_id.in_(gone))
    waiting = sa.select(sa.func.coalesce(sa.func.sum(GroupProposal.members), 0)).where(
        proposed, GroupProposal.rejected_at.is_(None)
    )
    row = db.session.execute(sa.select(*(part.scalar_subquery() for part in (received, members, left, waiting)))).one()
    return Coverage(int(row[0]), int(row[1]) - int(row[2]), int(row[3]))


def list_places(consultation_id: int) -> Sequence[Any]:
    """Places with open proposals: rows (document_id, place, proposals, opinions), those with most opinions first."""
    return db.session.execute(
        sa.select(
            GroupProposal.document_id,
            GroupProposal.place,
            sa.func.count().label("proposals"),
            sa.func.sum(GroupProposal.members).label("opinions"),
        )
        .where(GroupProposal.consultation_id == consultation_id, GroupProposal.rejected_at.is_(None))
        .group_by(GroupProposal.document_id, GroupProposal.place)
        .order_by(sa.desc("opinions"), GroupProposal.document_id, GroupProposal.place)
        .limit(500)
    ).all()


def get_proposal(person_id: int, proposal_id: int) -> GroupProposal:
    """An open proposal of a consultation that the person may answer."""
    proposal = db.session.scalar(
        sa.select(GroupProposal)
        .join(Consultation, Consultation.id == GroupProposal.consultation_id)
        .where(
            GroupProposal.id == proposal_id,
            GroupProposal.rejected_at.is_(None),
            Consultation.agency_id.in_(accounts.agencies_within(person_id, Permission.ANSWER)),
        )
    )
    if proposal is None:
        raise NotFound
    return proposal


def get_all(person_id: int, document_id: int, place: int, ids: Sequence[int]) -> list[GroupProposal]:
    """Those of the open proposals of a place with one of the ids, if the person may answer there; in order of id."""
    return list(
        db.session.scalars(
            sa.select(GroupProposal)
            .join(Consultation, Consultation.id == GroupProposal.consultation_id)
            .where(
                GroupProposal.id.in_(ids),
                GroupProposal.document_id == document_id,
                GroupProposal.place == place,
                GroupProposal.rejected_at.is_(None),
                Consultation.agency_id.in_(accounts.agencies_within(person_id, Permission.ANSWER)),
            )
            .order_by(GroupProposal.id)
        )
    )


def list_log(document_id: int, place: int) -> Sequence[GroupingLog]:
    """The latest decisions on a place, at most twenty."""
    return db.session.scalars(
        sa.select(GroupingLog)
        .where(GroupingLog.document_id == document_id, GroupingLog.place == place)
        .order_by(GroupingLog.id.desc())
        .limit(20)
    ).all()


def _proposals() -> "sa.Select[*tuple[Any, ...]]":
    return (
        sa.select(GroupProposal, OpinionGroup.title.label("group_title"), Comment.body, Comment.proposed_text)
        .join(Comment, Comment.id == GroupProposal.comment_id)
        .outerjoin(OpinionGroup, OpinionGroup.id == GroupProposal.group_id)
        .where(GroupProposal.rejected_at.is_(None))
    )


def figures_of(proposal_ids: Sequence[int]) -> list[Any]:
    """Rows (id, members, texts, people, lines, and a count for each stance), counted anew."""
    return list(
        db.session.execute(
            sa.select(
                ProposalMember.proposal_id.label("id"),
                sa.func.count().label("members"),
                sa.func.count(sa.distinct(Comment.fingerprint)).label("texts"),
                sa.func.count(sa.distinct(WHO)).label("people"),
                sa.func.count(sa.distinct(LINE)).label("lines"),
                *(sa.func.count(sa.case((Comment.stance == stance, 1))).label(stance) for stance in Counts._fields),
            )
            .join(Comment, Comment.id == ProposalMember.comment_id)
            .join(Contributor, Contributor.id == Comment.contributor_id)
            .outerjoin(FamilyMember, FamilyMember.comment_id == Comment.id)
            .where(ProposalMember.proposal_id.in_(proposal_ids))
            .group_by(ProposalMember.proposal_id)
        )
    )


def _rows(statement: "sa.Select[*tuple[Any, ...]]") -> list[ProposalRow]:
    return [
        ProposalRow(
            id=found.id,
            title=found.title,
            phrases=found.phrases,
            group_id=found.group_id,
            group_title=row.group_title,
            is_reshaped=found.reshaped_at is not None,
            text=row.body or row.proposed_text,
            members=found.members,
            distinct=found.texts,
            people=found.people,
            lines=found.lines,
            counts=Counts(found.support, found.amend, found.oppose, found.ask),
        )
        for row in db.session.execute(statement)
        for found in (row.GroupProposal,)
    ]


# --- what a run reads of a place --------------------------------------------------------------------------------------


def places_with_opinions(consultation_id: int) -> Sequence[Any]:
    """Rows (document_id, place), in this order."""
    return db.session.execute(
        sa.select(Comment.document_id, Comment.place)
        .where(Comment.consultation_id == consultation_id, Comment.status.in_(LEDGER))
        .distinct()
        .order_by(Comment.document_id, Comment.place)
    ).all()


def free_comments(document_id: int, place: int) -> Sequence[Any]:
    """Opinions that no person has placed: rows (id, stance, family_id, fingerprint, proposal_id), oldest first.

    Those in a group or in a proposal that a person reshaped are left out.
    """
    return db.session.execute(
        sa.select(Comment.id, Comment.stance, FamilyMember.family_id, Comment.fingerprint, ProposalMember.proposal_id)
        .outerjoin(GroupMember, GroupMember.comment_id == Comment.id)
        .outerjoin(ProposalMember, ProposalMember.comment_id == Comment.id)
        .outerjoin(GroupProposal, GroupProposal.id == ProposalMember.proposal_id)
        .outerjoin(FamilyMember, FamilyMember.comment_id == Comment.id)
        .where(
            Comment.document_id == document_id,
            Comment.place == place,
            Comment.status.in_(LEDGER),
            GroupMember.comment_id.is_(None),
            GroupProposal.reshaped_at.is_(None),
        )
        .order_by(Comment.id)
    ).all()


def texts_of(comment_ids: Sequence[int]) -> dict[int, str]:
    """What comments say: the opinion, and the wording it wants."""
    found: dict[int, str] = {}
    for start in range(0, len(comment_ids), 500):
        rows = db.session.execute(
            sa.select(Comment.id, Comment.body, Comment.proposed_text).where(
                Comment.id.in_(comment_ids[start : start + 500])
            )
        )
        found.update((row.id, f"{row.body}\n{row.proposed_text}".strip()) for row in rows)
    return found
