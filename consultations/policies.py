"""Is it open, and who may speak? One predicate for page, API and button."""

import enum
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from consultations.models import ConsultationState, GuestPolicy, Verification


class Window(Protocol):
    """Anything that knows the state and the window of a consultation: the model, or a row of a list."""

    state: ConsultationState
    opens_at: datetime
    closes_at: datetime


class Phase(enum.StrEnum):
    """Where a consultation stands at a moment, for the public."""

    DRAFT = "draft"
    UPCOMING = "upcoming"
    OPEN = "open"
    SUSPENDED = "suspended"
    CLOSED = "closed"
    CANCELLED = "cancelled"


def phase(window: Window, at: datetime) -> Phase:
    """The phase at a moment (aware). The window includes both its ends."""
    if window.state == ConsultationState.PUBLISHED:
        if at < window.opens_at:
            return Phase.UPCOMING
        return Phase.OPEN if at <= window.closes_at else Phase.CLOSED
    return {
        ConsultationState.DRAFT: Phase.DRAFT,
        ConsultationState.SUSPENDED: Phase.SUSPENDED,
        ConsultationState.CANCELLED: Phase.CANCELLED,
    }[window.state]


def is_open(window: Window, at: datetime) -> bool:
    """May opinions be sent now?"""
    return phase(window, at) == Phase.OPEN


def is_public(window: Window) -> bool:
    """May anybody read it? Everything but a draft, a cancelled one included: people must see that it was."""
    return window.state != ConsultationState.DRAFT


@dataclass(frozen=True)
class Speaker:
    """Who is about to send: a person with an account, or a guest with or without an address."""

    person_id: int | None
    has_address: bool = False


def may_speak(guests: GuestPolicy, speaker: Speaker) -> bool:
    """Does the consultation allow this speaker?"""
    if speaker.person_id is not None:
        return True
    return guests == GuestPolicy.NAMED or (guests == GuestPolicy.CONFIRMED and speaker.has_address)


def may_change(table_published_at: datetime | None) -> bool:
    """An author may edit or withdraw a comment until the table is published."""
    return table_published_at is None


def is_short(opens: date, closes: date, usual_days: int) -> bool:
    """Is a window (first and last day) shorter than the usual period? Calendar days, the day of posting not counted."""
    return (closes - opens).days < usual_days


@dataclass(frozen=True)
class Voter:
    """Who ticks: a person with an account, or a guest known by a keyed hash."""

    person_id: int | None
    guest_hash: str | None
    verification: Verification
