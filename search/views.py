"""The search page."""

from flask import Blueprint, render_template, request

from core import slots
from core.access import public
from search import services
from search.forms import PAGE, SearchForm

blueprint = Blueprint("search", __name__)


@blueprint.get("/tim-kiem/")
@public
def search() -> str:
    form = SearchForm(request.args)
    form.offer(slots.content("search.contexts", default=()))
    form.validate()
    query = form.query()
    findings = services.find(query) if query.only or not query.words.blank else None
    kept = {name: value for name, value in request.args.items() if value and name != "tu-muc"}
    return render_template(
        "search/search.html",
        form=form,
        query=query,
        findings=findings,
        kept=kept,
        page_size=PAGE,
    )
