"""A definition as a file: out, in, and the schema that describes it, for anybody."""

from flask import Response as FlaskResponse
from flask import flash, jsonify, redirect, render_template, url_for
from werkzeug.wrappers import Response

from accounts.policies import Permission
from core.access import public, requires
from core.db import transactional
from core.i18n import gettext as _
from surveys import queries
from surveys.definition.documents import dumps, from_json
from surveys.definition.schema import schema
from surveys.forms.building import ImportForm
from surveys.services import building
from surveys.views import blueprint
from surveys.views.building import Answer, draft_of
from surveys.views.desk import OWN, own, read_file


@blueprint.get("/khao-sat/dinh-nghia.schema.json")
@public
def definition_schema() -> Response:
    """JSON Schema of a definition; the same as docs/survey.schema.json."""
    response = jsonify(schema())
    response.mimetype = "application/schema+json"
    response.cache_control.max_age = 3600
    return response


@blueprint.get(OWN + "dinh-nghia.json")
@requires(Permission.SURVEY)
def export_definition(survey_id: int) -> Response:
    survey = own(survey_id)
    version = queries.get_latest_version(survey.id)
    response = FlaskResponse(dumps(from_json(version.definition)), mimetype="application/json")
    name = f"khao-sat-{survey.id}-phien-ban-{version.number}.json"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@blueprint.route(OWN + "nhap/", methods=["GET", "POST"])
@requires(Permission.SURVEY)
@transactional
def import_definition(survey_id: int) -> Answer:
    """The questions of a file in place of those of the version that is being written."""
    survey = own(survey_id)
    version, _definition = draft_of(survey)
    form = ImportForm()
    if form.validate_on_submit():
        with form.refusals():
            definition = read_file(form.file.data)
            building.save_definition(version, definition, revision=version.revision)
        if not form.refused:
            flash(_("Đã nhập %(n)s câu hỏi từ tệp.", n=len(definition.questions)), "done")
            return redirect(url_for(".desk_survey", survey_id=survey.id), 303)
    return render_template("surveys/desk/import.html", survey=survey, form=form), 422 if form.refused else 200
