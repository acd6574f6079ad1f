"""What others than moderators may do about a decision: readers report, authors appeal."""

import math

import sqlalchemy as sa

from accounts.models import Person
from core import clock
from core.db import db
from core.errors import NotFound, RuleBroken
from core.i18n import gettext as _
from moderation import queries
from moderation.analysis import Signal
from moderation.models import Appeal, Report, ReviewAction, ReviewCase, ReviewLog, ReviewStatus
from moderation.rules import find_rule
from moderation.services import measures
from moderation.services.cases import change_status

NOTE_LETTERS = 1000
REPORT_WEIGHT = 4


def report(case: ReviewCase, *, by: Person, rule: str | None, note: str = "") -> Report:
    """Say that something published breaks a rule. It awaits a decision again, and stays where it is until then.

    Reporting twice changes nothing. Raises NotFound unless it is published, RuleBroken without a rule or on one's own.
    """
    if case.status != ReviewStatus.PUBLISHED:
        raise NotFound
    if find_rule(rule) is None:
        raise RuleBroken(_("Hãy chọn quy tắc mà nội dung này vi phạm."), "rule")
    if case.author_id == by.id:
        raise RuleBroken(_("Đây là bài của chính bạn. Bạn có thể sửa hoặc rút lại."), "rule")
    earlier = db.session.scalar(sa.select(Report).where(Report.case_id == case.id, Report.reporter_id == by.id))
    if earlier is not None:
        return earlier
    measures.check(by.id, case.agency_id)
    made = Report(
        case_id=case.id, reporter_id=by.id, rule=rule, note=note[:NOTE_LETTERS], reported_at=clock.now(), upheld=None
    )
    db.session.add(made)
    db.session.flush()
    _raise(case, by)
    return made


def _raise(case: ReviewCase, by: Person) -> None:
    """Put a reported case before the moderators. One that awaits them keeps its version: nobody is interrupted."""
    if case.awaiting:
        entry = ReviewLog(
            case_id=case.id,
            at=clock.now(),
            actor_id=by.id,
            action=ReviewAction.REPORT,
            from_status=case.status,
            to_status=case.status,
        )
        db.session.add(entry)
    else:
        change_status(case, case.status, action=ReviewAction.REPORT, actor=by, awaiting=True)
    case.rank -= math.ceil(REPORT_WEIGHT * queries.trust_in_reporter(by.id))
    if Signal.REPORTED not in case.signals:
        case.signals = [Signal.REPORTED.value, *case.signals]
    db.session.flush()


def appeal(case: ReviewCase, *, by: Person | None, reason: str) -> Appeal:
    """The author of something refused asks, once, for another pair of eyes. Raises RuleBroken when that is past."""
    if case.status not in (ReviewStatus.REFUSED, ReviewStatus.SPAM) or case.awaiting:
        raise RuleBroken(_("Mục này không ở trạng thái bị từ chối."), "reason")
    if db.session.get(Appeal, case.id) is not None:
        raise RuleBroken(_("Bạn đã đề nghị xem lại một lần. Mỗi mục chỉ được xem lại một lần."), "reason")
    if not reason:
        raise RuleBroken(_("Hãy cho biết vì sao nên xem lại."), "reason")
    last = queries.last_decision(case.id)
    made = Appeal(
        case_id=case.id,
        reason=reason[:NOTE_LETTERS],
        refused_by_id=last.actor_id if last else None,
        appealed_at=clock.now(),
        granted=None,
    )
    db.session.add(made)
    change_status(case, case.status, action=ReviewAction.APPEAL, actor=by, awaiting=True)
    return made
