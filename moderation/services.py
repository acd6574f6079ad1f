"""Every change of a review status goes through ``change_status``: guarded, logged, and carried to the subject."""

import sqlalchemy as sa

from accounts import queries as accounts
from accounts.models import Person
from accounts.policies import Permission
from core import clock
from core.db import db
from core.errors import Conflict, NotFound, RuleBroken
from core.i18n import gettext as _
from moderation import queries
from moderation.models import ReviewAction, ReviewCase, ReviewLog, ReviewStatus
from moderation.registry import Verdict, reviewable
from moderation.rules import find_rule

DECISIONS = (ReviewStatus.PUBLISHED, ReviewStatus.REFUSED, ReviewStatus.SPAM)


def open_case(
    subject_type: str,
    subject_id: int,
    *,
    agency_id: int,
    context_id: int,
    place_id: int | None,
    status: ReviewStatus,
    actor_id: int | None,
) -> ReviewCase:
    """Put something new before the moderators of an agency. It awaits them unless a guest must first confirm."""
    now = clock.now()
    case = ReviewCase(
        subject_type=subject_type,
        subject_id=subject_id,
        agency_id=agency_id,
        context_id=context_id,
        place_id=place_id,
        status=status,
        awaiting=status != ReviewStatus.UNCONFIRMED,
        opened_at=now,
        changed_at=now,
        version=1,
    )
    db.session.add(case)
    db.session.flush()
    _log(case, None, status, ReviewAction.SUBMIT, actor_id)
    return case


def decide(
    case_id: int, to: ReviewStatus, *, by: Person, version: int, rule: str | None = None, note: str = ""
) -> ReviewCase:
    """A moderator's decision on a case that awaits one.

    Raises NotFound (another agency's case), Conflict (somebody decided first), RuleBroken (refusal without a rule).
    """
    case = _own_case(case_id, by)
    if to not in DECISIONS:
        raise RuleBroken(_("Hãy chọn một quyết định."), "decision")
    if to == ReviewStatus.REFUSED and find_rule(rule) is None:
        raise RuleBroken(_("Hãy chọn quy tắc làm căn cứ từ chối."), "rule")
    if not case.awaiting:
        raise Conflict(_who_was_first(case))
    return change_status(
        case,
        to,
        action=ReviewAction.DECIDE,
        actor=by,
        version=version,
        rule=rule if to == ReviewStatus.REFUSED else None,
        note=note,
    )


def undo(case_id: int, *, by: Person, version: int) -> ReviewCase:
    """Take the last decision back: the case awaits one again, in the status it had before."""
    case = _own_case(case_id, by)
    last = queries.last_decision(case.id)
    if case.awaiting or last is None or last.to_status != case.status or last.from_status is None:
        raise Conflict(_("Mục này không còn quyết định nào để hoàn tác."))
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
) -> ReviewCase:
    """The one door: raises Conflict when the case is no longer at ``version``; nothing is overwritten then."""
    before = case.status
    seen = case.version if version is None else version
    changed = db.session.execute(
        sa.update(ReviewCase)
        .where(ReviewCase.id == case.id, ReviewCase.version == seen)
        .values(status=to, awaiting=awaiting, changed_at=clock.now(), version=seen + 1)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(case)
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(_who_was_first(case))
    _log(case, before, to, action, actor.id if actor else None, rule, note)
    by_moderator = action in (ReviewAction.DECIDE, ReviewAction.UNDO)
    reviewable(case.subject_type).apply(case.subject_id, Verdict(before, to, rule, note, by_moderator))
    return case


def _own_case(case_id: int, person: Person) -> ReviewCase:
    case = db.session.scalar(
        sa.select(ReviewCase).where(
            ReviewCase.id == case_id,
            ReviewCase.agency_id.in_(accounts.agencies_within(person.id, Permission.MODERATE)),
        )
    )
    if case is None:
        raise NotFound
    return case


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


def _log(
    case: ReviewCase,
    before: ReviewStatus | None,
    after: ReviewStatus,
    action: ReviewAction,
    actor_id: int | None,
    rule: str | None = None,
    note: str = "",
) -> None:
    db.session.add(
        ReviewLog(
            case_id=case.id,
            at=clock.now(),
            actor_id=actor_id,
            action=action,
            from_status=before,
            to_status=after,
            rule=rule,
            note=note,
        )
    )
    db.session.flush()
