"""Bodies asked in writing: the list at the desk, and the private page on which a body answers."""

import tempfile

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as HttpResponse

from accounts.models import AttemptKind
from accounts.policies import Permission
from accounts.services import attempts, network_of
from accounts.session import signed_in_person
from consultations.models import Consultation, Stance, Submission
from consultations.queries import reading
from consultations.services.receipts import shown
from core import clock, files
from core.access import public, requires
from core.db import db, transactional
from core.errors import Conflict, RuleBroken
from core.i18n import gettext as _
from opinions.exports.asked import write_bodies
from opinions.forms.asked import AskForm, BodyAnswerForm, RecordForm, StepForm
from opinions.imports.bodies import Pasted, read_bodies
from opinions.models import AskedBody, BodyAnswer
from opinions.queries import asked as queries
from opinions.queries import desk
from opinions.services import asking

blueprint = Blueprint("asked", __name__)

MEGABYTE = 2**20
IN_MEMORY = 2**20
FILTERS = {"chua-tra-loi": "silent", "da-tra-loi": "answered"}
Page = HttpResponse | str | tuple[str, int]


@blueprint.get("/tiep-thu/<int:consultation_id>/co-quan/")
@requires(Permission.ANSWER)
def index(consultation_id: int) -> Page:
    form = AskForm(formdata=None, asked_on=clock.today())
    return _list_page(desk.get_consultation(signed_in_person().id, consultation_id), form)


@blueprint.post("/tiep-thu/<int:consultation_id>/co-quan/")
@requires(Permission.ANSWER)
@transactional
def ask(consultation_id: int) -> Page:
    """Put a pasted list on the list. Lines that say nothing usable are named, and nothing is taken before they are."""
    person, form = signed_in_person(), AskForm()
    consultation = desk.get_consultation(person.id, consultation_id)
    if form.validate_on_submit():
        pasted, asked_on = read_bodies(form.lines.data or ""), form.asked_on.data or clock.today()
        with form.refusals():
            _must_be_usable(pasted)
            due_on = form.due_on.data or asking.usual_due(asked_on)
            made = asking.ask(consultation, pasted.bodies, asked_on=asked_on, due_on=due_on, by=person)
        if not form.refused:
            written = sum(body.email is not None for body in made)
            flash(_("Đã thêm %(n)s nơi, gửi %(m)s thư.", n=len(made), m=written), "done")
            return redirect(url_for(".index", consultation_id=consultation_id))
    return _list_page(consultation, form), 422


@blueprint.post("/tiep-thu/<int:consultation_id>/co-quan/nhac")
@requires(Permission.ANSWER)
@transactional
def remind_all(consultation_id: int) -> HttpResponse:
    """Write again to everybody who has not answered."""
    consultation = desk.get_consultation(signed_in_person().id, consultation_id)
    if StepForm().validate_on_submit():
        done = asking.remind(consultation, queries.list_silent(consultation.id))
        flash(
            _(
                "Đã gửi %(n)s thư nhắc. Nơi vừa được nhắc trong một ngày qua, hoặc không có địa chỉ, thì bỏ qua.",
                n=done,
            ),
            "done",
        )
    return redirect(url_for(".index", consultation_id=consultation_id))


@blueprint.get("/tiep-thu/<int:consultation_id>/co-quan/<int:body_id>/")
@requires(Permission.ANSWER)
def body(consultation_id: int, body_id: int) -> Page:
    consultation = desk.get_consultation(signed_in_person().id, consultation_id)
    return _body_page(consultation, queries.get_body(consultation.id, body_id))


@blueprint.post(
    "/tiep-thu/<int:consultation_id>/co-quan/<int:body_id>/<any('duong-dan', 'thu-hoi', 'nhac', 'mo-lai'):act>"
)
@requires(Permission.ANSWER)
@transactional
def change_body(consultation_id: int, body_id: int, act: str) -> Page:
    """A new private link (shown this once), no link any more, a reminder, or room for one more answer."""
    consultation = desk.get_consultation(signed_in_person().id, consultation_id)
    found = queries.get_body(consultation.id, body_id)
    if not StepForm().validate_on_submit():
        return redirect(_url(found))
    if act == "duong-dan":
        return _body_page(consultation, found, link=asking.new_link(found))
    if act == "nhac":
        sent = asking.remind(consultation, [found])
        flash(
            _("Đã gửi thư nhắc.") if sent else _("Không gửi: đã trả lời, không có địa chỉ, hoặc vừa được nhắc."), "done"
        )
    elif act == "thu-hoi":
        asking.revoke_links(found)
        flash(_("Đã thu hồi mọi đường dẫn của nơi này."), "done")
    else:
        asking.reopen(found)
        flash(_("Nơi này trả lời được lần nữa. Phần đã gửi vẫn được giữ."), "done")
    return redirect(_url(found))


@blueprint.post("/tiep-thu/<int:consultation_id>/co-quan/<int:body_id>/")
@requires(Permission.ANSWER)
@transactional
def record(consultation_id: int, body_id: int) -> Page:
    """An answer that came on paper."""
    consultation, form = desk.get_consultation(signed_in_person().id, consultation_id), RecordForm()
    found = queries.get_body(consultation.id, body_id)
    form.offer()
    if form.validate_on_submit():
        with form.refusals():
            asking.record_answer(found, BodyAnswer(form.answer.data), form.answered_on.data or clock.today())
        if not form.refused:
            flash(_("Đã ghi trả lời."), "done")
            return redirect(_url(found))
    return _body_page(consultation, found, form=form), 422


@blueprint.get("/tiep-thu/<int:consultation_id>/co-quan.csv")
@requires(Permission.ANSWER)
def export(consultation_id: int) -> HttpResponse:
    consultation = desk.get_consultation(signed_in_person().id, consultation_id)
    out = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  # send_file reads it and closes it
    write_bodies(queries.all_bodies(consultation.id), queries.totals(consultation.id), out)
    out.seek(0)
    name = f"co-quan-duoc-lay-y-kien-{consultation.id}.csv"
    return send_file(out, mimetype="text/csv; charset=utf-8", as_attachment=True, download_name=name)


# --- the private page -------------------------------------------------------------------------------------------------


@blueprint.get("/tra-loi/<token>/")
@public
def answer(token: str) -> Page:
    """The page that a body was sent. A link that is not good any more says so, whatever is wrong with it."""
    found = asking.body_of_token(token)
    return _dead_link() if found is None else _answer_page(found, BodyAnswerForm(formdata=None), token)


@blueprint.post("/tra-loi/<token>/")
@public
@transactional
def send_answer(token: str) -> Page:
    """Take the answer; a second click shows what the first one did."""
    network = network_of(request.remote_addr)
    form = BodyAnswerForm()
    form.offer()
    try:
        attempts.check(AttemptKind.PRIVATE_LINK, token[:64], network)
    except RuleBroken as refusal:
        return _too_many(refusal)
    attempts.record(AttemptKind.PRIVATE_LINK, token[:64], network)
    found = asking.body_of_token(token)
    if found is None:
        return _dead_link()
    consultation = queries.get_asking(found.consultation_id)
    if found.answer is not None:
        return redirect(url_for(".answer", token=token))
    if form.validate_on_submit():
        try:
            with form.refusals():
                documents = reading.list_documents(consultation.id)
                asking.answer(consultation, found, _given(form), documents[0].id)
        except Conflict:
            return redirect(url_for(".answer", token=token))
        if not form.refused:
            return redirect(url_for(".answer", token=token))
    return _answer_page(found, form, token)


def _given(form: BodyAnswerForm) -> asking.Given:
    upload = form.file.data
    paper = None
    if upload and upload.filename:
        limit = current_app.config["MAX_ATTACHMENT_MB"] * MEGABYTE
        paper = files.save_upload(upload.stream, upload.filename, kinds=files.LETTERS, limit=limit)
    stance = Stance(form.stance.data) if form.stance.data else None
    return asking.Given(stance, form.body.data or "", paper, bool(form.no_opinion.data))


def _answer_page(found: AskedBody, form: BodyAnswerForm, token: str) -> HttpResponse:
    form.offer()
    submission = db.session.get(Submission, found.submission_id) if found.submission_id else None
    page = render_template(
        "opinions/asked_answer.html",
        body=found,
        consultation=queries.get_asking(found.consultation_id),
        form=form,
        token=token,
        code=shown(submission.receipt_code) if submission else None,
        limit=current_app.config["MAX_ATTACHMENT_MB"],
    )
    return _unlisted(page, 422 if form.refused else 200)


def _dead_link() -> HttpResponse:
    return _unlisted(render_template("opinions/asked_dead_link.html", message=""), 410)


def _too_many(refusal: RuleBroken) -> HttpResponse:
    return _unlisted(render_template("opinions/asked_dead_link.html", message=refusal.message), 429)


def _unlisted(page: str, status: int) -> HttpResponse:
    """For no search engine."""
    answered = make_response(page, status)
    answered.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answered


# --- pages of the desk ------------------------------------------------------------------------------------------------


def _must_be_usable(pasted: Pasted) -> None:
    if pasted.wrong:
        told = "; ".join(_("dòng %(n)s: %(why)s", n=number, why=why) for number, why in pasted.wrong[:10])
        raise RuleBroken(_("Chưa thêm nơi nào. Hãy sửa: %(told)s.", told=told), "lines")
    if not pasted.bodies:
        raise RuleBroken(_("Hãy dán danh sách, mỗi dòng một nơi."), "lines")


def _list_page(consultation: Consultation, form: AskForm) -> str:
    shown_now = request.args.get("loc", "")
    page = queries.list_bodies(consultation.id, only=FILTERS.get(shown_now, ""), cursor=request.args.get("trang"))
    return render_template(
        "opinions/asked.html",
        consultation=consultation,
        form=form,
        page=page,
        totals=queries.totals(consultation.id),
        shown=shown_now,
        today=clock.today(),
        step=StepForm(),
    )


def _body_page(consultation: Consultation, found: AskedBody, form: RecordForm | None = None, link: str = "") -> str:
    form = form or RecordForm(formdata=None, answered_on=clock.today())
    form.offer()
    submission = db.session.get(Submission, found.submission_id) if found.submission_id else None
    return render_template(
        "opinions/asked_body.html",
        consultation=consultation,
        body=found,
        form=form,
        link_to_hand_on=link,
        code=shown(submission.receipt_code) if submission else None,
        today=clock.today(),
    )


def _url(found: AskedBody) -> str:
    return url_for(".body", consultation_id=found.consultation_id, body_id=found.id)
