"""Ticks: the page on which people answer with one tap, and the drafter's choice of what is asked."""

import tempfile
from typing import Any

from flask import flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from accounts.policies import Permission
from accounts.services import network_of
from accounts.session import current_person, signed_in_person
from consultations import policies
from consultations.exports.ticks import write_ticks
from consultations.forms.ticks import AGREE, GuestTickForm, TakeBackForm, TickForm, TickItemForm
from consultations.models import GuestPolicy, TickItem
from consultations.policies import Voter
from consultations.queries import reading
from consultations.queries import ticks as queries
from consultations.services import ticks as services
from consultations.views import blueprint
from consultations.views.desk import own
from consultations.views.visitor import owner, writing_owner
from consultations.views.writing import Answer
from core import clock
from core.access import local_path, public, requires
from core.db import transactional
from core.i18n import gettext as _

IN_MEMORY = 2**20


@blueprint.get("/du-thao/<int:consultation_id>/bieu-thi/")
@public
def ticks(consultation_id: int) -> str:
    """Everything that can be answered with one tap, with its figures."""
    head = reading.get_head(consultation_id)
    items = queries.list_items(consultation_id)
    return render_template("consultations/ticks.html", head=head, items=items, mine=own_ticks(head, items))


@blueprint.get("/du-thao/<int:consultation_id>/bieu-thi/<int:item_id>/")
@public
def tick(consultation_id: int, item_id: int) -> Answer:
    """One item, with room for a word; for guests, with the address to be confirmed."""
    head, item = reading.get_head(consultation_id), queries.get_item(consultation_id, item_id)
    form = _form(head, formdata=None)
    found = own_ticks(head, [_item(item)]).get(item.id)
    if found is not None:
        form.agrees.data = AGREE if found.agrees else "khong-dong-y"
        form.word.data = found.word
    elif "chon" in request.args:
        form.agrees.data = request.args["chon"]
    return _tick_page(head, item, form)


@blueprint.post("/du-thao/<int:consultation_id>/bieu-thi/<int:item_id>/")
@public
@transactional
def cast_tick(consultation_id: int, item_id: int) -> Answer | tuple[str, int]:
    """Tick: by one tap of a list, or by the form of the item. Whoever must sign in or confirm is led there."""
    head, item = reading.get_head(consultation_id), queries.get_item(consultation_id, item_id)
    voter = _voter(head, writing=True)
    form = _form(head)
    if voter is None and head.guests == GuestPolicy.NOBODY:
        return redirect(url_for("accounts.sign_in", next=_url(item)))
    if form.validate_on_submit():
        agrees = form.agrees.data == AGREE
        kept = "" if "word" in request.form or voter is None else _word_of(item, voter)
        choice = services.Choice(agrees, queries.latest_number(item.document_id), form.word.data or kept)
        with form.refusals():
            if voter is not None:
                services.cast(item, voter, choice)
                flash(_("Đã ghi: đồng ý.") if agrees else _("Đã ghi: không đồng ý."), "done")
                return redirect(local_path(request.form.get("next") or _list_url(item)))
            email = str(form["email"].data).lower()
            network = network_of(request.remote_addr)
            services.ask_to_confirm(item, head.title, choice, email=email, network=network)
            flash(_("Đã gửi thư. Mở đường dẫn trong thư rồi bấm Xác nhận, biểu thị mới được tính."), "done")
            return redirect(_list_url(item))
    return _tick_page(head, item, form), 409 if not head.is_open else 422


@blueprint.post("/du-thao/<int:consultation_id>/bieu-thi/<int:item_id>/bo")
@public
@transactional
def take_tick_back(consultation_id: int, item_id: int) -> Response:
    head, item = reading.get_head(consultation_id), queries.get_item(consultation_id, item_id)
    voter, form = _voter(head), TakeBackForm()
    if voter is not None and form.validate_on_submit():
        with form.refusals():
            services.take_back(item, voter)
    for message in form.form_errors:
        flash(message, "error")
    return redirect(local_path(request.form.get("next") or _list_url(item)))


@blueprint.route("/bieu-thi/xac-nhan/<token>", methods=["GET", "POST"])
@public
@transactional
def confirm_tick(token: str) -> Answer | tuple[str, int]:
    """Opening the link ticks nothing: mail scanners open links. The button does; pressing it again changes nothing."""
    found = services.confirmed(token)
    if found is None:
        return render_template("consultations/tick_dead_link.html"), 410
    item, voter, choice = found
    form = TakeBackForm()
    if form.validate_on_submit():
        with form.refusals():
            services.cast(item, voter, choice)
            flash(_("Đã ghi: đồng ý.") if choice.agrees else _("Đã ghi: không đồng ý."), "done")
            return redirect(_list_url(item))
    head = reading.get_head(item.consultation_id)
    return render_template(
        "consultations/tick_confirm.html", head=head, item=_item(item), choice=choice, form=form, token=token
    )


def own_ticks(head: reading.Head, items: list[queries.Item]) -> dict[int, Any]:
    """What the visitor ticked of these."""
    return queries.own_ticks(items, _voter(head))


def items_of_place(head: reading.Head, document_id: int, place: int) -> list[queries.Item]:
    """What can be ticked on a place; asks nothing where nothing can."""
    return queries.list_items(head.id, place=(document_id, place)) if head.tick_items else []


def _voter(head: reading.Head, *, writing: bool = False) -> Voter | None:
    """The visitor as a voter; None for a guest who has to sign in or to confirm an address first."""
    person = current_person()
    if person is not None:
        return services.voter_of(person)
    if not services.may_tick_by_browser(head.guests):
        return None
    token_hash = (writing_owner() if writing else owner()).token_hash
    return services.guest_of_browser(token_hash) if token_hash else None


def _form(head: reading.Head, **given: Any) -> TickForm:
    confirms = current_person() is None and head.guests == GuestPolicy.CONFIRMED
    return GuestTickForm(**given) if confirms else TickForm(**given)


def _item(item: TickItem) -> queries.Item:
    found = queries.list_items(item.consultation_id, place=(item.document_id, item.place))
    return next(one for one in found if one.id == item.id)


def _word_of(item: TickItem, voter: Voter) -> str:
    """What stands beside the voter's tick: one tap of a list leaves it alone."""
    found = queries.own_ticks([_item(item)], voter).get(item.id)
    return found.word if found else ""


def _tick_page(head: reading.Head, item: TickItem, form: TickForm) -> str:
    return render_template("consultations/tick.html", head=head, item=_item(item), form=form)


def _url(item: TickItem) -> str:
    return url_for("consultations.tick", consultation_id=item.consultation_id, item_id=item.id)


def _list_url(item: TickItem) -> str:
    return url_for("consultations.ticks", consultation_id=item.consultation_id, _anchor=f"muc-{item.id}")


# --- the desk ---------------------------------------------------------------------------------------------------------


@blueprint.route("/soan-thao/<int:consultation_id>/bieu-thi/", methods=["GET", "POST"])
@requires(Permission.DRAFT)
@transactional
def desk_ticks(consultation_id: int) -> Answer | tuple[str, int]:
    """What is asked, and one more thing to ask."""
    consultation, form = own(consultation_id), TickItemForm()
    documents = reading.list_documents(consultation.id)
    form.offer(documents, queries.list_askable(consultation.id))
    if form.validate_on_submit():
        document_id, place = form.spot
        with form.refusals():
            services.add_item(
                consultation,
                document_id=document_id,
                place=place,
                question=form.question.data or "",
                by=signed_in_person(),
            )
        if not form.refused:
            flash(_("Đã thêm mục biểu thị."), "done")
            return redirect(url_for(".desk_ticks", consultation_id=consultation_id))
    page = render_template(
        "consultations/desk/ticks.html",
        c=own(consultation_id),
        items=queries.list_items(consultation_id),
        form=form,
        phase=policies.phase(consultation, clock.now()),
    )
    return (page, 422) if form.is_submitted() else page


@blueprint.post("/soan-thao/<int:consultation_id>/bieu-thi/<int:item_id>/ngung")
@requires(Permission.DRAFT)
@transactional
def stop_tick_item(consultation_id: int, item_id: int) -> Response:
    services.stop_item(queries.get_item(own(consultation_id).id, item_id))
    flash(_("Đã ngừng hỏi mục này. Các biểu thị đã có vẫn được giữ."), "done")
    return redirect(url_for(".desk_ticks", consultation_id=consultation_id))


@blueprint.get("/soan-thao/<int:consultation_id>/bieu-thi.csv")
@requires(Permission.DRAFT)
def export_ticks(consultation_id: int) -> Response:
    """Every tick with its word, without whose it is."""
    consultation = own(consultation_id)
    out = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  # send_file reads it and closes it
    write_ticks(queries.list_items(consultation.id), queries.tick_rows(consultation.id), out)
    out.seek(0)
    name = f"bieu-thi-{consultation.id}.csv"
    return send_file(out, mimetype="text/csv; charset=utf-8", as_attachment=True, download_name=name)
