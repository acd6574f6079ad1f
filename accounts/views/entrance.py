"""Register, confirm the address, sign in and out, choose a new password."""

from flask import flash, redirect, render_template, request, session, url_for
from flask_login import login_user, logout_user
from werkzeug.wrappers import Response

from accounts import services, tokens
from accounts.forms import EmptyForm, ForgotPasswordForm, RegisterForm, ResetPasswordForm, SignInForm, text
from accounts.models import Person, PersonKind
from accounts.services import Registration, TooManyAttempts, network_of
from accounts.session import current_person
from accounts.views import blueprint
from core.access import local_path, public
from core.db import transactional
from core.errors import RuleBroken
from core.forms import BaseForm
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l

Answer = Response | str | tuple[str, int]


SIGN_IN_REFUSED = _l("Chưa đăng nhập được. Địa chỉ hoặc mật khẩu không đúng, hoặc địa chỉ chưa được xác nhận.")


def status_of(form: BaseForm) -> int:
    """422 for a form that was refused."""
    return 422 if form.refused else 200


def refuse(form: BaseForm, refusal: RuleBroken) -> int:
    """Put a refusal where the person looks; the status of the page that shows it."""
    form.refuse(refusal)
    return 429 if isinstance(refusal, TooManyAttempts) else 422


def network() -> str:
    """The part of the network that the request comes from."""
    return network_of(request.remote_addr)


def on_the_way_to(form: SignInForm | RegisterForm) -> str | None:
    """The path that the visitor wanted, for the next link to carry on; None for the home page.

    It comes with the link to the form, then with the form.
    """
    path = local_path(request.args.get("next") if request.method == "GET" else form.next.data)
    form.next.data = path if path != "/" else None
    return form.next.data


def enter(person: Person, *, remember: bool) -> None:
    """Begin a new session: nothing of the visitor's old one is carried over (session fixation)."""
    session.clear()
    login_user(person, remember=remember)


@blueprint.route("/dang-nhap/", methods=["GET", "POST"])
@public
@transactional
def sign_in() -> Answer:
    form = SignInForm()
    back = on_the_way_to(form)
    if current_person() is not None:
        return redirect(local_path(back))
    status = 200
    if form.validate_on_submit():
        try:
            person = services.authenticate(text(form.email), text(form.password), network=network(), back=back)
            if person is None:
                raise RuleBroken(str(SIGN_IN_REFUSED))
        except RuleBroken as refusal:
            status = refuse(form, refusal)
        else:
            enter(person, remember=form.remember.data)
            return redirect(local_path(back))
    return render_template("accounts/sign_in.html", form=form), max(status, status_of(form))


@blueprint.post("/dang-xuat/")
@public
def sign_out() -> Response:
    session.clear()
    logout_user()
    return redirect(url_for("shell.home"))


@blueprint.route("/dang-ky/", methods=["GET", "POST"])
@public
@transactional
def register() -> Answer:
    form = RegisterForm()
    back = on_the_way_to(form)
    status = 200
    if form.validate_on_submit():
        given = Registration(
            full_name=text(form.full_name),
            public_name=text(form.public_name),
            kind=PersonKind(form.kind.data),
            email=text(form.email),
            password=text(form.password),
        )
        try:
            services.register(given, consent=form.consent.data, network=network(), back=back)
            return redirect(url_for("accounts.letter_sent"))
        except RuleBroken as refusal:
            status = refuse(form, refusal)
    return render_template("accounts/register.html", form=form), max(status, status_of(form))


@blueprint.get("/dang-ky/xem-thu")
@public
def letter_sent() -> str:
    return render_template("accounts/letter_sent.html")


@blueprint.route("/xac-nhan-thu/<token>", methods=["GET", "POST"])
@public
@transactional
def confirm_address(token: str) -> Answer:
    """Opening the link confirms nothing: mail scanners open links. The button does."""
    form = EmptyForm()
    if tokens.person_of_confirmation(token) is None:
        return render_template("accounts/dead_link.html", purpose="confirm"), 410
    if form.validate_on_submit():
        services.confirm_address(token)
        flash(_("Đã xác nhận địa chỉ. Bạn có thể đăng nhập."), "done")
        return redirect(url_for("accounts.sign_in", next=request.args.get("next")))
    return render_template("accounts/confirm_address.html", form=form, token=token), status_of(form)


@blueprint.route("/quen-mat-khau/", methods=["GET", "POST"])
@public
@transactional
def forgot_password() -> Answer:
    form = ForgotPasswordForm()
    status = 200
    if form.validate_on_submit():
        try:
            services.request_password_reset(text(form.email), network=network())
            return redirect(url_for("accounts.reset_sent"))
        except TooManyAttempts as refusal:
            status = refuse(form, refusal)
    return render_template("accounts/forgot_password.html", form=form), max(status, status_of(form))


@blueprint.get("/quen-mat-khau/xem-thu")
@public
def reset_sent() -> str:
    return render_template("accounts/reset_sent.html")


@blueprint.route("/dat-lai-mat-khau/<token>", methods=["GET", "POST"])
@public
@transactional
def reset_password(token: str) -> Answer:
    form = ResetPasswordForm()
    if tokens.person_of_reset(token) is None:
        return render_template("accounts/dead_link.html", purpose="reset"), 410
    if form.validate_on_submit():
        try:
            services.reset_password(token, text(form.password))
        except RuleBroken as refusal:
            form.refuse(refusal)
        else:
            session.clear()
            logout_user()
            flash(_("Đã đổi mật khẩu. Mọi phiên đăng nhập cũ đã kết thúc; hãy đăng nhập lại."), "done")
            return redirect(url_for("accounts.sign_in"))
    return render_template("accounts/reset_password.html", form=form), status_of(form)
