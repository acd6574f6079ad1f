"""The administrator's pages: people and their roles, units, organisations to check."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts import queries, services
from accounts.forms import AgencySearchForm, GrantForm, UnitForm, text
from accounts.models import Agency, Role
from accounts.policies import Permission
from accounts.session import signed_in_person
from accounts.views import administration_blueprint as blueprint
from accounts.views.entrance import Answer, status_of
from core import slots
from core.access import requires
from core.db import transactional
from core.errors import NotFound, RuleBroken
from core.forms import BaseForm
from core.i18n import gettext as _


@blueprint.get("/")
@requires(Permission.ADMINISTER)
def index() -> str:
    person = signed_in_person()
    form = AgencySearchForm(request.args)
    words = text(form.q) if form.validate() else ""
    page = queries.search_agencies(person.id, Permission.ADMINISTER, words, cursor=request.args.get("trang"))
    return render_template(
        "administration/index.html",
        form=form,
        words=words,
        page=page,
        own=queries.list_agencies(person.id, Permission.ADMINISTER),
        checks_organisations=queries.may_check_organisations(person.id),
        more=slots.content("administration.more", person.id, default=[]),
    )


def _agency(code: str) -> Agency:
    return queries.get_administered_agency(signed_in_person().id, code)


def _agency_page(
    agency: Agency, grant_form: GrantForm | None = None, unit_form: UnitForm | None = None
) -> tuple[str, int]:
    forms: list[BaseForm] = [form for form in (grant_form, unit_form) if form is not None]
    page = render_template(
        "administration/agency.html",
        agency=agency,
        above=queries.list_ancestors(agency),
        members=queries.list_memberships(agency.id, cursor=request.args.get("trang")),
        units=queries.list_units(agency.id),
        events=queries.list_events(agency.id),
        grant_form=grant_form or GrantForm(formdata=None, prefix="vai-tro-"),
        unit_form=unit_form or UnitForm(formdata=None, prefix="don-vi-"),
        role_name=services.role_name,
    )
    return page, max([200, *map(status_of, forms)])


@blueprint.get("/co-quan/<code>/")
@requires(Permission.ADMINISTER)
def agency(code: str) -> Answer:
    return _agency_page(_agency(code))


@blueprint.post("/co-quan/<code>/vai-tro")
@requires(Permission.ADMINISTER)
@transactional
def grant(code: str) -> Answer:
    agency = _agency(code)
    form = GrantForm(prefix="vai-tro-")
    if form.validate_on_submit():
        with form.refusals():
            services.grant_role_to_address(text(form.email), Role(form.role.data), agency, by=signed_in_person())
        if not form.refused:
            flash(_("Đã giao vai trò."), "done")
            return redirect(url_for("administration.agency", code=agency.code))
    return _agency_page(agency, grant_form=form)


@blueprint.post("/co-quan/<code>/vai-tro/<int:membership_id>/thu-hoi")
@requires(Permission.ADMINISTER)
@transactional
def revoke(code: str, membership_id: int) -> Response:
    agency = _agency(code)
    try:
        services.revoke_role(membership_id, agency, by=signed_in_person())
    except RuleBroken as refusal:
        flash(refusal.message, "error")
    else:
        flash(_("Đã thu hồi vai trò."), "done")
    return redirect(url_for("administration.agency", code=agency.code))


@blueprint.post("/co-quan/<code>/don-vi")
@requires(Permission.ADMINISTER)
@transactional
def create_unit(code: str) -> Answer:
    agency = _agency(code)
    form = UnitForm(prefix="don-vi-")
    if form.validate_on_submit():
        with form.refusals():
            services.create_unit(agency, text(form.name), text(form.code), by=signed_in_person())
        if not form.refused:
            flash(_("Đã lập đơn vị."), "done")
            return redirect(url_for("administration.agency", code=agency.code))
    return _agency_page(agency, unit_form=form)


@blueprint.get("/to-chuc/")
@requires(Permission.ADMINISTER)
def organisations() -> str:
    if not queries.may_check_organisations(signed_in_person().id):
        raise NotFound
    page = queries.list_organisations_to_check(cursor=request.args.get("trang"))
    return render_template("administration/organisations.html", page=page)


@blueprint.post("/to-chuc/<int:organisation_id>/xac-minh")
@requires(Permission.ADMINISTER)
@transactional
def check_organisation(organisation_id: int) -> Response:
    organisation = services.check_organisation(organisation_id, by=signed_in_person())
    flash(_("Đã xác minh %(name)s.", name=organisation.full_name), "done")
    return redirect(url_for("administration.organisations"))
