"""What the agencies of the demonstration made of the opinions: groups, responses, the published table."""

from datetime import timedelta

import sqlalchemy as sa

from accounts.models import Role
from consultations.models import Comment, Consultation, Document
from consultations.queries import places
from core import clock
from core.db import db
from demo.people import staff
from demo.voices import Finder, answers
from moderation.models import LEDGER
from opinions.models import Decision
from opinions.services import answering, grouping


def answer_all(consultation: Consultation, key: str, agency: str) -> None:
    """Group the opinions of each place, answer each group under two pairs of eyes, and publish the table."""
    finder = Finder(consultation)
    drafter, approver = staff(Role.DRAFTER, agency), staff(Role.APPROVER, agency)
    document_id = db.session.scalars(
        sa.select(Document.id).where(Document.consultation_id == consultation.id).order_by(Document.position)
    ).first()
    assert document_id is not None  # noqa: S101  # every consultation has one
    for number, told in enumerate(answers(key)):
        place = finder.lineage(told["place"])
        with clock.frozen(consultation.closes_at + timedelta(days=12 + number, hours=10)):
            group = grouping.create_group(
                consultation, document_id, place, _comments_at(document_id, place), title=told["title"], by=drafter
            )
            response = answering.draft_response(
                group,
                decision=Decision(told["decision"]),
                reason=told["reason"],
                resulting_text=told["text"],
                by=drafter,
                version=0,
            )
            answering.submit_response(response, by=drafter, version=response.version)
            db.session.refresh(response)
        with clock.frozen(consultation.closes_at + timedelta(days=30 + number, hours=9)):
            answering.publish_response(response, by=approver, version=response.version)
    with clock.frozen(clock.now() - timedelta(days=5)):
        answering.publish_table(consultation, by=approver)


def group_some(consultation: Consultation, agency: str, place: str, title: str, reason: str) -> None:
    """One group with an answer that waits for approval, so that the desk of an open draft has work to show."""
    document = db.session.scalars(sa.select(Document).where(Document.consultation_id == consultation.id)).first()
    assert document is not None  # noqa: S101  # every consultation has one
    lineage = Finder(consultation).lineage(place)
    drafter = staff(Role.DRAFTER, agency)
    wording = places.get_place(consultation.id, lineage).text.replace("15 ngày làm việc", "10 ngày làm việc")
    comments = _comments_at(document.id, lineage)
    group = grouping.create_group(consultation, document.id, lineage, comments, title=title, by=drafter)
    response = answering.draft_response(
        group, decision=Decision.PARTLY, reason=reason, resulting_text=wording, by=drafter, version=0
    )
    answering.submit_response(response, by=drafter, version=response.version)


def _comments_at(document_id: int, place: int) -> list[int]:
    return list(
        db.session.scalars(
            sa.select(Comment.id).where(
                Comment.document_id == document_id, Comment.place == place, Comment.status.in_(LEDGER)
            )
        )
    )
