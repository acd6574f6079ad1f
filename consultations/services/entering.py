"""Opinions that an officer enters for somebody (*nhập hộ*): from paper, a telephone call, a meeting, a letter."""

from dataclasses import dataclass
from datetime import date

from accounts.models import Person
from consultations.models import (
    Attachment,
    Channel,
    Comment,
    Consultation,
    Contributor,
    ContributorKind,
    Stance,
    Submission,
    Verification,
)
from consultations.registry import ATTACHMENT, COMMENT
from consultations.services import comments, receipts, tallies
from core import clock
from core.db import db
from core.errors import Closed, RuleBroken
from core.files import StoredFile
from core.i18n import gettext as _
from core.similarity import text_fingerprint
from moderation import services as moderation
from moderation.models import ReviewStatus


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Who sent something, how, and when. ``people``: for how many it says that it speaks.

    ``checked``: we know that the organisation is who it says (it answered by the link that was sent to it).
    """

    channel: Channel
    received: date
    name: str
    kind: ContributorKind
    place_code: str | None = None
    people: int | None = None
    checked: bool = False


@dataclass(frozen=True, kw_only=True)
class Words:
    """What was said, and where."""

    document_id: int
    place: int
    provision_id: int | None
    stance: Stance
    body: str
    proposed_text: str = ""


@dataclass(frozen=True, kw_only=True)
class Entry(Sender, Words):
    """One opinion as it is entered."""


def enter_opinion(consultation: Consultation, entry: Entry, *, by: Person) -> Submission:
    """Put it into the ledger, and before the moderators like any other; the log keeps who entered it.

    Raises Closed once the table is published, RuleBroken without a name, without words, or for a day to come.
    """
    _check(consultation, entry)
    comments.check_text(entry.body, entry.proposed_text)
    submission = _make_submission(consultation, entry)
    _add_comment(consultation, submission, entry, by)
    return submission


def receive(
    consultation: Consultation,
    sender: Sender,
    *,
    by: Person | None,
    paper: StoredFile | None,
    words: Words | None = None,
) -> Submission:
    """A letter as it came: its paper, which is not public until a moderator releases it, and what it says in short.

    ``by`` is None where the sender handed it in through a private link. Raises as ``enter_opinion``.
    """
    _check(consultation, sender)
    if words is not None:
        comments.check_text(words.body, words.proposed_text)
    submission = _make_submission(consultation, sender)
    if words is not None:
        _add_comment(consultation, submission, words, by)
    if paper is not None:
        made = Attachment(submission_id=submission.id, file_id=paper.id, status=ReviewStatus.PENDING)
        db.session.add(made)
        db.session.flush()
        _open_case(consultation, ATTACHMENT, made.id, None, "", by)
    return submission


def add_words(consultation: Consultation, submission: Submission, words: Words, *, by: Person) -> Comment:
    """One more opinion out of a letter that is there. Raises Closed once the table is published, RuleBroken."""
    _must_take(consultation)
    comments.check_text(words.body, words.proposed_text)
    return _add_comment(consultation, submission, words, by)


def _add_comment(consultation: Consultation, submission: Submission, words: Words, by: Person | None) -> Comment:
    text = f"{words.body}\n{words.proposed_text}"
    comment = Comment(
        submission_id=submission.id,
        contributor_id=submission.contributor_id,
        consultation_id=consultation.id,
        document_id=words.document_id,
        provision_id=words.provision_id,
        place=words.place,
        stance=words.stance,
        body=words.body,
        proposed_text=words.proposed_text,
        fingerprint=text_fingerprint(text),
        created_at=submission.sent_at,
        status=ReviewStatus.PENDING,
    )
    db.session.add(comment)
    db.session.flush()
    tallies.add(words.document_id, words.place, words.stance, ReviewStatus.PENDING)
    _open_case(consultation, COMMENT, comment.id, words.place or None, text, by)
    return comment


def _open_case(
    consultation: Consultation, subject_type: str, subject_id: int, place_id: int | None, text: str, by: Person | None
) -> None:
    moderation.open_case(
        subject_type,
        subject_id,
        agency_id=consultation.agency_id,
        context_id=consultation.id,
        place_id=place_id,
        status=ReviewStatus.PENDING,
        actor_id=by.id if by else None,
        text=text,
    )


def _must_take(consultation: Consultation) -> None:
    if consultation.table_published_at is not None:
        raise Closed(_("Bản tổng hợp đã công bố nên không nhập thêm ý kiến được nữa."))


def _check(consultation: Consultation, sender: Sender) -> None:
    _must_take(consultation)
    if not sender.name:
        raise RuleBroken(_("Hãy cho biết tên người hoặc cơ quan, tổ chức góp ý."), "name")
    if sender.received > clock.today():
        raise RuleBroken(_("Ngày nhận không thể ở sau hôm nay."), "received")


def _make_submission(consultation: Consultation, sender: Sender) -> Submission:
    contributor = Contributor(
        kind=sender.kind,
        verification=Verification.IMPORTED,
        name=sender.name,
        public_name=sender.name,
        organisation_checked_at=clock.now() if sender.checked else None,
        place_code=sender.place_code,
    )
    db.session.add(contributor)
    db.session.flush()
    received = min(clock.start_of(sender.received), clock.now())
    submission = Submission(
        consultation_id=consultation.id,
        contributor_id=contributor.id,
        channel=sender.channel,
        receipt_code=receipts.new_code(),
        sent_at=received,
        confirmed_at=received,
        people=sender.people,
    )
    db.session.add(submission)
    db.session.flush()
    return submission
