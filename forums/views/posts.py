"""One post: its place, its history, one's own changes to it, marks of support, its files."""

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from accounts.session import current_person, signed_in_person
from core.access import SIGNED_IN, public, requires
from core.db import transactional
from core.errors import Conflict, NotFound
from core.html import markdown_to_html
from core.i18n import gettext as _
from forums.forms.writing import EditForm, PlainForm
from forums.models import Board, Post, Topic
from forums.queries import posts as queries
from forums.services import editing, marks, steering
from forums.views import blueprint
from forums.views.visitor import get_topic, viewer_of
from moderation.models import ReviewStatus


@blueprint.get("/bai/<int:post_id>/")
@public
def post(post_id: int) -> Response:
    """Where a post stands."""
    found, _topic, _board = _seen(post_id)
    return redirect(place_of(found))


@blueprint.get("/bai/<int:post_id>/lich-su")
@public
def history(post_id: int) -> str:
    """What a public post said before, newest first."""
    found, topic, board = _seen(post_id)
    revisions = queries.list_revisions(post_id)
    return render_template(
        "forums/history.html",
        post=found,
        topic=topic,
        board=board,
        revisions=[(revision, markdown_to_html(revision.body)) for revision in revisions],
    )


@blueprint.route("/bai/<int:post_id>/sua", methods=["GET", "POST"])
@requires(SIGNED_IN)
@transactional
def edit(post_id: int) -> str | tuple[str, int] | Response:
    """Change one's own post. When it was changed elsewhere meanwhile, both texts stand on the page."""
    found, topic, board = _own(post_id)
    waiting = queries.find_waiting_text(post_id)
    if request.method == "GET":
        form = EditForm(formdata=None, body=waiting or found.body, version=found.version)
        return _edit_page(form, found, topic, board, waiting)
    form = EditForm()
    if form.validate_on_submit():
        version = str(form.version.data)
        try:
            with form.refusals():
                changed = editing.edit(
                    post_id,
                    by=signed_in_person(),
                    version=int(version) if version.isdigit() and len(version) < 10 else 0,
                    text=form.body.data or "",
                )
        except Conflict as conflict:
            flash(conflict.message, "warning")
            form.version.data = str(found.version)
            return _edit_page(form, found, topic, board, waiting, current=waiting or found.body), 409
    if form.refused:
        return _edit_page(form, found, topic, board, waiting), 422
    waits = changed.status != ReviewStatus.PUBLISHED or queries.find_waiting_text(post_id) is not None
    flash(_("Đã nhận bản sửa. Bản sửa hiện sau khi kiểm duyệt.") if waits else _("Đã sửa bài."), "done")
    return redirect(place_of(changed))


@blueprint.route("/bai/<int:post_id>/rut", methods=["GET", "POST"])
@requires(SIGNED_IN)
@transactional
def withdraw(post_id: int) -> str | tuple[str, int] | Response:
    """Take one's own post back, after asking."""
    found, topic, board = _own(post_id)
    form = PlainForm()
    if form.validate_on_submit():
        with form.refusals():
            editing.withdraw(post_id, by=signed_in_person())
        if not form.refused:
            flash(_("Đã rút bài."), "done")
            return redirect(url_for(".topic", topic_id=topic.id))
    page = render_template("forums/withdraw.html", form=form, post=found, topic=topic, board=board)
    return (page, 422) if form.refused else page


@blueprint.post("/bai/<int:post_id>/dong-tinh")
@requires(SIGNED_IN)
@transactional
def support(post_id: int) -> Response:
    """Set or take back one's mark under a post."""
    found, _topic, _board = _seen(post_id)
    if PlainForm().validate_on_submit():
        marks.toggle_support(found, by=signed_in_person())
    return redirect(place_of(found))


@blueprint.post("/bai/<int:post_id>/ghim-tra-loi")
@requires(SIGNED_IN)
@transactional
def answer(post_id: int) -> Response:
    """Make an official's post the answer of its topic, or take it down."""
    found, _topic, _board = _seen(post_id)
    if PlainForm().validate_on_submit():
        steering.mark_answer(post_id, by=signed_in_person())
    return redirect(place_of(found))


@blueprint.get("/tep/<int:file_id>")
@public
def file(file_id: int) -> Response:
    """A released file; its author and the moderators open it before."""
    row = queries.find_file(file_id)
    if row is None:
        abort(404)
    attached, found, topic, board, stored = row
    viewer = viewer_of(board, current_person())
    everything_public = found.status == topic.status == ReviewStatus.PUBLISHED
    status = attached.status if everything_public else ReviewStatus.PENDING
    if not viewer.sees(status, found.author_id):
        abort(404)
    return send_file(stored.path, stored.media_type, as_attachment=True, download_name=stored.name)


def place_of(found: Post) -> str:
    """The address of a post on the page of its topic."""
    return url_for(".topic", topic_id=found.topic_id, bai=found.number) + f"#bai-{found.number}"


def _seen(post_id: int) -> tuple[Post, Topic, Board]:
    """A post whose words the visitor may read. Raises NotFound."""
    found = queries.get_post(post_id)
    topic, board, viewer = get_topic(found.topic_id)
    if not viewer.sees(found.status, found.author_id):
        raise NotFound
    return found, topic, board


def _own(post_id: int) -> tuple[Post, Topic, Board]:
    found, topic, board = _seen(post_id)
    if found.author_id != signed_in_person().id:
        raise NotFound
    return found, topic, board


def _edit_page(
    form: EditForm, found: Post, topic: Topic, board: Board, waiting: str | None, *, current: str = ""
) -> str:
    return render_template(
        "forums/edit.html",
        form=form,
        post=found,
        topic=topic,
        board=board,
        waiting=waiting is not None,
        current=current,
    )
