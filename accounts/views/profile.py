"""One's own account: public name, consent, a copy of one's data, erasure."""

import json

from flask import Response as FlaskResponse
from flask import flash, redirect, render_template, session, url_for
from flask_login import logout_user
from werkzeug.wrappers import Response

from accounts import passwords, queries, services
from accounts.forms import ConsentForm, EraseForm, PublicNameForm, text
from accounts.session import signed_in_person
from accounts.views import blueprint
from accounts.views.entrance import Answer, status_of
from core.access import SIGNED_IN, requires
from core.db import transactional
from core.errors import RuleBroken
from core.forms import BaseForm
from core.i18n import gettext as _


def _page(name_form: PublicNameForm | None = None, consent_form: ConsentForm | None = None) -> tuple[str, int]:
    person = signed_in_person()
    forms: list[BaseForm] = [form for form in (name_form, consent_form) if form is not None]
    page = render_template(
        "accounts/profile.html",
        person=person,
        name_form=name_form or PublicNameForm(formdata=None, obj=person),
        consent_form=consent_form or ConsentForm(formdata=None),
        consents=queries.list_consents(person.id),
        standing=queries.find_standing_consent(person.id),
        roles=queries.list_memberships_of(person.id),
        role_name=services.role_name,
    )
    return page, max([200, *map(status_of, forms)])


@blueprint.get("/tai-khoan/")
@requires(SIGNED_IN)
def profile() -> Answer:
    return _page()


@blueprint.post("/tai-khoan/ten")
@requires(SIGNED_IN)
@transactional
def change_public_name() -> Answer:
    form = PublicNameForm()
    if not form.validate_on_submit():
        return _page(name_form=form)
    with form.refusals():
        services.change_public_name(signed_in_person(), text(form.public_name))
    if form.refused:
        return _page(name_form=form)
    flash(_("Đã đổi tên hiển thị."), "done")
    return redirect(url_for("accounts.profile"))


@blueprint.post("/tai-khoan/dong-y")
@requires(SIGNED_IN)
@transactional
def give_consent() -> Answer:
    form = ConsentForm()
    if not form.validate_on_submit():
        return _page(consent_form=form)
    services.give_consent(signed_in_person())
    flash(_("Đã ghi nhận sự đồng ý của bạn."), "done")
    return redirect(url_for("accounts.profile"))


@blueprint.post("/tai-khoan/rut-dong-y")
@requires(SIGNED_IN)
@transactional
def withdraw_consent() -> Response:
    services.withdraw_consent(signed_in_person())
    flash(_("Đã rút sự đồng ý. Từ nay chúng tôi không gửi thư thông báo cho bạn."), "done")
    return redirect(url_for("accounts.profile"))


@blueprint.get("/tai-khoan/du-lieu.json")
@requires(SIGNED_IN)
def personal_data() -> FlaskResponse:
    data = services.export_personal_data(signed_in_person())
    answer = FlaskResponse(json.dumps(data, ensure_ascii=False, indent=2), mimetype="application/json")
    answer.headers["Content-Disposition"] = 'attachment; filename="du-lieu-dan-ban.json"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.route("/tai-khoan/xoa", methods=["GET", "POST"])
@requires(SIGNED_IN)
@transactional
def erase() -> Answer:
    person = signed_in_person()
    form = EraseForm()
    if form.validate_on_submit():
        with form.refusals():
            if not passwords.verify(text(form.password), person.password_hash):
                raise RuleBroken(_("Mật khẩu không đúng."), "password")
            services.erase_account(person)
        if not form.refused:
            session.clear()
            logout_user()
            flash(_("Đã xóa tài khoản. Ý kiến đã gửi vẫn còn, không kèm tên và địa chỉ của bạn."), "done")
            return redirect(url_for("shell.home"))
    return render_template("accounts/erase.html", form=form), status_of(form)
