"""Published responses as search documents: what the agency answered is found like what it was asked."""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from accounts.models import Agency
from consultations.models import Consultation, ConsultationState, Provision
from core.db import db
from core.links import path_to
from opinions.models import OpinionGroup, Response, ResponseState
from opinions.queries.public import as_answered
from search import services as search
from search.documents import SearchDocument
from search.registry import ResultCard

ANSWER = "answer"
BATCH = 500


def reindex_answers(ids: Sequence[int]) -> None:
    """Ask the worker to look at these responses again: the published ones are indexed."""
    search.request_indexing(ANSWER, ids)


def answer_documents(ids: Sequence[int]) -> list[SearchDocument]:
    """The published responses among these: the reason, and the wording that comes of it."""
    return [
        SearchDocument(
            type=ANSWER,
            id=row.id,
            consultation_id=row.consultation_id,
            version_id=row.version_id,
            lineage_id=row.place or None,
            citation=row.citation or "",
            title=row.group,
            body=f"{row.reason}\n{row.resulting_text}".strip(),
            created_at=row.published_at,
            contributor=row.agency,
            context=row.title,
            agency_id=row.agency_id,
        )
        for row in _public(ids)
    ]


def answer_cards(ids: Sequence[int]) -> dict[int, ResultCard]:
    """What the results page shows of published responses."""
    return {
        row.id: ResultCard(
            place=row.citation or row.title,
            context=row.title,
            url=path_to("consultations.provision", consultation_id=row.consultation_id, lineage_id=row.place)
            + f"#tra-loi-{row.id}",
            author=row.agency,
        )
        for row in _public(ids)
    }


def answer_batches(after: int) -> Iterator[Sequence[int]]:
    """Ids of the published responses above this one."""
    published = sa.select(Response.id).where(Response.state == ResponseState.PUBLISHED)
    while ids := db.session.scalars(published.where(Response.id > after).order_by(Response.id).limit(BATCH)).all():
        yield ids
        after = ids[-1]


def _public(ids: Sequence[int]) -> Sequence[Any]:
    return db.session.execute(
        sa.select(
            Response.id,
            Response.reason,
            Response.resulting_text,
            Response.published_at,
            OpinionGroup.title.label("group"),
            OpinionGroup.place,
            OpinionGroup.consultation_id,
            Provision.citation,
            Provision.version_id,
            Consultation.title,
            Consultation.agency_id,
            Agency.name.label("agency"),
        )
        .join(OpinionGroup, OpinionGroup.id == Response.group_id)
        .join(Consultation, Consultation.id == OpinionGroup.consultation_id)
        .join(Agency, Agency.id == Consultation.agency_id)
        .outerjoin(Provision, Provision.id == as_answered())
        .where(
            Response.id.in_(ids),
            Response.state == ResponseState.PUBLISHED,
            Consultation.state != ConsultationState.DRAFT,
        )
    ).all()
