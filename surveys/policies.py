"""Is a survey open, and until when may somebody finish? One predicate for page, service and button."""

import enum
from datetime import datetime, timedelta
from typing import Protocol

from surveys.models import SurveyState

GRACE = timedelta(minutes=60)
"""How long whoever had begun before the close may still finish and send; the page tells them."""


class Window(Protocol):
    """Anything that knows the state and the window of a survey: the model, or a row of a list."""

    state: SurveyState
    opens_at: datetime
    closes_at: datetime


class Phase(enum.StrEnum):
    """Where a survey stands at a moment. ``GRACE``: closed to newcomers, not yet to those who had begun."""

    DRAFT = "draft"
    UPCOMING = "upcoming"
    OPEN = "open"
    GRACE = "grace"
    CLOSED = "closed"


def phase(window: Window, at: datetime) -> Phase:
    """The phase at a moment (aware). The window includes both its ends; one closed by hand has its end moved there."""
    if window.state == SurveyState.DRAFT:
        return Phase.DRAFT
    if at < window.opens_at:
        return Phase.CLOSED if window.state == SurveyState.CLOSED else Phase.UPCOMING
    if at <= window.closes_at and window.state == SurveyState.PUBLISHED:
        return Phase.OPEN
    return Phase.GRACE if at <= finish_by(window) else Phase.CLOSED


def finish_by(window: Window) -> datetime:
    """Until when a sheet that was begun in time may be sent."""
    return window.closes_at + GRACE


def may_begin(window: Window, at: datetime) -> bool:
    return phase(window, at) == Phase.OPEN


def may_finish(window: Window, at: datetime) -> bool:
    """For somebody who has begun."""
    return phase(window, at) in (Phase.OPEN, Phase.GRACE)


def is_public(window: Window) -> bool:
    """May anybody see that it is (or was) there?"""
    return window.state != SurveyState.DRAFT
