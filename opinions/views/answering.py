"""The desk: many answers at once: prepared answers, one answer for several groups, approval and release together."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as HttpResponse

from accounts.policies import Permission
from accounts.queries import holds_in
from accounts.session import signed_in_person
from consultations.models import Consultation
from core.access import requires
from core.db import db, transactional
from core.errors import Conflict, DanBanError
from core.i18n import gettext as _
from opinions.forms.answers import ManyForm, PassForm, TemplateForm, prepared
from opinions.models import Decision, ResponseState, ResponseTemplate
from opinions.queries import answers as queries
from opinions.queries import desk
from opinions.services import answering, preparing
from opinions.services.answering import OPEN_STATES, Draft

blueprint = Blueprint("answering", __name__, url_prefix="/tiep-thu")
SHOWN = 300
"""Groups on a page; who has more narrows them to a provision."""


@blueprint.get("/<int:consultation_id>/tra-loi-nhieu/")
@requires(Permission.ANSWER)
def many(consultation_id: int) -> str:
    return _many_page(desk.get_consultation(signed_in_person().id, consultation_id))


@blueprint.post("/<int:consultation_id>/tra-loi-nhieu/")
@requires(Permission.ANSWER)
@transactional
def answer_many(consultation_id: int) -> HttpResponse | tuple[str, int]:
    """One answer for the ticked groups, kept as drafts; the other button also sends them for review."""
    person, form = signed_in_person(), ManyForm()
    consultation = desk.get_consultation(person.id, consultation_id)
    form.offer()
    if not form.validate_on_submit():
        return _many_page(consultation, form), 422
    picked, decision = dict(form.groups.data or {}), Decision(form.decision.data)
    said = (decision, form.reason.data or "", form.resulting_text.data or "")
    drafts = [Draft(group_id, *said, version=seen) for group_id, seen in picked.items()]
    try:
        with form.refusals():
            preparing.answer_groups(consultation.id, drafts, by=person, submit="submit" in request.form)
    except Conflict as conflict:
        form.form_errors.append(conflict.message)
        return _many_page(consultation, form), 409
    if form.refused:
        return _many_page(consultation, form), 422
    number = len(picked)
    sent = "submit" in request.form
    flash(_("Đã gửi duyệt %(n)s trả lời.", n=number) if sent else _("Đã lưu %(n)s dự thảo trả lời.", n=number), "done")
    return redirect(url_for(".many", consultation_id=consultation_id))


@blueprint.get("/<int:consultation_id>/duyet/")
@requires(Permission.APPROVE)
def approvals(consultation_id: int) -> str:
    return _approvals_page(_get_to_approve(consultation_id))


@blueprint.post("/<int:consultation_id>/duyet/")
@requires(Permission.APPROVE)
@transactional
def approve_many(consultation_id: int) -> HttpResponse | tuple[str, int]:
    """Approve the ticked responses; they wait until they are released."""

    def approve(_consultation: Consultation, versions: Mapping[int, int]) -> None:
        answering.approve_many(versions, by=signed_in_person())
        flash(_("Đã duyệt %(n)s trả lời. Chưa công bố.", n=len(versions)), "done")

    return _pass_on(consultation_id, ResponseState.SUBMITTED, approve)


@blueprint.post("/<int:consultation_id>/cong-bo-tra-loi")
@requires(Permission.APPROVE)
@transactional
def release(consultation_id: int) -> HttpResponse | tuple[str, int]:
    """Publish the ticked approved responses together."""

    def publish(consultation: Consultation, versions: Mapping[int, int]) -> None:
        answering.release(consultation, versions, by=signed_in_person())
        flash(_("Đã công bố %(n)s trả lời. Người góp ý sẽ được báo tin.", n=len(versions)), "done")

    return _pass_on(consultation_id, ResponseState.APPROVED, publish)


@blueprint.get("/<int:consultation_id>/mau-tra-loi/")
@requires(Permission.ANSWER)
def templates(consultation_id: int) -> str:
    """The prepared answers of the agency; with ``?mau=`` the form holds one of them, to be changed."""
    consultation = desk.get_consultation(signed_in_person().id, consultation_id)
    chosen = _chosen_template(consultation)
    form = TemplateForm(name=chosen.name if chosen else "", **prepared(chosen))
    return _templates_page(consultation, form, chosen)


@blueprint.post("/<int:consultation_id>/mau-tra-loi/")
@requires(Permission.ANSWER)
@transactional
def keep_template(consultation_id: int) -> HttpResponse | tuple[str, int]:
    """Keep a prepared answer: a new one, or the one of ``?mau=``."""
    person, form = signed_in_person(), TemplateForm()
    consultation = desk.get_consultation(person.id, consultation_id)
    chosen = _chosen_template(consultation)
    form.offer()
    if form.validate_on_submit():
        with form.refusals():
            preparing.keep_template(
                chosen,
                agency_id=consultation.agency_id,
                name=form.name.data or "",
                decision=Decision(form.decision.data),
                reason=form.reason.data or "",
                by=person,
            )
    if form.refused:
        return _templates_page(consultation, form, chosen), 422
    flash(_("Đã lưu mẫu trả lời."), "done")
    return redirect(url_for(".templates", consultation_id=consultation_id))


@blueprint.post("/<int:consultation_id>/mau-tra-loi/<int:template_id>/xoa")
@requires(Permission.ANSWER)
@transactional
def delete_template(consultation_id: int, template_id: int) -> HttpResponse:
    consultation = desk.get_consultation(signed_in_person().id, consultation_id)
    preparing.delete_template(queries.get_template(consultation.agency_id, template_id))
    flash(_("Đã xóa mẫu trả lời."), "done")
    return redirect(url_for(".templates", consultation_id=consultation_id))


def _pass_on(
    consultation_id: int, state: ResponseState, step: Callable[[Consultation, Mapping[int, int]], None]
) -> HttpResponse | tuple[str, int]:
    """Take a step with the ticked responses of a consultation; all of them, or none."""
    form, consultation = PassForm(), _get_to_approve(consultation_id)
    form.validate_on_submit()
    picked = dict(form.responses.data or {})
    mine = {row.response_id for row in queries.list_answer_rows(consultation.id, state=state)}
    try:
        if not picked:
            form.form_errors.append(_("Hãy đánh dấu ít nhất một trả lời."))
        elif not picked.keys() <= mine:
            raise Conflict(_("Trả lời này vừa được người khác xử lý. Không có gì bị ghi đè."))
        else:
            step(consultation, picked)
    except DanBanError as refusal:
        db.session.rollback()
        form.form_errors.append(refusal.message)
        return _approvals_page(_get_to_approve(consultation_id), form), 409
    if form.form_errors:
        return _approvals_page(consultation, form), 422
    return redirect(url_for(".approvals", consultation_id=consultation_id))


def _get_to_approve(consultation_id: int) -> Consultation:
    return desk.get_consultation(signed_in_person().id, consultation_id, Permission.APPROVE)


def _chosen_template(consultation: Consultation) -> ResponseTemplate | None:
    wanted = request.args.get("mau", type=int)
    return queries.get_template(consultation.agency_id, wanted) if wanted else None


def _many_page(consultation: Consultation, form: ManyForm | None = None) -> str:
    if form is None:
        form = ManyForm(formdata=None, **prepared(_chosen_template(consultation)))
        form.offer()
    rows = [row for row in queries.list_answer_rows(consultation.id) if row.state is None or row.state in OPEN_STATES]
    place = request.args.get("noi", type=int)
    shown = [row for row in rows if place is None or row.place == place]
    return render_template(
        "opinions/many.html",
        consultation=consultation,
        form=form,
        rows=shown[:SHOWN],
        total=len(shown),
        places=_places(rows),
        place=place,
        picked=form.groups.data or {},
        templates=queries.list_templates(consultation.agency_id),
        may_approve=holds_in(signed_in_person().id, Permission.APPROVE, consultation.agency_id),
    )


def _places(rows: list[queries.AnswerRow]) -> list[tuple[int, str, int]]:
    """(place, name, groups) of the provisions that have groups to answer, in the order of the draft."""
    found: dict[int, tuple[str, int]] = {}
    for row in rows:
        name, number = found.get(row.place, (row.name, 0))
        found[row.place] = (name, number + 1)
    return [(place, name, number) for place, (name, number) in found.items()]


def _approvals_page(consultation: Consultation, form: PassForm | None = None) -> str:
    rows: dict[str, Any] = {
        str(state): queries.list_answer_rows(consultation.id, state=state)
        for state in (ResponseState.SUBMITTED, ResponseState.APPROVED)
    }
    return render_template(
        "opinions/approvals.html",
        consultation=consultation,
        form=form or PassForm(),
        waiting=rows["submitted"],
        approved=rows["approved"],
        releases=queries.list_releases(consultation.id),
        own=queries.drafted_by(signed_in_person().id, consultation.id),
    )


def _templates_page(consultation: Consultation, form: TemplateForm, chosen: ResponseTemplate | None) -> str:
    form.offer()
    return render_template(
        "opinions/templates.html",
        consultation=consultation,
        form=form,
        chosen=chosen,
        templates=queries.list_templates(consultation.agency_id),
    )
