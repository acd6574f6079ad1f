"""Figures that agencies report from meetings and paper: entered with the paper, corrected by a new entry."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from accounts.models import Person
from consultations.models import Consultation
from core import clock
from core.db import db
from core.errors import Closed, Conflict, RuleBroken
from core.files import StoredFile
from core.i18n import gettext as _
from opinions.models import ReportedTally, ReportSource

LARGEST = 200_000_000
"""More people than there are in the country: a slip of the hand."""


@dataclass(frozen=True)
class Report:
    """What an agency reports of one place."""

    document_id: int
    place: int
    agency: str
    place_code: str | None
    source: ReportSource
    held_on: date
    meetings: int | None
    agree: int
    disagree: int
    other: int


def enter_report(consultation: Consultation, report: Report, paper: StoredFile, *, by: Person | None) -> ReportedTally:
    """A new entry. Raises Closed once the table is published, RuleBroken for figures or days that cannot be."""
    _check(consultation, report)
    return _keep(consultation, report, paper, by, reason="", corrects=None)


def correct_report(
    consultation: Consultation,
    wrong: ReportedTally,
    report: Report,
    paper: StoredFile | None,
    *,
    by: Person | None,
    reason: str,
) -> ReportedTally:
    """A new entry that takes the place of a wrong one, which stays. Without a new paper the old one holds.

    Raises Conflict where somebody has corrected it already, RuleBroken without a reason.
    """
    if not reason:
        raise RuleBroken(_("Hãy nêu lý do đính chính. Số cũ và lý do vẫn hiện trong lịch sử."), "reason")
    _check(consultation, report)
    held = sa.select(ReportedTally.id).where(ReportedTally.id == wrong.id).with_for_update()
    db.session.execute(held)
    if db.session.scalar(sa.select(sa.exists().where(ReportedTally.corrects_id == wrong.id))):
        raise Conflict(_("Số liệu này vừa được người khác đính chính. Hãy xem lịch sử rồi đính chính bản mới nhất."))
    return _keep(consultation, report, paper or wrong.file_id, by, reason=reason, corrects=wrong)


def _check(consultation: Consultation, report: Report) -> None:
    if consultation.table_published_at is not None:
        raise Closed(_("Bản tổng hợp đã công bố nên không nhập thêm số liệu được nữa."))
    if not report.agency:
        raise RuleBroken(_("Hãy ghi tên cơ quan báo cáo."), "agency")
    if report.held_on > clock.today():
        raise RuleBroken(_("Ngày họp hoặc ngày của văn bản không thể ở sau hôm nay."), "held_on")
    for field, figure in (("agree", report.agree), ("disagree", report.disagree), ("other", report.other)):
        if not 0 <= figure <= LARGEST:
            raise RuleBroken(_("Hãy ghi một số từ 0 đến 200.000.000."), field)


def _keep(
    consultation: Consultation,
    report: Report,
    paper: StoredFile | int,
    by: Person | None,
    *,
    reason: str,
    corrects: ReportedTally | None,
) -> ReportedTally:
    made = ReportedTally(
        consultation_id=consultation.id,
        document_id=report.document_id,
        place=report.place,
        agency=report.agency,
        place_code=report.place_code,
        source=report.source,
        held_on=report.held_on,
        meetings=report.meetings,
        agree=report.agree,
        disagree=report.disagree,
        other=report.other,
        file_id=paper if isinstance(paper, int) else paper.id,
        corrects_id=corrects.id if corrects else None,
        reason=reason,
        entered_by_id=by.id if by else None,
        entered_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    return made
