"""What may be opened on the desk. Ownership is checked by loading: another agency's consultation is not found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from accounts import queries as accounts
from accounts.models import Agency, Person
from accounts.policies import Permission
from consultations.models import (
    CommentTally,
    Consultation,
    ConsultationState,
    Document,
    Provision,
    Version,
)
from core.db import db
from core.errors import NotFound
from moderation.models import LEDGER
from opinions.models import OpinionGroup, Response, ResponseLog, ResponseState

WHOLE_DRAFT = 0


@dataclass(frozen=True)
class Desk:
    """A consultation in the list of desks. Figures are of the ledger."""

    id: int
    title: str
    agency: str
    closes_at: datetime
    received: int
    waiting: int


def list_desks(person_id: int) -> list[Desk]:
    """The public consultations that a person may answer, latest closing first, at most a hundred."""
    received = (
        sa.select(sa.func.coalesce(sa.func.sum(CommentTally.count), 0))
        .join(Document, Document.id == CommentTally.document_id)
        .where(Document.consultation_id == Consultation.id, CommentTally.status.in_(LEDGER))
        .scalar_subquery()
    )
    waiting = (
        sa.select(sa.func.count())
        .select_from(Response)
        .join(OpinionGroup, OpinionGroup.id == Response.group_id)
        .where(OpinionGroup.consultation_id == Consultation.id, Response.state == ResponseState.SUBMITTED)
        .scalar_subquery()
    )
    rows = db.session.execute(
        sa.select(
            Consultation.id,
            Consultation.title,
            Agency.name.label("agency"),
            Consultation.closes_at,
            received.label("received"),
            waiting.label("waiting"),
        )
        .join(Agency, Agency.id == Consultation.agency_id)
        .where(
            Consultation.state != ConsultationState.DRAFT,
            Consultation.agency_id.in_(accounts.agencies_within(person_id, Permission.ANSWER)),
        )
        .order_by(Consultation.closes_at.desc(), Consultation.id.desc())
        .limit(100)
    )
    return [Desk(**row._mapping) for row in rows]


def get_consultation(person_id: int, consultation_id: int, permission: str = Permission.ANSWER) -> Consultation:
    """A public consultation with its agency, if the person holds the permission there."""
    consultation = db.session.scalar(
        sa.select(Consultation)
        .options(joinedload(Consultation.agency))
        .where(
            Consultation.id == consultation_id,
            Consultation.state != ConsultationState.DRAFT,
            Consultation.agency_id.in_(accounts.agencies_within(person_id, permission)),
        )
    )
    if consultation is None:
        raise NotFound
    return consultation


def get_group(person_id: int, group_id: int) -> OpinionGroup:
    """A group of a consultation that the person may answer."""
    group = db.session.scalar(
        sa.select(OpinionGroup)
        .join(Consultation, Consultation.id == OpinionGroup.consultation_id)
        .where(
            OpinionGroup.id == group_id,
            Consultation.agency_id.in_(accounts.agencies_within(person_id, Permission.ANSWER)),
        )
    )
    if group is None:
        raise NotFound
    return group


def find_response(group_id: int) -> Response | None:
    return db.session.scalar(sa.select(Response).where(Response.group_id == group_id))


def list_response_log(response_id: int) -> Sequence[Any]:
    """Rows (at, to_state, note, name), oldest first."""
    return db.session.execute(
        sa.select(ResponseLog.at, ResponseLog.to_state, ResponseLog.note, Person.full_name.label("name"))
        .outerjoin(Person, Person.id == ResponseLog.actor_id)
        .where(ResponseLog.response_id == response_id)
        .order_by(ResponseLog.id)
    ).all()


def find_provision(consultation_id: int, document_id: int, place: int) -> Provision | None:
    """The provision of a place in the latest version; None for the whole draft. Raises NotFound for a foreign place."""
    if document_id not in {document.id for document in list_documents(consultation_id)}:
        raise NotFound
    if place == WHOLE_DRAFT:
        return None
    provision = db.session.scalar(
        sa.select(Provision)
        .join(Version, Version.id == Provision.version_id)
        .where(Version.document_id == document_id, Provision.lineage_id == place, Version.published_at.is_not(None))
        .order_by(Version.number.desc())
        .limit(1)
    )
    if provision is None:
        raise NotFound
    return provision


def list_documents(consultation_id: int) -> Sequence[Document]:
    return db.session.scalars(
        sa.select(Document).where(Document.consultation_id == consultation_id).order_by(Document.position, Document.id)
    ).all()
