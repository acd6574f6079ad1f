"""What authors are told by mail: the receipt of what they sent, and what became of it."""

from datetime import timedelta

import sqlalchemy as sa

from accounts.models import Person
from consultations.models import (
    Comment,
    Consultation,
    Contributor,
    Provision,
    Reply,
    Submission,
    Verification,
)
from consultations.services import receipts
from core.db import db
from core.i18n import SOURCE, speaking
from core.i18n import gettext as _
from core.links import address_of, path_to
from core.signing import sign, unsign
from moderation.models import ReviewStatus
from moderation.registry import Verdict
from moderation.rules import find_rule
from notifications.services import notify

CONFIRM = "consultations.confirm"
CONFIRM_WITHIN = timedelta(days=30)

TOLD = (ReviewStatus.PUBLISHED, ReviewStatus.REFUSED)
"""Verdicts that the author hears of; spam and a decision taken back are not worth a letter."""


def confirmation_token(submission: Submission) -> str:
    """For the link by which a guest confirms their address. Using it again is harmless."""
    return sign(CONFIRM, submission.id)


def submission_of_token(token: str) -> Submission | None:
    """The submission whose address a link confirms; None for a link that is too old or was changed."""
    submission_id = unsign(CONFIRM, token, max_age=CONFIRM_WITHIN)
    return db.session.get(Submission, submission_id) if isinstance(submission_id, int) else None


def send_receipt(submission: Submission) -> None:
    """The receipt, to an account's address or the one a guest gave; a guest's letter carries the link to confirm it."""
    contributor = db.session.get_one(Contributor, submission.contributor_id)
    person = db.session.get(Person, contributor.person_id) if contributor.person_id else None
    email = person.email if person else contributor.email
    if not email:
        return
    consultation = db.session.get_one(Consultation, submission.consultation_id)
    waits = submission.confirmed_at is None
    confirm_path = path_to("consultations.confirm", token=confirmation_token(submission))
    count = sa.select(sa.func.count()).where(Comment.submission_id == submission.id)
    code = receipts.shown(submission.receipt_code)
    notify(
        person_id=contributor.person_id,
        email=email,
        subject=_("Hãy xác nhận địa chỉ để gửi ý kiến. Mã biên nhận: %(code)s", code=code)
        if waits
        else _("Đã nhận ý kiến. Mã biên nhận: %(code)s", code=code),
        template="receipt",
        path=path_to("consultations.receipt", code=code),
        name=contributor.name,
        code=code,
        title=consultation.title,
        count=db.session.scalar(count) or 0,
        confirm_url=address_of(confirm_path) if waits else None,
        required=contributor.verification == Verification.GUEST and _waiting(submission),
    )


@speaking(SOURCE)  # to the author, whatever language the moderator reads
def tell_of_comment(comment: Comment, verdict: Verdict) -> None:
    """Tell the author of a comment what a moderator decided, by which rule and with which note."""
    if verdict.after not in TOLD:
        return
    contributor = db.session.get_one(Contributor, comment.contributor_id)
    email = _address(contributor)
    if email is None:
        return
    submission = db.session.get_one(Submission, comment.submission_id)
    _tell(
        verdict,
        contributor.person_id,
        email,
        name=contributor.name,
        path=path_to("consultations.receipt", code=receipts.shown(submission.receipt_code)),
        consultation=db.session.get_one(Consultation, comment.consultation_id),
        where=_where(comment),
        text=comment.body or comment.proposed_text,
        reply=False,
    )


@speaking(SOURCE)
def tell_of_edit(comment: Comment, verdict: Verdict, text: str) -> None:
    """Tell the author of a published comment whether its new words are public now."""
    contributor = db.session.get_one(Contributor, comment.contributor_id)
    email = _address(contributor)
    if email is None:
        return
    submission = db.session.get_one(Submission, comment.submission_id)
    consultation = db.session.get_one(Consultation, comment.consultation_id)
    where = _where(comment)
    notify(
        person_id=contributor.person_id,
        email=email,
        subject=_("Bản sửa ý kiến của bạn đã công bố: %(where)s", where=where)
        if verdict.edit_taken
        else _("Bản sửa ý kiến của bạn không được công bố: %(where)s", where=where),
        template="edit_verdict",
        path=path_to("consultations.receipt", code=receipts.shown(submission.receipt_code)),
        name=contributor.name,
        title=consultation.title,
        where=where,
        text=text,
        published=verdict.edit_taken,
        rule=find_rule(verdict.rule),
        note=verdict.note,
    )


@speaking(SOURCE)
def tell_of_reply(reply: Reply, verdict: Verdict) -> None:
    """Tell the author of a reply what a moderator decided."""
    person = db.session.get(Person, reply.person_id) if reply.person_id else None
    if verdict.after not in TOLD or person is None:
        return
    comment = db.session.get_one(Comment, reply.comment_id)
    consultation = db.session.get_one(Consultation, comment.consultation_id)
    _tell(
        verdict,
        person.id,
        person.email,
        name=reply.public_name,
        path=path_to("consultations.provision", consultation_id=consultation.id, lineage_id=comment.place),
        consultation=consultation,
        where=_where(comment),
        text=reply.body,
        reply=True,
    )


def _tell(
    verdict: Verdict,
    person_id: int | None,
    email: str,
    *,
    name: str,
    path: str,
    consultation: Consultation,
    where: str,
    text: str,
    reply: bool,
) -> None:
    published = verdict.after == ReviewStatus.PUBLISHED
    what = _("Trả lời của bạn") if reply else _("Ý kiến của bạn")
    subject = (
        _("%(what)s đã công bố: %(where)s", what=what, where=where)
        if published
        else _("%(what)s không được công bố: %(where)s", what=what, where=where)
    )
    notify(
        person_id=person_id,
        email=email,
        subject=subject,
        template="verdict",
        path=path,
        name=name,
        title=consultation.title,
        where=where,
        text=text,
        reply=reply,
        published=published,
        rule=find_rule(verdict.rule),
        note=verdict.note,
    )


def _address(contributor: Contributor) -> str | None:
    """Where an author is told: their account's address, or the one that a guest confirmed."""
    if contributor.person_id is not None:
        person = db.session.get(Person, contributor.person_id)
        return person.email if person else None
    return contributor.email if contributor.verification == Verification.GUEST_CONFIRMED else None


def _where(comment: Comment) -> str:
    """The provision as it is cited, or the whole draft."""
    if comment.provision_id is None:
        return _("toàn bộ dự thảo")
    provision = db.session.get_one(Provision, comment.provision_id)
    return provision.citation or provision.heading or provision.number


def _waiting(submission: Submission) -> bool:
    return bool(
        db.session.scalar(
            sa.select(
                sa.exists().where(Comment.submission_id == submission.id, Comment.status == ReviewStatus.UNCONFIRMED)
            )
        )
    )
