"""Groups of a provision, the comments in them, and those in none."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from consultations.models import Comment, Contributor, Stance, Submission
from consultations.queries.reading import Counts
from core.db import db
from core.pagination import Page, paginate
from moderation.models import LEDGER
from opinions.models import (
    GroupDeparture,
    GroupMember,
    LetterPassage,
    OpinionGroup,
    ProposalMember,
    Response,
    ResponseState,
)
from opinions.queries.counted import WHO

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


def list_comments(
    document_id: int, place: int, group_id: int | None, cursor: str | None, *, stance: Stance | None = None
) -> Page[Any]:
    """Comments of a place: those of one group, or (None) of the ledger in no group nor proposal; oldest first.

    Only the page that is asked for is looked for, along an index, whatever the place holds.
    """
    found = _members(group_id) if group_id is not None else _free(document_id, place, stance)
    page = paginate(sa.select(found.c.id), [(found.c.id, "id", False)], cursor=cursor, size=PAGE_SIZE)
    rows = db.session.execute(_SHOWN.where(Comment.id.in_([row.id for row in page.items])).order_by(Comment.id))
    return replace(page, items=rows.all())


_SHOWN = (
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
        Submission.people,
        LetterPassage.letter_id,
    )
    .join(Contributor, Contributor.id == Comment.contributor_id)
    .join(Submission, Submission.id == Comment.submission_id)
    .outerjoin(LetterPassage, LetterPassage.comment_id == Comment.id)
)


def _members(group_id: int) -> sa.Subquery:
    return sa.select(GroupMember.comment_id.label("id")).where(GroupMember.group_id == group_id).subquery()


def _free(document_id: int, place: int, stance: Stance | None) -> sa.Subquery:
    """Ids of comments that are nowhere yet. Each status by itself, so that they come along the index in their order."""
    grouped = sa.exists().where(GroupMember.comment_id == Comment.id)
    proposed = sa.exists().where(ProposalMember.comment_id == Comment.id)
    here = [Comment.document_id == document_id, Comment.place == place, ~grouped, ~proposed]
    if stance is not None:
        here.append(Comment.stance == stance)
    return sa.union_all(*[sa.select(Comment.id).where(*here, Comment.status == status) for status in LEDGER]).subquery()


def list_groups(
    consultation_id: int, *, place: tuple[int, int] | None = None, state: ResponseState | None = None
) -> list[GroupRow]:
    """The groups of a consultation, of one place or with one state of response; largest first, at most 200."""
    statement = (
        sa.select(OpinionGroup, Response.state)
        .outerjoin(Response, Response.group_id == OpinionGroup.id)
        .where(OpinionGroup.consultation_id == consultation_id)
        .order_by(OpinionGroup.members.desc(), OpinionGroup.id)
        .limit(200)
    )
    if place is not None:
        statement = statement.where(OpinionGroup.document_id == place[0], OpinionGroup.place == place[1])
    if state is not None:
        statement = statement.where(Response.state == state)
    return [row_of(group, found) for group, found in db.session.execute(statement)]


def row_of(group: OpinionGroup, state: ResponseState | None) -> GroupRow:
    """A group as its row in lists, from the figures that are kept with it."""
    return GroupRow(
        id=group.id,
        title=group.title,
        place=group.place,
        document_id=group.document_id,
        members=group.members,
        distinct=group.texts,
        people=group.people,
        state=state,
        counts=Counts(group.support, group.amend, group.oppose, group.ask),
    )


def figures_of(group_ids: Sequence[int]) -> Sequence[Any]:
    """Rows (id, members, texts, people, a count for each stance), counted anew; none for a group without members."""
    return db.session.execute(
        sa.select(
            GroupMember.group_id.label("id"),
            sa.func.count().label("members"),
            sa.func.count(sa.distinct(Comment.fingerprint)).label("texts"),
            sa.func.count(sa.distinct(WHO)).label("people"),
            *(sa.func.count(sa.case((Comment.stance == stance, 1))).label(stance) for stance in Counts._fields),
        )
        .join(Comment, Comment.id == GroupMember.comment_id)
        .join(Contributor, Contributor.id == Comment.contributor_id)
        .where(GroupMember.group_id.in_(group_ids))
        .group_by(GroupMember.group_id)
    ).all()


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
