"""Rows for tests. Each factory flushes, so ids are there; what a test does not say is made up, different each time."""

from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from itertools import count
from typing import Any

import sqlalchemy as sa

from accounts.models import Agency, AgencyKind, Membership, Person, PersonKind, Role
from accounts.passwords import hash_password
from consultations.models import (
    Comment,
    Consultation,
    ConsultationState,
    ContributorKind,
    Document,
    DocumentKind,
    GuestPolicy,
    Lineage,
    ModerationPolicy,
    Provision,
    Stance,
    Submission,
    SubmissionDraft,
    Version,
)
from consultations.queries.drafts import Owner
from consultations.queries.places import get_place
from consultations.services import drafts, submitting
from core import clock
from core.db import db
from core.files import StoredFile
from legal.nodes import Kind
from moderation import queries as moderation_queries
from moderation.models import ReviewCase

_numbers = count(1)

PASSWORD = "mot cau de nho"


@cache
def _hash_of(password: str) -> str:
    return hash_password(password)  # 40 ms; once for all people of a run


# --- accounts ---------------------------------------------------------------------------------------------------------


def make_person(*, password: str = PASSWORD, confirmed: bool = True, **values: Any) -> Person:
    """Somebody with a confirmed address, who signs in with PASSWORD."""
    n = next(_numbers)
    now = clock.now()
    person = Person(
        **{
            "email": f"nguoi-{n}@vi-du.vn",
            "password_hash": _hash_of(password),
            "full_name": f"Nguyễn Thị Ngỗ {n}",
            "public_name": f"Chị Ngỗ {n}",
            "kind": PersonKind.INDIVIDUAL,
            "session_epoch": 0,
            "email_confirmed_at": now if confirmed else None,
            "created_at": now,
            **values,
        }
    )
    db.session.add(person)
    db.session.flush()
    return person


def make_agency(*, parent: Agency | None = None, **values: Any) -> Agency:
    """A ministry, or a unit below ``parent``."""
    n = next(_numbers)
    agency = Agency(
        **{
            "code": f"CQ{n}",
            "name": f"Cơ quan thứ {n}",
            "kind": AgencyKind.UNIT if parent else AgencyKind.MINISTRY,
            "parent_id": parent.id if parent else None,
            "path": "",
            **values,
        }
    )
    db.session.add(agency)
    db.session.flush()
    agency.path = f"{parent.path if parent else '/'}{agency.id}/"
    db.session.flush()
    return agency


def make_membership(
    role: Role = Role.DRAFTER, *, person: Person | None = None, agency: Agency | None = None
) -> Membership:
    """A role of somebody somewhere."""
    membership = Membership(
        person_id=(person or make_person()).id,
        agency_id=(agency or make_agency()).id,
        role=role,
        created_at=clock.now(),
    )
    db.session.add(membership)
    db.session.flush()
    return membership


def make_staff(role: Role, agency: Agency, **values: Any) -> Person:
    """Somebody with a role in an agency."""
    person = make_person(**values)
    make_membership(role, person=person, agency=agency)
    return person


# --- consultations ----------------------------------------------------------------------------------------------------


def make_consultation(*, agency: Agency | None = None, **values: Any) -> Consultation:
    """A consultation that is open now (yesterday to in ten days), with moderation first and guests who confirm."""
    n = next(_numbers)
    now = clock.now()
    if db.session.get(DocumentKind, "luat") is None:
        db.session.add(DocumentKind(code="luat", name="Luật", days=20, legal_ground="", position=1))
        db.session.flush()
    consultation = Consultation(
        **{
            "agency_id": (agency or make_agency()).id,
            "kind_code": "luat",
            "title": f"Luật Thử nghiệm số {n}",
            "state": ConsultationState.PUBLISHED,
            "opens_at": now - timedelta(days=1),
            "closes_at": now + timedelta(days=10),
            "guests": GuestPolicy.CONFIRMED,
            "moderation": ModerationPolicy.BEFORE,
            "created_at": now - timedelta(days=2),
            "published_at": now - timedelta(days=1),
            **values,
        }
    )
    db.session.add(consultation)
    db.session.flush()
    return consultation


def make_provisions(
    consultation: Consultation, *texts: str, document: Document | None = None, lineages: Sequence[int] = ()
) -> list[Provision]:
    """A published version of a document: Điều 1, a clause for each text ("Khoản n của điều 1" unless given) below it.

    ``document`` and ``lineages`` (the article's first): the next version of a document that is there.
    """
    if document is None:
        document = Document(consultation_id=consultation.id, title=consultation.title, position=0)
        db.session.add(document)
        db.session.flush()
    version = _make_version(document)
    words = texts or ("Người thử được thử trong ba ngày.", "Người thử không phải trả tiền.")
    lines = [("Phạm vi thử", ""), *(("", text) for text in words)]
    made: list[Provision] = []
    for position, (heading, text) in enumerate(lines):
        lineage_id = lineages[position] if position < len(lineages) else _make_lineage(document)
        provision = Provision(
            version_id=version.id,
            lineage_id=lineage_id,
            parent_id=made[0].id if made else None,
            position=position,
            depth=1 if made else 0,
            kind=Kind.CLAUSE if made else Kind.ARTICLE,
            number=str(position or 1),
            heading=heading,
            text=text,
            citation=f"khoản {position} Điều 1" if made else "Điều 1",
            anchor=f"dieu-1-khoan-{position}" if made else "dieu-1",
        )
        db.session.add(provision)
        db.session.flush()
        made.append(provision)
    return made


def _make_version(document: Document) -> Version:
    now = clock.now()
    file = StoredFile(
        sha256=f"{next(_numbers):064x}", name="du-thao.txt", media_type="text/plain", size=1, created_at=now
    )
    db.session.add(file)
    db.session.flush()
    last = db.session.scalar(sa.select(sa.func.max(Version.number)).where(Version.document_id == document.id)) or 0
    version = Version(
        document_id=document.id, number=last + 1, file_id=file.id, counts={}, created_at=now, published_at=now
    )
    db.session.add(version)
    db.session.flush()
    return version


def _make_lineage(document: Document) -> int:
    lineage = Lineage(document_id=document.id)
    db.session.add(lineage)
    db.session.flush()
    return lineage.id


def make_unsent(
    consultation: Consultation,
    *places: Provision | None,
    owner: Owner | None = None,
    stance: Stance = Stance.AMEND,
    body: str = "",
) -> SubmissionDraft:
    """An unsent submission of some browser, with a comment on each place (None: the whole draft)."""
    draft = drafts.open_draft(owner or Owner(f"{next(_numbers):064x}", None), consultation.id)
    for provision in places:
        place = get_place(consultation.id, provision.lineage_id if provision else 0)
        text = body or f"Nên cho thử {next(_numbers)} ngày."
        drafts.keep_comment(draft, place, stance=stance, body=text, proposed_text="")
    return draft


def make_submission(
    consultation: Consultation,
    *places: Provision | None,
    person: Person | None = None,
    guest: str = "Khách Qua Đường",
    email: str | None = None,
    stance: Stance = Stance.AMEND,
    body: str = "",
    organisation: str = "",
) -> Submission:
    """A submission as it was sent: by a person, or by a guest where there is an ``email`` ("": without address)."""
    sender = person if person is not None or email is not None else make_person()
    owner = Owner(f"{next(_numbers):064x}", sender.id if sender else None)
    draft = make_unsent(consultation, *places, owner=owner, stance=stance, body=body)
    kind = ContributorKind.ORGANISATION if organisation else ContributorKind.INDIVIDUAL
    name = organisation or (sender.full_name if sender else guest)
    return submitting.send(draft, submitting.Identity(sender, name, kind, email or None), consent_version="thu")


def comments_of(submission: Submission) -> list[Comment]:
    """The comments of a submission, oldest first."""
    found = sa.select(Comment).where(Comment.submission_id == submission.id).order_by(Comment.id)
    return list(db.session.scalars(found))


def case_of(comment: Comment) -> ReviewCase:
    """The review case of a comment."""
    return moderation_queries.get_case_of("comment", comment.id)
