"""What a survey has found: for its drafters all of it, for the public once the agency says, without small cells."""

from flask import flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from accounts.policies import Permission
from accounts.session import signed_in_person
from core import clock
from core.access import public, requires
from core.db import transactional
from core.errors import NotFound
from core.i18n import gettext as _
from core.text import slug
from surveys import policies, queries, queries_results
from surveys.definition.piping import fill
from surveys.definition.shape import Question
from surveys.exports.making import WRITERS, export
from surveys.models import Survey
from surveys.queries_results import Asked
from surveys.results import drawing
from surveys.results.crosstab import REST, CrossTable, Side, cross, sides_of
from surveys.results.figures import Result, margin_of_error, result_of
from surveys.results.hiding import for_the_public
from surveys.sentences import choice_words
from surveys.services import building
from surveys.views import blueprint

PUBLIC = "/khao-sat/<int(max=2147483647):survey_id>/ket-qua/"
OWN = "/soan-thao/khao-sat/<int(max=2147483647):survey_id>/ket-qua/"


@blueprint.get(PUBLIC)
@public
def results(survey_id: int) -> str:
    """What anybody may see; 404 until the agency publishes it."""
    survey = queries.get_public(survey_id)
    if survey.results_published_at is None:
        raise NotFound
    asked = queries_results.asked_of(survey.id)
    shown = for_the_public(read_results(survey, asked), asked.total, survey.min_cell)
    return _page(survey, asked, shown, staff=False)


@blueprint.get(OWN)
@requires(Permission.SURVEY)
def desk_results(survey_id: int) -> str:
    survey = _own(survey_id)
    asked = queries_results.asked_of(survey.id)
    return _page(survey, asked, read_results(survey, asked), staff=True)


@blueprint.post(OWN + "cong-bo/")
@requires(Permission.SURVEY)
@transactional
def publish_results(survey_id: int) -> Response:
    """Show the results to everybody (``public=1``), or take them back."""
    survey = _own(survey_id)
    building.must_be_public(survey)
    building.publish_results(survey, public=request.form.get("public") == "1")
    if survey.results_published_at:
        flash(_("Kết quả đã công khai. Số nhỏ hơn %(k)s được ẩn.", k=survey.min_cell), "done")
    else:
        flash(_("Kết quả không còn công khai."), "done")
    return redirect(url_for(".desk_results", survey_id=survey.id), 303)


@blueprint.get(OWN + "bang-cheo/")
@requires(Permission.SURVEY)
def cross_table(survey_id: int) -> str:
    """Any two questions against each other."""
    survey = _own(survey_id)
    sides = {side.key: side for side in sides_of(queries_results.asked_of(survey.id).questions)}
    first, second = sides.get(request.args.get("hang", "")), sides.get(request.args.get("cot", ""))
    table = None
    if first and second and first != second:
        table = cross(first, second, *queries_results.pairs_of(survey.id, first, second))
    return render_template(
        "surveys/results_cross.html",
        survey=survey,
        sides=[(key, _side_words(side)) for key, side in sides.items()],
        first=first,
        second=second,
        same=first is not None and first == second,
        table=table,
        names=_categories(first, second, table) if first and second and table else {},
        shade=drawing.shade,
    )


@blueprint.get(OWN + "du-lieu.<any(csv, xlsx, sav, json):format_>")
@requires(Permission.SURVEY)
def export_sheets(survey_id: int, format_: str) -> Response:
    """Every sheet as a file."""
    survey = _own(survey_id)
    name = f"{slug(survey.title)[:60]}-{clock.local(clock.now()):%Y%m%d-%H%M}.{format_}"
    return send_file(export(survey, format_), mimetype=WRITERS[format_][1], as_attachment=True, download_name=name)


def _own(survey_id: int) -> Survey:
    return queries.get_own(signed_in_person().id, survey_id)


def read_results(survey: Survey, asked: Asked) -> list[Result]:
    """Every figure of every question, nothing hidden."""
    counts = queries_results.counts_of(survey.id, asked.questions)
    places = queries_results.names_of_places(counts.values())
    return [
        result_of(question, counts[question.code], labels=_labels(question), places=places)
        for question in asked.questions
    ]


def question_words(question: Question) -> str:
    """The text of a question for everybody: "…" where each read an earlier answer of their own."""
    return fill(question.text, lambda _code: None)


def _labels(question: Question) -> dict[str, str]:
    return {code: choice_words(question, code) for code in question.choices}


def _page(survey: Survey, asked: Asked, results: list[Result], *, staff: bool) -> str:
    return render_template(
        "surveys/results.html",
        survey=survey,
        phase=policies.phase(survey, clock.now()).value,
        asked=asked,
        few=asked.total < survey.min_cell,
        turnout=queries.turnout(survey.id),
        results=results,
        hides=any(result.withheld or result.has_hidden for result in results),
        words=queries_results.words_of(survey.id, asked.questions) if staff else {},
        text_of=question_words,
        staff=staff,
        draw=drawing,
        margin=margin_of_error if survey.is_sample else None,
        formats=tuple(WRITERS),
    )


def _side_words(side: Side) -> str:
    row = next((row.label for row in side.question.rows if row.code == side.row), "")
    words = question_words(side.question)
    return f"{words} · {row}" if row else words


def _categories(first: Side, second: Side, table: CrossTable) -> dict[str, dict[str, str]]:
    """The words for the categories of each side, by "rows" and "columns"."""
    places = queries.place_names({*table.rows, *table.columns})
    sides = {"rows": (first, table.rows), "columns": (second, table.columns)}
    return {
        name: {code: _category(side.question, code, places) for code in codes} for name, (side, codes) in sides.items()
    }


def _category(question: Question, code: str, places: dict[str, str]) -> str:
    if code == REST:
        return _("Nơi khác")
    if code in question.choices:
        return choice_words(question, code)
    return places.get(code, code)
