"""The stages of a run, in their order. Loads numpy and scikit-learn: for the worker and the command, not for pages."""

import json
import time
from pathlib import Path

from consultations.models import Consultation
from core.db import db
from opinions.models import GroupingRun, RunStage
from opinions.queries import proposals as queries
from opinions.services import grouping_families
from opinions.services.grouping_proposals import work_out
from opinions.services.grouping_runs import Lost, Step, Work

SECONDS = 5.0
"""A step of proposing looks at places for so long (one place with very many opinions may take longer)."""
PLACES = "places.json"


def propose(run: GroupingRun, folder: Path) -> Step:
    """Propose groups on the next places."""
    consultation = db.session.get_one(Consultation, run.consultation_id)
    places = _places(run, folder)
    until = time.monotonic() + SECONDS
    writes = []
    at = run.cursor
    while at < len(places) and time.monotonic() < until:
        writes.append(work_out(consultation, *places[at], mixed=run.mixed))
        at += 1
    is_last = at >= len(places)
    return Step(
        RunStage.DONE if is_last else RunStage.PROPOSING,
        at,
        at,
        len(places),
        lambda: sum(write() for write in writes),
    )


def _places(run: GroupingRun, folder: Path) -> list[tuple[int, int]]:
    """The places of the consultation as they were when the stage began."""
    path = folder / PLACES
    if run.cursor == 0:
        rows = queries.places_with_opinions(run.consultation_id)
        path.write_text(json.dumps([[row.document_id, row.place] for row in rows]))
    try:
        return [(document_id, place) for document_id, place in json.loads(path.read_text())]
    except FileNotFoundError:
        raise Lost from None


STAGES: dict[RunStage, Work] = {
    RunStage.READING: grouping_families.read,
    RunStage.JOINING: grouping_families.join_all,
    RunStage.KEEPING: grouping_families.keep,
    RunStage.PROPOSING: propose,
}
