"""How a consultation is moderated, in figures that anybody may read."""

from flask import render_template

from consultations.queries import reading
from consultations.views import blueprint
from core.access import public
from moderation.models import ReviewStatus
from moderation.queries import statistics
from moderation.queries.waiting import promised_hours
from moderation.rules import rules

HOUR = 3600


@blueprint.get("/du-thao/<int:consultation_id>/kiem-duyet/")
@public
def moderation(consultation_id: int) -> str:
    head = reading.get_head(consultation_id)
    figures = statistics(head.id)
    return render_template(
        "consultations/moderation.html",
        head=head,
        figures=figures,
        published=figures.by_status.get(ReviewStatus.PUBLISHED, 0),
        refused=figures.by_status.get(ReviewStatus.REFUSED, 0),
        spam=figures.by_status.get(ReviewStatus.SPAM, 0),
        withdrawn=figures.by_status.get(ReviewStatus.WITHDRAWN, 0),
        unconfirmed=figures.by_status.get(ReviewStatus.UNCONFIRMED, 0),
        rules=rules(),
        promised=promised_hours(head.agency_id),
        hours=None if figures.median_seconds is None else figures.median_seconds / HOUR,
    )
