"""The desk: overview of a consultation, one provision, one group with its response."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as HttpResponse

from accounts.policies import Permission
from accounts.queries import holds_in
from accounts.session import signed_in_person
from consultations.models import Provision
from consultations.policies import Phase, phase
from consultations.views.opinions import STANCE_WORDS
from core import clock
from core.access import requires
from core.db import db, transactional
from core.errors import Conflict, DanBanError
from core.i18n import gettext as _
from legal.diff import redline
from opinions.forms.answers import prepared
from opinions.forms.desk import GroupForm, PickForm, ResponseForm, StepForm
from opinions.models import Decision, OpinionGroup, Response, ResponseState, ResponseTemplate
from opinions.queries import answers, groups, places, proposals
from opinions.queries import desk as queries
from opinions.queries.apart import apart
from opinions.services import answering, grouping

blueprint = Blueprint("opinions", __name__, url_prefix="/tiep-thu")


@blueprint.get("/")
@requires(Permission.ANSWER)
def desk() -> str:
    return render_template("opinions/desk.html", desks=queries.list_desks(signed_in_person().id))


@blueprint.get("/<int:consultation_id>/")
@requires(Permission.ANSWER)
def overview(consultation_id: int) -> str:
    person = signed_in_person()
    consultation = queries.get_consultation(person.id, consultation_id)
    waiting = groups.list_groups(consultation_id, state=ResponseState.SUBMITTED)
    found = places.survey(consultation_id)
    return render_template(
        "opinions/overview.html",
        consultation=consultation,
        figures=found.figures,
        apart=apart(consultation, found.figures.received),
        statuses=places.status_counts(consultation_id),
        places=found.places,
        heat=found.heat,
        waiting=waiting,
        citations=places.citations((group.document_id, group.place) for group in waiting),
        may_publish=holds_in(person.id, Permission.APPROVE, consultation.agency_id),
        grouped=found.grouped,
        unanswered=found.figures.received - found.answered,
        is_closed=phase(consultation, clock.now()) == Phase.CLOSED,
    )


@blueprint.get("/<int:consultation_id>/<int:document_id>/<int:place>/")
@requires(Permission.ANSWER)
def provision(consultation_id: int, document_id: int, place: int) -> str:
    return _provision_page(consultation_id, document_id, place, PickForm())


@blueprint.post("/<int:consultation_id>/<int:document_id>/<int:place>/")
@requires(Permission.ANSWER)
@transactional
def group_comments(consultation_id: int, document_id: int, place: int) -> HttpResponse | tuple[str, int]:
    """Put the ticked comments into a new group, or into the one whose button was pressed."""
    person, form = signed_in_person(), PickForm()
    consultation = queries.get_consultation(person.id, consultation_id)
    queries.find_provision(consultation_id, document_id, place)
    if not form.validate_on_submit():
        return _provision_page(consultation_id, document_id, place, form), 422
    group: OpinionGroup | None = None
    with form.refusals():
        if form.group.data:
            group = queries.get_group(person.id, form.group.data)
            if (group.document_id, group.place) != (document_id, place):
                abort(404)
            grouping.add_to_group(group, form.comments.data or [], by=person)
        else:
            group = grouping.create_group(
                consultation, document_id, place, form.comments.data or [], title=form.title.data or "", by=person
            )
    if form.refused or group is None:
        return _provision_page(consultation_id, document_id, place, form), 422
    flash(_("Đã gom %(n)s ý kiến vào nhóm.", n=len(set(form.comments.data or []))), "done")
    return redirect(url_for(".group", group_id=group.id))


@blueprint.post("/<int:consultation_id>/<int:document_id>/<int:place>/da-xem")
@requires(Permission.ANSWER)
@transactional
def departures_seen(consultation_id: int, document_id: int, place: int) -> HttpResponse:
    queries.get_consultation(signed_in_person().id, consultation_id)
    grouping.mark_departures_seen(consultation_id, document_id, place)
    return redirect(url_for(".provision", consultation_id=consultation_id, document_id=document_id, place=place))


@blueprint.get("/nhom/<int:group_id>/")
@requires(Permission.ANSWER)
def group(group_id: int) -> str:
    return _group_page(queries.get_group(signed_in_person().id, group_id))


@blueprint.post("/nhom/<int:group_id>/")
@requires(Permission.ANSWER)
@transactional
def answer(group_id: int) -> HttpResponse | tuple[str, int]:
    """Keep the response as a draft; the other button also sends it for review."""
    person, form = signed_in_person(), ResponseForm()
    form.offer()
    found = queries.get_group(person.id, group_id)
    if not form.validate_on_submit():
        return _group_page(found, form), 422
    try:
        with form.refusals():
            response = answering.draft_response(
                found,
                decision=Decision(form.decision.data or ""),
                reason=form.reason.data or "",
                resulting_text=form.resulting_text.data or "",
                by=person,
                version=form.version.data or 0,
            )
            if "submit" in request.form:
                answering.submit_response(response, by=person, version=response.version)
    except Conflict as conflict:
        form.form_errors.append(conflict.message)
        return _group_page(found, form), 409
    if form.refused:
        return _group_page(found, form), 422
    flash(_("Đã gửi duyệt.") if "submit" in request.form else _("Đã lưu dự thảo trả lời."), "done")
    return redirect(url_for(".group", group_id=group_id))


@blueprint.post("/nhom/<int:group_id>/ten")
@requires(Permission.ANSWER)
@transactional
def rename(group_id: int) -> HttpResponse:
    found, form = queries.get_group(signed_in_person().id, group_id), GroupForm()
    if form.validate_on_submit():
        with form.refusals():
            grouping.rename_group(found, form.title.data or "")
    _flash_errors(form)
    return redirect(url_for(".group", group_id=group_id))


@blueprint.post("/nhom/<int:group_id>/bo")
@requires(Permission.ANSWER)
@transactional
def ungroup(group_id: int) -> HttpResponse:
    """Take the ticked comments out of the group."""
    found, form = queries.get_group(signed_in_person().id, group_id), PickForm()
    back = url_for(
        ".provision", consultation_id=found.consultation_id, document_id=found.document_id, place=found.place
    )
    if form.validate_on_submit():
        with form.refusals():
            grouping.remove_from_group(found, form.comments.data or [])
    _flash_errors(form)
    return redirect(back)


@blueprint.post("/nhom/<int:group_id>/tra-lai")
@requires(Permission.APPROVE)
@transactional
def give_back(group_id: int) -> HttpResponse:
    return _step(group_id, "return")


@blueprint.post("/nhom/<int:group_id>/duyet")
@requires(Permission.APPROVE)
@transactional
def approve(group_id: int) -> HttpResponse:
    """Approve and publish; the other button leaves it to be released with others."""
    return _step(group_id, "approve" if "later" in request.form else "publish")


@blueprint.post("/<int:consultation_id>/cong-bo-bang")
@requires(Permission.APPROVE)
@transactional
def publish_table(consultation_id: int) -> HttpResponse:
    person = signed_in_person()
    consultation = queries.get_consultation(person.id, consultation_id, Permission.APPROVE)
    try:
        answering.publish_table(consultation, by=person)
    except DanBanError as refusal:
        db.session.rollback()
        flash(refusal.message, "error")
    else:
        flash(_("Đã công bố Bản tổng hợp. Từ nay ý kiến không sửa, không rút được nữa."), "done")
    return redirect(url_for(".overview", consultation_id=consultation_id))


def _provision_page(consultation_id: int, document_id: int, place: int, form: PickForm) -> str:
    consultation = queries.get_consultation(signed_in_person().id, consultation_id)
    found = queries.find_provision(consultation_id, document_id, place)
    stance = STANCE_WORDS.get(request.args.get("lap-truong", ""))
    page = groups.list_comments(document_id, place, None, request.args.get("trang"), stance=stance)
    found_groups = groups.list_groups(consultation_id, place=(document_id, place))
    return render_template(
        "opinions/provision.html",
        consultation=consultation,
        provision=found,
        document_id=document_id,
        place=place,
        here=places.get_place(consultation_id, document_id, place),
        groups=found_groups,
        page=page,
        stance=stance,
        stance_words=STANCE_WORDS,
        redlines=_redlines(found, page.items),
        departures=groups.list_departures(document_id, place),
        proposals=proposals.list_on_place(document_id, place),
        coverage=proposals.coverage_of_place(document_id, place),
        form=form,
    )


def _group_page(found: OpinionGroup, form: ResponseForm | None = None) -> str:
    person = signed_in_person()
    consultation = queries.get_consultation(person.id, found.consultation_id)
    about = queries.find_provision(found.consultation_id, found.document_id, found.place)
    response = queries.find_response(found.id)
    page = groups.list_comments(found.document_id, found.place, found.id, request.args.get("trang"))
    return render_template(
        "opinions/group.html",
        consultation=consultation,
        group=found,
        provision=about,
        figures=next(iter(_group_figures(found)), None),
        page=page,
        redlines=_redlines(about, page.items),
        response=response,
        wording=redline(about.text, response.resulting_text) if response and about and response.resulting_text else (),
        log=queries.list_response_log(response.id) if response else (),
        templates=answers.list_templates(consultation.agency_id),
        form=form or _response_form(response, about, _chosen_template(consultation.agency_id)),
        name_form=GroupForm(title=found.title),
        step=StepForm(),
        may_approve=holds_in(person.id, Permission.APPROVE, consultation.agency_id),
        is_own=response is not None and response.drafted_by_id == person.id,
        editable=response is None or response.state in answering.OPEN_STATES,
    )


def _chosen_template(agency_id: int) -> ResponseTemplate | None:
    wanted = request.args.get("mau", type=int)
    return answers.get_template(agency_id, wanted) if wanted else None


def _group_figures(found: OpinionGroup) -> list[groups.GroupRow]:
    found_groups = groups.list_groups(found.consultation_id, place=(found.document_id, found.place))
    return [row for row in found_groups if row.id == found.id]


def _response_form(
    response: Response | None, about: Provision | None, template: ResponseTemplate | None
) -> ResponseForm:
    said = {"decision": str(response.decision), "reason": response.reason} if response else {}
    form = ResponseForm(
        version=response.version if response else 0,
        **{**said, **prepared(template)},
        resulting_text=response.resulting_text if response else (about.text if about else ""),
    )
    form.offer()
    return form


def _redlines(about: Provision | None, comments: Any) -> dict[int, Any]:
    if about is None:
        return {}
    return {row.id: redline(about.text, row.proposed_text) for row in comments if row.proposed_text}


def _step(group_id: int, step: str) -> HttpResponse:
    person, form = signed_in_person(), StepForm()
    found = queries.get_group(person.id, group_id)
    consultation = queries.get_consultation(person.id, found.consultation_id, Permission.APPROVE)
    response = queries.find_response(found.id)
    if response is None or not form.validate_on_submit():
        abort(400 if response else 404)
    version = form.version.data or 0
    try:
        if step == "publish":
            answering.publish_response(response, by=person, version=version)
            flash(_("Đã duyệt và công bố. Người góp ý sẽ được báo tin."), "done")
        elif step == "approve":
            answering.approve_many({response.id: version}, by=person)
            flash(_("Đã duyệt, chưa công bố."), "done")
        else:
            answering.return_response(response, by=person, version=version, note=form.note.data or "")
            flash(_("Đã trả lại cho người soạn."), "done")
    except DanBanError as refusal:
        db.session.rollback()
        flash(refusal.message, "error")
    if step != "return":
        return redirect(url_for(".overview", consultation_id=consultation.id))
    return redirect(url_for(".group", group_id=group_id))


def _flash_errors(form: GroupForm | PickForm) -> None:
    for messages in form.errors.values():
        for message in messages:
            flash(message, "error")
