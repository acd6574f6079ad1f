"""Send opinions as people do, in one line of a test."""

from dataclasses import dataclass
from hashlib import sha256
from itertools import count
from typing import Any

import sqlalchemy as sa

from accounts.models import Agency, Person, Role
from consultations.models import (
    Comment,
    Consultation,
    ContributorKind,
    Document,
    DraftComment,
    Provision,
    Stance,
    Submission,
    SubmissionDraft,
    Version,
)
from consultations.services import submitting
from core import clock
from core.db import db
from core.text import clean
from moderation import queries as moderation_queries
from moderation import services as moderation
from moderation.models import ReviewStatus
from tests.factories import make_person, make_staff

_numbers = count(1)


@dataclass(frozen=True)
class Said:
    """One opinion: where (the citation as printed, "" for the whole draft), what, and how it would word it."""

    citation: str
    body: str = "Tôi đề nghị xem lại."
    stance: Stance = Stance.AMEND
    proposed_text: str = ""


def provision(consultation: Consultation, citation: str) -> Provision:
    """In the newest public version that has it."""
    return db.session.scalars(
        sa.select(Provision)
        .join(Version, Version.id == Provision.version_id)
        .join(Document, Document.id == Version.document_id)
        .where(Document.consultation_id == consultation.id, Provision.citation == citation)
        .order_by(Version.published_at.is_(None), Version.number.desc())
        .limit(1)
    ).one()


def send(
    consultation: Consultation,
    *said: Said,
    person: Person | None = None,
    guest: str = "",
    email: str | None = None,
    organisation: str = "",
) -> Submission:
    """Send a submission: of a person (a new one unless given), a guest by name, or for an organisation."""
    if person is None and not guest:
        person = make_person()
    draft = _draft(consultation, person, said)
    kind = ContributorKind.ORGANISATION if organisation else ContributorKind.INDIVIDUAL
    name = organisation or guest or (person.public_name if person else "")
    return submitting.send(draft, submitting.Identity(person, name, kind, email), consent_version="thu")


def agency_of(consultation: Consultation) -> Agency:
    return db.session.get_one(Agency, consultation.agency_id)


def comments_of(submission: Submission) -> list[Comment]:
    return list(
        db.session.scalars(sa.select(Comment).where(Comment.submission_id == submission.id).order_by(Comment.id))
    )


def say(consultation: Consultation, citation: str, body: str = "Tôi đề nghị xem lại.", **values: Any) -> Comment:
    """One opinion, sent alone."""
    person = values.pop("person", None)
    assert person is None or isinstance(person, Person)
    return comments_of(send(consultation, Said(citation, body, **values), person=person))[0]


def publish(consultation: Consultation, *comments: Comment) -> None:
    """A moderator lets these through."""
    moderator = make_staff(Role.MODERATOR, agency_of(consultation))
    for comment in comments:
        case = moderation_queries.get_case_of("comment", comment.id)
        moderation.decide(case.id, ReviewStatus.PUBLISHED, by=moderator, version=case.version)


def refuse(consultation: Consultation, comment: Comment, rule: str = "off_topic") -> None:
    """A moderator refuses it."""
    moderator = make_staff(Role.MODERATOR, agency_of(consultation))
    case = moderation_queries.get_case_of("comment", comment.id)
    moderation.decide(case.id, ReviewStatus.REFUSED, by=moderator, version=case.version, rule=rule)


def _draft(consultation: Consultation, person: Person | None, said: tuple[Said, ...]) -> SubmissionDraft:
    now = clock.now()
    draft = SubmissionDraft(
        token_hash=sha256(str(next(_numbers)).encode()).hexdigest(),
        consultation_id=consultation.id,
        person_id=person.id if person else None,
        created_at=now,
        updated_at=now,
    )
    db.session.add(draft)
    db.session.flush()
    for one in said:
        about = provision(consultation, one.citation) if one.citation else None
        db.session.add(
            DraftComment(
                draft_id=draft.id,
                document_id=db.session.scalars(
                    sa.select(Document.id).where(Document.consultation_id == consultation.id)
                ).one(),
                provision_id=about.id if about else None,
                place=about.lineage_id if about else 0,
                stance=one.stance,
                body=clean(one.body),
                proposed_text=one.proposed_text,
                updated_at=now,
            )
        )
        db.session.flush()
    return draft
