"""Split a topic, merge it into another one, give it a better title."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts.policies import Permission
from accounts.session import signed_in_person
from core.access import requires
from core.db import transactional
from core.errors import NotFound, RuleBroken
from core.forms import BaseForm
from core.i18n import gettext as _
from forums.forms.reshaping import MergeForm, RenameForm, SplitForm
from forums.models import Board, Topic
from forums.queries import boards as queries
from forums.queries import topics as topic_queries
from forums.services import reshaping
from forums.views import blueprint
from forums.views.visitor import asked_number, get_topic

Answer = str | tuple[str, int] | Response


@blueprint.route("/chu-de/<int:topic_id>/tach", methods=["GET", "POST"])
@requires(Permission.MODERATE)
@transactional
def split(topic_id: int) -> Answer:
    """Choose replies, a hundred on a page from the number ``tu`` on, and put them into a topic of their own."""
    topic, board = _moderated(topic_id)
    form, start = SplitForm(), asked_number("tu") or 2
    shown = topic_queries.list_replies(topic.id, from_number=start)
    form.offer(shown)
    if form.validate_on_submit():
        with form.refusals():
            made = reshaping.split(
                topic.id,
                form.posts.data or [],
                title=form.title.data or "",
                by=signed_in_person(),
                reason=form.reason.data or "",
            )
        if not form.refused:
            flash(_("Đã tách thành chủ đề mới."), "done")
            return redirect(url_for(".topic", topic_id=made.id))
    full = len(shown) == topic_queries.REPLIES_SHOWN
    page = render_template(
        "forums/split.html",
        form=form,
        topic=topic,
        board=board,
        start=start,
        next_start=shown[-1].number + 1 if full else None,
    )
    return (page, 422) if form.refused else page


@blueprint.route("/chu-de/<int:topic_id>/gop", methods=["GET", "POST"])
@requires(Permission.MODERATE)
@transactional
def merge(topic_id: int) -> Answer:
    """Put this topic's posts behind those of the one that is kept."""
    topic, board = _moderated(topic_id)
    form = MergeForm()
    if form.validate_on_submit():
        with form.refusals():
            into = _merged(topic, form)
        if not form.refused:
            flash(_("Đã gộp. Địa chỉ cũ dẫn tới chủ đề này."), "done")
            return redirect(url_for(".topic", topic_id=into.id))
    return _page("forums/merge.html", form, topic, board)


@blueprint.route("/chu-de/<int:topic_id>/doi-ten", methods=["GET", "POST"])
@requires(Permission.MODERATE)
@transactional
def rename(topic_id: int) -> Answer:
    """Give the topic another title."""
    topic, board = _moderated(topic_id)
    form = RenameForm() if request.method == "POST" else RenameForm(formdata=None, title=topic.title)
    if form.validate_on_submit():
        with form.refusals():
            reshaping.rename(topic.id, form.title.data or "", by=signed_in_person(), reason=form.reason.data or "")
        if not form.refused:
            flash(_("Đã đổi tiêu đề."), "done")
            return redirect(url_for(".topic", topic_id=topic.id))
    return _page("forums/rename.html", form, topic, board)


def _merged(topic: Topic, form: MergeForm) -> Topic:
    try:
        return reshaping.merge(topic.id, form.topic_id, by=signed_in_person(), reason=form.reason.data or "")
    except NotFound:
        raise RuleBroken(_("Không thấy chủ đề này ở diễn đàn nào mà bạn điều hành."), "into") from None


def _moderated(topic_id: int) -> tuple[Topic, Board]:
    topic, board, _viewer = get_topic(topic_id)
    return topic, queries.get_moderated_board(signed_in_person().id, board.id)


def _page(template: str, form: BaseForm, topic: Topic, board: Board) -> Answer:
    page = render_template(template, form=form, topic=topic, board=board)
    return (page, 422) if form.refused else page
