"""Pages that belong to no feature: language, rules, help, privacy, the state of the site."""

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from accounts.policies import Permission
from app import health
from consultations.policies import Phase
from consultations.queries import home as consultations
from core import clock, slots
from core.access import local_path, public, requires
from core.i18n import LANGUAGE_COOKIE, LANGUAGES

blueprint = Blueprint("shell", __name__)

YEAR = 365 * 24 * 3600


@blueprint.get("/")
@public
def home() -> str:
    """The front page: what is open, what was answered, what is to come."""
    return render_template(
        "shell/home.html",
        open=consultations.list_open(),
        open_count=consultations.count_phases(consultations.Filter())[Phase.OPEN],
        calendar=consultations.calendar(),
        answers=slots.content("home.answers", default=()),
    )


@blueprint.post("/ngon-ngu")
@public
def set_language() -> Response:
    language = request.form.get("language", "vi")
    answer = make_response(redirect(local_path(request.form.get("next"))))
    if language in LANGUAGES:
        answer.set_cookie(LANGUAGE_COOKIE, language, max_age=YEAR, httponly=True, samesite="Lax")
    return answer


@blueprint.get("/quy-tac/")
@public
def rules() -> str:
    return render_template("shell/rules.html", rules=slots.content("moderation.rules", default=()))


@blueprint.get("/tro-giup/", endpoint="help")
@public
def help_page() -> str:
    return render_template("shell/help.html")


@blueprint.get("/du-lieu-ca-nhan/")
@public
def privacy() -> str:
    return render_template("shell/privacy.html")


@blueprint.get("/quan-tri/tinh-trang/", endpoint="health")
@requires(Permission.ADMINISTER)
def health_page() -> str:
    return render_template("shell/health.html", checks=health.look(), now=clock.now())
