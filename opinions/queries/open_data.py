"""Reads for open data: published opinions with what they are about and the response to them, and what is left out."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from accounts.models import Agency, AgencyKind
from consultations.models import Comment, Consultation, ConsultationState, Contributor, Provision, Submission, Version
from core.db import db
from core.pagination import Page, paginate
from moderation.models import ReviewStatus
from opinions.models import GroupMember, Response, ResponseState

PAGE_SIZE = 500
CONSULTATIONS_A_PAGE = 20
COLUMNS = (
    Comment.id,
    Comment.document_id,
    Comment.place,
    Provision.citation,
    Version.number.label("version"),
    Comment.stance,
    Comment.body,
    Comment.proposed_text,
    Comment.quote_exact,
    Comment.support_count,
    Comment.created_at,
    Submission.channel,
    Submission.people,
    Contributor.kind,
    Contributor.public_name,
    Contributor.verification,
    Contributor.organisation_checked_at,
    sa.case((Response.id.is_not(None), GroupMember.group_id)).label("group_id"),
    Response.decision,
    Response.reason,
    Response.resulting_text,
)


def list_consultations(cursor: str | None) -> Page[Any]:
    """Consultations whose opinions anybody may have, newest first: rows (id, title, agency, closes_at)."""
    statement = (
        sa.select(Consultation.id, Consultation.title, Agency.name.label("agency"), Consultation.closes_at)
        .join(Agency, Agency.id == Consultation.agency_id)
        .where(Consultation.state != ConsultationState.DRAFT)
    )
    return paginate(statement, [(Consultation.id, "id", True)], cursor=cursor, size=CONSULTATIONS_A_PAGE)


def list_open(consultation_id: int, *, after: int) -> Sequence[Any]:
    """Up to 500 published opinions above an id, in the order of ids; of a response only what is published."""
    place, above = aliased(Agency), aliased(Agency)
    response = sa.and_(Response.group_id == GroupMember.group_id, Response.state == ResponseState.PUBLISHED)
    return db.session.execute(
        sa.select(
            *COLUMNS, sa.case((place.kind == AgencyKind.PROVINCE, place.code), else_=above.code).label("province")
        )
        .join(Submission, Submission.id == Comment.submission_id)
        .join(Contributor, Contributor.id == Comment.contributor_id)
        .outerjoin(place, place.code == Contributor.place_code)
        .outerjoin(above, sa.and_(above.id == place.parent_id, above.kind == AgencyKind.PROVINCE))
        .outerjoin(Provision, Provision.id == Comment.provision_id)
        .outerjoin(Version, Version.id == Provision.version_id)
        .outerjoin(GroupMember, GroupMember.comment_id == Comment.id)
        .outerjoin(Response, response)
        .where(
            Comment.consultation_id == consultation_id,
            Comment.status == ReviewStatus.PUBLISHED,
            Comment.id > after,
        )
        .order_by(Comment.id)
        .limit(PAGE_SIZE)
    ).all()


def count_by_status(consultation_id: int) -> dict[ReviewStatus, int]:
    """How many opinions were received, by status."""
    rows = db.session.execute(
        sa.select(Comment.status, sa.func.count())
        .where(Comment.consultation_id == consultation_id)
        .group_by(Comment.status)
    )
    return {row[0]: row[1] for row in rows}
