"""The builder: pages, questions, explanations, one form each; moved, copied and removed. No script is needed.

Every form carries the revision that its writer saw; what somebody else saved meanwhile is never overwritten.
"""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts.policies import Permission
from core.access import requires
from core.db import transactional
from core.errors import NotFound, RuleBroken
from core.i18n import gettext as _
from surveys import queries
from surveys.checking.questions import USED_BY
from surveys.definition import editing
from surveys.definition.documents import from_json
from surveys.definition.shape import Definition, Item, Kind, Page, Passage, Question
from surveys.forms import building as forms
from surveys.models import Survey, SurveyVersion
from surveys.sentences import condition_words, fault_sentence, kind_words
from surveys.services import building
from surveys.services.errors import Published, Stale
from surveys.views import blueprint
from surveys.views.desk import OWN, own

Answer = Response | str | tuple[str, int]
STEPS = {"up": -1, "down": 1}


def draft_of(survey: Survey) -> tuple[SurveyVersion, Definition]:
    """The version that may be changed. Raises Published."""
    version = queries.get_latest_version(survey.id)
    if version.published_at is not None:
        raise Published
    return version, from_json(version.definition)


def save(version: SurveyVersion, definition: Definition, form: forms.RevisionForm) -> bool:
    """Save what a form changed; False (with the refusal at its head) where somebody else saved meanwhile."""
    try:
        building.save_definition(version, definition, revision=form.seen)
    except (Stale, Published) as refusal:
        form.refuse(RuleBroken(refusal.message))
        return False
    return True


def to_desk(survey: Survey, anchor: str = "") -> Response:
    return redirect(url_for(".desk_survey", survey_id=survey.id, _anchor=f"m-{anchor}" if anchor else None), 303)


# --- order ------------------------------------------------------------------------------------------------------------


@blueprint.post(OWN + "sua/")
@requires(Permission.SURVEY)
@transactional
def rearrange(survey_id: int) -> Response:
    """One change from the list: do=up:code, down:code, copy:code, page, add:page code (with a kind)."""
    survey = own(survey_id)
    version, definition = draft_of(survey)
    form = forms.RevisionForm()
    if not form.validate():
        raise NotFound
    action, _colon, code = request.form.get("do", "").partition(":")
    changed, target = _change(definition, action, code)
    if not save(version, changed, form):
        flash(form.form_errors[0], "error")
        return to_desk(survey)
    if action == "add" and target:
        return redirect(url_for(".edit_item", survey_id=survey.id, code=target), 303)
    if action == "page":
        return redirect(url_for(".edit_page", survey_id=survey.id, code=target), 303)
    return to_desk(survey, target)


def _change(definition: Definition, action: str, code: str) -> tuple[Definition, str]:
    """The changed definition, and the code to look at next."""
    if action in STEPS:
        return editing.move(definition, code, STEPS[action]), code
    if action == "copy":
        return editing.duplicate(definition, code), code
    if action == "page":
        made = editing.add_page(definition)
        return made, made.pages[-1].code
    if action == "add" and definition.page(code):
        item = _new_item(definition, request.form.get(f"kind-{code}", ""))
        return editing.add_item(definition, code, item), item.code
    raise NotFound


def _new_item(definition: Definition, kind: str) -> Item:
    if kind == "section":
        return Passage(editing.fresh_code(definition, "phan"), "section")
    if kind == "explanation":
        return Passage(editing.fresh_code(definition, "loi"), "explanation")
    if kind not in set(Kind):
        raise NotFound
    return editing.new_question(definition, Kind(kind))


@blueprint.post(OWN + "xoa/<code>/")
@requires(Permission.SURVEY)
@transactional
def remove_part(survey_id: int, code: str) -> Response:
    """A page with everything on it, or an item."""
    survey = own(survey_id)
    version, definition = draft_of(survey)
    form = forms.RevisionForm()
    if not form.validate():
        raise NotFound
    found = editing.find_item(definition, code)
    if not save(version, editing.remove(definition, code), form):
        flash(form.form_errors[0], "error")
    else:
        flash(_("Đã xóa."), "done")
    return to_desk(survey, found[0].code if found else "")


# --- the words around -------------------------------------------------------------------------------------------------


@blueprint.route(OWN + "loi-dau-cuoi/", methods=["GET", "POST"])
@requires(Permission.SURVEY)
@transactional
def edit_words(survey_id: int) -> Answer:
    survey = own(survey_id)
    version, definition = draft_of(survey)
    form = forms.WordsForm(revision=version.revision, introduction=definition.introduction, closing=definition.closing)
    if form.validate_on_submit():
        pages = definition.pages
        changed = Definition(pages, form.introduction.data or "", form.closing.data or "")
        if save(version, changed, form):
            return to_desk(survey)
    page = render_template("surveys/desk/words.html", survey=survey, form=form)
    return page, 422 if form.refused else 200


# --- a page -----------------------------------------------------------------------------------------------------------


@blueprint.route(OWN + "trang/<code>/", methods=["GET", "POST"])
@requires(Permission.SURVEY)
@transactional
def edit_page(survey_id: int, code: str) -> Answer:
    survey = own(survey_id)
    version, definition = draft_of(survey)
    page = definition.page(code)
    if page is None:
        raise NotFound
    form = forms.PageForm(revision=version.revision, code=page.code, title=page.title, shuffle=page.shuffle)
    if form.validate_on_submit():
        changed = editing.put_page(definition, code, form.apply(page))
        if _store(version, changed, code, form):
            return to_desk(survey, form.code.data)
    shown = render_template(
        "surveys/desk/page.html",
        survey=survey,
        form=form,
        page=page,
        number=definition.pages.index(page) + 1,
        shown_if=condition_words(definition, page.show_if),
        jumps=[(condition_words(definition, jump.when), _target(definition, jump.to)) for jump in page.jumps],
        faults=_faults(survey, version, code, ""),
    )
    return shown, 422 if form.refused else 200


def _target(definition: Definition, code: str) -> str:
    page = definition.page(code)
    if page is None:
        return _("hết khảo sát")
    return page.title or _("Trang %(n)s", n=definition.pages.index(page) + 1)


# --- an item ----------------------------------------------------------------------------------------------------------


@blueprint.route(OWN + "muc/<code>/", methods=["GET", "POST"])
@requires(Permission.SURVEY)
@transactional
def edit_item(survey_id: int, code: str) -> Answer:
    survey = own(survey_id)
    version, definition = draft_of(survey)
    found = editing.find_item(definition, code)
    if found is None:
        raise NotFound
    page, item = found
    if isinstance(item, Passage):
        return _edit_passage(survey, version, definition, page, item)
    return _edit_question(survey, version, definition, page, item)


def _edit_passage(survey: Survey, version: SurveyVersion, definition: Definition, page: Page, item: Passage) -> Answer:
    form = forms.PassageForm(
        revision=version.revision,
        code=item.code,
        title=item.title,
        text=item.text,
        provision=str(item.provision or ""),
    )
    forms.offer_provisions(form.provision, queries.list_provisions(survey))
    if form.validate_on_submit():
        changed = editing.put_item(definition, item.code, form.apply(item))
        if _store(version, changed, item.code, form):
            return to_desk(survey, form.code.data)
    return _item_page("surveys/desk/passage.html", survey, version, definition, page, item, form)


def _edit_question(
    survey: Survey, version: SurveyVersion, definition: Definition, page: Page, item: Question
) -> Answer:
    form = forms.QuestionForm(revision=version.revision)
    form.offer(queries.list_provisions(survey))
    if not form.is_submitted():
        form.show(item)
    elif form.validate():
        made = form.apply(item)
        changed = editing.put_item(definition, item.code, made)
        first = not item.text and form.code.data == item.code
        wanted = forms.code_for(definition, made.text, item.code) if first else form.code.data
        form.code.data = wanted
        if _store(version, changed, item.code, form):
            if request.form.get("do") == "more":
                return redirect(url_for(".edit_item", survey_id=survey.id, code=wanted, _anchor="them"), 303)
            return to_desk(survey, wanted)
    form.spare(item)
    return _item_page("surveys/desk/question.html", survey, version, definition, page, item, form)


def _item_page(
    template: str,
    survey: Survey,
    version: SurveyVersion,
    definition: Definition,
    page: Page,
    item: Item,
    form: Any,
) -> Answer:
    kind = item.kind if isinstance(item, Question) else None
    shown = render_template(
        template,
        survey=survey,
        form=form,
        item=item,
        page=page,
        kind=kind_words(kind) if kind else (_("Phần") if item.kind == "section" else _("Lời giải thích")),
        used={name for name, kinds in USED_BY.items() if kind in kinds},
        shown_if=condition_words(definition, item.show_if),
        faults=_faults(survey, version, page.code, item.code),
    )
    return shown, 422 if form.refused else 200


def _store(version: SurveyVersion, changed: Definition, old: str, form: Any) -> bool:
    """Save, with the code that the form asks for; refused at its field where another part has it."""
    new = form.code.data
    taken = {page.code for page in changed.pages} | {item.code for page in changed.pages for item in page.items}
    if new != old and (new in taken or new == "end"):
        form.refuse(RuleBroken(_("Mã “%(code)s” đã dùng ở chỗ khác.", code=new), "code"))
        return False
    return save(version, editing.rename(changed, old, new), form)


def _faults(survey: Survey, version: SurveyVersion, page: str, item: str) -> list[str]:
    """The faults of this part alone."""
    found = building.faults_of(survey, version)
    return [fault_sentence(fault) for fault in found if fault.page == page and fault.item == item]
