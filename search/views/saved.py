"""Searches that people keep: name, rename, watch, drop; and the link that stops the letters."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts.session import signed_in_person
from core.access import SIGNED_IN, public, requires
from core.db import transactional
from core.errors import NotFound
from core.forms import BaseForm
from core.i18n import gettext as _
from search import saved_queries
from search.forms import NameForm, SaveForm
from search.services import saving
from search.views import blueprint


@blueprint.get("/tim-kiem/da-luu/")
@requires(SIGNED_IN)
def saved_searches() -> str:
    return _page(None)


@blueprint.get("/tim-kiem/luu/")
@requires(SIGNED_IN)
def new_search() -> str:
    """The form on a page of its own: where people land who had to sign in first."""
    address = request.query_string.decode(errors="replace")
    return _page(SaveForm(formdata=None, address=address, name=request.args.get("q", "")))


@blueprint.post("/tim-kiem/da-luu/")
@requires(SIGNED_IN)
@transactional
def save() -> Response | tuple[str, int]:
    form = SaveForm()
    if not form.validate_on_submit():
        return _page(form), 422
    with form.refusals():
        saving.save_search(
            signed_in_person(),
            name=form.name.data or "",
            address=form.address.data or "",
            is_watched=bool(form.is_watched.data),
        )
    if form.refused:
        return _page(form), 422
    flash(_("Đã lưu “%(name)s”.", name=form.name.data), "done")
    return redirect(url_for(".saved_searches"))


@blueprint.route("/tim-kiem/da-luu/<int:saved_id>/ten", methods=["GET", "POST"])
@requires(SIGNED_IN)
@transactional
def rename(saved_id: int) -> str | Response | tuple[str, int]:
    saved = saved_queries.get_saved(signed_in_person().id, saved_id)
    form = NameForm(obj=saved)
    if form.validate_on_submit():
        with form.refusals():
            saving.rename_search(saved, form.name.data or "")
        if not form.refused:
            flash(_("Đã đổi tên thành “%(name)s”.", name=saved.name), "done")
            return redirect(url_for(".saved_searches"))
    page = render_template("search/rename.html", saved=saved, form=form)
    return (page, 422) if form.refused else page


@blueprint.post("/tim-kiem/da-luu/<int:saved_id>/theo-doi")
@requires(SIGNED_IN)
@transactional
def watch(saved_id: int) -> Response:
    """Begin to watch, or stop."""
    saved = saved_queries.get_saved(signed_in_person().id, saved_id)
    if BaseForm().validate_on_submit():
        saving.watch_search(saved, on="bat" in request.form)
        if saved.is_watched:
            flash(_("Sẽ gửi thư khi “%(name)s” có kết quả mới.", name=saved.name), "done")
        else:
            flash(_("Đã thôi theo dõi “%(name)s”.", name=saved.name), "done")
    return redirect(url_for(".saved_searches"))


@blueprint.post("/tim-kiem/da-luu/<int:saved_id>/bo")
@requires(SIGNED_IN)
@transactional
def drop(saved_id: int) -> Response:
    saved = saved_queries.get_saved(signed_in_person().id, saved_id)
    if BaseForm().validate_on_submit():
        saving.delete_search(saved)
        flash(_("Đã bỏ “%(name)s”.", name=saved.name), "done")
    return redirect(url_for(".saved_searches"))


@blueprint.get("/tim-kiem/thoi-theo-doi/<token>/")
@public
def unwatch(token: str) -> str:
    """Ask once: mail programs open links by themselves."""
    return render_template("search/unwatch.html", token=token, saved=None)


@blueprint.post("/tim-kiem/thoi-theo-doi/<token>/")
@public
@transactional
def unwatch_now(token: str) -> str | tuple[str, int]:
    try:
        saved = saving.unwatch_by_token(token)
    except NotFound:
        return render_template("search/unwatch.html", token=token, saved=None, is_unknown=True), 404
    return render_template("search/unwatch.html", token=token, saved=saved)


def _page(form: SaveForm | None) -> str:
    saved = saved_queries.list_saved(signed_in_person().id)
    return render_template("search/saved.html", saved=saved, form=form, most=saving.MOST_SAVED)
