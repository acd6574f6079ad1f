"""What a moderator sees of a person who wrote to their agencies, and may do about them."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts.models import Person
from accounts.policies import Permission
from accounts.session import signed_in_person
from core import clock
from core.access import requires
from core.db import transactional
from core.errors import Conflict
from core.i18n import gettext as _
from moderation import queries
from moderation.forms import MeasureForm, UndoForm
from moderation.models import MeasureKind, ReviewCase
from moderation.queries import measures as measure_queries
from moderation.rules import rules
from moderation.services import measures, status_name
from moderation.views import blueprint


@blueprint.route("/nguoi/<int:person_id>/", methods=["GET", "POST"])
@requires(Permission.MODERATE)
@transactional
def person(person_id: int) -> str | tuple[str, int] | Response:
    """Somebody's record and measures; ``muc`` is the case that led here, whose rule and agency stand in the form."""
    moderator = signed_in_person()
    found = measure_queries.get_known_person(moderator.id, person_id)
    case = queries.find_case(moderator.id, request.args.get("muc", 0, int))
    begun = {"kind": MeasureKind.WARNING.value, "rule": case.rule if case else None}
    form = MeasureForm() if request.method == "POST" else MeasureForm(formdata=None, **begun)
    form.offer(measure_queries.list_where(moderator.id, case))
    if request.method == "GET" and case is not None:
        form.agency.data = case.agency_id
    if form.validate_on_submit():
        with form.refusals():
            measures.take(found, form.measure(), by=moderator)
        if not form.refused:
            flash(_("Đã áp dụng và báo cho người viết."), "done")
            return redirect(_here(found, case), 303)
    page = _page(found, moderator, case, form)
    return (page, 422) if form.refused else page


@blueprint.post("/bien-phap/<int:measure_id>/bo")
@requires(Permission.MODERATE)
@transactional
def lift(measure_id: int) -> Response:
    """Take a measure back before its end."""
    form, moderator = UndoForm(), signed_in_person()
    try:
        version = (form.version.data or 0) if form.validate_on_submit() else 0
        measure = measures.lift(measure_id, by=moderator, version=version)
    except Conflict as conflict:
        flash(conflict.message, "warning")
        measure = measures.find(measure_id)
    else:
        flash(_("Đã bỏ biện pháp và báo cho người viết."), "done")
    return redirect(url_for(".person", person_id=measure.person_id), 303)


def _here(found: Person, case: ReviewCase | None) -> str:
    return url_for(".person", person_id=found.id, muc=case.id if case else None)


def _page(found: Person, moderator: Person, case: ReviewCase | None, form: MeasureForm) -> str:
    return render_template(
        "moderation/person.html",
        person=found,
        case=case,
        form=form,
        record=measure_queries.record_of(moderator.id, found.id),
        measures=measure_queries.list_measures(moderator.id, found.id),
        kind_name=measures.kind_name,
        status_name=status_name,
        rules={rule.code: rule for rule in rules()},
        now=clock.now(),
        here=_here(found, case),
    )
