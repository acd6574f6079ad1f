"""What the worker does for surveys."""

from collections.abc import Sequence

from core import clock, outbox
from core.db import db, transaction
from surveys import policies
from surveys.models import Survey
from surveys.services import box


@outbox.handles(box.TOPIC, batch=50)
def open_boxes(payloads: Sequence[outbox.Payload]) -> None:
    """Empty the boxes that are full, and those of surveys that are over; one that was prolonged is looked at again."""
    closing = {payload["survey_id"] for payload in payloads if payload.get("closing")}
    for survey_id in {payload["survey_id"] for payload in payloads}:
        with transaction():
            survey = db.session.get(Survey, survey_id)
            if survey is None:
                continue
            box.open_box(survey)
            if survey_id in closing and policies.phase(survey, clock.now()) != policies.Phase.CLOSED:
                box.open_when_closed(survey)
