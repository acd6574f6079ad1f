"""What the public sees of the desk: published responses, and what became of a comment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from accounts.models import Agency
from consultations.models import Comment, Consultation, Provision, Version
from core.db import db
from core.links import path_to
from core.text import truncate_words
from legal.diff import Segment, redline
from moderation.models import ReviewStatus
from opinions.models import Decision, GroupMember, OpinionGroup, Response, ResponseState
from opinions.queries.landing import Landing, landings

CARD_LETTERS = 240


@dataclass(frozen=True)
class Fate:
    """What became of one comment at the desk. The answer is empty until it is published."""

    grouped_at: datetime
    answered_at: datetime | None
    decision: Decision | None
    reason: str
    resulting_text: str
    landing: Landing | None = None


@dataclass(frozen=True)
class Answer:
    """A published response and whom it answers, as macros/answer.html and macros/card.html show it."""

    group: str
    agency: str
    result: Decision
    reason: str
    resulting_text: str
    at: datetime
    covers: int
    people: int
    opinion: str
    provision_text: str
    citation: str
    consultation_id: int
    consultation: str
    place: int
    response_id: int = 0
    landing: Landing | None = None

    @property
    def wording(self) -> list[Segment]:
        """What changes in the provision, word by word."""
        return redline(self.provision_text, self.resulting_text) if self.resulting_text else []

    @property
    def where(self) -> str:
        citation = self.citation[:1].upper() + self.citation[1:]
        return f"{citation}, {self.consultation}" if citation else self.consultation

    @property
    def reply(self) -> str:
        """The reason, short enough for a card."""
        return truncate_words(self.reason, CARD_LETTERS)

    @property
    def url(self) -> str:
        return path_to("consultations.provision", consultation_id=self.consultation_id, lineage_id=self.place)


def fates(comment_ids: Sequence[int]) -> dict[int, Fate]:
    """The fates of those comments that are in a group."""
    rows = db.session.execute(
        sa.select(GroupMember.comment_id, GroupMember.group_id, GroupMember.added_at, Response)
        .outerjoin(
            Response, sa.and_(Response.group_id == GroupMember.group_id, Response.state == ResponseState.PUBLISHED)
        )
        .where(GroupMember.comment_id.in_(comment_ids))
    ).all()
    landed = landings({row.group_id for row in rows if row.Response})
    return {row.comment_id: _fate(row.added_at, row.Response, landed.get(row.group_id)) for row in rows}


def answers_on_place(document_id: int, place: int) -> list[Answer]:
    """The published answers about a provision, largest group first, at most fifty."""
    statement = _answers().where(OpinionGroup.document_id == document_id, OpinionGroup.place == place)
    return _read(statement.order_by(sa.desc("covers"), OpinionGroup.id).limit(50))


def latest_answers(limit: int = 3) -> list[Answer]:
    """The answers published last, on any draft."""
    return _read(_answers().order_by(Response.published_at.desc(), Response.id.desc()).limit(limit))


def authors_to_tell(
    after: int, limit: int, *, response_id: int | None = None, release_id: int | None = None
) -> Sequence[Any]:
    """The comments that a published response, or a release, answers: rows (comment_id, submission_id) by id."""
    which = Response.release_id == release_id if response_id is None else Response.id == response_id
    return db.session.execute(
        sa.select(Comment.id.label("comment_id"), Comment.submission_id)
        .join(GroupMember, GroupMember.comment_id == Comment.id)
        .join(Response, Response.group_id == GroupMember.group_id)
        .where(which, Response.state == ResponseState.PUBLISHED, Comment.id > after)
        .order_by(Comment.id)
        .limit(limit)
    ).all()


def _fate(grouped_at: datetime, response: Response | None, landing: Landing | None) -> Fate:
    if response is None:
        return Fate(grouped_at, None, None, "", "")
    said = (response.decision, response.reason, response.resulting_text)
    return Fate(grouped_at, response.published_at, *said, landing)


@cache
def _answers() -> "sa.Select[*tuple[Any, ...]]":
    first = (
        sa.select(sa.func.min(Comment.id))
        .join(GroupMember, GroupMember.comment_id == Comment.id)
        .where(GroupMember.group_id == OpinionGroup.id, Comment.status == ReviewStatus.PUBLISHED)
        .scalar_subquery()
    )
    shown = aliased(Comment)
    first_body = sa.select(shown.body).where(shown.id == first).scalar_subquery()
    return (
        sa.select(
            OpinionGroup.id,
            Response.id.label("response_id"),
            OpinionGroup.title,
            OpinionGroup.place,
            Agency.name.label("agency"),
            Response.decision,
            Response.reason,
            Response.resulting_text,
            Response.published_at,
            Provision.text.label("provision_text"),
            Provision.citation,
            Consultation.id.label("consultation_id"),
            Consultation.title.label("consultation"),
            OpinionGroup.members.label("covers"),
            OpinionGroup.people,
            sa.case((OpinionGroup.title == "", first_body)).label("first_body"),
        )
        .join(Response, Response.group_id == OpinionGroup.id)
        .join(Consultation, Consultation.id == OpinionGroup.consultation_id)
        .join(Agency, Agency.id == Consultation.agency_id)
        .outerjoin(Provision, Provision.id == as_answered())
        .where(Response.state == ResponseState.PUBLISHED)
    )


def as_answered() -> "sa.ScalarSelect[int]":
    """The provision of a group as it stood when the answer came out: never that of a version that still waits."""
    any_version = aliased(Provision)
    return (
        sa.select(sa.func.max(any_version.id))
        .join(Version, Version.id == any_version.version_id)
        .where(any_version.lineage_id == OpinionGroup.place, Version.published_at <= Response.published_at)
        .correlate(OpinionGroup, Response)
        .scalar_subquery()
    )


def _read(statement: "sa.Select[*tuple[Any, ...]]") -> list[Answer]:
    rows = db.session.execute(statement).all()
    landed = landings({row.id for row in rows if row.resulting_text})
    return [
        Answer(
            group=row.title,
            agency=row.agency,
            result=row.decision,
            reason=row.reason,
            resulting_text=row.resulting_text,
            at=row.published_at,
            covers=row.covers,
            people=row.people,
            opinion=row.title or truncate_words(row.first_body or "", CARD_LETTERS),
            provision_text=row.provision_text or "",
            citation=row.citation or "",
            consultation_id=row.consultation_id,
            consultation=row.consultation,
            place=row.place,
            response_id=row.response_id,
            landing=landed.get(row.id),
        )
        for row in rows
    ]
