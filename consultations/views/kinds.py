"""Kinds of documents and their usual periods: a table that administrators of central bodies keep."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from accounts.policies import Permission
from accounts.session import signed_in_person
from consultations.forms.desk import KindForm
from consultations.queries import desk as queries
from consultations.services import drafting
from consultations.views import blueprint
from core.access import requires
from core.db import transactional
from core.errors import NotFound
from core.i18n import gettext as _


def _enter() -> None:
    if not queries.may_set_periods(signed_in_person().id):
        raise NotFound


@blueprint.get("/quan-tri/loai-van-ban/")
@requires(Permission.ADMINISTER)
def document_kinds() -> str:
    _enter()
    return render_template("consultations/desk/kinds.html", kinds=queries.list_kinds())


@blueprint.route("/quan-tri/loai-van-ban/<code>/", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
@transactional
def document_kind(code: str) -> str | Response:
    _enter()
    kind = queries.find_kind(code)
    if kind is None:
        raise NotFound
    form = KindForm(obj=kind)
    if form.validate_on_submit():
        drafting.set_period(kind, days=form.days.data or 0, legal_ground=form.legal_ground.data or "")
        flash(_("Đã lưu thời hạn của %(kind)s.", kind=kind.name), "done")
        return redirect(url_for(".document_kinds"))
    return render_template("consultations/desk/kind.html", kind=kind, form=form)
