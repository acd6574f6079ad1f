"""What may befall a comment after it was sent: a verdict, an edit, a withdrawal, a mark of support, a reply."""

from datetime import datetime

import sqlalchemy as sa

from accounts.models import Person
from consultations import indexing, policies
from consultations.events import Change, comment_changed
from consultations.models import (
    Attachment,
    Comment,
    CommentRevision,
    Consultation,
    Provision,
    Reply,
    Stance,
    Support,
    WaitingEdit,
)
from consultations.registry import ATTACHMENT, COMMENT, REPLY
from consultations.services import letters, tallies
from consultations.services.screening import first_status, looks_first
from core import clock
from core.db import db, rows_changed
from core.errors import Closed, NotFound, RuleBroken
from core.i18n import gettext as _
from core.similarity import text_fingerprint
from core.text import clean
from moderation import services as moderation
from moderation.analysis import masked
from moderation.models import LEDGER, ReviewAction, ReviewCase, ReviewStatus
from moderation.registry import Verdict
from moderation.services import measures

MAX_WORDS = 3000
MAX_LETTERS = 20_000


def apply_verdict(comment_id: int, verdict: Verdict) -> None:
    """Carry a change of status to the comment, its tally, the index, whoever listens, and its author.

    Called by moderation only, which holds the case: the comment is read anew, whatever this session knew of it.
    """
    comment = _locked(comment_id)
    if verdict.edit_taken is not None:
        _settle_edit(comment, verdict)
        return
    comment.status = verdict.after
    if verdict.after == ReviewStatus.PUBLISHED and comment.published_at is None:
        comment.published_at = clock.now()
    tallies.move(comment, verdict.before, verdict.after)
    indexing.reindex_comments([comment.id])
    if verdict.after not in LEDGER and verdict.before in LEDGER:
        withdrawn = verdict.after == ReviewStatus.WITHDRAWN
        comment_changed.send(comment, change=Change.WITHDRAWN if withdrawn else Change.REFUSED)
    if verdict.by_moderator and (verdict.before != verdict.after or verdict.appealed):
        letters.tell_of_comment(comment, verdict)


def _settle_edit(comment: Comment, verdict: Verdict) -> None:
    """The new words of a published comment take the place of the old ones, or are dropped; the author is told."""
    edit = db.session.get_one(WaitingEdit, comment.id)
    if verdict.edit_taken:
        _keep_revision(comment)
        _count_edit(comment, edit.stance, comment.status)
        _say(comment, edit.stance, edit.body, edit.proposed_text, at=edit.edited_at)
        comment_changed.send(comment, change=Change.EDITED)
        indexing.reindex_comments([comment.id])
    letters.tell_of_edit(comment, verdict, edit.body or edit.proposed_text)
    db.session.delete(edit)
    db.session.flush()


def apply_reply_verdict(reply_id: int, verdict: Verdict) -> None:
    """Carry a change of status to a reply and tell its author. Called by moderation only."""
    reply = db.session.get_one(Reply, reply_id, populate_existing=True)
    reply.status = verdict.after
    if verdict.by_moderator and (verdict.before != verdict.after or verdict.appealed):
        letters.tell_of_reply(reply, verdict)


def apply_attachment_verdict(attachment_id: int, verdict: Verdict) -> None:
    """Carry a change of status to a letter: published means that anybody may open it. Called by moderation only."""
    attachment = db.session.get_one(Attachment, attachment_id, populate_existing=True)
    attachment.status = verdict.after


def edit_comment(comment: Comment, *, by: Person, stance: Stance, body: str, proposed_text: str) -> Comment:
    """Change one's own comment; what it said before is kept. Where moderation comes first, the new words of a published
    comment wait for a moderator while the old ones stay; anything else goes back to the queue.

    Raises Closed once the table is published or the comment withdrawn, RuleBroken for texts out of bounds.
    """
    case = _locked_case(comment.id)
    comment = _locked(comment.id)
    consultation = _changeable(comment)
    measures.check(by.id, consultation.agency_id)
    proposed_text = proposal(proposed_text, base_of(comment))
    check_text(body, proposed_text)
    if (comment.stance, comment.body, comment.proposed_text) == (stance, body, proposed_text):
        return comment
    if comment.status == ReviewStatus.PUBLISHED and looks_first(consultation, by.id):
        _keep_waiting_edit(comment, stance, body, proposed_text)
        moderation.await_edit(case, f"{body}\n{proposed_text}", actor=by)
        return comment
    after = _status_after_edit(comment.status)
    _keep_revision(comment)
    _count_edit(comment, stance, after)
    _say(comment, stance, body, proposed_text, at=clock.now())
    comment_changed.send(comment, change=Change.EDITED)
    awaiting = after != ReviewStatus.UNCONFIRMED
    moderation.change_status(case, after, action=ReviewAction.EDIT, actor=by, awaiting=awaiting)
    moderation.look_again(case, f"{body}\n{proposed_text}")
    return comment


def mask_comment(comment_id: int) -> None:
    """Take what looks like personal data out of a comment; its history keeps what was written. By moderation only."""
    comment = _locked(comment_id)
    body, proposed = masked(comment.body), masked(comment.proposed_text)
    if (body, proposed) == (comment.body, comment.proposed_text):
        return
    _keep_revision(comment)
    comment.body, comment.proposed_text = body, proposed
    comment.fingerprint = text_fingerprint(f"{body}\n{proposed}")
    db.session.flush()


def mask_reply(reply_id: int) -> None:
    """Take what looks like personal data out of a reply. By moderation only."""
    reply = db.session.get_one(Reply, reply_id, populate_existing=True)
    reply.body = masked(reply.body)
    db.session.flush()


def withdraw_comment(comment: Comment, *, by: Person | None) -> Comment:
    """Take one's own comment back: it leaves the ledger and every page but the author's; the log keeps that it was.

    Withdrawing it again changes nothing.
    """
    case = _locked_case(comment.id)
    comment = _locked(comment.id)
    if comment.status == ReviewStatus.WITHDRAWN:
        return comment
    _changeable(comment)
    db.session.execute(sa.delete(WaitingEdit).where(WaitingEdit.comment_id == comment.id))
    case.edit_waits = False
    moderation.change_status(case, ReviewStatus.WITHDRAWN, action=ReviewAction.WITHDRAW, actor=by)
    return comment


def toggle_support(comment: Comment, *, by: Person) -> bool:
    """Set or take back "đồng tình" under a published comment; returns whether it is set now."""
    if comment.status != ReviewStatus.PUBLISHED:
        raise NotFound
    consultation = db.session.get_one(Consultation, comment.consultation_id)
    if not policies.is_open(consultation, clock.now()):
        raise Closed(_("Đợt lấy ý kiến không còn nhận biểu thị đồng tình."))
    measures.check(by.id, consultation.agency_id)
    key = (Support.comment_id == comment.id, Support.person_id == by.id)
    removed = rows_changed(sa.delete(Support).where(*key))
    if not removed:
        db.session.add(Support(comment_id=comment.id, person_id=by.id, created_at=clock.now()))
    db.session.execute(
        sa.update(Comment)
        .where(Comment.id == comment.id)
        .values(support_count=Comment.support_count + (-1 if removed else 1))
        .execution_options(synchronize_session=False)
    )
    db.session.flush()
    return not removed


def add_reply(comment: Comment, *, by: Person, body: str) -> Reply:
    """Answer a published comment; reviewed like a comment."""
    consultation = db.session.get_one(Consultation, comment.consultation_id)
    if comment.status != ReviewStatus.PUBLISHED:
        raise NotFound
    if not policies.is_open(consultation, clock.now()):
        raise Closed(_("Đợt lấy ý kiến không còn nhận trả lời."))
    measures.check(by.id, consultation.agency_id)
    check_text(body, "")
    reply = Reply(
        comment_id=comment.id,
        person_id=by.id,
        public_name=by.public_name,
        body=body,
        created_at=clock.now(),
        status=first_status(consultation, by.id),
    )
    db.session.add(reply)
    db.session.flush()
    moderation.open_case(
        REPLY,
        reply.id,
        agency_id=consultation.agency_id,
        context_id=consultation.id,
        place_id=comment.place or None,
        status=reply.status,
        actor_id=by.id,
        text=body,
    )
    return reply


def cases_of(submission_id: int) -> list[ReviewCase]:
    """The review cases of a submission's comments and letters."""
    subjects = {
        COMMENT: sa.select(Comment.id).where(Comment.submission_id == submission_id),
        ATTACHMENT: sa.select(Attachment.id).where(Attachment.submission_id == submission_id),
    }
    mine = [sa.and_(ReviewCase.subject_type == kind, ReviewCase.subject_id.in_(ids)) for kind, ids in subjects.items()]
    return list(db.session.scalars(sa.select(ReviewCase).where(sa.or_(*mine)).order_by(ReviewCase.id)))


VERDICTS = {COMMENT: apply_verdict, REPLY: apply_reply_verdict, ATTACHMENT: apply_attachment_verdict}
MASKS = {COMMENT: mask_comment, REPLY: mask_reply}


def proposal(proposed_text: str, base: str) -> str:
    """A proposed wording; nothing if it is the provision's own, but for spaces and line breaks."""
    return "" if proposed_text.split() == clean(base).split() else proposed_text


def base_of(comment: Comment) -> str:
    """The words of the provision that a comment was written about; none for the whole draft."""
    if comment.provision_id is None:
        return ""
    return db.session.scalar(sa.select(Provision.text).where(Provision.id == comment.provision_id)) or ""


def check_text(body: str, proposed_text: str) -> None:
    """An opinion says something, and not too much. Texts come cleaned (core.text.clean)."""
    if not body and not proposed_text:
        raise RuleBroken(_("Hãy viết ý kiến, hoặc sửa câu chữ."), "body")
    for field, text in (("body", body), ("proposed_text", proposed_text)):
        count = len(text.split())
        if count > MAX_WORDS:
            raise RuleBroken(
                _(
                    "Ý kiến dài %(n)s chữ; tối đa %(m)s. Phần bạn viết vẫn còn ở đây.",
                    n=_figure(count),
                    m=_figure(MAX_WORDS),
                ),
                field,
            )
        if len(text) > MAX_LETTERS:
            raise RuleBroken(
                _(
                    "Ý kiến dài %(n)s ký tự; tối đa %(m)s. Phần bạn viết vẫn còn ở đây.",
                    n=_figure(len(text)),
                    m=_figure(MAX_LETTERS),
                ),
                field,
            )


def _figure(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _status_after_edit(status: ReviewStatus) -> ReviewStatus:
    """Of new words that need not wait beside the old ones: what is public stays so, the rest is looked at (again)."""
    return status if status in (ReviewStatus.UNCONFIRMED, ReviewStatus.PUBLISHED) else ReviewStatus.PENDING


def _keep_waiting_edit(comment: Comment, stance: Stance, body: str, proposed_text: str) -> None:
    edit = db.session.get(WaitingEdit, comment.id) or WaitingEdit(comment_id=comment.id)
    edit.stance, edit.body, edit.proposed_text, edit.edited_at = stance, body, proposed_text, clock.now()
    db.session.add(edit)
    db.session.flush()


def _say(comment: Comment, stance: Stance, body: str, proposed_text: str, *, at: datetime) -> None:
    comment.stance, comment.body, comment.proposed_text = stance, body, proposed_text
    comment.fingerprint = text_fingerprint(f"{body}\n{proposed_text}")
    comment.edited_at = at
    db.session.flush()


def _count_edit(comment: Comment, stance: Stance, after: ReviewStatus) -> None:
    """Move the comment to its new stance in the tallies, still in its old status; the status follows with the case."""
    if comment.stance == stance:
        return
    here, before = (comment.document_id, comment.place), comment.status
    old, new = (*here, comment.stance, before), (*here, stance, before)
    tallies.lock([old, new, (*here, stance, after)])
    tallies.add_many({old: -1, new: 1})


def _locked_case(comment_id: int) -> ReviewCase:
    """The case, held: whoever changes a comment takes its case first, then the comment, then its tallies."""
    return db.session.scalars(
        sa.select(ReviewCase)
        .where(ReviewCase.subject_type == COMMENT, ReviewCase.subject_id == comment_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _locked(comment_id: int) -> Comment:
    """The comment as it stands now, held until the end of the transaction."""
    return db.session.scalars(
        sa.select(Comment).where(Comment.id == comment_id).with_for_update().execution_options(populate_existing=True)
    ).one()


def _changeable(comment: Comment) -> Consultation:
    consultation = db.session.get_one(Consultation, comment.consultation_id)
    if not policies.may_change(consultation.table_published_at):
        raise Closed(_("Bản tổng hợp đã công bố nên ý kiến không đổi được nữa."))
    if comment.status == ReviewStatus.WITHDRAWN:
        raise Closed(_("Ý kiến này đã được rút."))
    return consultation


def _keep_revision(comment: Comment) -> None:
    db.session.add(
        CommentRevision(
            comment_id=comment.id,
            stance=comment.stance,
            body=comment.body,
            proposed_text=comment.proposed_text,
            replaced_at=clock.now(),
        )
    )
