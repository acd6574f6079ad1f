"""Write a comment: the page, the panel beside the law, and what is kept of it until it is sent."""

from typing import Any

from flask import flash, render_template, request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from consultations.forms.writing import WriteForm
from consultations.models import Stance
from consultations.queries import drafts as draft_queries
from consultations.queries import places, reading
from consultations.queries.drafts import DraftLine, Unsent
from consultations.queries.places import Place
from consultations.queries.reading import Head
from consultations.services import comments, drafts, submitting
from consultations.views import blueprint
from consultations.views.visitor import owner, writing_owner
from core.access import public
from core.db import db, transaction, transactional
from core.errors import NotFound
from core.forms import is_fragment
from core.i18n import gettext as _
from core.text import clean
from legal.diff import redline
from legal.nodes import Kind

Answer = Response | str | tuple[str, int]
PLACE, DOCUMENT = "dieu-khoan", "van-ban"
_LARGEST_ID = 2**31 - 1


@blueprint.route("/du-thao/<int(max=2147483647):consultation_id>/gop-y", methods=["GET", "POST"])
@public
@transactional
def write(consultation_id: int) -> Answer:
    head = reading.get_head(consultation_id)
    place = _place(head)
    if request.method == "GET":
        unsent = gathered(consultation_id)
        kept = unsent.at(place.document_id, place.lineage_id)
        if not head.is_open:
            return _closed(head, place, kept.body if kept else "", kept.proposed_text if kept else "")
        return _page(head, place, _filled(kept, place), unsent, kept)
    form = WriteForm()
    if not head.is_open:
        return _closed(head, place, form.body.data or "", form.proposed_text.data or "")
    action = request.form.get("do", "review")
    if action != "preview" and form.validate_on_submit():
        with form.refusals():
            return _keep(head, place, form, action)
    unsent = draft_queries.load(owner(), consultation_id)
    status = 422 if form.refused else 200
    return _page(head, place, form, unsent, None), status


def gathered(consultation_id: int) -> Unsent:
    """What the visitor has kept. What lies scattered is gathered first, be it only a page that is read: a rare case."""
    unsent = draft_queries.load(owner(), consultation_id)
    if not unsent.scattered:
        return unsent
    mine = writing_owner()
    db.session.rollback()  # it was opened for reading
    with transaction():
        drafts.open_draft(mine, consultation_id)
    return draft_queries.load(mine, consultation_id)


def where(place: Place) -> str:
    """A place as a title."""
    if place.provision_id is None:
        return _("Toàn bộ dự thảo")
    name = place.citation or place.heading
    return name[:1].upper() + name[1:]


def keep_key(consultation_id: int, lineage_id: int, document_id: int) -> str:
    """The name under which a browser keeps what is typed about a place."""
    return f"gop-y:{consultation_id}:{lineage_id or f'v{document_id}'}"


def write_url(consultation_id: int, lineage_id: int, document_id: int) -> str:
    """Where to write about a place; lineages belong to one document, the whole draft must name it."""
    named: dict[str, Any] = {PLACE: lineage_id} if lineage_id else {PLACE: 0, DOCUMENT: document_id}
    return url_for("consultations.write", consultation_id=consultation_id, **named)


def row_id(typed: str | None) -> int | None:
    """A number that may stand for a row (0 for none), as typed; None for anything else."""
    number = int(typed) if typed and typed.isascii() and typed.isdigit() and len(typed) < 11 else -1
    return number if 0 <= number <= _LARGEST_ID else None


def _place(head: Head) -> Place:
    """The place that the address names. Raises NotFound for one that is no place of today's text."""
    lineage_id, document_id = row_id(request.values.get(PLACE)), row_id(request.values.get(DOCUMENT))
    if lineage_id is None:
        raise NotFound(_("Không có điều khoản này trong dự thảo."))
    place = places.get_place(head.id, lineage_id, document_id)
    if place.gone:
        raise NotFound(_("Điều khoản này không còn ở dự thảo mới. Ý kiến đã gửi về nó vẫn được giữ."))
    if place.quoted or place.kind == Kind.SIGNATURE:
        raise NotFound(_("Phần này không lấy ý kiến riêng. Hãy góp ý ở điều, khoản chứa nó."))
    return place


def _filled(kept: DraftLine | None, place: Place) -> WriteForm:
    """The form as it was left, or with the provision's words to be changed."""
    if kept is None:
        return WriteForm(formdata=None, proposed_text=clean(place.text))
    return WriteForm(
        formdata=None,
        stance=kept.stance.value,
        body=kept.body,
        proposed_text=kept.proposed_text or clean(place.text),
    )


def _keep(head: Head, place: Place, form: WriteForm, action: str) -> Answer:
    draft = drafts.open_draft(writing_owner(), head.id)
    drafts.keep_comment(
        draft,
        place,
        stance=Stance(form.stance.data),
        body=form.body.data or "",
        proposed_text=form.proposed_text.data or "",
    )
    saved: dict[str, Any] = {"da-luu": keep_key(head.id, place.lineage_id, place.document_id)}
    review = url_for("consultations.review", consultation_id=head.id, **saved)
    if action == "keep":
        return _kept(head, place, review)
    return redirect(review, 303)


def _kept(head: Head, place: Place, review: str) -> Answer:
    """Kept: back to the law, where it was left; in the panel, a word that it is, and the way on."""
    if is_fragment():
        unsent = draft_queries.load(owner(), head.id)
        return render_template(
            "consultations/_kept.html",
            place=place,
            title=where(place),
            count=len(unsent.lines),
            review_url=review,
            back_url=_back(head, place),
            keep_key=keep_key(head.id, place.lineage_id, place.document_id),
        )
    flash(_("Đã lưu ý kiến về %(where)s vào phiếu. Phiếu chưa gửi.", where=where(place)), "done")
    return redirect(_back(head, place), 303)


def _page(head: Head, place: Place, form: WriteForm, unsent: Unsent, kept: DraftLine | None) -> str:
    proposed = comments.proposal(form.proposed_text.data or "", place.text)
    return render_template(
        "consultations/_panel.html" if is_fragment() else "consultations/write.html",
        around=None if is_fragment() else places.get_surroundings(place),
        head=head,
        place=place,
        title=where(place),
        form=form,
        base=clean(place.text),
        segments=redline(clean(place.text), proposed) if proposed and place.text else [],
        waiting=len(unsent.lines),
        kept=kept,
        action=write_url(head.id, place.lineage_id, place.document_id),
        back_url=_back(head, place),
        keep_key=keep_key(head.id, place.lineage_id, place.document_id),
    )


def _closed(head: Head, place: Place, body: str, proposed_text: str) -> Answer:
    """It takes nothing now; what was written is shown, to be copied."""
    page = render_template(
        "consultations/_closed.html" if is_fragment() else "consultations/closed.html",
        head=head,
        title=where(place),
        message=submitting.closed_sentence(head),
        body=body,
        proposed_text=comments.proposal(proposed_text, place.text),
        back_url=_back(head, place),
    )
    return page, 409


def _back(head: Head, place: Place) -> str:
    """Where the reader was: the provision in the law."""
    return url_for("consultations.reading", consultation_id=head.id, _anchor=place.anchor or None)
