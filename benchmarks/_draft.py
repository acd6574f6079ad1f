"""A database with one draft and many comments, written in bulk: for measuring, never for a site that people use."""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from accounts.models import Agency, AgencyKind
from consultations.models import (
    Comment,
    CommentTally,
    Consultation,
    ConsultationState,
    Contributor,
    ContributorKind,
    Document,
    DocumentKind,
    Lineage,
    Provision,
    Stance,
    Submission,
    Verification,
)
from consultations.seed import seed_document_kinds
from consultations.services.outlines import add_version
from core import clock, files
from core.db import db, transaction
from legal.nodes import Kind, Outline
from legal.outline import outline_file
from moderation.models import ReviewStatus

ROOT = Path(__file__).resolve().parent.parent
LAWS = ROOT / "demo" / "legal"
CODE = LAWS / "01_bo_luat_dan_su_91_2015_QH13.txt"
"""The Civil Code: 689 articles."""
LAW = LAWS / "A_vbhn_47_VPQH_BHYT.txt"
"""The law on health insurance, of which 300 provisions are taken."""

STANCES = (Stance.SUPPORT, Stance.AMEND, Stance.OPPOSE, Stance.ASK)
STATUSES = (ReviewStatus.PUBLISHED, ReviewStatus.PENDING, ReviewStatus.REFUSED)
PROSE = (
    "đề nghị quy định rõ hơn trường hợp người dân ở xa cơ quan vì hồ sơ phải nộp nhiều lần thời hạn giải quyết quá dài "
    "nên bổ sung hình thức trực tuyến và giao cho cấp xã tiếp nhận để giảm chi phí đi lại cho người nghèo người già"
)
BATCH = 2_000


@dataclass(frozen=True)
class Draft:
    """Where the benchmark goes: the ids of a consultation, its document and a provision with comments."""

    consultation_id: int
    document_id: int
    lineage_id: int
    provisions: int


def first_provisions(path: Path, count: int) -> Outline:
    """The outline of a document up to its first ``count`` provisions."""
    outline = outline_file(path)
    left = count

    def keep(nodes: Sequence[Any]) -> list[Any]:
        nonlocal left
        kept = []
        for node in nodes:
            if left <= 0:
                break
            left -= 1
            node.children = keep(node.children)
            kept.append(node)
        return kept

    return Outline(title=outline.title, nodes=keep(outline.nodes))


def make_draft(outline: Outline, title: str) -> Draft:
    """An open consultation with one published version."""
    now = clock.now()
    with transaction():
        seed_document_kinds()
        agency = db.session.scalar(sa.select(Agency).where(Agency.code == "BENCH"))
        if agency is None:
            agency = Agency(code="BENCH", name="Bộ Y tế", kind=AgencyKind.MINISTRY, path="/0/")
            db.session.add(agency)
            db.session.flush()
        kind = db.session.scalars(sa.select(DocumentKind).order_by(DocumentKind.position).limit(1)).one()
        consultation = Consultation(
            agency_id=agency.id,
            kind_code=kind.code,
            title=title,
            state=ConsultationState.PUBLISHED,
            opens_at=now - timedelta(days=10),
            closes_at=now + timedelta(days=10),
            created_at=now,
            published_at=now,
        )
        db.session.add(consultation)
        db.session.flush()
        document = Document(consultation_id=consultation.id, title=title)
        db.session.add(document)
        db.session.flush()
        stored = files.save_bytes(title.encode(), "du-thao.txt", "text/plain")
        version = add_version(document, stored, outline)
        version.published_at = now
        count = db.session.scalar(sa.select(sa.func.count()).where(Provision.version_id == version.id)) or 0
        lineage = db.session.scalars(
            sa.select(Provision.lineage_id)
            .where(Provision.version_id == version.id, Provision.kind == Kind.CLAUSE)
            .order_by(Provision.position)
            .limit(1)
        ).one()
        return Draft(consultation.id, document.id, lineage, count)


def add_comments(draft: Draft, count: int) -> None:
    """Comments over all provisions, four in five published; one contributor and submission for each fifth of them."""
    chance = random.Random(count)
    with transaction():
        places = db.session.execute(
            sa.select(Provision.id, Provision.lineage_id)
            .join(Document, Document.id == draft.document_id)
            .where(Provision.quoted.is_(False), Provision.lineage_id.in_(_lineages(draft)))
        ).all()
        senders = _senders(draft, max(1, count // 5))
        tallies: Counter[tuple[int, Stance, ReviewStatus]] = Counter()
        for rows in _comment_rows(draft, count, [tuple(row) for row in places], senders, chance):
            db.session.execute(sa.insert(Comment), rows)
            tallies.update((row["place"], row["stance"], row["status"]) for row in rows)
        tally_rows = [
            {"document_id": draft.document_id, "place": place, "stance": stance, "status": status, "count": number}
            for (place, stance, status), number in tallies.items()
        ]
        for start in range(0, len(tally_rows), BATCH):
            db.session.execute(sa.insert(CommentTally), tally_rows[start : start + BATCH])


def drop_comments(draft: Draft) -> None:
    """Take every comment back, for the next measurement."""
    with transaction():
        db.session.execute(sa.delete(Comment).where(Comment.document_id == draft.document_id))
        db.session.execute(sa.delete(CommentTally).where(CommentTally.document_id == draft.document_id))


def analyse() -> None:
    """Let the database look at its tables anew, as PostgreSQL's autovacuum would after a while."""
    db.session.execute(sa.text("ANALYZE"))
    db.session.commit()


def _lineages(draft: Draft) -> "sa.Select[int]":
    return sa.select(Lineage.id).where(Lineage.document_id == draft.document_id)


def _senders(draft: Draft, count: int) -> list[tuple[int, int]]:
    now = clock.now()
    pairs: list[tuple[int, int]] = []
    for start in range(0, count, BATCH):
        people = [
            {
                "kind": ContributorKind.INDIVIDUAL,
                "verification": Verification.ACCOUNT,
                "name": f"Người dân {number}",
                "public_name": f"Người dân {number}",
            }
            for number in range(start, min(count, start + BATCH))
        ]
        ids = sorted(db.session.scalars(sa.insert(Contributor).returning(Contributor.id), people))
        submissions = [
            {
                "consultation_id": draft.consultation_id,
                "contributor_id": contributor_id,
                "receipt_code": f"B{contributor_id:09d}",
                "sent_at": now,
            }
            for contributor_id in ids
        ]
        made = sorted(db.session.scalars(sa.insert(Submission).returning(Submission.id), submissions))
        pairs += zip(ids, made, strict=True)
    return pairs


def _comment_rows(
    draft: Draft,
    count: int,
    places: list[tuple[Any, ...]],
    senders: list[tuple[int, int]],
    chance: random.Random,
) -> Iterator[list[dict[str, Any]]]:
    now, words = clock.now(), PROSE.split()
    for start in range(0, count, BATCH):
        rows = []
        for number in range(start, min(count, start + BATCH)):
            provision_id, lineage_id = places[number % len(places)]
            contributor_id, submission_id = senders[number % len(senders)]
            status = chance.choices(STATUSES, (80, 15, 5))[0]
            body = " ".join(chance.choices(words, k=chance.randint(15, 90)))
            rows.append(
                {
                    "submission_id": submission_id,
                    "contributor_id": contributor_id,
                    "consultation_id": draft.consultation_id,
                    "document_id": draft.document_id,
                    "provision_id": provision_id,
                    "place": lineage_id,
                    "stance": chance.choices(STANCES, (35, 38, 15, 12))[0],
                    "body": body,
                    "proposed_text": " ".join(chance.choices(words, k=40)) if number % 4 == 0 else "",
                    "fingerprint": f"{number:064d}",
                    "support_count": int(chance.expovariate(0.2)),
                    "created_at": now,
                    "published_at": now if status == ReviewStatus.PUBLISHED else None,
                    "status": status,
                }
            )
        yield rows
