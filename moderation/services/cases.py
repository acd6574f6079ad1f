"""Every change of a review status goes through ``change_status``: guarded, logged, and carried to the subject."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from accounts import queries as accounts
from accounts.models import Person
from accounts.policies import Permission
from core import clock, outbox
from core.db import db, rows_changed
from core.errors import Conflict, NotFound, RuleBroken
from core.i18n import gettext as _
from moderation import events, queries
from moderation.analysis import Signal
from moderation.models import Appeal, Report, ReviewAction, ReviewCase, ReviewLog, ReviewStatus
from moderation.queries.waiting import promised_hours
from moderation.registry import Verdict, reviewable
from moderation.rules import find_rule
from moderation.services import looking

DECISIONS = (ReviewStatus.PUBLISHED, ReviewStatus.REFUSED, ReviewStatus.SPAM)
SEAL = "moderation.seal"


@dataclass(frozen=True, slots=True)
class NewCase:
    """Something to be reviewed: its id, the lineage of its provision if it has one, and its whole text."""

    subject_id: int
    place_id: int | None
    text: str = ""


def open_case(
    subject_type: str,
    subject_id: int,
    *,
    agency_id: int,
    context_id: int,
    place_id: int | None,
    status: ReviewStatus,
    actor_id: int | None,
    text: str = "",
) -> ReviewCase:
    """Put something new before the moderators of an agency. It awaits them unless a guest must first confirm."""
    subject = NewCase(subject_id, place_id, text)
    return open_cases(
        subject_type, [subject], agency_id=agency_id, context_id=context_id, status=status, actor_id=actor_id
    )[0]


def open_cases(
    subject_type: str,
    subjects: Sequence[NewCase],
    *,
    agency_id: int,
    context_id: int,
    status: ReviewStatus,
    actor_id: int | None,
) -> list[ReviewCase]:
    """``open_case`` for many things that one author sends at once, in as many statements as for one."""
    now = clock.now()
    due_at = now + timedelta(hours=promised_hours(agency_id))
    seen = looking.look([subject.text for subject in subjects], agency_id=agency_id, author_id=actor_id)
    cases = [
        ReviewCase(
            subject_type=subject_type,
            subject_id=subject.subject_id,
            agency_id=agency_id,
            context_id=context_id,
            place_id=subject.place_id,
            status=status,
            awaiting=status != ReviewStatus.UNCONFIRMED,
            opened_at=now,
            changed_at=now,
            waiting_since=now,
            due_at=due_at,
            version=1,
            author_id=actor_id,
            fingerprint=look.fingerprint,
            signals=[signal.value for signal in look.signals],
            rank=-look.weight,
        )
        for subject, look in zip(subjects, seen, strict=True)
    ]
    _keep_new(cases, actor_id)
    return cases


def _keep_new(cases: list[ReviewCase], actor_id: int | None) -> None:
    """Write new cases and their first line in the log; let others look at what is new and under which name."""
    db.session.add_all(cases)
    db.session.flush()
    db.session.add_all([_entry(case, None, case.status, ReviewAction.SUBMIT, actor_id) for case in cases])
    db.session.flush()
    outbox.enqueue(SEAL, {"new": [case.id for case in cases]})
    if actor_id is not None and cases:
        events.spoken.send(actor_id, agency_id=cases[0].agency_id)


def make(
    subject_type: str,
    subject_id: int,
    *,
    agency_id: int,
    author_id: int,
    text: str = "",
    status: ReviewStatus = ReviewStatus.PUBLISHED,
    rule: str | None = None,
) -> ReviewCase:
    """A case about a person (a name, a measure), outside any consultation; it is logged, and awaits nobody yet."""
    now = clock.now()
    seen = looking.look([text], agency_id=agency_id, author_id=None)[0]
    case = ReviewCase(
        subject_type=subject_type,
        subject_id=subject_id,
        agency_id=agency_id,
        context_id=0,
        status=status,
        awaiting=False,
        opened_at=now,
        changed_at=now,
        waiting_since=now,
        due_at=now + timedelta(hours=promised_hours(agency_id)),
        author_id=author_id,
        fingerprint=seen.fingerprint,
        signals=[signal.value for signal in seen.signals],
        rank=-seen.weight,
        rule=rule,
    )
    db.session.add(case)
    db.session.flush()
    return case


def decide(
    case_id: int,
    to: ReviewStatus,
    *,
    by: Person,
    version: int,
    rule: str | None = None,
    note: str = "",
    masked: bool = False,
) -> ReviewCase:
    """A moderator's decision on a case that awaits one; ``masked``: published without the personal data seen in it.

    Raises NotFound (another agency's case), Conflict (somebody decided first), RuleBroken (refusal without a rule,
    one's own text, an appeal against one's own refusal).
    """
    case = own_case(case_id, by)
    _check_decision(case, to, rule)
    if not case.awaiting:
        raise Conflict(_who_was_first(case))
    appeal = queries.find_open_appeal(case.id)
    _refuse_partial_judges(case, appeal, by)
    mask = reviewable(case.subject_type).mask
    if masked and not case.edit_waits and mask is not None and to == ReviewStatus.PUBLISHED and case.version == version:
        mask(case.subject_id)
    change_status(
        case,
        case.status if case.edit_waits else to,  # what is published stays so, whatever becomes of its new words
        action=ReviewAction.DECIDE_EDIT if case.edit_waits else ReviewAction.DECIDE,
        actor=by,
        version=version,
        rule=rule if to == ReviewStatus.REFUSED else None,
        note=note,
        appealed=appeal is not None,
        edit_taken=to == ReviewStatus.PUBLISHED if case.edit_waits else None,
    )
    case.edit_waits = False
    _close(case, to, appeal)
    return case


def await_edit(case: ReviewCase, text: str, *, actor: Person) -> None:
    """The author of something published has new words for it: they wait for a moderator, and the old ones stay."""
    change_status(case, case.status, action=ReviewAction.EDIT, actor=actor, awaiting=True)
    case.edit_waits = True
    look_again(case, text)


def undo(case_id: int, *, by: Person, version: int) -> ReviewCase:
    """Take the last decision back: the case awaits one again, in the status it had before."""
    case = own_case(case_id, by)
    last = queries.last_decision(case.id)
    if case.awaiting or last is None or last.to_status != case.status or last.from_status is None:
        raise Conflict(_("Mục này không còn quyết định nào để hoàn tác."))
    appeal = queries.find_appeal(case.id)
    if appeal is not None:
        appeal.granted = None  # it waits for an answer again, and not from whoever refused first
    return change_status(case, last.from_status, action=ReviewAction.UNDO, actor=by, version=version, awaiting=True)


def change_status(
    case: ReviewCase,
    to: ReviewStatus,
    *,
    action: ReviewAction,
    actor: Person | None,
    version: int | None = None,
    rule: str | None = None,
    note: str = "",
    awaiting: bool = False,
    appealed: bool = False,
    edit_taken: bool | None = None,
) -> ReviewCase:
    """The one door: raises Conflict when the case is no longer at ``version``; nothing is overwritten then."""
    before, now = case.status, clock.now()
    seen = case.version if version is None else version
    clock_starts = awaiting and not case.awaiting
    changed = rows_changed(
        sa.update(ReviewCase)
        .where(ReviewCase.id == case.id, ReviewCase.version == seen)
        .values(
            status=to,
            awaiting=awaiting,
            changed_at=now,
            waiting_since=now if clock_starts else ReviewCase.waiting_since,
            due_at=now + timedelta(hours=promised_hours(case.agency_id)) if clock_starts else ReviewCase.due_at,
            version=seen + 1,
            rule=rule if action == ReviewAction.DECIDE else ReviewCase.rule,
            claimed_by_id=None,
            claimed_until=None,
        )
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(case)
    if changed != 1:
        raise Conflict(_who_was_first(case))
    log(case, before, action, actor, rule=rule, note=note)
    verdict = Verdict(before, to, rule, note, action in queries.BY_STAFF, appealed, edit_taken)
    reviewable(case.subject_type).apply(case.subject_id, verdict)
    return case


def log(
    case: ReviewCase,
    before: ReviewStatus | None,
    action: ReviewAction,
    actor: Person | None,
    *,
    rule: str | None = None,
    note: str = "",
) -> None:
    """Write into the log what was done to a case that now has its new status (``before``: the old one), to be sealed.

    Called alone for what changes no status: a measure that begins, a topic that is steered.
    """
    db.session.add(_entry(case, before, case.status, action, actor.id if actor else None, rule, note))
    db.session.flush()
    outbox.enqueue(SEAL, {})


def look_again(case: ReviewCase, text: str) -> None:
    """The text of a case has changed: what is seen in it is seen anew. Readers' reports stay."""
    seen = looking.look([text], agency_id=case.agency_id, author_id=None)[0]
    reported = [Signal.REPORTED.value] if Signal.REPORTED in case.signals else []
    case.fingerprint, case.rank = seen.fingerprint, min(-seen.weight, case.rank if reported else 0)
    case.signals = [*reported, *(signal.value for signal in seen.signals)]
    db.session.flush()


def own_case(case_id: int, person: Person) -> ReviewCase:
    """A case in the agencies of a moderator. Raises NotFound for any other."""
    case = db.session.scalar(
        sa.select(ReviewCase).where(
            ReviewCase.id == case_id,
            ReviewCase.agency_id.in_(accounts.agencies_within(person.id, Permission.MODERATE)),
        )
    )
    if case is None:
        raise NotFound
    return case


def _check_decision(case: ReviewCase, to: ReviewStatus, rule: str | None) -> None:
    words = reviewable(case.subject_type).words
    if to not in (DECISIONS if words is None else words()):
        raise RuleBroken(_("Hãy chọn một quyết định."), "decision")
    if to == ReviewStatus.REFUSED and find_rule(rule) is None:
        raise RuleBroken(_("Hãy chọn quy tắc làm căn cứ từ chối."), "rule")


def _refuse_partial_judges(case: ReviewCase, appeal: Appeal | None, by: Person) -> None:
    if case.author_id == by.id:
        raise RuleBroken(_("Đây là bài của chính bạn; người khác sẽ duyệt."), "decision")
    if appeal is not None and appeal.refused_by_id == by.id:
        raise RuleBroken(_("Bạn đã từ chối mục này; người khác sẽ xét đề nghị xem lại."), "decision")


def _close(case: ReviewCase, to: ReviewStatus, appeal: Appeal | None) -> None:
    """What a decision settles besides the status: how long it took, readers' reports, the author's appeal."""
    if case.first_decision_seconds is None:
        case.first_decision_seconds = _seconds_since(case.opened_at)
    case.rank = 0
    if appeal is not None:
        appeal.granted = to == ReviewStatus.PUBLISHED
    db.session.execute(
        sa.update(Report)
        .where(Report.case_id == case.id, Report.upheld.is_(None))
        .values(upheld=to != ReviewStatus.PUBLISHED)
        .execution_options(synchronize_session=False)
    )
    db.session.flush()


def _seconds_since(moment: datetime) -> int:
    return max(0, int((clock.now() - moment).total_seconds()))


def _who_was_first(case: ReviewCase) -> str:
    last = queries.last_change(case.id)
    if last is None or last.name is None:
        return _("Mục này vừa thay đổi. Không có gì bị ghi đè. Hãy xem lại rồi quyết định.")
    return _(
        "%(name)s vừa xử lý mục này: %(decision)s. Không có gì bị ghi đè.",
        name=last.name,
        decision=status_name(last.status),
    )


def status_name(status: ReviewStatus) -> str:
    """A status on a screen."""
    return {
        ReviewStatus.UNCONFIRMED: _("chờ xác nhận địa chỉ"),
        ReviewStatus.PENDING: _("chờ kiểm duyệt"),
        ReviewStatus.PUBLISHED: _("đã công bố"),
        ReviewStatus.REFUSED: _("bị từ chối"),
        ReviewStatus.SPAM: _("thư rác"),
        ReviewStatus.WITHDRAWN: _("đã rút"),
    }[status]


def _entry(
    case: ReviewCase,
    before: ReviewStatus | None,
    after: ReviewStatus,
    action: ReviewAction,
    actor_id: int | None,
    rule: str | None = None,
    note: str = "",
) -> ReviewLog:
    return ReviewLog(
        case_id=case.id,
        at=clock.now(),
        actor_id=actor_id,
        action=action,
        from_status=before,
        to_status=after,
        rule=rule,
        note=note,
    )
