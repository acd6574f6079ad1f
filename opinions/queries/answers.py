"""The groups of a consultation as rows of work: what is said, what the draft says, what is answered so far."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from accounts import queries as accounts
from accounts.models import Person
from accounts.policies import Permission
from consultations.models import Comment, Consultation, Document, Provision, Version
from core.db import db
from core.errors import NotFound
from moderation.models import LEDGER
from opinions.models import (
    AnswerSheet,
    Decision,
    GroupMember,
    OpinionGroup,
    Response,
    ResponseRelease,
    ResponseState,
    ResponseTemplate,
)


@dataclass(frozen=True)
class Clause:
    """A provision as the newest version that holds it prints it; ``order`` sorts clauses as the draft does."""

    citation: str = ""
    heading: str = ""
    text: str = ""
    order: tuple[int, ...] = (0,)


@dataclass(frozen=True)
class AnswerRow:
    """A group with its response; ``version`` 0 and no ``state`` while none is written."""

    group_id: int
    document_id: int
    place: int
    title: str
    members: int
    opinion: str
    response_id: int | None
    decision: Decision | None
    reason: str
    resulting_text: str
    state: ResponseState | None
    version: int
    drafter: str
    clause: Clause = Clause()

    @property
    def name(self) -> str:
        """Where it stands: "Khoản 2 Điều 5", or nothing for the whole draft."""
        return self.clause.citation[:1].upper() + self.clause.citation[1:]


def list_answer_rows(
    consultation_id: int, *, group_ids: Collection[int] | None = None, state: ResponseState | None = None
) -> list[AnswerRow]:
    """Every group of a consultation that still has opinions, or these, or those with a response in one state.

    In the order of the draft, then of making. Three queries.
    """
    rows = db.session.execute(_rows(consultation_id, group_ids, state)).all()
    clauses = list_clauses(consultation_id, {row.place for row in rows})
    found = [
        AnswerRow(
            **{
                **row._mapping,
                "opinion": row.opinion or "",
                "reason": row.reason or "",
                "resulting_text": row.resulting_text or "",
                "version": row.version or 0,
                "drafter": row.drafter or "",
            }
        )
        for row in rows
    ]
    placed = [replace(row, clause=clauses.get((row.document_id, row.place), Clause())) for row in found]
    return sorted(placed, key=lambda row: (row.clause.order, row.document_id, row.place, row.group_id))


def list_clauses(consultation_id: int, places: Collection[int]) -> dict[tuple[int, int], Clause]:
    """These provisions by (document, place), each from the newest published version that holds it."""
    rows = db.session.execute(
        sa.select(
            Document.id.label("document_id"),
            Document.position.label("document_position"),
            Provision.lineage_id,
            Provision.citation,
            Provision.heading,
            Provision.text,
            Provision.position,
        )
        .join(Version, Version.id == Provision.version_id)
        .join(Document, Document.id == Version.document_id)
        .where(
            Document.consultation_id == consultation_id,
            Version.published_at.is_not(None),
            Provision.lineage_id.in_(places),
        )
        .order_by(Version.number)
    )
    return {
        (row.document_id, row.lineage_id): Clause(
            row.citation or "", row.heading, row.text, (1, row.document_position, row.document_id, row.position)
        )
        for row in rows
    }


def count_ungrouped(consultation_id: int) -> int:
    """Opinions of the ledger that are in no group: no row of the sheet answers them."""
    free = (
        sa.select(sa.func.count())
        .select_from(Comment)
        .outerjoin(GroupMember, GroupMember.comment_id == Comment.id)
        .where(Comment.consultation_id == consultation_id, Comment.status.in_(LEDGER), GroupMember.comment_id.is_(None))
    )
    return db.session.scalar(free) or 0


def get_sheet(person_id: int, sheet_id: int) -> AnswerSheet:
    """A sheet that came back, with its file, of a consultation that the person may answer. Raises NotFound."""
    sheet = db.session.scalar(
        sa.select(AnswerSheet)
        .options(joinedload(AnswerSheet.file))
        .join(Consultation, Consultation.id == AnswerSheet.consultation_id)
        .where(
            AnswerSheet.id == sheet_id,
            Consultation.agency_id.in_(accounts.agencies_within(person_id, Permission.ANSWER)),
        )
    )
    if sheet is None:
        raise NotFound
    return sheet


def list_sheets(consultation_id: int) -> Sequence[Any]:
    """The sheets that came back, newest first: rows (AnswerSheet with its file, name of who brought it)."""
    return db.session.execute(
        sa.select(AnswerSheet, Person.full_name.label("by"))
        .options(joinedload(AnswerSheet.file))
        .outerjoin(Person, Person.id == AnswerSheet.uploaded_by_id)
        .where(AnswerSheet.consultation_id == consultation_id)
        .order_by(AnswerSheet.id.desc())
        .limit(20)
    ).all()


def list_releases(consultation_id: int) -> Sequence[Any]:
    """What was published together, newest first: rows (released_at, count, by)."""
    return db.session.execute(
        sa.select(ResponseRelease.released_at, ResponseRelease.count, Person.full_name.label("by"))
        .outerjoin(Person, Person.id == ResponseRelease.released_by_id)
        .where(ResponseRelease.consultation_id == consultation_id)
        .order_by(ResponseRelease.id.desc())
        .limit(20)
    ).all()


def list_templates(agency_id: int) -> Sequence[ResponseTemplate]:
    """The prepared answers of an agency, by name."""
    return db.session.scalars(
        sa.select(ResponseTemplate).where(ResponseTemplate.agency_id == agency_id).order_by(ResponseTemplate.name)
    ).all()


def get_template(agency_id: int, template_id: int) -> ResponseTemplate:
    """A prepared answer of this agency. Raises NotFound."""
    found = db.session.get(ResponseTemplate, template_id)
    if found is None or found.agency_id != agency_id:
        raise NotFound
    return found


def drafted_by(person_id: int, consultation_id: int) -> set[int]:
    """Ids of the responses of a consultation that a person drafted, and so may not approve."""
    return set(
        db.session.scalars(
            sa.select(Response.id)
            .join(OpinionGroup, OpinionGroup.id == Response.group_id)
            .where(OpinionGroup.consultation_id == consultation_id, Response.drafted_by_id == person_id)
        )
    )


def _rows(
    consultation_id: int, group_ids: Collection[int] | None, state: ResponseState | None
) -> "sa.Select[*tuple[Any, ...]]":
    members = (
        sa.select(
            GroupMember.group_id,
            sa.func.count().label("members"),
            sa.func.min(GroupMember.comment_id).label("first"),
        )
        .join(OpinionGroup, OpinionGroup.id == GroupMember.group_id)
        .where(OpinionGroup.consultation_id == consultation_id)
        .group_by(GroupMember.group_id)
        .subquery()
    )
    statement = _columns(members)
    if group_ids is not None:
        statement = statement.where(OpinionGroup.id.in_(group_ids))
    return statement if state is None else statement.where(Response.state == state)


def _columns(members: sa.Subquery) -> "sa.Select[*tuple[Any, ...]]":
    return (
        sa.select(
            OpinionGroup.id.label("group_id"),
            OpinionGroup.document_id,
            OpinionGroup.place,
            OpinionGroup.title,
            members.c.members,
            Comment.body.label("opinion"),
            Response.id.label("response_id"),
            Response.decision,
            Response.reason,
            Response.resulting_text,
            Response.state,
            Response.version,
            Person.full_name.label("drafter"),
        )
        .join(members, members.c.group_id == OpinionGroup.id)
        .join(Comment, Comment.id == members.c.first)
        .outerjoin(Response, Response.group_id == OpinionGroup.id)
        .outerjoin(Person, Person.id == Response.drafted_by_id)
    )
