"""The texts of a dossier at the desk: the tree that was read of each, another file instead, one more text, one less.

Pages name the document in ``van-ban``; without it the first one is meant.
"""

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts.policies import Permission
from consultations.forms import desk as forms
from consultations.models import Consultation
from consultations.queries import desk as queries
from consultations.queries import mending
from consultations.services import drafting
from consultations.views import blueprint
from consultations.views.desk import chosen, own, read_upload
from core.access import requires
from core.db import transactional
from core.i18n import gettext as _


@blueprint.get("/soan-thao/<int:consultation_id>/dieu-khoan/")
@requires(Permission.DRAFT)
def desk_tree(consultation_id: int) -> str:
    return _tree_page(own(consultation_id), forms.FileForm())


@blueprint.post("/soan-thao/<int:consultation_id>/dieu-khoan/")
@requires(Permission.DRAFT)
@transactional
def replace_draft(consultation_id: int) -> str | Response:
    consultation = own(consultation_id)
    drafting.must_be_draft(consultation)
    form = forms.FileForm()
    if form.validate_on_submit() and (draft := read_upload(form)):
        with form.refusals():
            consultation = own(consultation_id)
            version = chosen(queries.list_versions(consultation.id))
            drafting.replace_draft(version, consultation, draft)
        if not form.refused:
            flash(_("Đã thay tệp. Hãy xem lại cây điều khoản."), "done")
            return redirect(url_for(".desk_tree", consultation_id=consultation_id, **_named()))
    return _tree_page(own(consultation_id), form)


@blueprint.route("/soan-thao/<int:consultation_id>/van-ban-moi/", methods=["GET", "POST"])
@requires(Permission.DRAFT)
@transactional
def add_document(consultation_id: int) -> str | Response:
    """One more text of the dossier, while nothing is published."""
    drafting.must_be_draft(own(consultation_id))
    form = forms.DocumentForm()
    if form.validate_on_submit() and (draft := read_upload(form)):
        with form.refusals():
            made = drafting.add_document(own(consultation_id), draft, title=form.title.data or "")
        if not form.refused:
            flash(_("Đã thêm văn bản. Hãy xem cây điều khoản của nó."), "done")
            named: dict[str, Any] = {"van-ban": made.document_id}
            return redirect(url_for(".desk_tree", consultation_id=consultation_id, **named))
    return render_template(
        "consultations/desk/document_new.html",
        c=own(consultation_id),
        form=form,
        limit=current_app.config["MAX_DRAFT_MB"],
        accept=forms.ACCEPT_DRAFT,
    )


@blueprint.post("/soan-thao/<int:consultation_id>/van-ban/<int:document_id>/bo")
@requires(Permission.DRAFT)
@transactional
def remove_document(consultation_id: int, document_id: int) -> Response:
    consultation = own(consultation_id)
    drafting.remove_document(consultation, queries.get_version(consultation.id, document_id))
    flash(_("Đã bỏ văn bản khỏi đợt lấy ý kiến."), "done")
    return redirect(url_for(".desk_tree", consultation_id=consultation_id), 303)


def _named() -> dict[str, Any]:
    """``van-ban`` of this address, handed on."""
    return {name: request.args[name] for name in ("van-ban",) if name in request.args}


def _tree_page(consultation: Consultation, form: forms.FileForm) -> str:
    versions = queries.list_versions(consultation.id)
    version = chosen(versions)
    tree = queries.list_tree(version)
    mendable = version.published_at is None
    return render_template(
        "consultations/desk/tree.html",
        c=consultation,
        versions=versions,
        version=version,
        named={"van-ban": version.document_id} if version.id != versions[0].id else {},
        tree=tree,
        warned=queries.warned_anchors(tree, version),
        mendable=mendable,
        steps=mending.read_steps(version.id) if mendable else None,
        path=queries.anchors_above(tree, request.args.get("tai", 0, int)),
        form=form,
        limit=current_app.config["MAX_DRAFT_MB"],
        accept=forms.ACCEPT_DRAFT,
    )
