"""Groups of a provision, the comments in them, and those in none."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from consultations.models import (
    Comment,
    Contributor,
    Submission,
)
from consultations.queries.reading import Counts
from core.db import db
from core.pagination import Page, paginate
from moderation.models import LEDGER
from opinions.models import GroupDeparture, GroupMember, OpinionGroup, ProposalMember, Response, ResponseState
from opinions.queries.places import WHO

PAGE_SIZE = 50


@dataclass(frozen=True)
class GroupRow:
    """A group with its figures and the state of its response (None: not written)."""

    id: int
    title: str
    place: int
    document_id: int
    members: int
    distinct: int
    people: int
    state: ResponseState | None
    counts: Counts


def list_comments(document_id: int, place: int, group_id: int | None, cursor: str | None) -> Page[Any]:
    """Comments of the ledger on a place: those of one group, or (None) in no group nor proposal; oldest first."""
    statement = (
        sa.select(
            Comment.id,
            Comment.stance,
            Comment.body,
            Comment.proposed_text,
            Comment.status,
            Comment.created_at,
            Comment.edited_at,
            Comment.support_count,
            Contributor.public_name,
            Contributor.kind,
            Contributor.verification,
            Contributor.organisation_checked_at,
            Submission.channel,
        )
        .join(Contributor, Contributor.id == Comment.contributor_id)
        .join(Submission, Submission.id == Comment.submission_id)
        .outerjoin(GroupMember, GroupMember.comment_id == Comment.id)
        .where(
            Comment.document_id == document_id,
            Comment.place == place,
            GroupMember.group_id.is_(None) if group_id is None else GroupMember.group_id == group_id,
        )
    )
    if group_id is None:
        proposed = sa.select(ProposalMember.comment_id).where(ProposalMember.comment_id == Comment.id)
        statement = statement.where(Comment.status.in_(LEDGER), ~proposed.exists())
    return paginate(statement, [(Comment.id, "id", False)], cursor=cursor, size=PAGE_SIZE)


def list_groups(
    consultation_id: int, *, place: tuple[int, int] | None = None, state: ResponseState | None = None
) -> list[GroupRow]:
    """The groups of a consultation, of one place or with one state of response; largest first, at most 200."""
    statement = (
        sa.select(
            OpinionGroup.id,
            OpinionGroup.title,
            OpinionGroup.place,
            OpinionGroup.document_id,
            Response.state,
            sa.func.count(Comment.id).label("members"),
            sa.func.count(sa.distinct(Comment.fingerprint)).label("distinct"),
            sa.func.count(sa.distinct(WHO)).label("people"),
            *(sa.func.count(sa.case((Comment.stance == stance, 1))).label(stance) for stance in Counts._fields),
        )
        .outerjoin(Response, Response.group_id == OpinionGroup.id)
        .outerjoin(GroupMember, GroupMember.group_id == OpinionGroup.id)
        .outerjoin(Comment, Comment.id == GroupMember.comment_id)
        .outerjoin(Contributor, Contributor.id == Comment.contributor_id)
        .where(OpinionGroup.consultation_id == consultation_id)
        .group_by(OpinionGroup.id, Response.state)
        .order_by(sa.func.count(Comment.id).desc(), OpinionGroup.id)
        .limit(200)
    )
    if place is not None:
        statement = statement.where(OpinionGroup.document_id == place[0], OpinionGroup.place == place[1])
    if state is not None:
        statement = statement.where(Response.state == state)
    return [
        GroupRow(
            id=row.id,
            title=row.title,
            place=row.place,
            document_id=row.document_id,
            members=row.members,
            distinct=row.distinct,
            people=row.people,
            state=row.state,
            counts=Counts(row.support, row.amend, row.oppose, row.ask),
        )
        for row in db.session.execute(statement)
    ]


def list_departures(document_id: int, place: int) -> Sequence[Any]:
    """Comments that left a group of this place, not yet looked at: rows (comment_id, group_id, title, reason, at)."""
    return db.session.execute(
        sa.select(
            GroupDeparture.comment_id,
            GroupDeparture.group_id,
            OpinionGroup.title,
            GroupDeparture.reason,
            GroupDeparture.at,
        )
        .join(OpinionGroup, OpinionGroup.id == GroupDeparture.group_id)
        .where(OpinionGroup.document_id == document_id, OpinionGroup.place == place, GroupDeparture.seen_at.is_(None))
        .order_by(GroupDeparture.id)
        .limit(50)
    ).all()
