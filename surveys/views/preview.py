"""A survey as people will see it, on the width of a phone, before anybody can answer: branching and all, nothing kept.

What was answered so far goes from page to page in a signed field of the form; the database knows nothing of it.
"""

from datetime import timedelta
from typing import Any

from flask import render_template, request

from accounts.policies import Permission
from core.access import requires
from core.signing import sign, unsign
from surveys import queries
from surveys.definition.documents import from_json
from surveys.engine.path import ShownPage, problems
from surveys.engine.progress import progress
from surveys.engine.values import Problem, canonical, problem_of
from surveys.forms.reading import Typed, carried_codes, read_value
from surveys.services.answering import Work
from surveys.views import blueprint
from surveys.views.answering import asked_page
from surveys.views.desk import OWN, own

PURPOSE = "surveys.preview"
LASTS = timedelta(hours=12)


@blueprint.route(OWN + "xem-truoc/", methods=["GET", "POST"])
@requires(Permission.SURVEY)
def preview(survey_id: int) -> str | tuple[str, int]:
    survey = own(survey_id)
    version = queries.get_latest_version(survey.id)
    state = unsign(PURPOSE, request.form.get("state", ""), max_age=LASTS) or {}
    work = Work(survey, version.id, from_json(version.definition), state.get("answers", {}), "preview")
    code = state.get("page", "")
    if request.method == "GET" or work.path.at(code) is None:
        first = work.path.pages[0] if work.path.pages else None
        return _show(work, first, None, ())
    return _go_on(work, code, request.form)


def _go_on(work: Work, code: str, typed: Typed) -> str | tuple[str, int]:
    shown = work.path.at(code)
    carried = carried_codes(typed)
    answers: dict[str, Any] = dict(work.answers)
    found: list[Problem] = []
    for question in shown.questions if shown else ():
        value = read_value(question, typed)
        problem = problem_of(question, value, is_place=queries.is_place) if question.code in carried else None
        if problem is not None:
            found.append(problem)
        elif value is None:
            answers.pop(question.code, None)
        else:
            answers[question.code] = canonical(question, value)
    after = Work(work.survey, work.version_id, work.definition, answers, work.seed)
    if typed.get("do") == "back":
        return _show(after, after.path.before(code) or after.path.at(code), None, ())
    if typed.get("do", "").startswith("commune:"):
        return _show(after, after.path.at(code), typed, ())
    missing = [one for one in problems(after.path, on=code) if one.question in carried]
    if found or missing:
        known = {one.question for one in found}
        return _show(after, after.path.at(code), typed, [*found, *(m for m in missing if m.question not in known)]), 422
    here = after.path.at(code)
    if here is not None and {question.code for question in here.questions} - carried:
        return _show(after, here, None, ())
    return _show(after, after.path.after(code), None, ())


def _show(work: Work, shown: ShownPage | None, typed: Typed | None, found: Any) -> str:
    """A page of the preview; None: the end."""
    asked = asked_page(work, shown.code, typed, found)[0] if shown else None
    state = {"answers": work.answers, "page": shown.code if shown else ""}
    return render_template(
        "surveys/desk/preview.html",
        survey=work.survey,
        page=asked,
        definition=work.definition,
        state=sign(PURPOSE, state),
        progress=progress(work.definition, work.answers, shown.code) if shown else None,
        first=shown is None or work.path.before(shown.code) is None,
    )
