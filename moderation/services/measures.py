"""Measures against people: a warning, a time without the right to write, and the end of both.

Each is a review case of its own (type ``measure``): logged and sealed like every decision, and appealed in the one
queue, to somebody else. Refused means that it stands, published that it was lifted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from accounts import queries as accounts
from accounts.models import Agency, Person
from accounts.policies import Permission
from core import clock
from core.db import db
from core.errors import Conflict, NotFound, RuleBroken
from core.i18n import SOURCE, speaking
from core.i18n import gettext as _
from core.links import path_to
from moderation import queries
from moderation.models import Measure, MeasureKind, ReviewAction, ReviewStatus
from moderation.queries.measures import MEASURE, Standing, find_suspension
from moderation.registry import Reviewable, ReviewCard, Verdict
from moderation.rules import find_rule
from moderation.services import cases
from notifications.services import notify

DAYS = (1, 3, 7, 30, 90)
NOTE_LETTERS = 2000
_ACTIONS = {MeasureKind.WARNING: ReviewAction.WARN, MeasureKind.SUSPENSION: ReviewAction.SUSPEND}


class Suspended(RuleBroken):
    """The person may not write to this agency now; at the head of the form, and what was typed stays in it."""


@dataclass(frozen=True)
class NewMeasure:
    """What a moderator wants to do: ``days`` (one of ``DAYS``) for a suspension, none for a warning."""

    kind: MeasureKind
    agency_id: int
    rule: str | None
    note: str = ""
    days: int | None = None


def check(person_id: int, agency_id: int) -> None:
    """Every door through which people write to an agency asks here. Raises Suspended while they may not."""
    standing = find_suspension(person_id, agency_id, clock.now())
    if standing is not None:
        raise Suspended(_sentence(standing))


def _sentence(standing: Standing) -> str:
    rule = find_rule(standing.rule)
    return _(
        "Bạn đang bị tạm dừng quyền viết ở %(agency)s đến %(time)s, theo quy tắc %(rule)s. "
        "Phần bạn viết vẫn còn ở đây. Trang Thông báo có lý do và cách đề nghị người khác xem lại.",
        agency=standing.agency,
        time=_moment(standing.until),
        rule=f"{rule.number} ({rule.name})" if rule else standing.rule,
    )


def take(person: Person, wanted: NewMeasure, *, by: Person) -> Measure:
    """Warn or suspend somebody in an agency and those below it; they are told.

    Raises NotFound for an agency that the moderator does not reach; RuleBroken for a measure against oneself or against
    a moderator of that agency, for no rule, and for a suspension of another length than offered.
    """
    _check(person, wanted, by)
    now = clock.now()
    measure = Measure(
        person_id=person.id,
        agency_id=wanted.agency_id,
        kind=wanted.kind,
        rule=wanted.rule,
        note=wanted.note[:NOTE_LETTERS],
        given_at=now,
        given_by_id=by.id,
        until=now + timedelta(days=wanted.days) if wanted.kind == MeasureKind.SUSPENSION and wanted.days else None,
    )
    db.session.add(measure)
    db.session.flush()
    case = cases.make(
        MEASURE,
        measure.id,
        agency_id=wanted.agency_id,
        author_id=person.id,
        status=ReviewStatus.REFUSED,
        rule=wanted.rule,
    )
    cases.log(case, None, _ACTIONS[wanted.kind], by, rule=wanted.rule, note=measure.note)
    _tell(measure)
    return measure


def _check(person: Person, wanted: NewMeasure, by: Person) -> None:
    if not accounts.holds_in(by.id, Permission.MODERATE, wanted.agency_id):
        raise NotFound
    if person.id == by.id:
        raise RuleBroken(_("Bạn không áp dụng biện pháp với chính mình."))
    if accounts.holds_in(person.id, Permission.MODERATE, wanted.agency_id):
        raise RuleBroken(_("Đây là người kiểm duyệt của cơ quan này. Hãy báo người quản trị xem lại vai trò của họ."))
    if find_rule(wanted.rule) is None:
        raise RuleBroken(_("Hãy chọn quy tắc làm căn cứ."), "rule")
    if wanted.kind == MeasureKind.SUSPENSION and wanted.days not in DAYS:
        raise RuleBroken(_("Hãy chọn số ngày tạm dừng."), "days")


def lift(measure_id: int, *, by: Person, version: int) -> Measure:
    """Take a measure back before its end; the person is told. Raises Conflict if somebody was first."""
    case = cases.own_case(queries.get_case_of(MEASURE, measure_id).id, by)
    if case.status != ReviewStatus.REFUSED:
        raise Conflict(_("Biện pháp này đã được bỏ."))
    cases.change_status(case, ReviewStatus.PUBLISHED, action=ReviewAction.LIFT, actor=by, version=version)
    appeal = queries.find_open_appeal(case.id)
    if appeal is not None:
        appeal.granted = True
    return db.session.get_one(Measure, measure_id)


def find(measure_id: int) -> Measure:
    """A measure by its id. Raises NotFound."""
    measure = db.session.get(Measure, measure_id)
    if measure is None:
        raise NotFound
    return measure


def apply(measure_id: int, verdict: Verdict) -> None:
    """Carry a verdict on an appeal, or its undoing, to the measure. Called by moderation only."""
    measure = db.session.get_one(Measure, measure_id, populate_existing=True)
    lifted = verdict.after == ReviewStatus.PUBLISHED
    measure.lifted_at = (measure.lifted_at or clock.now()) if lifted else None
    db.session.flush()
    if verdict.by_moderator and (verdict.before != verdict.after or verdict.appealed):
        _tell(measure, after=verdict)


@speaking(SOURCE)  # to the person, whatever language the moderator reads
def _tell(measure: Measure, *, after: Verdict | None = None) -> None:
    """Tell the person what was done, why, by which rule, until when, and how to have it seen again."""
    agency = db.session.get_one(Agency, measure.agency_id)
    lifted, warning = measure.lifted_at is not None, measure.kind == MeasureKind.WARNING
    if lifted:
        subject = _("Đã bỏ biện pháp đối với bạn ở %(agency)s", agency=agency.name)
    elif after is not None:
        subject = _("Biện pháp đối với bạn ở %(agency)s được giữ nguyên", agency=agency.name)
    elif warning:
        subject = _("Nhắc nhở từ người kiểm duyệt của %(agency)s", agency=agency.name)
    else:
        subject = _("Bạn bị tạm dừng quyền viết ở %(agency)s", agency=agency.name)
    appeal = path_to("moderation.appeal", subject_type=MEASURE, subject_id=measure.id)
    notify(
        person_id=measure.person_id,
        email=None,
        subject=subject,
        template="measure",
        path=path_to("shell.rules") if lifted else appeal,
        agency=agency.name,
        lifted=lifted,
        kept=after is not None,
        warning=warning,
        until=_moment(measure.until) if measure.until else "",
        rule=find_rule(measure.rule),
        note=after.note if after else measure.note,
    )


def card_words() -> Mapping[ReviewStatus, str]:
    """What the buttons are called under which an appeal against a measure is decided."""
    return {
        ReviewStatus.PUBLISHED: _("Bỏ biện pháp"),
        ReviewStatus.REFUSED: _("Giữ biện pháp theo quy tắc đã chọn"),
    }


def cards(ids: Sequence[int]) -> dict[int, ReviewCard]:
    """Measures as the queue shows them, in one statement."""
    rows = db.session.execute(
        sa.select(Measure, Person.public_name, Agency.name.label("agency"))
        .join(Person, Person.id == Measure.person_id)
        .join(Agency, Agency.id == Measure.agency_id)
        .where(Measure.id.in_(ids))
    )
    return {
        row.Measure.id: ReviewCard(
            title=f"{kind_name(row.Measure.kind)} · {row.agency}",
            url=path_to("moderation.person", person_id=row.Measure.person_id),
            author=row.public_name,
            author_note=_("đến %(time)s", time=_moment(row.Measure.until)) if row.Measure.until else "",
            text=row.Measure.note or _("(không có lời nhắn)"),
            author_id=row.Measure.person_id,
        )
        for row in rows
    }


def kind_name(kind: MeasureKind) -> str:
    """A measure on a screen."""
    return _("Nhắc nhở") if kind == MeasureKind.WARNING else _("Tạm dừng quyền viết")


def _moment(at: datetime) -> str:
    return f"{clock.local(at):%H:%M, %d/%m/%Y}"


REVIEWABLE = Reviewable(
    label=lambda: _("Biện pháp với người viết"),
    apply=apply,
    cards=cards,
    context_titles=lambda _ids: {},
    words=card_words,
    reportable=False,
)
