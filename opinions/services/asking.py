"""Bodies asked in writing: asked, reminded, answered by a private link or by a letter that an officer records.

A body that is asked in writing answers within 15 days (Law 64/2025/QH15, Điều 30).
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from accounts.models import Agency, Person
from consultations.models import Channel, Consultation, ContributorKind, Stance, Submission
from consultations.services.entering import Sender, Words, receive
from core import clock, outbox
from core.db import db
from core.errors import Closed, Conflict, RuleBroken
from core.files import StoredFile
from core.i18n import SOURCE, speaking
from core.i18n import gettext as _
from core.links import address_of, path_to
from core.mail import send_mail
from core.signing import keyed_hash
from opinions.models import AskedBody, AskedBodyLink, BodyAnswer

REMIND = "opinions.remind"
USUAL_DAYS = 15
REMINDED_BEFORE = timedelta(days=3)
"""How long before the last day those who have not answered are reminded, where they have an address."""
REST = timedelta(days=1)
LINK_AFTER_DUE = timedelta(days=60)
"""A link outlives the last day: a late answer is better than none."""
MAX_BODIES = 5_000
_PURPOSE = "asked body"


@dataclass(frozen=True)
class Named:
    """A body to be asked."""

    name: str
    kind: ContributorKind
    email: str | None = None


@dataclass(frozen=True)
class Given:
    """What a body answers through its link: words, a paper, or that it has no opinion."""

    stance: Stance | None
    body: str
    paper: StoredFile | None
    no_opinion: bool


def usual_due(asked_on: date) -> date:
    return asked_on + timedelta(days=USUAL_DAYS)


def ask(
    consultation: Consultation, bodies: Sequence[Named], *, asked_on: date, due_on: date, by: Person | None
) -> list[AskedBody]:
    """Put bodies on the list and write to those with an address; those that are on it already are left alone.

    Raises Closed once the table is published, RuleBroken for days that cannot be or too long a list.
    """
    _must_take(consultation)
    if asked_on > clock.today():
        raise RuleBroken(_("Ngày gửi không thể ở sau hôm nay."), "asked_on")
    if due_on < asked_on:
        raise RuleBroken(_("Hạn trả lời phải từ ngày gửi trở đi."), "due_on")
    known = {name.casefold() for name in db.session.scalars(_names(consultation.id))}
    new = [one for one in bodies if one.name.casefold() not in known]
    if len(known) + len(new) > MAX_BODIES:
        raise RuleBroken(_("Danh sách nhiều nhất %(n)s cơ quan, tổ chức.", n=MAX_BODIES), "lines")
    made = [
        AskedBody(
            consultation_id=consultation.id,
            name=one.name,
            kind=one.kind,
            email=one.email,
            asked_on=asked_on,
            due_on=due_on,
            created_by_id=by.id if by else None,
            created_at=clock.now(),
        )
        for one in new
    ]
    db.session.add_all(made)
    db.session.flush()
    for body in made:
        if body.email:
            _write(consultation, body, reminder=False)
    if any(body.email for body in made):
        before = clock.start_of(due_on) - REMINDED_BEFORE - clock.now()
        outbox.enqueue(REMIND, {"consultation_id": consultation.id}, delay=max(before, timedelta(0)))
    return made


def new_link(body: AskedBody) -> str:
    """A further private link of a body, to be handed on in a letter; it is shown once and cannot be shown again."""
    token = secrets.token_urlsafe(24)
    until = clock.end_of(body.due_on) + LINK_AFTER_DUE
    until = max(until, clock.now() + LINK_AFTER_DUE)
    db.session.add(AskedBodyLink(token_hash=_hash(token), body_id=body.id, until=until))
    db.session.flush()
    return address_of(path_to("asked.answer", token=token))


def revoke_links(body: AskedBody) -> None:
    """None of its links is good any more."""
    db.session.execute(sa.delete(AskedBodyLink).where(AskedBodyLink.body_id == body.id))


def body_of_token(token: str) -> AskedBody | None:
    """Whose link this is; None for one that is unknown, revoked or too old."""
    return db.session.scalar(
        sa.select(AskedBody)
        .join(AskedBodyLink, AskedBodyLink.body_id == AskedBody.id)
        .where(AskedBodyLink.token_hash == _hash(token), AskedBodyLink.until > clock.now())
    )


def remind(consultation: Consultation, bodies: Sequence[AskedBody]) -> int:
    """Write again to those that have not answered, have an address and were not reminded today; returns how many."""
    now, done = clock.now(), 0
    for body in bodies:
        rested = body.reminded_at is None or now - body.reminded_at >= REST
        if body.answer is None and body.email and rested:
            _write(consultation, body, reminder=True)
            body.reminders, body.reminded_at, done = body.reminders + 1, now, done + 1
    db.session.flush()
    return done


@speaking(SOURCE)
def remind_before_due(consultation_id: int) -> int:
    """Remind those whose last day is near, a while after they were asked; what the worker does by itself."""
    consultation = db.session.get(Consultation, consultation_id)
    if consultation is None or consultation.table_published_at is not None:
        return 0
    near = sa.select(AskedBody).where(
        AskedBody.consultation_id == consultation_id,
        AskedBody.answer.is_(None),
        AskedBody.due_on <= clock.today() + REMINDED_BEFORE,
        AskedBody.asked_on < clock.today(),
    )
    return remind(consultation, db.session.scalars(near.order_by(AskedBody.id)).all())


def answer(consultation: Consultation, body: AskedBody, given: Given, document_id: int) -> Submission | None:
    """Take the answer of a body through its link, once; None where it says that it has no opinion and sends no paper.

    Raises Conflict where it has answered already, Closed once the table is published, RuleBroken for an empty answer.
    """
    body = _held(body)
    if body.answer is not None:
        raise Conflict(_("Đã nhận trả lời ngày %(date)s.", date=f"{body.answered_on:%d/%m/%Y}"))
    _must_take(consultation)
    if not given.no_opinion and not given.body and given.paper is None:
        raise RuleBroken(_("Hãy viết ý kiến, gửi văn bản, hoặc chọn “không có ý kiến”."), "body")
    if given.no_opinion and given.body:
        raise RuleBroken(_("Đã viết ý kiến thì bỏ chọn “không có ý kiến”."), "no_opinion")
    words = None
    if given.body:
        if given.stance is None:
            raise RuleBroken(_("Hãy chọn một lập trường."), "stance")
        words = Words(document_id=document_id, place=0, provision_id=None, stance=given.stance, body=given.body)
    submission = None
    if words is not None or given.paper is not None:
        today = clock.today()
        sender = Sender(channel=Channel.LETTER, received=today, name=body.name, kind=body.kind, checked=True)
        submission = receive(consultation, sender, by=None, paper=given.paper, words=words)
    kind = BodyAnswer.NO_OPINION if given.no_opinion else BodyAnswer.OPINION
    _record(body, kind, clock.today(), submission)
    return submission


def record_answer(body: AskedBody, kind: BodyAnswer, answered_on: date) -> None:
    """An answer that came on paper. Raises RuleBroken for a day that cannot be."""
    body = _held(body)
    if not body.asked_on <= answered_on <= clock.today():
        raise RuleBroken(_("Ngày trả lời phải từ ngày gửi đến hôm nay."), "answered_on")
    _record(body, kind, answered_on, None)


def reopen(body: AskedBody) -> None:
    """It may answer again; what it has sent stays."""
    body = _held(body)
    body.answer = body.answered_on = None
    db.session.flush()


def _record(body: AskedBody, kind: BodyAnswer, answered_on: date, submission: Submission | None) -> None:
    body.answer, body.answered_on = kind, answered_on
    if submission is not None:
        body.submission_id = submission.id
    db.session.flush()


def _held(body: AskedBody) -> AskedBody:
    """The row again, held until the end of the transaction."""
    statement = sa.select(AskedBody).where(AskedBody.id == body.id).with_for_update()
    return db.session.scalars(statement.execution_options(populate_existing=True)).one()


def _must_take(consultation: Consultation) -> None:
    if consultation.table_published_at is not None:
        raise Closed(_("Bản tổng hợp đã công bố nên không nhận thêm trả lời qua đường dẫn này."))


def _write(consultation: Consultation, body: AskedBody, *, reminder: bool) -> None:
    if not body.email:
        return
    title = consultation.title
    send_mail(
        body.email,
        _("Nhắc: góp ý %(title)s trước ngày %(date)s", title=title, date=f"{body.due_on:%d/%m/%Y}")
        if reminder
        else _("Đề nghị góp ý: %(title)s", title=title),
        "asked_body",
        body=body,
        title=title,
        agency=db.session.get_one(Agency, consultation.agency_id).name,
        reminder=reminder,
        answer_url=new_link(body),
        draft_url=address_of(path_to("consultations.reading", consultation_id=consultation.id)),
    )


def _names(consultation_id: int) -> "sa.Select[str]":
    return sa.select(AskedBody.name).where(AskedBody.consultation_id == consultation_id)


def _hash(token: str) -> str:
    return keyed_hash(_PURPOSE, token)
