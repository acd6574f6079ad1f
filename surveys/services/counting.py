"""What pages of results show: counted as they are asked for while a survey is small, else by the worker at intervals.

Figures of the public always come from a snapshot that moves by at least ``min_cell`` sheets (results.holding), so that
nobody sees them before and after one sheet. A snapshot is named by its scope: ``DESK`` or ``PUBLIC``; for the desk with
the key of a filter behind it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from core import clock, outbox
from core.db import db
from surveys import queries, queries_results
from surveys.definition.shape import Question
from surveys.models import ResultSnapshot, Survey
from surveys.queries_results import Asked
from surveys.results import stored
from surveys.results.figures import Counts, Result, result_of
from surveys.results.filtering import Filter, find_filter
from surveys.results.holding import hold_back, hold_sheets
from surveys.sentences import choice_words

TOPIC = "surveys.count"
DESK, PUBLIC = "desk", "public"
LIVE = 1_000
"""Sheets up to which the desk's pages count by themselves: some 40,000 rows."""
EVERY = timedelta(minutes=10)
LOST = timedelta(hours=1)
"""After it a count that was asked for and never came may be asked for again."""


@dataclass(frozen=True)
class Counted:
    """What a page shows. ``at``: when it was counted; None: now. ``words``: some texts by question, for the desk."""

    asked: Asked
    counts: Mapping[str, Counts]
    at: datetime | None = None
    words: Mapping[str, list[str]] = field(default_factory=dict)


def scope_of(only: Filter | None) -> str:
    """The scope of the desk's figures, of all sheets or of those that a filter lets in."""
    return DESK if only is None else f"{DESK} {only.key}"


def is_large(survey_id: int) -> bool:
    """Are there too many sheets for pages to count? As of the last snapshot; every new sheet asks for the next."""
    snapshot = db.session.get(ResultSnapshot, (survey_id, DESK))
    return snapshot is not None and snapshot.sheets > LIVE


def for_the_desk(survey: Survey, only: Filter | None = None) -> Counted | None:
    """Every figure, nothing hidden; None where the worker has still to count it."""
    if is_large(survey.id):
        snapshot = queries_results.find_snapshot(survey.id, scope_of(only))
        return None if snapshot is None else _read(snapshot)
    return count_now(survey.id, only)


def for_the_public(survey: Survey) -> Counted | None:
    """The figures from which those of the public are made (results.hiding); None before the first count."""
    snapshot = queries_results.find_snapshot(survey.id, PUBLIC)
    return None if snapshot is None else _read(snapshot)


def count_now(survey_id: int, only: Filter | None = None) -> Counted:
    """Count every sheet: for 100,000 sheets some ten seconds."""
    asked = queries_results.asked_of(survey_id, only)
    counts = queries_results.counts_of(survey_id, asked.questions, only)
    return Counted(asked, counts, words=queries_results.words_of(survey_id, asked.questions, only))


def read_results(counted: Counted) -> list[Result]:
    """Every figure of every question, nothing hidden."""
    places = queries_results.names_of_places(counted.counts.values())
    return [
        result_of(question, counted.counts[question.code], labels=_labels(question), places=places)
        for question in counted.asked.questions
    ]


def _labels(question: Question) -> dict[str, str]:
    return {code: choice_words(question, code) for code in question.choices}


def ask_for(survey_id: int, scope: str = DESK, *, delay: timedelta = EVERY) -> None:
    """Have the worker count, unless it is going to."""
    if _is_coming(db.session.get(ResultSnapshot, (survey_id, scope))):
        return
    db.session.execute(sa.select(Survey.id).where(Survey.id == survey_id).with_for_update())
    snapshot = db.session.get(ResultSnapshot, (survey_id, scope), populate_existing=True)
    if _is_coming(snapshot):
        return
    if snapshot is None:
        snapshot = ResultSnapshot(survey_id=survey_id, scope=scope, sheets=0)
        db.session.add(snapshot)
    snapshot.asked_at = clock.now()
    db.session.flush()
    outbox.enqueue(TOPIC, {"survey_id": survey_id, "scope": scope}, delay=delay)


def publish(survey: Survey) -> None:
    """The results have become public: count them now, or where there are many let the worker do it at once."""
    if is_large(survey.id):
        snapshot = db.session.get(ResultSnapshot, (survey.id, DESK))
        if snapshot is not None:
            snapshot.asked_at = None
        ask_for(survey.id, delay=timedelta(0))
    else:
        keep_public(survey, count_now(survey.id))


def begin(survey_id: int, scope: str) -> None:
    """A count begins: sheets that come from now on ask for the next."""
    db.session.execute(
        sa.update(ResultSnapshot)
        .where(ResultSnapshot.survey_id == survey_id, ResultSnapshot.scope == scope)
        .values(asked_at=None)
    )


def count(survey_id: int, scope: str) -> Counted | None:
    """Count for a scope; reads alone, for as long as it takes. None for a filter that the survey does not know."""
    if scope == DESK:
        return count_now(survey_id)
    provinces = [place.code for place in queries.list_provinces()]
    only = find_filter(scope.removeprefix(f"{DESK} "), queries_results.asked_of(survey_id).questions, provinces)
    return None if only is None else count_now(survey_id, only)


def keep(survey: Survey, scope: str, counted: Counted) -> None:
    """Keep what was counted for the desk, and move the public's figures where they may."""
    _write(survey.id, scope, counted, words=counted.words if counted.asked.total > LIVE or scope != DESK else {})
    if scope == DESK and survey.results_published_at is not None:
        keep_public(survey, counted)


def keep_public(survey: Survey, counted: Counted) -> None:
    """Move the figures of the public on, each question as far as it may; without what people wrote."""
    before = for_the_public(survey)
    if before is not None:
        held = hold_back(before.counts, counted.counts, counted.asked.questions, survey.min_cell)
        sheets = hold_sheets(before.asked.sheets, counted.asked.sheets, survey.min_cell)
        if held == before.counts and sheets == before.asked.sheets:
            return
        counted = Counted(Asked(counted.asked.questions, counted.asked.definitions, sheets), held)
    _write(survey.id, PUBLIC, counted, words={})


def _is_coming(snapshot: ResultSnapshot | None) -> bool:
    asked_at = None if snapshot is None else snapshot.asked_at
    return asked_at is not None and clock.now() - asked_at < LOST


def _write(survey_id: int, scope: str, counted: Counted, *, words: Mapping[str, list[str]]) -> None:
    snapshot = db.session.get(ResultSnapshot, (survey_id, scope))
    if snapshot is None:
        snapshot = ResultSnapshot(survey_id=survey_id, scope=scope)
        db.session.add(snapshot)
    snapshot.counted_at, snapshot.sheets = clock.now(), counted.asked.total
    snapshot.content = {
        "sheets": {str(number): n for number, n in counted.asked.sheets.items()},
        "counts": {code: stored.to_json(counts) for code, counts in counted.counts.items()},
        "words": dict(words),
    }
    db.session.flush()


def _read(snapshot: ResultSnapshot) -> Counted:
    content: dict[str, Any] = snapshot.content or {}
    asked = queries_results.asked_in(snapshot.survey_id, {int(number): n for number, n in content["sheets"].items()})
    counts = {question.code: Counts() for question in asked.questions}
    counts |= {code: stored.from_json(one) for code, one in content["counts"].items()}
    return Counted(asked, counts, snapshot.counted_at, content["words"])
