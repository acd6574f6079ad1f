"""The desk: official letters beside the draft; their passages are marked and hung on clauses."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as HttpResponse

from accounts.policies import Permission
from accounts.session import signed_in_person
from consultations.models import Channel, Consultation, ContributorKind, Stance
from consultations.queries import reading, tree
from consultations.services.entering import Sender
from core import clock, files
from core.access import requires
from core.db import let_go_of_locks, transactional
from core.errors import Conflict, RuleBroken
from core.i18n import gettext as _
from opinions.forms.asked import StepForm
from opinions.forms.letters import LetterForm, PassageForm
from opinions.imports import values
from opinions.imports.places import Spot
from opinions.imports.spots import find_spot
from opinions.models import OfficialLetter
from opinions.queries import desk
from opinions.queries import letters as queries
from opinions.services import letters as services

blueprint = Blueprint("letters", __name__, url_prefix="/tiep-thu")

MEGABYTE = 2**20
Page = HttpResponse | str | tuple[str, int]


@blueprint.get("/<int:consultation_id>/cong-van/")
@requires(Permission.ANSWER)
def index(consultation_id: int) -> Page:
    form = LetterForm(formdata=None, received=clock.today())
    return _index_page(desk.get_consultation(signed_in_person().id, consultation_id), form)


@blueprint.post("/<int:consultation_id>/cong-van/")
@requires(Permission.ANSWER)
@transactional
def upload(consultation_id: int) -> Page:
    """Hand a letter in. It is read while nobody waits for a lock of ours."""
    form = LetterForm()
    form.offer()
    person = signed_in_person()
    consultation = desk.get_consultation(person.id, consultation_id)
    if form.validate_on_submit() and (text := _read(form)) is not None:
        consultation = desk.get_consultation(person.id, consultation_id)
        with form.refusals():
            sent = form.file.data
            limit = current_app.config["MAX_ATTACHMENT_MB"] * MEGABYTE
            paper = files.save_upload(sent.stream, sent.filename or "", kinds=services.KINDS, limit=limit)
            number = form.number.data or ""
            made = services.take_letter(consultation, _sender(form), paper, text, number=number, by=person)
        if not form.refused:
            return redirect(url_for(".letter", letter_id=made.id))
    return _index_page(consultation, form), 422


@blueprint.post("/<int:consultation_id>/cong-van/phieu/<int:submission_id>")
@requires(Permission.ANSWER)
@transactional
def open_submission(consultation_id: int, submission_id: int) -> HttpResponse:
    """Open the file that came with a submission as a letter."""
    person = signed_in_person()
    consultation = desk.get_consultation(person.id, consultation_id)
    submission = queries.get_submission(consultation.id, submission_id)
    if not StepForm().validate_on_submit():
        return redirect(url_for(".index", consultation_id=consultation_id))
    try:
        letter = services.open_letter(consultation, submission, by=person)
    except RuleBroken as refusal:
        flash(refusal.message, "error")
        return redirect(url_for(".index", consultation_id=consultation_id))
    return redirect(url_for(".letter", letter_id=letter.id))


@blueprint.get("/cong-van/<int:letter_id>/")
@requires(Permission.ANSWER)
def letter(letter_id: int) -> Page:
    found, consultation = _own(letter_id)
    return _letter_page(found, consultation, PassageForm(formdata=None))


@blueprint.post("/cong-van/<int:letter_id>/")
@requires(Permission.ANSWER)
@transactional
def hang(letter_id: int) -> Page:
    """Hang the marked sentences on a clause, as an opinion of whoever wrote the letter."""
    found, consultation = _own(letter_id)
    form = PassageForm()
    form.offer()
    if not form.validate_on_submit():
        return _letter_page(found, consultation, form), 422
    try:
        with form.refusals():
            services.hang(consultation, found, _passage(consultation, form), by=signed_in_person())
    except Conflict as conflict:
        flash(conflict.message, "error")
        return _letter_page(found, consultation, form), 409
    if form.refused:
        return _letter_page(found, consultation, form), 422
    flash(_("Đã gắn thành một ý kiến. Gắn tiếp đoạn khác, hoặc xem ở phần Đã gắn."), "done")
    return redirect(url_for(".letter", letter_id=letter_id, _anchor="da-gan"))


@blueprint.get("/cong-van/<int:letter_id>/tep")
@requires(Permission.ANSWER)
def letter_file(letter_id: int) -> HttpResponse:
    found, _consultation = _own(letter_id)
    kept = found.file
    return send_file(kept.path, mimetype=kept.media_type, as_attachment=True, download_name=kept.name)


def _own(letter_id: int) -> tuple[OfficialLetter, Consultation]:
    found = queries.get_letter(letter_id)
    return found, desk.get_consultation(signed_in_person().id, found.consultation_id)


def _read(form: LetterForm) -> list[tuple[int, str]] | None:
    """The letter's sentences; None where the form refuses the file."""
    let_go_of_locks()
    sent, limit = form.file.data, current_app.config["MAX_ATTACHMENT_MB"] * MEGABYTE
    try:
        files.check_name(sent.filename or "", services.KINDS)
        data = sent.stream.read(limit + 1)
        sent.stream.seek(0)
        if len(data) > limit:
            raise RuleBroken(_("Tệp lớn quá %(n)s MB. Hãy gửi tệp nhỏ hơn.", n=limit // MEGABYTE), "file")
        return services.read_text(data, sent.filename or "")
    except RuleBroken as refusal:
        form.refuse(refusal)
        return None


def _sender(form: LetterForm) -> Sender:
    name = form.name.data or ""
    return Sender(
        channel=Channel.LETTER,
        received=form.received.data or clock.today(),
        name=name,
        kind=ContributorKind(form.kind.data) if form.kind.data else values.kind_of_name(name),
        people=form.people.data,
    )


def _passage(consultation: Consultation, form: PassageForm) -> services.Passage:
    spot = _spot(consultation, form)
    return services.Passage(
        sentences=form.sentences.data or [],
        document_id=spot.document_id,
        place=spot.place,
        provision_id=spot.provision_id,
        stance=Stance(form.stance.data),
        body=form.body.data or "",
    )


def _spot(consultation: Consultation, form: PassageForm) -> Spot:
    """The clause that was typed, or else the one that was chosen in the draft."""
    typed, chosen = form.place.data or "", form.spot.data or ""
    if typed:
        return find_spot(consultation.id, typed)
    document, _colon, place = chosen.partition(":")
    if not (document.isdigit() and place.isdigit()):
        raise RuleBroken(_("Hãy chọn điều khoản ở dự thảo, hoặc ghi điều khoản."), "place")
    about = desk.find_provision(consultation.id, int(document), int(place))
    return Spot(int(document), int(place), about.id if about else None)


def _index_page(consultation: Consultation, form: LetterForm) -> str:
    form.offer()
    return render_template(
        "opinions/letters.html",
        consultation=consultation,
        form=form,
        page=queries.list_letters(consultation.id, request.args.get("trang")),
        limit=current_app.config["MAX_ATTACHMENT_MB"],
    )


def _letter_page(found: OfficialLetter, consultation: Consultation, form: PassageForm) -> str:
    form.offer()
    submission = queries.get_submission(consultation.id, found.submission_id)
    passages = queries.list_passages(found.id)
    hung: dict[int, list[Any]] = {}
    for passage in passages:
        for number in passage.sentences:
            hung.setdefault(number, []).append(passage)
    documents = reading.list_documents(consultation.id)
    return render_template(
        "opinions/letter.html",
        consultation=consultation,
        letter=found,
        submission=submission,
        passages=passages,
        hung=hung,
        form=form,
        marked=set(form.sentences.data or ()),
        drafts=[(document, tree.load_tree(document.version_id)) for document in documents],
    )
