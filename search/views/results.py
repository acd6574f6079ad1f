"""The results page, completions while one types, and the results as a file."""

import tempfile
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from flask import Response, jsonify, render_template, request, send_file

from accounts.session import current_person, permissions
from core import clock, slots
from core.access import public
from core.i18n import gettext as _
from search.addresses import PAGE, Wish, kept_arguments, read_wish, to_address
from search.documents import Facet
from search.explaining import explain, explain_remark, is_plain
from search.exports import export
from search.facets import facet_groups, type_names
from search.finding import Reading
from search.forms import NAME_LENGTH, SaveForm, SearchForm
from search.heat import STEPS, heat
from search.services.asking import Asked, ask, to_query
from search.services.prompting import prompt
from search.views import blueprint


@blueprint.get("/tim-kiem/")
@public
def search() -> str:
    form, wish = read_request()
    if wish.is_blank:
        return render_template("search/search.html", form=form, wish=wish, asked=None, kept={})
    asked = ask(wish, is_staff=bool(permissions()))
    kept = kept_arguments(request.args)
    return render_template(
        "search/search.html",
        form=form,
        wish=wish,
        asked=asked,
        kept=kept,
        page_size=PAGE,
        save_form=SaveForm(formdata=None, address=to_address(request.args), name=wish.typed[:NAME_LENGTH]),
        **_around(asked, form.consultation.choices),
    )


@blueprint.get("/tim-kiem/cach-viet/")
@public
def language() -> str:
    return render_template("search/language.html")


@blueprint.get("/tim-kiem/goi-y")
@public
def completions() -> Response:
    """What the typed text may become: at most eight, all of them found just now."""
    typed = request.args.get("q", "")
    drafts = read_wish(request.args).chosen.get(Facet.CONSULTATION)
    within = None if drafts is None else [int(draft) for draft in drafts]
    found = prompt(typed, consultation_ids=within) if len(typed.strip()) > 1 else []
    answer = jsonify(found)
    answer.headers["Cache-Control"] = "no-store"  # what is hidden a moment later must not be offered again
    return answer


@blueprint.get("/tim-kiem/ket-qua.csv")
@public
def download() -> Response:
    """All that was found, up to a limit that the file names."""
    _form, wish = read_request()
    query = to_query(wish, is_staff=bool(permissions()))
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the answer
    export(query, file, typed=wish.typed)
    file.seek(0)
    name = clock.today().strftime("ket-qua-tim-%Y-%m-%d.csv")
    return send_file(file, mimetype="text/csv", as_attachment=True, download_name=name)


def read_request() -> tuple[SearchForm, Wish]:
    """The form of this request, and what it asks for."""
    form = SearchForm(request.args)
    form.offer(slots.content("search.consultations", None, default={}))
    form.validate()
    return form, read_wish(request.args)


def _around(asked: Asked, consultations: Any) -> Mapping[str, Any]:
    """What stands around the list: how it was understood, what it can be narrowed by, and where in the draft it is."""
    findings, wish = asked.findings, asked.wish
    chosen = {facet: values[0] for facet, values in wish.chosen.items()}
    if wish.lineage_id is not None:
        chosen[Facet.LINEAGE] = wish.lineage_id
    some_words = asked.answer.reading is Reading.SOME_WORDS
    types = findings.facets.get(Facet.TYPE, {})
    drafts = findings.facets.get(Facet.CONSULTATION, {})
    draft = next(iter(drafts)) if len(drafts) == 1 else chosen.get(Facet.CONSULTATION)
    lineages = {int(value): count for value, count in findings.facets.get(Facet.LINEAGE, {}).items()}
    cells = heat(slots.content("search.outline", draft, default=()), lineages, wish.lineage_id) if draft else []
    return {
        "understood": [] if is_plain(asked.understood) else explain(asked.understood, some_words=some_words),
        "remarks": [explain_remark(remark) for remark in asked.understood.remarks],
        "groups": facet_groups(findings.facets, findings.by_lineage, chosen),
        "types": [(type_names([name]).get(name, ""), name, count) for name, count in types.items()],
        "heat": cells,
        "heat_total": sum(cell.n for _division, row in cells for cell in row),
        "heat_draft": dict(consultations).get(str(draft), "") if draft else "",
        "steps": _steps(),
        "person": current_person(),
        "desks": _desks(draft),
    }


def _desks(draft: Any) -> list[tuple[str, str]]:
    """(label, address) of where those who answer this draft work on what was found; nothing for others."""
    person = current_person()
    if person is None or draft is None:
        return []
    found: list[tuple[str, str]] = slots.content("search.desks", person.id, int(draft), default=[])
    return found


def _steps() -> list[str]:
    words = [_("không có")]
    for start, end in pairwise(STEPS):
        words.append(str(start) if end == start + 1 else f"{start}–{end - 1}")
    return [*words, _("từ %(n)s", n=STEPS[-1])]
