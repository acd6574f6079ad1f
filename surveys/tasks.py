"""What the worker does for surveys."""

from collections.abc import Sequence

from core import clock, outbox
from core.db import db, let_go_of_locks, transaction
from surveys import policies
from surveys.models import Survey
from surveys.services import answering, box, counting


@outbox.handles(box.TOPIC, batch=50)
def open_boxes(payloads: Sequence[outbox.Payload]) -> None:
    """Empty the boxes that are full, and those of surveys that are over, where what was never sent goes as well."""
    closing = {payload["survey_id"] for payload in payloads if payload.get("closing")}
    for survey_id in {payload["survey_id"] for payload in payloads}:
        with transaction():
            survey = db.session.get(Survey, survey_id)
            if survey is None:
                continue
            box.open_box(survey)
            if policies.phase(survey, clock.now()) == policies.Phase.CLOSED:
                answering.forget_unsent(survey_id)
            elif survey_id in closing:
                box.open_when_closed(survey)


@outbox.handles(counting.TOPIC, batch=20)
def count_results(payloads: Sequence[outbox.Payload]) -> None:
    """Count for pages of results. Counting only reads, so that nobody who writes waits for it."""
    for survey_id, scope in dict.fromkeys((payload["survey_id"], payload["scope"]) for payload in payloads):
        with transaction():
            counting.begin(survey_id, scope)
        counted = counting.count(survey_id, scope)
        let_go_of_locks()
        with transaction():
            survey = db.session.get(Survey, survey_id)
            if survey is not None and counted is not None:
                counting.keep(survey, scope, counted)
