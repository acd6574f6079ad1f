"""Open data for researchers and journalists: what there is, and the published opinions of a consultation as JSON."""

from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request, url_for

from consultations.queries import reading
from core import clock
from core.access import public
from core.errors import NotFound
from core.links import address_of
from moderation.models import ReviewStatus
from opinions.exports.open_data import FIELDS, open_opinion
from opinions.queries import open_data as queries

blueprint = Blueprint("open_data", __name__)

FRESH_SECONDS = 300
HIGHEST_ID = 2**62


@blueprint.get("/du-lieu-mo/")
@public
def index() -> str:
    """What there is, what its fields mean, and how to read on."""
    return render_template(
        "opinions/open_data.html",
        page=queries.list_consultations(request.args.get("trang")),
        at_once=queries.PAGE_SIZE,
        fields=FIELDS,
    )


@blueprint.get("/du-thao/<int:consultation_id>/du-lieu/y-kien.json")
@public
def opinions(consultation_id: int) -> Response:
    """Every published opinion, 500 at a time: ``next`` leads on (null at the end); ``left_out`` only at first."""
    head, after = reading.get_head(consultation_id), _asked_id()
    rows = queries.list_open(consultation_id, after=after)
    response = jsonify(
        consultation={"id": head.id, "title": head.title, "agency": head.agency},
        made_at=clock.now().isoformat(timespec="seconds"),
        **({} if after else _totals(consultation_id)),
        next=_next(consultation_id, rows[-1].id) if len(rows) == queries.PAGE_SIZE else None,
        opinions=[open_opinion(row, _page_of(consultation_id, row.place)) for row in rows],
    )
    response.headers["Cache-Control"] = f"public, max-age={FRESH_SECONDS}"
    return response


def _asked_id() -> int:
    """The id after which to go on; 0 for the beginning. Raises NotFound for what is no id."""
    given = request.args.get("sau", "0")
    if not (given.isascii() and given.isdigit()) or int(given[:20]) > HIGHEST_ID:
        raise NotFound
    return int(given)


def _totals(consultation_id: int) -> dict[str, Any]:
    counts = queries.count_by_status(consultation_id)
    return {
        "received": sum(counts.values()),
        "public_opinions": counts.pop(ReviewStatus.PUBLISHED, 0),
        "left_out": {status.value: count for status, count in counts.items()},
    }


def _next(consultation_id: int, last_id: int) -> str:
    return address_of(url_for(".opinions", consultation_id=consultation_id, sau=last_id))


def _page_of(consultation_id: int, place: int) -> str:
    if not place:
        return address_of(url_for("consultations.reading", consultation_id=consultation_id))
    return address_of(url_for("consultations.provision", consultation_id=consultation_id, lineage_id=place))
