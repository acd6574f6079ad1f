"""Does a moderator look at what somebody sends before it is public, or after? As the consultation decided."""

from consultations.models import Consultation, ModerationPolicy
from moderation.models import ReviewStatus
from moderation.queries import is_known

KNOWN_AFTER = 3
"""So many published contributions, of whatever kind, make somebody known where only new people are looked at first."""


def looks_first(consultation: Consultation, person_id: int | None) -> bool:
    """Before publication? Under ``first`` for guests, and for people with fewer than three published contributions, or
    with more than a quarter of them refused."""
    if consultation.moderation == ModerationPolicy.FIRST:
        return person_id is None or not is_known(person_id, KNOWN_AFTER)
    return consultation.moderation == ModerationPolicy.BEFORE


def first_status(consultation: Consultation, person_id: int | None) -> ReviewStatus:
    """What something new begins with, once its sender is known."""
    return ReviewStatus.PENDING if looks_first(consultation, person_id) else ReviewStatus.PUBLISHED
