"""Opinions that an officer enters for somebody (*nhập hộ*): from paper, a telephone call, a meeting, a letter."""

from dataclasses import dataclass
from datetime import date

from accounts.models import Person
from consultations.models import (
    Channel,
    Comment,
    Consultation,
    Contributor,
    ContributorKind,
    Stance,
    Submission,
    Verification,
)
from consultations.registry import COMMENT
from consultations.services import comments, receipts, tallies
from core import clock
from core.db import db
from core.errors import Closed, RuleBroken
from core.i18n import gettext as _
from core.similarity import text_fingerprint
from moderation import services as moderation
from moderation.models import ReviewStatus


@dataclass(frozen=True)
class Entry:
    """One opinion as it is entered. ``people``: for how many it says that it speaks."""

    channel: Channel
    received: date
    name: str
    kind: ContributorKind
    place_code: str | None
    people: int | None
    document_id: int
    place: int
    provision_id: int | None
    stance: Stance
    body: str
    proposed_text: str


def enter_opinion(consultation: Consultation, entry: Entry, *, by: Person) -> Submission:
    """Put it into the ledger, and before the moderators like any other; the log keeps who entered it.

    Raises Closed once the table is published, RuleBroken without a name, without words, or for a day to come.
    """
    _check(consultation, entry)
    submission = _make_submission(consultation, entry)
    comment = Comment(
        submission_id=submission.id,
        contributor_id=submission.contributor_id,
        consultation_id=consultation.id,
        document_id=entry.document_id,
        provision_id=entry.provision_id,
        place=entry.place,
        stance=entry.stance,
        body=entry.body,
        proposed_text=entry.proposed_text,
        fingerprint=text_fingerprint(f"{entry.body}\n{entry.proposed_text}"),
        created_at=submission.sent_at,
        status=ReviewStatus.PENDING,
    )
    db.session.add(comment)
    db.session.flush()
    tallies.add(entry.document_id, entry.place, entry.stance, ReviewStatus.PENDING)
    moderation.open_case(
        COMMENT,
        comment.id,
        agency_id=consultation.agency_id,
        context_id=consultation.id,
        place_id=entry.place or None,
        status=ReviewStatus.PENDING,
        actor_id=by.id,
        text=f"{entry.body}\n{entry.proposed_text}",
    )
    return submission


def _check(consultation: Consultation, entry: Entry) -> None:
    if consultation.table_published_at is not None:
        raise Closed(_("Bản tổng hợp đã công bố nên không nhập thêm ý kiến được nữa."))
    if not entry.name:
        raise RuleBroken(_("Hãy cho biết tên người hoặc cơ quan, tổ chức góp ý."), "name")
    if entry.received > clock.today():
        raise RuleBroken(_("Ngày nhận không thể ở sau hôm nay."), "received")
    comments.check_text(entry.body, entry.proposed_text)


def _make_submission(consultation: Consultation, entry: Entry) -> Submission:
    contributor = Contributor(
        kind=entry.kind,
        verification=Verification.IMPORTED,
        name=entry.name,
        public_name=entry.name,
        place_code=entry.place_code,
    )
    db.session.add(contributor)
    db.session.flush()
    received = min(clock.start_of(entry.received), clock.now())
    submission = Submission(
        consultation_id=consultation.id,
        contributor_id=contributor.id,
        channel=entry.channel,
        receipt_code=receipts.new_code(),
        sent_at=received,
        confirmed_at=received,
        people=entry.people,
    )
    db.session.add(submission)
    db.session.flush()
    return submission
