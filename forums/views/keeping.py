"""What those who keep a board do: open one, set its rules, steer its topics."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts.policies import Permission
from accounts.session import signed_in_person
from core.access import requires
from core.db import transactional
from core.i18n import gettext as _
from forums.forms.keeping import BoardForm, NewBoardForm, SteerForm, values_of
from forums.models import TopicAction
from forums.queries import boards as queries
from forums.services import boards, steering
from forums.views import blueprint
from forums.views.visitor import get_topic


@blueprint.route("/moi", methods=["GET", "POST"])
@requires(Permission.MODERATE)
@transactional
def new_board() -> str | tuple[str, int] | Response:
    """Open a board for an agency that one moderates."""
    person = signed_in_person()
    agencies = queries.list_moderated_agencies(person.id)
    first = {"writers": "accounts", "names": "chosen", "screening": "first"}
    form = NewBoardForm(**({} if request.method == "POST" else first))
    form.offer()
    form.offer_agencies(agencies)
    if form.validate_on_submit():
        agency = next(agency for agency in agencies if agency.id == form.agency.data)
        with form.refusals():
            made = boards.create(agency, form.settings(), by=person)
        if not form.refused:
            flash(_("Đã mở diễn đàn."), "done")
            return redirect(url_for(".board", board_id=made.id))
    page = render_template("forums/settings.html", form=form, board=None)
    return (page, 422) if form.refused else page


@blueprint.route("/<int:board_id>/thiet-lap", methods=["GET", "POST"])
@requires(Permission.MODERATE)
@transactional
def settings(board_id: int) -> str | tuple[str, int] | Response:
    """Change the rules of a board."""
    board = queries.get_moderated_board(signed_in_person().id, board_id)
    form = BoardForm() if request.method == "POST" else BoardForm(formdata=None, **values_of(board))
    form.offer()
    if form.validate_on_submit():
        with form.refusals():
            boards.change(board, form.settings())
        if not form.refused:
            flash(_("Đã lưu thiết lập."), "done")
            return redirect(url_for(".board", board_id=board.id))
    page = render_template("forums/settings.html", form=form, board=board)
    return (page, 422) if form.refused else page


@blueprint.route("/chu-de/<int:topic_id>/quan-ly", methods=["GET", "POST"])
@requires(Permission.MODERATE)
@transactional
def steer(topic_id: int) -> str | tuple[str, int] | Response:
    """Pin, lock, slow down, archive, move."""
    person = signed_in_person()
    topic, board, _viewer = get_topic(topic_id)
    queries.get_moderated_board(person.id, board.id)
    form = SteerForm() if request.method == "POST" else SteerForm(formdata=None, board=board.id)
    form.offer(queries.list_moderated_boards(person.id))
    if form.validate_on_submit():
        with form.refusals():
            action, reason = TopicAction(form.action.data), form.reason.data or ""
            if action == TopicAction.MOVE:
                steering.move(topic.id, form.board.data, by=person, reason=reason)
            else:
                steering.steer(topic.id, action, by=person, reason=reason)
        if not form.refused:
            flash(_("Đã làm."), "done")
            return redirect(url_for(".topic", topic_id=topic.id))
    page = render_template("forums/steer.html", form=form, topic=topic, board=board)
    return (page, 422) if form.refused else page
