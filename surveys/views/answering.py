"""Answer a survey: what it is, a page at a time, everything once more, the receipt."""

from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts.services import TooManyAttempts
from core import clock
from core.access import public
from core.db import transactional
from core.errors import Closed, DanBanError, NotFound
from core.i18n import gettext as _
from surveys import policies, queries
from surveys.engine.progress import Progress, progress
from surveys.forms.asked import Around, AskedPage, ask, names_in, said
from surveys.forms.reading import Typed, as_typed, typed_of
from surveys.models import Survey
from surveys.services import answering, inviting
from surveys.services.answering import Saved, Work
from surveys.services.errors import AlreadyAnswered, Incomplete, NotBegun
from surveys.services.respondents import Respondent
from surveys.views import blueprint
from surveys.views.incoming import Incoming, take
from surveys.views.respondent import Visit, count_beginning, remember_letter, visit_to, writing_visit

Answer = Response | str | tuple[str, int]
SURVEY = "/khao-sat/<int(max=2147483647):survey_id>/"
SECONDS_A_QUESTION = 15
"""A rule of thumb for "how long": reading and ticking; texts take longer."""


# --- before -----------------------------------------------------------------------------------------------------------


@blueprint.get(SURVEY)
@public
def survey(survey_id: int) -> Answer:
    """What it is, who asks, how long it takes, what is kept: before the first question."""
    found = queries.get_public(survey_id)
    visit = visit_to(found)
    work = _begun(visit)
    definition = queries.get_definition(found.id) if work is None else work.definition
    return render_template(
        "surveys/survey.html",
        survey=found,
        phase=policies.phase(found, clock.now()).value,
        closed=answering.closed_sentence(found),
        finish_by=policies.finish_by(found),
        visit=visit,
        work=work,
        following=_first_open(work) if work else "",
        definition=definition,
        minutes=-(-len(definition.questions) * SECONDS_A_QUESTION // 60),
        answered=visit.has_answered,
        keep=_keep_keys(found, definition) if visit.has_answered else "",
    )


@blueprint.get("/khao-sat/<int(max=2147483647):survey_id>/thu/<token>/")
@public
def letter(survey_id: int, token: str) -> Answer:
    """The link of a letter: nothing is used up by opening it, for mail servers open links, too."""
    found = queries.get_public(survey_id)
    invitation = inviting.find_invitation(token)
    if invitation is None or invitation.survey_id != found.id:
        raise NotFound(_("Đường dẫn thư mời này không đúng hoặc đã bị thu hồi. Hãy mở lại từ thư, không sửa địa chỉ."))
    response = redirect(url_for(".survey", survey_id=found.id), 303)
    remember_letter(response, found, token)
    return response


@blueprint.post(SURVEY)
@public
@transactional
def begin(survey_id: int) -> Answer:
    found = queries.get_public(survey_id)
    visit = writing_visit(found, begins=True)
    if visit.respondent is None:
        return redirect(url_for("accounts.sign_in", next=url_for(".survey", survey_id=found.id)), 303)
    if visit.has_answered:
        return _to_receipt(found)
    try:
        count_beginning(found, visit.respondent)
        work = answering.begin(found, visit.respondent)
    except TooManyAttempts as refusal:
        return _refused(found, refusal, None, status=429)
    except Closed as refusal:
        flash(refusal.message, "warning")
        return redirect(url_for(".survey", survey_id=found.id), 303)
    return _to_page(found, _first_open(work))


@blueprint.post(SURVEY + "bo/")
@public
@transactional
def forget(survey_id: int) -> Answer:
    """Throw away what was begun."""
    found = queries.get_public(survey_id)
    if (respondent := visit_to(found).respondent) is not None:
        answering.forget(respondent)
        flash(_("Đã bỏ phiếu đang điền. Không có gì được gửi."), "done")
    return redirect(url_for(".survey", survey_id=found.id), 303)


# --- a page at a time -------------------------------------------------------------------------------------------------


@blueprint.route(SURVEY + "trang/<page>/", methods=["GET", "POST"])
@public
@transactional
def page(survey_id: int, page: str) -> Answer:
    found = queries.get_public(survey_id)
    visit = writing_visit(found)
    if visit.respondent is None or visit.has_answered:
        return _to_receipt(found) if visit.has_answered else redirect(url_for(".survey", survey_id=found.id), 303)
    work = answering.find_work(found, visit.respondent)
    if work is None:
        return _refused(found, NotBegun(), None)
    if request.method == "GET":
        return _show(work, page) if work.path.at(page) else _to_page(found, _first_open(work))
    return _save(work, visit.respondent, page)


def _save(work: Work, respondent: Respondent, page: str) -> Answer:
    typed: Typed = request.form
    incoming = take(work, page, typed, request.files)
    try:
        saved = answering.save_page(work.survey, respondent, page, incoming.values, asked=incoming.asked)
    except AlreadyAnswered:
        return _to_receipt(work.survey)
    except (Closed, NotBegun) as refusal:
        incoming.take_back()
        return _refused(work.survey, refusal, work, typed)
    incoming.keep()
    return _after(saved, page, incoming, typed)


def _after(saved: Saved, page: str, incoming: Incoming, typed: Typed) -> Answer:
    """The next page, or the same one: for there are problems, questions that appeared, communes to choose."""
    work, action = saved.work, typed.get("do", "next")
    problems = (*incoming.problems, *saved.problems)
    going_back = action == "back" and not [one for one in problems if incoming.would_lose(one)]
    if action.startswith("commune") or (saved.appeared and not problems and not going_back):
        anchor = action.partition(":")[2] or (saved.appeared[0] if saved.appeared else "")
        return _to_page(work.survey, page, anchor=f"q-{anchor}" if anchor else None)
    if problems and not going_back:
        return _show(work, page, typed, problems), 422
    before = work.path.before(page)
    following = (before.code if before else page) if action == "back" else None
    if action != "back" and saved.following is not None:
        following = saved.following.code
    if following is None:
        return redirect(url_for(".review", survey_id=work.survey.id), 303)
    return _to_page(work.survey, following, saved=page)


def _show(work: Work, code: str, typed: Typed | None = None, problems: Any = ()) -> str:
    asked, around = asked_page(work, code, typed, problems)
    path = work.path
    before = path.before(code)
    return render_template(
        "surveys/page.html",
        survey=work.survey,
        page=asked,
        provisions=around.provisions,
        done=progress(work.definition, work.answers, before.code).percent if before else 0,
        progress=_progress(work, code),
        position=[one.code for one in path.pages].index(code) + 1,
        before=before.code if before else None,
        late=policies.phase(work.survey, clock.now()) == policies.Phase.GRACE,
        finish_by=policies.finish_by(work.survey),
        keep=_keep_key(work.survey, code),
        clear=_keep_key(work.survey, saved) if (saved := request.args.get("da-luu")) else "",
        status=422 if typed is not None else 200,
    )


def _progress(work: Work, code: str) -> Progress:
    return progress(work.definition, work.answers, code)


def asked_page(work: Work, code: str, typed: Typed | None = None, problems: Any = ()) -> tuple[AskedPage, Around]:
    """A page of the sheet as it is shown; ``typed``: what was sent and refused, else what is kept."""
    path = work.path
    shown = path.at(code)
    if shown is None:
        raise NotFound
    around = around_work(work)
    questions = {question.code: question for question in shown.questions}
    here = typed if typed is not None else typed_of(path.kept, questions)
    codes = [one.code for one in path.pages]
    first = sum(len(one.questions) for one in path.pages[: codes.index(code)]) + 1
    return ask(shown, around, here, problems=problems, first_number=first), around


def around_work(work: Work) -> Around:
    kept = work.path.kept
    return Around(work.definition, kept, work.seed, queries.list_provisions(work.survey), names_in(kept))


# --- sending ----------------------------------------------------------------------------------------------------------


@blueprint.route(SURVEY + "xem-lai/", methods=["GET", "POST"])
@public
@transactional
def review(survey_id: int) -> Answer:
    """Everything that was answered, by page, and the button that sends it."""
    found = queries.get_public(survey_id)
    visit = writing_visit(found)
    if visit.respondent is None:
        return redirect(url_for(".survey", survey_id=found.id), 303)
    if visit.has_answered:
        return _to_receipt(found)
    work = answering.find_work(found, visit.respondent)
    if work is None:
        return _refused(found, NotBegun(), None)
    if request.method == "GET":
        return _review(work)
    try:
        answering.send(found, visit.respondent)
    except Incomplete as refusal:
        flash(_("Còn câu chưa trả lời hoặc trả lời chưa hợp lệ. Hãy xem lại trang này rồi gửi."), "warning")
        return _show(work, refusal.page, None, refusal.problems), 422
    except Closed as refusal:
        return _refused(found, refusal, work)
    return _to_receipt(found)


def _review(work: Work) -> str:
    path, around = work.path, around_work(work)
    parts = []
    number = 0
    for shown in path.pages:
        lines = []
        for question in shown.questions:
            number += 1
            value = path.kept.get(question.code)
            words = said(question, value, around.names) if value else ""
            lines.append((number, question, around.fill(question.text), words))
        parts.append((shown, around.fill(shown.page.title), lines))
    return render_template(
        "surveys/review.html",
        survey=work.survey,
        parts=parts,
        closing=around.fill(work.definition.closing),
        late=policies.phase(work.survey, clock.now()) == policies.Phase.GRACE,
        finish_by=policies.finish_by(work.survey),
        clear=_keep_keys(work.survey, work.definition),
        last=path.pages[-1].code if path.pages else "",
    )


@blueprint.get(SURVEY + "da-gui/")
@public
def receipt(survey_id: int) -> Answer:
    found = queries.get_public(survey_id)
    sent_as = visit_to(found).sent_as
    if sent_as is None:
        return redirect(url_for(".survey", survey_id=found.id), 303)
    definition = queries.get_definition(found.id)
    return render_template(
        "surveys/receipt.html",
        survey=found,
        receipt=answering.receipt_of(found, sent_as),
        closing="" if "{{" in definition.closing else definition.closing,
        clear=_keep_keys(found, definition),
    )


@blueprint.get("/khao-sat/xa-phuong/<province>/")
@public
def communes(province: str) -> Response:
    """The communes of a province, for js/survey-place.js: [[code, name], …]."""
    found = queries.list_communes({province[:10]}).get(province, [])
    response = jsonify([[one.code, one.name] for one in found])
    response.cache_control.max_age = 3600
    return response


# --- refusals ---------------------------------------------------------------------------------------------------------


def _refused(
    survey: Survey, refusal: DanBanError, work: Work | None, typed: Typed | None = None, *, status: int = 409
) -> Answer:
    """It cannot be taken now; what was typed is shown, to be copied."""
    kept = []
    if work is not None and typed is not None:
        asked = set(typed.getlist("asked"))
        words = ((question, as_typed(question, typed)) for question in work.definition.questions)
        kept = [(question, text) for question, text in words if question.code in asked and text]
    message = refusal.message
    if work is not None and isinstance(refusal, NotBegun):
        message = _("Trang này không còn trong phiếu của bạn, vì một câu trả lời trước đó đã đổi ở cửa sổ khác.")
    page = render_template(
        "surveys/refused.html",
        survey=survey,
        message=message,
        typed=kept,
        following=_first_open(work) if work and not isinstance(refusal, Closed) else "",
    )
    return page, status


def _begun(visit: Visit) -> Work | None:
    """The sheet under way: the respondent's own, or the one that this browser began before they signed in."""
    if not policies.may_finish(visit.survey, clock.now()):
        return None
    known = (one for one in (visit.respondent, visit.guest) if one is not None)
    works = (answering.find_work(visit.survey, one) for one in known)
    return next((work for work in works if work is not None), None)


def _first_open(work: Work) -> str:
    """The page to go on with: the first on which nothing is answered, else the last; "" for an empty path."""
    pages = [shown for shown in work.path.pages if shown.questions]
    kept = work.path.kept
    opened = (shown.code for shown in pages if not any(question.code in kept for question in shown.questions))
    first = work.path.pages[0].code if work.path.pages and not kept else None
    return first or next(opened, pages[-1].code if pages else "")


def _to_page(survey: Survey, code: str, *, saved: str = "", anchor: str | None = None) -> Response:
    more: dict[str, Any] = {"da-luu": saved} if saved else {}
    return redirect(url_for(".page", survey_id=survey.id, page=code, _anchor=anchor, **more), 303)


def _to_receipt(survey: Survey) -> Response:
    return redirect(url_for(".receipt", survey_id=survey.id), 303)


def _keep_key(survey: Survey, page: str) -> str:
    """The name under which a browser keeps what is typed on a page (js/keep.js)."""
    return f"khao-sat:{survey.id}:{page[:40]}"


def _keep_keys(survey: Survey, definition: Any) -> str:
    return " ".join(_keep_key(survey, page.code) for page in definition.pages)
