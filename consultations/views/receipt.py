"""What was sent and what became of it: found by the receipt code alone. And the link by which a guest confirms."""

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts.policies import Permission
from accounts.session import current_person, signed_in_person
from consultations import policies
from consultations.forms.writing import LookupForm, WithdrawForm
from consultations.queries import receipts as queries
from consultations.queries.fates import fates_of
from consultations.queries.receipts import SentComment
from consultations.services import letters, receipts, submitting
from consultations.views import blueprint
from consultations.views.journey import following, reached, shortened, stations
from consultations.views.opinions import place_url
from consultations.views.reading import download
from consultations.views.review import just_sent
from consultations.views.writing import Answer, keep_key
from core import slots
from core.access import public, requires
from core.db import transactional
from core.errors import NotFound
from core.i18n import gettext as _
from legal.diff import redline
from moderation.rules import find_rule


@blueprint.get("/bien-nhan/")
@public
def receipt_lookup() -> Answer:
    form = LookupForm(request.args)
    typed = form.ma.data or ""
    if not typed:
        return render_template("consultations/receipt_lookup.html", form=form)
    code = receipts.typed(typed)
    if queries.exists(code):
        return redirect(url_for("consultations.receipt", code=receipts.shown(code)))
    return _unknown(form)


@blueprint.get("/bien-nhan/<code>/")
@public
def receipt(code: str) -> Answer | Response:
    """Public to whoever has the code, and to no search engine."""
    try:
        slip = queries.get_slip(receipts.typed(code))
    except NotFound:
        return _unknown(LookupForm(formdata=None, ma=code[:40]))
    comments = queries.list_comments(slip.id)
    fates = slots.content("comment.fates", [comment.id for comment in comments], default={})
    ways = {comment.id: stations(slip, comment, fates.get(comment.id)) for comment in comments}
    person = current_person()
    fresh = just_sent(slip.receipt_code)
    answer = make_response(
        render_template(
            "consultations/receipt.html",
            slip=slip,
            code=receipts.shown(slip.receipt_code),
            comments=comments,
            ways=ways,
            shortened={comment_id: shortened(way) for comment_id, way in ways.items()},
            following=following(list(ways.values())),
            stands={comment_id: reached(way) for comment_id, way in ways.items()},
            fates=fates,
            clause_fates=fates_of({comment.provision_id for comment in comments}),
            redlines={comment.id: redline(comment.base, comment.proposed_text) for comment in comments},
            rules={comment.id: find_rule(comment.decided.rule) for comment in comments if comment.decided},
            urls={comment.id: _url(slip.consultation_id, comment) for comment in comments},
            letters=queries.list_letters(slip.id),
            mine=person is not None and person.id == slip.person_id,
            may_change=policies.may_change(slip.table_published_at),
            cleared=[keep_key(slip.consultation_id, c.place, c.document_id) for c in comments] if fresh else [],
        )
    )
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer


@blueprint.route("/xac-nhan-gop-y/<token>", methods=["GET", "POST"])
@public
@transactional
def confirm(token: str) -> Answer:
    """Opening the link confirms nothing: mail scanners open links. The button does; pressing it again is harmless."""
    submission = letters.submission_of_token(token)
    if submission is None:
        return render_template("consultations/dead_link.html"), 410
    code = receipts.shown(submission.receipt_code)
    form = WithdrawForm()
    if form.validate_on_submit():
        submitting.confirm(submission)
        flash(_("Đã xác nhận địa chỉ. Ý kiến của bạn đang chờ kiểm duyệt."), "done")
        return redirect(url_for("consultations.receipt", code=code), 303)
    if submission.confirmed_at is not None:
        return redirect(url_for("consultations.receipt", code=code))
    return render_template("consultations/confirm.html", form=form, code=code, token=token)


@blueprint.get("/kiem-duyet/tep/<int(max=2147483647):attachment_id>")
@requires(Permission.MODERATE)
def letter_under_review(attachment_id: int) -> Response:
    """A letter that waits for its moderators, for them alone."""
    return download(queries.get_letter_under_review(signed_in_person().id, attachment_id))


def _unknown(form: LookupForm) -> Answer:
    form.ma.errors = [_("Không tìm thấy mã này. Kiểm tra lại từng ký tự; không có chữ O và số 0.")]
    return render_template("consultations/receipt_lookup.html", form=form), 404


def _url(consultation_id: int, comment: SentComment) -> str:
    return f"{place_url(consultation_id, comment.place, comment.document_id)}#y-kien-{comment.id}"
