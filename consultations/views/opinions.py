"""One place of a draft: its text, what people said about it, their marks of support and replies, released letters."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts.session import current_person, signed_in_person
from consultations.forms.reading import ReplyForm
from consultations.models import ContributorKind, Stance, Verification
from consultations.queries import comments as queries
from consultations.queries import places, reading
from consultations.queries.comments import NO_REPLIES, Order, PublicComment
from consultations.queries.fates import fates_of
from consultations.services import comments as services
from consultations.views import blueprint
from consultations.views.reading import download
from consultations.views.references import load_marked_surroundings
from consultations.views.ticks import items_of_place, own_ticks
from core import slots
from core.access import SIGNED_IN, local_path, public, requires
from core.db import transactional
from core.html import text_to_html
from core.i18n import gettext as _
from legal.diff import Segment, redline
from moderation.models import ReviewStatus
from moderation.rules import rules

STANCE_WORDS = {
    "ung-ho": Stance.SUPPORT,
    "de-nghi-sua": Stance.AMEND,
    "khong-dong-y": Stance.OPPOSE,
    "hoi": Stance.ASK,
}
"""The stances as they stand in addresses, in the fixed order."""

CONTEXT_WORDS = 12
GUESTS = (Verification.GUEST, Verification.GUEST_CONFIRMED)


@blueprint.get("/du-thao/<int:consultation_id>/dieu-khoan/<int:lineage_id>/")
@public
def provision(consultation_id: int, lineage_id: int) -> str:
    """A provision, or the whole draft (0; ``van-ban`` names the document), with its published comments."""
    return _page(consultation_id, lineage_id, request.args.get("tra-loi", type=int), ReplyForm(formdata=None))


@blueprint.post("/du-thao/<int:consultation_id>/y-kien/<int:comment_id>/dong-tinh")
@requires(SIGNED_IN)
@transactional
def support(consultation_id: int, comment_id: int) -> Response:
    """Set or take back one's mark under a comment, and return to where one was."""
    comment = queries.get_published(consultation_id, comment_id)
    services.toggle_support(comment, by=signed_in_person())
    return redirect(local_path(request.form.get("next")) + f"#y-kien-{comment.id}")


@blueprint.post("/du-thao/<int:consultation_id>/y-kien/<int:comment_id>/tra-loi")
@requires(SIGNED_IN)
@transactional
def reply(consultation_id: int, comment_id: int) -> tuple[str, int] | Response:
    """Answer a comment; a refusal comes back with the text still there."""
    comment = queries.get_published(consultation_id, comment_id)
    form = ReplyForm()
    if form.validate_on_submit():
        with form.refusals():
            made = services.add_reply(comment, by=signed_in_person(), body=form.body.data or "")
    if form.refused:
        return _page(consultation_id, comment.place, comment.id, form, comment.document_id), 422
    waits = made.status == ReviewStatus.PENDING
    flash(_("Đã nhận trả lời. Trả lời hiện công khai sau khi kiểm duyệt.") if waits else _("Đã đăng trả lời."), "done")
    return redirect(place_url(consultation_id, comment.place, comment.document_id) + f"#y-kien-{comment.id}")


@blueprint.get("/du-thao/<int:consultation_id>/tep/<int:attachment_id>")
@public
def attachment(consultation_id: int, attachment_id: int) -> Response:
    """A letter that a moderator has released."""
    return download(queries.get_letter_file(consultation_id, attachment_id))


def place_url(consultation_id: int, place: int, document_id: int) -> str:
    """The page of a place; lineages belong to one document, the whole draft must name it."""
    named: dict[str, Any] = {"van-ban": document_id} if place == reading.WHOLE_DRAFT else {}
    return url_for("consultations.provision", consultation_id=consultation_id, lineage_id=place, **named)


def _page(
    consultation_id: int, lineage_id: int, answering: int | None, form: ReplyForm, document_id: int | None = None
) -> str:
    named = document_id or request.args.get("van-ban", type=int)
    head, place = places.get_head_and_place(consultation_id, lineage_id, named)
    person = current_person()
    here = place_url(consultation_id, lineage_id, place.document_id)
    order = Order.NEWEST if request.args.get("sap-xep") == Order.NEWEST else Order.SUPPORTED
    stance = STANCE_WORDS.get(request.args.get("lap-truong", ""))
    counts, waiting, refused = reading.place_counts(place.document_id, lineage_id)
    page = queries.list_published(
        place.document_id,
        lineage_id,
        order=order,
        stance=stance,
        cursor=request.args.get("trang"),
        person_id=person.id if person else None,
    )
    return render_template(
        "consultations/provision.html",
        head=head,
        place=place,
        around=load_marked_surroundings(place),
        counts=counts,
        waiting=waiting,
        order=order,
        stance=stance,
        stance_words=STANCE_WORDS,
        page=page,
        removed=queries.list_removed(place.document_id, lineage_id)
        if refused and not request.args.get("trang")
        else (),
        rules={rule.code: rule for rule in rules()},
        opinions=_opinions(head, place, here, page.items, answering),
        answering=answering,
        form=form,
        **_apart(head, place),
        answers=slots.content("provision.answers", place.document_id, lineage_id, default=()),
        here=here,
    )


def _apart(head: reading.Head, place: places.Place) -> dict[str, Any]:
    """What is counted beside comments: ticks, those of the visitor, and what agencies report."""
    here = (place.document_id, place.lineage_id)
    asked = items_of_place(head, *here)
    return {
        "ticks": asked,
        "my_ticks": own_ticks(head, asked),
        "reported": slots.content("provision.reported", *here) if head.reported else None,
    }


def _opinions(
    head: reading.Head, place: places.Place, here: str, comments: Sequence[PublicComment], answering: int | None
) -> list[dict[str, Any]]:
    """The comments of a page with everything that hangs on them, one statement for each kind of thing."""
    ids = [comment.id for comment in comments]
    fates = fates_of({one.provision_id for one in comments if (one.base_number or 0) < place.latest_number})
    replies = queries.list_replies(ids, answering if answering in ids else None)
    letters = queries.list_letters([comment.submission_id for comment in comments])
    answers: Mapping[int, Any] = slots.content("comment.answers", ids, default={})
    return [
        _opinion(comment)
        | {
            "fate": fates.get(comment.provision_id or 0),
            "mine": comment.supported,
            "replies": _replies(replies.get(comment.id, NO_REPLIES).shown),
            "reply_url": _reply_url(here, comment.id),
            "replies_total": replies.get(comment.id, NO_REPLIES).total,
            "answers": answers.get(comment.id, ()),
            "letters": [
                {
                    "name": letter.name,
                    "size": letter.size,
                    "url": url_for("consultations.attachment", consultation_id=head.id, attachment_id=letter.id),
                }
                for letter in letters.get(comment.submission_id, ())
            ],
        }
        for comment in comments
    ]


def _opinion(comment: PublicComment) -> dict[str, Any]:
    """A comment in the shape of macros/opinion.html."""
    individual = comment.contributor_kind == ContributorKind.INDIVIDUAL
    return {
        "comment_id": comment.id,
        "anchor": f"y-kien-{comment.id}",
        "url": f"#y-kien-{comment.id}",
        "stance": comment.stance,
        "name": comment.public_name,
        "kind": "person" if individual else "organisation",
        "verified": comment.checked,
        "guest": comment.verification in GUESTS,
        "people": comment.people,
        "at": comment.created_at,
        "edited": comment.edited_at is not None,
        "html": text_to_html(comment.body),
        "support_count": comment.support_count,
        "proposed": _change(comment.base_text or "", comment.proposed_text) if comment.proposed_text else (),
        "base": _("dự thảo %(n)s", n=comment.base_number) if comment.base_number else "",
    }


def _reply_url(here: str, comment_id: int) -> str:
    """This page with all replies to a comment and the form for one more, on the part of the list one is reading."""
    kept = {name: request.args[name] for name in ("sap-xep", "lap-truong", "trang") if request.args.get(name)}
    query = urlencode({**kept, "tra-loi": comment_id})
    return f"{here}{'&' if '?' in here else '?'}{query}#y-kien-{comment_id}"


def _replies(replies: Sequence[queries.PublicReply]) -> list[dict[str, Any]]:
    return [{"name": one.public_name, "at": one.created_at, "html": text_to_html(one.body)} for one in replies]


@lru_cache(maxsize=1024)
def _change(base: str, proposed: str) -> tuple[Segment, ...]:
    """The redline of a proposed wording, long stretches that stay shortened to the words next to a change."""
    segments = redline(base, proposed)
    last = len(segments) - 1
    return tuple(
        Segment(one.op, _shortened(one.text, first=at == 0, last=at == last)) if one.op == "same" and last else one
        for at, one in enumerate(segments)
    )


def _shortened(text: str, *, first: bool, last: bool) -> str:
    words = text.split()
    if len(words) <= 2 * CONTEXT_WORDS + 4:
        return text
    head, tail = " ".join(words[:CONTEXT_WORDS]), " ".join(words[-CONTEXT_WORDS:])
    space = text[len(text.rstrip()) :]
    if first:
        return f"… {tail}{space}"
    return f"{head} …" if last else f"{head} … {tail}{space}"
