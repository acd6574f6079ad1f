"""Many opinions at once on a small draft, for tests of grouping: rows as the services write them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from consultations.models import (
    Comment,
    CommentTally,
    Consultation,
    Contributor,
    ContributorKind,
    Document,
    Stance,
    Submission,
    Verification,
)
from core import clock
from core.db import db
from core.similarity import text_fingerprint
from moderation.models import LEDGER, ReviewStatus
from opinions.models import GroupMember, GroupProposal, OpinionGroup, ProposalMember
from opinions.queries import proposals as queries
from opinions.services import grouping_runs
from opinions.services.grouping_stages import STAGES
from tests.consultations.sending import provision

LETTER = (
    "Tôi đề nghị giữ nguyên mức hỗ trợ cho hộ nghèo ở vùng sâu, vùng xa trong ít nhất ba năm tới, vì giá thuốc tăng mà "
    "đường đến bệnh viện tỉnh còn xa và tốn kém."
)
OTHER = "Cần quy định rõ cơ quan nào chịu trách nhiệm cấp thẻ cho người lao động tự do khi họ chuyển nơi ở."


@dataclass(frozen=True)
class Place:
    """Where opinions hang."""

    consultation: Consultation
    document_id: int
    place: int
    provision_id: int


def place_of(consultation: Consultation, citation: str) -> Place:
    about = provision(consultation, citation)
    document_id = db.session.scalars(sa.select(Document.id).where(Document.consultation_id == consultation.id)).one()
    return Place(consultation, document_id, about.lineage_id, about.id)


def add(place: Place, texts: Iterable[str], stance: Stance = Stance.AMEND, **values: object) -> list[int]:
    """An opinion of somebody else for each text; their ids, in order."""
    now = clock.now()
    ids = []
    for text in texts:
        contributor = Contributor(
            kind=ContributorKind.INDIVIDUAL,
            verification=Verification.IMPORTED,
            name="Người dân",
            public_name="Người dân",
        )
        db.session.add(contributor)
        db.session.flush()
        submission = Submission(
            consultation_id=place.consultation.id,
            contributor_id=contributor.id,
            receipt_code=f"N{contributor.id:08}",
            sent_at=now,
        )
        db.session.add(submission)
        db.session.flush()
        comment = Comment(
            **{
                "submission_id": submission.id,
                "contributor_id": contributor.id,
                "consultation_id": place.consultation.id,
                "document_id": place.document_id,
                "provision_id": place.provision_id,
                "place": place.place,
                "stance": stance,
                "body": text,
                "fingerprint": text_fingerprint(text),
                "created_at": now,
                "status": ReviewStatus.PUBLISHED,
                **values,
            }
        )
        db.session.add(comment)
        db.session.flush()
        ids.append(comment.id)
        _tally(comment)
    return ids


def withdraw(comment: Comment) -> None:
    """It leaves the ledger, and the tallies with it."""
    if comment.status in LEDGER:
        _tally(comment, -1)
        comment.status = ReviewStatus.WITHDRAWN
        _tally(comment)


def _tally(comment: Comment, by: int = 1) -> None:
    key = (comment.document_id, comment.place, comment.stance, comment.status)
    tally = db.session.get(CommentTally, key)
    if tally is None:
        tally = CommentTally(document_id=key[0], place=key[1], stance=key[2], status=key[3], count=0)
        db.session.add(tally)
    tally.count += by
    db.session.flush()


def run(consultation: Consultation, *, mixed: bool = False) -> None:
    """The whole run, as the command does it."""
    run_id = grouping_runs.request_run(consultation, by=None, mixed=mixed).id
    db.session.commit()
    assert list(grouping_runs.watch(run_id, STAGES))


def proposed(place: Place) -> list[set[int]]:
    """The open proposals of a place as sets of comments, largest first."""
    found = [
        set(db.session.scalars(sa.select(ProposalMember.comment_id).where(ProposalMember.proposal_id == row.id)))
        for row in queries.list_on_place(place.document_id, place.place)
    ]
    return sorted(found, key=lambda ids: (-len(ids), min(ids)))


def proposals_of(place: Place) -> Sequence[GroupProposal]:
    """Open ones, in the order of the page."""
    return [db.session.get_one(GroupProposal, row.id) for row in queries.list_on_place(place.document_id, place.place)]


def grouped(place: Place) -> dict[int, set[int]]:
    """The groups of a place as sets of comments."""
    found: dict[int, set[int]] = {}
    rows = db.session.execute(
        sa.select(GroupMember.group_id, GroupMember.comment_id)
        .join(OpinionGroup, OpinionGroup.id == GroupMember.group_id)
        .where(OpinionGroup.document_id == place.document_id, OpinionGroup.place == place.place)
    )
    for group_id, comment_id in rows:
        found.setdefault(group_id, set()).add(comment_id)
    return found


def where_each_is(consultation: Consultation) -> Counter[int]:
    """In how many of these each opinion of the ledger is: a group, an open proposal, neither."""
    ledger = sa.and_(Comment.consultation_id == consultation.id, Comment.status.in_(LEDGER))
    everyone = set(db.session.scalars(sa.select(Comment.id).where(ledger)))
    in_groups = Counter(db.session.scalars(sa.select(GroupMember.comment_id)))
    in_proposals = Counter(
        db.session.scalars(
            sa.select(ProposalMember.comment_id)
            .join(GroupProposal, GroupProposal.id == ProposalMember.proposal_id)
            .where(GroupProposal.rejected_at.is_(None))
        )
    )
    return Counter({one: in_groups[one] + in_proposals[one] or 1 for one in everyone})
