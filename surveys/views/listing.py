"""The list of surveys that anybody may see."""

from flask import render_template

from accounts.policies import Permission
from accounts.session import permissions
from core import clock
from core.access import public
from surveys import queries
from surveys.policies import Phase, phase
from surveys.views import blueprint


@blueprint.get("/khao-sat/")
@public
def index() -> str:
    now = clock.now()
    listed = [(survey, phase(survey, now)) for survey in queries.list_public()]
    shown = (Phase.OPEN, Phase.GRACE, Phase.UPCOMING, Phase.CLOSED)
    return render_template(
        "surveys/index.html",
        surveys=sorted(listed, key=lambda one: shown.index(one[1])),
        may_build=Permission.SURVEY in permissions(),
    )
