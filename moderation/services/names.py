"""The names under which people speak, in the one queue: those that show a signal, and those that readers report.

A name stays until a moderator takes it away; then a neutral one stands wherever the person spoke under it. The person
is told, can read what it was, appeal, or choose another one.
"""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from accounts.models import Person
from core import slots
from core.db import db
from core.errors import NotFound, RuleBroken
from core.i18n import SOURCE, speaking
from core.i18n import gettext as _
from core.links import path_to
from core.similarity import text_fingerprint
from moderation import events
from moderation.analysis import seen_in
from moderation.models import RefusedName, ReviewAction, ReviewCase, ReviewStatus
from moderation.registry import Reviewable, ReviewCard, Verdict
from moderation.rules import find_rule
from moderation.services import cases
from moderation.services.looking import our_words
from notifications.services import notify

NAME = "name"


@events.spoken.connect
def look_at(person_id: int, *, agency_id: int) -> None:
    """Put the name of somebody who has just written before the moderators if it shows a signal and is new to them."""
    person = db.session.get(Person, person_id)
    if person is None or not seen_in(person.public_name, our_words()) or find_case(person_id) is not None:
        return
    open_case(person, agency_id)


def find_case(person_id: int) -> ReviewCase | None:
    """The case of a person's name; none where nobody had a reason to look at it."""
    return db.session.scalar(
        sa.select(ReviewCase).where(ReviewCase.subject_type == NAME, ReviewCase.subject_id == person_id)
    )


def open_case(person: Person, agency_id: int, *, awaiting: bool = True) -> ReviewCase:
    """A name that is public comes before the moderators of an agency. One case a person, wherever they speak."""
    case = cases.make(NAME, person.id, agency_id=agency_id, author_id=person.id, text=person.public_name)
    case.awaiting = awaiting
    cases.log(case, None, ReviewAction.SUBMIT, person)
    return case


def case_to_report(person_id: int) -> ReviewCase:
    """The case of a name that a reader reports, opened where the person wrote last. Raises NotFound for who wrote
    nothing."""
    case = find_case(person_id)
    if case is not None:
        return case
    agency_id = db.session.scalar(
        sa.select(ReviewCase.agency_id)
        .where(ReviewCase.author_id == person_id, ReviewCase.status == ReviewStatus.PUBLISHED)
        .order_by(ReviewCase.opened_at.desc(), ReviewCase.id.desc())
        .limit(1)
    )
    person = db.session.get(Person, person_id)
    if agency_id is None or person is None or not person.is_active:
        raise NotFound
    return open_case(person, agency_id, awaiting=False)


def before_change(person: Person, name: str) -> None:
    """A person takes another name: the case of the old one is over, and the new one is looked at.

    Raises RuleBroken (field ``public_name``) for the very name that was taken away.
    """
    case = find_case(person.id)
    if case is None:
        return
    refused = db.session.get(RefusedName, person.id)
    if refused is not None:
        if text_fingerprint(refused.name) == text_fingerprint(name):
            raise RuleBroken(
                _("Tên này đã bị người kiểm duyệt bỏ. Hãy chọn tên khác, hoặc đề nghị xem lại."), "public_name"
            )
        db.session.delete(refused)
        db.session.flush()
    seen = bool(seen_in(name, our_words()))
    cases.change_status(case, ReviewStatus.PUBLISHED, action=ReviewAction.EDIT, actor=person, awaiting=seen)
    cases.look_again(case, name)


def apply(person_id: int, verdict: Verdict) -> None:
    """Carry a verdict to a name: taken away, or given back. Called by moderation only."""
    person = db.session.get_one(Person, person_id, populate_existing=True)
    kept = db.session.get(RefusedName, person_id)
    gone = verdict.after not in (ReviewStatus.PUBLISHED, ReviewStatus.PENDING)
    if gone and kept is None:
        db.session.add(RefusedName(person_id=person_id, name=person.public_name))
        _replace(person, _neutral(person))
    elif not gone and kept is not None:
        db.session.delete(kept)
        if person.public_name == _neutral(person):
            _replace(person, kept.name)
    db.session.flush()
    if verdict.by_moderator and (verdict.before != verdict.after or verdict.appealed):
        _tell(person, verdict)


@speaking(SOURCE)  # the name is the same for every reader
def _neutral(person: Person) -> str:
    return _("Người dùng %(n)s", n=person.id)


def _replace(person: Person, name: str) -> None:
    old, person.public_name = person.public_name, name
    db.session.flush()
    events.name_replaced.send(person.id, old=old, new=name)


@speaking(SOURCE)
def _tell(person: Person, verdict: Verdict) -> None:
    gone = verdict.after == ReviewStatus.REFUSED
    appeal = path_to("moderation.appeal", subject_type=NAME, subject_id=person.id)
    notify(
        person_id=person.id,
        email=None,
        subject=_("Tên hiển thị của bạn đã bị bỏ") if gone else _("Bạn dùng lại được tên hiển thị của mình"),
        template="name_verdict",
        path=appeal if gone else path_to("accounts.profile"),
        gone=gone,
        kept=gone and verdict.appealed,
        name_now=person.public_name,
        rule=find_rule(verdict.rule),
        note=verdict.note,
    )


def cards(ids: Sequence[int]) -> dict[int, ReviewCard]:
    """Names as the queue shows them, in one statement; one that was taken away as it was."""
    rows = db.session.execute(
        sa.select(Person.id, Person.public_name, RefusedName.name)
        .outerjoin(RefusedName, RefusedName.person_id == Person.id)
        .where(Person.id.in_(ids))
    )
    return {
        row.id: ReviewCard(
            title=_("Tên hiển thị"),
            url=slots.content("person.url", row.id, default=path_to("shell.rules")),
            author=row.public_name,
            author_note=_("tài khoản"),
            text=row.name or row.public_name,
            author_id=row.id,
        )
        for row in rows
    }


def _words() -> Mapping[ReviewStatus, str]:
    return {
        ReviewStatus.PUBLISHED: _("Giữ tên này"),
        ReviewStatus.REFUSED: _("Bỏ tên theo quy tắc đã chọn"),
    }


REVIEWABLE = Reviewable(
    label=lambda: _("Tên hiển thị"), apply=apply, cards=cards, context_titles=lambda _ids: {}, words=_words
)
