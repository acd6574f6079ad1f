"""Send a submission: the draft becomes a submission with its comments, cases, tallies and receipt, all at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from accounts.models import Person, PersonKind
from consultations import indexing, policies
from consultations.models import (
    Attachment,
    Comment,
    Consultation,
    Contributor,
    ContributorKind,
    DraftAttachment,
    DraftComment,
    GuestPolicy,
    Submission,
    SubmissionDraft,
    Verification,
)
from consultations.registry import ATTACHMENT, COMMENT
from consultations.services import comments, letters, receipts, tallies
from consultations.services.screening import first_status
from core import clock
from core.db import db
from core.errors import Closed, RuleBroken
from core.i18n import gettext as _
from core.similarity import text_fingerprint
from moderation import services as moderation
from moderation.models import ReviewAction, ReviewStatus
from moderation.services import measures

GUEST_LETTERS_AN_HOUR = 5


@dataclass(frozen=True)
class Identity:
    """Who sends, as they say it themselves. ``person`` for an account; a guest gives a name and maybe an address."""

    person: Person | None
    name: str
    kind: ContributorKind
    email: str | None = None
    place_code: str | None = None


def send(draft: SubmissionDraft, identity: Identity, *, consent_version: str) -> Submission:
    """Send a draft once: sending it again returns the same submission.

    Raises Closed outside the window, RuleBroken for an empty draft, an unknown guest or texts out of bounds. Whoever
    sends is told by mail, where they have an address.
    """
    draft = db.session.scalars(
        sa.select(SubmissionDraft)
        .where(SubmissionDraft.id == draft.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if draft.submission_id is not None:
        return db.session.get_one(Submission, draft.submission_id)
    consultation = db.session.get_one(Consultation, draft.consultation_id)
    items = list(
        db.session.scalars(sa.select(DraftComment).where(DraftComment.draft_id == draft.id).order_by(DraftComment.id))
    )
    _check(consultation, identity, items)
    submission = _make_submission(consultation, identity, consent_version)
    _make_comments(consultation, submission, items, identity)
    _make_attachments(consultation, submission, draft, identity)
    draft.submission_id = submission.id
    db.session.execute(sa.delete(DraftComment).where(DraftComment.draft_id == draft.id))
    db.session.execute(sa.delete(DraftAttachment).where(DraftAttachment.draft_id == draft.id))
    db.session.flush()
    letters.send_receipt(submission)
    return submission


def closed_sentence(window: policies.Window) -> str:
    """Why nothing is taken now, and what can still be done."""
    phase = policies.phase(window, clock.now())
    closed = f"{clock.local(window.closes_at):%d/%m/%Y}"
    opens = f"{clock.local(window.opens_at):%H:%M, %d/%m/%Y}"
    return {
        policies.Phase.CLOSED: _(
            "Đợt lấy ý kiến đã đóng ngày %(date)s. Bạn vẫn đọc được mọi ý kiến và trả lời.", date=closed
        ),
        policies.Phase.UPCOMING: _("Đợt lấy ý kiến mở lúc %(time)s. Bạn đã đọc được dự thảo.", time=opens),
        policies.Phase.SUSPENDED: _("Đợt lấy ý kiến đang tạm dừng. Khi tiếp tục, bạn gửi được phần đã viết."),
        policies.Phase.CANCELLED: _("Đợt lấy ý kiến đã hủy. Mọi ý kiến đã gửi vẫn được giữ."),
    }.get(phase, _("Đợt lấy ý kiến không nhận ý kiến vào lúc này."))


def confirm(submission: Submission) -> None:
    """A guest confirmed their address: what waited for it goes to the moderators. Doing it again changes nothing."""
    submission = db.session.scalars(
        sa.select(Submission)
        .where(Submission.id == submission.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if submission.confirmed_at is not None:
        return
    submission.confirmed_at = clock.now()
    contributor = db.session.get_one(Contributor, submission.contributor_id)
    contributor.verification = Verification.GUEST_CONFIRMED
    consultation = db.session.get_one(Consultation, submission.consultation_id)
    status = first_status(consultation, contributor.person_id)
    for case in comments.cases_of(submission.id):
        if case.status == ReviewStatus.UNCONFIRMED:
            after = status if case.subject_type == COMMENT else ReviewStatus.PENDING
            moderation.change_status(case, after, action=ReviewAction.CONFIRM, actor=None, awaiting=True)


def _check(consultation: Consultation, identity: Identity, items: list[DraftComment]) -> None:
    if not policies.is_open(consultation, clock.now()):
        raise Closed(closed_sentence(consultation))
    person_id = identity.person.id if identity.person else None
    if not policies.may_speak(consultation.guests, policies.Speaker(person_id, bool(identity.email))):
        raise RuleBroken(_("Đợt lấy ý kiến này cần địa chỉ thư điện tử để xác nhận."), "email")
    if not identity.name:
        raise RuleBroken(_("Hãy cho biết tên người hoặc cơ quan, tổ chức góp ý."), "name")
    if identity.person is None and identity.email and _letters_of_last_hour(identity.email) >= GUEST_LETTERS_AN_HOUR:
        raise RuleBroken(_("Địa chỉ này vừa nhận nhiều thư của Dân Bàn. Hãy gửi lại sau một giờ."), "email")
    if not items:
        raise RuleBroken(_("Phiếu chưa có ý kiến nào. Hãy chọn một điều khoản và góp ý."))
    if identity.person is not None:
        measures.check(identity.person.id, consultation.agency_id)
    for item in items:
        comments.check_text(item.body, item.proposed_text)


def _must_confirm(consultation: Consultation, identity: Identity) -> bool:
    """Does a guest speak only once their address is confirmed? Where a name is enough, an address is a favour."""
    return identity.person is None and consultation.guests != GuestPolicy.NAMED


def _letters_of_last_hour(email: str) -> int:
    """How many guests' receipts went to an address: nobody shall flood a stranger's mailbox through us."""
    return (
        db.session.scalar(
            sa.select(sa.func.count())
            .select_from(Submission)
            .join(Contributor, Contributor.id == Submission.contributor_id)
            .where(
                Contributor.email == email,
                Contributor.person_id.is_(None),
                Submission.sent_at > clock.now() - timedelta(hours=1),
            )
        )
        or 0
    )


def _make_submission(consultation: Consultation, identity: Identity, consent_version: str) -> Submission:
    now = clock.now()
    contributor = _make_contributor(identity)
    db.session.add(contributor)
    db.session.flush()
    unconfirmed = identity.person is None and identity.email is not None
    submission = Submission(
        consultation_id=consultation.id,
        contributor_id=contributor.id,
        receipt_code=receipts.new_code(),
        consent_version=consent_version,
        consent_at=now,
        sent_at=now,
        confirmed_at=None if unconfirmed else now,
    )
    db.session.add(submission)
    db.session.flush()
    return submission


def _make_contributor(identity: Identity) -> Contributor:
    person = identity.person
    checked = None
    if person is not None and person.kind == PersonKind.ORGANISATION and identity.kind == ContributorKind.ORGANISATION:
        # What was checked is the account's own name: under any other it speaks for a body that nobody knows.
        checked = person.organisation_checked_at if identity.name == person.full_name else None
    return Contributor(
        person_id=person.id if person else None,
        kind=identity.kind,
        verification=Verification.ACCOUNT if person else Verification.GUEST,
        name=identity.name,
        public_name=person.public_name if person and identity.kind == ContributorKind.INDIVIDUAL else identity.name,
        email=None if person else identity.email,
        organisation_checked_at=checked,
        place_code=identity.place_code,
    )


def _make_comments(
    consultation: Consultation, submission: Submission, items: list[DraftComment], identity: Identity
) -> None:
    waits = _must_confirm(consultation, identity)
    person_id = identity.person.id if identity.person else None
    status = ReviewStatus.UNCONFIRMED if waits else first_status(consultation, person_id)
    now = clock.now()
    made = [
        Comment(
            submission_id=submission.id,
            contributor_id=submission.contributor_id,
            consultation_id=consultation.id,
            document_id=item.document_id,
            provision_id=item.provision_id,
            place=item.place,
            stance=item.stance,
            body=item.body,
            proposed_text=item.proposed_text,
            fingerprint=text_fingerprint(f"{item.body}\n{item.proposed_text}"),
            created_at=now,
            published_at=now if status == ReviewStatus.PUBLISHED else None,
            status=status,
        )
        for item in items
    ]
    db.session.add_all(made)
    db.session.flush()
    subjects = [moderation.NewCase(one.id, one.place or None, f"{one.body}\n{one.proposed_text}") for one in made]
    _open_cases(COMMENT, subjects, consultation, status, identity)
    tallies.add_many(tallies.count_keys([(c.document_id, c.place, c.stance, c.status) for c in made]))
    if status == ReviewStatus.PUBLISHED:
        indexing.reindex_comments([comment.id for comment in made])


def _make_attachments(
    consultation: Consultation, submission: Submission, draft: SubmissionDraft, identity: Identity
) -> None:
    """Letters are never public before a moderator releases them, whatever the policy."""
    status = ReviewStatus.UNCONFIRMED if _must_confirm(consultation, identity) else ReviewStatus.PENDING
    kept = db.session.scalars(sa.select(DraftAttachment).where(DraftAttachment.draft_id == draft.id)).all()
    made = [Attachment(submission_id=submission.id, file_id=item.file_id, status=status) for item in kept]
    db.session.add_all(made)
    db.session.flush()
    if made:
        _open_cases(ATTACHMENT, [moderation.NewCase(one.id, None) for one in made], consultation, status, identity)


def _open_cases(
    subject_type: str,
    subjects: Sequence[moderation.NewCase],
    consultation: Consultation,
    status: ReviewStatus,
    identity: Identity,
) -> None:
    moderation.open_cases(
        subject_type,
        subjects,
        agency_id=consultation.agency_id,
        context_id=consultation.id,
        status=status,
        actor_id=identity.person.id if identity.person else None,
    )
