"""One topic with its posts; opening one, answering in one, one's word on a proposal, following."""

from typing import Any

from flask import flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from accounts.session import current_person, signed_in_person
from core import clock
from core.access import SIGNED_IN, public, requires
from core.db import transactional
from core.errors import Closed
from core.html import markdown_to_html
from core.i18n import gettext as _
from core.text import truncate_words
from forums import policies
from forums.forms.keeping import action_names
from forums.forms.writing import PlainForm, ReplyForm, TopicForm
from forums.models import Board, Side, Topic, TopicKind
from forums.queries import boards as board_queries
from forums.queries import posts as queries
from forums.queries import topics as topic_queries
from forums.services import drafts, marks, posting, texts
from forums.services.posting import Writing
from forums.services.speakers import identify
from forums.views import blueprint
from forums.views.posts import place_of
from forums.views.reading import read_up_to
from forums.views.uploads import saved_files
from forums.views.visitor import asked_number, get_topic
from moderation.models import ReviewStatus
from moderation.rules import rules

QUOTED_AT_FIRST = 400
SENT = "forum_sent"


@blueprint.get("/chu-de/<int:topic_id>/")
@public
def topic(topic_id: int) -> str | Response:
    """A topic; ``bai`` asks for the page with that post, ``tra-loi`` for the form that answers a post."""
    found, board, viewer = get_topic(topic_id)
    wanted = asked_number("bai")
    moved = topic_queries.find_moved(topic_id, wanted) if wanted else None
    if moved is not None:
        return redirect(place_of(moved))
    if found.id != topic_id:
        return redirect(url_for(".topic", topic_id=found.id))
    form = ReplyForm(formdata=None, **_begun(found, viewer.person_id))
    page, shown = _topic_page(found, board, viewer, form)
    if viewer.person_id is not None and shown:
        read_up_to(found.id, viewer.person_id, shown)
    return page


@blueprint.route("/<int:board_id>/chu-de-moi", methods=["GET", "POST"])
@requires(SIGNED_IN)
@transactional
def new_topic(board_id: int) -> str | tuple[str, int] | Response:
    """Open a topic; ``ve`` is the address of a clause it is about."""
    board, person = board_queries.get_board(board_id), signed_in_person()
    if request.method == "GET":
        draft = board_queries.find_draft(person.id, drafts.place_of_board(board.id))
        begun = {"title": draft.title, "body": draft.body} if draft else {}
        about = request.args.get("ve", "")[:300]
        form = TopicForm(formdata=None, kind=TopicKind.DISCUSSION.value, about=about, **begun)
        return _new_topic_page(board, form)
    form = TopicForm()
    form.offer()
    if request.form.get("do") == "keep":
        drafts.keep(person, drafts.place_of_board(board.id), title=form.title.data or "", body=form.body.data or "")
        flash(_("Đã lưu nháp. Bạn viết tiếp được trên máy khác."), "done")
        return redirect(url_for(".new_topic", board_id=board.id))
    if request.form.get("do") == "preview":
        return _new_topic_page(board, form, preview=form.body.data or "")
    if form.validate_on_submit():
        with form.refusals():
            writing = Writing(form.body.data or "", about=(form.about.data or "")[:300], files=saved_files(form.file))
            made = posting.open_topic(
                board, by=person, kind=TopicKind(form.kind.data), title=form.title.data or "", writing=writing
            )
    if form.refused:
        return _new_topic_page(board, form), 422
    _tell(made.status, drafts.place_of_board(board.id))
    return redirect(url_for(".topic", topic_id=made.id))


@blueprint.post("/chu-de/<int:topic_id>/tra-loi")
@requires(SIGNED_IN)
@transactional
def reply(topic_id: int) -> str | tuple[str, int] | Response:
    """Answer; a refusal comes back with everything that was typed."""
    found, board, viewer = get_topic(topic_id)
    person, form = signed_in_person(), ReplyForm()
    form.offer()
    if request.form.get("do") == "keep":
        drafts.keep(person, drafts.place_of_topic(found.id), title="", body=form.body.data or "")
        flash(_("Đã lưu nháp. Bạn viết tiếp được trên máy khác."), "done")
        return redirect(url_for(".topic", topic_id=found.id) + "#viet")
    if request.form.get("do") == "preview":
        return _topic_page(found, board, viewer, form, preview=form.body.data or "")[0]
    if form.validate_on_submit():
        with form.refusals():
            made = posting.reply(found.id, by=person, writing=_written(form))
    if form.refused:
        return _topic_page(found, board, viewer, form)[0], 422
    _tell(made.status, drafts.place_of_topic(found.id))
    return redirect(url_for(".topic", topic_id=found.id, bai=made.number) + f"#bai-{made.number}")


@blueprint.post("/chu-de/<int:topic_id>/y-kien")
@requires(SIGNED_IN)
@transactional
def vote(topic_id: int) -> Response:
    """One's word on a proposal: dong-y, khong-dong-y, or anything else for none."""
    found, _board, _viewer = get_topic(topic_id)
    if PlainForm().validate_on_submit():
        word = {"dong-y": True, "khong-dong-y": False}.get(request.form.get("chon", ""))
        marks.vote(found.id, by=signed_in_person(), agrees=word)
    return redirect(url_for(".topic", topic_id=found.id) + "#bieu-thi")


@blueprint.post("/chu-de/<int:topic_id>/theo-doi")
@requires(SIGNED_IN)
@transactional
def follow(topic_id: int) -> Response:
    """Follow a topic, or stop."""
    found, _board, _viewer = get_topic(topic_id)
    if PlainForm().validate_on_submit():
        marks.follow(found.id, signed_in_person().id, follows=request.form.get("theo-doi") == "1")
    return redirect(url_for(".topic", topic_id=found.id))


def _written(form: ReplyForm) -> Writing:
    quoted = str(form.quoted.data or "")
    return Writing(
        form.body.data or "",
        side=Side(form.side.data or "none"),
        official=bool(form.official.data),
        quoted_id=int(quoted) if quoted.isdigit() and len(quoted) < 10 else None,
        quote=form.quote.data or "",
        files=saved_files(form.file),
    )


def _begun(topic: Topic, person_id: int | None) -> dict[str, Any]:
    """What the reply form starts with: the kept draft, and the words of the post that is answered."""
    if person_id is None:
        return {}
    begun: dict[str, Any] = {}
    draft = board_queries.find_draft(person_id, drafts.place_of_topic(topic.id))
    if draft is not None:
        begun["body"] = draft.body
    asked = asked_number("tra-loi")
    quoted = queries.get_quotable(topic.id, asked) if asked else None
    if quoted is not None:
        begun |= {"quoted": quoted.id, "quote": truncate_words(quoted.body, QUOTED_AT_FIRST, end="")}
    return begun


def _topic_page(
    topic: Topic, board: Board, viewer: queries.Viewer, form: ReplyForm, *, preview: str = ""
) -> tuple[str, int]:
    """The page, and up to which number its reader has now seen the topic; 0: no further than before."""
    person, now = current_person(), clock.now()
    wanted = asked_number("bai")
    page = queries.list_posts(topic.id, viewer, cursor=request.args.get("trang") or queries.cursor_before(wanted))
    form.offer()
    speaker = identify(person, board) if person is not None else None
    reader, word = queries.find_standing(topic.id, person.id) if person is not None else (None, None)
    sides = (Side.FOR, Side.AGAINST) if topic.kind == TopicKind.PROPOSAL else ()
    may_reply = policies.takes_replies(topic) and policies.is_open(board, now)
    html = render_template(
        "forums/topic.html",
        topic=topic,
        board=board,
        viewer=viewer,
        page=page,
        form=form,
        preview=markdown_to_html(texts.tidy(preview)) if preview else None,
        speaker=speaker,
        reader=reader,
        word=word,
        answer=queries.find_post(topic.answer_post_id, viewer) if topic.answer_post_id else None,
        summary=queries.find_summary(topic.id),
        sides={side: queries.list_side(topic.id, side, viewer) for side in sides},
        may_reply=may_reply,
        may_write=speaker is not None and may_reply and policies.may_write(board.writers, speaker),
        slow=policies.slow_seconds(board, topic, speaker, now) if speaker is not None else 0,
        rests=topic.rests_until is not None and topic.rests_until > now,
        cooling=topic.slow_until is not None and topic.slow_until > now,
        events=topic_queries.list_events(topic.id),
        action_names=action_names(),
        sent=session.pop(SENT, None),
        rules={rule.code: rule for rule in rules()},
    )
    last = max((post.number for post in page.items), default=0) if page.next_cursor else topic.next_number - 1
    return html, last if person is not None and (reader is None or last > reader.read_number) else 0


def _new_topic_page(board: Board, form: TopicForm, *, preview: str = "") -> str:
    form.offer()
    if not policies.is_open(board, clock.now()):
        raise Closed(_("Diễn đàn không nhận bài lúc này. Bạn vẫn đọc được mọi bài."))
    return render_template(
        "forums/new_topic.html",
        board=board,
        form=form,
        speaker=identify(signed_in_person(), board),
        preview=markdown_to_html(texts.tidy(preview)) if preview else None,
    )


def _tell(status: ReviewStatus, place: str) -> None:
    """Say what became of it; the next page tells js/keep.js that the text kept for this place has arrived."""
    session[SENT] = place
    waits = status == ReviewStatus.PENDING
    flash(_("Đã nhận bài. Bài hiện công khai sau khi kiểm duyệt.") if waits else _("Đã đăng bài."), "done")
