"""The submission before it is sent: read it over, attach letters, say who speaks, agree, send once."""

from datetime import timedelta

from flask import current_app, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from accounts.models import Person, PersonKind
from accounts.policies import CONSENT_VERSION
from accounts.session import current_person
from consultations.forms.writing import GuestSendForm, PersonSendForm, SendForm
from consultations.models import ContributorKind, GuestPolicy, Submission, SubmissionDraft
from consultations.queries import drafts as draft_queries
from consultations.queries import reading
from consultations.queries.drafts import DraftLine
from consultations.queries.reading import Head
from consultations.services import drafts, receipts, submitting
from consultations.services.submitting import Identity
from consultations.views import blueprint
from consultations.views.visitor import owner, writing_owner
from consultations.views.writing import Answer, gathered, row_id, write_url
from core import clock
from core.access import public
from core.db import db, transactional
from core.errors import RuleBroken
from core.files import safe_name
from legal.diff import redline

_JUST_SENT = "vua-gui"
_FRESH = timedelta(minutes=2)


@blueprint.route("/du-thao/<int(max=2147483647):consultation_id>/phieu/", methods=["GET", "POST"])
@public
@transactional
def review(consultation_id: int) -> Answer:
    head = reading.get_head(consultation_id)
    person = current_person()
    if request.method == "GET":
        return _page(head, _form(person, fresh=True))
    form = _form(person)
    draft = drafts.hold(owner(), consultation_id)
    sent = _sent_before(form)
    if sent is not None:
        return _receipt(sent)
    if person is None and request.form.get("speaker") == "account":
        return render_template("consultations/signed_out.html", head=head, next_url=request.path), 401
    return _act(head, form, draft or drafts.open_draft(writing_owner(), consultation_id), person)


def just_sent(code: str) -> bool:
    """Did this browser send it a moment ago? Its receipt says so, and lets the browser forget what it kept.

    For a while and not once: the answer to a second click may be the one that is seen.
    """
    sent, at = session.get(_JUST_SENT) or ("", 0)
    return bool(sent == code and clock.now().timestamp() - at < _FRESH.total_seconds())


def _act(head: Head, form: SendForm, draft: SubmissionDraft, person: Person | None) -> Answer:
    """Do what the pressed button says; letters are kept first, whatever else is wrong with the form."""
    action, _colon, typed = request.form.get("do", "send").partition(":")
    number = row_id(typed)
    refusals = _take_letters(draft)
    if action == "send":
        form.validate()
    elif number is not None:
        (drafts.remove_comment if action == "remove" else drafts.detach)(draft, number)
    for refusal in refusals:
        form.refuse(refusal)
    if action == "send" and not form.refused:
        with form.refusals():
            submission = submitting.send(draft, _identity(form, person), consent_version=CONSENT_VERSION)
            session[_JUST_SENT] = [submission.receipt_code, clock.now().timestamp()]
            return _receipt(submission)
    status = 422 if form.refused else 200
    return _page(head, form), 409 if action == "send" and not head.is_open else status


def _form(person: Person | None, *, fresh: bool = False) -> SendForm:
    """The form of this kind of sender."""
    given = {"formdata": None} if fresh else {}
    if person is None:
        return GuestSendForm(**given)
    return SendForm(**given) if person.kind == PersonKind.ORGANISATION else PersonSendForm(**given)


def _sent_before(form: SendForm) -> Submission | None:
    """What this very form sent already: a second click, or a reload of the answer. Asked once the draft is held."""
    number = row_id(form.draft.data)
    return None if number is None else draft_queries.find_sent(owner(), number)


def _take_letters(draft: SubmissionDraft) -> list[RuleBroken]:
    """Keep the letters that came; what speaks against the others."""
    limit = current_app.config["MAX_ATTACHMENT_MB"] * 2**20
    refusals = []
    for upload in request.files.getlist("file"):
        if not upload.filename:
            continue
        try:
            with db.session.begin_nested():
                drafts.attach(draft, upload.stream, upload.filename, limit=limit)
        except RuleBroken as refusal:
            refusals.append(RuleBroken(f"{safe_name(upload.filename)}: {refusal.message}", "file"))
    return refusals


def _identity(form: SendForm, person: Person | None) -> Identity:
    if not isinstance(form, PersonSendForm):
        return Identity(person, person.full_name if person else "", ContributorKind.ORGANISATION)
    kind = ContributorKind(form.kind.data)
    own = person.full_name if person else _typed(form, "name")
    name = form.organisation.data if form.is_organisation else own
    return Identity(person, name or "", kind, email=None if person else _typed(form, "email").lower() or None)


def _typed(form: SendForm, name: str) -> str:
    return str(form[name].data or "") if name in form else ""


def _receipt(submission: Submission) -> Response:
    return redirect(url_for("consultations.receipt", code=receipts.shown(submission.receipt_code)), 303)


def _page(head: Head, form: SendForm) -> str:
    unsent = gathered(head.id) if request.method == "GET" else draft_queries.load(owner(), head.id)
    form.draft.data = str(unsent.id or "")
    path = url_for("consultations.review", consultation_id=head.id)
    return render_template(
        "consultations/review.html",
        head=head,
        form=form,
        unsent=unsent,
        redlines={line.id: _redline(line) for line in unsent.lines if line.proposed_text},
        receipt_code=None if unsent.lines else _lost_receipt(head),
        closed=None if head.is_open else submitting.closed_sentence(head),
        guests=head.guests,
        guests_allowed=head.guests != GuestPolicy.NOBODY,
        consent_version=CONSENT_VERSION,
        max_letters=drafts.MAX_LETTERS,
        max_mb=current_app.config["MAX_ATTACHMENT_MB"],
        saved_key=request.args.get("da-luu", "")[:60],
        write_urls={line.id: write_url(head.id, line.place, line.document_id) for line in unsent.lines},
        path=path,
    )


def _redline(line: DraftLine) -> object:
    return redline(line.base, line.proposed_text)


def _lost_receipt(head: Head) -> str | None:
    code = draft_queries.find_just_sent(owner(), head.id)
    return receipts.shown(code) if code else None
