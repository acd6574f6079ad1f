"""The drafter's pages of surveys: the list, a new one, its settings, publishing, versions, the close.

``own`` loads through the agencies in which the person may make surveys: another agency's survey is not found.
"""

from flask import flash, redirect, render_template, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from accounts import queries as accounts
from accounts.policies import Permission
from accounts.session import signed_in_person
from core import clock
from core.access import requires
from core.db import transactional
from core.errors import RuleBroken
from core.i18n import gettext as _
from surveys import policies, queries
from surveys.definition.documents import WrongDocument, from_json, loads
from surveys.definition.shape import Definition, Kind
from surveys.forms.building import NewForm, SettingsForm
from surveys.models import Survey, SurveyState
from surveys.sentences import document_sentence, fault_place, fault_sentence, kind_words
from surveys.services import building
from surveys.services.errors import BrokenDefinition
from surveys.templates import find_template, list_templates
from surveys.views import blueprint

DESK = "/soan-thao/khao-sat/"
OWN = DESK + "<int(max=2147483647):survey_id>/"
LARGEST_FILE = 4 * 2**20


def own(survey_id: int) -> Survey:
    """A survey that the person may change, or 404."""
    return queries.get_own(signed_in_person().id, survey_id)


@blueprint.get(DESK)
@requires(Permission.SURVEY)
def desk() -> str:
    listed = queries.list_own(signed_in_person().id)
    phases = {survey.id: policies.phase(survey, clock.now()).value for survey in listed}
    return render_template("surveys/desk/index.html", surveys=listed, phases=phases)


@blueprint.route(DESK + "moi/", methods=["GET", "POST"])
@requires(Permission.SURVEY)
@transactional
def new_survey() -> str | Response | tuple[str, int]:
    person = signed_in_person()
    agencies = accounts.list_agencies(person.id, Permission.SURVEY)
    form = NewForm()
    form.offer_all(agencies, list_templates())
    if not form.is_submitted():
        form.propose()
    elif form.validate() and (definition := read_definition(form)) is not None:
        with form.refusals():
            agency = next(agency for agency in agencies if agency.id == form.agency.data)
            made = building.create_survey(agency, form.settings(), by=person, definition=definition)
        if not form.refused:
            return redirect(url_for(".desk_survey", survey_id=made.id), 303)
    return render_template("surveys/desk/new.html", form=form), 422 if form.refused else 200


def read_definition(form: NewForm) -> Definition | None:
    """From the file, else from the template; None with an error at the field."""
    upload = form.file.data
    if not upload:
        template = find_template(form.template.data)
        return template.definition if template else Definition()
    with form.refusals():
        return read_file(upload)
    return None


def read_file(upload: FileStorage) -> Definition:
    """A definition from an uploaded file. Raises RuleBroken (field ``file``)."""
    try:
        return loads(upload.stream.read(LARGEST_FILE).decode("utf-8-sig"))
    except WrongDocument as wrong:
        raise RuleBroken(document_sentence(wrong), "file") from wrong
    except UnicodeDecodeError as wrong:
        raise RuleBroken(_("Tệp không phải văn bản UTF-8."), "file") from wrong


@blueprint.get(OWN)
@requires(Permission.SURVEY)
def desk_survey(survey_id: int) -> str:
    """Pages and questions of the latest version, its faults, what can be done."""
    survey = own(survey_id)
    versions = queries.list_versions(survey.id)
    definition = from_json(versions[0].definition)
    draft = versions[0].published_at is None
    found = building.faults_of(survey, versions[0]) if draft else []
    return render_template(
        "surveys/desk/survey.html",
        survey=survey,
        phase=policies.phase(survey, clock.now()).value,
        version=versions[0],
        versions=versions,
        definition=definition,
        faults=[(fault, fault_place(definition, fault), fault_sentence(fault)) for fault in found],
        turnout=queries.turnout(survey.id) if survey.state != SurveyState.DRAFT else None,
        kinds=[(kind.value, kind_words(kind)) for kind in Kind],
        editable=draft,
    )


@blueprint.route(OWN + "thiet-lap/", methods=["GET", "POST"])
@requires(Permission.SURVEY)
@transactional
def desk_settings(survey_id: int) -> str | Response | tuple[str, int]:
    survey = own(survey_id)
    form = SettingsForm()
    form.offer()
    if not form.is_submitted():
        form.show(survey)
    elif form.validate():
        with form.refusals():
            building.change_settings(survey, form.settings())
        if not form.refused:
            flash(_("Đã lưu thiết lập."), "done")
            return _back(survey)
    page = render_template("surveys/desk/settings.html", survey=survey, form=form)
    return page, 422 if form.refused else 200


@blueprint.post(OWN + "cong-bo/")
@requires(Permission.SURVEY)
@transactional
def publish_survey(survey_id: int) -> Response:
    survey = own(survey_id)
    try:
        version = building.publish(survey)
    except BrokenDefinition as refusal:
        flash(_("Chưa công bố được: còn %(n)s lỗi cần sửa.", n=len(refusal.faults)), "error")
    except RuleBroken as refusal:
        flash(refusal.message, "error")
    else:
        flash(_("Đã công bố phiên bản %(n)s.", n=version.number), "done")
    return _back(survey)


@blueprint.post(OWN + "phien-ban/")
@requires(Permission.SURVEY)
@transactional
def new_survey_version(survey_id: int) -> Response:
    survey = own(survey_id)
    version = building.new_version(survey)
    flash(
        _("Đang sửa phiên bản %(n)s. Phiên bản trước vẫn nhận trả lời cho đến khi công bố.", n=version.number), "done"
    )
    return _back(survey)


@blueprint.post(OWN + "bo-phien-ban/")
@requires(Permission.SURVEY)
@transactional
def drop_survey_version(survey_id: int) -> Response:
    survey = own(survey_id)
    building.drop_version(survey)
    flash(_("Đã bỏ phiên bản chưa công bố."), "done")
    return _back(survey)


@blueprint.route(OWN + "dong/", methods=["GET", "POST"])
@requires(Permission.SURVEY)
@transactional
def close_survey(survey_id: int) -> str | Response:
    """Ask once more, then close."""
    survey = own(survey_id)
    building.must_be_public(survey)
    form = SettingsForm()
    if not form.is_submitted():
        return render_template(
            "surveys/desk/close.html", survey=survey, minutes=int(policies.GRACE.total_seconds() / 60)
        )
    building.close(survey)
    flash(_("Đã đóng khảo sát. Ai đang điền dở còn gửi được trong thời gian gia hạn."), "done")
    return _back(survey)


@blueprint.post(OWN + "sao-chep/")
@requires(Permission.SURVEY)
@transactional
def copy_survey(survey_id: int) -> Response:
    """A new draft with the same questions, for the same agency, open for as long from tomorrow on."""
    survey = own(survey_id)
    opens = max(survey.opens_at, clock.now())
    title = _("%(title)s (bản sao)", title=survey.title)[:300]
    settings = building.Settings(
        title=title,
        opens_at=opens,
        closes_at=opens + (survey.closes_at - survey.opens_at),
        access=survey.access,
        anonymous=survey.anonymous,
        min_cell=survey.min_cell,
        publishes_words=survey.publishes_words,
    )
    made = building.copy_survey(survey, settings, by=signed_in_person(), agency=survey.agency)
    flash(_("Đã chép thành khảo sát mới, chưa công bố."), "done")
    return _back(made)


def _back(survey: Survey) -> Response:
    return redirect(url_for(".desk_survey", survey_id=survey.id), 303)
