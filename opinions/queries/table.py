"""The rows of the official table: one query for the screen and for every file.

In the order of the newest published version ("Chung" first), then the provisions that it no longer has, in their old
order; in a provision grouped comments first, then those in no group. Every comment of the ledger stands in one row;
comments about several versions of one provision stand together.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from consultations.models import (
    Comment,
    Contributor,
    ContributorKind,
    Document,
    Provision,
    Submission,
    Verification,
    Version,
)
from core.db import db
from moderation.models import LEDGER, ReviewStatus
from opinions.models import GroupMember, OpinionGroup, Response, ResponseState

READ_AT_ONCE = 1000


@dataclass(frozen=True)
class Totals:
    """What a file states of itself. ``by_status`` counts all comments received, ``in_table`` those that it holds."""

    by_status: dict[ReviewStatus, int]
    contributors: dict[ContributorKind, int]
    people: dict[Verification, int] = field(default_factory=dict)
    submissions: int = 0

    @property
    def received(self) -> int:
        return sum(self.by_status.values())

    @property
    def in_table(self) -> int:
        return sum(count for status, count in self.by_status.items() if status in LEDGER)

    @property
    def left_out(self) -> dict[ReviewStatus, int]:
        return {status: count for status, count in self.by_status.items() if status not in LEDGER and count}


def table_rows(
    consultation_id: int, *, statuses: tuple[ReviewStatus, ...] = LEDGER, by_problem: bool = False
) -> Iterator[Any]:
    """The comments with their provision, contributor, group and response, read a thousand at a time.

    Row: id, status, stance, body, proposed_text, created_at, receipt_code, channel, people (for how many it says
    that it speaks), batch_id, place_given, place, document_title, citation,
    heading, provision_text, provision_position, contributor_name, contributor_kind, verification,
    organisation_checked_at, group_id, group_title, decision, reason, resulting_text, response_state, gone_since.

    The provision is that of the newest published version that holds it, whichever version the comment was about:
    ``gone_since`` is the number of the version that no longer did, 0 for one that stands.

    ``by_problem``: groups of one name together, by name; then what has none, in the order of the draft.
    """
    statement = _rows(consultation_id, by_problem).where(Comment.status.in_(statuses))
    return iter(db.session.execute(statement.execution_options(yield_per=READ_AT_ONCE)))


def totals(consultation_id: int) -> Totals:
    """Counts of a consultation's comments and contributors, read when the file is made."""
    mine = Comment.consultation_id == consultation_id
    statuses = db.session.execute(sa.select(Comment.status, sa.func.count()).where(mine).group_by(Comment.status))
    in_table = sa.select(Comment.contributor_id).where(mine, Comment.status.in_(LEDGER))
    who = sa.func.coalesce(Contributor.person_id, -Contributor.id)  # a person counts once, each guest as one
    kinds = db.session.execute(
        sa.select(Contributor.kind, sa.func.count(sa.distinct(who)))
        .where(Contributor.id.in_(in_table))
        .group_by(Contributor.kind)
    )
    people = db.session.execute(
        sa.select(Contributor.verification, sa.func.count(sa.distinct(who)))
        .where(Contributor.id.in_(in_table))
        .group_by(Contributor.verification)
    )
    submissions = db.session.scalar(
        sa.select(sa.func.count(sa.distinct(Comment.submission_id))).where(mine, Comment.status.in_(LEDGER))
    )
    return Totals(
        by_status={row[0]: row[1] for row in statuses},
        contributors={row[0]: row[1] for row in kinds},
        people={row[0]: row[1] for row in people},
        submissions=submissions or 0,
    )


COLUMNS = (
    Comment.id,
    Comment.status,
    Comment.stance,
    Comment.body,
    Comment.proposed_text,
    Comment.created_at,
    Submission.receipt_code,
    Submission.channel,
    Submission.people,
    Comment.batch_id,
    Comment.place_given,
    Comment.place,
    Document.title.label("document_title"),
    Provision.citation,
    Provision.heading,
    Provision.text.label("provision_text"),
    sa.func.coalesce(Provision.position, -1).label("provision_position"),
    Contributor.public_name.label("contributor_name"),
    Contributor.kind.label("contributor_kind"),
    Contributor.verification,
    Contributor.organisation_checked_at,
    GroupMember.group_id,
    OpinionGroup.title.label("group_title"),
    Response.decision,
    Response.reason,
    Response.resulting_text,
    Response.state.label("response_state"),
)


def _rows(consultation_id: int, by_problem: bool) -> "sa.Select[*tuple[Any, ...]]":
    holds, newest = _held(consultation_id), _newest(consultation_id)
    gone = sa.case((holds.c.number < newest.c.number, holds.c.number + 1), else_=0)
    title = sa.func.coalesce(OpinionGroup.title, "")
    return (
        sa.select(*COLUMNS, gone.label("gone_since"))
        .join(Submission, Submission.id == Comment.submission_id)
        .join(Contributor, Contributor.id == Comment.contributor_id)
        .join(Document, Document.id == Comment.document_id)
        .outerjoin(newest, newest.c.document_id == Comment.document_id)
        .outerjoin(holds, sa.and_(holds.c.document_id == Comment.document_id, holds.c.lineage_id == Comment.place))
        .outerjoin(Version, sa.and_(Version.document_id == Comment.document_id, Version.number == holds.c.number))
        .outerjoin(Provision, sa.and_(Provision.version_id == Version.id, Provision.lineage_id == Comment.place))
        .outerjoin(GroupMember, GroupMember.comment_id == Comment.id)
        .outerjoin(OpinionGroup, OpinionGroup.id == GroupMember.group_id)
        .outerjoin(Response, Response.group_id == OpinionGroup.id)
        .where(Comment.consultation_id == consultation_id)
        .order_by(
            *((title == "", title) if by_problem else ()),
            Document.position,
            Document.id,
            sa.case((gone > 0, 1), else_=0),
            sa.func.coalesce(Provision.position, -1),
            Comment.place,
            GroupMember.group_id.is_(None),
            GroupMember.group_id,
            Comment.id,
        )
    )


def _held(consultation_id: int) -> sa.Subquery:
    """The number of the newest published version that holds each lineage."""
    return (
        sa.select(Version.document_id, Provision.lineage_id, sa.func.max(Version.number).label("number"))
        .join(Provision, Provision.version_id == Version.id)
        .join(Document, Document.id == Version.document_id)
        .where(Document.consultation_id == consultation_id, Version.published_at.is_not(None))
        .group_by(Version.document_id, Provision.lineage_id)
        .subquery("held")
    )


def _newest(consultation_id: int) -> sa.Subquery:
    """The number of the newest published version of each document."""
    return (
        sa.select(Version.document_id, sa.func.max(Version.number).label("number"))
        .join(Document, Document.id == Version.document_id)
        .where(Document.consultation_id == consultation_id, Version.published_at.is_not(None))
        .group_by(Version.document_id)
        .subquery("newest")
    )


def is_published(row: Any) -> bool:
    """Has the agency published its response to the group of this row?"""
    return bool(row.response_state == ResponseState.PUBLISHED)
