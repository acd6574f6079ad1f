"""The drafter's pages before and around a consultation: a new one, its text, its settings, publishing, changes.

``own`` loads through the agencies in which the person may draft: another agency's consultation is not found.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime

from flask import current_app, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from accounts.policies import Permission
from accounts.session import signed_in_person
from consultations import policies
from consultations.forms import desk as forms
from consultations.models import (
    Consultation,
    ConsultationEvent,
    EventKind,
    GuestPolicy,
    ModerationPolicy,
    PaperSlot,
    Version,
)
from consultations.queries import desk as queries
from consultations.services import drafting, publishing
from consultations.views import blueprint
from core import clock, slots
from core.access import requires
from core.db import let_go_of_locks, transactional
from core.errors import NotFound, RuleBroken
from core.files import StoredFile
from core.i18n import gettext as _

MEGABYTE = 2**20


def own(consultation_id: int) -> Consultation:
    """A consultation that the person may draft, or 404."""
    return queries.get_consultation(signed_in_person().id, consultation_id)


@blueprint.get("/soan-thao/")
@requires(Permission.DRAFT)
def desk() -> str:
    items = queries.list_items(signed_in_person().id)
    phases = {item.id: policies.phase(item, clock.now()) for item in items}
    return render_template("consultations/desk/index.html", items=items, phases=phases)


@blueprint.route("/soan-thao/moi/", methods=["GET", "POST"])
@requires(Permission.DRAFT)
@transactional
def new_consultation() -> str | Response:
    person = signed_in_person()
    agencies, kinds = queries.list_agencies(person.id), queries.list_kinds()
    form = forms.NewForm()
    form.offer(agencies, kinds)
    if form.validate_on_submit() and (draft := read_upload(form)):
        with form.refusals():
            made = _create(form, draft)
        if not form.refused:
            return redirect(url_for(".desk_tree", consultation_id=made.id))
    limit = current_app.config["MAX_DRAFT_MB"]
    return render_template("consultations/desk/new.html", form=form, limit=limit, accept=forms.ACCEPT_DRAFT)


def _create(form: forms.NewForm, draft: drafting.ReadDraft) -> Consultation:
    person = signed_in_person()
    settings = drafting.Settings(
        title=form.title.data or "",
        kind=next(kind for kind in queries.list_kinds() if kind.code == form.kind.data),
        opens=forms.proposed_opening(),
        closes=None,
        guests=GuestPolicy.CONFIRMED,
        moderation=ModerationPolicy.BEFORE,
    )
    agency = next(agency for agency in queries.list_agencies(person.id) if agency.id == form.agency.data)
    return drafting.create_consultation(agency, draft, settings, by=person)


@blueprint.get("/soan-thao/<int:consultation_id>/")
@requires(Permission.DRAFT)
def desk_consultation(consultation_id: int) -> str:
    consultation = own(consultation_id)
    phase = policies.phase(consultation, clock.now())
    return render_template(
        "consultations/desk/consultation.html",
        c=consultation,
        phase=phase,
        versions=queries.list_versions(consultation.id),
        papers=queries.list_papers(consultation.id),
        events=queries.list_events(consultation.id),
        counts=queries.count_comments(consultation.id),
        changes=publishing.possible_changes(consultation, clock.now()),
        more=slots.content("desk.more", consultation.id, default=[]) if phase != policies.Phase.DRAFT else [],
    )


@blueprint.route("/soan-thao/<int:consultation_id>/thiet-lap/", methods=["GET", "POST"])
@requires(Permission.DRAFT)
@transactional
def desk_settings(consultation_id: int) -> str | Response:
    consultation = own(consultation_id)
    drafting.must_be_draft(consultation)
    kinds = queries.list_kinds()
    form = forms.SettingsForm()
    form.offer(kinds)
    if not form.is_submitted():
        form.show(consultation)
    elif form.validate():
        with form.refusals():
            drafting.change_settings(consultation, form.settings(kinds))
        if not form.refused:
            flash(_("Đã lưu thiết lập."), "done")
            return redirect(url_for(".desk_consultation", consultation_id=consultation.id))
    return render_template("consultations/desk/settings.html", c=consultation, form=form, kinds=kinds)


@blueprint.route("/soan-thao/<int:consultation_id>/ho-so/", methods=["GET", "POST"])
@requires(Permission.DRAFT)
@transactional
def desk_papers(consultation_id: int) -> str | Response:
    consultation = own(consultation_id)
    form = forms.PaperForm()
    form.offer()
    if form.validate_on_submit():
        limit = current_app.config["MAX_ATTACHMENT_MB"] * MEGABYTE
        with form.refusals():
            upload = form.file.data
            drafting.add_paper(
                consultation,
                upload.stream,
                upload.filename or "",
                title=form.title.data or "",
                limit=limit,
                slot=PaperSlot(form.slot.data),
            )
        if not form.refused:
            flash(_("Đã thêm tài liệu."), "done")
            return redirect(url_for(".desk_papers", consultation_id=consultation.id))
    papers = queries.list_papers(consultation.id)
    limit_mb = current_app.config["MAX_ATTACHMENT_MB"]
    return render_template(
        "consultations/desk/papers.html",
        c=consultation,
        form=form,
        papers=papers,
        slots=forms.slot_words(),
        limit=limit_mb,
        accept=forms.ACCEPT_PAPER,
    )


@blueprint.post("/soan-thao/<int:consultation_id>/ho-so/<int:paper_id>/<any(len, xoa):act>")
@requires(Permission.DRAFT)
@transactional
def change_paper(consultation_id: int, paper_id: int, act: str) -> Response:
    consultation = own(consultation_id)
    change = drafting.raise_paper if act == "len" else drafting.remove_paper
    change(consultation, paper_id)
    return redirect(url_for(".desk_papers", consultation_id=consultation.id))


@blueprint.get("/soan-thao/<int:consultation_id>/ho-so/<int:paper_id>")
@requires(Permission.DRAFT)
def desk_paper_file(consultation_id: int, paper_id: int) -> Response:
    return _download(queries.get_paper_file(own(consultation_id).id, paper_id))


@blueprint.get("/soan-thao/<int:consultation_id>/xem-truoc/")
@requires(Permission.DRAFT)
def desk_preview(consultation_id: int) -> str:
    """The draft as its readers will see it, without counts and without a way to comment."""
    consultation = own(consultation_id)
    versions = queries.list_versions(consultation.id)
    version = chosen(versions)
    return render_template(
        "consultations/desk/preview.html",
        c=consultation,
        versions=versions,
        version=version,
        tree=queries.list_tree(version),
        papers=queries.list_papers(consultation.id),
    )


@blueprint.get("/soan-thao/<int:consultation_id>/tep-goc")
@requires(Permission.DRAFT)
def desk_source_file(consultation_id: int) -> Response:
    return _download(chosen(queries.list_versions(own(consultation_id).id)).file)


@blueprint.route("/soan-thao/<int:consultation_id>/cong-bo/", methods=["GET", "POST"])
@requires(Permission.DRAFT)
@transactional
def publish_consultation(consultation_id: int) -> str | Response:
    consultation = own(consultation_id)
    drafting.must_be_draft(consultation)
    form = forms.PublishForm()
    if form.validate_on_submit():
        with form.refusals():
            publishing.publish(consultation, by=signed_in_person())
        if not form.refused:
            flash(_("Đã công bố dự thảo."), "done")
            return redirect(url_for(".desk_consultation", consultation_id=consultation.id))
    return render_template(
        "consultations/desk/publish.html",
        c=consultation,
        form=form,
        versions=queries.list_versions(consultation.id),
        papers=queries.list_papers(consultation.id),
        short=policies.is_short(_day(consultation.opens_at), _day(consultation.closes_at), consultation.kind.days),
        past=consultation.closes_at <= clock.now(),
    )


CHANGES = {
    "gia-han": EventKind.EXTENDED,
    "tam-dung": EventKind.SUSPENDED,
    "mo-lai": EventKind.RESUMED,
    "huy": EventKind.CANCELLED,
}
Change = Callable[..., ConsultationEvent]
SERVICES: dict[EventKind, Change] = {
    EventKind.SUSPENDED: publishing.suspend,
    EventKind.RESUMED: publishing.resume,
    EventKind.CANCELLED: publishing.cancel,
}


@blueprint.route(
    "/soan-thao/<int:consultation_id>/<any('gia-han', 'tam-dung', 'mo-lai', huy):act>/", methods=["GET", "POST"]
)
@requires(Permission.DRAFT)
@transactional
def change_consultation(consultation_id: int, act: str) -> str | Response:
    consultation, kind = own(consultation_id), CHANGES[act]
    form = forms.ExtendForm() if kind == EventKind.EXTENDED else forms.ReasonForm()
    if form.validate_on_submit():
        with form.refusals():
            _change(consultation, kind, form)
        if not form.refused:
            flash(_("Đã ghi nhận. Thông báo hiện trên trang dự thảo và được gửi đến người tham gia."), "done")
            return redirect(url_for(".desk_consultation", consultation_id=consultation.id))
    possible = kind in publishing.possible_changes(consultation, clock.now())
    return render_template("consultations/desk/change.html", c=consultation, form=form, kind=kind, possible=possible)


def _change(consultation: Consultation, kind: EventKind, form: forms.ReasonForm) -> None:
    person, reason = signed_in_person(), form.reason.data or ""
    if isinstance(form, forms.ExtendForm):
        assert form.closes.data is not None  # noqa: S101  # a field that is required
        publishing.extend(consultation, form.closes.data, by=person, reason=reason)
    else:
        SERVICES[kind](consultation, by=person, reason=reason)


def read_upload(form: forms.FileForm) -> drafting.ReadDraft | None:
    """The uploaded draft, read but not kept, while nobody waits for a lock of ours; None where the form refuses it."""
    let_go_of_locks()
    upload = form.file.data
    limit = current_app.config["MAX_DRAFT_MB"] * MEGABYTE
    try:
        return drafting.read_draft(upload.stream, upload.filename or "", limit=limit)
    except RuleBroken as refusal:
        form.refuse(refusal)
        return None


def chosen(versions: Sequence[Version]) -> Version:
    """The version of the document that the address names (``van-ban``), or of the first."""
    asked = request.args.get("van-ban", type=int)
    found = [version for version in versions if asked in (None, version.document_id)]
    if not found:
        raise NotFound
    return found[0]


def _download(stored: StoredFile) -> Response:
    answer: Response = send_file(stored.path, mimetype=stored.media_type, as_attachment=True, download_name=stored.name)
    return answer


def _day(moment: datetime) -> date:
    return clock.local(moment).date()
