"""Reads of published comments: a page of them, with replies, letters and one's own marks of support."""

import enum
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from consultations.models import (
    Attachment,
    Comment,
    Consultation,
    ConsultationState,
    Contributor,
    ContributorKind,
    Provision,
    Reply,
    Stance,
    Submission,
    Support,
    Verification,
    Version,
)
from core.db import db
from core.errors import NotFound
from core.files import StoredFile
from core.pagination import Page, paginate
from moderation.models import ReviewCase, ReviewStatus

PAGE_SIZE = 20
REPLIES_SHOWN = 5
REPLIES_AT_MOST = 500


class Order(enum.StrEnum):
    """How a list of comments is sorted; the values stand in addresses."""

    SUPPORTED = "dong-tinh"
    NEWEST = "moi"


@dataclass(frozen=True, slots=True)
class PublicComment:
    """A published comment as anybody sees it. ``base_text``: the clause in the version that it was written about."""

    id: int
    provision_id: int | None
    submission_id: int
    stance: Stance
    body: str
    proposed_text: str
    support_count: int
    created_at: datetime
    edited_at: datetime | None
    public_name: str
    contributor_kind: ContributorKind
    verification: Verification
    checked: bool
    people: int | None
    base_text: str | None
    base_number: int | None
    supported: bool


@dataclass(frozen=True, slots=True)
class PublicReply:
    """A published reply."""

    id: int
    public_name: str
    body: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Replies:
    """The replies to one comment: the first few (or all, when asked for), and how many there are."""

    shown: Sequence[PublicReply]
    total: int


NO_REPLIES = Replies((), 0)


@dataclass(frozen=True, slots=True)
class Removed:
    """A comment that was public until it was refused by a rule."""

    id: int
    rule: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter of a submission that a moderator has released."""

    id: int
    name: str
    size: int


def list_published(
    document_id: int,
    place: int,
    *,
    order: Order,
    stance: Stance | None = None,
    cursor: str | None = None,
    person_id: int | None = None,
) -> Page[PublicComment]:
    """A page of the published comments of a place. Both orders follow an index on (document, place, status …).

    ``supported``: has this person marked it with "đồng tình"?
    """
    statement = _published(person_id is not None).where(
        Comment.document_id == document_id, Comment.place == place, Comment.status == ReviewStatus.PUBLISHED
    )
    if person_id is not None:
        statement = statement.params(person=person_id)
    if stance is not None:
        statement = statement.where(Comment.stance == stance)
    keys: list[tuple[Any, str, bool]] = [(Comment.id, "id", True)]
    if order == Order.SUPPORTED:
        keys.insert(0, (Comment.support_count, "support_count", True))
    page = paginate(statement, keys, cursor=cursor, size=PAGE_SIZE)
    return Page([PublicComment(**row._mapping) for row in page.items], page.next_cursor, page.prev_cursor)


@cache
def _published(signed_in: bool) -> "sa.Select[*tuple[Any, ...]]":
    """Built once for readers with an account (takes ``person``, an id) and once for those without."""
    mark = sa.exists().where(Support.comment_id == Comment.id, Support.person_id == sa.bindparam("person"))
    return (
        sa.select(
            Comment.id,
            Comment.provision_id,
            Comment.submission_id,
            Comment.stance,
            Comment.body,
            Comment.proposed_text,
            Comment.support_count,
            Comment.created_at,
            Comment.edited_at,
            Contributor.public_name,
            Contributor.kind.label("contributor_kind"),
            Contributor.verification,
            Contributor.organisation_checked_at.is_not(None).label("checked"),
            Submission.people,
            Provision.text.label("base_text"),
            Version.number.label("base_number"),
            (mark if signed_in else sa.false()).label("supported"),
        )
        .join(Submission, Submission.id == Comment.submission_id)
        .join(Contributor, Contributor.id == Comment.contributor_id)
        .outerjoin(Provision, Provision.id == Comment.provision_id)
        .outerjoin(Version, Version.id == Provision.version_id)
    )


def list_removed(document_id: int, place: int) -> list[Removed]:
    """What stood in a place and was taken away by a rule, the latest first, at most ten: no hole without a reason."""
    rows = db.session.execute(
        sa.select(Comment.id, ReviewCase.rule, ReviewCase.changed_at.label("at"))
        .join(ReviewCase, sa.and_(ReviewCase.subject_type == "comment", ReviewCase.subject_id == Comment.id))
        .where(
            Comment.document_id == document_id,
            Comment.place == place,
            Comment.status == ReviewStatus.REFUSED,
            Comment.published_at.is_not(None),
        )
        .order_by(Comment.id.desc())
        .limit(10)
    )
    return [Removed(**row._mapping) for row in rows]


def list_replies(comment_ids: Sequence[int], whole: int | None = None) -> dict[int, Replies]:
    """The published replies to these comments, oldest first: the first five of each, all (500 at most) of ``whole``."""
    if not comment_ids:
        return {}
    found: dict[int, list[PublicReply]] = defaultdict(list)
    totals: dict[int, int] = {}
    for row in db.session.execute(_replies(), {"comments": comment_ids, "whole": whole or 0}):
        found[row.comment_id].append(PublicReply(row.id, row.public_name, row.body, row.created_at))
        totals[row.comment_id] = row.total
    return {comment_id: Replies(replies, totals[comment_id]) for comment_id, replies in found.items()}


@cache
def _replies() -> "sa.Select[*tuple[Any, ...]]":
    """Built once: building it takes longer than running it. Takes ``comments`` (ids) and ``whole`` (an id or 0)."""
    of_comment = sa.func.count().over(partition_by=Reply.comment_id).label("total")
    place = sa.func.row_number().over(partition_by=Reply.comment_id, order_by=Reply.id).label("place")
    ranked = (
        sa.select(Reply.id, Reply.comment_id, Reply.public_name, Reply.body, Reply.created_at, of_comment, place)
        .where(Reply.comment_id.in_(sa.bindparam("comments", expanding=True)), Reply.status == ReviewStatus.PUBLISHED)
        .subquery()
    )
    most = sa.case((ranked.c.comment_id == sa.bindparam("whole"), REPLIES_AT_MOST), else_=REPLIES_SHOWN)
    return sa.select(ranked).where(ranked.c.place <= most).order_by(ranked.c.comment_id, ranked.c.id)


def list_letters(submission_ids: Sequence[int]) -> dict[int, list[Letter]]:
    """The released letters of these submissions."""
    if not submission_ids:
        return {}
    rows = db.session.execute(
        sa.select(Attachment.submission_id, Attachment.id, StoredFile.name, StoredFile.size)
        .join(StoredFile, StoredFile.id == Attachment.file_id)
        .where(Attachment.submission_id.in_(submission_ids), Attachment.status == ReviewStatus.PUBLISHED)
        .order_by(Attachment.id)
    )
    letters: dict[int, list[Letter]] = defaultdict(list)
    for row in rows:
        letters[row.submission_id].append(Letter(row.id, row.name, row.size))
    return letters


def get_published(consultation_id: int, comment_id: int) -> Comment:
    """A published comment of a public consultation. Raises NotFound."""
    comment = db.session.scalar(
        sa.select(Comment)
        .join(Consultation, Consultation.id == Comment.consultation_id)
        .where(
            Comment.id == comment_id,
            Comment.consultation_id == consultation_id,
            Comment.status == ReviewStatus.PUBLISHED,
            Consultation.state != ConsultationState.DRAFT,
        )
    )
    if comment is None:
        raise NotFound
    return comment


def get_letter_file(consultation_id: int, attachment_id: int) -> StoredFile:
    """The file of a released letter of a public consultation. Raises NotFound."""
    stored = db.session.scalar(
        sa.select(StoredFile)
        .join(Attachment, Attachment.file_id == StoredFile.id)
        .join(Submission, Submission.id == Attachment.submission_id)
        .join(Consultation, Consultation.id == Submission.consultation_id)
        .where(
            Attachment.id == attachment_id,
            Attachment.status == ReviewStatus.PUBLISHED,
            Consultation.id == consultation_id,
            Consultation.state != ConsultationState.DRAFT,
        )
    )
    if stored is None:
        raise NotFound
    return stored
