"""What is counted of a consultation, for everybody: written opinions, ticks, reported figures, bodies asked; apart."""

from typing import Any

from flask import Blueprint, jsonify, render_template
from werkzeug.wrappers import Response

from consultations.models import Consultation
from consultations.queries import reading, ticks
from core import clock
from core.access import public
from core.db import db
from moderation.models import LEDGER, ReviewStatus
from opinions.exports.apart import figures as as_data
from opinions.queries import counted, places, reported
from opinions.queries.apart import Apart, apart

blueprint = Blueprint("figures", __name__)


@blueprint.get("/du-thao/<int:consultation_id>/so-lieu/")
@public
def figures(consultation_id: int) -> str:
    """Every figure says which kind it counts, and the rule says which channels count."""
    head = reading.get_head(consultation_id)
    statuses, kinds = _apart(head.id)
    by_place = reported.by_place(head.id)
    return render_template(
        "opinions/figures.html",
        head=head,
        statuses=statuses,
        apart=kinds,
        three=counted.distinct(head.id, kinds.received).figures(kinds.received),
        items=ticks.list_items(head.id) if head.tick_items else [],
        reported=by_place,
        citations=places.citations(by_place),
    )


@blueprint.get("/du-thao/<int:consultation_id>/so-lieu.json")
@public
def figures_data(consultation_id: int) -> Response:
    """The same as open data, with no person in it."""
    head = reading.get_head(consultation_id)
    statuses, kinds = _apart(head.id)
    three = counted.distinct(head.id, kinds.received).figures(kinds.received)
    data = as_data(kinds)
    data["written_opinions"] |= {
        "published": statuses.get(ReviewStatus.PUBLISHED, 0),
        "by_status": {status.value: n for status, n in sorted(statuses.items())},
        "distinct_texts": three.distinct,
        "distinct_people": three.people,
        "distinct_verified_people": three.verified,
    }
    items = ticks.list_items(head.id) if head.tick_items else []
    data["ticks"]["of_items"] = [_item(item) for item in items]
    data["reported_tallies"]["of_places"] = _places(head.id)
    about = {"id": head.id, "title": head.title, "agency": head.agency}
    return jsonify({"consultation": about, "made_at": clock.now().isoformat(timespec="seconds"), **data})


def _apart(consultation_id: int) -> tuple[dict[ReviewStatus, int], Apart]:
    statuses = places.status_counts(consultation_id)
    received = sum(n for status, n in statuses.items() if status in LEDGER)
    return statuses, apart(db.session.get_one(Consultation, consultation_id), received)


def _item(item: ticks.Item) -> dict[str, Any]:
    return {
        "id": item.id,
        "citation": item.citation or None,
        "question": item.question or None,
        "agree": item.agree,
        "disagree": item.disagree,
        "verified": item.verified,
        "guests": item.guests,
    }


def _places(consultation_id: int) -> list[dict[str, Any]]:
    found = reported.by_place(consultation_id)
    cited = places.citations(found)
    return [
        {"citation": cited.get(key), "agree": sum_.agree, "disagree": sum_.disagree, "other": sum_.other}
        for key, sum_ in found.items()
    ]
