"""Ý kiến của tôi: what I sent and where it stands; change it or take it back until the table is published."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts.session import signed_in_person
from consultations import policies
from consultations.forms.writing import WithdrawForm, WriteForm
from consultations.models import Stance
from consultations.queries import mine as queries
from consultations.queries.drafts import list_waiting
from consultations.queries.fates import fates_of
from consultations.queries.mine import Own
from consultations.services import comments as services
from consultations.services import receipts
from consultations.views import blueprint
from consultations.views.visitor import owner
from consultations.views.writing import Answer
from core.access import SIGNED_IN, requires
from core.db import transactional
from core.i18n import gettext as _
from core.text import clean
from legal.diff import redline
from moderation.models import ReviewStatus


@blueprint.get("/y-kien-cua-toi/")
@requires(SIGNED_IN)
def my_comments() -> str:
    page = queries.list_mine(signed_in_person().id, cursor=request.args.get("trang"))
    return render_template(
        "consultations/mine.html",
        page=page,
        clause_fates=fates_of({comment.provision_id for slip in page.items for comment in slip.comments}),
        waiting=list_waiting(owner()),
        shown=receipts.shown,
        may_change=policies.may_change,
    )


@blueprint.route("/y-kien-cua-toi/<int(max=2147483647):comment_id>/", methods=["GET", "POST"])
@requires(SIGNED_IN)
@transactional
def edit_comment(comment_id: int) -> Answer:
    person = signed_in_person()
    own = queries.get_mine(person.id, comment_id)
    if request.method == "GET":
        return _page(own, _filled(own))
    form = WriteForm()
    if request.form.get("do") != "preview" and form.validate_on_submit():
        with form.refusals():
            services.edit_comment(
                own.comment,
                by=person,
                stance=Stance(form.stance.data),
                body=form.body.data or "",
                proposed_text=form.proposed_text.data or "",
            )
            return _changed(queries.get_mine(person.id, comment_id))
    status = 409 if form.refused and not _changeable(own) else 422 if form.refused else 200
    return _page(own, form), status


@blueprint.route("/y-kien-cua-toi/<int(max=2147483647):comment_id>/rut", methods=["GET", "POST"])
@requires(SIGNED_IN)
@transactional
def withdraw_comment(comment_id: int) -> Answer:
    person = signed_in_person()
    own = queries.get_mine(person.id, comment_id)
    form = WithdrawForm()
    if form.validate_on_submit():
        with form.refusals():
            services.withdraw_comment(own.comment, by=person)
            flash(_("Đã rút ý kiến. Nó không còn hiện công khai và không được tính nữa."), "done")
            return redirect(url_for("consultations.my_comments"), 303)
    page = render_template("consultations/withdraw.html", own=own, form=form, changeable=_changeable(own))
    return page, 409 if form.refused else 200


def _filled(own: Own) -> WriteForm:
    said = own.edit or own.comment
    return WriteForm(
        formdata=None,
        stance=said.stance.value,
        body=said.body,
        proposed_text=said.proposed_text or clean(own.base),
    )


def _changed(own: Own) -> Response:
    if own.comment.status == ReviewStatus.PENDING:
        flash(_("Đã lưu bản mới. Ý kiến hiện công khai sau khi kiểm duyệt."), "done")
    elif own.edit is not None:
        flash(_("Đã lưu bản mới. Bản đã công bố giữ nguyên cho đến khi bản mới được kiểm duyệt."), "done")
    else:
        flash(_("Đã lưu bản mới."), "done")
    return redirect(url_for("consultations.receipt", code=receipts.shown(own.receipt_code)), 303)


def _changeable(own: Own) -> bool:
    withdrawn = own.comment.status == ReviewStatus.WITHDRAWN
    return not withdrawn and policies.may_change(own.consultation.table_published_at)


def _page(own: Own, form: WriteForm) -> str:
    proposed = services.proposal(form.proposed_text.data or "", own.base)
    revisions = queries.list_revisions(own.comment.id)
    return render_template(
        "consultations/edit.html",
        own=own,
        form=form,
        base=clean(own.base),
        segments=redline(clean(own.base), proposed) if proposed and own.base else [],
        changeable=_changeable(own),
        code=receipts.shown(own.receipt_code),
        revisions=revisions,
        redlines={one.id: redline(clean(own.base), one.proposed_text) for one in revisions if one.proposed_text},
    )
