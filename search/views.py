"""The search page."""

from flask import Blueprint, current_app, render_template, request

from core import slots
from core.access import public
from search import services
from search.engines.base import REBUILD_COMMAND, IndexDamaged
from search.forms import PAGE, SearchForm

blueprint = Blueprint("search", __name__)


@blueprint.get("/tim-kiem/")
@public
def search() -> str | tuple[str, int]:
    form = SearchForm(request.args)
    form.offer(slots.content("search.contexts", default=()))
    form.validate()
    query = form.query()
    asked = bool(query.text or query.stance or query.consultation_ids or query.types or query.lineage_id)
    try:
        findings = services.find(query) if asked else None
    except IndexDamaged as damaged:
        current_app.logger.error("the search index is damaged; run: %s", REBUILD_COMMAND)
        return render_template(
            "search/search.html", form=form, query=query, findings=None, kept={}, failure=damaged
        ), 503
    kept = {name: value for name, value in request.args.items() if value and name != "tu-muc"}
    return render_template(
        "search/search.html",
        form=form,
        query=query,
        findings=findings,
        kept=kept,
        page_size=PAGE,
    )
