"""Sheets that came on paper, entered by somebody of the agency: the whole survey on one page, made for the keyboard."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from accounts.policies import Permission
from core.access import requires
from core.db import transactional
from core.i18n import gettext as _
from surveys import queries
from surveys.definition.editing import in_printed_order
from surveys.definition.shape import Definition, Kind
from surveys.engine.path import ShownPage
from surveys.engine.values import Problem
from surveys.forms.asked import Around, AskedPage, ask
from surveys.forms.reading import Typed, read_value
from surveys.models import Survey
from surveys.services import paper
from surveys.services.errors import Incomplete
from surveys.views import blueprint
from surveys.views.building import Answer
from surveys.views.desk import OWN, own


@blueprint.route(OWN + "phieu-giay/", methods=["GET", "POST"])
@requires(Permission.SURVEY)
@transactional
def enter_paper(survey_id: int) -> Answer:
    survey = own(survey_id)
    definition = in_printed_order(queries.get_definition(survey.id))
    if request.method == "GET":
        return _page(survey, definition, MultiDict(), ())
    typed: Typed = request.form
    asked = [question for question in definition.questions if question.kind != Kind.FILE]
    read = ((question.code, read_value(question, typed)) for question in asked)
    if typed.get("do", "").startswith("commune:"):
        return _page(survey, definition, typed, ())
    try:
        paper.enter_sheet(survey, {code: value for code, value in read if value is not None})
    except Incomplete as refusal:
        return _page(survey, definition, typed, refusal.problems), 422
    count = queries.turnout(survey.id).paper
    flash(_("Đã nhập phiếu. Tổng số phiếu giấy: %(n)s.", n=count), "done")
    return redirect(url_for(".enter_paper", survey_id=survey.id), 303)


def _page(survey: Survey, definition: Definition, typed: Typed, problems: "tuple[Problem, ...]") -> str:
    around = Around(definition, {}, "", queries.list_provisions(survey), {})
    pages: list[AskedPage] = []
    number = 1
    for page in definition.pages:
        here = {question.code for question in page.questions}
        wrong = [problem for problem in problems if problem.question in here]
        pages.append(ask(ShownPage(page, page.items), around, typed, problems=wrong, first_number=number))
        number += len(page.questions)
    whole = AskedPage("", "", [item for page in pages for item in page.items])
    return render_template("surveys/desk/paper.html", survey=survey, pages=pages, whole=whole)
