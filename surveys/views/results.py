"""What a survey has found: for its drafters all of it, for the public once the agency says, without small cells."""

import io
from collections.abc import Mapping, Sequence
from datetime import timedelta

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
from surveys import policies, queries, queries_results, queries_words
from surveys.definition.shape import Kind, Question
from surveys.exports import report
from surveys.exports.making import WRITERS, export
from surveys.models import Survey
from surveys.queries import Turnout
from surveys.results import drawing, hiding
from surveys.results.alike import group_texts
from surveys.results.crosstab import REST, CrossTable, Side, cross, sides_of
from surveys.results.figures import Result, margin_of_error
from surveys.results.filtering import Filter, answers_of, filter_sides, find_filter
from surveys.sentences import access_sentences, choice_words, door_words, question_words
from surveys.services import building, counting
from surveys.services.counting import Counted, read_results
from surveys.services.words import UNWRITTEN
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
    counted = counting.for_the_public(survey)
    shown = []
    if counted is not None:
        shown = hiding.for_the_public(read_results(counted), counted.asked.total, survey.min_cell)
    return _page(survey, counted, shown, staff=False)


@blueprint.get(OWN)
@requires(Permission.SURVEY)
def desk_results(survey_id: int) -> str:
    """Every figure; with ``loc`` (a key of surveys.results.filtering) those of the sheets that gave one answer."""
    survey = _own(survey_id)
    sides, only = _filters(survey)
    counted = counting.for_the_desk(survey, only)
    shown = [] if counted is None else read_results(counted)
    return _page(survey, counted, shown, staff=True, sides=sides, only=only)


@blueprint.get(OWN + "loi-viet/<code>/")
@requires(Permission.SURVEY)
def written(survey_id: int, code: str) -> str:
    """What was written to one question, like with like."""
    survey = _own(survey_id)
    question = queries_words.questions_of({survey.id}).get((survey.id, code))
    if question is None or question.kind in UNWRITTEN:
        raise NotFound
    texts = queries_words.texts_of(survey.id, code)
    return render_template(
        "surveys/results_words.html",
        survey=survey,
        text=question_words(question),
        groups=group_texts(texts.read),
        texts=texts,
        awaiting=queries_words.count_awaiting(survey.id),
    )


@blueprint.post(OWN + "tinh-lai/")
@requires(Permission.SURVEY)
@transactional
def count_again(survey_id: int) -> Response:
    """Have the worker count now, all sheets or those of a filter; a small survey is counted with every page."""
    survey = _own(survey_id)
    _sides, only = _filters(survey)
    if counting.is_large(survey.id):
        counting.ask_for(survey.id, counting.scope_of(only), delay=timedelta(0))
        flash(_("Đang tính. Tải lại trang này sau ít phút."), "done")
    return redirect(url_for(".desk_results", survey_id=survey.id, loc=only.key if only else None), 303)


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
        sides=[(key, side_words(side)) for key, side in sides.items()],
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


@blueprint.get(OWN + "bao-cao.docx")
@requires(Permission.SURVEY)
def export_report(survey_id: int) -> Response:
    """A report to print. Of public results it holds what the public sees: no two reports differ by one sheet."""
    survey = _own(survey_id)
    counted = counting.for_the_public(survey) or counting.for_the_desk(survey)
    if counted is None:
        raise NotFound
    out = io.BytesIO()
    report.write(survey, counted, out)
    out.seek(0)
    name = f"{slug(survey.title)[:60]}-{clock.local(clock.now()):%Y%m%d-%H%M}.docx"
    return send_file(out, mimetype=report.MEDIA_TYPE, as_attachment=True, download_name=name)


def _own(survey_id: int) -> Survey:
    return queries.get_own(signed_in_person().id, survey_id)


def _filters(survey: Survey) -> tuple[list[tuple[str, list[tuple[str, str]]]], Filter | None]:
    """What the results can be filtered by, in words: (question, [(key, answer)]); and the filter that was chosen."""
    questions = queries_results.asked_in(survey.id, {}).questions
    on_places = any(question.kind == Kind.PLACE for question in questions)
    provinces = {place.code: place.name for place in queries.list_provinces()} if on_places else {}
    offered = [
        (
            side_words(side),
            [(Filter(side, code).key, category_words(side.question, code, provinces)) for code in codes],
        )
        for side in filter_sides(questions)
        if (codes := answers_of(side, provinces))
    ]
    return offered, find_filter(request.values.get("loc", ""), questions, provinces)


def _doors(turnout: Turnout) -> str:
    """How many were kept from answering twice by what."""
    words = door_words()
    return ", ".join(f"{words[door.value]} ({n})" for door, n in turnout.doors.items())


def _words(survey: Survey, counted: Counted | None, *, staff: bool) -> Mapping[str, list[str]]:
    """For the desk some of everything; for the public what moderators let through, where people were told."""
    if counted is None or (not staff and not survey.publishes_words):
        return {}
    return counted.words if staff else queries_words.published_words(survey.id)


def _page(
    survey: Survey,
    counted: Counted | None,
    results: list[Result],
    *,
    staff: bool,
    sides: Sequence[tuple[str, list[tuple[str, str]]]] = (),
    only: Filter | None = None,
) -> str:
    total = counted.asked.total if counted else 0
    turnout = queries.turnout(survey.id) if staff else None
    return render_template(
        "surveys/results.html",
        survey=survey,
        phase=policies.phase(survey, clock.now()).value,
        counted=counted,
        total=total,
        few=total < survey.min_cell,
        turnout=turnout,
        doors=_doors(turnout) if turnout else "",
        access=access_sentences()[survey.access.value],
        results=results,
        words=_words(survey, counted, staff=staff),
        text_of=question_words,
        staff=staff,
        sides=sides,
        only=only.key if only else "",
        draw=drawing,
        margin=margin_of_error if survey.is_sample else None,
        formats=tuple(WRITERS),
    )


def side_words(side: Side) -> str:
    row = next((row.label for row in side.question.rows if row.code == side.row), "")
    words = question_words(side.question)
    return f"{words} · {row}" if row else words


def _categories(first: Side, second: Side, table: CrossTable) -> dict[str, dict[str, str]]:
    """The words for the categories of each side, by "rows" and "columns"."""
    places = queries.place_names({*table.rows, *table.columns})
    sides = {"rows": (first, table.rows), "columns": (second, table.columns)}
    return {
        name: {code: category_words(side.question, code, places) for code in codes}
        for name, (side, codes) in sides.items()
    }


def category_words(question: Question, code: str, places: Mapping[str, str]) -> str:
    if code == REST:
        return _("Nơi khác")
    if code in question.choices:
        return choice_words(question, code)
    return places.get(code, code)
