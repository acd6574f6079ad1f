"""One's notifications."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts.session import current_person, signed_in_person
from core.access import SIGNED_IN, requires
from core.db import transactional
from notifications import queries, services

blueprint = Blueprint("notifications", __name__, url_prefix="/thong-bao")


@blueprint.get("/")
@requires(SIGNED_IN)
def index() -> str:
    page = queries.list_notifications(signed_in_person().id, cursor=request.args.get("trang"))
    return render_template("notifications/index.html", page=page)


@blueprint.post("/da-doc")
@requires(SIGNED_IN)
@transactional
def mark_all_read() -> Response:
    services.mark_read(signed_in_person().id)
    return redirect(url_for("notifications.index"))


@blueprint.post("/<int:notification_id>/da-doc")
@requires(SIGNED_IN)
@transactional
def mark_read(notification_id: int) -> Response:
    services.mark_read(signed_in_person().id, notification_id)
    return redirect(url_for("notifications.index"))


@blueprint.app_template_global()
def unread_count() -> int:
    """How many notifications the visitor has not read, for the frame of every page; asked once a request."""
    person = current_person()
    if person is None:
        return 0
    if "unread_count" not in g:
        g.unread_count = queries.count_unread(person.id)
    count: int = g.unread_count
    return count
