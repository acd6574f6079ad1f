"""The desk: opinions entered for somebody, and imported ones that hang on no provision yet."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as HttpResponse

from accounts.policies import Permission
from accounts.session import signed_in_person
from consultations.models import Channel, Consultation, ContributorKind, Stance
from consultations.services.entering import Entry, enter_opinion
from consultations.services.receipts import shown
from core import clock
from core.access import requires
from core.db import transactional
from core.errors import RuleBroken
from core.i18n import gettext as _
from opinions.forms.imports import EntryForm, PlacingForm, placing_form
from opinions.imports import values
from opinions.imports.spots import find_spot
from opinions.queries import desk
from opinions.queries import imports as queries
from opinions.queries.units import list_provinces, load_units
from opinions.services import importing

blueprint = Blueprint("entering", __name__, url_prefix="/tiep-thu")


@blueprint.get("/<int:consultation_id>/chua-gan/")
@requires(Permission.ANSWER)
def unplaced(consultation_id: int) -> str:
    return _unplaced_page(desk.get_consultation(signed_in_person().id, consultation_id))


@blueprint.post("/<int:consultation_id>/chua-gan/")
@requires(Permission.ANSWER)
@transactional
def place(consultation_id: int) -> HttpResponse | tuple[str, int]:
    """Put all opinions that named their place with the same words on one provision."""
    consultation, form = desk.get_consultation(signed_in_person().id, consultation_id), PlacingForm()
    done = 0
    if form.validate_on_submit():
        with form.refusals():
            spot = find_spot(consultation.id, form.place.data or "")
            done = importing.place_unplaced(
                consultation,
                form.given.data or "",
                document_id=spot.document_id,
                place=spot.place,
                provision_id=spot.provision_id,
            )
    if form.refused:
        return _unplaced_page(consultation, form), 422
    flash(_("Đã gắn %(n)s ý kiến.", n=done), "done")
    return redirect(url_for(".unplaced", consultation_id=consultation_id))


@blueprint.get("/<int:consultation_id>/nhap-ho/")
@requires(Permission.ANSWER)
def entry(consultation_id: int) -> str:
    """A new opinion, with what was kept of the one before."""
    consultation = desk.get_consultation(signed_in_person().id, consultation_id)
    form = EntryForm(request.args) if "channel" in request.args else EntryForm(received=clock.today())
    return _entry_page(consultation, form)


@blueprint.post("/<int:consultation_id>/nhap-ho/")
@requires(Permission.ANSWER)
@transactional
def enter(consultation_id: int) -> HttpResponse | tuple[str, int]:
    """Save the opinion and begin the next with the same agency, channel and place."""
    person, form = signed_in_person(), EntryForm()
    consultation = desk.get_consultation(person.id, consultation_id)
    form.offer(list_provinces())
    submission = None
    if form.validate_on_submit():
        with form.refusals():
            submission = enter_opinion(consultation, _entry(consultation, form), by=person)
    if submission is None or form.refused:
        return _entry_page(consultation, form), 422
    flash(_("Đã lưu. Mã biên nhận: %(code)s", code=shown(submission.receipt_code)), "done")
    kept: dict[str, Any] = {name: request.form.get(name, "") for name in EntryForm.KEPT}
    return redirect(url_for(".entry", consultation_id=consultation_id, **kept))


def _entry(consultation: Consultation, form: EntryForm) -> Entry:
    spot = find_spot(consultation.id, form.place.data or "")
    name = form.name.data or ""
    kind = ContributorKind(form.kind.data) if form.kind.data else values.kind_of_name(name)
    code = form.province.data or None
    if form.commune.data:
        code = load_units().find_in(form.province.data or "", form.commune.data)
        if code is None:
            raise RuleBroken(_("Không có xã, phường này ở tỉnh đã chọn."), "commune")
    return Entry(
        channel=Channel(form.channel.data),
        received=form.received.data or clock.today(),
        name=name,
        kind=kind,
        place_code=code,
        people=form.people.data,
        document_id=spot.document_id,
        place=spot.place,
        provision_id=spot.provision_id,
        stance=Stance(form.stance.data),
        body=form.body.data or "",
        proposed_text=form.proposed_text.data or "",
    )


def _entry_page(consultation: Consultation, form: EntryForm) -> str:
    form.offer(list_provinces())
    return render_template("opinions/import_entry.html", consultation=consultation, form=form)


def _unplaced_page(consultation: Consultation, form: PlacingForm | None = None) -> str:
    return render_template(
        "opinions/import_unplaced.html",
        consultation=consultation,
        waiting=[
            (one, placing_form(one.given, number, form))
            for number, one in enumerate(queries.list_unplaced(consultation.id))
        ],
        count=queries.count_unplaced(consultation.id),
    )
