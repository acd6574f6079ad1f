"""The desk: what is left, whose it is and until when; giving provisions to officers."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as HttpResponse

from accounts.policies import Permission
from accounts.session import signed_in_person
from consultations.models import Consultation
from core import clock
from core.access import requires
from core.db import transactional
from core.i18n import gettext as _
from opinions.forms.answers import AssignForm
from opinions.queries import assignments as queries
from opinions.queries import desk
from opinions.services import assigning

blueprint = Blueprint("assigning", __name__, url_prefix="/tiep-thu")


@blueprint.get("/<int:consultation_id>/viec-con-lai/")
@requires(Permission.ANSWER)
def left(consultation_id: int) -> str:
    """What is left, by officer; narrowed to one officer, or to what is overdue."""
    consultation = desk.get_consultation(signed_in_person().id, consultation_id)
    today, officer = clock.today(), request.args.get("nguoi", type=int)
    only_overdue = "qua-han" in request.args
    found = queries.what_is_left(consultation.id)
    everybody = found.by_officer()
    shown = [
        (name, [item for item in items if not only_overdue or item.is_overdue(today)])
        for person_id, name, items in everybody
        if officer is None or person_id == officer
    ]
    return render_template(
        "opinions/left.html",
        consultation=consultation,
        everybody=everybody,
        shown=[(name, items) for name, items in shown if items],
        officer=officer,
        only_overdue=only_overdue,
        overdue=sum(item.is_overdue(today) for item in found.items),
        left=sum(item.left for item in found.items),
        today=today,
        me=signed_in_person().id,
    )


@blueprint.get("/<int:consultation_id>/phan-cong/")
@requires(Permission.ANSWER)
def assignments(consultation_id: int) -> str:
    return _assign_page(desk.get_consultation(signed_in_person().id, consultation_id))


@blueprint.post("/<int:consultation_id>/phan-cong/")
@requires(Permission.ANSWER)
@transactional
def assign(consultation_id: int) -> HttpResponse | tuple[str, int]:
    """Give the ticked provisions to an officer, or take them from whoever has them."""
    person, form = signed_in_person(), AssignForm()
    consultation = desk.get_consultation(person.id, consultation_id)
    form.offer(queries.list_officers(consultation.agency_id))
    number = 0
    if form.validate_on_submit():
        with form.refusals():
            number = assigning.assign(
                consultation,
                form.places.data or [],
                officer_id=form.officer.data or None,
                due_on=form.due_on.data,
                by=person,
            )
    if form.refused or not number:
        return _assign_page(consultation, form), 422
    flash(_("Đã phân công %(n)s điều khoản.", n=number), "done")
    return redirect(url_for(".assignments", consultation_id=consultation_id))


def _assign_page(consultation: Consultation, form: AssignForm | None = None) -> str:
    if form is None:
        form = AssignForm()
        form.offer(queries.list_officers(consultation.agency_id))
    return render_template(
        "opinions/assignments.html",
        consultation=consultation,
        form=form,
        places=queries.what_is_left(consultation.id).places,
        picked=set(form.places.data or ()),
        today=clock.today(),
    )
