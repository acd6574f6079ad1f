"""The desk: what a search found, as a working set. Ticked opinions of one provision become a group there."""

from dataclasses import replace

from flask import Blueprint, render_template, request, url_for

from accounts.policies import Permission
from accounts.session import signed_in_person
from consultations.indexing import COMMENT
from core.access import requires
from core.errors import NotFound
from core.i18n import gettext as _
from core.pagination import Page
from opinions.forms.desk import PickForm
from opinions.queries import desk
from opinions.queries.found import list_found
from search import services as search
from search.addresses import kept_arguments, read_wish
from search.documents import Facet
from search.services.asking import to_query

blueprint = Blueprint("found", __name__, url_prefix="/tiep-thu")

MOST = 200  # opinions on the page: the best found; who needs more narrows the search


@blueprint.get("/<int:consultation_id>/ket-qua-tim/")
@requires(Permission.ANSWER)
def working_set(consultation_id: int) -> str:
    consultation = desk.get_consultation(signed_in_person().id, consultation_id)
    wish = read_wish(request.args)
    query = to_query(wish, is_staff=True)
    only = {**query.only, Facet.CONSULTATION: (consultation_id,), Facet.TYPE: (COMMENT,)}
    keys, total = search.keys(replace(query, only=only, offset=0, limit=MOST))
    places = list_found(consultation_id, [id_ for _type, id_ in keys])
    return render_template(
        "opinions/found.html",
        consultation=consultation,
        places=[(place, Page(list(place.free), None, None), _pick_form(number)) for number, place in enumerate(places)],
        shown=sum(len(place.free) + len(place.grouped) for place in places),
        total=total,
        typed=wish.typed,
        kept=kept_arguments(request.args),
    )


def _pick_form(number: int) -> PickForm:
    """One of several on a page, each with ids of its own."""
    form = PickForm(formdata=None)
    form.title.id = f"ten-nhom-{number}"
    return form


def desks_for(person_id: int, consultation_id: int) -> list[tuple[str, str]]:
    """(label, address) for the results page, of who may answer the consultation."""
    try:
        desk.get_consultation(person_id, consultation_id)
    except NotFound:
        return []
    return [(_("Đưa vào bàn tiếp thu"), url_for("found.working_set", consultation_id=consultation_id))]
