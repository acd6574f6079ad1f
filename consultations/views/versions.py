"""The drafter's pages for the next version of a published draft: upload, the doubtful pairs, publishing."""

from dataclasses import dataclass
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts.policies import Permission
from accounts.session import signed_in_person
from consultations.forms import desk as desk_forms
from consultations.forms import versions as forms
from consultations.models import Consultation, Version
from consultations.queries import pairings as queries
from consultations.services import pairing as pairing_services
from consultations.services import versions as services
from consultations.services.versions import Latest
from consultations.views import blueprint
from consultations.views.desk import own, read_upload
from core.access import requires
from core.db import transactional
from core.errors import RuleBroken
from core.i18n import gettext as _
from core.pagination import Page
from legal.align import Change


@dataclass(frozen=True)
class _Here:
    """What every page of the next version is about."""

    consultation: Consultation
    latest: Latest

    @property
    def version(self) -> Version:
        """The version that waits, or 404."""
        return self.latest.next or abort(404)


def _here(consultation_id: int) -> _Here:
    consultation = own(consultation_id)
    return _Here(consultation, services.get_latest(queries.get_document(consultation.id)))


@blueprint.get("/soan-thao/<int:consultation_id>/ban-moi/")
@requires(Permission.DRAFT)
def next_version(consultation_id: int) -> str:
    """The version that waits, with its pairs; before there is one, the form to upload it."""
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
        with form.refusals():
            draft = read_upload(form)
            reason = (form.reason.data or "") if form.kind.data == forms.CORRIGENDUM else ""
            services.upload(queries.get_document(here.consultation.id), draft, reason=reason)
        if not form.refused:
            flash(_("Đã đọc bản mới và ghép với bản đang công bố. Hãy xem những chỗ chưa chắc."), "done")
            return redirect(url_for(".next_version", consultation_id=consultation_id))
    return _page(here, form), 422


@blueprint.post("/soan-thao/<int:consultation_id>/ban-moi/cap/<int:pairing_id>/<any(dung, khong):act>")
@requires(Permission.DRAFT)
@transactional
def settle_pairing(consultation_id: int, pairing_id: int, act: str) -> Response:
    """It is right as proposed; or the new provision continues none."""
    pairing = queries.get_pairing(_here(consultation_id).version, pairing_id)
    if act == "dung":
        pairing_services.confirm(pairing, by=signed_in_person())
    else:
        pairing_services.choose(pairing, None, by=signed_in_person())
    return _back(consultation_id)


@blueprint.route("/soan-thao/<int:consultation_id>/ban-moi/cap/<int:pairing_id>/", methods=["GET", "POST"])
@requires(Permission.DRAFT)
@transactional
def choose_pairing(consultation_id: int, pairing_id: int) -> str | Response:
    """Choose another provision of the version before, found by its citation or its words."""
    here = _here(consultation_id)
    pairing = queries.get_pairing(here.version, pairing_id)
    before = here.latest.published
    form = forms.ChooseForm()
    if form.validate_on_submit() and (form.old.data or "").isdecimal():
        chosen = queries.get_provision_id(before, int(form.old.data or 0))
        pairing_services.choose(pairing, chosen, by=signed_in_person())
        return _back(consultation_id)
    line = queries.get_line(pairing, here.version, before)
    find = forms.FindForm(request.args)
    words = find.tim.data or ""
    return render_template(
        "consultations/desk/pairing.html",
        c=here.consultation,
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
        return _back(consultation_id)
    flash(_("Đã công bố dự thảo %(n)s.", n=here.version.number), "done")
    return redirect(url_for(".desk_consultation", consultation_id=consultation_id), 303)


@blueprint.post("/soan-thao/<int:consultation_id>/ban-moi/bo")
@requires(Permission.DRAFT)
@transactional
def discard_version(consultation_id: int) -> Response:
    services.discard(_here(consultation_id).version)
    flash(_("Đã bỏ bản mới. Bản đang công bố giữ nguyên."), "done")
    return _back(consultation_id)


def _back(consultation_id: int) -> Response:
    """To the list, where the next doubtful pair now stands first."""
    kept: dict[str, Any] = {name: request.args[name] for name in ("loai", "trang") if name in request.args}
    return redirect(url_for(".next_version", consultation_id=consultation_id, _anchor="cap", **kept), 303)


def _page(here: _Here, form: forms.VersionForm) -> str:
    version = here.latest.next
    common = {"c": here.consultation, "before": here.latest.published, "version": version}
    if version is None:
        return render_template(
            "consultations/desk/version_new.html",
            form=form,
            limit=current_app.config["MAX_DRAFT_MB"],
            accept=desk_forms.ACCEPT_DRAFT,
            **common,
        )
    asked = request.args.get("loai", "")
    change = Change(asked) if asked in set(Change) else None
    number = max(request.args.get("trang", 1, type=int), 1)
    lines, more = queries.list_lines(version, here.latest.published, change=change, number=number)
    return render_template(
        "consultations/desk/version.html",
        progress=queries.get_progress(version),
        change=change,
        page=Page(lines, str(number + 1) if more else None, str(number - 1) if number > 1 else None),
        **common,
    )
