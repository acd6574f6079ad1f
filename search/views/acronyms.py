"""An agency's own acronyms: its administrators add them and take them back; every search knows them at once."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from accounts.models import Agency
from accounts.policies import Permission
from accounts.queries import get_administered_agency
from accounts.session import signed_in_person
from core.access import requires
from core.db import transactional
from core.forms import BaseForm
from core.i18n import gettext as _
from search import queries
from search.analysis import built_in
from search.forms import AcronymsForm
from search.services import acronyms as services
from search.views import blueprint


@blueprint.get("/quan-tri/co-quan/<code>/viet-tat/")
@requires(Permission.ADMINISTER)
def acronyms(code: str) -> str:
    return _page(_agency(code), AcronymsForm(formdata=None))


@blueprint.post("/quan-tri/co-quan/<code>/viet-tat/")
@requires(Permission.ADMINISTER)
@transactional
def add_acronyms(code: str) -> Response | tuple[str, int]:
    agency = _agency(code)
    form = AcronymsForm()
    if form.validate_on_submit():
        with form.refusals():
            added = services.add_acronyms(agency, form.lines.data or "", by=signed_in_person())
        if not form.refused:
            told = _("Đã thêm %(n)s chữ viết tắt.", n=added) if added else _("Các chữ viết tắt này đã có từ trước.")
            flash(told, "done")
            return redirect(url_for(".acronyms", code=agency.code))
    return _page(agency, form), 422


@blueprint.post("/quan-tri/co-quan/<code>/viet-tat/<int:acronym_id>/bo")
@requires(Permission.ADMINISTER)
@transactional
def remove_acronym(code: str, acronym_id: int) -> Response:
    agency = _agency(code)
    if BaseForm().validate_on_submit():
        removed = services.remove_acronym(agency, acronym_id)
        flash(_("Đã bỏ %(short)s.", short=removed.short), "done")
    return redirect(url_for(".acronyms", code=agency.code))


def _agency(code: str) -> Agency:
    return get_administered_agency(signed_in_person().id, code)


def _page(agency: Agency, form: AcronymsForm) -> str:
    return render_template(
        "search/acronyms.html",
        agency=agency,
        form=form,
        own=queries.list_acronyms(agency.id),
        built_in=built_in(),
    )
