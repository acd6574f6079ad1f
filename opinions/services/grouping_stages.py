"""The stages of a run, in their order. Loads numpy and scikit-learn: for the worker and the command, not for pages."""

import json
import time
from collections.abc import Callable
from pathlib import Path

from consultations.models import Consultation
from core.db import db
from core.spreading import spread
from opinions.analysis.sketching import Sketched, sketch
from opinions.models import GroupingRun, RunStage
from opinions.queries import proposals as queries
from opinions.services import grouping_families
from opinions.services.grouping_proposals import Place, read, write
from opinions.services.grouping_runs import Lost, Step, Work

SECONDS = 5.0
"""A step of proposing looks at places for so long (one place with very many opinions may take longer)."""
PLACES = "places.json"
WORTH_IT = 20_000
"""Opinions from which processes of their own pay."""


def propose(run: GroupingRun, folder: Path) -> Step:
    """Propose groups on the next places; the places of a large consultation are shared out to all processors."""
    consultation = db.session.get_one(Consultation, run.consultation_id)
    places = _places(run, folder)
    until = time.monotonic() + SECONDS
    found: list[tuple[Place, Callable[[], list[Sketched]]]] = []
    at = run.cursor
    with spread(sketch, several=run.opinions >= WORTH_IT) as begin:
        while at < len(places) and time.monotonic() < until:
            here, material = read(*places[at], mixed=run.mixed)
            found.append((here, begin(material) if material else list))
            at += 1
        worked_out = [(here, done()) for here, done in found]
    is_last = at >= len(places)
    return Step(
        RunStage.DONE if is_last else RunStage.PROPOSING,
        at,
        at,
        len(places),
        lambda: sum(write(consultation, here, sketched) for here, sketched in worked_out),
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
