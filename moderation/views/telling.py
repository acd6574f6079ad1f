"""Which letters a moderator gets, and what their agency promises."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts import queries as accounts
from accounts.policies import Permission
from accounts.session import signed_in_person
from core.access import requires
from core.db import transactional
from core.i18n import gettext as _
from moderation.forms import PromiseForm, TellingForm
from moderation.queries import waiting
from moderation.services import promising
from moderation.views import blueprint

Answer = str | tuple[str, int] | Response


@blueprint.get("/bao-tin/", endpoint="telling")
@requires(Permission.MODERATE)
def telling_page() -> str:
    return _page()


@blueprint.post("/bao-tin/")
@requires(Permission.MODERATE)
@transactional
def choose_letters() -> Answer:
    """Keep which letters the moderator wants."""
    form = TellingForm()
    if form.validate_on_submit():
        promising.choose(signed_in_person(), daily=bool(form.daily.data), urgent=bool(form.urgent.data))
        flash(_("Đã lưu."), "done")
    return redirect(url_for(".telling"), 303)


@blueprint.post("/bao-tin/cam-ket")
@requires(Permission.MODERATE)
@transactional
def promise() -> Answer:
    """Keep what an agency promises."""
    form, agency_id = PromiseForm(), _agency_id()
    if form.validate_on_submit():
        with form.refusals():
            promising.promise(agency_id, form.hours.data or 0, by=signed_in_person())
    if form.refused:
        return _page(form), 422
    flash(_("Đã lưu cam kết. Mục đang chờ giữ hạn cũ."), "done")
    named: dict[str, Any] = {"co-quan": agency_id}
    return redirect(url_for(".telling", **named), 303)


def _agency_id() -> int:
    """The agency whose promise it is: the one asked for, else the first in which one moderates."""
    own = [agency.id for agency in accounts.list_agencies(signed_in_person().id, Permission.MODERATE)]
    asked = request.values.get("co-quan", type=int)
    if not own or (asked is not None and asked not in own):
        abort(404)
    return asked or own[0]


def _page(promise_form: PromiseForm | None = None) -> str:
    person, agency_id = signed_in_person(), _agency_id()
    watch = waiting.find_watch(person.id)
    return render_template(
        "moderation/telling.html",
        telling_form=TellingForm(
            formdata=None, daily=watch is not None and watch.daily, urgent=watch is not None and watch.urgent
        ),
        promise_form=promise_form or PromiseForm(formdata=None, hours=waiting.promised_hours(agency_id)),
        agencies=accounts.list_agencies(person.id, Permission.MODERATE),
        agency_id=agency_id,
        usual=waiting.USUAL_HOURS,
        confirmed=person.email_confirmed_at is not None,
    )
