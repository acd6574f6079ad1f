"""Texts that are nearly the same: what waits beside a case, and what was refused before.

Nothing is kept for it: the newest few hundred texts are compared when somebody asks (``FAMILY``), and the worker
compares what is new with what was refused lately (``REFUSED``). The comparison is that of the drafter's desk
(core.similarity): shared runs of syllables, and no "không" or number that differs.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from accounts import queries as accounts
from accounts.policies import Permission
from core.db import db
from core.similarity import syllables
from moderation.analysis import Signal
from moderation.models import ReviewCase, ReviewStatus
from moderation.registry import reviewable
from moderation.services.looking import WEIGHTS

FAMILY = 300
REFUSED = 300
LETTERS = 5_000
LEAST_WORDS = 6
"""Shorter texts say the same too easily: "Tôi đồng ý với dự thảo"."""


def near(case: ReviewCase, person_id: int) -> list[ReviewCase]:
    """Other cases of the same kind and consultation that await this moderator and say nearly the same, oldest first:
    among the ``FAMILY`` newest. Those with the very same words are not among them (``alike``)."""
    others = db.session.scalars(
        sa.select(ReviewCase)
        .where(
            ReviewCase.subject_type == case.subject_type,
            ReviewCase.context_id == case.context_id,
            ReviewCase.awaiting.is_(True),
            ReviewCase.edit_waits.is_(False),
            ReviewCase.id != case.id,
            ReviewCase.fingerprint != case.fingerprint,
            ReviewCase.agency_id.in_(accounts.agencies_within(person_id, Permission.MODERATE)),
        )
        .order_by(ReviewCase.id.desc())
        .limit(FAMILY)
    ).all()
    return sorted(_like([case], others), key=lambda one: one.id)


def mark_repeated(case_ids: Sequence[int]) -> int:
    """Mark those of these new cases that say nearly what moderators of their agency refused lately; returns how many.

    For the worker. It advises, as every signal: nobody's text is held back by it.
    """
    new = db.session.scalars(
        sa.select(ReviewCase)
        .where(ReviewCase.id.in_(case_ids), ReviewCase.awaiting.is_(True), ReviewCase.fingerprint.is_not(None))
        .order_by(ReviewCase.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    marked = 0
    for agency_id in sorted({case.agency_id for case in new}):
        here = [case for case in new if case.agency_id == agency_id and Signal.REPEATED not in case.signals]
        for case in _like(_refused_lately(agency_id), here) if here else ():
            case.signals = [signal for signal in Signal if signal == Signal.REPEATED or signal in case.signals]
            case.rank -= WEIGHTS[Signal.REPEATED]
            marked += 1
    db.session.flush()
    return marked


def _refused_lately(agency_id: int) -> Sequence[ReviewCase]:
    return db.session.scalars(
        sa.select(ReviewCase)
        .where(
            ReviewCase.agency_id == agency_id,
            ReviewCase.status.in_((ReviewStatus.REFUSED, ReviewStatus.SPAM)),
            ReviewCase.fingerprint.is_not(None),
        )
        .order_by(ReviewCase.id.desc())
        .limit(REFUSED)
    ).all()


def _like(known: Sequence[ReviewCase], others: Sequence[ReviewCase]) -> list[ReviewCase]:
    """Which of the others are in a family with one of the known."""
    cases = [*known, *others]
    texts = _texts(cases)
    cases = [case for case in cases if len(texts.get(case.id, ())) >= LEAST_WORDS]
    if len(cases) < 2:  # one alone is like nobody
        return []
    from core.similarity import families  # noqa: PLC0415  # numpy: not when the site starts

    roots = families.group([texts[case.id] for case in cases])
    ours = {case.id for case in known}
    like_ours = {root for case, root in zip(cases, roots, strict=True) if case.id in ours}
    return [case for case, root in zip(cases, roots, strict=True) if case.id not in ours and root in like_ours]


def _texts(cases: Sequence[ReviewCase]) -> dict[int, Sequence[str]]:
    """The syllables of each case by its id: one read for each kind of thing."""

    by_kind: dict[str, list[ReviewCase]] = {}
    for case in cases:
        by_kind.setdefault(case.subject_type, []).append(case)
    found: dict[int, Sequence[str]] = {}
    for kind, members in by_kind.items():
        cards: dict[int, Any] = reviewable(kind).cards([case.subject_id for case in members])
        for case in members:
            card = cards.get(case.subject_id)
            if card is not None:
                found[case.id] = syllables(card.text[:LETTERS])
    return found
