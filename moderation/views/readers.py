"""What readers and authors may do about a decision: report what is published, have a refusal seen again."""

from flask import abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from accounts.session import signed_in_person
from core.access import SIGNED_IN, requires
from core.db import transactional
from core.errors import NotFound
from core.i18n import gettext as _
from core.links import path_to
from moderation import queries
from moderation.forms import AppealForm, ReportForm
from moderation.models import ReviewCase, ReviewStatus
from moderation.queries.measures import MEASURE
from moderation.registry import ReviewCard, labels, reviewable
from moderation.rules import find_rule
from moderation.services import names, speaking_up
from moderation.services.names import NAME
from moderation.views import blueprint

Answer = str | tuple[str, int] | Response


@blueprint.route("/bao-cao/<subject_type>/<int:subject_id>", methods=["GET", "POST"])
@requires(SIGNED_IN)
@transactional
def report(subject_type: str, subject_id: int) -> Answer:
    """Tell the moderators that something published breaks a rule."""
    card = _reportable(subject_type, subject_id)
    form = ReportForm()
    if form.validate_on_submit():
        with form.refusals():
            case = (
                names.case_to_report(subject_id)
                if subject_type == NAME
                else queries.get_case_of(subject_type, subject_id)
            )
            speaking_up.report(case, by=signed_in_person(), rule=form.rule.data, note=form.note.data or "")
        if not form.refused:
            flash(_("Cảm ơn bạn. Người kiểm duyệt sẽ xem lại nội dung này."), "done")
            return redirect(card.url)
    said = card.published_text or card.text  # an edit that waits is nobody's to read
    page = render_template("moderation/report.html", form=form, card=card, text=said)
    return (page, 422) if form.refused else page


@blueprint.route("/xem-lai/<subject_type>/<int:subject_id>", methods=["GET", "POST"])
@requires(SIGNED_IN)
@transactional
def appeal(subject_type: str, subject_id: int) -> Answer:
    """The author of something refused asks for another pair of eyes. For anybody else it is not there."""
    case, card = _case_and_card(subject_type, subject_id)
    person = signed_in_person()
    if case.author_id != person.id or case.status not in (ReviewStatus.REFUSED, ReviewStatus.SPAM):
        raise NotFound
    form = AppealForm()
    if form.validate_on_submit():
        with form.refusals():
            speaking_up.appeal(case, by=person, reason=form.reason.data or "")
        if not form.refused:
            flash(_("Đã nhận đề nghị. Một người kiểm duyệt khác sẽ xem lại và báo cho bạn."), "done")
            return redirect(url_for(".appeal", subject_type=subject_type, subject_id=subject_id), 303)
    page = render_template(
        "moderation/appeal.html",
        form=form,
        text=card.text,
        where=card.title,
        measure=subject_type == MEASURE,
        back=path_to("notifications.index") if subject_type == MEASURE else card.url,
        rule=find_rule(case.rule),
        appeal=queries.find_appeal(case.id),
    )
    return (page, 422) if form.refused else page


def _reportable(subject_type: str, subject_id: int) -> ReviewCard:
    """What is public and can be reported; a name has no case before somebody looks at it. Raises NotFound."""
    if subject_type not in labels() or not reviewable(subject_type).reportable:
        raise NotFound
    case = names.find_case(subject_id) if subject_type == NAME else queries.get_case_of(subject_type, subject_id)
    card = reviewable(subject_type).cards([subject_id]).get(subject_id)
    if card is None or (case is not None and case.status != ReviewStatus.PUBLISHED):
        raise NotFound
    return card


def _case_and_card(subject_type: str, subject_id: int) -> tuple[ReviewCase, ReviewCard]:
    if subject_type not in labels():
        abort(404)
    case = queries.get_case_of(subject_type, subject_id)
    return case, reviewable(subject_type).cards([subject_id])[subject_id]
