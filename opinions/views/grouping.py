"""The desk: runs of the machine, families of one text, and proposed groups, on which people decide."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as HttpResponse

from accounts.policies import Permission
from accounts.session import signed_in_person
from core.access import requires
from core.db import db, transactional
from core.errors import Conflict, DanBanError
from core.i18n import gettext as _
from legal.diff import redline
from opinions.forms.grouping import MergeForm, OnPlaceForm, ProposalForm
from opinions.models import GroupProposal
from opinions.queries import desk as queries
from opinions.queries import families, places, proposals, runs
from opinions.services import grouping, grouping_runs
from opinions.services import grouping_decisions as decisions

blueprint = Blueprint("grouping", __name__, url_prefix="/tiep-thu")
MOST_AT_ONCE = 200


@blueprint.get("/<int:consultation_id>/gom-nhom/")
@requires(Permission.ANSWER)
def overview(consultation_id: int) -> str:
    """How far the machine is, what it found, and where people have still to decide."""
    consultation = queries.get_consultation(signed_in_person().id, consultation_id)
    with_proposals = proposals.list_places(consultation_id)
    history = runs.list_runs(consultation_id)
    running = next((run for run in history if run.stage not in runs.ENDED), None)
    return render_template(
        "opinions/proposals.html",
        consultation=consultation,
        running=running,
        progress=runs.progress_of(running) if running else None,
        history=[run for run in history if run.stage in runs.ENDED],
        coverage=proposals.coverage(consultation_id),
        places=with_proposals,
        citations=places.citations((row.document_id, row.place) for row in with_proposals),
    )


@blueprint.post("/<int:consultation_id>/gom-nhom/")
@requires(Permission.ANSWER)
@transactional
def start(consultation_id: int) -> HttpResponse:
    """Ask the worker for a run; a second click finds the first, and goes on with it if it stands still."""
    person = signed_in_person()
    consultation = queries.get_consultation(person.id, consultation_id)
    earlier = runs.find_unfinished(consultation_id)
    try:
        run = grouping_runs.request_run(consultation, by=person)
        if earlier is None or runs.progress_of(run).waits:
            grouping_runs.enqueue(run)
    except DanBanError as refusal:
        flash(refusal.message, "error")
    return redirect(url_for(".overview", consultation_id=consultation_id))


@blueprint.get("/<int:consultation_id>/loi-giong-nhau/")
@requires(Permission.ANSWER)
def list_families(consultation_id: int) -> str:
    consultation = queries.get_consultation(signed_in_person().id, consultation_id)
    page = families.list_families(consultation_id, request.args.get("trang"))
    return render_template("opinions/families.html", consultation=consultation, page=page)


@blueprint.get("/<int:consultation_id>/loi-giong-nhau/<int:family_id>/")
@requires(Permission.ANSWER)
def family(consultation_id: int, family_id: int) -> str:
    """A family's text, and its variants as changes to it."""
    consultation = queries.get_consultation(signed_in_person().id, consultation_id)
    found = families.get_family(consultation_id, family_id)
    text = families.text_of(found)
    page = families.list_variants(found.id, request.args.get("trang"))
    variants = [row for row in page.items if row.first != text.id]
    return render_template(
        "opinions/family.html",
        consultation=consultation,
        text=text,
        figures=families.figures_of(found.id),
        counts=families.stances_of(found.id),
        page=page,
        redlines={row.first: redline(_whole(text), _whole(row)) for row in variants},
    )


@blueprint.post("/<int:consultation_id>/<int:document_id>/<int:place>/de-xuat")
@requires(Permission.ANSWER)
@transactional
def decide_on_place(consultation_id: int, document_id: int, place: int) -> HttpResponse:
    """Confirm one proposal, or confirm, merge or reject those that are ticked."""
    person, form = signed_in_person(), OnPlaceForm()
    queries.get_consultation(person.id, consultation_id)
    back = _place_url(consultation_id, document_id, place)
    if not form.validate_on_submit():
        abort(400)
    ids = [form.confirm.data] if form.confirm.data else sorted(set(form.proposals.data or []))[:MOST_AT_ONCE]
    try:
        chosen = proposals.get_all(person.id, document_id, place, ids)
        if len(chosen) < len(ids):
            raise Conflict(_("Có đề xuất vừa được người khác xử lý. Không có gì bị ghi đè."))
        _do_on_place("confirm" if form.confirm.data else form.do.data or "", chosen)
    except DanBanError as refusal:
        db.session.rollback()
        flash(refusal.message, "error")
    return redirect(f"{back}#de-xuat")


@blueprint.get("/de-xuat/<int:proposal_id>/")
@requires(Permission.ANSWER)
def proposal(proposal_id: int) -> str:
    return _proposal_page(proposals.get_proposal(signed_in_person().id, proposal_id), None)


@blueprint.post("/de-xuat/<int:proposal_id>/")
@requires(Permission.ANSWER)
@transactional
def decide(proposal_id: int) -> HttpResponse | tuple[str, int]:
    """Confirm, rename, split, move or reject a proposal, by the button that was pressed."""
    person, form = signed_in_person(), ProposalForm()
    found = proposals.get_proposal(person.id, proposal_id)
    if not form.validate_on_submit():
        return _proposal_page(found, form), 422
    address = _place_url(found.consultation_id, found.document_id, found.place) + "#de-xuat"
    try:
        with form.refusals():
            address = _do(found, form) or address
    except Conflict as conflict:
        flash(conflict.message, "error")
    if form.refused:
        return _proposal_page(found, form), 422
    return redirect(address)


@blueprint.post("/<int:consultation_id>/<int:document_id>/<int:place>/gop-nhom")
@requires(Permission.ANSWER)
@transactional
def merge_groups(consultation_id: int, document_id: int, place: int) -> HttpResponse:
    """Make one group of those that are ticked."""
    person, form = signed_in_person(), MergeForm()
    queries.get_consultation(person.id, consultation_id)
    form.validate_on_submit()
    try:
        chosen = [queries.get_group(person.id, group_id) for group_id in sorted(set(form.groups.data or []))[:20]]
        kept = grouping.merge_groups(chosen)
        flash(_("Đã gộp thành một nhóm."), "done")
        return redirect(url_for("opinions.group", group_id=kept.id))
    except DanBanError as refusal:
        db.session.rollback()
        flash(refusal.message, "error")
    return redirect(_place_url(consultation_id, document_id, place) + "#nhom")


def _do_on_place(what: str, chosen: list[GroupProposal]) -> None:
    person = signed_in_person()
    if not chosen:
        flash(_("Hãy đánh dấu ít nhất một đề xuất."), "error")
    elif what == "merge":
        decisions.merge(chosen, by=person)
        flash(_("Đã gộp %(n)s đề xuất.", n=len(chosen)), "done")
    elif what == "reject":
        for one in chosen:
            decisions.reject(one, by=person)
        flash(_("Đã bác %(n)s đề xuất. Máy không đề xuất gom các lời đó với nhau nữa.", n=len(chosen)), "done")
    else:
        for one in chosen:
            decisions.confirm(one, by=person)
        flash(_("Đã xác nhận %(n)s đề xuất thành nhóm.", n=len(chosen)), "done")


def _do(found: GroupProposal, form: ProposalForm) -> str | None:
    """Do what the button says; the address to go to, or None for the place."""
    person, lines = signed_in_person(), form.lines.data or []
    here = url_for(".proposal", proposal_id=found.id)
    match form.do.data:
        case "confirm" | "part":
            group = decisions.confirm(
                found, by=person, title=form.title.data or "", lines=lines if form.do.data == "part" else None
            )
            flash(_("Đã xác nhận thành nhóm."), "done")
            return url_for("opinions.group", group_id=group.id)
        case "rename":
            decisions.rename(found, form.title.data or "", by=person)
            flash(_("Đã đổi tên."), "done")
            return here
        case "split":
            new = decisions.split(found, lines, by=person)
            flash(_("Đã tách thành đề xuất này."), "done")
            return url_for(".proposal", proposal_id=new.id)
        case "move":
            to = proposals.get_proposal(person.id, form.to.data or 0)
            decisions.move(found, lines, to=to, by=person)
            flash(_("Đã chuyển."), "done")
        case _:
            decisions.reject(found, by=person)
            flash(_("Đã bác. Máy không đề xuất gom các lời này với nhau nữa."), "done")
    return None


def _proposal_page(found: GroupProposal, form: ProposalForm | None) -> str:
    person = signed_in_person()
    rows = proposals.list_on_place(found.document_id, found.place)
    row = next((one for one in rows if one.id == found.id), None) or proposals.get_row(found.id)
    if row is None:
        abort(404)
    return render_template(
        "opinions/proposal.html",
        consultation=queries.get_consultation(person.id, found.consultation_id),
        provision=queries.find_provision(found.consultation_id, found.document_id, found.place),
        proposal=found,
        row=row,
        others=[one for one in rows if one.id != found.id],
        page=proposals.list_lines(found.id, request.args.get("trang")),
        form=form or ProposalForm(title=found.title),
    )


def _place_url(consultation_id: int, document_id: int, place: int) -> str:
    return url_for("opinions.provision", consultation_id=consultation_id, document_id=document_id, place=place)


def _whole(row: object) -> str:
    body, proposed = getattr(row, "body", ""), getattr(row, "proposed_text", "")
    return f"{body}\n{proposed}".strip()
