"""The drafter's pages for the next version of a published draft: upload, the doubtful pairs, publishing."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts.policies import Permission
from accounts.session import signed_in_person
from consultations.forms import desk as desk_forms
from consultations.forms import versions as forms
from consultations.models import Consultation, Document, IntakeState, ProvisionPairing, Version
from consultations.queries import desk as desk_queries
from consultations.queries import pairings as queries
from consultations.services import intakes, pairing_choices
from consultations.services import versions as services
from consultations.services.versions import Latest
from consultations.views import blueprint
from consultations.views.desk import MEGABYTE, own, read_upload
from core.access import requires
from core.db import db, transactional
from core.errors import RuleBroken
from core.i18n import gettext as _
from core.pagination import Page
from legal.align import Change


@dataclass(frozen=True)
class _Here:
    """What every page of the next version is about. ``named``: says in addresses which document, but for the first."""

    consultation: Consultation
    documents: Sequence[Version]
    document: Document
    latest: Latest
    named: dict[str, Any]

    @property
    def version(self) -> Version:
        """The version that waits, or 404."""
        return self.latest.next or abort(404)


def _here(consultation_id: int, document_id: int | None = None) -> _Here:
    """The document of the address (``van-ban``), or the given one."""
    consultation = own(consultation_id)
    if document_id is None:
        document_id = request.args.get("van-ban", type=int)
    document = queries.get_document(consultation.id, document_id)
    documents = desk_queries.list_versions(consultation.id)
    named: dict[str, Any] = {"van-ban": document.id} if documents and documents[0].document_id != document.id else {}
    return _Here(consultation, documents, document, services.get_latest(document), named)


def _here_of(consultation_id: int, pairing_id: int) -> tuple[_Here, ProvisionPairing]:
    """The same by a pairing, whose version must still wait."""
    consultation = own(consultation_id)
    here = _here(consultation.id, desk_queries.document_of_pairing(consultation.id, pairing_id))
    return here, queries.get_pairing(here.version, pairing_id)


@blueprint.get("/soan-thao/<int:consultation_id>/ban-moi/")
@requires(Permission.DRAFT)
def next_version(consultation_id: int) -> str:
    """The version that waits, with its pairs; before there is one, the form to upload it, or what became of a file."""
    form = forms.VersionForm()
    form.offer()
    return _page(_here(consultation_id), form)


@blueprint.post("/soan-thao/<int:consultation_id>/ban-moi/")
@requires(Permission.DRAFT)
@transactional
def upload_version(consultation_id: int) -> str | Response | tuple[str, int]:
    here = _here(consultation_id)
    form = forms.VersionForm()
    form.offer()
    if form.validate_on_submit():
        told = _take(here.document.id, form)
        if not form.refused:
            flash(told, "done")
            return redirect(url_for(".next_version", consultation_id=consultation_id, **_named()))
    return _page(_here(consultation_id), form), 422


def _take(document_id: int, form: forms.VersionForm) -> str:
    """Read the file now, or leave it to the worker; what to tell the person."""
    upload = form.file.data
    reason = (form.reason.data or "") if form.kind.data == forms.CORRIGENDUM else ""
    size = upload.stream.seek(0, io.SEEK_END)
    upload.stream.seek(0)
    if intakes.takes_long(upload.filename or "", size):
        limit = current_app.config["MAX_DRAFT_MB"] * MEGABYTE
        with form.refusals():
            document = db.session.get_one(Document, document_id)
            intakes.hand_in(document, upload.stream, upload.filename or "", limit=limit, reason=reason)
        return _("Đã nhận tệp. Máy đang đọc; bạn có thể rời trang này rồi quay lại.")
    if draft := read_upload(form):
        with form.refusals():
            document = db.session.get_one(Document, document_id)
            intakes.take_back(document)
            services.upload(document, draft, reason=reason)
    return _("Đã đọc bản mới và ghép với bản đang công bố. Hãy xem những chỗ chưa chắc.")


@blueprint.post("/soan-thao/<int:consultation_id>/ban-moi/cap/<int:pairing_id>/<any(dung, khong):act>")
@requires(Permission.DRAFT)
@transactional
def settle_pairing(consultation_id: int, pairing_id: int, act: str) -> Response:
    """It is right as proposed; or the new provision continues none."""
    here, pairing = _here_of(consultation_id, pairing_id)
    if act == "dung":
        pairing_choices.confirm(pairing, by=signed_in_person())
    else:
        pairing_choices.choose(pairing, None, by=signed_in_person())
    return _back(here)


@blueprint.route("/soan-thao/<int:consultation_id>/ban-moi/cap/<int:pairing_id>/", methods=["GET", "POST"])
@requires(Permission.DRAFT)
@transactional
def choose_pairing(consultation_id: int, pairing_id: int) -> str | Response:
    """Choose another provision of the version before, found by its citation or its words."""
    here, pairing = _here_of(consultation_id, pairing_id)
    before = here.latest.published
    form = forms.ChooseForm()
    if form.validate_on_submit() and (form.old.data or "").isdecimal():
        chosen = queries.get_provision_id(before, int(form.old.data or 0))
        pairing_choices.choose(pairing, chosen, by=signed_in_person())
        return _back(here)
    line = queries.get_line(pairing, here.version, before)
    find = forms.FindForm(request.args)
    words = find.tim.data or ""
    return render_template(
        "consultations/desk/pairing.html",
        c=here.consultation,
        named=here.named,
        version=here.version,
        before=before,
        line=line,
        find=find,
        words=words,
        candidates=queries.list_candidates(before, words, line.new),
        form=form,
    )


@blueprint.post("/soan-thao/<int:consultation_id>/ban-moi/cong-bo")
@requires(Permission.DRAFT)
@transactional
def publish_version(consultation_id: int) -> Response:
    here = _here(consultation_id)
    try:
        services.publish(here.version, by=signed_in_person())
    except RuleBroken as refusal:
        flash(refusal.message, "error")
        return _back(here)
    flash(_("Đã công bố dự thảo %(n)s.", n=here.version.number), "done")
    return redirect(url_for(".desk_consultation", consultation_id=consultation_id), 303)


@blueprint.post("/soan-thao/<int:consultation_id>/ban-moi/bo")
@requires(Permission.DRAFT)
@transactional
def discard_version(consultation_id: int) -> Response:
    """Take back the version that waits, or the file that has not been read yet."""
    here = _here(consultation_id)
    intakes.take_back(here.document)
    if here.latest.next is not None:
        services.discard(here.latest.next)
    flash(_("Đã bỏ bản mới. Bản đang công bố giữ nguyên."), "done")
    return _back(here)


def _named() -> dict[str, Any]:
    """``van-ban`` of this address, handed on."""
    return {name: request.args[name] for name in ("van-ban",) if name in request.args}


def _back(here: _Here) -> Response:
    """To the list, where the next doubtful pair now stands first."""
    kept: dict[str, Any] = {name: request.args[name] for name in ("loai", "trang") if name in request.args}
    address = url_for(".next_version", consultation_id=here.consultation.id, _anchor="cap", **kept, **here.named)
    return redirect(address, 303)


def _page(here: _Here, form: forms.VersionForm) -> str:
    version, intake = here.latest.next, intakes.find(here.document.id)
    common: dict[str, Any] = {
        "c": here.consultation,
        "documents": here.documents,
        "document": here.document,
        "named": here.named,
        "before": here.latest.published,
        "version": version,
    }
    waits = intake is not None and intake.state is IntakeState.WAITING
    if not form.is_submitted() and (waits or (version is not None and version.pairs_due)):
        return render_template("consultations/desk/version_waits.html", intake=intake if waits else None, **common)
    if version is None or form.is_submitted():
        return render_template(
            "consultations/desk/version_new.html",
            form=form,
            refused=intake if intake is not None and not waits else None,
            limit=current_app.config["MAX_DRAFT_MB"],
            accept=desk_forms.ACCEPT_DRAFT,
            **common,
        )
    return render_template("consultations/desk/version.html", **_pairs(here, version), **common)


def _pairs(here: _Here, version: Version) -> dict[str, Any]:
    """A page of the pairs: those that wait, or all of one change."""
    asked = request.args.get("loai", "")
    change = Change(asked) if asked in set(Change) else None
    number = max(request.args.get("trang", 1, type=int), 1)
    lines, more = queries.list_lines(version, here.latest.published, change=change, number=number)
    return {
        "progress": queries.get_progress(version),
        "change": change,
        "page": Page(lines, str(number + 1) if more else None, str(number - 1) if number > 1 else None),
    }
