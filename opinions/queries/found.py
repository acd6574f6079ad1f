"""Opinions that a search found, as the desk works on them: by provision, with the group that each is in."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from consultations.models import Comment, Contributor, Provision, Submission
from core.db import db
from moderation.models import LEDGER
from opinions.models import GroupMember, OpinionGroup


@dataclass(frozen=True)
class FoundOn:
    """What was found on one provision: in no group yet, and in groups."""

    document_id: int
    place: int
    citation: str
    free: Sequence[Any]
    grouped: Sequence[Any]


def list_found(consultation_id: int, ids: Collection[int]) -> list[FoundOn]:
    """These comments, if they are of the consultation and in its ledger, in the order of the draft."""
    rows = db.session.execute(
        sa.select(
            Comment.id,
            Comment.document_id,
            Comment.place,
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
            Provision.citation,
            OpinionGroup.id.label("group_id"),
            OpinionGroup.title.label("group_title"),
        )
        .join(Contributor, Contributor.id == Comment.contributor_id)
        .join(Submission, Submission.id == Comment.submission_id)
        .outerjoin(Provision, Provision.id == Comment.provision_id)
        .outerjoin(GroupMember, GroupMember.comment_id == Comment.id)
        .outerjoin(OpinionGroup, OpinionGroup.id == GroupMember.group_id)
        .where(Comment.consultation_id == consultation_id, Comment.id.in_(ids), Comment.status.in_(LEDGER))
        .order_by(Comment.document_id, Provision.position, Comment.id)
    )
    by_place: dict[tuple[int, int], list[Any]] = {}
    for row in rows:
        by_place.setdefault((row.document_id, row.place), []).append(row)
    return [
        FoundOn(
            document_id,
            place,
            found[-1].citation or "",
            [row for row in found if row.group_id is None],
            [row for row in found if row.group_id is not None],
        )
        for (document_id, place), found in by_place.items()
    ]
