"""When a page or a question is shown, and where a page leads on to: the same form of selects for both."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts.policies import Permission
from core.access import requires
from core.db import transactional
from core.errors import NotFound
from core.i18n import gettext as _
from surveys.definition import editing
from surveys.definition.shape import END, Definition, Jump
from surveys.forms.building import RevisionForm
from surveys.forms.conditions import ConditionForm, form_of, read_form
from surveys.models import Survey
from surveys.sentences import condition_words
from surveys.views import blueprint
from surveys.views.building import Answer, draft_of, save
from surveys.views.desk import OWN, own


@blueprint.route(OWN + "dieu-kien/<code>/", methods=["GET", "POST"])
@requires(Permission.SURVEY)
@transactional
def edit_condition(survey_id: int, code: str) -> Answer:
    """When the page or the item of a code is shown."""
    survey = own(survey_id)
    version, definition = draft_of(survey)
    part = definition.page(code) or (found[1] if (found := editing.find_item(definition, code)) else None)
    if part is None:
        raise NotFound
    questions = editing.before(definition, code)
    token = RevisionForm(revision=version.revision)
    form = form_of(part.show_if, questions)
    if token.validate_on_submit():
        form = read_form(request.form, questions)
        changed = editing.put_condition(definition, code, form.condition())
        if _finished(form) and save(version, changed, token):
            return _back(survey, definition, code)
    title = _("Khi nào trang này hiện") if definition.page(code) else _("Khi nào mục này hiện")
    words = condition_words(definition, part.show_if)
    return _page(survey, definition, form, token, title=title, code=code, words=words)


@blueprint.route(OWN + "re-nhanh/<code>/<int(max=99):number>/", methods=["GET", "POST"])
@requires(Permission.SURVEY)
@transactional
def edit_jump(survey_id: int, code: str, number: int) -> Answer:
    """After a page, if a condition holds: on to another page, or to the end. One past the last makes a new jump."""
    survey = own(survey_id)
    version, definition = draft_of(survey)
    page = definition.page(code)
    if page is None or number > len(page.jumps):
        raise NotFound
    jump = page.jumps[number] if number < len(page.jumps) else None
    questions = editing.before(definition, code, after_page=True)
    token = RevisionForm(revision=version.revision)
    form = form_of(jump.when if jump else None, questions)
    target = jump.to if jump else END
    if token.validate_on_submit():
        form = read_form(request.form, questions)
        target = request.form.get("to", END)
        condition = form.condition()
        made = Jump(condition, target) if condition is not None else None
        known = target in dict(_targets(definition, code))
        if _finished(form) and known and save(version, editing.put_jump(definition, code, number, made), token):
            return redirect(url_for(".edit_page", survey_id=survey.id, code=code), 303)
    words = condition_words(definition, jump.when) if jump else ""
    targets = _targets(definition, code)
    title = _("Rẽ nhánh sau trang này")
    return _page(survey, definition, form, token, title=title, code=code, words=words, targets=targets, target=target)


def _finished(form: ConditionForm) -> bool:
    """Was it sent to be saved (not only to add a line), and is it good?"""
    return request.form.get("do") == "save" and not form.errors


def _targets(definition: Definition, code: str) -> list[tuple[str, str]]:
    """Later pages, and the end."""
    codes = [page.code for page in definition.pages]
    later = list(enumerate(definition.pages, start=1))[codes.index(code) + 1 :]
    pages = [(page.code, _("Trang %(n)s: %(title)s", n=n, title=page.title or page.code)) for n, page in later]
    return [*pages, (END, _("Kết thúc khảo sát"))]


def _back(survey: Survey, definition: Definition, code: str) -> Response:
    endpoint = ".edit_page" if definition.page(code) else ".edit_item"
    return redirect(url_for(endpoint, survey_id=survey.id, code=code), 303)


def _page(
    survey: Survey,
    definition: Definition,
    form: ConditionForm,
    token: RevisionForm,
    *,
    title: str,
    code: str,
    words: str,
    targets: list[tuple[str, str]] | None = None,
    target: str = "",
) -> tuple[str, int]:
    numbers = {question.code: n for n, question in enumerate(definition.questions, start=1)}
    is_page = definition.page(code) is not None
    wrong = bool(form.errors and request.form.get("do") == "save") or token.refused
    page = render_template(
        "surveys/desk/condition.html",
        survey=survey,
        form=form,
        token=token,
        title=title,
        numbers=numbers,
        words=words,
        targets=targets,
        target=target,
        wrong=wrong,
        back=url_for(".edit_page" if is_page else ".edit_item", survey_id=survey.id, code=code),
    )
    return page, 422 if wrong else 200
